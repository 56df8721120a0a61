public import CxxEvent

/// One execution as it was booked: what reports, attribution and the venue's books are compared by.
public struct BookedFill: Sendable, Equatable {
    public var instrument: UInt32
    public var side: martlet.Side
    /// Increments.
    public var price: Int64
    public var lots: Int64
    /// Money units; negative: a rebate.
    public var fee: Int64
    /// What it realised by closing, before fees, money units.
    public var realised: Int64
    /// Receive time, ns since the Unix epoch.
    public var time: Int64
    /// Time as the venue says it.
    public var exchangeTime: Int64
    public var clientOrder: UInt64
    /// The decision behind the order; 0: a stop, an adoption or none.
    public var decision: UInt64
    /// Best prices when it was booked, increments.
    public var bid: Int64
    public var ask: Int64
    /// Bid + ask at the decision, increments; 0: none.
    public var decisionMiddle: Int64
}

/// Executions that one event booked, in order; bounded as the output is.
public struct FillBuffer: ~Copyable {
    private let items: UnsafeMutablePointer<BookedFill>
    private let capacity: Int
    public private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        items = .allocate(capacity: capacity)
    }

    deinit { items.deallocate() }

    public subscript(index: Int) -> BookedFill {
        precondition(index >= 0 && index < count)
        return items[index]
    }

    public mutating func removeAll() { count = 0 }

    mutating func append(_ fill: BookedFill) {
        precondition(count < capacity, "more than \(capacity) executions in one event")
        (items + count).initialize(to: fill)
        count += 1
    }
}
