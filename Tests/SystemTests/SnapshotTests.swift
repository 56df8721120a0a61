import Foundation
import Testing

/// Sessions that go on from a snapshot and the records behind it.
@Suite(.serialized) struct SnapshotTests {
    private struct Notes: Decodable { var notes: [String] }
    private struct Verdict: Decodable { var status: String; var firstSequence, removed, compressed: UInt64 }
    private struct Replay: Decodable { var digest: Report.Digest; var snapshot: UInt64 }

    private static let often = ["--set", "run.snapshot_every=1000"]

    private func snapshots(_ market: Market) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: market.path("data/journal"))) ?? []
        return names.filter { $0.hasSuffix(".snapshot") }.sorted()
    }

    /// The records of the snapshots that are there.
    private func records(_ market: Market) -> [UInt64] {
        snapshots(market).compactMap { UInt64($0.dropFirst("session-".count).dropLast(".snapshot".count)) }
    }

    /// Runs a session until it has written a snapshot of its own and traded, and kills it somewhere behind that.
    private func killBehindSnapshot(_ market: Market, _ more: [String], bytes: Int) throws {
        let before = records(market).last ?? 0
        let orders = market.ordersStored()
        let session = try market.openSession(more)
        try market.trades(orders + 2, session: session)
        let came = waits(30) { (records(market).last ?? 0) > before + 500 || !session.isRunning }
        try #require(came && session.isRunning, "no snapshot: \(session.output.suffix(1_000)) \(session.errors)")
        let mark = market.journalBytes()
        _ = waits(30) { market.journalBytes() >= mark + bytes || !session.isRunning }
        #expect(session.isRunning)
        session.kill()
    }

    @Test("killed again and again behind a snapshot, a session goes on from it, and has the venue's books and the whole journal's digests")
    func kills() throws {
        let market = try Market()
        try market.openVenue()
        var generator = SeededGenerator(seed: 3)
        for _ in 1...4 { try killBehindSnapshot(market, Self.often, bytes: Int.random(in: 0...60_000, using: &generator)) }
        #expect((1...2).contains(snapshots(market).count))
        let newest = try #require(records(market).last)
        let session = try market.openSession(Self.often + ["--set", "run.duration=5m"])
        try #require(try session.wait(seconds: 60) == .exit(0), "\(session.output.suffix(2_000))\(session.errors)")
        let output = Data(session.output.utf8)
        let notes = try JSONDecoder().decode(Notes.self, from: output).notes
        #expect(notes.contains { $0.contains("went on from the snapshot at record \(newest)") }, "\(notes)")
        let report = try JSONDecoder().decode(Report.self, from: output)
        _ = try market.expectEqualBooks(report: report, books: try market.closeVenue())
        let replayed = try market.run("replay", "data/journal", "--from-snapshot", "--format", "json")
        try #require(replayed.end == .exit(0), "\(replayed.errors)")
        let again = try JSONDecoder().decode(Replay.self, from: Data(replayed.output.utf8))
        #expect(again.digest == report.journal.digest && again.snapshot > newest)
    }

    @Test("damaged snapshots are passed over and said; the whole journal leads to the same")
    func damaged() throws {
        let market = try Market()
        try market.openVenue()
        try killBehindSnapshot(market, Self.often, bytes: 10_000)
        for name in snapshots(market) {
            let handle = try #require(FileHandle(forUpdatingAtPath: market.path("data/journal/\(name)")))
            try handle.seek(toOffset: 9_000)
            try handle.write(contentsOf: Data("damage".utf8))
            try handle.close()
        }
        let session = try market.openSession(["--set", "run.duration=5m"])
        try #require(try session.wait(seconds: 60) == .exit(0), "\(session.output.suffix(2_000))\(session.errors)")
        let notes = try JSONDecoder().decode(Notes.self, from: Data(session.output.utf8)).notes
        #expect(notes.contains { $0.contains("damaged snapshots were passed over") }, "\(notes)")
        #expect(!notes.contains { $0.contains("went on from") })
        let report = try JSONDecoder().decode(Report.self, from: Data(session.output.utf8))
        _ = try market.expectEqualBooks(report: report, books: try market.closeVenue())
    }

    @Test("a journal that lets its beginning go keeps what its snapshots need: killed, the session goes on; verify, replay and explain say where it begins")
    func retention() throws {
        let market = try Market()
        try market.openVenue()
        let keeping = Self.often + [
            "--set", "run.journal_segment=1MiB", "--set", "run.journal_retain=2MiB", "--set", "run.journal_compression=3",
        ]
        let first = market.path("data/journal/journal-00000001.segment")
        let session = try market.openSession(keeping)
        let came = waits(60) {
            let isGone = !FileManager.default.fileExists(atPath: first) && !FileManager.default.fileExists(atPath: first + ".zst")
            return isGone && (records(market).first ?? 0) > 0 || !session.isRunning
        }
        try #require(came && session.isRunning, "nothing was removed: \(snapshots(market)) \(session.errors)")
        session.kill()
        let last = try market.openSession(keeping + ["--set", "run.duration=5m"])
        try #require(try last.wait(seconds: 60) == .exit(0), "\(last.output.suffix(2_000))\(last.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(last.output.utf8))
        #expect(report.orders.unknown == 0)
        let venue = try market.closeVenue().ours()
        for account in venue.accounts {
            let reported = try #require(report.instruments.first { $0.symbol == account.symbol })
            #expect(reported.position == "\(account.position)" && SessionJournal.moneyUnits(reported.fees) == account.fees)
        }
        let verified = try market.run("journal", "verify", "data/journal", "--format", "json")
        #expect(verified.end == .exit(0), "\(verified.output)")
        let verdict = try JSONDecoder().decode(Verdict.self, from: Data(verified.output.utf8))
        #expect(verdict.firstSequence > 1 && verdict.removed > 0)
        #expect(try market.run("journal", "verify", "data/journal").output.contains("begins    at record \(verdict.firstSequence)"))
        let replayed = try market.run("replay", "data/journal", "--format", "json")
        try #require(replayed.end == .exit(0), "\(replayed.errors)")
        let again = try JSONDecoder().decode(Replay.self, from: Data(replayed.output.utf8))
        #expect(again.digest == report.journal.digest && again.snapshot >= verdict.firstSequence)
        let explained = try market.run("explain", "M1-1-1", "data/journal")
        #expect(explained.end != .exit(0) && (explained.errors + explained.output).contains("begins at record \(verdict.firstSequence)"), "\(explained.errors)")
        for name in snapshots(market) { try FileManager.default.removeItem(atPath: market.path("data/journal/\(name)")) }
        let unproved = try market.run("replay", "data/journal")
        #expect(unproved.end == .exit(1) && (unproved.errors + unproved.output).contains("the journal begins here"), "\(unproved.errors)")
    }
}
