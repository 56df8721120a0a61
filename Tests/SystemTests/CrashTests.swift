import Foundation
import Testing

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite(.serialized) struct CrashTests {
    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Kills: `./martlet test-crash` asks for 200.
    private static var rounds: Int { environment["MARTLET_CRASHES"].flatMap { Int($0) } ?? 12 }
    private static var seed: UInt64 { environment["MARTLET_CRASH_SEED"].flatMap { UInt64($0) } ?? 1 }

    @Test("a session that is killed at random again and again loses no order, doubles none, and has the venue's books")
    func randomKills() throws {
        let market = try Market()
        try market.openVenue()
        var generator = SeededGenerator(seed: Self.seed)
        for round in 1...Self.rounds {
            let orders = market.ordersStored()
            let wanted = Int.random(in: 0...3, using: &generator)
            // After so many orders of its own, and so many bytes of journal later: no two kills are alike. One in four
            // comes before the first order: into the recovery from the one before.
            let bytes = Int.random(in: 0...(wanted == 0 ? 20_000 : 3_000), using: &generator)
            let before = market.journalBytes()
            let session = try market.openSession()
            if wanted > 0 { try market.trades(orders + wanted, session: session) }
            let mark = wanted == 0 ? before : market.journalBytes()
            let came = waits(30) { market.journalBytes() >= mark + bytes || !session.isRunning }
            try #require(came && session.isRunning, "round \(round): \(session.output.suffix(1_000)) \(session.errors)")
            session.kill()
        }
        let report = try market.lastSession()
        let journal = try market.expectEqualBooks(report: report, books: try market.closeVenue())
        #expect(journal.newOrders.count >= Self.rounds)
        #expect(journal.executions.count >= Self.rounds)
        print("\(Self.rounds) kills, seed \(Self.seed): \(journal.newOrders.count) orders, \(journal.executions.count) executions")
    }

    @Test("sessions with other limits, bars and agents go on with one journal, and it replays; what cannot change is refused by name")
    func otherConfigurations() throws {
        let market = try Market()
        try market.openVenue()
        var session = try market.openSession()
        try market.trades(3, session: session)
        session.kill()
        try Market.featureSet.replacingOccurrences(of: "5s", with: "10s").replacingOccurrences(of: "110s", with: "30s")
            .write(toFile: market.path("ten.yaml"), atomically: true, encoding: .utf8)
        let others = [
            ["run.timeframe=10s", "features.set=ten.yaml"], ["risk.maximum_position=3%"], ["features.atr=3"], ["agents.trend.enabled=false"],
            ["features.set=none"],
        ]
        for change in others {
            session = try market.openSession(change.flatMap { ["--set", $0] })
            try market.trades(market.ordersStored() + 2, session: session)
            session.kill()
        }
        try Market.configuration.replacingOccurrences(of: "  - {symbol: BRAVO, start_price: 40}\n", with: "")
            .write(toFile: market.path("one.yaml"), atomically: true, encoding: .utf8)
        let changes = [
            (["--set", "run.capital=2000000 USD"], "run.capital"), (["--set", "risk.maximum_open_orders=100"], "risk.maximum_open_orders"),
            (["--config", "one.yaml"], "the journal has 2 instruments, the configuration 1"),
        ]
        for (change, words) in changes {
            let refused = try market.start(["paper", "--config", "m.yaml", "--set", "venue.port=\(market.port)", "--format", "json"] + change)
            #expect(try refused.wait() == .exit(65), "\(change): \(refused.output)")
            #expect((refused.output + refused.errors).contains(words), "\(refused.output)")
        }
        let report = try market.lastSession()
        _ = try market.expectEqualBooks(report: report, books: try market.closeVenue())
    }

    @Test("a venue that is killed and comes back finds a session that reconnects, reconciles and trades on")
    func venueKilled() throws {
        let market = try Market()
        try market.openVenue()
        let session = try market.openSession()
        for round in 1...3 {
            try market.trades(market.ordersStored() + 2, session: session)
            market.killVenue()
            try market.openVenue()
            let before = market.ordersStored()
            try market.trades(before + 2, session: session)
            #expect(session.isRunning, "round \(round)")
        }
        session.send(SIGTERM)
        #expect(try session.wait() == .exit(130), "ended by a signal, in order: \(session.output) \(session.errors)")
        let report = try market.lastSession()
        let journal = try market.expectEqualBooks(report: report, books: try market.closeVenue())
        #expect(journal.newOrders.count >= 12)
    }
}
