internal import Agents
internal import Backtest
internal import CxxEvent
internal import MarketData
internal import Reports

/// Bars a second through a backtest in which every bar asks the council: what a decision costs, all in.
enum BarsBench {
    private static let bars = 500_000

    static func run() throws {
        let series = randomWalk()
        var rates: [Double] = []
        for _ in 0..<5 {
            var backtest = try Backtest(BacktestBench.settings(), series: series, council: Council.ruleBased())
            let start = Measure.threadTime()
            let result = try backtest.run()
            rates.append(Double(result.events) * 1e3 / Double(Measure.threadTime() - start))
            if rates.count == 1 { print("orders \(result.report.orders.submitted), fills \(result.report.fills)") }
        }
        Measure.report("1-minute bars with a decision each, bars/s", millions: rates)
    }

    /// One instrument around the clock, a seeded walk of at most five increments a minute.
    private static func randomWalk() -> EventSeries {
        var state: UInt64 = 42
        func draw(_ bound: UInt64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64((state >> 33) % bound)
        }
        let minute: Int64 = 60_000_000_000
        var close: Int64 = 100_000
        let events = (0..<bars).map { index in
            var bar = martlet.BarEvent()
            bar.kind = .bar
            bar.seconds = 60
            bar.exchange_time = 1_735_776_000_000_000_000 + Int64(index) * minute
            let open = close
            close = max(50_000, close + draw(11) - 5)
            bar.low = min(open, close) - draw(3)
            bar.open_above_low = UInt32(open - bar.low)
            bar.close_above_low = UInt32(close - bar.low)
            bar.high_above_low = UInt32(max(open, close) + draw(3) - bar.low)
            bar.volume = 1_000
            return martlet.as_market_event(bar)
        }
        return EventSeries(
            instruments: [GeneratedSeries.instrument(0)], kinds: [.bars], contentHashes: [], events: events)
    }
}
