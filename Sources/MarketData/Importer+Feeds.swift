import Core
import CxxEvent
import CxxFeed
import Domain

// Order flow as venues and vendors send it: ITCH, DBN, FIX.

// MARK: - ITCH

/// ITCH states prices in ten-thousandths of a dollar.
private let itchIncrement = martlet.Decimal(mantissa: 1, exponent: -4)

func importItch(
    _ path: String, _ request: ImportRequest, _ specification: InstrumentSpecification, into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    guard let day = request.day ?? dayInName(of: path) else {
        throw .invalidRequest("\(path): the name bears no day such as 20191230 or 12302019: state it with --day")
    }
    guard let increment = Increment(itchIncrement) else { throw .invalidRequest("no price increment") }
    let instrument = try specification.instrument(inferredPrice: increment, inferredLot: .one, inferredTick: 100)
    guard instrument.priceIncrement == increment, instrument.lotIncrement == .one else {
        throw .invalidRequest(
            "ITCH prices are multiples of 0.0001 and sizes of 1: expected these increments, "
                + "was \(instrument.priceIncrement) and \(instrument.lotIncrement)")
    }
    var stock = martlet.ItchStock()
    guard fill(&stock.symbol, instrument.key.symbol, padding: 32) else {
        throw .invalidRequest("expected a stock's name of at most 8 characters, was \(instrument.key.symbol)")
    }
    var staged = StagedLog(catalog, instrument.key, source: path)
    var feed = DecodedFeed(layout: "itch-5.0")
    feed.beginEmpty() // the day's messages begin with an empty book
    var counts = martlet.ItchCounts()
    let options = martlet.ItchOptions(day: day.number, framing: .automatic, expected_orders: 65_536, maximum_orders: 0)
    try require(martlet.decode_itch(path, options, &stock, 1, &feed.events, &staged.log, &counts), path: path)
    feed.sources = [.init(path: path, bytes: Int(counts.bytes), rows: Int(counts.messages))]
    guard counts.events > 0, let events = feed.events.data() else {
        throw .corrupt(path: path, reason: "no event of \(instrument.key.symbol) in \(counts.messages) messages")
    }
    for index in 0..<2 {
        events[index].exchange_time = events[2].exchange_time
        events[index].receive_time = events[2].receive_time
    }
    return try store(feed, instrument, kind: .byOrder, staged, request, into: catalog)
}

// MARK: - DBN

func importDbn(
    _ path: String, isCsv: Bool, _ request: ImportRequest, _ specification: InstrumentSpecification, into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    var inferred = Increment.one
    var tick: Int64 = 1
    if specification.priceIncrement == nil { (inferred, tick) = try inferDbnIncrement(path, isCsv: isCsv, specification.key) }
    let instrument = try specification.instrument(inferredPrice: inferred, inferredLot: .one, inferredTick: tick)
    guard instrument.lotIncrement == .one else {
        throw .invalidRequest("DBN sizes are whole: expected a lot increment of 1, was \(instrument.lotIncrement)")
    }
    var staged = StagedLog(catalog, instrument.key, source: path)
    var feed = DecodedFeed(layout: isCsv ? "dbn-csv" : "dbn")
    try decodeDbn(path, &feed, isCsv: isCsv, instrument.key, instrument.priceIncrement.decimal, &staged.log)
    guard feed.events.size() > 0 else {
        throw .corrupt(path: path, reason: "no event in \(feed.rows) records")
    }
    let byOrder = feed.count(.order_add, .order_cancel, .order_modify, .order_execute) > 0
    return try store(feed, instrument, kind: byOrder ? .byOrder : .quotes, staged, request, into: catalog)
}

/// Decodes the records of one instrument, found by its symbol; a CSV without symbols may hold one only.
private func decodeDbn(
    _ path: String, _ feed: inout DecodedFeed, isCsv: Bool, _ key: InstrumentKey, _ increment: martlet.Decimal, _ log: inout martlet.DefectLog
) throws(MarketDataError) {
    var wanted = martlet.DbnInstrument()
    wanted.price_increment = increment
    guard fill(&wanted.symbol, key.symbol) else { throw .invalidRequest("expected a symbol of at most 71 characters, was \(key.symbol)") }
    var counts = martlet.DbnCounts()
    let options = martlet.DbnOptions(price_increment: increment, maximum_instruments: 1, maximum_orders: 0)
    if isCsv {
        var trial = martlet.DefectLog() // whether the rows bear symbols shows only here
        try require(martlet.decode_dbn_csv(path, options, &wanted, 1, &feed.events, &trial, &counts), path: path)
        let hasSymbols = counts.records > counts.unwanted
        feed.events.clear()
        let status = hasSymbols
            ? martlet.decode_dbn_csv(path, options, &wanted, 1, &feed.events, &log, &counts)
            : martlet.decode_dbn_csv(path, options, nil, 0, &feed.events, &log, &counts)
        if status == .too_large && !hasSymbols {
            throw .corrupt(path: path, reason: "holds several instruments, none of them named \(key.symbol) in a column symbol")
        }
        try require(status, path: path)
    } else {
        var info = martlet.DbnInfo()
        try require(martlet.decode_dbn(path, options, &wanted, 1, &feed.events, &log, &info, &counts), path: path)
        guard counts.records == 0 || counts.unwanted < counts.records else {
            throw .corrupt(path: path, reason: "its metadata maps no symbol \(key.symbol) to an instrument that it holds")
        }
    }
    feed.sources = [.init(path: path, bytes: Int(counts.bytes), rows: Int(counts.records + counts.other_records))]
    feed.omit(counts.other_records, "records of other schemas: definitions, statuses, statistics")
    feed.foreignRows = counts.unwanted
    feed.omit(counts.unwanted, "records of other instruments")
    feed.omit(counts.repeats, "records that repeat a fill, or say nothing")
}

/// The decimal place that the file's prices need, and their greatest common divisor in it.
private func inferDbnIncrement(_ path: String, isCsv: Bool, _ key: InstrumentKey) throws(MarketDataError) -> (Increment, Int64) {
    var feed = DecodedFeed(layout: "dbn")
    var log = martlet.DefectLog()
    try decodeDbn(path, &feed, isCsv: isCsv, key, finestStep, &log)
    var steps = ObservedSteps()
    steps.take(feed.events)
    guard let found = steps.priceIncrement else {
        throw .corrupt(path: path, reason: "no price in \(feed.rows) records: state --price-increment")
    }
    return found
}

// MARK: - FIX

func importFixLog(
    _ path: String, mode: LobsterMode, rewritten: Bool, fills: Bool, _ request: ImportRequest, _ specification: InstrumentSpecification,
    into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    guard specification.priceIncrement != nil else {
        throw .invalidRequest("a FIX log does not say in what steps \(specification.key) is priced: state --price-increment, and --lot-increment where it is not 1")
    }
    let instrument = try specification.instrument(inferredPrice: .one, inferredLot: .one, inferredTick: 1)
    var wanted = martlet.FixInstrument()
    wanted.price_increment = instrument.priceIncrement.decimal
    wanted.lot_increment = instrument.lotIncrement.decimal
    guard fill(&wanted.symbol, instrument.key.symbol) else {
        throw .invalidRequest("expected a symbol of at most 39 characters, was \(instrument.key.symbol)")
    }
    var staged = StagedLog(catalog, instrument.key, source: path)
    var feed = DecodedFeed(layout: "fix-\(mode.rawValue)")
    var counts = martlet.FixLogCounts()
    let options = martlet.FixLogOptions(
        checks: rewritten ? .rewritten : .strict, book: mode == .orders ? .by_order : .by_price, executions: fills,
        price_increment: wanted.price_increment, lot_increment: wanted.lot_increment, maximum_instruments: 1)
    try require(martlet.decode_fix_log(path, options, &wanted, 1, &feed.events, &staged.log, &counts), path: path)
    feed.sources = [.init(path: path, bytes: Int(counts.bytes), rows: Int(counts.messages))]
    feed.omit(counts.unwanted, "entries of other instruments")
    feed.omit(counts.corrections, "entries that change or take back an earlier trade or value")
    feed.omit(counts.told_already + counts.repeats, "entries that repeat what was told")
    feed.omit(counts.without_book, "entries of a book of which something is missing")
    feed.omit(counts.text_entries, "entries without a price")
    guard feed.events.size() > 0 else {
        throw .corrupt(
            path: path,
            reason: "no event of \(instrument.key.symbol) in \(counts.messages) sound messages; \(staged.log.total(.rejected)) were rejected"
                + (rewritten || staged.log.total(.rejected) == 0 ? "" : " (a log whose names were changed needs --rewritten)"))
    }
    return try store(feed, instrument, kind: mode == .orders ? .byOrder : .byPrice, staged, request, into: catalog)
}
