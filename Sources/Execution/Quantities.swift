/// Lots of one execution alone. Never to be mixed up with what an order has filled so far.
public struct LastQuantity: Sendable, Equatable, Comparable {
    public let lots: Int64
    public init(_ lots: Int64) { self.lots = lots }
    public static let zero = LastQuantity(0)
    public static func < (a: LastQuantity, b: LastQuantity) -> Bool { a.lots < b.lots }
}

/// Lots that an order has filled so far: the sum of its executions. The only arithmetic is to add or take
/// back one execution.
public struct CumulativeQuantity: Sendable, Equatable, Comparable {
    public let lots: Int64
    public init(_ lots: Int64) { self.lots = lots }
    public static let zero = CumulativeQuantity(0)
    public static func < (a: CumulativeQuantity, b: CumulativeQuantity) -> Bool { a.lots < b.lots }
    public static func + (sum: CumulativeQuantity, last: LastQuantity) -> CumulativeQuantity {
        CumulativeQuantity(sum.lots + last.lots)
    }
    public static func - (sum: CumulativeQuantity, last: LastQuantity) -> CumulativeQuantity {
        CumulativeQuantity(sum.lots - last.lots)
    }
}
