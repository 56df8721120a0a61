internal import ArgumentParser
internal import Live

/// A session that goes on where the last one ended.
struct PaperCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "paper",
        abstract: "A paper session with a venue over FIX that goes on where the last one in its data folder ended.",
        discussion: """
            Journal, message store and positions in run.data are taken up again: starting and recovering are one path. \
            With venue.embedded: false it connects to a venue of its own, such as `orchestrator venue`.

              orchestrator paper --config paper.yaml --set venue.embedded=false --set venue.port=9880
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var market: MarketOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var reset: ResetOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (configuration, words) = try source.loadWithSource(market.overrides(configured: seed.overrides))
        let names = configuration.market.source == .recorded ? market.instruments(configuration) : []
        let series = names.isEmpty ? nil : try configuration.exchangeSeries(names)
        let folder = configuration.run.data
        try SessionRunner(
            configuration: configuration, folder: folder, series: series, mode: "paper", controlFolder: folder, source: words,
            resetsSequenceNumbers: reset.resetSequenceNumbers, resetsDropCopyNumbers: reset.resetDropCopyNumbers
        ).run(output)
    }
}

/// What only an operator decides.
struct ResetOptions: ParsableArguments {
    @Flag(help: "Begin the FIX session's message numbers at 1 again, once, as agreed with the venue; unanswered messages are given up.")
    var resetSequenceNumbers = false
    @Flag(help: "The same of the drop copy's session (venue.drop_copy), which keeps its numbers otherwise.")
    var resetDropCopyNumbers = false
}

/// The same with real money.
struct LiveCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "A session with a broker, with real money; refuses without the confirmation in the configuration.",
        discussion: """
            Needs live.confirm in the configuration file, word for word: "\(LiveSettings.confirmation)".

              orchestrator live --config live.yaml
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var reset: ResetOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (configuration, words) = try source.loadWithSource()
        guard configuration.live.isConfirmed else {
            throw CommandFailure(.refused, "live.confirm must be, word for word: \"\(LiveSettings.confirmation)\"")
        }
        // What stands in a shell's history is not a decision that somebody wrote down for this deployment.
        guard !words.overrides.contains(where: { $0.key == "live.confirm" }) else {
            throw CommandFailure(.refused, "live.confirm must stand in the configuration file, not on the command line or in the environment")
        }
        guard !configuration.venue.embedded, configuration.market.source == .generated, configuration.venue.speed.factor == 1 else {
            throw CommandFailure(
                .refused, "live trades at a broker in real time: set venue.embedded: false and venue.speed: 1x, and no recorded market")
        }
        let folder = configuration.run.data
        try SessionRunner(
            configuration: configuration, folder: folder, series: nil, mode: "live", controlFolder: folder, source: words,
            resetsSequenceNumbers: reset.resetSequenceNumbers, resetsDropCopyNumbers: reset.resetDropCopyNumbers
        ).run(output)
    }
}
