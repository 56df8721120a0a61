import CxxEvent
import Domain
import MarketData
import Testing

@Suite struct BarAggregatorTests {
    private static let second: Int64 = 1_000_000_000

    private func trade(_ seconds: Int64, _ price: Int64, _ quantity: Int64 = 1) -> martlet.MarketEvent {
        var event = martlet.MarketEvent()
        event.kind = .trade
        event.receive_time = seconds * Self.second
        event.exchange_time = event.receive_time
        event.price = price
        event.quantity = quantity
        return event
    }

    private func bar(closing minute: Int64, _ open: Int64, _ high: UInt32, _ low: Int64, _ close: Int64) -> martlet.MarketEvent {
        var bar = martlet.BarEvent()
        bar.kind = .bar
        bar.exchange_time = minute * 60 * Self.second
        bar.receive_time = bar.exchange_time
        bar.low = low
        bar.open_above_low = UInt32(open - low)
        bar.high_above_low = high - UInt32(low)
        bar.close_above_low = UInt32(close - low)
        bar.seconds = 60
        bar.volume = 2
        return martlet.as_market_event(bar)
    }

    /// What the builder gives out after each event.
    private func given(
        _ timeframe: Timeframe, _ price: BarPrice, of source: SourceKind = .byPrice, _ events: [martlet.MarketEvent]
    ) -> [martlet.BarEvent?] {
        var builder = BarAggregator(timeframe: timeframe, price: price, of: source)
        return events.map { builder.add($0) }
    }

    @Test("a bar of ticks is given out by the first tick at or after its end, and not before")
    func ticks() throws {
        let bars = given(.minute, .trades, [trade(0, 100), trade(10, 120, 3), trade(59, 90), trade(60, 500)])
        #expect(bars.dropLast().allSatisfy { $0 == nil })
        let bar = try #require(bars[3])
        #expect(bar.exchange_time == 60 * Self.second)
        #expect((bar.open(), bar.high(), bar.low, bar.close()) == (100, 120, 90, 90))
        #expect(bar.volume == 5)
    }

    @Test("a span without ticks gives no bar")
    func gap() {
        let bars = given(.minute, .trades, [trade(0, 100), trade(600, 200), trade(660, 300)])
        #expect(bars.map { $0?.exchange_time } == [nil, 60 * Self.second, 660 * Self.second])
    }

    @Test("order by order, a trade that repeats an execution counts once, and one of hidden liquidity counts")
    func repeated() throws {
        var execution = trade(1, 100, 4)
        execution.kind = .order_execute
        var hidden = trade(2, 110, 2)
        hidden.flags = UInt16(martlet.market_flag_implied.rawValue)
        var next = trade(60, 1)
        next.kind = .order_execute
        let events = [execution, trade(1, 100, 4), hidden, next]
        #expect(try #require(given(.minute, .trades, of: .byOrder, events)[3]).volume == 6)
        #expect(try #require(given(.minute, .trades, events)[3]).volume == 10)
    }

    @Test("volumes beyond any market are the most that a number can say, and prices too far apart are no bar; neither stops anything")
    func tooMuch() throws {
        let most = given(.minute, .trades, [trade(0, 100, .max), trade(1, 100, .max), trade(60, 100)])
        #expect(try #require(most[2]).volume == .max)
        #expect(given(.minute, .trades, [trade(0, .min), trade(1, .max), trade(60, 100)])[2] == nil)
    }

    @Test("a clock ends a bar at its end, not before, and what comes for it later makes a second one")
    func clock() throws {
        var builder = BarAggregator(timeframe: .minute, price: .trades, of: .byPrice)
        func closed(_ seconds: Int64) -> Int64? { builder.close(through: seconds * Self.second)?.close() }
        func added(_ event: martlet.MarketEvent) -> martlet.BarEvent? { builder.add(event) }
        #expect(closed(60) == nil)
        #expect(added(trade(59, 100)) == nil)
        #expect(closed(59) == nil)
        #expect(closed(60) == 100)
        #expect(closed(600) == nil)
        #expect(added(trade(59, 90)) == nil)
        let second = try #require(added(trade(61, 95)))
        #expect((second.exchange_time, second.close()) == (60 * Self.second, 90))
    }

    @Test("a longer bar is given out with the shorter bar that closes with it")
    func shorterBars() throws {
        let minutes = (Int64(1)...4).map { bar(closing: $0, 100, 110 + UInt32($0), 90 - $0, 101) }
        let bars = given(.minutes5, .trades, minutes + [bar(closing: 5, 100, 105, 95, 99)])
        #expect(bars.dropLast().allSatisfy { $0 == nil })
        let five = try #require(bars[4])
        #expect(five.exchange_time == 300 * Self.second)
        #expect((five.open(), five.high(), five.low, five.close()) == (100, 114, 86, 99))
        #expect(five.volume == 10)
        #expect(five.seconds == 300)
    }

    @Test("when the closing bar is absent the longer bar comes with the next one, without its prices")
    func absentClose() throws {
        let bars = given(.minutes5, .trades, [bar(closing: 4, 100, 110, 90, 101), bar(closing: 7, 200, 210, 190, 201)])
        let five = try #require(bars[1])
        #expect(five.exchange_time == 300 * Self.second)
        #expect(five.high() == 110)
    }

    @Test("bars of one side never mix with those of another, and times before 1970 have bars too")
    func sides() {
        #expect(given(.minute, .bid, [bar(closing: 1, 100, 110, 90, 101)])[0] == nil)
        let bars = given(.minute, .trades, [trade(-61, 7), trade(-1, 8)])
        #expect(bars.map { $0?.exchange_time } == [nil, -60 * Self.second])
    }

    @Test(
        "five-minute bars of the BTC-PERP sample hold the extremes of their minutes",
        .enabled(if: Samples.run, "the market data samples are not beside the checkout"))
    func sample() throws {
        let folder = try TemporaryFolder()
        let catalog = try folder.catalog()
        _ = try importFile(
            ImportRequest(
                source: .bars(path: Samples.path("crypto_bars/btc-perp_1m_20211231_20220201.csv.gz")),
                instrument: specification("FTX", "BTC-PERP")), into: catalog)
        let entry = try catalog.buildBars(from: CatalogSelection(symbol: "BTC-PERP"), timeframe: .minutes5)
        let minutes = try catalog.load([CatalogSelection(symbol: "BTC-PERP", timeframe: .minute)])
        let fives = try catalog.load([CatalogSelection(symbol: "BTC-PERP", timeframe: .minutes5)])
        #expect(entry.events == fives.events.count)
        #expect(fives.events.count == 9_006)
        var volume: [Int64: Int64] = [:]
        var high: [Int64: Int64] = [:]
        for event in minutes.events {
            let bar = martlet.as_bar(event)
            let close = (bar.exchange_time + 300 * Self.second - 1) / (300 * Self.second) * 300 * Self.second
            volume[close, default: 0] += bar.volume
            high[close] = max(high[close] ?? 0, bar.high())
        }
        for event in fives.events {
            let bar = martlet.as_bar(event)
            #expect(volume[bar.exchange_time] == bar.volume)
            #expect(high[bar.exchange_time] == bar.high())
        }
        #expect(throws: MarketDataError.self) {
            try catalog.buildBars(from: CatalogSelection(symbol: "BTC-PERP", timeframe: .minutes5), timeframe: .minute)
        }
    }
}
