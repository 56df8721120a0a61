internal import CxxBook
internal import CxxEvent
internal import CxxFeature
internal import MarketData

// The hot path: one market event into one lane.
//
//     event ──► book ──► best bid and ask moved? ──► order flow, stop
//        └────► execution, trade ──► bar in progress

/// What the engine has to look at after a lane took an event.
struct LaneAttention: OptionSet {
    let rawValue: UInt8
    /// The protective stop was touched.
    static let stop = LaneAttention(rawValue: 1)
    /// A bar of the source ended a decision bar.
    static let bar = LaneAttention(rawValue: 2)
    /// The book refused the event or is no longer to be believed.
    static let fault = LaneAttention(rawValue: 4)
}

extension Lane {
    /// Applies one event. O(1) but for the book's own cost; never allocates.
    @inline(__always)
    mutating func apply(_ event: UnsafePointer<martlet.MarketEvent>) -> LaneAttention {
        if event.pointee.flags & UInt16(martlet.market_flag_late.rawValue) == 0 { marketTime = event.pointee.receive_time }
        switch event.pointee.kind {
        case .trade:
            // Order by order, a plain trade repeats the execution before it; one of hidden liquidity does not.
            if source != .byOrder || event.pointee.flags & UInt16(martlet.market_flag_implied.rawValue) != 0 { print(event) }
            return []
        case .order_execute:
            print(event)
            fallthrough
        case .order_add, .order_modify, .order_cancel, .level_set, .quote:
            if book.pointee.apply(event.pointee) == .none { return refreshTop() }
            faults += 1
            return refreshTop().union(.fault)
        default:
            return applyRare(event)
        }
    }

    /// Adds what traded to the bar in progress.
    @inline(__always)
    private mutating func print(_ event: UnsafePointer<martlet.MarketEvent>) {
        if event.pointee.receive_time >= bars.end { closeBar() }
        bars.add(price: event.pointee.price, quantity: event.pointee.quantity, time: event.pointee.receive_time)
    }

    /// Reads the top of the book; where it moved, the features and the stop follow.
    @inline(__always)
    mutating func refreshTop() -> LaneAttention {
        let newBid = book.pointee.best_bid()
        let newAsk = book.pointee.best_ask()
        if newBid.price == bid && newAsk.price == ask && newBid.quantity == bidQuantity && newAsk.quantity == askQuantity {
            return []
        }
        bid = newBid.price
        ask = newAsk.price
        bidQuantity = newBid.quantity
        askQuantity = newAsk.quantity
        guard bidQuantity > 0 && askQuantity > 0 else { return [] }
        flow.update(bid, bidQuantity, ask, askQuantity)
        return stopTouched ? .stop : []
    }

    /// The market is at or beyond the protective stop: the bid for a long position, the ask for a short one.
    var stopTouched: Bool {
        guard stop != .min && !stopFired else { return false }
        return stopIsBelow ? bid <= stop : ask >= stop
    }

    @inline(never)
    private mutating func applyRare(_ event: UnsafePointer<martlet.MarketEvent>) -> LaneAttention {
        switch event.pointee.kind {
        case .snapshot_begin, .clear, .discontinuity:
            _ = book.pointee.apply(event.pointee)
            forgetTop()
            flow.reset()
            return []
        case .snapshot_end:
            _ = book.pointee.apply(event.pointee)
            return refreshTop()
        case .bar:
            return apply(bar: martlet.as_bar(event.pointee))
        case .trading_status:
            status = martlet.TradingStatus(rawValue: UInt8(truncatingIfNeeded: event.pointee.reference)) ?? .unknown
            return []
        default:
            return []
        }
    }

    /// Ends the bar in progress, if there is one, and tells the features. Whether there was one.
    @discardableResult
    mutating func closeBar() -> Bool {
        guard !bars.isEmpty else { return false }
        kernels.update(
            high: Double(bars.high) * increment, low: Double(bars.low) * increment, close: Double(bars.close) * increment)
        bars.reset()
        return true
    }

    private mutating func forgetTop() {
        bid = 0
        ask = 0
        bidQuantity = 0
        askQuantity = 0
    }

    /// A bar of trades is taken as it is; a bid bar waits for the ask bar of the same minute, and the two make
    /// one bar of middle prices.
    private mutating func apply(bar: martlet.BarEvent) -> LaneAttention {
        switch bar.side {
        case .buy:
            bidBar = bar
            return []
        case .sell:
            guard bidBar.exchange_time == bar.exchange_time else { return .fault }
            bid = bidBar.close()
            ask = bar.close()
            return add(middle(bidBar, bar))
        default:
            bid = bar.close()
            ask = bar.close()
            return add(bar)
        }
    }

    private mutating func add(_ bar: martlet.BarEvent) -> LaneAttention {
        var attention: LaneAttention = stopTouched ? .stop : []
        if bars.boundary(covering: bar.exchange_time) > bars.end { closeBar() }
        bars.add(bar: bar, closeTime: bar.exchange_time)
        if bars.end <= bar.exchange_time { attention.insert(.bar) }
        return attention
    }

    private func middle(_ bid: martlet.BarEvent, _ ask: martlet.BarEvent) -> martlet.BarEvent {
        var bar = ask
        let open = (bid.open() + ask.open()) / 2
        let close = (bid.close() + ask.close()) / 2
        let high = max((bid.high() + ask.high()) / 2, open, close)
        let low = min((bid.low + ask.low) / 2, open, close)
        bar.side = .none
        bar.low = low
        bar.open_above_low = UInt32(open - low)
        bar.high_above_low = UInt32(high - low)
        bar.close_above_low = UInt32(close - low)
        bar.volume = bid.volume + ask.volume
        return bar
    }
}
