internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Live
internal import MarketData

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Imports market data into the local catalog, lists and verifies it, builds bars.",
        subcommands: [ImportData.self, ListData.self, VerifyData.self, BuildBars.self])
}

/// The catalog of the configured data folder.
struct CatalogOptions: ParsableArguments {
    @OptionGroup var source: ConfigurationOptions

    func catalog() throws -> Catalog {
        let folder = DataFolder(try source.load().configuration.run.data)
        return try failing { () throws(MarketDataError) in try Catalog(root: folder.catalog) }
    }
}

/// Runs `body`; what it throws ends the command with the code that fits.
func failing<Result>(_ body: () throws(MarketDataError) -> Result) throws -> Result {
    do {
        return try body()
    } catch {
        throw CommandFailure(error)
    }
}

extension CommandFailure {
    init(_ error: MarketDataError) {
        let status: ExitStatus =
            switch error {
            case .notFound: .missingInput
            case .invalidRequest: .usage
            case .unreadable(let path, _): FileManager.default.fileExists(atPath: path) ? .inputOutput : .missingInput
            case .corrupt, .unknownLayout, .tooLarge: .badData
            }
        self.init(status, "\(error)")
    }
}

struct ListData: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists what the catalog holds.",
        discussion: "\n  orchestrator data list --format json\n")

    @OptionGroup var place: CatalogOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let catalog = try place.catalog()
        let entries = try failing { () throws(MarketDataError) in try catalog.instruments() }
        switch output.format {
        case .text:
            if entries.isEmpty { return Output.line("\(catalog.root) is empty: orchestrator data import --help") }
            Output.table(
                [["instrument", "series", "first day", "last day", "days", "events", "bytes"]]
                    + entries.map { entry in
                        [
                            entry.instrument.key.description, entry.seriesName, entry.partitions.first.map { "\($0.day)" } ?? "",
                            entry.partitions.last.map { "\($0.day)" } ?? "", "\(entry.partitions.count)", "\(entry.events)",
                            "\(entry.partitions.reduce(0) { $0 + $1.bytes })",
                        ]
                    })
        case .json:
            Output.json(entries)
        }
    }
}

struct VerifyData: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads the whole catalog and holds every file against its hash and its checksums.",
        discussion: """
            Changes nothing. Ends with code \(ExitStatus.finding.rawValue) where a file is not what was imported.

              orchestrator data verify
            """)

    @OptionGroup var place: CatalogOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let catalog = try place.catalog()
        let faults = try failing { () throws(MarketDataError) in try catalog.verify() }
        switch output.format {
        case .text:
            if faults.isEmpty { Output.line("\(catalog.root) is whole") }
            for fault in faults { Output.line("\(fault.path): \(fault.reason)") }
        case .json:
            Output.json(faults)
        }
        if !faults.isEmpty { throw ExitCode(ExitStatus.finding.rawValue) }
    }
}

struct BuildBars: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "bars",
        abstract: "Builds longer bars from ticks or shorter bars, and stores them in the catalog.",
        discussion: """
            Without --timeframe the usual ones that the source can give: \(Timeframe.standard.map(\.description).joined(separator: ", ")).

              orchestrator data bars --instrument XNAS:AMZN --timeframe 5m
            """)

    @Option(help: ArgumentHelp("The instrument, as VENUE:SYMBOL or SYMBOL.", valueName: "key")) var instrument: String
    @Option(help: "Length of the bars; may be given more than once.") var timeframe: [Timeframe] = []
    @OptionGroup var place: CatalogOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let catalog = try place.catalog()
        let wanted = timeframe.isEmpty ? try usual(catalog) : timeframe
        var built: [CatalogEntry] = []
        var skipped: [String] = []
        for length in wanted {
            do {
                built.append(try catalog.buildBars(from: CatalogSelection(symbol: instrument), timeframe: length))
            } catch .notFound(let reason) where timeframe.isEmpty && !built.isEmpty {
                // Not asked for by name, and there is none: nothing is wrong.
                skipped.append(reason)
            } catch {
                throw CommandFailure(error)
            }
        }
        for reason in skipped { Output.error("skipped: \(reason)") }
        switch output.format {
        case .text: Output.table(built.map { ["\($0.instrument.key)", $0.seriesName, "\($0.events) bars in \($0.partitions.count) days"] })
        case .json: Output.json(built)
        }
    }

    /// The standard lengths that are longer than what there is.
    private func usual(_ catalog: Catalog) throws -> [Timeframe] {
        let entries = try failing { () throws(MarketDataError) in
            try catalog.stream([CatalogSelection(symbol: instrument)]).entries
        }
        guard let shortest = entries.first?.timeframe else { return Timeframe.standard }
        return Timeframe.standard.filter { $0 > shortest && $0.isMultiple(of: shortest) }
    }
}
