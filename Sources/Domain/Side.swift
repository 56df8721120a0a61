/// The side of an order or of an aggressor.
public enum Side: UInt8, Sendable, Codable, CaseIterable {
    case buy = 1
    case sell = 2

    /// The other side.
    public var opposite: Side { self == .buy ? .sell : .buy }

    /// +1 for a buy, −1 for a sell: what a fill of one lot does to a position.
    public var sign: Int64 { self == .buy ? 1 : -1 }
}
