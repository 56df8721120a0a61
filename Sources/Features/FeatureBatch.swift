internal import CxxFeature
internal import Domain

/// Computes a set over histories: the same kernels as `FeatureStream`, whole columns at a time, on all cores.
///
///     let frames = try FeatureBatch(plan).compute([("XNAS:AAPL", bars)])
///
/// Each value is bit for bit the one that the stream has at that time: a longer bar's value is in the rows from its close on,
/// another instrument's is the one that was last known.
public struct FeatureBatch: Sendable {
    public let plan: FeaturePlan
    /// 0: one for each core.
    public var threads: Int

    /// Most numbers that one computation holds at once: 2 GiB, and with the copies for frames and files some four times that.
    public static let maximumNumbers = 1 << 28

    public init(_ plan: FeaturePlan, threads: Int = 0) {
        self.plan = plan
        self.threads = threads
    }

    /// One frame for each of `bars`, in their order. Bars have the set's length; `references` gives those that are only referred to, by key.
    public func compute(
        _ bars: [(instrument: String, bars: BarTable)], references: [(instrument: String, bars: BarTable)] = []
    ) throws(FeatureError) -> [FeatureFrame] {
        let length = plan.set.timeframe
        for (instrument, table) in bars + references where table.timeframe != length {
            throw .input("\(instrument): expected bars of \(length), the set's length, were \(table.timeframe)")
        }
        let rows = bars.reduce(0) { $0 + $1.bars.count }
        let (numbers, overflow) = rows.multipliedReportingOverflow(by: plan.slotCount + 5 * plan.timeframes.count)
        guard !overflow, numbers <= Self.maximumNumbers else {
            throw .tooLarge("\(rows) bars with \(plan.slotCount) values each are more than are computed at once (\(Self.maximumNumbers)): compute fewer instruments, days or features")
        }
        var work = BatchWork(plan, bars, references, threads: threads)
        try work.run()
        return work.frames()
    }
}
