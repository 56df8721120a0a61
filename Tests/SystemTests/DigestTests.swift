import Foundation
import Testing

/// The same input gives the same bytes, in whatever process.
@Suite struct DigestTests {
    private struct Result: Decodable {
        struct Orders: Decodable { var submitted: Int }
        var journal: Report.Journal
        var orders: Orders
    }

    private func backtest(_ market: Market, seed: Int) throws -> Result {
        let ended = try market.run("backtest", "--config", "m.yaml", "--set", "venue.embedded=true", "--set", "run.duration=2h", "--seed", "\(seed)", "--format", "json")
        try #require(ended.end == .exit(0), "\(ended.output)\(ended.errors)")
        return try JSONDecoder().decode(Result.self, from: Data(ended.output.utf8))
    }

    @Test("two processes give a backtest the same digests; another seed gives other ones")
    func backtests() throws {
        let market = try Market()
        let first = try backtest(market, seed: 1)
        #expect(first.orders.submitted > 10)
        #expect(try backtest(market, seed: 1).journal.digest == first.journal.digest)
        let other = try backtest(market, seed: 2).journal.digest
        #expect(other.inputs != first.journal.digest.inputs)
        #expect(other.decisions != first.journal.digest.decisions)
    }

    @Test("a session's decisions and orders come out of its journal in another process")
    func replays() throws {
        let market = try Market()
        try market.openVenue()
        let report = try market.lastSession(duration: "10m")
        // The journal has all that a replay needs.
        for file in ["set.yaml", "m.yaml"] { try FileManager.default.removeItem(atPath: market.path(file)) }
        let replayed = try market.run("replay", "data/journal", "--format", "json")
        try #require(replayed.end == .exit(0), "\(replayed.errors)")
        let again = try JSONDecoder().decode(Replayed.self, from: Data(replayed.output.utf8))
        #expect(again.digest == report.journal.digest)
        #expect(again.decidedAgain > 50)
        _ = try market.closeVenue()
    }
}
