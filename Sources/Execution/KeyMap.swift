/// A hash table of fixed capacity from 128-bit keys to slots: open addressing, deletion by shifting back, so
/// that lookups stay short for ever. The hash has no seed: the same in every process.
///
/// Memory is allocated once; inserting beyond the capacity is a broken invariant of the owner.
struct KeyMap: ~Copyable {
    struct Entry {
        var high: UInt64
        var low: UInt64
        var slot: Int32
    }
    let entries: UnsafeMutablePointer<Entry>
    let mask: Int
    let limit: Int
    var count = 0

    /// Room for `limit` keys; at most half of the table is used.
    init(limit: Int) {
        precondition(limit > 0 && limit < 1 << 28)
        var size = 16
        while size < limit * 2 { size *= 2 }
        mask = size - 1
        self.limit = limit
        entries = .allocate(capacity: size)
        entries.initialize(repeating: Entry(high: 0, low: 0, slot: -1), count: size)
    }

    deinit { entries.deallocate() }

    @inline(__always)
    private func home(_ high: UInt64, _ low: UInt64) -> Int {
        var z = (high &* 0x9E37_79B9_7F4A_7C15) ^ low
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: z ^ (z >> 31)) & mask
    }

    /// The slot of a key, −1 where there is none.
    @inline(__always)
    func find(_ high: UInt64, _ low: UInt64) -> Int {
        var at = home(high, low)
        while entries[at].slot >= 0 {
            if entries[at].high == high && entries[at].low == low { return Int(entries[at].slot) }
            at = (at + 1) & mask
        }
        return -1
    }

    /// Adds a key or gives it another slot.
    mutating func insert(_ high: UInt64, _ low: UInt64, _ slot: Int) {
        var at = home(high, low)
        while entries[at].slot >= 0 {
            if entries[at].high == high && entries[at].low == low {
                entries[at].slot = Int32(slot)
                return
            }
            at = (at + 1) & mask
        }
        precondition(count < limit)
        entries[at] = Entry(high: high, low: low, slot: Int32(slot))
        count += 1
    }

    /// Removes a key where it is there and points to `slot`.
    mutating func remove(_ high: UInt64, _ low: UInt64, ifSlot slot: Int) {
        var at = home(high, low)
        while entries[at].slot >= 0, !(entries[at].high == high && entries[at].low == low) { at = (at + 1) & mask }
        guard entries[at].slot >= 0, Int(entries[at].slot) == slot else { return }
        count -= 1
        var next = (at + 1) & mask
        while entries[next].slot >= 0 {
            let wanted = home(entries[next].high, entries[next].low)
            if (next - wanted) & mask >= (next - at) & mask {
                entries[at] = entries[next]
                at = next
            }
            next = (next + 1) & mask
        }
        entries[at].slot = -1
    }
}
