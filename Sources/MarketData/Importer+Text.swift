import Core
import CxxEvent
import CxxFeed
import Domain

// Text files of ticks, and of bars of many symbols.

/// A text file whose rows are not bars in a table.
public enum TextFormat: String, Sendable, Codable, CaseIterable {
    /// `YYYYMMDD HHMMSSmmm,bid,ask,0` in New York's standard time: quotes.
    case histdata
    /// `[ms, "id", type, side, price, amount, cost]` as a JSON array, or the same as CSV: trades.
    case freqtradeTrades = "freqtrade-trades"
    /// `date,SYMBOL,SYMBOL,…`: a daily close per column.
    case wideCloses = "wide-closes"
    /// `Date,Open,High,Low,Close,Adj Close,Volume,Name`: daily bars of many symbols.
    case yahoo
}

func importText(
    _ path: String, _ format: TextFormat, _ request: ImportRequest, _ specification: InstrumentSpecification, into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    var options = martlet.TextOptions()
    options.layout = try layout(of: path, format)
    // The midnights that end daily bars are those of the exchanges that these files are of.
    options.zone = .new_york
    options.price_unit = martlet.Decimal(mantissa: 1, exponent: 0)
    if format == .wideCloses || format == .yahoo { try choose(specification.key.symbol, of: path, &options) }
    let source = TextSource(path: path, options: options)
    var specification = specification
    if format == .histdata { specification.lotIncrement = specification.lotIncrement ?? .one } // it states no sizes
    let instrument = try inferTextInstrument([source], specification)
    var staged = StagedLog(catalog, instrument.key, source: path)
    var feed = DecodedFeed(layout: format.rawValue)
    try decodeText(source, instrument, &feed, &staged.log)
    guard feed.events.size() > 0 else {
        throw .corrupt(path: path, reason: "no event in \(feed.rows) rows, \(staged.log.total(.rejected)) rejected")
    }
    let isBars = feed.count(.bar) > 0
    return try store(feed, instrument, kind: isBars ? .bars : .quotes, timeframe: isBars ? .day : nil, staged, request, into: catalog)
}

private func layout(of path: String, _ format: TextFormat) throws(MarketDataError) -> martlet.TextLayout {
    switch format {
    case .histdata: .histdata_quotes
    case .freqtradeTrades: try FileBeginning(path).text.hasPrefix("[") ? .freqtrade_trades_json : .freqtrade_trades_csv
    case .wideCloses: .wide_closes
    case .yahoo: .yahoo_bars
    }
}

/// Restricts a file of many symbols to one, which must be there.
private func choose(_ symbol: String, of path: String, _ options: inout martlet.TextOptions) throws(MarketDataError) {
    guard fill(&options.symbol, symbol) else { throw .invalidRequest("expected a symbol of at most 23 characters, was \(symbol)") }
    var symbols = [martlet.TextSymbol](repeating: martlet.TextSymbol(), count: 65_536)
    var count = 0
    try require(martlet.list_text_symbols(path, options.layout, &symbols, symbols.count, &count), path: path)
    let known = symbols.prefix(count).map { BarLayouts.text($0.name) }
    guard known.contains(symbol) else {
        throw .notFound("\(path): no symbol \(symbol); it has \(known.prefix(20).joined(separator: ", "))\(count > 20 ? ", …" : "")")
    }
}

/// One file, and how it is to be read; its increments are stated last.
struct TextSource {
    var path: String
    var options: martlet.TextOptions
}

/// The instrument, its increments inferred from all files where they are not stated.
func inferTextInstrument(_ sources: [TextSource], _ specification: InstrumentSpecification) throws(MarketDataError) -> Instrument {
    if specification.priceIncrement != nil, specification.lotIncrement != nil {
        return try specification.instrument(inferredPrice: .one, inferredLot: .one, inferredTick: 1)
    }
    var steps = ObservedSteps()
    for source in sources {
        // Bars wider than 2³² steps are beyond the finest ones: these are looked at in coarser steps too.
        for exponent in [Int32(-9), -6] {
            var options = source.options
            options.price_increment = martlet.Decimal(mantissa: 1, exponent: exponent)
            options.lot_increment = finestStep
            var trial = DecodedFeed(layout: "")
            var unheard = martlet.DefectLog()
            var counts = martlet.TextCounts()
            try require(martlet.decode_text(source.path, options, &trial.events, &unheard, &counts), path: source.path)
            steps.take(trial.events, scale: exponent == -9 ? 1 : 1_000)
            if counts.bars == 0 { break }
        }
    }
    guard let price = steps.priceIncrement, let lot = steps.lotIncrement else {
        throw .corrupt(path: sources[0].path, reason: "no price can be read: state --price-increment and --lot-increment, or another --layout")
    }
    return try specification.instrument(inferredPrice: price.increment, inferredLot: lot, inferredTick: price.tick)
}

/// Decodes one file behind what the feed has already.
func decodeText(
    _ source: TextSource, _ instrument: Instrument, _ feed: inout DecodedFeed, _ log: inout martlet.DefectLog
) throws(MarketDataError) {
    var options = source.options
    options.price_increment = instrument.priceIncrement.decimal
    options.lot_increment = instrument.lotIncrement.decimal
    var counts = martlet.TextCounts()
    log.set_source(source.path)
    try require(martlet.decode_text(source.path, options, &feed.events, &log, &counts), path: source.path)
    feed.sources.append(.init(path: source.path, bytes: Int(counts.bytes), rows: Int(counts.rows)))
    if source.options.layout == .yahoo_bars { feed.foreignRows += counts.foreign }
    feed.omit(counts.foreign, "rows or cells of other symbols")
    feed.omit(counts.blanks, "cells without a price")
    feed.omit(counts.suspicious, "ticks that the source marks as suspicious")
}
