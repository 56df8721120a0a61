import Foundation
import Testing

@Suite struct KillSwitchTests {

    private func isThrown(_ market: Market) throws -> Bool {
        let shown = try market.run("risk", "show", "--set", "run.data=data", "--format", "json")
        let object = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
        return try #require(object?["tripped"] as? Bool)
    }

    /// No order leaves while the session goes through some twenty bars more.
    private func expectSilence(_ market: Market, _ session: Child) throws {
        #expect(waits(20) { (try? isThrown(market)) == true })
        let orders = market.ordersStored()
        let bytes = market.journalBytes()
        // Several hundred records: some twenty bars, on each of which it would have traded.
        #expect(waits(30) { market.journalBytes() > bytes + 100_000 || !session.isRunning })
        #expect(session.isRunning, "\(session.errors)")
        #expect(market.ordersStored() == orders)
    }

    @Test("the kill switch, thrown from another process, stops new orders, survives kill -9 and is lifted by an operator alone")
    func command() throws {
        let market = try Market()
        try market.openVenue()
        var session = try market.openSession()
        try market.trades(3, session: session)
        let thrown = try market.run("risk", "kill", "--set", "run.data=data")
        #expect(thrown.output.contains("the running process took it"))
        try expectSilence(market, session)
        session.kill()
        session = try market.openSession()
        try expectSilence(market, session)
        #expect(try market.run("risk", "resume", "--set", "run.data=data").end == .exit(0))
        try market.trades(market.ordersStored() + 2, session: session)
        #expect(try !isThrown(market))
        session.send(SIGTERM)
        #expect(try session.wait() == .exit(130))
        let report = try market.lastSession()
        _ = try market.expectEqualBooks(report: report, books: try market.closeVenue())
    }

    @Test("SIGUSR1 throws the kill switch; it is lifted while no process runs")
    func signal() throws {
        let market = try Market()
        try market.openVenue()
        var session = try market.openSession()
        try market.trades(3, session: session)
        session.send(SIGUSR1)
        try expectSilence(market, session)
        session.kill()
        #expect(try market.run("risk", "resume", "--set", "run.data=data").output.contains("no process runs"))
        session = try market.openSession()
        try market.trades(market.ordersStored() + 2, session: session)
        session.send(SIGTERM)
        #expect(try session.wait() == .exit(130))
    }

    @Test("a kill that the journal has and the file has not is not lifted by a restart")
    func fileLost() throws {
        let market = try Market()
        try market.openVenue()
        var session = try market.openSession()
        try market.trades(2, session: session)
        _ = try market.run("risk", "kill", "--set", "run.data=data")
        try expectSilence(market, session)
        session.kill()
        // As after a crash, or on a full disk, between the record and the file.
        try FileManager.default.removeItem(atPath: market.path("data/kill-switch"))
        session = try market.openSession()
        try expectSilence(market, session)
        session.send(SIGTERM)
        #expect(try session.wait() == .exit(130))
    }
}
