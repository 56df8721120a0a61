/// Times of the last `capacity` messages: tells exactly whether one more would be one too many within a
/// second. The window is half open, [t, t + 1 s): a message exactly one second old no longer counts.
///
/// Memory is allocated once by the owner's `allocate` and released by `deallocate`.
struct RateWindow {
    static let length: Int64 = 1_000_000_000
    let times: UnsafeMutablePointer<Int64>
    let capacity: Int
    var next = 0
    var count = 0

    static func allocate(_ capacity: Int) -> RateWindow {
        precondition(capacity > 0)
        let times = UnsafeMutablePointer<Int64>.allocate(capacity: capacity)
        times.initialize(repeating: 0, count: capacity)
        return RateWindow(times: times, capacity: capacity)
    }

    private init(times: UnsafeMutablePointer<Int64>, capacity: Int) {
        self.times = times
        self.capacity = capacity
    }

    func deallocate() { times.deallocate() }

    /// Whether `capacity` messages lie within the second that ends at `now`. O(1): looks at the oldest kept.
    @inline(__always)
    func isFull(_ now: Int64) -> Bool {
        count == capacity && now &- times[next] < RateWindow.length
    }

    /// Nanoseconds until a message may pass; 0: now.
    func wait(_ now: Int64) -> Int64 {
        isFull(now) ? RateWindow.length - (now - times[next]) : 0
    }

    @inline(__always)
    mutating func record(_ now: Int64) {
        times[next] = now
        next = next + 1 == capacity ? 0 : next + 1
        if count < capacity { count += 1 }
    }
}

/// What makes two orders the same.
struct Fingerprint {
    var time: Int64
    var price: Int64
    var stopPrice: Int64
    var quantity: Int64
    var original: UInt64
    var instrument: UInt32
    var side: UInt8
    var type: UInt8

    @inline(__always)
    func same(as other: Fingerprint) -> Bool {
        price == other.price && quantity == other.quantity && instrument == other.instrument && side == other.side
            && type == other.type && stopPrice == other.stopPrice && original == other.original
    }
}

/// The orders released within the duplicate window, newest last. The order rate bounds how many that can
/// be, so the memory is exact and never grows.
struct DuplicateWindow {
    let entries: UnsafeMutablePointer<Fingerprint>
    let capacity: Int
    let length: Int64
    var next = 0
    var count = 0

    static func allocate(_ capacity: Int, length: Int64) -> DuplicateWindow {
        precondition(capacity > 0)
        return DuplicateWindow(entries: .allocate(capacity: capacity), capacity: capacity, length: length)
    }

    private init(entries: UnsafeMutablePointer<Fingerprint>, capacity: Int, length: Int64) {
        self.entries = entries
        self.capacity = capacity
        self.length = length
    }

    func deallocate() { entries.deallocate() }

    /// Looks back from the newest until the window's begin: O(orders in the window).
    @inline(__always)
    func contains(_ order: Fingerprint) -> Bool {
        var at = next
        var left = count
        while left > 0 {
            at = at == 0 ? capacity - 1 : at - 1
            left -= 1
            if order.time &- entries[at].time >= length { return false }
            if entries[at].same(as: order) { return true }
        }
        return false
    }

    @inline(__always)
    mutating func record(_ order: Fingerprint) {
        (entries + next).initialize(to: order)
        next = next + 1 == capacity ? 0 : next + 1
        if count < capacity { count += 1 }
    }
}

/// Highest equity of the last 30 days.
///
/// A deque of (hour, peak) with falling peaks: each hour keeps its highest equity, and an hour that is
/// followed by a higher one is forgotten. Exactness: a peak counts for at least 30 days and leaves at the
/// first update after its clock hour is 720 hours past, so at most one hour later than to the nanosecond;
/// never earlier. Bound: 722 entries.
struct PeakWindow {
    static let hours: Int64 = 30 * 24
    static let capacity = Int(hours) + 2
    struct Entry {
        var hour: Int64
        var peak: Int64
    }
    let entries: UnsafeMutablePointer<Entry>
    var first = 0
    var count = 0

    static func allocate() -> PeakWindow { PeakWindow(entries: .allocate(capacity: capacity)) }
    private init(entries: UnsafeMutablePointer<Entry>) { self.entries = entries }
    func deallocate() { entries.deallocate() }

    /// The highest within the window; `update` must have been called once.
    var peak: Int64 {
        precondition(count > 0)
        return entries[first].peak
    }

    mutating func removeAll() { count = 0 }

    /// Amortised O(1).
    mutating func update(_ equity: Int64, time: Int64) {
        let hour = floorDivide(time, 3_600_000_000_000)
        while count > 0, hour - entries[first].hour > PeakWindow.hours {
            first = (first + 1) % PeakWindow.capacity
            count -= 1
        }
        while count > 0, entries[(first + count - 1) % PeakWindow.capacity].peak <= equity { count -= 1 }
        if count > 0, entries[(first + count - 1) % PeakWindow.capacity].hour == hour { return }
        precondition(count < PeakWindow.capacity)
        (entries + (first + count) % PeakWindow.capacity).initialize(to: Entry(hour: hour, peak: equity))
        count += 1
    }
}

/// Quotient toward minus infinity, so that days and hours before 1970 are whole too.
@inline(__always)
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
}
