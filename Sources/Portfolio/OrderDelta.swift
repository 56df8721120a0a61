import CxxEvent

/// The order that brings a position to its target, open orders counted.
public struct OrderDelta: Sendable, Equatable {
    /// Signed lots to trade now; 0: nothing.
    public var lots: Int64
    /// Whether open orders lead away from the target or past it and should be canceled first.
    public var cancelsOpen: Bool

    /// - Parameters:
    ///   - target: signed lots to hold.
    ///   - position: signed lots held.
    ///   - openBuy: lots that open buys may still fill.
    ///   - openSell: lots that open sells may still fill.
    ///   - minimum: smallest change worth an order, lots; a target of zero is always worth it.
    ///
    /// Open orders on the needed side are counted as filled. Orders on the other side, or more than is
    /// needed, must be canceled before anything new is sent, so that both can never fill together.
    public init(target: Int64, position: Int64, openBuy: Int64, openSell: Int64, minimum: Int64 = 1) {
        precondition(openBuy >= 0 && openSell >= 0 && minimum >= 1)
        lots = 0
        cancelsOpen = false
        let (needed, overflow) = target.subtractingReportingOverflow(position)
        if overflow || needed == Int64.min { return }
        let onSide = needed > 0 ? openBuy : openSell
        let against = needed > 0 ? openSell : openBuy
        if needed == 0 {
            cancelsOpen = openBuy > 0 || openSell > 0
            return
        }
        let size = Int64(needed.magnitude)
        if against > 0 || onSide > size {
            cancelsOpen = true
            return
        }
        let rest = size - onSide
        if rest < minimum && !(target == 0 && rest > 0) { return }
        lots = needed > 0 ? rest : -rest
    }

    /// Side of the order; `.none` where there is nothing to do.
    public var side: martlet.Side { lots > 0 ? .buy : lots < 0 ? .sell : .none }
}
