import CxxEvent
public import Domain

/// What a bar is built from.
public enum BarPrice: String, Sendable, Codable, CaseIterable {
    /// Trades and executions of resting orders; of bars those of trades.
    case trades
    /// The best bid of quotes; of bars those of bid prices.
    case bid
    /// The best ask of quotes; of bars those of ask prices.
    case ask

    package var side: martlet.Side {
        switch self {
        case .trades: .none
        case .bid: .buy
        case .ask: .sell
        }
    }
}

/// Builds longer bars from ticks or from shorter bars of one instrument.
///
/// Bars are aligned to the Unix epoch plus `offset`, and cover [open, close): a tick at the very end belongs to the next bar.
/// A bar is given out by the first event that shows it to be over — a tick at or after its end, or the shorter bar that
/// closes with it — and never before, so nothing is known early. A span without events gives no bar: gaps stay gaps. What
/// is open at the end of the data is not given out.
///
///     var builder = BarAggregator(timeframe: .minutes5, price: .trades, of: .quotes)
///     for event in series.events { if let bar = builder.add(event) { use(bar) } }
public struct BarAggregator {
    public let timeframe: Timeframe
    public let price: BarPrice
    /// Order by order, a plain trade repeats the execution before it; one of hidden liquidity does not.
    private let isByOrder: Bool
    private let offset: Int64
    var bucket = Int64.min
    var isOpen = false
    var open: Int64 = 0
    var high: Int64 = 0
    var low: Int64 = 0
    var close: Int64 = 0
    var volume: Int64 = 0
    var instrument: UInt32 = 0
    /// Bars that were too wide for their record (2³² increments) and were left out.
    public internal(set) var tooWide = 0

    /// `source`: what the events say. `offset`: nanoseconds by which bars begin after multiples of their length, such as the start of
    /// a day elsewhere.
    public init(timeframe: Timeframe, price: BarPrice, of source: SourceKind, offset: Int64 = 0) {
        self.timeframe = timeframe
        self.price = price
        isByOrder = source == .byOrder
        self.offset = offset
    }

    /// Takes the next event, in the order of time; returns the bar that it shows to be over, if any. O(1), no allocation.
    public mutating func add(_ event: martlet.MarketEvent) -> martlet.BarEvent? {
        switch event.kind {
        case .bar: return add(martlet.as_bar(event))
        case .trade where price == .trades && (!isByOrder || event.flags & UInt16(martlet.market_flag_implied.rawValue) != 0):
            return add(price: event.price, volume: event.quantity, at: event.receive_time, of: event.instrument)
        case .order_execute where price == .trades:
            return add(price: event.price, volume: event.quantity, at: event.receive_time, of: event.instrument)
        case .quote where price != .trades:
            let quote = martlet.as_quote(event)
            let isBid = price == .bid
            guard (isBid ? quote.bid_quantity : quote.ask_quantity) > 0 else { return nil }
            return add(
                price: isBid ? quote.bid_price : quote.ask_price, volume: 0, at: event.receive_time, of: event.instrument)
        default: return nil
        }
    }

    /// Ends the bar in progress where its end is not after `time`: for hosts whose clock shows it to be over. What comes for it later
    /// makes a second bar of that span.
    public mutating func close(through time: Int64) -> martlet.BarEvent? {
        isOpen && bucket + timeframe.nanoseconds <= time ? take() : nil
    }

    private mutating func add(price: Int64, volume: Int64, at time: Int64, of instrument: UInt32) -> martlet.BarEvent? {
        let finished = beginBucket(of: time)
        extend(open: price, high: price, low: price, close: price, volume: volume, instrument: instrument)
        return finished
    }

    /// A shorter bar belongs to the span that its last moment is in.
    private mutating func add(_ bar: martlet.BarEvent) -> martlet.BarEvent? {
        guard bar.side == price.side, Int64(bar.seconds) <= Int64(timeframe.seconds) else { return nil }
        let finished = beginBucket(of: bar.exchange_time - 1)
        extend(
            open: bar.open(), high: bar.high(), low: bar.low, close: bar.close(), volume: bar.volume,
            instrument: bar.instrument)
        guard finished == nil, bar.exchange_time == bucket + timeframe.nanoseconds else { return finished }
        return take()
    }

    /// Moves to the span of `time`; returns the bar of the span before, where one was open.
    private mutating func beginBucket(of time: Int64) -> martlet.BarEvent? {
        let length = timeframe.nanoseconds
        let shifted = time - offset
        let start = (shifted >= 0 ? shifted / length : (shifted - length + 1) / length) * length + offset
        guard start > bucket else { return nil }
        let finished = isOpen ? take() : nil
        bucket = start
        return finished
    }

    private mutating func extend(
        open: Int64, high: Int64, low: Int64, close: Int64, volume: Int64, instrument: UInt32
    ) {
        if !isOpen {
            isOpen = true
            self.open = open
            self.high = high
            self.low = low
            self.volume = 0
            self.instrument = instrument
        }
        self.high = max(self.high, high)
        self.low = min(self.low, low)
        self.close = close
        // No market trades 2⁶³ lots; data that say so must not stop a session.
        let (sum, overflow) = self.volume.addingReportingOverflow(volume)
        self.volume = overflow ? .max : sum
    }

    private mutating func take() -> martlet.BarEvent? {
        isOpen = false
        let (width, overflow) = high.subtractingReportingOverflow(low)
        guard !overflow, width <= Int64(UInt32.max) else {
            tooWide += 1
            return nil
        }
        var bar = martlet.BarEvent()
        bar.exchange_time = bucket + timeframe.nanoseconds
        bar.receive_time = bar.exchange_time
        bar.instrument = instrument
        bar.kind = .bar
        bar.side = price.side
        bar.low = low
        bar.open_above_low = UInt32(open - low)
        bar.high_above_low = UInt32(high - low)
        bar.close_above_low = UInt32(close - low)
        bar.seconds = UInt32(timeframe.seconds)
        bar.volume = volume
        return bar
    }
}
