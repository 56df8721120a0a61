internal import Foundation

/// How far a column's distribution has moved from what it was.
public struct FeatureDrift: Sendable, Hashable, Codable {
    public var column: String
    /// Numbers compared: of the reference and of now.
    public var reference: Int
    public var current: Int
    /// Population stability index over ten classes of equal size in the reference. Up to 0.1 little, from 0.25 much, by the
    /// custom of credit scoring. Source: Siddiqi 2006.
    public var stabilityIndex: Double
    /// Largest distance between the two distribution functions, 0 … 1. Source: Smirnov 1948.
    public var distance: Double
    /// Chance of such a distance where nothing changed and the values are independent; those of a series are not, so
    /// read it as a ranking.
    public var pValue: Double

    /// Least numbers on each side.
    public static let minimumCount = 50

    /// Compares two samples, NaN left out; nil where one has fewer than `minimumCount` numbers. O(n log n).
    public init?(column: String, reference: [Double], current: [Double]) {
        let old = reference.filter { !$0.isNaN }.sorted()
        let new = current.filter { !$0.isNaN }.sorted()
        guard old.count >= Self.minimumCount, new.count >= Self.minimumCount else { return nil }
        self.column = column
        self.reference = old.count
        self.current = new.count
        stabilityIndex = Self.stabilityIndex(old, new)
        distance = Self.distance(old, new)
        let size = (Double(old.count) * Double(new.count) / Double(old.count + new.count)).squareRoot()
        pValue = Self.kolmogorov((size + 0.12 + 0.11 / size) * distance)
    }

    /// Drift of every column of a frame between its rows up to a share of them and those after.
    public static func columns(of frame: FeatureFrame, referenceShare: Double) -> [FeatureDrift] {
        let cut = Int((Double(frame.times.count) * referenceShare).rounded(.down))
        return frame.columns.indices.compactMap { column in
            FeatureDrift(
                column: frame.columns[column].name, reference: Array(frame.values[column][..<cut]),
                current: Array(frame.values[column][cut...]))
        }
    }

    /// Both sorted. A class that is empty on one side counts half a number there, so that the index stays finite.
    private static func stabilityIndex(_ old: [Double], _ new: [Double]) -> Double {
        // Classes end where the reference's tenths end; equal values stay together.
        var edges: [Double] = []
        for tenth in 1..<10 {
            let edge = old[tenth * old.count / 10]
            if edges.last != edge { edges.append(edge) }
        }
        func shares(_ sorted: [Double]) -> [Double] {
            var counts = Array(repeating: 0.0, count: edges.count + 1)
            var place = 0
            for value in sorted {
                while place < edges.count, value >= edges[place] { place += 1 }
                counts[place] += 1
            }
            return counts.map { max($0, 0.5) / Double(sorted.count) }
        }
        return zip(shares(old), shares(new)).reduce(0) { $0 + ($1.1 - $1.0) * log($1.1 / $1.0) }
    }

    private static func distance(_ a: [Double], _ b: [Double]) -> Double {
        var i = 0
        var j = 0
        var largest = 0.0
        while i < a.count, j < b.count {
            let value = min(a[i], b[j])
            while i < a.count, a[i] == value { i += 1 }
            while j < b.count, b[j] == value { j += 1 }
            largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
        }
        return largest
    }

    /// Kolmogorov's distribution, beyond `x`. Source: Press et al., Numerical Recipes, 14.3.
    static func kolmogorov(_ x: Double) -> Double {
        if x < 0.2 { return 1 }
        var sum = 0.0
        for k in 1...100 {
            let term = exp(-2 * Double(k * k) * x * x)
            sum += k % 2 == 1 ? term : -term
            if term < 1e-17 { break }
        }
        return min(max(2 * sum, 0), 1)
    }
}
