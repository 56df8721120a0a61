/// The values of a feature set for one instrument: one row for each bar of the set's length.
public struct FeatureFrame: Sendable {
    /// `VENUE:SYMBOL`.
    public let instrument: String
    /// When the rows were known: the closes of the bars, nanoseconds since the Unix epoch, rising.
    public let times: [Int64]
    public let columns: [FeatureColumn]
    /// One array for each column, as long as `times`; NaN where the feature was not warm.
    public let values: [[Double]]

    public init(instrument: String, times: [Int64], columns: [FeatureColumn], values: [[Double]]) {
        precondition(columns.count == values.count && values.allSatisfy { $0.count == times.count }, "a column for each, as long as the times")
        self.instrument = instrument
        self.times = times
        self.columns = columns
        self.values = values
    }

    /// Row that was known at `time`: the last whose time is not after it; nil before the first. O(log rows).
    public func row(at time: Int64) -> Int? {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}
