import Core
import CxxJournal
import Engine
import Foundation
import Live
import Reports
import Testing

/// Which snapshot is taken, and what happens where none can be.
@Suite struct RecoveryTests {
    private static func session(_ folder: JournalFolder, seed: UInt64) throws -> (snapshots: [(sequence: UInt64, bytes: [UInt8])], outcome: Outcome) {
        var session = try Rehearsal(seed: seed, folder: folder.path)
        try session.play(steps: 3_000, cut: 300)
        #expect(session.journal.close() == .ok)
        let snapshots = session.snapshots
        let time = session.lastInputTime
        return (snapshots, Outcome(&session.engine, &session.digests, &session.recorder, time: time))
    }

    private func file(_ folder: JournalFolder, _ sequence: UInt64) -> String {
        let digits = String(sequence)
        return "\(folder.path)/session-\(String(repeating: "0", count: 20 - digits.count))\(digits).snapshot"
    }

    private func recovered(_ folder: JournalFolder, from: JournalRecovery.Beginning = .newestSnapshot, agents: [String]? = nil) throws -> (from: UInt64, notes: [String], outcome: Outcome) {
        let recorder = agents.map { RunRecorder(instruments: Rehearsal.definitions, agentNames: $0, waitsForMarket: true) } ?? Rehearsal.recorder()
        var recovery = try folder.recovery(recorder: recorder)
        let replay = try recovery.replay(from: from)
        let start = replay.summary.snapshot
        return (start, recovery.notes, Outcome.of(replay))
    }

    @Test("the newest snapshot is taken; damaged, the one before it; both damaged, the whole journal, and it is said")
    func damaged() throws {
        let folder = try JournalFolder()
        let (snapshots, outcome) = try Self.session(folder, seed: 41)
        let (older, newer) = (snapshots[snapshots.count - 2], snapshots[snapshots.count - 1])
        folder.write(older)
        folder.write(newer, keep: 2)
        var came = try recovered(folder)
        #expect(came.from == newer.sequence && came.notes == [] && came.outcome == outcome)
        came = try recovered(folder, from: .firstRecord)
        #expect(came.from == 0 && came.outcome == outcome)
        for (damaged, next) in [(newer.sequence, older.sequence), (older.sequence, 0)] {
            let handle = try #require(FileHandle(forUpdatingAtPath: file(folder, damaged)))
            try handle.seek(toOffset: 5_000)
            try handle.write(contentsOf: Data([0xAA, 0x55]))
            try handle.close()
            came = try recovered(folder)
            #expect(came.from == next && came.outcome == outcome)
            #expect(came.notes.contains { $0.contains("damaged") }, "\(came.notes)")
        }
    }

    @Test("a snapshot of another version, of other records or of other instruments' sizes is passed over, and it is said")
    func foreign() throws {
        let folder = try JournalFolder()
        let (snapshots, outcome) = try Self.session(folder, seed: 42)
        let newest = snapshots[snapshots.count - 1]
        let older = snapshots[snapshots.count - 2]
        // section, version, number of the record, its time
        let changes: [(offset: Int, words: String)] = [(0, "part 'martlet session'"), (4, "the version of the state is"), (8, "it says that it is of record"), (16, "followed another record")]
        for (offset, words) in changes {
            var changed = newest
            changed.bytes[offset] ^= 1
            folder.write(older)
            folder.write(changed, keep: 2)
            let came = try recovered(folder)
            #expect(came.from == older.sequence && came.outcome == outcome)
            #expect(came.notes.count == 1 && came.notes[0].contains(words), "\(came.notes)")
        }
        var cut = newest
        cut.bytes.removeLast(3)
        folder.write(cut)
        var came = try recovered(folder)
        #expect(came.from == 0 && came.outcome == outcome && came.notes.count == 1, "\(came.notes)")
        cut = newest
        cut.bytes.append(0)
        folder.write(cut)
        came = try recovered(folder)
        #expect(came.from == 0 && came.outcome == outcome && came.notes.count == 1, "\(came.notes)")
    }

    @Test("a snapshot whose state leads to other outputs than the journal has is found out by the records behind it")
    func lying() throws {
        let folder = try JournalFolder()
        let (snapshots, outcome) = try Self.session(folder, seed: 43)
        let first = snapshots[0]
        let later = snapshots[2]
        // The state of one record as that of another: whole, well-formed, and wrong.
        var lying = later
        lying.bytes = first.bytes
        for index in 8..<24 { lying.bytes[index] = later.bytes[index] }
        folder.write(lying)
        let came = try recovered(folder)
        #expect(came.from == 0 && came.outcome == outcome && came.notes.count == 1, "\(came.notes)")
    }

    @Test("other agents than the snapshot's have the whole journal replayed; where that is gone, their shares begin anew")
    func otherAgents() throws {
        let folder = try JournalFolder()
        let (snapshots, outcome) = try Self.session(folder, seed: 44)
        let newest = snapshots[snapshots.count - 1]
        folder.write(newest)
        var came = try recovered(folder, agents: ["first", "third"])
        #expect(came.from == 0 && came.notes.count == 1 && came.notes[0].contains("other agents"), "\(came.notes)")
        try removeFront(folder, before: newest.sequence)
        came = try recovered(folder, agents: ["first", "third"])
        #expect(came.from == newest.sequence, "\(came.notes)")
        #expect(came.outcome.engine == outcome.engine && came.outcome.inputs == outcome.inputs && came.outcome.report.fills == outcome.report.fills)
        #expect(came.outcome.report.agents.map(\.name) == ["first", "third"])
    }

    @Test("where the journal's beginning is gone, all begins at a snapshot: the oldest to prove the most, the newest to go on; without one it is refused")
    func beginningGone() throws {
        let folder = try JournalFolder()
        let (snapshots, outcome) = try Self.session(folder, seed: 45)
        let (older, newer) = (snapshots[snapshots.count - 2], snapshots[snapshots.count - 1])
        folder.write(older)
        folder.write(newer, keep: 2)
        try removeFront(folder, before: older.sequence)
        var came = try recovered(folder, from: .firstRecord)
        #expect(came.from == older.sequence && came.outcome == outcome && came.notes == [])
        came = try recovered(folder)
        #expect(came.from == newer.sequence && came.outcome == outcome)
        martlet.remove_snapshots_after(folder.path, SnapshotFiles.name, 0)
        #expect(throws: SessionError.self) { try recovered(folder) }
        do {
            _ = try recovered(folder)
        } catch {
            #expect("\(error)".contains("the journal begins here"), "\(error)")
        }
    }

    /// Takes segments away that end before a record, as retention does.
    private func removeFront(_ folder: JournalFolder, before sequence: UInt64) throws {
        var reader = martlet.JournalReader()
        #expect(reader.open(folder.path) == .ok && reader.seek(sequence) == .ok && reader.next())
        let first = reader.segment()
        try #require(first > 1, "the journal has one segment alone")
        for number in 1..<first {
            let digits = String(number)
            let name = "journal-\(String(repeating: "0", count: 8 - digits.count))\(digits).segment"
            try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
        }
    }
}
