public import ArgumentParser
public import Domain
internal import Foundation
public import MarketData

struct ImportData: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports one instrument's data into the catalog, and says how good it is.",
        discussion: """
            Name the files in one way: --bars (CSV, plain, .gz or .zst), --bid-bars with --ask-bars, --json-bars, \
            --lobster-messages with --lobster-book, --itch, --dbn, --dbn-csv or --fix-log. Rejected rows are kept aside with \
            their reasons; the import goes on.

              orchestrator data import --instrument FTX:BTC-PERP --bars btc-perp_1m.csv.gz
              orchestrator data import --instrument XNAS:AMZN --lobster-messages m.csv --lobster-book b.csv
              orchestrator data import --instrument XCME:ESH4 --dbn esh4.mbo.dbn.zst
            """)

    @Option(help: ArgumentHelp("The instrument, as VENUE:SYMBOL.", valueName: "key")) var instrument: String
    @OptionGroup(title: "Files") var files: ImportFiles
    @OptionGroup(title: "Facts, where they are not to be inferred") var facts: InstrumentFacts
    @Flag(help: "Days in the catalog that have more events than the file give way to it.") var replace = false
    @OptionGroup var place: CatalogOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let parts = instrument.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw ValidationError("expected --instrument VENUE:SYMBOL, was '\(instrument)'") }
        let specification = try facts.specification(InstrumentKey(venue: parts[0], symbol: parts[1]))
        let request = ImportRequest(
            source: try files.source(), instrument: specification, timeframe: files.timeframe, gaps: try files.gapRule(),
            day: files.day, levels: files.levels, replacesMore: replace)
        let catalog = try place.catalog()
        let report = try failing { () throws(MarketDataError) in try importFile(request, into: catalog) }
        switch output.format {
        case .text: Output.table(Self.rows(report))
        case .json: Output.json(report)
        }
    }

    /// What every number of the instrument stands on, stated or inferred.
    private static func facts(_ instrument: Instrument) -> String {
        "price increment \(instrument.priceIncrement), tick \(instrument.tick), lot \(instrument.lotIncrement), multiplier \(instrument.multiplier), "
            + "\(instrument.currency), maker \(instrument.makerFeePpm) and taker \(instrument.takerFeePpm) millionths"
    }

    private static func rows(_ report: ImportReport) -> [[String]] {
        var rows = [
            ["instrument", "\(report.instrument.key), \(report.kind.rawValue)" + (report.timeframe.map { " \($0)" } ?? "")],
            ["layout", report.layout],
            ["facts", facts(report.instrument)],
            ["rows", "\(report.rows), \(report.rejectedRows) rejected, \(report.missingBars) bars missing, \(report.sessionBreaks) session breaks"],
            ["events", "\(report.events) in \(report.partitions.count) days"],
            ["defects", "\(String(format: "%.4g", report.defectPercent)) % (goal: below \(report.goalPercent) %, \(report.meetsGoal ? "met" : "missed"))"],
        ]
        rows += report.defects.map { ["  \($0.code)", "\($0.count) \($0.treatment): \($0.text)"] }
        if report.reseededSides > 0 { rows.append(["reseeded", "\(report.reseededSides) sides"]) }
        if let path = report.rejectsPath { rows.append(["kept aside", path]) }
        return rows
    }
}

/// Which files, and how they are to be read.
struct ImportFiles: ParsableArguments {
    @Option(help: ArgumentHelp("OHLCV bars as CSV.", valueName: "file")) var bars: String?
    @Option(help: ArgumentHelp("Bid bars as CSV.", valueName: "file")) var bidBars: String?
    @Option(help: ArgumentHelp("Ask bars as CSV.", valueName: "file")) var askBars: String?
    @Option(help: ArgumentHelp("A JSON array of [ms, open, high, low, close, volume].", valueName: "file")) var jsonBars: String?
    @Option(help: ArgumentHelp("A LOBSTER message file.", valueName: "file")) var lobsterMessages: String?
    @Option(help: ArgumentHelp("Its orderbook file.", valueName: "file")) var lobsterBook: String?
    @Option(help: ArgumentHelp("An orderbook file of the same start with more levels.", valueName: "file")) var seedBook: String?
    @Option(help: ArgumentHelp("A day of NASDAQ TotalView-ITCH 5.0.", valueName: "file")) var itch: String?
    @Option(help: ArgumentHelp("DBN: mbo, mbp-1, tbbo or trades.", valueName: "file")) var dbn: String?
    @Option(help: ArgumentHelp("The records of a DBN file as CSV.", valueName: "file")) var dbnCsv: String?
    @Option(help: ArgumentHelp("FIX messages: market data, or a session's log.", valueName: "file")) var fixLog: String?
    @Option(help: "LOBSTER, FIX: orders or levels; by default as the number of levels allows, and levels.") var mode: LobsterMode?
    @Flag(help: "FIX: the log was rewritten: lengths and checksums are not judged.") var rewritten = false
    @Flag(help: "FIX: fills of execution reports are trades.") var fills = false
    @Option(help: "CSV: the layout's name; by default found from the file.") var layout: String?
    @Option(help: "Length of the bars, such as 1m; by default found from the file.") var timeframe: Timeframe?
    @Option(help: "Which absent bars are missing: continuous, sparse, or the longest gap that is no closed market, such as 2h.")
    var gaps: String?
    @Option(help: "LOBSTER, ITCH: the day; by default from the file's name.") var day: CatalogDay?
    @Option(help: "LOBSTER: levels in the message file; by default from the file's name.") var levels: Int?

    func source() throws -> ImportRequest.Source {
        var sources: [ImportRequest.Source] = []
        if let bars { sources.append(.bars(path: bars, layout: layout)) }
        if let bidBars, let askBars { sources.append(.bidAskBars(bidPath: bidBars, askPath: askBars, layout: layout)) }
        if let jsonBars { sources.append(.jsonBars(path: jsonBars)) }
        if let lobsterMessages, let lobsterBook {
            sources.append(.lobster(messagePath: lobsterMessages, orderbookPath: lobsterBook, mode: mode, seedPath: seedBook))
        }
        if let itch { sources.append(.itch(path: itch)) }
        if let dbn { sources.append(.dbn(path: dbn)) }
        if let dbnCsv { sources.append(.dbnCsv(path: dbnCsv)) }
        if let fixLog { sources.append(.fixLog(path: fixLog, mode: mode ?? .levels, rewritten: rewritten, fills: fills)) }
        let halves = (bidBars == nil) != (askBars == nil) || (lobsterMessages == nil) != (lobsterBook == nil)
        guard sources.count == 1, !halves else {
            throw ValidationError(
                "expected one of --bars, --bid-bars with --ask-bars, --json-bars, --lobster-messages with --lobster-book, "
                    + "--itch, --dbn, --dbn-csv and --fix-log")
        }
        return sources[0]
    }

    func gapRule() throws -> GapRule? {
        switch gaps {
        case nil: return nil
        case "continuous": return .continuous
        case "sparse": return .sparse
        case let text?:
            guard let gap = Timeframe(text) else {
                throw ValidationError("expected --gaps continuous, sparse or a length such as 2h, was '\(text)'")
            }
            return .sessions(longestGapSeconds: gap.seconds)
        }
    }
}

/// What is known of the instrument.
struct InstrumentFacts: ParsableArguments {
    @Option(help: "Currency of profit and fees.") var currency: String?
    @Option(help: "linear, inverse or quanto.") var contract: ContractType?
    @Option(help: "One unit of every price.") var priceIncrement: Increment?
    @Option(help: "One unit of every quantity.") var lotIncrement: Increment?
    @Option(help: "Money per price unit and quantity unit.") var multiplier: Increment?
    @Option(help: "Price increments between valid order prices.") var tick: Int64?
    @Option(help: "Fee of an order that rested, such as -1bp.") var makerFee: PartsPerMillion?
    @Option(help: "Fee of an order that took liquidity, such as 5bp.") var takerFee: PartsPerMillion?

    func specification(_ key: InstrumentKey) throws -> InstrumentSpecification {
        InstrumentSpecification(
            key: key, currency: currency, contract: contract?.domain, priceIncrement: priceIncrement, lotIncrement: lotIncrement,
            multiplier: multiplier, tick: tick, makerFeePpm: makerFee.map { Int32(clamping: $0.count) },
            takerFeePpm: takerFee.map { Int32(clamping: $0.count) })
    }
}

extension Timeframe: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension CatalogDay: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Increment: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension LobsterMode: ExpressibleByArgument {}

extension ContractType: ExpressibleByArgument {}

extension PartsPerMillion: ExpressibleByArgument {
    package init?(argument: String) { self.init(configuration: argument) }
}
