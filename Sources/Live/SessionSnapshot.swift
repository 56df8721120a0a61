internal import Core
internal import CxxJournal
internal import Engine
internal import Features
internal import Reports

/// What a session's snapshot is called, where it lies, and how many are kept.
enum SnapshotFiles {
    /// `session-<number of the last record>.snapshot`, beside the journal's segments.
    static let name = "session"
    static let kept = 2
}

/// What a snapshot says of itself, before the engine's state: which record it follows, and under what configuration.
struct SnapshotHead {
    /// A request that the council had not answered, and what it was shown.
    struct Question {
        var request: UInt64 = 0
        var instrument: UInt32 = 0
        var observation: [Double] = []
    }

    /// Number of the last record before it, and that record's time: so that it is never taken for the state of other records which
    /// came to have the same numbers.
    var sequence: UInt64 = 0
    var recordTime: Int64 = 0
    /// Time of the last input.
    var lastTime: Int64 = 0
    /// Runs begun.
    var runs: UInt64 = 0
    /// What the run at work said of its configuration.
    var runText = ""
    /// At most one an instrument: the last one asked.
    var questions: [Question] = []

    mutating func code(_ state: inout StateCoder) {
        state.section("martlet session")
        state.expect(Engine.stateVersion, "the version of the state")
        state.value(&sequence)
        state.value(&recordTime)
        state.value(&lastTime)
        state.value(&runs)
        state.value(&runText)
        state.array(&questions, atMost: 1_000_000, blank: Question()) { state, question in
            state.value(&question.request)
            state.value(&question.instrument)
            state.array(&question.observation, atMost: Observation.payloadCount, blank: 0) { $0.value(&$1) }
        }
    }
}

/// A snapshot on its way to the disk: what the engine's thread wrote, and what another may write just as well, since a copy of it
/// costs nothing.
struct SnapshotJob: @unchecked Sendable {
    var sequence: UInt64
    var time: Int64
    /// Head, engine and digests; whoever holds the job has the buffer alone.
    var buffer: StateBuffer
    var recorder: RunRecorder

    /// Adds the recorder and writes the file: SHA-256, write, fsync, rename. Blocks for the disk; any one thread.
    func write(to folder: String) -> martlet.JournalStatus {
        var state = StateCoder(appendingTo: buffer)
        var recorder = recorder
        recorder.code(&state)
        let bytes = buffer.bytes
        return martlet.write_snapshot(folder, SnapshotFiles.name, sequence, time, bytes.baseAddress, bytes.count, SnapshotFiles.kept)
    }
}

extension SnapshotJob {
    /// Takes the state between two events. O(state): see docs/performance.md.
    static func take(
        _ head: SnapshotHead, engine: inout Engine, digests: inout StreamDigests, recorder: RunRecorder, into buffer: StateBuffer
    ) -> SnapshotJob {
        var state = StateCoder(writing: buffer)
        var head = head
        head.code(&state)
        engine.code(&state)
        digests.code(&state)
        return SnapshotJob(sequence: head.sequence, time: head.lastTime, buffer: buffer, recorder: recorder)
    }
}
