internal import Core
internal import CxxBook
internal import CxxEvent
internal import CxxExchange
internal import MarketData

/// The generated market that the benches replay: three instruments order by order, about 10,000 live orders.
enum GeneratedSeries {
    static func instrument(_ index: Int) -> martlet.InstrumentDefinition {
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

    static func make(count: Int) -> EventSeries {
        let instruments = (0..<3).map(instrument)
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
}
