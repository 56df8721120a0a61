internal import Foundation

/// Everything that can be configured, with the values that hold where nobody says otherwise: this is the
/// one place for defaults. An empty file is a complete configuration: the main job on a generated market.
///
///     let (configuration, entries) = try RunConfiguration.load(file: "martlet.yaml", overrides: [])
///
/// To add a setting: a property with its default in the section's struct and one line in its `read`; docs,
/// `config explain` and the refusal of unknown keys follow.
package struct RunConfiguration: Sendable {
    package var run = RunSettings()
    package var instruments = InstrumentSettings.generated
    package var market = MarketSettings()
    package var venue = VenueSettings()
    package var features = FeatureSettings()
    package var agents = AgentSettings()
    package var risk = RiskSettings()
    package var execution = ExecutionSettings()
    package var costs = CostSettings()
    package var latency = LatencySettings()
    package var reports = ReportSettings()
    package var live = LiveSettings()
    /// What `features.set` names, read and checked.
    package var featureSet: LoadedFeatureSet?

    package init() {}

    /// Reads `file`, or the defaults alone where it is nil; `overrides` win over it, later ones over
    /// earlier ones. Throws every problem at once.
    package static func load(
        file: String?, overrides: [ConfigurationDocument.Override] = []
    ) throws(ConfigurationError) -> (configuration: RunConfiguration, entries: [ConfigurationReader.Entry]) {
        try load(ConfigurationDocument(file: file, overrides: overrides))
    }

    /// `reachesVenue`: whether what it is for connects to a venue, so that it must say where one is. `featureSetText`: what the file of
    /// `features.set` said, where it is known; else it is read.
    package static func load(
        _ document: ConfigurationDocument, reachesVenue: Bool = true, featureSetText: String? = nil, readsFeatureSet: Bool = true
    ) throws(ConfigurationError) -> (configuration: RunConfiguration, entries: [ConfigurationReader.Entry]) {
        var configuration = RunConfiguration()
        var reader = ConfigurationReader(document)
        configuration.read(&reader)
        if reader.problems.isEmpty { configuration.check(&reader, reachesVenue: reachesVenue) }
        if reader.problems.isEmpty, readsFeatureSet, let path = configuration.features.set {
            let set = try LoadedFeatureSet(path: path, text: featureSetText)
            set.check(&reader, timeframe: configuration.run.timeframe)
            configuration.featureSet = set
        }
        try reader.finish()
        return (configuration, reader.entries)
    }

    private mutating func read(_ reader: inout ConfigurationReader) {
        reader.section("run") { run.read(&$0) }
        reader.section("market") { market.read(&$0) }
        reader.list("instruments", &instruments, blank: InstrumentSettings(), required: ["symbol"], limit: 1_000) {
            $1.read(&$0)
        }
        reader.section("venue") { venue.read(&$0) }
        reader.section("features") { features.read(&$0) }
        reader.section("agents") { agents.read(&$0) }
        reader.section("risk") { risk.read(&$0) }
        reader.section("execution") { execution.read(&$0) }
        reader.section("costs") { costs.read(&$0) }
        reader.section("latency") { latency.read(&$0) }
        reader.section("reports") { reports.read(&$0) }
        reader.section("live") { live.read(&$0) }
    }
}
