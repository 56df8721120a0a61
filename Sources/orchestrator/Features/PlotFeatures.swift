internal import ArgumentParser
internal import Domain
internal import Features
internal import Foundation
internal import Reports

struct PlotFeatures: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draws candles with a feature set over and below them, as one HTML page.",
        discussion: """
            What is measured in prices and moves where the prices are is drawn over the candles, everything else in a pane of its own \
            for each feature. The page needs no network.

              orchestrator features plot --set swing.yaml --input FTX:BTC-PERP --first-day 2022-01-10 --output swing.html
            """)

    @OptionGroup var inputs: FeatureInputs
    @Option(name: .customLong("output"), help: ArgumentHelp("The page.", valueName: "file")) var file: String
    @Option(help: ArgumentHelp("Columns or features that are drawn, separated by commas; by default all.", valueName: "names")) var columns: String?
    @Option(help: ArgumentHelp("TradingView's Lightweight Charts, where `./martlet run` did not fetch it.", valueName: "file")) var charts: String?
    @OptionGroup var output: OutputOptions

    private struct Result: Encodable {
        var page: String
        var bars: Int
        var columns: [String]
    }

    func run() throws {
        let library = try ChartLibrary.text(charts)
        let (plan, own, references) = try inputs.load()
        guard own.count == 1 else { throw ValidationError("expected one --input to draw, were \(own.count)") }
        let source = own[0]
        let chosen = try chosenColumns(plan)
        let frame = try failing { () throws(FeatureError) in
            try FeatureBatch(plan).compute([(source.instrument, source.bars)], references: references.map { ($0.instrument, $0.bars) })[0]
        }
        let bars = source.bars.columns
        let opens = source.bars.times.map { $0 - plan.set.timeframe.nanoseconds }
        let page: CandlePage
        do throws(CandlePageError) {
            page = try CandlePage(
                title: source.instrument,
                facts: ["bars of \(plan.set.timeframe)", "set `\(plan.set.name)`", "`\(plan.set.contentHash.prefix(12))`"],
                bars: .init(times: opens, open: bars[0], high: bars[1], low: bars[2], close: bars[3], volume: bars[4].contains { $0 != 0 } ? bars[4] : []),
                series: CandlePage.Series.laidOut(
                    chosen.map { plan.columns[$0] }, values: chosen.map { frame.values[$0] }, low: bars[2].min() ?? 0, high: bars[1].max() ?? 0))
        } catch {
            throw CommandFailure(.badData, "\(source.instrument): \(error)")
        }
        do {
            try Data(page.html(library: library).utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw CommandFailure(.inputOutput, "\(file): \(error.localizedDescription)")
        }
        switch output.format {
        case .text:
            // What a page does not hold it leaves out, and says so.
            Output.line("\(file): \(min(source.bars.count, CandlePage.maximumBars)) bars, \(min(chosen.count, CandlePage.maximumSeries)) columns")
        case .json: Output.json(Result(page: file, bars: source.bars.count, columns: chosen.map { plan.columns[$0].name }))
        }
    }

    private func chosenColumns(_ plan: FeaturePlan) throws -> [Int] {
        guard let columns else { return Array(plan.columns.indices) }
        guard columns.contains(where: { $0 != "," && $0 != " " }) else { throw ValidationError("expected --columns with a name, was '\(columns)'") }
        return try columns.split(separator: ",").map(String.init).flatMap { name in
            let found = plan.columns.indices.filter { plan.columns[$0].name == name || plan.set.features[plan.columns[$0].feature].name == name }
            guard !found.isEmpty else { throw ValidationError("the set has no column or feature '\(name)': it has \(plan.columns.map(\.name).joined(separator: ", "))") }
            return found
        }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
