internal import ArgumentParser
internal import Foundation
internal import Live

/// The main job.
struct RunCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "The main job: the simulated exchange, a session with it over FIX, and a report.",
        discussion: """
            Starts the simulated exchange, connects to it over FIX, lets the council trade under the risk gate, and \
            reports. The exchange's market is generated, or an imported one with --market. Each run has a folder of its \
            own in run.data; `latest` there names the newest.

              orchestrator run --seed 7 --set run.duration=1h
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var market: MarketOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (configuration, words) = try source.loadWithSource(market.overrides(configured: seed.overrides))
        let names = configuration.market.source == .recorded ? market.instruments(configuration) : []
        let series = names.isEmpty ? nil : try configuration.exchangeSeries(names)
        let folder = try RunFolder.next(configuration)
        try SessionRunner(
            configuration: configuration, folder: folder, series: series, mode: "paper", controlFolder: configuration.run.data,
            source: words, isLatest: true
        ).run(output)
    }
}

/// Names the folder of a new run: `<data>/<name>-0001`, `-0002`, …
enum RunFolder {
    static func next(_ configuration: RunConfiguration) throws(CommandFailure) -> String {
        for number in 1...9_999 {
            let digits = String(number)
            let padding = String(repeating: "0", count: 4 - digits.count)
            let folder = "\(configuration.run.data)/\(configuration.run.name)-\(padding)\(digits)"
            if !FileManager.default.fileExists(atPath: folder) { return folder }
        }
        throw CommandFailure(.inputOutput, "\(configuration.run.data) has 9999 runs of that name: move them away or change run.name")
    }

    /// Points `<data>/latest` to the run as soon as it starts, so that what is asked of the latest run is asked of this one
    /// however it ends. A data folder that takes no links goes without.
    static func nameLatest(_ folder: String, in data: String) {
        let link = "\(data)/latest"
        unlink(link)
        symlink(URL(fileURLWithPath: folder).lastPathComponent, link)
    }
}
