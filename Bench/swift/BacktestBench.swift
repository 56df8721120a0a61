internal import Agents
internal import Backtest
internal import Core
internal import CxxEvent
internal import Engine
internal import MarketData
internal import Reports
internal import Risk

/// Events a second through the whole backtest, and through the engine's own part of it, on a generated market order by
/// order. Thread time; one core.
enum BacktestBench {
    private static let events = 5_000_000
    private static let goal = 15.0

    static func run() throws {
        let series = GeneratedSeries.make(count: events)
        // Its type is named, or this compiler does not find the member.
        let instruments: [martlet.InstrumentDefinition] = series.instruments
        print("events \(events), instruments \(instruments.count), live orders at the end \(GeneratedSeries.liveOrders(series))")
        try whole(series)
        try engineAlone(series)
    }

    static func settings() -> BacktestConfiguration {
        var settings = BacktestConfiguration()
        settings.engine.expectedBookOrders = 8_192
        return settings
    }

    /// Recorded market, engine, bars, features, agents, gate, ledger.
    private static func whole(_ series: EventSeries) throws {
        var rates: [Double] = []
        for _ in 0..<5 {
            var backtest = try Backtest(settings(), series: series, council: Council.ruleBased())
            let start = Measure.threadTime()
            let result = try backtest.run()
            rates.append(Double(result.events) * 1e3 / Double(Measure.threadTime() - start))
            if rates.count == 1 {
                print("orders \(result.report.orders.submitted), fills \(result.report.fills), digest \(result.decisionDigest.prefix(12))")
            }
        }
        Measure.report("whole backtest, events/s", millions: rates, goal: goal)
    }

    /// Book, bars, features, timers; its requests are not answered.
    private static func engineAlone(_ series: EventSeries) throws {
        var rates: [Double] = []
        for _ in 0..<5 {
            var configuration = settings().engine
            configuration.reconciles = false
            var engine = try Engine(
                configuration, instruments: series.instruments, sources: series.kinds, policy: RiskPolicy(),
                time: series.events[0].receive_time)
            let start = Measure.threadTime()
            var number: UInt64 = 0
            for event in series.events {
                var event = event
                number += 1
                event.sequence = number
                while engine.nextTimer <= event.receive_time, let kind = engine.nextTimerKind {
                    var timer = martlet.HostEvent()
                    timer.kind = .timer
                    timer.id = kind.rawValue
                    timer.receive_time = engine.nextTimer
                    engine.consume(host: timer)
                    engine.output.removeAll()
                }
                engine.consume(market: &event)
            }
            rates.append(Double(series.events.count) * 1e3 / Double(Measure.threadTime() - start))
        }
        Measure.report("engine alone, events/s", millions: rates)
    }
}
