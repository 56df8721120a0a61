internal import Agents
internal import Backtest
internal import Core
internal import CxxBook
internal import CxxEvent
internal import CxxExchange
internal import CxxTelemetry
internal import Engine
internal import Glibc
internal import MarketData
internal import Reports
internal import Risk

/// The whole engine in backtest, and the engine's own part of it, on a generated market order by order.
///
///     bench [events in millions]        default 5
@main
struct EngineBench {
    static func main() throws {
        let millions = CommandLine.arguments.count > 1 ? Double(CommandLine.arguments[1]) ?? 5 : 5
        let count = Int(millions * 1e6)
        let series = generate(count: count)
        let live = liveOrders(series)
        print("events \(series.events.count), instruments \(series.instruments.count), live orders at the end \(live)")
        try backtest(series)
        try engineAlone(series)
    }

    static let instruments: [martlet.InstrumentDefinition] = (0..<3).map { index in
        var definition = martlet.InstrumentDefinition()
        definition.id = UInt32(index)
        withUnsafeMutableBytes(of: &definition.symbol) { $0.copyBytes(from: "SYM\(index)".utf8) }
        withUnsafeMutableBytes(of: &definition.currency) { $0.copyBytes(from: "USD".utf8) }
        definition.price_increment = martlet.Decimal(mantissa: 1, exponent: -2)
        definition.lot_increment = martlet.Decimal(mantissa: 1, exponent: 0)
        definition.multiplier = martlet.Decimal(mantissa: 1, exponent: 0)
        definition.money_unit = martlet.Decimal(mantissa: 1, exponent: -4)
        definition.tick = 1
        definition.taker_fee_ppm = 50
        return definition
    }

    /// About 10,000 live orders over the three books.
    static func generate(count: Int) -> EventSeries {
        var exchange = martlet.Exchange()
        var options = martlet.ExchangeOptions()
        options.seed = 42
        options.instrument_count = 3
        options.start_time = 1_736_173_800_000_000_000
        let profiles = (0..<3).map { _ in
            var profile = martlet.MarketProfile()
            profile.events_per_second = 100
            profile.resting_orders = 3_300
            return profile
        }
        let status = withElements(instruments) { definitions in
            withElements(profiles) { profiles in
                options.instruments = definitions.baseAddress
                options.profiles = profiles.baseAddress
                return exchange.open(options)
            }
        }
        precondition(status == .ok)
        var events: [martlet.MarketEvent] = []
        events.reserveCapacity(count + 100_000)
        var time = options.start_time
        while events.count < count {
            time += 1_000_000_000
            var more = true
            while more {
                more = exchange.advance(time) == .buffer_full
                for event in exchange.market_events() {
                    var event = event
                    event.receive_time = max(event.exchange_time, events.last?.receive_time ?? .min)
                    events.append(event)
                }
                exchange.clear_market_events()
                exchange.clear_reports()
            }
        }
        return EventSeries(
            instruments: instruments, kinds: [.byOrder, .byOrder, .byOrder], contentHashes: [], events: Array(events[..<count]))
    }

    /// Orders that rest in the books after the last event.
    static func liveOrders(_ series: EventSeries) -> Int {
        var live = 0
        for instrument in 0..<series.instruments.count {
            var options = martlet.BookOptions()
            options.expected_orders = 8_192
            var book = martlet.Book(options)
            for event in series.events where Int(event.instrument) == instrument { _ = book.apply(event) }
            live += book.order_count()
        }
        return live
    }

    static func settings() -> BacktestConfiguration {
        var settings = BacktestConfiguration()
        settings.engine.expectedBookOrders = 8_192
        return settings
    }

    /// Recorded market, engine, agents, gate, ledger: a whole backtest.
    static func backtest(_ series: EventSeries) throws {
        var rates: [Double] = []
        for _ in 0..<5 {
            var backtest = try Backtest(settings(), series: series, council: Council.ruleBased())
            let start = cpuTime()
            let result = try backtest.run()
            let seconds = Double(cpuTime() - start) / 1e9
            rates.append(Double(result.events) / seconds / 1e6)
            if rates.count == 1 {
                print("orders \(result.report.orders.submitted), fills \(result.report.fills), digest \(result.decisionDigest.prefix(12))")
            }
        }
        report("whole backtest, events/s", rates, goal: 15)
    }

    /// The engine's part: book, bars, features, timers; its requests are not answered.
    static func engineAlone(_ series: EventSeries) throws {
        var rates: [Double] = []
        for _ in 0..<5 {
            var configuration = settings().engine
            configuration.reconciles = false
            var engine = try Engine(
                configuration, instruments: series.instruments, sources: series.kinds, policy: RiskPolicy(),
                time: series.events[0].receive_time)
            let start = cpuTime()
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
            rates.append(Double(series.events.count) / (Double(cpuTime() - start) / 1e9) / 1e6)
        }
        report("engine alone, events/s", rates, goal: 15)
    }

    static func report(_ name: String, _ millions: [Double], goal: Double) {
        let sorted = millions.sorted()
        let median = sorted[sorted.count / 2]
        func text(_ value: Double) -> String { "\((value * 100).rounded() / 100) M" }
        print("\(name): median \(text(median)), least \(text(sorted[0])), most \(text(sorted[sorted.count - 1])); goal \(goal) M, \(median >= goal ? "met" : "not met")")
    }

    /// Processor time of this thread in nanoseconds: another process's load does not count.
    static func cpuTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
