import CxxEvent

/// Why a command was not taken into the table.
public enum ReleaseStatus: UInt8, Sendable {
    case ok
    /// As many orders are open as the table holds.
    case full
    /// Cancel or replacement of an order that is not there or is closed.
    case unknownOrder
    /// A cancel or replacement of the order is under way.
    case alreadyPending
    /// The client order id was used before.
    case duplicateClientOrder
    /// No such kind of command, or no quantity.
    case malformed
}

/// All orders that may still execute, and what the venue said of them.
///
///     release(command) ─► in flight ─► working ─► closed ─► remembered for a while ─► gone
///                             │  no answer: unknown (never: rejected)
///     apply(report)    ─► one reducer for live, replayed and recovered reports ─► OrderOutcome
///
/// The reducer is idempotent and does not depend on the order of arrival: executions are a set keyed by
/// execution id, statements of the venue only ever raise what is known, and how an order ended is the
/// strongest of what was said. So a journal replayed twice, a resend by the venue and an answer to a
/// reconciliation all lead to the same state.
///
/// Bounds: `openLimit` open orders; `closedLimit` closed ones are remembered for late reports;
/// `executionLimit` execution ids. Memory is allocated in `init`. One thread.
public struct OrderTable: ~Copyable {
    let records: UnsafeMutablePointer<OrderRecord>
    /// Indices run from 0 to below this.
    public let slots: Int
    let openLimit: Int
    var free: UnsafeMutablePointer<Int32>
    var freeCount: Int
    var clients: KeyMap
    var venues: KeyMap
    var executions: ExecutionMemory
    var oldestClosed: Int32 = -1
    var newestClosed: Int32 = -1
    var sweep: UInt32 = 0
    var sweepSequence: UInt64 = 0

    /// Orders that may still execute.
    public internal(set) var openOrders = 0
    /// Orders whose fate is unknown or that miss executions: while there is one, no new risk.
    public internal(set) var unresolvedOrders = 0
    /// Foreign orders that did not fit; only a reconciliation with room clears it.
    public internal(set) var overflowedOrders = 0
    /// Latest exchange time of an execution booked; `Int64.min`: none.
    public internal(set) var lastExecutionTime = Int64.min

    /// Lots in one report beyond which it is set aside as malformed.
    public static let maximumLots: Int64 = 1 << 50

    public init(openLimit: Int, closedLimit: Int = 4_096, executionLimit: Int = 65_536) {
        precondition(openLimit > 0 && closedLimit > 0 && executionLimit > 0 && openLimit + closedLimit < 1 << 22)
        self.openLimit = openLimit
        slots = openLimit + closedLimit
        records = .allocate(capacity: slots)
        records.initialize(repeating: OrderRecord(), count: slots)
        free = .allocate(capacity: slots)
        for index in 0..<slots { (free + index).initialize(to: Int32(slots - 1 - index)) }
        freeCount = slots
        clients = KeyMap(limit: slots * (OrderRecord.aliasLimit + 3))
        venues = KeyMap(limit: slots)
        executions = ExecutionMemory(capacity: executionLimit)
    }

    deinit {
        records.deallocate()
        free.deallocate()
    }

    /// The order known to us or to the venue by any of its client order ids; closed ones too while remembered.
    public func find(_ client: UInt64) -> OrderView? {
        let index = clients.find(0, client)
        return index < 0 ? nil : OrderView(records[index], index)
    }

    /// The order at an index; nil where the index is free.
    public func view(_ index: Int) -> OrderView? {
        precondition(index >= 0 && index < slots)
        return records[index].isUsed ? OrderView(records[index], index) : nil
    }

    /// Index of the next open order after `index` (−1: from the first), −1: none. For loops that cancel all.
    public func nextOpen(after index: Int) -> Int {
        var at = index + 1
        while at < slots {
            if records[at].isOpen { return at }
            at += 1
        }
        return -1
    }

    /// Lots that open orders of one side of an instrument may still fill: what the gate must hold too. O(slots).
    public func openLots(instrument: UInt32, side: martlet.Side) -> Int64 {
        var sum: Int64 = 0
        var at = nextOpen(after: -1)
        while at >= 0 {
            if records[at].instrument == instrument && records[at].side == side { sum += records[at].leaves }
            at = nextOpen(after: at)
        }
        return sum
    }
}

// Slots.
extension OrderTable {
    /// A slot for a new order: a free one, or that of the longest closed order.
    mutating func takeSlot() -> Int? {
        if openOrders >= openLimit { return nil }
        if freeCount == 0 {
            guard oldestClosed >= 0 else { return nil }
            evict(Int(oldestClosed))
        }
        freeCount -= 1
        let index = Int(free[freeCount])
        records[index] = OrderRecord()
        records[index].isUsed = true
        return index
    }

    private mutating func evict(_ index: Int) {
        unlistClosed(index)
        let record = records[index]
        clients.remove(0, record.client, ifSlot: index)
        clients.remove(0, record.pendingReplace, ifSlot: index)
        clients.remove(0, record.pendingCancel, ifSlot: index)
        clients.remove(0, record.aliases.0, ifSlot: index)
        clients.remove(0, record.aliases.1, ifSlot: index)
        clients.remove(0, record.aliases.2, ifSlot: index)
        clients.remove(0, record.aliases.3, ifSlot: index)
        venues.remove(record.venue.high, record.venue.low, ifSlot: index)
        records[index].isUsed = false
        free[freeCount] = Int32(index)
        freeCount += 1
    }

    /// Keeps an id that the order no longer goes by, for late reports; the oldest of four is forgotten.
    mutating func keepAlias(_ index: Int, _ client: UInt64) {
        guard client != 0 else { return }
        let at = records[index].nextAlias
        withUnsafeMutablePointer(to: &records[index].aliases) {
            $0.withMemoryRebound(to: UInt64.self, capacity: OrderRecord.aliasLimit) { aliases in
                clients.remove(0, aliases[at], ifSlot: index)
                aliases[at] = client
            }
        }
        clients.insert(0, client, index)
        records[index].nextAlias = (at + 1) % OrderRecord.aliasLimit
    }

    mutating func listClosed(_ index: Int) {
        guard !records[index].isListedClosed else { return }
        records[index].isListedClosed = true
        records[index].older = newestClosed
        records[index].newer = -1
        if newestClosed >= 0 { records[Int(newestClosed)].newer = Int32(index) } else { oldestClosed = Int32(index) }
        newestClosed = Int32(index)
    }

    mutating func unlistClosed(_ index: Int) {
        guard records[index].isListedClosed else { return }
        let (older, newer) = (records[index].older, records[index].newer)
        if older >= 0 { records[Int(older)].newer = newer } else { oldestClosed = newer }
        if newer >= 0 { records[Int(newer)].older = older } else { newestClosed = older }
        records[index].isListedClosed = false
        records[index].older = -1
        records[index].newer = -1
    }

    /// What is counted of an order, before and after a change.
    struct Tally {
        let leaves: Int64
        let isOpen: Bool
        let isUnresolved: Bool

        init(_ record: OrderRecord) {
            leaves = record.leaves
            isOpen = record.isOpen
            isUnresolved = record.isUnresolved
        }
    }

    /// Brings the counts in line after a change of one order and tells the outcome.
    mutating func settle(_ index: Int, _ before: Tally, _ outcome: inout OrderOutcome) {
        let record = records[index]
        let after = Tally(record)
        openOrders += (after.isOpen ? 1 : 0) - (before.isOpen ? 1 : 0)
        unresolvedOrders += (after.isUnresolved ? 1 : 0) - (before.isUnresolved ? 1 : 0)
        precondition(openOrders >= 0 && unresolvedOrders >= 0 && unresolvedOrders <= openOrders)
        if after.isOpen { unlistClosed(index) } else { listClosed(index) }
        outcome.index = index
        outcome.client = record.client
        outcome.instrument = record.instrument
        outcome.side = record.side
        outcome.leavesChange = after.leaves - before.leaves
        outcome.openOrdersChange = (after.isOpen ? 1 : 0) - (before.isOpen ? 1 : 0)
        outcome.status = record.status
        outcome.cumulative = record.filled
        outcome.isTerminal = !after.isOpen
        outcome.isForeign = record.isForeign
    }
}
