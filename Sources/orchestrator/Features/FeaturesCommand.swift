internal import ArgumentParser
internal import Domain
internal import Features
internal import Foundation
internal import Live
internal import MarketData

struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Computes feature sets over bars, stores them, and says what they are worth.",
        discussion: "A set is a YAML file: docs/features.md.",
        subcommands: [
            ComputeFeatures.self, ListFeatures.self, ShowFeatures.self, ShowLineage.self, MeasureDrift.self, CheckFeatures.self, RankFeatures.self, PlotFeatures.self,
        ])
}

/// Runs `body`; what it throws ends the command with the code that fits.
func failing<Result>(_ body: () throws(FeatureError) -> Result) throws -> Result {
    do {
        return try body()
    } catch {
        let status: ExitStatus =
            switch error {
            case .notFound: .missingInput
            case .input, .tooLarge: .badData
            case .core: .broken
            case .file(let path, _): FileManager.default.fileExists(atPath: path) ? .badData : .inputOutput
            }
        throw CommandFailure(status, "\(error)")
    }
}

/// The data folder. (`--set` names the feature set here, so single values of the configuration come by file or environment.)
struct FeaturePlace: ParsableArguments {
    @Option(name: [.long, .short], help: "The YAML file that configures the run; of it the data folder is taken.") var config: String?
    @Option(help: ArgumentHelp("The data folder (run.data).", valueName: "folder")) var data: String?

    func folder() throws -> DataFolder {
        if let data { return DataFolder(data) }
        let overrides = ConfigurationDocument.overrides(environment: ProcessInfo.processInfo.environment)
        let document = try ConfigurationDocument(file: config, overrides: overrides)
        return DataFolder(try RunConfiguration.load(document, reachesVenue: false).configuration.run.data)
    }

    func store() throws -> FeatureStore { FeatureStore(root: try folder().features) }
}

/// One moment, UTC, as `2024-01-31T09:30:00Z`, with as many places behind the second as it takes.
func timeText(_ nanoseconds: Int64) -> String {
    let day = CatalogDay(time: nanoseconds)
    let rest = nanoseconds - day.startTime
    func padded(_ number: Int64, _ width: Int) -> String { String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)" }
    let seconds = rest / 1_000_000_000
    let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
    var fraction = padded(rest % 1_000_000_000, 9)[...]
    while fraction.last == "0" { fraction.removeLast() }
    return "\(day)T\(clock)\(fraction.isEmpty ? "" : ".\(fraction)")Z"
}
