internal import Core
internal import CxxJournal
public import Engine
public import Reports

/// The way from a journal to an engine: from a snapshot and the records behind it, or from the first record.
///
///     snapshots, newest first ─► whole? of this journal, this build, these instruments? ─► the records behind it replay?
///                                        │ no: noted, the next older one                        │ no: noted, the next older one
///                                        └─► none is left: the whole journal ◄──────────────────┘
///
/// What comes out is the same bit for bit: engine, digests, report. Changes nothing.
public struct JournalRecovery {
    /// Where to begin.
    public enum Beginning: Sendable {
        /// At the newest snapshot that can be used: the least to replay.
        case newestSnapshot
        /// At record 1; where that is gone, at the oldest snapshot that can be used: the most that can be proved.
        case firstRecord
    }

    private let folder: String
    private let initial: SessionSettings
    private let recorder: RunRecorder?
    private let decidesAgain: Bool
    private let settings: (String) throws -> SessionSettings
    private let engine: (SessionSettings) throws(SessionError) -> Engine
    /// Snapshots that were passed over, and why: a sentence each.
    public private(set) var notes: [String] = []

    /// - Parameters:
    ///   - folder: the journal's.
    ///   - initial: what an engine is made for that begins at record 1.
    ///   - recorder: as the session made it before its first event; nil: there is no report.
    ///   - settings: reads the text of a run's first record.
    ///   - engine: makes one for such settings.
    public init(
        folder: String, initial: SessionSettings, recorder: RunRecorder? = nil, decidesAgain: Bool = false,
        settings: @escaping (String) throws -> SessionSettings, engine: @escaping (SessionSettings) throws(SessionError) -> Engine
    ) {
        self.folder = folder
        self.initial = initial
        self.recorder = recorder
        self.decidesAgain = decidesAgain
        self.settings = settings
        self.engine = engine
    }

    /// Replays to the journal's end. Throws what stands in the way of the last resort, the whole journal.
    public mutating func replay(from beginning: Beginning) throws(SessionError) -> JournalReplay {
        let first = firstRecord()
        if beginning == .newestSnapshot || first > 1 {
            var candidates = snapshots()
            if beginning == .firstRecord { candidates.reverse() }
            for sequence in candidates where sequence >= first {
                do throws(SessionError) {
                    var replay = try resumed(at: sequence, first: first)
                    try replay.run(folder: folder)
                    return replay
                } catch {
                    notes.append("the snapshot at record \(sequence) was passed over: \(Self.cause(error))")
                }
            }
        }
        var replay = JournalReplay(engine: try engine(initial), decidesAgain: decidesAgain, recorder: recorder, settings: settings)
        try replay.run(folder: folder)
        return replay
    }

    private static func cause(_ error: SessionError) -> String {
        if case .recovery(let sequence, let problem) = error { return "\(problem) (record \(sequence))" }
        return error.description
    }

    /// The number of the first record that is there; 0: none.
    private func firstRecord() -> UInt64 {
        var reader = martlet.JournalReader()
        return reader.open(folder) == .ok && reader.next() ? reader.sequence() : 0
    }

    /// The records of the snapshots that are whole, newest first.
    private mutating func snapshots() -> [UInt64] {
        var found: [UInt64] = []
        var damaged: UInt64 = 0
        var limit = UInt64.max
        var snapshot = martlet.Snapshot()
        while snapshot.load(folder, SnapshotFiles.name, limit) == .ok {
            damaged += snapshot.passed_over()
            found.append(snapshot.sequence())
            guard snapshot.sequence() > 0 else { break }
            limit = snapshot.sequence() - 1
        }
        damaged += snapshot.passed_over()
        if damaged > 0 { notes.append("\(damaged) damaged snapshots were passed over") }
        return found
    }

    private func resumed(at sequence: UInt64, first: UInt64) throws(SessionError) -> JournalReplay {
        var snapshot = martlet.Snapshot()
        guard snapshot.load(folder, SnapshotFiles.name, sequence) == .ok, snapshot.sequence() == sequence else {
            throw .recovery(sequence: sequence, problem: "it cannot be read")
        }
        let buffer = StateBuffer(copying: UnsafeRawBufferPointer(start: snapshot.data(), count: snapshot.size()))
        var state = StateCoder(reading: buffer)
        var head = SnapshotHead()
        head.code(&state)
        if state.problem == nil, head.sequence != sequence { state.fail("it says that it is of record \(head.sequence)") }
        if let problem = state.problem { throw .recovery(sequence: sequence, problem: problem) }
        let own: SessionSettings
        do {
            own = try settings(head.runText)
        } catch {
            throw .recovery(sequence: sequence, problem: "its run cannot be configured again: \(error)")
        }
        var replay = JournalReplay(engine: try engine(own), decidesAgain: decidesAgain, recorder: recorder, settings: settings)
        if decidesAgain { replay.council = own.council }
        // Where the whole journal is there, so is the whole report.
        try replay.resume(head, &state, admitsOtherAgents: first > 1)
        return replay
    }
}
