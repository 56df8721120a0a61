internal import Agents
internal import Core
internal import CxxEvent
internal import CxxMatching
internal import CxxTelemetry
internal import Engine
internal import Features
internal import MarketData
internal import Risk

/// From the event that ends a bar, through features, council, sizing, gate and order table, to the journalled order:
/// what a session's thread adds to a trade, without networks. Events come at a steady pace, as in a session, and orders
/// fill in the recorded market.
enum TickToOrderBench {
    private static let events = 1_500_000
    /// Events a second of wall time: a busy day's peak, and far from saturation.
    private static let pace: Int64 = 150_000
    private static let orderGoal = (p50: 2.0, p99: 10.0)

    static func run() throws {
        let series = GeneratedSeries.make(count: events)
        for isEager in [false, true] {
            let council = isEager ? try eagerCouncil() : try Council.ruleBased()
            print(isEager ? "with a third agent that turns at every bar, so that every decision trades:" : "the two rule agents:")
            try run(series, council)
        }
    }

    /// Wants the other side at every bar.
    private struct Turner: Agent {
        let identifier = AgentID(rawValue: 900)
        let name = "turner"
        func decide(_ observation: Observation) -> Opinion {
            Opinion(strength: observation.time / 1_000_000_000 % 2 == 0 ? 2 : -2, confidence: 1)
        }
    }

    private static func eagerCouncil() throws -> Council {
        try Council([.init(try TrendAgent()), .init(try MeanReversionAgent()), .init(Turner(), weight: 100)])
    }

    private static func configuration() -> EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.timeframe = 1_000_000_000
        configuration.reconciles = false
        configuration.expectedBookOrders = 8_192
        configuration.initialCash = 1_000_000_000_0000
        return configuration
    }

    private static func run(_ series: EventSeries, _ council: Council) throws {
        var policy = RiskPolicy()
        policy.maximumOrderLots = 200
        policy.maximumPositionLots = 200
        policy.dailyLossPercent = 100
        policy.monthlyDrawdownPercent = 100
        policy.peakDrawdownPercent = 100
        let start = series.events[0].exchange_time
        var host = try SessionHost(
            configuration(), instruments: series.instruments, sources: series.kinds, policy: policy, council: council, time: start)
        var market = recordedMarket(series, host.engine)
        var began = Measure.monotonic()
        var paced: Int64 = 0
        for index in series.events.indices {
            let event = series.events.baseAddress! + index
            let time = event.pointee.exchange_time
            host.timers(upTo: time)
            market.before(event)
            host.market(event, at: time)
            let reports = market.after(event)
            if reports > 0 || !host.commands.isEmpty { settle(&host, &market, at: time) }
            paced += 1
            // Every hundred events: a finer pace would cost more in looking at the clock than it gains.
            if paced % 100 == 0 {
                let due = began + paced * 1_000_000_000 / pace
                if Measure.monotonic() - due > 50_000_000 { began += Measure.monotonic() - due }
                while Measure.monotonic() < due {}
            }
        }
        report("tick to order", host.tickToOrder, goal: orderGoal)
        report("tick to release", host.tickToRelease, goal: nil)
        try host.end()
    }

    /// Commands reach the venue at once, and what it says comes back at once.
    private static func settle(_ host: inout SessionHost, _ market: inout martlet.RecordedMarket, at time: Int64) {
        while !host.commands.isEmpty || market.report_count() > 0 {
            let commands = host.commands
            host.commands.removeAll(keepingCapacity: true)
            for command in commands { market.submit(command, time) }
            let reports = Array(UnsafeBufferPointer(start: market.reports(), count: market.report_count()))
            market.clear_reports()
            for report in reports { host.order(report, at: time) }
        }
    }

    private static func recordedMarket(_ series: EventSeries, _ engine: borrowing Engine) -> martlet.RecordedMarket {
        let options = series.instruments.indices.map { index in
            var options = martlet.RecordedOptions()
            options.source = .by_order
            options.expected_orders = 8_192
            options.shared_book = engine.book(index)
            return options
        }
        return withElements(series.instruments) { definitions in
            withElements(options) { martlet.RecordedMarket(definitions.baseAddress, $0.baseAddress, definitions.count) }
        }
    }

    private static func report(_ name: String, _ histogram: borrowing martlet.Histogram, goal: (p50: Double, p99: Double)?) {
        func microseconds(_ percentile: Double) -> Double { Double(histogram.value_at_percentile(percentile)) / 1e3 }
        let (p50, p99) = (microseconds(50), microseconds(99))
        let verdict = goal.map { "; goal \($0.p50) and \($0.p99), \(p50 <= $0.p50 && p99 <= $0.p99 ? "met" : "not met")" } ?? ""
        print("  \(name): \(histogram.count()) orders, p50 \(p50) µs, p99 \(p99) µs, p99.9 \(microseconds(99.9)) µs" + verdict)
    }
}
