internal import ArgumentParser
internal import Features
internal import Foundation

struct CheckFeatures: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Looks for values that know the future.",
        discussion: """
            Computes the set again on histories that end at random moments, and names every value that comes out differently. Ends with \
            code \(ExitStatus.finding.rawValue) where there is one.

              orchestrator features check --set swing.yaml --input FTX:BTC-PERP --cuts 50
            """)

    @OptionGroup var inputs: FeatureInputs
    @Option(help: "Shortened histories that are tried.") var cuts = 20
    @Option(help: "What chance starts from.") var seed: UInt64 = 1
    @OptionGroup var output: OutputOptions

    private struct Document: Encodable {
        var columns: Int
        var cuts: Int
        var leaks: [LookAheadCheck.Leak]
    }

    func run() throws {
        guard (1...10_000).contains(cuts) else { throw ValidationError("expected --cuts from 1 to 10,000, was \(cuts)") }
        let (plan, own, references) = try inputs.load()
        let others = references.map { (instrument: $0.instrument, bars: $0.bars) }
        let leaks = try failing { () throws(FeatureError) in
            try LookAheadCheck(cuts: cuts, seed: seed).leaks(in: own.map { (instrument: $0.instrument, bars: $0.bars) }) { bars throws(FeatureError) in
                let end = bars.compactMap(\.bars.times.last).max() ?? .min
                // What kernels of events said is not in the bars: the events are read again, as far as that.
                let bars = plan.readsEvents ? try events(plan, until: end) : bars
                return try FeatureBatch(plan.known(at: end)).compute(bars, references: others.map { (instrument: $0.instrument, bars: $0.bars.until(end)) })
            }
        }
        switch output.format {
        case .text:
            if leaks.isEmpty { Output.line("no value of \(plan.columns.count) columns changed in \(cuts) shortened histories") }
            for leak in leaks {
                func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "no number" }
                Output.line(
                    "\(leak.column) of \(leak.instrument) at \(timeText(leak.time)): \(number(leak.whole)) with the whole history, \(number(leak.shortened)) "
                        + "with what was there at \(timeText(leak.cut)); \(leak.rows) rows in all")
            }
        case .json: Output.json(Document(columns: plan.columns.count, cuts: cuts, leaks: leaks))
        }
        if !leaks.isEmpty { throw ExitCode(ExitStatus.finding.rawValue) }
    }

    private func events(_ plan: FeaturePlan, until end: Int64) throws(FeatureError) -> [(instrument: String, bars: BarTable)] {
        do {
            return try inputs.own(plan, until: end).map { ($0.instrument, $0.bars) }
        } catch {
            throw .input("\(error)")
        }
    }
}

struct RankFeatures: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank",
        abstract: "Says how much each column tells of the return to come.",
        discussion: """
            Mutual information of each column by itself, and what a linear forecast loses without it. Research, in sample for the first: a high \
            place is a reason to test, not to trade.

              orchestrator features rank --set swing.yaml --input FTX:BTC-PERP --horizon 15
            """)

    @OptionGroup var inputs: FeatureInputs
    @Option(help: "Bars of the set's length from a row to the end of its return.") var horizon = 1
    @Option(help: "What chance starts from.") var seed: UInt64 = 1
    @OptionGroup var output: OutputOptions

    private struct Document: Encodable {
        var instrument: String
        var horizon: Int
        var agreementOfHalves: Double?
        var columns: [FeatureRanking.Row]
    }

    func run() throws {
        guard (1...100_000).contains(horizon) else { throw ValidationError("expected --horizon from 1 to 100,000, was \(horizon)") }
        let (plan, own, references) = try inputs.load()
        var documents: [Document] = []
        let frames = try failing { () throws(FeatureError) in
            try FeatureBatch(plan).compute(own.map { ($0.instrument, $0.bars) }, references: references.map { ($0.instrument, $0.bars) })
        }
        for (source, frame) in zip(own, frames) {
            let ranking = try failing { () throws(FeatureError) in
                try FeatureRanking(frame, closes: source.bars.columns[3], horizon: horizon, seed: seed)
            }
            documents.append(Document(instrument: source.instrument, horizon: horizon, agreementOfHalves: ranking.agreement, columns: ranking.rows))
        }
        switch output.format {
        case .json: Output.json(documents)
        case .text:
            for document in documents {
                let agreement = document.agreementOfHalves.map { String(format: "%.2f", $0) } ?? "not to be had"
                Output.line("\(document.instrument), \(horizon) bars ahead; rank correlation of the halves \(agreement)")
                Output.table(
                    [["column", "samples", "information", "first half", "second half", "importance"]]
                        + document.columns.map { row in
                            [row.column, "\(row.samples)"] + ([row.information] + row.informationOfHalves).map { String(format: "%.5f", $0) }
                                + [row.importance.map { String(format: "%+.5f", $0) } ?? ""]
                        }, numbers: [1, 2, 3, 4, 5])
            }
        }
    }
}

struct MeasureDrift: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Says how far each stored column has moved from what it was.",
        discussion: """
            Compares the rows after --reference of the history with those before it: population stability index and Kolmogorov and Smirnov's distance.

              orchestrator features drift swing --reference 0.8 --metrics drift.prom
            """)

    @OptionGroup var set: StoredSet
    @Option(help: "Share of the rows that the others are compared with.") var reference = 0.5
    @Option(help: ArgumentHelp("Write the figures there too, as Prometheus reads them.", valueName: "file")) var metrics: String?
    @OptionGroup var output: OutputOptions

    private struct Document: Encodable {
        var set: String
        var instrument: String
        var columns: [FeatureDrift]
        /// Those with too few numbers on either side.
        var leftOut: [String]
    }

    func run() throws {
        guard reference > 0, reference < 1 else { throw ValidationError("expected --reference between 0 and 1, was \(reference)") }
        let (store, entries) = try set.entries()
        let documents = try entries.map { entry in
            let frame = try failing { () throws(FeatureError) in try store.read(entry) }
            let columns = FeatureDrift.columns(of: frame, referenceShare: reference).sorted { $0.stabilityIndex > $1.stabilityIndex }
            let leftOut = frame.columns.map(\.name).filter { name in !columns.contains { $0.column == name } }
            return Document(set: entry.name, instrument: entry.instrument, columns: columns, leftOut: leftOut)
        }
        if let metrics { try write(Self.metrics(documents), to: metrics) }
        switch output.format {
        case .json: Output.json(documents)
        case .text:
            for document in documents {
                Output.line("\(document.set)  \(document.instrument)")
                if !document.leftOut.isEmpty {
                    Output.error("\(document.instrument): fewer than \(FeatureDrift.minimumCount) numbers before or after, left out: \(document.leftOut.joined(separator: ", "))")
                }
                if document.columns.isEmpty { continue }
                Output.table(
                    [["  column", "before", "after", "stability index", "distance", "p"]]
                        + document.columns.map { row in
                            ["  \(row.column)", "\(row.reference)", "\(row.current)", String(format: "%.3f", row.stabilityIndex), String(format: "%.3f", row.distance), String(format: "%.2g", row.pValue)]
                        }, numbers: [1, 2, 3, 4, 5])
            }
        }
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(.inputOutput, "\(path): \(error.localizedDescription)")
        }
    }

    /// The text format of Prometheus. Names of sets, columns and instruments have no character that would have to be escaped.
    private static func metrics(_ documents: [Document]) -> String {
        func family(_ name: String, _ help: String, _ value: (FeatureDrift) -> Double) -> String {
            let samples = documents.flatMap { document in
                document.columns.map { "\(name){set=\"\(document.set)\",instrument=\"\(document.instrument)\",column=\"\($0.column)\"} \(value($0))\n" }
            }
            return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + samples.joined()
        }
        return family("martlet_feature_stability_index", "Population stability index of a feature's column.") { $0.stabilityIndex }
            + family("martlet_feature_distance", "Kolmogorov and Smirnov's distance of a feature's column.") { $0.distance }
    }
}
