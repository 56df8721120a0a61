internal import Foundation

/// What each column says of the return over a horizon to come: research, never part of a decision.
///
/// Two measures, neither of which needs the other. **Mutual information** finds any dependence of one column, monotone or not:
/// column and return are cut into classes of equal size, and what chance alone would give is taken off. **Permutation
/// importance** asks what a column adds to the others: a ridge regression is fitted on the first half, and what it explains of the
/// second half is measured with the column's values shuffled.
public struct FeatureRanking: Sendable {
    public struct Row: Sendable, Hashable, Codable {
        public var column: String
        /// Rows with a number, at which the future return is known, at least a horizon apart.
        public var samples: Int
        /// In nats, what chance would give taken off; 0 where it may be chance (99.9 %).
        public var information: Double
        /// The same of the first and of the second half of the rows.
        public var informationOfHalves: [Double]
        /// Loss of explained variance in the second half, in shares of the return's variance; nil for a column that lacks numbers in more
        /// than a tenth of the rows of a half, and for all where too few rows are whole.
        public var importance: Double?
    }

    public let rows: [Row]
    /// Spearman's correlation of the columns' information in the first and in the second half; nil with fewer than three columns, or where
    /// a half shows nothing.
    public let agreement: Double?

    /// Fewest samples in a half.
    public static let minimumSamples = 200

    /// `closes` has one price for each row of the frame; the return of a row is from its close to the one `horizon` rows later.
    /// Every `horizon`-th row is used, so that returns do not overlap. O(rows × columns × (log rows + columns) + columns³).
    public init(_ frame: FeatureFrame, closes: [Double], horizon: Int, seed: UInt64 = 1) throws(FeatureError) {
        precondition(closes.count == frame.times.count && horizon > 0)
        var sampled: [Int] = []
        var row = 0
        while row + horizon < closes.count {
            sampled.append(row)
            row += horizon
        }
        let returns = sampled.map { closes[$0 + horizon] / closes[$0] - 1 }
        let columns = frame.values.map { values in sampled.map { values[$0] } }
        try self.init(columns: frame.columns.map(\.name), values: columns, returns: returns, seed: seed)
    }

    /// Of samples that are there already, in the order of time: one array for each column, each as long as the returns.
    public init(columns: [String], values: [[Double]], returns: [Double], seed: UInt64 = 1) throws(FeatureError) {
        guard returns.count >= 2 * Self.minimumSamples else {
            throw .input("expected at least \(2 * Self.minimumSamples) returns that do not overlap, were \(returns.count): more bars, or a shorter horizon")
        }
        let half = returns.count / 2
        let importance = RidgeImportance(values, returns, trainedOn: half, seed: seed)
        rows = columns.enumerated().map { place, name in
            let column = values[place]
            return Row(
                column: name, samples: column.count { !$0.isNaN }, information: Self.information(column[...], returns[...]),
                informationOfHalves: [
                    Self.information(column[..<half], returns[..<half]), Self.information(column[half...], returns[half...]),
                ], importance: importance?.losses[place] ?? nil)
        }.sorted { ($0.information, $0.importance ?? 0, $1.column) > ($1.information, $1.importance ?? 0, $0.column) }
        agreement = Self.spearman(rows.map { $0.informationOfHalves[0] }, rows.map { $0.informationOfHalves[1] })
    }

    // MARK: mutual information

    /// In nats, less what independence would give; 0 where that may be all.
    static func information(_ column: ArraySlice<Double>, _ returns: ArraySlice<Double>) -> Double {
        let pairs = zip(column, returns).filter { !$0.isNaN && !$1.isNaN }
        guard pairs.count >= minimumSamples / 2 else { return 0 }
        // About five of each class of one in each class of the other.
        let wanted = min(16, max(4, Int((Double(pairs.count) / 5).squareRoot())))
        let (a, aCount) = classes(pairs.map(\.0), wanted)
        let (b, bCount) = classes(pairs.map(\.1), wanted)
        guard aCount > 1, bCount > 1 else { return 0 }
        var joint = Array(repeating: 0.0, count: aCount * bCount)
        var first = Array(repeating: 0.0, count: aCount)
        var second = Array(repeating: 0.0, count: bCount)
        for (i, j) in zip(a, b) {
            joint[i * bCount + j] += 1
            first[i] += 1
            second[j] += 1
        }
        let count = Double(pairs.count)
        var sum = 0.0
        for i in 0..<aCount {
            for j in 0..<bCount where joint[i * bCount + j] > 0 {
                let together = joint[i * bCount + j]
                sum += together / count * log(together * count / (first[i] * second[j]))
            }
        }
        // Twice the sum times the count has, under independence, a chi-squared distribution.
        let freedom = Double((aCount - 1) * (bCount - 1))
        guard 2 * count * sum > chiSquared999(freedom) else { return 0 }
        return max(0, sum - freedom / (2 * count))
    }

    /// Classes of about equal size, equal values in one; their number may be smaller than wanted.
    private static func classes(_ values: [Double], _ wanted: Int) -> (of: [Int], count: Int) {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var result = Array(repeating: 0, count: values.count)
        var number = 0
        var begin = 0
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            // A new class where a new share of the values begins; a block of equal ones may be several shares long.
            if start * wanted / values.count > begin * wanted / values.count {
                number += 1
                begin = start
            }
            for index in start..<end { result[order[index]] = number }
            start = end
        }
        return (result, number + 1)
    }

    /// The 99.9 % point of the chi-squared distribution. Source: Wilson and Hilferty 1931.
    static func chiSquared999(_ freedom: Double) -> Double {
        let part = 2 / (9 * freedom)
        let root = 1 - part + 3.090_232_306_167_813 * part.squareRoot()
        return freedom * root * root * root
    }

    // MARK: agreement

    /// Correlation of the ranks, equal values having their mean rank.
    static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
        guard a.count >= 3 else { return nil }
        let (x, y) = (ranks(a), ranks(b))
        let mean = Double(a.count - 1) / 2
        var (xy, xx, yy) = (0.0, 0.0, 0.0)
        for (i, j) in zip(x, y) {
            xy += (i - mean) * (j - mean)
            xx += (i - mean) * (i - mean)
            yy += (j - mean) * (j - mean)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
    }

    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var result = Array(repeating: 0.0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for index in start..<end { result[order[index]] = Double(start + end - 1) / 2 }
            start = end
        }
        return result
    }
}
