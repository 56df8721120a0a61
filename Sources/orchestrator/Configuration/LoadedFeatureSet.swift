internal import Core
internal import CxxEvent
internal import Domain
package import Features
package import MarketData
internal import Reports

/// The feature set of a run: its file's words, and what they mean.
package struct LoadedFeatureSet: Sendable {
    package var path: String
    /// The file word for word: the journal keeps it, so that a replay needs no file.
    package var text: String
    package var plan: FeaturePlan

    /// Reads the file, or takes `text` as what it said.
    package init(path: String, text: String?) throws(ConfigurationError) {
        let document: ConfigurationDocument
        if let text { document = try ConfigurationDocument(text: text, path: path) } else { document = try ConfigurationDocument(file: path) }
        self.path = path
        self.text = document.text
        plan = try FeatureSetDocument.load(document)
    }

    /// What only set and configuration together show.
    func check(_ reader: inout ConfigurationReader, timeframe: Nanoseconds) {
        if plan.set.timeframe.nanoseconds != timeframe.count {
            reader.problem(
                key: "features.set", "expected a set of run.timeframe (\(timeframe.configurationText)), and \(path) has \(plan.set.timeframe)",
                "a row is made at each decision; features of longer bars have a timeframe of their own")
        }
    }

    /// What only set and instruments together show: nil where all is well.
    package func problem(instruments: [martlet.InstrumentDefinition], sources: [SourceKind]) -> String? {
        let known = instruments.map(\.keyText)
        if let stranger = plan.references.first(where: { !known.contains($0) }) {
            return "features.set: \(path) refers to \(stranger), which this run does not have; it has \(known.joined(separator: ", "))"
        }
        for (place, source) in sources.enumerated() {
            if let problem = plan.problem(of: source) { return "features.set: \(path): \(known[place]): \(problem)" }
        }
        if plan.set.price != .trades, let place = sources.firstIndex(where: { $0 != .quotes && $0 != .bars }) {
            return "features.set: \(path) takes bars of \(plan.set.price.rawValue), and \(known[place]) comes as \(sources[place].rawValue), of which bars of trades are built"
        }
        return nil
    }

    /// Which one it is, as a report says it.
    var ofReport: RunReport.FeatureSet { RunReport.FeatureSet(name: plan.set.name, contentHash: plan.set.contentHash) }
}
