internal import Engine
internal import Features
internal import Foundation
internal import Live

/// What a journal's header says of its run beyond the instruments: enough to make the same engine again.
struct RunText: Codable {
    /// Version of this text.
    var version = 1
    var mode: String
    var market: String
    /// Seconds of the session in a second of wall time.
    var speed: Double
    /// The configuration file as it was, empty where there was none, and what won over it.
    var configuration: String
    var overrides: [Value]
    /// What the file of `features.set` said; none without one.
    var featureSet: String?
    /// The set's content hash, in which its files' are, and the names of its columns.
    var featureSetHash: String?
    var featureColumns: [String]?

    struct Value: Codable {
        var key: String
        var text: String
    }

    init(mode: String, market: String, speed: Double, source: ConfigurationSource) {
        self.mode = mode
        self.market = market
        self.speed = speed
        configuration = source.text
        overrides = source.overrides.map { Value(key: $0.key, text: $0.text) }
        featureSet = source.featureSet?.text
        featureSetHash = source.featureSet?.plan.set.contentHash
        featureColumns = source.featureSet?.plan.columns.map(\.name)
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { preconditionFailure("texts and numbers that cannot be written as JSON") }
        return String(decoding: data, as: UTF8.self)
    }

    init(json: String) throws(CommandFailure) {
        do {
            self = try JSONDecoder().decode(RunText.self, from: Data(json.utf8))
        } catch {
            throw CommandFailure(.badData, "the journal's header does not tell its run: it is no journal of a session or backtest")
        }
        guard version == 1 else { throw CommandFailure(.badData, "the journal's run text has version \(version); expected 1") }
    }

    /// What the text of a run's first record says of engine, risk and council.
    @Sendable static func settings(of json: String) throws -> SessionSettings { try RunText(json: json).settings() }

    func settings() throws -> SessionSettings {
        let configuration = try load()
        return SessionSettings(
            engine: configuration.engine(speed: speed), policy: configuration.risk.policy, council: try configuration.agents.council())
    }

    /// The configuration of the run that wrote it. Without `withSet` what `features.set` names is left out: of a backtest it may read files
    /// that have changed since.
    func load(withSet: Bool = true) throws(ConfigurationError) -> RunConfiguration {
        let values = overrides.map {
            ConfigurationDocument.Override(key: $0.key, text: $0.text, origin: .commandLine(option: "the journal"))
        }
        let document = try ConfigurationDocument(text: configuration, path: "the journal", overrides: values)
        return try RunConfiguration.load(document, reachesVenue: false, featureSetText: featureSet, readsFeatureSet: withSet).configuration
    }
}

/// Where a configuration came from, word for word.
struct ConfigurationSource {
    var text: String
    var overrides: [ConfigurationDocument.Override]
    /// What `features.set` names.
    var featureSet: LoadedFeatureSet?
}

extension ConfigurationOptions {
    /// The configuration and the words that it was made from.
    func loadWithSource(
        _ own: [ConfigurationDocument.Override] = [], reachesVenue: Bool = true
    ) throws -> (configuration: RunConfiguration, source: ConfigurationSource) {
        let document = try ConfigurationDocument(file: config, overrides: overrides(own))
        let configuration = try RunConfiguration.load(document, reachesVenue: reachesVenue).configuration
        return (configuration, ConfigurationSource(text: document.text, overrides: document.overrides, featureSet: configuration.featureSet))
    }
}
