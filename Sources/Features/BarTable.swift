internal import Core
public import Domain

/// The bars of one instrument and one length, as columns of doubles, oldest first.
///
/// Prices in price units, volume in units of the thing traded. A row is known at its time, the bar's close, and not before.
public struct BarTable: Sendable {
    public let timeframe: Timeframe
    /// The bars' closes, nanoseconds since the Unix epoch, strictly rising.
    public private(set) var times: [Int64] = []
    /// Open, high, low, close, volume; each as long as `times`.
    public private(set) var columns: [[Double]] = Array(repeating: [], count: 5)
    /// First row of each stretch without a hole that starts features anew; the first is 0 where there is a row.
    package private(set) var stretches: [Int] = []

    /// What kernels of a plan that take events said at the closes, where events were read.
    package var events: EventSamples?

    public init(timeframe: Timeframe) { self.timeframe = timeframe }

    public var count: Int { times.count }
    public var isEmpty: Bool { times.isEmpty }

    public mutating func reserve(_ count: Int) {
        times.reserveCapacity(count)
        for index in columns.indices { columns[index].reserveCapacity(count) }
    }

    /// Adds the next bar; `startsAnew`: it begins a stretch. Precondition: its time is later than the last one's.
    public mutating func append(time: Int64, _ bar: BarValues, startsAnew: Bool = false) {
        precondition(times.last.map { $0 < time } ?? true, "bars in the order of time")
        if times.isEmpty || startsAnew { stretches.append(times.count) }
        times.append(time)
        columns[0].append(bar.open)
        columns[1].append(bar.high)
        columns[2].append(bar.low)
        columns[3].append(bar.close)
        columns[4].append(bar.volume)
    }

    public subscript(row: Int) -> BarValues {
        BarValues(open: columns[0][row], high: columns[1][row], low: columns[2][row], close: columns[3][row], volume: columns[4][row])
    }

    /// The stretches as ranges of rows.
    package var stretchRanges: [Range<Int>] { zip(stretches, stretches.dropFirst() + [count]).map { $0..<$1 } }
    /// Closes of the first bars behind a hole.
    package var holes: [Int64] { stretches.dropFirst().map { times[$0] } }

    /// The first `count` rows.
    package func prefix(_ count: Int) -> BarTable {
        var table = BarTable(timeframe: timeframe)
        table.events = events
        var next = 0
        for row in 0..<min(count, self.count) {
            let startsAnew = next < stretches.count && stretches[next] == row
            if startsAnew { next += 1 }
            table.append(time: times[row], self[row], startsAnew: startsAnew)
        }
        return table
    }

    /// Longer bars that are over by `end`. A stretch of theirs begins with the first that ends after the hole, even where it has
    /// bars from before.
    package func aggregated(to length: Timeframe, until end: Int64) -> BarTable {
        guard length != timeframe else { return self }
        var table = BarTable(timeframe: length)
        var builder = LongerBar(length: length)
        var isNew = false
        var next = 0
        for row in times.indices {
            let startsAnew = next < stretches.count && stretches[next] == row
            if startsAnew { next += 1 }
            if let finished = builder.closed(before: times[row]) {
                table.append(time: finished.time, finished.bar, startsAnew: isNew)
                isNew = false
            }
            isNew = isNew || startsAnew
            builder.add(self[row], closing: times[row])
            if let finished = builder.closed(at: times[row]) {
                table.append(time: finished.time, finished.bar, startsAnew: isNew)
                isNew = false
            }
        }
        if builder.end <= end, let finished = builder.closed(at: builder.end) { table.append(time: finished.time, finished.bar, startsAnew: isNew) }
        return table
    }
}

/// One bar's numbers.
public struct BarValues: Sendable, Hashable {
    public var open: Double
    public var high: Double
    public var low: Double
    public var close: Double
    public var volume: Double

    public init(open: Double, high: Double, low: Double, close: Double, volume: Double) {
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }
}

/// Builds bars of one length from shorter ones of one instrument.
///
/// They are aligned to the Unix epoch. A bar is over at its end, whether or not the last of the shorter ones was there; a span
/// without any gives none.
struct LongerBar {
    let length: Int64
    private(set) var end = Int64.max
    private var bar = BarValues(open: 0, high: 0, low: 0, close: 0, volume: 0)

    init(length: Timeframe) { self.length = length.nanoseconds }

    /// The bar whose end lies before `time`, which is thereby over.
    mutating func closed(before time: Int64) -> (time: Int64, bar: BarValues)? { end < time ? take() : nil }

    /// The bar that ends at `time`.
    mutating func closed(at time: Int64) -> (time: Int64, bar: BarValues)? { end == time ? take() : nil }

    /// Takes a shorter bar. What ended before it must have been taken out.
    mutating func add(_ shorter: BarValues, closing time: Int64) {
        let last = time - 1
        let start = (last >= 0 ? last / length : (last - length + 1) / length) * length
        if end == .max {
            end = start + length
            bar = shorter
            return
        }
        assert(end == start + length)
        bar.high = max(bar.high, shorter.high)
        bar.low = min(bar.low, shorter.low)
        bar.close = shorter.close
        bar.volume += shorter.volume
    }

    mutating func code(_ state: inout StateCoder) {
        state.value(&end)
        state.value(&bar.open)
        state.value(&bar.high)
        state.value(&bar.low)
        state.value(&bar.close)
        state.value(&bar.volume)
    }

    private mutating func take() -> (time: Int64, bar: BarValues) {
        defer { end = .max }
        return (end, bar)
    }
}
