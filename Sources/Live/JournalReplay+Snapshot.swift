internal import Core
internal import CxxJournal
internal import Engine
internal import Features
internal import Reports

extension JournalReplay {
    /// Takes a snapshot's state over, its head already read: `run` then goes on behind the snapshot's record. The engine is one that
    /// was made for the head's configuration.
    ///
    /// - Parameter admitsOtherAgents: whether a report's shares of the agents may begin anew.
    mutating func resume(_ head: SnapshotHead, _ state: inout StateCoder, admitsOtherAgents: Bool) throws(SessionError) {
        engine.code(&state)
        digests.code(&state)
        if recorder != nil {
            let areSame = recorder?.code(&state) ?? true
            guard areSame || admitsOtherAgents || state.problem != nil else {
                throw .recovery(sequence: head.sequence, problem: "its report is of other agents")
            }
            if !state.isWhole { state.fail("it goes on behind its end") }
        }
        if let problem = state.problem { throw .recovery(sequence: head.sequence, problem: problem) }
        summary.snapshot = head.sequence
        summary.lastSequence = head.sequence
        summary.lastTime = head.lastTime
        summary.runs = head.runs
        received = head.received
        snapshotTime = head.recordTime
        open = try head.questions.map { question throws(SessionError) in
            guard let observation = try? Observation(payload: question.observation) else {
                throw .recovery(sequence: head.sequence, problem: "an observation does not read back")
            }
            return (question.request, observation)
        }
    }

    /// Goes to the snapshot's record, which must be the one that it followed.
    mutating func goToSnapshot() throws(SessionError) {
        guard reader.seek(summary.snapshot) == .ok, reader.next(), reader.sequence() == summary.snapshot else {
            throw .recovery(sequence: summary.snapshot, problem: "the journal does not have the snapshot's record")
        }
        let time = reader.record()?.loadUnaligned(fromByteOffset: 8, as: Int64.self)
        guard time == snapshotTime else {
            throw .recovery(sequence: summary.snapshot, problem: "the snapshot followed another record of that number")
        }
    }
}
