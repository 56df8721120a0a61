internal import Core
package import CxxEvent
package import Domain
package import MarketData

/// A bar of a set that is over.
package struct ClosedBar: Sendable, Hashable {
    /// Its close, nanoseconds since the Unix epoch.
    package var time: Int64
    package var bar: BarValues
}

/// One instrument's events to the bars of a set: in a computation over histories and in a session's engine, so that both have the
/// same bars. Prices in price units, volume in units of the thing traded.
///
/// O(1) per event, never allocates.
package struct FeatureBarBuilder {
    private let timeframe: Timeframe
    private let priceUnit: Double
    private let lotUnit: Double
    private let isOfMiddle: Bool
    var first: BarAggregator
    /// The asks, where bars are of the middle.
    var second: BarAggregator
    /// Of the middle: the sides that wait for the other.
    var bid = WaitingBars()
    var ask = WaitingBars()

    package init(_ set: FeatureSet, _ instrument: Instrument, _ source: SourceKind) {
        self.init(timeframe: set.timeframe, price: set.price, instrument, source)
    }

    package init(timeframe: Timeframe, price: FeaturePrice, _ instrument: Instrument, _ source: SourceKind) {
        self.timeframe = timeframe
        let side: BarPrice =
            switch price {
            case .trades: .trades
            case .bid, .middle: .bid
            case .ask: .ask
            }
        first = BarAggregator(timeframe: timeframe, price: side, of: source)
        second = BarAggregator(timeframe: timeframe, price: .ask, of: source)
        isOfMiddle = price == .middle
        priceUnit = instrument.priceIncrement.value
        lotUnit = instrument.lotIncrement.value
    }

    /// Takes the next event; the bar that it shows to be over. `rest` then gives those that it ends besides.
    package mutating func add(_ event: martlet.MarketEvent) -> ClosedBar? {
        let one = whole(event, first.price) ?? first.add(event)
        guard isOfMiddle else { return one.map(closed) }
        if let one { bid.put(closed(one)) }
        if let other = whole(event, second.price) ?? second.add(event) { ask.put(closed(other)) }
        return middle()
    }

    /// What else ends with an event that was added: a bar of the source ends its own longer bar, and may have shown the one before it to
    /// be over too, whose last part never came. nil: nothing more.
    package mutating func rest(of event: martlet.MarketEvent) -> ClosedBar? {
        guard event.kind == .bar else { return nil }
        let bar = martlet.as_bar(event)
        let one = bar.side == first.price.side ? first.close(through: bar.exchange_time) : nil
        guard isOfMiddle else { return one.map(closed) }
        if let one { bid.put(closed(one)) }
        if bar.side == second.price.side, let other = second.close(through: bar.exchange_time) { ask.put(closed(other)) }
        return middle()
    }

    /// The bar in progress, where `time` shows it to be over.
    package mutating func close(through time: Int64) -> ClosedBar? {
        guard isOfMiddle else { return first.close(through: time).map(closed) }
        if let one = first.close(through: time) { bid.put(closed(one)) }
        if let other = second.close(through: time) { ask.put(closed(other)) }
        return middle()
    }

    private mutating func middle() -> ClosedBar? {
        guard let (bid, ask) = bid.pair(with: &ask) else { return nil }
        return ClosedBar(
            time: bid.time,
            bar: BarValues(
                open: (bid.bar.open + ask.bar.open) / 2, high: (bid.bar.high + ask.bar.high) / 2, low: (bid.bar.low + ask.bar.low) / 2,
                close: (bid.bar.close + ask.bar.close) / 2, volume: bid.bar.volume))
    }

    /// A bar that has the set's length already: as it is, whatever its close is aligned to.
    private func whole(_ event: martlet.MarketEvent, _ price: BarPrice) -> martlet.BarEvent? {
        guard event.kind == .bar else { return nil }
        let bar = martlet.as_bar(event)
        return Int64(bar.seconds) == Int64(timeframe.seconds) && bar.side == price.side ? bar : nil
    }

    private func closed(_ bar: martlet.BarEvent) -> ClosedBar {
        ClosedBar(
            time: bar.exchange_time,
            bar: BarValues(
                open: Double(bar.open()) * priceUnit, high: Double(bar.high()) * priceUnit, low: Double(bar.low) * priceUnit,
                close: Double(bar.close()) * priceUnit, volume: Double(bar.volume) * lotUnit))
    }
}

/// The last two bars of one side.
package struct WaitingBars {
    var before: ClosedBar?
    var last: ClosedBar?

    mutating func put(_ bar: ClosedBar) {
        before = last
        last = bar
    }

    /// Takes out the earliest two of one moment, and what is older.
    mutating func pair(with other: inout WaitingBars) -> (ClosedBar, ClosedBar)? {
        if let mine = before, let its = other.take(mine.time) {
            before = nil
            return (mine, its)
        }
        if let mine = last, let its = other.take(mine.time) {
            before = nil
            last = nil
            return (mine, its)
        }
        return nil
    }

    private mutating func take(_ time: Int64) -> ClosedBar? {
        if before?.time == time {
            defer { before = nil }
            return before
        }
        guard last?.time == time else { return nil }
        defer {
            before = nil
            last = nil
        }
        return last
    }
}
