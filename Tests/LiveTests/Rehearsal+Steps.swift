import CxxEvent
import Engine

/// Where the four markets stand.
struct DrawnMarket {
    var middles: [Int64] = [10_000, 5_000, 20_000, 8_000]
    var orders: [UInt64: (side: martlet.Side, price: Int64, quantity: Int64)] = [:]
    var numbers: [UInt64] = []
    var nextOrder: UInt64 = 1
}

/// What the venue has, and has not answered.
struct DrawnVenue {
    struct Order {
        var command: martlet.Command
        var filled: Int64 = 0
        var leaves: Int64
    }
    var inbox: [martlet.Command] = []
    var orders: [Order] = []
    /// Executions told, to be repeated, busted or corrected.
    var told: [martlet.OrderEvent] = []
    var nextExecution: UInt64 = 1
    var isUp = false
}

extension Rehearsal {
    /// One drawn thing that happens.
    mutating func step() throws {
        switch random.below(1_000) {
        case 0..<460: drawMarket()
        case 460..<600: advance(Int64(random.below(900_000_000)))
        case 600..<605: advance(Int64(random.below(20)) * 1_000_000_000)
        case 605..<800: for _ in 0...random.below(4) { answerOne() }
        case 800..<900 where !questions.isEmpty: try decide(random.below(questions.count), isFallback: random.below(4) == 0)
        case 900..<962: happen()
        case 962..<966: turnSession()
        case 966..<972: control()
        case 972..<974: try restart()
        default: drawMarket()
        }
    }

    // MARK: the market

    private mutating func drawMarket() {
        let instrument = random.below(4)
        let drift = Int64(random.below(11)) - 5
        market.middles[instrument] = max(100, market.middles[instrument] + drift)
        if random.below(200) == 0 { market.middles[instrument] = market.middles[instrument] * Int64(95 + random.below(11)) / 100 }
        let middle = market.middles[instrument]
        if random.below(300) == 0 { return rare(instrument) }
        switch instrument {
        case 0: drawOrder(middle)
        case 1: drawLevel(middle)
        case 2: drawQuote(middle)
        default: drawBar(middle)
        }
    }

    private func event(_ kind: martlet.EventKind, _ instrument: Int) -> martlet.MarketEvent {
        var event = martlet.MarketEvent()
        event.kind = kind
        event.instrument = UInt32(instrument)
        event.exchange_time = sequencer.time
        event.flags = UInt16(martlet.market_flag_last.rawValue)
        return event
    }

    /// A book that loses its thread, a market that halts.
    private mutating func rare(_ instrument: Int) {
        let kinds: [martlet.EventKind] = [.discontinuity, .snapshot_begin, .snapshot_end, .clear, .trading_status]
        var event = event(kinds[random.below(kinds.count)], instrument)
        if event.kind == .trading_status {
            event.reference = UInt64((random.below(3) == 0 ? martlet.TradingStatus.halted : .open).rawValue)
        }
        if event.kind == .clear || event.kind == .snapshot_begin, instrument == 0 {
            market.numbers.removeAll()
            market.orders.removeAll()
        }
        self.market(event)
    }

    private mutating func drawOrder(_ middle: Int64) {
        let roll = random.below(10)
        if roll < 5 || market.numbers.count < 4 {
            var add = event(.order_add, 0)
            add.side = random.below(2) == 0 ? .buy : .sell
            add.price = add.side == .buy ? middle - 1 - Int64(random.below(6)) : middle + 1 + Int64(random.below(6))
            add.quantity = 1 + Int64(random.below(200))
            add.order = market.nextOrder
            market.nextOrder += 1
            market.numbers.append(add.order)
            return self.market(add)
        }
        let at = random.below(market.numbers.count)
        var change = event(roll < 8 ? .order_cancel : roll < 9 ? .order_execute : .order_modify, 0)
        change.order = random.below(50) == 0 ? 999_999_999 : market.numbers[at]
        change.quantity = change.kind == .order_cancel ? 0 : 1 + Int64(random.below(80))
        change.price = change.kind == .order_modify ? middle + Int64(random.below(9)) - 4 : middle
        if change.kind == .order_cancel { market.numbers.remove(at: at) }
        self.market(change)
    }

    private mutating func drawLevel(_ middle: Int64) {
        if random.below(5) == 0 { return print(1, middle) }
        var level = event(.level_set, 1)
        level.side = random.below(2) == 0 ? .buy : .sell
        level.price = level.side == .buy ? middle - 1 - Int64(random.below(8)) : middle + 1 + Int64(random.below(8))
        level.quantity = random.below(3) == 0 ? 0 : 1 + Int64(random.below(300))
        self.market(level)
    }

    private mutating func drawQuote(_ middle: Int64) {
        if random.below(4) == 0 { return print(2, middle) }
        var quote = martlet.QuoteEvent()
        quote.kind = .quote
        quote.instrument = 2
        quote.exchange_time = sequencer.time
        quote.bid_price = middle - 1 - Int64(random.below(3))
        quote.bid_quantity = Int64(random.below(200))
        quote.ask_price = middle + 1 + Int64(random.below(3))
        quote.ask_quantity = Int64(random.below(200))
        var event = martlet.as_market_event(quote)
        if random.below(50) == 0 { event.flags |= UInt16(martlet.market_flag_late.rawValue) }
        self.market(event)
    }

    private mutating func drawBar(_ middle: Int64) {
        guard random.below(6) == 0 else { return drawQuote(market.middles[2]) }
        var bar = martlet.BarEvent()
        bar.kind = .bar
        bar.instrument = 3
        bar.exchange_time = sequencer.time / 1_000_000_000 * 1_000_000_000
        bar.side = [martlet.Side.none, .none, .buy, .sell][random.below(4)]
        bar.low = middle - 5
        bar.open_above_low = UInt32(random.below(10))
        bar.close_above_low = UInt32(random.below(10))
        bar.high_above_low = max(bar.open_above_low, bar.close_above_low) + UInt32(random.below(4))
        bar.seconds = 1
        bar.volume = Int64(random.below(100))
        self.market(martlet.as_market_event(bar))
    }

    private mutating func print(_ instrument: Int, _ price: Int64) {
        var trade = event(.trade, instrument)
        trade.price = price
        trade.quantity = 1 + Int64(random.below(30))
        self.market(trade)
    }

    // MARK: the operator

    private mutating func control() {
        var event = martlet.HostEvent()
        event.kind = .control
        event.instrument = .max
        let actions: [martlet.ControlAction] = [.kill, .resume, .resume, .resume, .resume, .cancel_all, .reconcile, .accept, .accept, .accept]
        event.code = actions[random.below(actions.count)].rawValue
        event.id = event.code == martlet.ControlAction.kill.rawValue ? UInt64(2 + random.below(2)) : 0
        host(event)
    }

    /// The process ends, in order or not, and another begins.
    private mutating func restart() throws {
        if random.below(2) == 0 {
            var event = martlet.HostEvent()
            event.kind = .control
            event.instrument = .max
            event.code = martlet.ControlAction.stop.rawValue
            host(event)
            event = martlet.HostEvent()
            event.kind = .run_end
            event.instrument = .max
            host(event)
        }
        venue.isUp = false
        try beginRun()
    }

    private mutating func turnSession() {
        venue.isUp.toggle()
        var event = martlet.OrderEvent()
        event.kind = venue.isUp ? .session_up : .session_down
        event.instrument = .max
        order(event)
    }
}
