package import Features
package import Reports

extension CandlePage.Series {
    /// Columns of a set as a page of candles shows them: over the price what is measured in prices and moves between `low` and `high`, where
    /// the candles are, everything else below it, in one pane for each feature.
    ///
    /// `values` has an array for each column. Cost: sorts each column of prices.
    package static func laidOut(_ columns: [FeatureColumn], values: [[Double]], low: Double, high: Double) -> [CandlePage.Series] {
        var panes: [Int] = []
        return zip(columns, values).map { about, values in
            if about.unit == "price", let middle = middle(values), middle >= low, middle <= high { return .init(about.name, values: values) }
            if !panes.contains(about.feature) { panes.append(about.feature) }
            let kind: Kind = about.name.hasSuffix(".histogram") || about.unit == "sign" ? .histogram : .line
            return .init(about.name, pane: panes.firstIndex(of: about.feature)! + 1, kind: kind, levels: about.unit == "score" ? [0] : [], values: values)
        }
    }

    /// The median of those that are numbers; nil where none is.
    private static func middle(_ values: [Double]) -> Double? {
        let known = values.filter { !$0.isNaN }.sorted()
        return known.isEmpty ? nil : known[known.count / 2]
    }
}
