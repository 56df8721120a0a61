import Agents
import Backtest
import Core
import CxxEvent
import CxxExchange
import Engine
import MarketData
import Reports
import Simulation
import Testing

@Suite struct BacktestTests {
    /// A generated market of two instruments, `minutes` long.
    static func series(seed: UInt64, minutes: Int64 = 120) throws -> EventSeries {
        let definitions = (0..<2).map { index in
            var definition = martlet.InstrumentDefinition()
            definition.id = UInt32(index)
            withUnsafeMutableBytes(of: &definition.symbol) { $0.copyBytes(from: "TEST\(index)".utf8) }
            withUnsafeMutableBytes(of: &definition.currency) { $0.copyBytes(from: "USD".utf8) }
            definition.price_increment = martlet.Decimal(mantissa: 1, exponent: -2)
            definition.lot_increment = martlet.Decimal(mantissa: 1, exponent: 0)
            definition.multiplier = martlet.Decimal(mantissa: 1, exponent: 0)
            definition.money_unit = martlet.Decimal(mantissa: 1, exponent: -4)
            definition.tick = 1
            definition.taker_fee_ppm = 50
            return definition
        }
        var exchange = martlet.Exchange()
        var options = martlet.ExchangeOptions()
        options.seed = seed
        options.instrument_count = 2
        options.start_time = 1_736_173_800_000_000_000
        let status = withElements(definitions) { instruments in
            options.instruments = instruments.baseAddress
            return exchange.open(options)
        }
        try #require(status == .ok)
        var events: [martlet.MarketEvent] = []
        for second in 1...(minutes * 60) {
            while exchange.advance(options.start_time + second * 1_000_000_000) == .buffer_full {}
            for event in exchange.market_events() {
                var event = event
                event.receive_time = max(event.exchange_time, events.last?.receive_time ?? .min)
                events.append(event)
            }
            exchange.clear_market_events()
            exchange.clear_reports()
        }
        return EventSeries(instruments: definitions, kinds: [.byOrder, .byOrder], contentHashes: ["seed \(seed)"], events: events)
    }

    static func run(_ series: EventSeries, _ change: (inout BacktestConfiguration) -> Void = { _ in }) throws -> BacktestResult {
        var configuration = BacktestConfiguration()
        configuration.engine.timeframe = 15_000_000_000
        change(&configuration)
        var backtest = try Backtest(configuration, series: series, council: Council.ruleBased())
        return try backtest.run()
    }

    @Test("the same events give the same digests, other events other ones")
    func deterministic() throws {
        let series = try Self.series(seed: 1)
        let first = try Self.run(series)
        let second = try Self.run(series)
        #expect(first.report.fills > 10)
        #expect(first.decisionDigest == second.decisionDigest)
        #expect(first.inputDigest == second.inputDigest)
        let other = try Self.run(Self.series(seed: 2))
        #expect(other.decisionDigest != first.decisionDigest)
        #expect(other.inputDigest != first.inputDigest)
    }

    @Test("the report's profit, fees and positions agree with its trades")
    func conservation() throws {
        let result = try Self.run(Self.series(seed: 3))
        let report = result.report
        let fees = report.trades.reduce(Int64(0)) { $0 + $1.fee.units }
        #expect(fees == report.fees.units)
        var net: Int64 = 0
        for instrument in report.instruments { net += instrument.netProfit.units }
        #expect(net == report.metrics.netProfit.units)
        for instrument in report.instruments {
            let lots = report.trades.filter { $0.instrument == instrument.symbol }
                .reduce(Int64(0)) { $0 + ($1.side == .buy ? 1 : -1) * $1.quantity.units }
            if report.instruments.count(where: { $0.symbol == instrument.symbol }) == 1 { #expect(lots == instrument.position.units) }
        }
        let attributed = report.agents.reduce(Int64(0)) { $0 + $1.netProfit.units }
        #expect(attributed == net, "every unit of profit belongs to somebody's decision")
    }

    @Test("a slower feed, decision or order changes what is decided, never whether it is the same twice", arguments: [0, 1_000_000, 250_000_000] as [Int64])
    func latency(feed: Int64) throws {
        let series = try Self.series(seed: 4, minutes: 60)
        let first = try Self.run(series) { $0.latency.feed = feed }
        let second = try Self.run(series) { $0.latency.feed = feed }
        #expect(first.decisionDigest == second.decisionDigest)
        #expect(first.report.events == UInt64(series.events.count))
    }
}
