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
        if let text {
            document = try ConfigurationDocument(text: text, path: path)
        } else {
            do throws(ConfigurationError) {
                document = try ConfigurationDocument(file: path)
            } catch {
                guard error.isMissingFile else { throw error }
                var missing = ConfigurationError(problems: [ConfigurationProblem(origin: .standard, key: "features.set", message: "\(path): no such file", mend: "name the file of a feature set, or none")])
                missing.isMissingFile = true
                throw missing
            }
        }
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

    /// Why a session with a venue cannot have it: nil where it can.
    package var problemOfSession: String? {
        guard let file = plan.set.files.first else { return nil }
        return "features.set: \(path) names \(file): a session reads no files, which may change while its journal goes on; `backtest` takes them"
    }

    /// What only set and bars together show: nil where all is well. O(events) where what is looked for does not come.
    package func problem(bars events: UnsafeBufferPointer<martlet.MarketEvent>, instruments: [martlet.InstrumentDefinition], sources: [SourceKind]) -> String? {
        let sides: [martlet.Side] =
            switch plan.set.price {
            case .trades: [.none]
            case .bid: [.buy]
            case .ask: [.sell]
            case .middle: [.buy, .sell]
            }
        for (place, source) in sources.enumerated() where source == .bars {
            let key = instruments[place].keyText
            let own = events.lazy.filter { $0.kind == .bar && Int($0.instrument) == place }.map { martlet.as_bar($0) }
            for side in sides {
                guard let bar = own.first(where: { $0.side == side }) else { return "features.set: \(path) takes bars of \(plan.set.price.rawValue), and \(key) has none: is its `price` right?" }
                if plan.set.timeframe.nanoseconds % (Int64(max(bar.seconds, 1)) * 1_000_000_000) != 0 {
                    return "features.set: \(path) has bars of \(plan.set.timeframe), which cannot be built from \(key)'s of \(bar.seconds) s"
                }
            }
        }
        return nil
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
