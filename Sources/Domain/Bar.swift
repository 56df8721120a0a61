/// One bar: what the price did between `openTime` and `closeTime`. It is known at `closeTime`, not before.
///
/// Prices are in the instrument's price increments, the volume in lots.
public struct Bar: Sendable, Hashable, Codable {
    /// Which prices the bar is of.
    public enum Basis: UInt8, Sendable, Codable, CaseIterable {
        case trades = 0
        case bid = 1
        case ask = 2
    }

    /// Nanoseconds since the Unix epoch, UTC.
    public var closeTime: Int64
    public var timeframe: Timeframe
    public var basis: Basis
    public var open: Int64
    public var high: Int64
    public var low: Int64
    public var close: Int64
    /// 0 where the source has none.
    public var volume: Int64

    public init(
        closeTime: Int64, timeframe: Timeframe, basis: Basis = .trades, open: Int64, high: Int64, low: Int64,
        close: Int64, volume: Int64 = 0
    ) {
        self.closeTime = closeTime
        self.timeframe = timeframe
        self.basis = basis
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    public var openTime: Int64 { closeTime - timeframe.nanoseconds }

    /// Whether low and high contain open and close.
    public var isConsistent: Bool { low <= min(open, close) && high >= max(open, close) }
}
