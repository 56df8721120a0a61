package import Core
package import CxxJournal
package import Engine
internal import Features
package import Reports

/// What a session's snapshot is called, where it lies, and how many are kept.
package enum SnapshotFiles {
    /// `session-<number of the last record>.snapshot`, beside the journal's segments.
    package static let name = "session"
    package static let kept = 2
}

/// What a snapshot says of itself, before the engine's state: which record it follows, and under what configuration.
package struct SnapshotHead {
    /// A request that the council had not answered, and what it was shown.
    package struct Question {
        package var request: UInt64 = 0
        package var instrument: UInt32 = 0
        package var observation: [Double] = []

        package init(request: UInt64 = 0, instrument: UInt32 = 0, observation: [Double] = []) {
            self.request = request
            self.instrument = instrument
            self.observation = observation
        }
    }

    /// Number of the last record before it, and that record's time: so that it is never taken for the state of other records which
    /// came to have the same numbers.
    package var sequence: UInt64 = 0
    package var recordTime: Int64 = 0
    /// Time of the last input.
    package var lastTime: Int64 = 0
    /// Runs begun.
    package var runs: UInt64 = 0
    /// What of the venue's messages is in the journal so far.
    package var received = ReceivedPlaces()
    /// What the run at work said of its configuration.
    package var runText = ""
    /// At most one an instrument: the last one asked.
    package var questions: [Question] = []

    package init() {}

    package mutating func code(_ state: inout StateCoder) {
        state.section("martlet session")
        state.expect(Engine.stateVersion, "the version of the state")
        state.value(&sequence)
        state.value(&recordTime)
        state.value(&lastTime)
        state.value(&runs)
        received.code(&state)
        state.value(&runText)
        state.array(&questions, atMost: 1_000_000, blank: Question()) { state, question in
            state.value(&question.request)
            state.value(&question.instrument)
            state.array(&question.observation, atMost: Observation.maximumPayloadCount, blank: 0) { $0.value(&$1) }
        }
    }
}

/// A snapshot on its way to the disk: what the engine's thread wrote, and what another may write just as well, since a copy of it
/// costs nothing.
package struct SnapshotJob: @unchecked Sendable {
    package var sequence: UInt64
    package var time: Int64
    /// Head, engine and digests; whoever holds the job has the buffer alone.
    package var buffer: StateBuffer
    package var recorder: RunRecorder

    /// Adds the recorder and writes the file: what the page cache holds of the journal goes to the disk first, then SHA-256, write,
    /// fsync, rename. Blocks for the disk; any one thread.
    ///
    /// - Parameter journalSynced: the journal's last segment that an earlier write put on the disk, 0: none; then this one's.
    package func write(to folder: String, journalSynced: inout UInt64) -> martlet.JournalStatus {
        var state = StateCoder(appendingTo: buffer)
        var recorder = recorder
        recorder.code(&state)
        return buffer.withBytes {
            martlet.write_snapshot(folder, SnapshotFiles.name, sequence, time, $0.baseAddress, $0.count, SnapshotFiles.kept, &journalSynced)
        }
    }
}

extension SnapshotJob {
    /// Takes the state between two events. O(state): see docs/performance.md.
    package static func take(
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
