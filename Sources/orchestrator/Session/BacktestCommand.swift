internal import Agents
internal import ArgumentParser
internal import Backtest
internal import Core
internal import CxxEvent
internal import Engine
internal import Foundation
internal import Live
internal import MarketData
internal import Reports
internal import Simulation

/// The council over stored history.
struct BacktestCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "The council over stored history, with costs, through the engine and gate of live trading.",
        discussion: """
            The market is what --market names in the catalog, or a generated one by the configuration and seed. The same \
            input gives the same digests.

              orchestrator backtest --market XNAS:AMZN
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var market: MarketOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "Keep a journal and the reports in a folder of the run.") var keep = false

    func run() throws {
        let (configuration, words) = try source.loadWithSource(market.overrides(configured: seed.overrides), reachesVenue: false)
        let names = configuration.market.source == .recorded ? market.instruments(configuration) : []
        let series =
            names.isEmpty
            ? try configuration.generatedSeries(length: configuration.run.duration?.count ?? Self.generatedLength)
            : try configuration.recordedSeries(names)
        try configuration.checkFeatureSet(series)
        var settings = BacktestConfiguration()
        settings.name = configuration.run.name
        settings.seed = configuration.run.seed
        settings.market = (names.isEmpty ? "generated market, " : "recorded market, ") + series.instruments.map(\.symbolText).joined(separator: ", ")
        settings.engine = configuration.engine(speed: 1)
        settings.engine.reconciles = false
        settings.policy = configuration.risk.policy
        settings.latency = configuration.latency.model
        settings.costs = configuration.costs.model
        settings.runText = RunText(mode: "backtest", market: settings.market, speed: 1, source: words).json
        let folder = keep ? try RunFolder.next(configuration) : nil
        if let folder { try Folders.make(folder) }
        settings.journalFolder = folder.map { "\($0)/journal" }
        let started = DispatchTime.now().uptimeNanoseconds
        var backtest: Backtest
        do {
            backtest = try Backtest(settings, series: series, council: configuration.agents.council())
        } catch {
            if let folder { try? FileManager.default.removeItem(atPath: folder) }
            throw error
        }
        if let folder { RunFolder.nameLatest(folder, in: configuration.run.data) }
        let length = (series.events.last?.exchange_time ?? 0) - (series.events.first?.exchange_time ?? 0)
        let progress = backtest.progress
        var report = try ProgressBar.during("backtest", total: length, progress) { try backtest.run() }.report
        report.featureSet = configuration.featureSet?.ofReport
        report.wallSeconds = Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
        report.eventsPerSecond = Double(report.events) / max(report.wallSeconds, 1e-9)
        if let folder {
            let (feed, end) = (configuration.latency.feed.count, report.period.end)
            try configuration.write(&report, of: folder, series.instruments, series.kinds) { candles throws(CommandFailure) in
                candles.take(series, feed: feed)
                try candles.read(journal: "\(folder)/journal", until: end)
            }
        }
        configuration.reports.show(report, output.format)
    }

    /// A trading day of virtual time where the configuration states no duration.
    private static let generatedLength: Int64 = 23_400_000_000_000
}

extension LatencySettings {
    var model: LatencyModel {
        LatencyModel(feed: feed.count, decision: decision.count, order: order.count, report: report.count)
    }
}

extension CostSettings {
    var model: BarCosts {
        var costs = BarCosts()
        costs.halfSpreadTicks = halfSpreadTicks
        costs.slippageTicks = slippageTicks
        return costs
    }
}
