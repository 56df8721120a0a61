public import ArgumentParser
public import Domain
internal import Foundation
public import MarketData

struct ImportData: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports one instrument's data into the catalog, and says how good it is.",
        discussion: """
            The file's layout is found from its beginning; where that does not say it, --layout names it. Two files that belong \
            together are named by what they are: --bid-bars with --ask-bars, --lobster-messages with --lobster-book. Rejected rows \
            are kept aside with their reasons; the import goes on.

              orchestrator data import --instrument FTX:BTC-PERP btc-perp_1m.csv.gz
              orchestrator data import --instrument XNAS:AMZN --lobster-messages m.csv --lobster-book b.csv
              orchestrator data import --instrument XCME:ESH4 esh4.mbo.dbn.zst
              orchestrator data import --instrument BINANCE:BTCUSDT --layout binance-spot btcusdt.jsonl.gz
              orchestrator data import --instrument XNAS:AAPL --layout lean-us --factors aapl.csv aapl.zip

            Layouts: \(ImportLayout.allNames).
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
        rows += report.notImported.map { ["not imported", "\($0.count) \($0.what)"] }
        if report.reseededSides > 0 { rows.append(["reseeded", "\(report.reseededSides) sides"]) }
        if let path = report.rejectsPath { rows.append(["kept aside", path]) }
        return rows
    }
}

/// Which files, and how they are to be read.
struct ImportFiles: ParsableArguments {
    @Argument(help: ArgumentHelp("Files of one layout: several of a captured stream or of LEAN zips, else one.", valueName: "file"))
    var files: [String] = []
    @Option(help: ArgumentHelp("Bid bars as CSV.", valueName: "file")) var bidBars: String?
    @Option(help: ArgumentHelp("Ask bars as CSV.", valueName: "file")) var askBars: String?
    @Option(help: ArgumentHelp("A LOBSTER message file.", valueName: "file")) var lobsterMessages: String?
    @Option(help: ArgumentHelp("Its orderbook file.", valueName: "file")) var lobsterBook: String?
    @Option(help: ArgumentHelp("An orderbook file of the same start with more levels.", valueName: "file")) var seedBook: String?
    @Option(help: "The layout's name; by default found from the file's beginning.") var layout: String?
    @Option(help: "LOBSTER, FIX: orders or levels; streams: levels or quotes. By default what the files allow.") var mode: SourceKind?
    @Flag(help: "FIX: the log was rewritten: lengths and checksums are not judged.") var rewritten = false
    @Flag(help: "FIX: fills of execution reports are trades.") var fills = false
    @Option(help: ArgumentHelp("LEAN: the factor file by which prices and quantities are adjusted.", valueName: "file")) var factors: String?
    @Option(help: "Length of the bars, such as 1m; by default found from the file.") var timeframe: Timeframe?
    @Option(help: "Which absent bars are missing: continuous, sparse, or the longest gap that is no closed market, such as 2h.")
    var gaps: String?
    @Option(help: "LOBSTER, ITCH, LEAN: the day; by default from the file's name.") var day: CatalogDay?
    @Option(help: "LOBSTER: levels in the message file; by default from the file's name.") var levels: Int?

    func source() throws -> ImportRequest.Source {
        let groups = [!files.isEmpty, bidBars != nil || askBars != nil, lobsterMessages != nil || lobsterBook != nil].count { $0 }
        guard groups == 1, (bidBars == nil) == (askBars == nil), (lobsterMessages == nil) == (lobsterBook == nil) else {
            throw ValidationError("expected files, or --bid-bars with --ask-bars, or --lobster-messages with --lobster-book")
        }
        if let bidBars, let askBars { return .bidAskBars(bidPath: bidBars, askPath: askBars, layout: layout) }
        return try failing { () throws(MarketDataError) -> ImportRequest.Source in
            if let lobsterMessages, let lobsterBook {
                return .lobster(
                    messagePath: lobsterMessages, orderbookPath: lobsterBook, mode: try LobsterMode.of(mode), seedPath: seedBook)
            }
            var hints = ImportHints()
            hints.kind = mode
            hints.rewritten = rewritten
            hints.fills = fills
            hints.factors = factors
            return try .files(files, layout: layout, hints)
        }
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

extension SourceKind: ExpressibleByArgument {}

extension ContractType: ExpressibleByArgument {}

extension PartsPerMillion: ExpressibleByArgument {
    package init?(argument: String) { self.init(configuration: argument) }
}
