/// A format that is more than a table of bars, by the name under which it is asked for.
public enum ImportLayout: String, Sendable, Codable, CaseIterable {
    case itch
    case dbn
    case dbnCsv = "dbn-csv"
    case fix
    case binanceSpot = "binance-spot"
    case binanceUsdm = "binance-usdm"
    case binanceCoinm = "binance-coinm"
    case binanceDepth = "binance-depth"
    case coinbase
    case kraken
    case bitstamp
    case okx
    case bybit
    case jsonBars = "json-bars"
    case histdata
    case freqtradeTrades = "freqtrade-trades"
    case wideCloses = "wide-closes"
    case yahoo
    case leanUs = "lean-us"
    case leanIndia = "lean-india"
    case leanCrypto = "lean-crypto"
    case leanForex = "lean-forex"

    /// What the files hold, for the documentation.
    public var meaning: String {
        switch self {
        case .itch: "a day of NASDAQ TotalView-ITCH 5.0, with or without length prefixes; the symbol is the stock"
        case .dbn: "DBN 1 to 3 of the schemas mbo, mbp-1, tbbo and trades; the symbol is the one of its metadata"
        case .dbnCsv: "the records of such a file as CSV, of one instrument or with a column `symbol`"
        case .fix: "FIX 4.0 to 4.4 and 5.0: market data, or a session's log"
        case .binanceSpot: "captured streams of Binance spot: depth, bookTicker, trade"
        case .binanceUsdm: "the same of USD-M futures"
        case .binanceCoinm: "the same of COIN-M futures, whose quantities are contracts"
        case .binanceDepth: "Binance's files of historical futures books: snapshot and updates as CSV"
        case .coinbase: "captured level2 and matches of Coinbase Exchange"
        case .kraken: "captured book, trade and spread of Kraken, version 1; every book checksum is verified"
        case .bitstamp: "captured diff_order_book, order_book and live_trades of Bitstamp"
        case .okx: "captured books, trades and bbo-tbt of OKX"
        case .bybit: "captured orderbook and publicTrade of Bybit, version 5"
        case .jsonBars: "a JSON array of `[milliseconds since 1970 UTC, open, high, low, close, volume]`, stamped with the bar's open; strings for numbers are taken too"
        case .histdata: "`YYYYMMDD HHMMSSmmm,bid,ask,0` in New York's standard time"
        case .freqtradeTrades: "trades as `[ms, \"id\", type, side, price, amount, cost]` in a JSON array, or the same as CSV"
        case .wideCloses: "`date,SYMBOL,SYMBOL,…`: a daily close per column, blank before a listing"
        case .yahoo: "`Date,Open,High,Low,Close,Adj Close,Volume,Name`: daily bars of many symbols; the adjusted close is left out"
        case .leanUs: "LEAN zips of US equities: daily or intraday bars of trades or of quotes, or ticks"
        case .leanIndia: "the same of Indian equities"
        case .leanCrypto: "the same of crypto, plain decimals, UTC"
        case .leanForex: "the same of forex, plain decimals, UTC"
        }
    }

    /// Whether it is found from the file's beginning; the others have to be named.
    public var isDetected: Bool {
        switch self {
        case .dbn, .dbnCsv, .fix, .binanceDepth, .jsonBars, .histdata, .freqtradeTrades, .wideCloses, .yahoo: true
        default: false
        }
    }

    /// Whether one import may take several files.
    var takesSeveral: Bool { StreamVenue(rawValue: rawValue) != nil || leanMarket != nil || self == .binanceDepth }

    var leanMarket: LeanMarket? { rawValue.hasPrefix("lean-") ? LeanMarket(rawValue: String(rawValue.dropFirst(5))) : nil }
}

extension ImportLayout {
    /// The layout that the file's beginning is of; `nil` where it says none that is found so.
    static func detect(_ path: String) throws(MarketDataError) -> ImportLayout? {
        let beginning = try FileBeginning(path)
        let text = beginning.text
        let line = beginning.lines.first ?? ""
        let names = line.split(separator: ",").map(String.init)
        if text.hasPrefix("DBN") { return .dbn }
        if text.hasPrefix("8=FIX") { return .fix }
        if line == "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu" { return .binanceDepth }
        if names.contains(where: { $0.hasPrefix("ts_event") }) && names.contains("action") { return .dbnCsv }
        if line == ",timestamp,id,type,side,price,amount,cost,date" { return .freqtradeTrades }
        if text.hasPrefix("[") { return text.contains("\"buy\"") || text.contains("\"sell\"") ? .freqtradeTrades : .jsonBars }
        if line == "Date,Open,High,Low,Close,Adj Close,Volume,Name" { return .yahoo }
        let isUpper = names.dropFirst().allSatisfy { !$0.isEmpty && $0 == $0.uppercased() }
        if names.count > 1, names[0] == "date", isUpper { return .wideCloses }
        if names.count == 4, names[3] == "0", names[0].count == 18, names[0].dropFirst(8).hasPrefix(" ") { return .histdata }
        return nil
    }
}

/// How files of a layout are to be read, where that is not in them.
public struct ImportHints: Sendable {
    /// LOBSTER, FIX: orders or levels; streams: levels or quotes.
    public var kind: SourceKind?
    /// FIX: lengths and checksums are not judged.
    public var rewritten = false
    /// FIX: fills of execution reports are trades.
    public var fills = false
    /// LEAN: the factor file by which prices and quantities are adjusted.
    public var factors: String?

    public init() {}

    /// Refuses what the layout has no use for.
    func check(_ layout: ImportLayout?) throws(MarketDataError) {
        let isStream = layout.flatMap { StreamVenue(rawValue: $0.rawValue) } != nil
        let name = layout?.rawValue ?? "bars"
        if factors != nil, layout?.leanMarket == nil { throw .invalidRequest("--factors goes with LEAN zips, not with \(name)") }
        if rewritten || fills, layout != .fix { throw .invalidRequest("--rewritten and --fills go with FIX, not with \(name)") }
        if kind != nil, !isStream, layout != .fix { throw .invalidRequest("--mode goes with LOBSTER, FIX and streams, not with \(name)") }
    }
}

extension ImportRequest.Source {
    /// The source that these files are. `layout` is the name of a layout of bars or of an `ImportLayout`; `nil`: it is
    /// found from the first file's beginning.
    public static func files(_ paths: [String], layout name: String? = nil, _ hints: ImportHints = ImportHints()) throws(MarketDataError) -> Self {
        guard let first = paths.first else { throw .invalidRequest("expected a file to import") }
        let layout: ImportLayout?
        if let name {
            layout = ImportLayout(rawValue: name)
            guard layout != nil || BarLayouts.names.contains(name) else {
                throw .invalidRequest("unknown layout '\(name)': there are \(ImportLayout.allNames)")
            }
        } else {
            layout = try ImportLayout.detect(first)
        }
        guard paths.count == 1 || layout?.takesSeveral == true else {
            throw .invalidRequest("expected one file of \(layout?.rawValue ?? name ?? "bars"), was \(paths.count): import them one after the other")
        }
        try hints.check(layout)
        guard let layout else { return .bars(path: first, layout: name) }
        return try source(layout, paths, hints)
    }

    private static func source(_ layout: ImportLayout, _ paths: [String], _ hints: ImportHints) throws(MarketDataError) -> Self {
        if let venue = StreamVenue(rawValue: layout.rawValue) { return .stream(paths: paths, venue: venue, kind: hints.kind) }
        if let market = layout.leanMarket { return .lean(paths: paths, market: market, factorsPath: hints.factors) }
        if let text = TextFormat(rawValue: layout.rawValue) { return .text(path: paths[0], format: text) }
        switch layout {
        case .itch: return .itch(path: paths[0])
        case .dbn: return .dbn(path: paths[0])
        case .dbnCsv: return .dbnCsv(path: paths[0])
        case .fix:
            return .fixLog(
                path: paths[0], mode: try LobsterMode.of(hints.kind) ?? .levels, rewritten: hints.rewritten, fills: hints.fills)
        case .binanceDepth: return .binanceDepth(paths: paths)
        case .jsonBars: return .jsonBars(path: paths[0])
        default: throw .invalidRequest("no importer of \(layout.rawValue)")
        }
    }
}

extension ImportLayout {
    /// The names of all layouts, those of bars first.
    public static var allNames: String { (BarLayouts.names + allCases.map(\.rawValue)).joined(separator: ", ") }
}

extension LobsterMode {
    /// The mode that makes this series; `nil` where none is asked for.
    public static func of(_ kind: SourceKind?) throws(MarketDataError) -> LobsterMode? {
        guard let kind else { return nil }
        guard let mode = LobsterMode(rawValue: kind.rawValue) else { throw .invalidRequest("expected orders or levels, was \(kind.rawValue)") }
        return mode
    }
}
