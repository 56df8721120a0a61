import Core
import CxxJournal
import Engine
import Foundation
import Live
import Reports
import Testing

/// A folder for one test's journal, gone with it.
final class JournalFolder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-snapshots-\(UUID())").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a snapshot; without `keep` it is the only one.
    func write(_ snapshot: (sequence: UInt64, bytes: [UInt8]), keep: Int = 1) {
        if keep == 1 { martlet.remove_snapshots_after(path, SnapshotFiles.name, 0) }
        let status = snapshot.bytes.withUnsafeBytes { martlet.write_snapshot(path, SnapshotFiles.name, snapshot.sequence, 0, $0.baseAddress, $0.count, keep, nil) }
        #expect(status == .ok)
    }

    func recovery(decidesAgain: Bool = false, recorder: RunRecorder = Rehearsal.recorder()) throws -> JournalRecovery {
        JournalRecovery(
            folder: path, initial: try Rehearsal.settings("0"), recorder: recorder, decidesAgain: decidesAgain,
            settings: Rehearsal.settings(_:), engine: Rehearsal.engine(_:))
    }
}

/// All that a session has come to.
struct Outcome: Equatable {
    var report: RunReport
    var engine: [UInt8]
    var inputs: String
    var decisions: String

    init(_ engine: inout Engine, _ digests: inout StreamDigests, _ recorder: inout RunRecorder, time: Int64) {
        report = RunReport(run: "test", mode: "paper", market: "drawn", seed: 1, currency: "USD", decimals: 4)
        recorder.finish(&report, engine, time: time)
        let texts = digests.finish()
        (inputs, decisions) = (texts.inputs, texts.decisions)
        self.engine = Self.bytes(of: &engine)
    }

    static func bytes(of engine: inout Engine) -> [UInt8] {
        engine.output.removeAll()
        engine.fills.removeAll()
        let buffer = StateBuffer()
        var state = StateCoder(writing: buffer, isCanonical: true)
        engine.code(&state)
        return buffer.withBytes { Array($0) }
    }

    static func of(_ replay: consuming JournalReplay) -> Outcome {
        guard var recorder = replay.recorder else { preconditionFailure("a replay with a report") }
        return Outcome(&replay.engine, &replay.digests, &recorder, time: replay.summary.lastTime)
    }
}

@Suite struct SnapshotTests {
    @Test("a session goes on from any of its snapshots as if it had never stopped: outputs, digests, report and state are the same", arguments: 1...6)
    func anyCut(seed: Int) throws {
        let folder = try JournalFolder()
        var session = try Rehearsal(seed: UInt64(seed), folder: folder.path)
        try session.play(steps: 8_000, cut: 400)
        let snapshots = session.snapshots
        #expect(session.journal.close() == .ok)
        #expect(session.commands > 100 && snapshots.count > 6)
        let time = session.lastInputTime
        let played = Outcome(&session.engine, &session.digests, &session.recorder, time: time)
        #expect(played.report.fills > 10 && played.report.reconciliation.runs > 5, "\(played.report.fills) fills, \(played.report.orders), \(played.report.reconciliation)")
        var recovery = try folder.recovery(decidesAgain: true)
        #expect(Outcome.of(try recovery.replay(from: .firstRecord)) == played, "the whole journal")
        for snapshot in snapshots {
            folder.write(snapshot)
            var recovery = try folder.recovery(decidesAgain: true)
            let replay = try recovery.replay(from: .newestSnapshot)
            #expect(replay.summary.snapshot == snapshot.sequence, "\(recovery.notes)")
            #expect(Outcome.of(replay) == played, "from record \(snapshot.sequence)")
        }
    }

    @Test("what the engine said to the last input before a crash comes back from a snapshot as from the first record", arguments: 11...16)
    func crash(seed: Int) throws {
        let folder = try JournalFolder()
        var session = try Rehearsal(seed: UInt64(seed), folder: folder.path)
        try session.play(steps: 2_500, cut: 400)
        session.take()
        for _ in 0..<40 { try session.step() }
        let unwritten = session.dieSpeaking()
        #expect(session.journal.close() == .ok)
        let snapshots = session.snapshots
        var recovery = try folder.recovery()
        let whole = try recovery.replay(from: .firstRecord)
        #expect(whole.summary.unwritten == unwritten && unwritten > 0)
        let expected = Outcome.of(whole)
        for snapshot in snapshots {
            folder.write(snapshot)
            var recovery = try folder.recovery()
            let replay = try recovery.replay(from: .newestSnapshot)
            #expect(replay.summary.snapshot == snapshot.sequence && replay.summary.unwritten == unwritten, "\(recovery.notes)")
            #expect(Outcome.of(replay) == expected)
        }
    }

    @Test("a snapshot of a snapshot's engine is the same snapshot, and taking one changes nothing", arguments: 21...24)
    func again(seed: Int) throws {
        let folder = try JournalFolder()
        var session = try Rehearsal(seed: UInt64(seed), folder: folder.path)
        try session.play(steps: 1_500, cut: 100_000)
        let first = Outcome.bytes(of: &session.engine)
        #expect(Outcome.bytes(of: &session.engine) == first)
        var other = try Rehearsal.engine(try Rehearsal.settings(session.runText))
        read(first, into: &other)
        #expect(Outcome.bytes(of: &other) == first)
    }

    @Test("every byte of an engine's state is its state: changed, it is refused or comes back changed")
    func everyByte() throws {
        let folder = try JournalFolder()
        var session = try Rehearsal(seed: 31, folder: folder.path)
        try session.play(steps: 4_000, cut: 100_000)
        let bytes = Outcome.bytes(of: &session.engine)
        var other = try Rehearsal.engine(try Rehearsal.settings(session.runText))
        var random = SeededNumbers(state: 5)
        // The kernels' windows are most of it, and all alike: every byte that is not theirs, and some of those.
        let step = max(1, bytes.count / 3_000)
        for at in stride(from: 0, to: bytes.count, by: 1) where at % step == 0 || at > bytes.count - 1_500 {
            var changed = bytes
            changed[at] ^= UInt8(1 << random.below(8))
            if read(changed, into: &other) == nil {
                let again = Outcome.bytes(of: &other)
                #expect(again != bytes, "byte \(at) of \(bytes.count)")
            }
        }
        #expect(read(Array(bytes.dropLast()), into: &other) != nil)
        #expect(read(bytes, into: &other) == nil)
        #expect(Outcome.bytes(of: &other) == bytes)
    }

    /// What was wrong with it.
    @discardableResult
    private func read(_ bytes: [UInt8], into engine: inout Engine) -> String? {
        let buffer = bytes.withUnsafeBytes { StateBuffer(copying: $0) }
        var state = StateCoder(reading: buffer)
        engine.code(&state)
        return state.problem ?? (state.isWhole ? nil : "not all was read")
    }
}
