/// Things that are to happen at a virtual time, in the order (time, rank, insertion).
///
/// A binary heap in one array; bounded: exceeding the bound is a broken invariant of the host, since each of its
/// sources is bounded itself. O(log n) per operation, no allocation once the array has its size.
package struct Schedule<Item> {
    private struct Entry {
        var time: Int64
        var rank: Int
        var number: UInt64
        var item: Item
    }

    private var entries: [Entry] = []
    private var inserted: UInt64 = 0
    private let bound: Int
    /// Time of the first item; `Int64.max` when empty.
    package private(set) var nextTime = Int64.max

    package init(bound: Int) {
        self.bound = bound
        entries.reserveCapacity(bound)
    }

    package var isEmpty: Bool { entries.isEmpty }

    package mutating func insert(_ item: Item, at time: Int64, rank: Int) {
        precondition(entries.count < bound, "more than \(bound) scheduled items")
        inserted += 1
        entries.append(Entry(time: time, rank: rank, number: inserted, item: item))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.precedes(entries[child], entries[parent]) else { break }
            entries.swapAt(child, parent)
            child = parent
        }
        nextTime = entries[0].time
    }

    /// Removes and returns the first item.
    package mutating func removeFirst() -> (time: Int64, item: Item) {
        precondition(!entries.isEmpty)
        let first = entries[0]
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        nextTime = entries.first?.time ?? .max
        return (first.time, first.item)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < entries.count else { return }
            let right = left + 1
            let child = right < entries.count && Self.precedes(entries[right], entries[left]) ? right : left
            guard Self.precedes(entries[child], entries[parent]) else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }

    private static func precedes(_ a: Entry, _ b: Entry) -> Bool {
        (a.time, a.rank, a.number) < (b.time, b.rank, b.number)
    }
}
