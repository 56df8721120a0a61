import Core
import CxxEvent
import CxxFeed
import Domain

// The JSON streams of crypto venues, captured, and Binance's files of historical books.

/// Whose stream was captured.
public enum StreamVenue: String, Sendable, Codable, CaseIterable {
    case binanceSpot = "binance-spot"
    case binanceUsdm = "binance-usdm"
    case binanceCoinm = "binance-coinm"
    case coinbase
    case kraken
    case bitstamp
    case okx
    case bybit

    var format: martlet.VenueFormat {
        switch self {
        case .binanceSpot: .binance_spot
        case .binanceUsdm: .binance_usdm
        case .binanceCoinm: .binance_coinm
        case .coinbase: .coinbase
        case .kraken: .kraken
        case .bitstamp: .bitstamp
        case .okx: .okx
        case .bybit: .bybit
        }
    }
}

/// Most instruments that one capture may hold.
private let mostStreamInstruments = 4_096

/// Imports one instrument of captured files: its book and trades or, where there is no book, its best prices and trades.
func importStream(
    _ paths: [String], _ venue: StreamVenue, kind wanted: SourceKind?, _ request: ImportRequest, _ specification: InstrumentSpecification,
    into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    guard wanted != .byOrder && wanted != .bars else {
        throw .invalidRequest("a stream of \(venue.rawValue) becomes levels or quotes: no \(wanted?.rawValue ?? "such series")")
    }
    var found = try find(specification.key.symbol, in: paths, venue)
    guard let price = Increment(found.price_increment), let lot = Increment(found.lot_increment) else {
        throw .corrupt(path: paths[0], reason: "no increment can be read from its decimals: state --price-increment and --lot-increment")
    }
    let instrument = try venue.completed(specification).instrument(inferredPrice: price, inferredLot: lot, inferredTick: 1)
    found.instrument = 0
    found.price_increment = instrument.priceIncrement.decimal
    found.lot_increment = instrument.lotIncrement.decimal

    var kind = wanted ?? .byPrice
    var staged = StagedLog(catalog, instrument.key, source: paths[0])
    var feed = try decode(paths, venue, found, kind, &staged.log)
    if wanted == nil, feed.count(.level_set) == 0 {
        kind = .quotes
        staged.begin(source: paths[0])
        feed = try decode(paths, venue, found, kind, &staged.log)
    }
    guard feed.events.size() > 0 else {
        throw .corrupt(path: paths[0], reason: "no \(kind.rawValue) or trades of \(instrument.key.symbol) in \(feed.rows) messages")
    }
    return try store(feed, instrument, kind: kind, staged, request, into: catalog)
}

/// The instrument with this symbol, as the files have it.
private func find(_ symbol: String, in paths: [String], _ venue: StreamVenue) throws(MarketDataError) -> martlet.VenueInstrument {
    let texts = CStrings()
    defer { withExtendedLifetime(texts) {} }
    let pointers = paths.map { texts.pointer($0) }
    var instruments = [martlet.VenueInstrument](repeating: martlet.VenueInstrument(), count: mostStreamInstruments)
    var count = 0
    try require(
        martlet.find_venue_instruments(venue.format, pointers, pointers.count, &instruments, instruments.count, &count), path: paths[0])
    let known = instruments.prefix(count)
    if let found = known.first(where: { BarLayouts.text($0.symbol) == symbol }) { return found }
    let names = known.prefix(20).map { BarLayouts.text($0.symbol) }.joined(separator: ", ")
    throw .notFound(
        "\(paths[0]): no book and no trade of \(symbol) in the syntax of \(venue.rawValue); "
            + (names.isEmpty ? "it has none of any instrument: is --layout right?" : "it has \(names)\(count > 20 ? ", …" : "")"))
}

private func decode(
    _ paths: [String], _ venue: StreamVenue, _ instrument: martlet.VenueInstrument, _ kind: SourceKind, _ log: inout martlet.DefectLog
) throws(MarketDataError) -> DecodedFeed {
    var feed = DecodedFeed(layout: venue.rawValue)
    let texts = CStrings()
    defer { withExtendedLifetime(texts) {} }
    let pointers = paths.map { texts.pointer($0) }
    let parts = (kind == .byPrice ? martlet.venue_levels : martlet.venue_quotes).rawValue | martlet.venue_trades.rawValue
    var wanted = instrument
    var counts = martlet.VenueCounts()
    try require(
        martlet.decode_venue_files(venue.format, UInt8(parts), pointers, pointers.count, &wanted, 1, &feed.events, &log, &counts), path: paths[0])
    note(counts, paths, &feed)
    return feed
}

/// States what was read and what of it became no event.
private func note(_ counts: martlet.VenueCounts, _ paths: [String], _ feed: inout DecodedFeed) {
    feed.sources = [.init(path: paths.joined(separator: ", "), bytes: Int(counts.bytes), rows: Int(counts.messages))]
    feed.foreignRows = counts.foreign
    feed.omit(counts.foreign, "messages of other instruments")
    feed.omit(counts.controls, "subscriptions, heartbeats and statuses")
    feed.omit(counts.passed_over, "messages of kinds that the series does not hold")
    feed.omit(counts.stale, "changes and books that the book was beyond")
    feed.omit(counts.waiting, "changes of a book that no snapshot came for")
    feed.omit(counts.lost, "changes of a book after a gap")
}

/// Imports Binance's files of historical futures books.
func importBinanceDepth(
    _ paths: [String], _ request: ImportRequest, _ specification: InstrumentSpecification, into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    var wanted = martlet.VenueInstrument()
    wanted.price_increment = finestStep
    wanted.lot_increment = finestStep
    guard fill(&wanted.symbol, specification.key.symbol) else {
        throw .invalidRequest("expected a symbol of at most 31 characters, was \(specification.key.symbol)")
    }
    let texts = CStrings()
    defer { withExtendedLifetime(texts) {} }
    let pointers = paths.map { texts.pointer($0) }
    var trial = DecodedFeed(layout: "binance-depth")
    var unheard = martlet.DefectLog()
    var counts = martlet.VenueCounts()
    try require(
        martlet.decode_binance_depth_csv(pointers, pointers.count, &wanted, 1, &trial.events, &unheard, &counts), path: paths[0])
    var steps = ObservedSteps()
    steps.take(trial.events)
    guard let price = steps.priceIncrement, let lot = steps.lotIncrement else {
        throw .corrupt(path: paths[0], reason: "no book of \(specification.key.symbol) in \(counts.messages) changes, \(counts.foreign) of other symbols")
    }
    let instrument = try StreamVenue.binanceUsdm.completed(specification).instrument(
        inferredPrice: price.increment, inferredLot: lot, inferredTick: price.tick)
    wanted.price_increment = instrument.priceIncrement.decimal
    wanted.lot_increment = instrument.lotIncrement.decimal
    var staged = StagedLog(catalog, instrument.key, source: paths[0])
    var feed = DecodedFeed(layout: "binance-depth")
    try require(
        martlet.decode_binance_depth_csv(pointers, pointers.count, &wanted, 1, &feed.events, &staged.log, &counts), path: paths[0])
    note(counts, paths, &feed)
    return try store(feed, instrument, kind: .byPrice, staged, request, into: catalog)
}

extension StreamVenue {
    /// The specification with what the venue's own naming says of currency and contract, where nothing was stated.
    /// Source: the venues' descriptions of their contracts.
    func completed(_ stated: InstrumentSpecification) throws(MarketDataError) -> InstrumentSpecification {
        var full = stated
        let name = stated.key.symbol.uppercased().split(separator: "_").first ?? ""
        switch self {
        case .binanceCoinm:
            // Profit is in the coin; a contract is of 100 dollars of BTC, of 10 of any other.
            guard name.hasSuffix("USD") else { break }
            full.contract = stated.contract ?? .inverse
            full.currency = stated.currency ?? String(name.dropLast(3))
            full.multiplier = stated.multiplier ?? Increment(name == "BTCUSD" ? "100" : "10")
        case .bybit where name.hasSuffix("USD"):
            full.contract = stated.contract ?? .inverse
            full.currency = stated.currency ?? String(name.dropLast(3))
        case .okx where name.split(separator: "-").count > 2:
            // Of a swap or future quantities are contracts, whose size only the venue's list has.
            guard stated.multiplier != nil else {
                throw .invalidRequest("the stream does not say of what size a contract of \(stated.key.symbol) is: state --multiplier")
            }
            let parts = name.split(separator: "-")
            full.contract = stated.contract ?? (parts[1] == "USD" ? .inverse : .linear)
            full.currency = stated.currency ?? String(parts[full.contract == .inverse ? 0 : 1])
        default:
            break
        }
        full.currency = full.currency ?? quoteCurrency(of: stated.key.symbol)
        return full
    }
}

/// The currency in which a pair such as `BTCUSDT`, `XBT/USD` or `btc-eur` is priced; `nil` where its name does not say.
func quoteCurrency(of symbol: String) -> String? {
    let name = symbol.uppercased().split(separator: "_").first ?? ""
    let parts = name.split(whereSeparator: { $0 == "/" || $0 == "-" })
    if parts.count >= 2 { return String(parts[1]) }
    let quotes = ["FDUSD", "USDT", "USDC", "TUSD", "BUSD", "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "BTC", "XBT", "ETH", "BNB"]
    return quotes.first { name.hasSuffix($0) && name.count > $0.count }
}
