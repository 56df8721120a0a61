internal import ArgumentParser
internal import Foundation

/// How a command writes its result.
package enum OutputFormat: String, CaseIterable, Sendable {
    case text, json
}

extension OutputFormat: ExpressibleByArgument {}

/// `--format`, which every command takes.
struct OutputOptions: ParsableArguments {
    @Option(name: .long, help: "How the result is written: \(OutputFormat.allCases.map(\.rawValue).joined(separator: " or ")).")
    var format = OutputFormat.text
}

/// A command whose failures are written in its format.
protocol FormattedCommand: ParsableCommand {
    var output: OutputOptions { get }
}

/// `--config` and `--set`, for every command that needs the configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: [.long, .short], help: "The YAML file that configures the run; without it, all defaults.")
    var config: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("One value that wins over the file, such as run.seed=7.", valueName: "key=value"))
    var settings: [String] = []

    /// Environment before command line, `--set` before the command's own options.
    func overrides(_ own: [ConfigurationDocument.Override] = []) throws -> [ConfigurationDocument.Override] {
        let given = try settings.map { text in
            guard let override = ConfigurationDocument.Override(option: text) else {
                throw ValidationError("expected --set key=value, was '\(text)'")
            }
            return override
        }
        return ConfigurationDocument.overrides(environment: ProcessInfo.processInfo.environment) + given + own
    }

    /// The configuration, with `own` for what options of the command say: `--seed 7` is run.seed.
    func load(
        _ own: [ConfigurationDocument.Override] = []
    ) throws -> (configuration: RunConfiguration, entries: [ConfigurationReader.Entry]) {
        try RunConfiguration.load(ConfigurationDocument(file: config, overrides: overrides(own)), reachesVenue: false)
    }
}

/// `--seed`, where chance plays.
struct SeedOptions: ParsableArguments {
    @Option(name: .long, parsing: .unconditional, help: "What chance starts from (run.seed), 0 or more: the same seed gives the same market.")
    var seed: UInt64?

    var overrides: [ConfigurationDocument.Override] {
        seed.map { [.init(key: "run.seed", text: "\($0)", origin: .commandLine(option: "--seed"))] } ?? []
    }
}
