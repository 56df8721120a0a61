internal import CxxEvent

/// Builds one instrument's bars of one length from trades or from smaller bars.
///
/// A bar covers the half-open interval [end − length, end) of receive time, ends on multiples of the length
/// since the Unix epoch, and exists only if something traded in it: a silent interval is a gap, never a copy
/// of the bar before. Prices in increments, volume in lots. O(1) per update, never allocates.
struct BarBuilder {
    let length: Int64
    var end: Int64 = 0
    var open: Int64 = 0
    var high: Int64 = 0
    var low: Int64 = 0
    var close: Int64 = 0
    var volume: Int64 = 0
    var isEmpty = true

    init(lengthNanoseconds: Int64) {
        precondition(lengthNanoseconds > 0)
        length = lengthNanoseconds
    }

    /// First boundary strictly after `time`.
    func boundary(after time: Int64) -> Int64 { (time / length + 1) * length }

    /// End of the interval to which a smaller bar that closed at `closeTime` belongs.
    func boundary(covering closeTime: Int64) -> Int64 { (closeTime + length - 1) / length * length }

    @inline(__always)
    mutating func add(price: Int64, quantity: Int64, time: Int64) {
        if isEmpty {
            isEmpty = false
            end = boundary(after: time)
            open = price
            high = price
            low = price
            volume = 0
        }
        high = max(high, price)
        low = min(low, price)
        close = price
        addVolume(quantity)
    }

    /// Adds a smaller bar that closed at `closeTime`; it belongs to the interval that ends at or after it.
    mutating func add(bar: martlet.BarEvent, closeTime: Int64) {
        if isEmpty {
            isEmpty = false
            end = boundary(covering: closeTime)
            open = bar.open()
            high = bar.high()
            low = bar.low
            volume = 0
        }
        high = max(high, bar.high())
        low = min(low, bar.low)
        close = bar.close()
        addVolume(bar.volume)
    }

    /// No market trades 2⁶³ lots; data that say so must not stop a session.
    @inline(__always)
    private mutating func addVolume(_ lots: Int64) {
        let (sum, overflow) = volume.addingReportingOverflow(lots)
        volume = overflow ? .max : sum
    }

    mutating func reset() { isEmpty = true }
}
