/// What a decision means for a position: it follows from the target and the position, both signed, in lots.
///
///     TradingAction(target: 10, position: 0)     // BUY_LONG
///     TradingAction(target: 0, position: 10)     // CLOSE_LONG
///     TradingAction(target: -5, position: 10)    // SELL_SHORT: through zero to the other side
public enum TradingAction: String, Sendable, Codable, CaseIterable {
    /// Buy, to end up long or longer.
    case buyLong = "BUY_LONG"
    /// Sell, to end up short or shorter.
    case sellShort = "SELL_SHORT"
    /// Sell of a long position, all of it or a part.
    case closeLong = "CLOSE_LONG"
    /// Buy back of a short position, all of it or a part.
    case closeShort = "CLOSE_SHORT"
    /// Nothing to do.
    case hold = "HOLD"

    public init(target: Int64, position: Int64) {
        if target > position {
            self = position < 0 && target <= 0 ? .closeShort : .buyLong
        } else if target < position {
            self = position > 0 && target >= 0 ? .closeLong : .sellShort
        } else {
            self = .hold
        }
    }

    /// Side of the order that does it; `nil` for `hold`.
    public var side: Side? {
        switch self {
        case .buyLong, .closeShort: .buy
        case .sellShort, .closeLong: .sell
        case .hold: nil
        }
    }

    /// Whether the position only gets smaller by it.
    public var reducesRisk: Bool { self == .closeLong || self == .closeShort }
}
