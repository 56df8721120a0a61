public import CxxEvent
public import Domain

extension martlet.Side {
    /// The core's side of a domain side.
    @inlinable public init(_ side: Side) { self = side == .buy ? .buy : .sell }
}
