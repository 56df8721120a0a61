import CxxEvent

/// An execution as remembered: enough to know it again and to take it back.
struct ExecutionEntry {
    enum State: UInt8 {
        /// Booked as the venue first reported it.
        case booked
        /// Booked as last corrected; the execution itself may never have been told.
        case corrected
        /// Not booked, for good; the execution itself may never have been told.
        case busted
    }
    var high: UInt64
    var low: UInt64
    var quantity: Int64
    var price: Int64
    var fee: Int64
    var time: Int64
    var state: State
    /// Its order: as our table or the report named it, 0: not at all; and as the venue did.
    var client: UInt64
    var venue: martlet.Identifier16
    /// Arrivals before it; and the slot of the execution before it under the same id, −1: none.
    var arrival: UInt64 = 0
    var former: Int32 = -1
}

/// The executions that were booked, so that none is booked twice.
///
/// Bound: the last `capacity` executions by arrival. Of those forgotten the latest exchange time is kept: a
/// replayed execution that is not younger than it is not booked but reconciled.
struct ExecutionMemory: ~Copyable {
    let entries: UnsafeMutablePointer<ExecutionEntry>
    var map: KeyMap
    let capacity: Int
    var count = 0
    var next = 0
    var arrivals: UInt64 = 0
    /// Latest exchange time among the executions forgotten.
    var horizon = Int64.min

    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        entries = .allocate(capacity: capacity)
        map = KeyMap(limit: capacity + 1)
    }

    deinit { entries.deallocate() }

    /// Executions are keyed by instrument and execution id. A venue may use an id again, for another order or on
    /// another day: the newest is found first, and leads to the one before it.
    static func key(_ id: martlet.Identifier16, _ instrument: UInt32) -> (high: UInt64, low: UInt64) {
        (id.high ^ (UInt64(instrument) &+ 1) &* 0x9E37_79B9_7F4A_7C15, id.low)
    }

    func find(_ high: UInt64, _ low: UInt64) -> UnsafeMutablePointer<ExecutionEntry>? {
        let at = map.find(high, low)
        return at < 0 ? nil : entries + at
    }

    /// The execution before this one under the same id, where it is still remembered.
    func former(_ entry: UnsafeMutablePointer<ExecutionEntry>) -> UnsafeMutablePointer<ExecutionEntry>? {
        let at = Int(entry.pointee.former)
        // A slot that was used anew since holds a later arrival.
        return at >= 0 && entries[at].arrival < entry.pointee.arrival ? entries + at : nil
    }

    /// Remembers a new execution and forgets the oldest where there is no room.
    mutating func insert(_ entry: ExecutionEntry) {
        if count == capacity {
            let oldest = entries[next]
            horizon = max(horizon, oldest.time)
            map.remove(oldest.high, oldest.low, ifSlot: next)
        } else {
            count += 1
        }
        (entries + next).initialize(to: entry)
        entries[next].arrival = arrivals
        entries[next].former = Int32(map.find(entry.high, entry.low))
        arrivals += 1
        map.insert(entry.high, entry.low, next)
        next = next + 1 == capacity ? 0 : next + 1
    }
}
