internal import Domain

/// Looks for values that know the future: computes again on histories that end earlier, and names what differs.
///
///     let leaks = try LookAheadCheck(cuts: 20, seed: 1).leaks(in: bars) { try batch.compute($0) }
///
/// A value at or before the end of a shortened history must be, bit for bit, what it is with the whole one. Cost: one
/// computation for each cut.
public struct LookAheadCheck: Sendable {
    /// A column whose value changed when what came after was taken away.
    public struct Leak: Sendable, Hashable, Codable {
        public var column: String
        public var instrument: String
        /// Of the first row that differs in the first cut that shows it; nanoseconds since the Unix epoch.
        public var time: Int64
        /// End of that shortened history.
        public var cut: Int64
        /// The value with the whole history, and with the shortened one; NaN as nil.
        public var whole: Double?
        public var shortened: Double?
        /// Rows that differ, in all cuts.
        public var rows: Int
    }

    /// How many shortened histories are tried.
    public var cuts: Int
    public var seed: UInt64

    public init(cuts: Int = 20, seed: UInt64 = 1) {
        self.cuts = cuts
        self.seed = seed
    }

    /// Computes by `compute`, which gives one frame for each table, in their order. Every cut falls on a bar's close.
    public func leaks(
        in bars: [(instrument: String, bars: BarTable)],
        by compute: ([(instrument: String, bars: BarTable)]) throws(FeatureError) -> [FeatureFrame]
    ) throws(FeatureError) -> [Leak] {
        let whole = try compute(bars)
        var times = bars.flatMap(\.bars.times).sorted().reduce(into: [Int64]()) { if $0.last != $1 { $0.append($1) } }
        guard times.count > 1 else { return [] }
        times.removeLast()
        var generator = SplitMix64(seed: seed)
        var leaks: [Leak] = []
        for _ in 0..<cuts {
            let cut = times[Int(generator.next(below: UInt64(times.count)))]
            let shortened = try compute(bars.map { ($0.instrument, $0.bars.until(cut)) })
            for (before, after) in zip(whole, shortened) { Self.compare(before, after, cut: cut, &leaks) }
        }
        return leaks
    }

    private static func compare(_ whole: FeatureFrame, _ shortened: FeatureFrame, cut: Int64, _ leaks: inout [Leak]) {
        // Rows too: those of the shortened history are the first of the whole one.
        let rowsDiffer = !whole.times.starts(with: shortened.times) || (shortened.times.count < whole.times.count && whole.times[shortened.times.count] <= cut)
        if rowsDiffer, !leaks.contains(where: { $0.column == "time" && $0.instrument == whole.instrument }) {
            leaks.append(Leak(column: "time", instrument: whole.instrument, time: shortened.times.last ?? cut, cut: cut, whole: nil, shortened: nil, rows: 1))
        }
        if rowsDiffer { return }
        for (column, about) in whole.columns.enumerated() {
            let long = whole.values[column]
            let short = shortened.values[column]
            let different = short.indices.filter { long[$0].bitPattern != short[$0].bitPattern && !(long[$0].isNaN && short[$0].isNaN) }
            guard let first = different.first else { continue }
            if let known = leaks.firstIndex(where: { $0.column == about.name && $0.instrument == whole.instrument }) {
                leaks[known].rows += different.count
                continue
            }
            func number(_ value: Double) -> Double? { value.isNaN ? nil : value }
            leaks.append(
                Leak(
                    column: about.name, instrument: whole.instrument, time: whole.times[first], cut: cut, whole: number(long[first]),
                    shortened: number(short[first]), rows: different.count))
        }
    }
}

extension BarTable {
    /// The bars that were known at `time`.
    package func until(_ time: Int64) -> BarTable {
        var count = self.count
        while count > 0, times[count - 1] > time { count -= 1 }
        return prefix(count)
    }
}
