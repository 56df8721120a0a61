import Core
import CxxEvent
import CxxFeed
import Domain

// Order flow as venues and vendors send it: ITCH, DBN, FIX.

/// What came of one file.
private struct DecodedFeed: ~Copyable {
    let path: String
    let layout: String
    var events = martlet.EventBuffer()
    var bytes = 0
    var rows = 0

    init(path: String, layout: String) {
        self.path = path
        self.layout = layout
    }

    /// Number of events of these kinds.
    func count(_ kinds: martlet.EventKind...) -> Int {
        UnsafeBufferPointer(start: events.begin(), count: events.size()).count { kinds.contains($0.kind) }
    }

    /// A catalog has one time for each event: that of its receipt, which never goes back and before which nobody knew it.
    mutating func keepReceiveTimes() {
        guard let data = events.data() else { return }
        for index in 0..<events.size() { data[index].exchange_time = data[index].receive_time }
    }

    /// States before the first event that the book is empty.
    mutating func beginEmpty() {
        for kind in [martlet.EventKind.snapshot_begin, .snapshot_end] {
            var event = martlet.MarketEvent()
            event.kind = kind
            event.flags = UInt16(martlet.market_flag_snapshot.rawValue)
            if kind == .snapshot_end { event.flags |= UInt16(martlet.market_flag_last.rawValue) }
            _ = events.append(event)
        }
    }
}

/// Decodes with a log that is kept beside the series, and writes the series.
private func store(
    _ feed: consuming DecodedFeed, _ instrument: Instrument, kind: SourceKind, _ log: consuming martlet.DefectLog, staging: String,
    _ request: ImportRequest, into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    var feed = feed
    var log = log
    guard log.close() else { throw .unreadable(path: staging, reason: text(of: .write_failed)) }
    feed.keepReceiveTimes()
    var writer = try SeriesWriter(catalog: catalog, instrument: instrument, kind: kind, timeframe: nil)
    let rejectsPath = try keepDefects(log, staging, at: writer.defectsPath(source: feed.path))
    try writer.write(UnsafeBufferPointer(start: feed.events.data(), count: feed.events.size()), replacesMore: request.replacesMore)
    let defects = ImportReport.defects(log)
    return ImportReport(
        instrument: instrument, kind: kind, timeframe: nil, layout: feed.layout,
        sources: [.init(path: feed.path, bytes: feed.bytes, rows: feed.rows)], rows: feed.rows,
        rejectedRows: Int(log.total(.rejected)), missingBars: 0, sessionBreaks: 0, reseededSides: 0, defects: defects,
        defectPercent: ImportReport.percent(defects, rows: feed.rows, missing: 0), goalPercent: defectGoalPercent,
        events: feed.events.size(), partitions: writer.entry.partitions, rejectsPath: rejectsPath)
}

private func stagingPath(_ catalog: Catalog, _ key: InstrumentKey) -> String {
    "\(catalog.root)/.defects-\(key.venue)-\(catalog.fileName(of: key)).tsv"
}

/// Writes text into an array of characters of C, filled up with `padding`; false where it does not fit.
private func fill<Characters>(_ characters: inout Characters, _ text: String, padding: UInt8 = 0) -> Bool {
    withUnsafeMutableBytes(of: &characters) { bytes in
        let utf8 = Array(text.utf8)
        for index in bytes.indices { bytes[index] = index < utf8.count ? utf8[index] : padding }
        return utf8.count < bytes.count || (padding != 0 && utf8.count == bytes.count)
    }
}

// MARK: - ITCH

/// ITCH states prices in ten-thousandths of a dollar.
private let itchIncrement = martlet.Decimal(mantissa: 1, exponent: -4)

func importItch(
    _ path: String, _ request: ImportRequest, _ specification: InstrumentSpecification, into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    guard let day = request.day ?? itchDay(of: path) else {
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
    let staging = stagingPath(catalog, instrument.key)
    var log = martlet.DefectLog()
    log.open(staging)
    log.set_source(path)
    defer { removeFile(staging) }
    var feed = DecodedFeed(path: path, layout: "itch-5.0")
    feed.beginEmpty() // the day's messages begin with an empty book
    var counts = martlet.ItchCounts()
    let options = martlet.ItchOptions(day: day.number, framing: .automatic, expected_orders: 65_536, maximum_orders: 0)
    try require(martlet.decode_itch(path, options, &stock, 1, &feed.events, &log, &counts), path: path)
    feed.bytes = Int(counts.bytes)
    feed.rows = Int(counts.messages)
    guard counts.events > 0, let events = feed.events.data() else {
        throw .corrupt(path: path, reason: "no event of \(instrument.key.symbol) in \(counts.messages) messages")
    }
    for index in 0..<2 {
        events[index].exchange_time = events[2].exchange_time
        events[index].receive_time = events[2].receive_time
    }
    return try store(feed, instrument, kind: .byOrder, log, staging: staging, request, into: catalog)
}

/// The day in a name such as `12302019.NASDAQ_ITCH50`: eight digits, the year first or last.
private func itchDay(of path: String) -> CatalogDay? {
    let name = path.split(separator: "/").last ?? ""
    for run in name.split(whereSeparator: { !$0.isNumber }) where run.count == 8 {
        let digits = run.compactMap(\.wholeNumberValue)
        guard digits.count == 8 else { continue }
        let number = { (from: Int, to: Int) in digits[from..<to].reduce(0) { $0 * 10 + $1 } }
        if (1990...2200).contains(number(0, 4)), let day = CatalogDay(year: number(0, 4), month: number(4, 6), day: number(6, 8)) { return day }
        if (1990...2200).contains(number(4, 8)), let day = CatalogDay(year: number(4, 8), month: number(0, 2), day: number(2, 4)) { return day }
    }
    return nil
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
    let staging = stagingPath(catalog, instrument.key)
    var log = martlet.DefectLog()
    log.open(staging)
    log.set_source(path)
    defer { removeFile(staging) }
    var feed = DecodedFeed(path: path, layout: isCsv ? "dbn-csv" : "dbn")
    try decodeDbn(&feed, isCsv: isCsv, instrument.key, instrument.priceIncrement.decimal, &log)
    guard feed.events.size() > 0 else {
        throw .corrupt(path: path, reason: "no event in \(feed.rows) records")
    }
    let byOrder = feed.count(.order_add, .order_cancel, .order_modify, .order_execute) > 0
    return try store(feed, instrument, kind: byOrder ? .byOrder : .quotes, log, staging: staging, request, into: catalog)
}

/// Decodes the records of one instrument, found by its symbol; a CSV without symbols may hold one only.
private func decodeDbn(
    _ feed: inout DecodedFeed, isCsv: Bool, _ key: InstrumentKey, _ increment: martlet.Decimal, _ log: inout martlet.DefectLog
) throws(MarketDataError) {
    var wanted = martlet.DbnInstrument()
    wanted.price_increment = increment
    guard fill(&wanted.symbol, key.symbol) else { throw .invalidRequest("expected a symbol of at most 71 characters, was \(key.symbol)") }
    var counts = martlet.DbnCounts()
    let options = martlet.DbnOptions(price_increment: increment, maximum_instruments: 1, maximum_orders: 0)
    if isCsv {
        var trial = martlet.DefectLog() // whether the rows bear symbols shows only here
        try require(martlet.decode_dbn_csv(feed.path, options, &wanted, 1, &feed.events, &trial, &counts), path: feed.path)
        let hasSymbols = counts.records > counts.unwanted
        feed.events.clear()
        let status = hasSymbols
            ? martlet.decode_dbn_csv(feed.path, options, &wanted, 1, &feed.events, &log, &counts)
            : martlet.decode_dbn_csv(feed.path, options, nil, 0, &feed.events, &log, &counts)
        if status == .too_large && !hasSymbols {
            throw .corrupt(path: feed.path, reason: "holds several instruments, none of them named \(key.symbol) in a column symbol")
        }
        try require(status, path: feed.path)
    } else {
        var info = martlet.DbnInfo()
        try require(martlet.decode_dbn(feed.path, options, &wanted, 1, &feed.events, &log, &info, &counts), path: feed.path)
        guard counts.records == 0 || counts.unwanted < counts.records else {
            throw .corrupt(path: feed.path, reason: "its metadata maps no symbol \(key.symbol) to an instrument that it holds")
        }
    }
    feed.bytes = Int(counts.bytes)
    feed.rows = Int(counts.records + counts.other_records)
}

/// The decimal place that the file's prices need, and their greatest common divisor in it.
private func inferDbnIncrement(_ path: String, isCsv: Bool, _ key: InstrumentKey) throws(MarketDataError) -> (Increment, Int64) {
    var feed = DecodedFeed(path: path, layout: "dbn")
    var log = martlet.DefectLog()
    try decodeDbn(&feed, isCsv: isCsv, key, martlet.Decimal(mantissa: 1, exponent: -9), &log)
    var divisor: Int64 = 0
    func take(_ price: Int64) {
        var (a, b) = (divisor, Int64(clamping: price.magnitude))
        while b != 0 { (a, b) = (b, a % b) }
        divisor = a
    }
    for event in UnsafeBufferPointer(start: feed.events.begin(), count: feed.events.size()) {
        take(event.price)
        if event.kind == .quote { take(martlet.as_quote(event).ask_price) }
    }
    guard divisor > 0 else { throw .corrupt(path: path, reason: "no price in \(feed.rows) records: state --price-increment") }
    var exponent: Int32 = -9
    while divisor % 10 == 0, exponent < 0 {
        divisor /= 10
        exponent += 1
    }
    guard let increment = Increment(mantissa: 1, exponent: exponent) else { throw .invalidRequest("no price increment") }
    return (increment, divisor)
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
    let staging = stagingPath(catalog, instrument.key)
    var log = martlet.DefectLog()
    log.open(staging)
    log.set_source(path)
    defer { removeFile(staging) }
    var feed = DecodedFeed(path: path, layout: "fix-\(mode.rawValue)")
    var counts = martlet.FixLogCounts()
    let options = martlet.FixLogOptions(
        checks: rewritten ? .rewritten : .strict, book: mode == .orders ? .by_order : .by_price, executions: fills,
        price_increment: wanted.price_increment, lot_increment: wanted.lot_increment, maximum_instruments: 1)
    try require(martlet.decode_fix_log(path, options, &wanted, 1, &feed.events, &log, &counts), path: path)
    feed.bytes = Int(counts.bytes)
    feed.rows = Int(counts.messages)
    guard feed.events.size() > 0 else {
        throw .corrupt(
            path: path,
            reason: "no event of \(instrument.key.symbol) in \(counts.messages) sound messages; \(log.total(.rejected)) were rejected"
                + (rewritten ? "" : " (a log whose names were changed needs --rewritten)"))
    }
    return try store(feed, instrument, kind: mode == .orders ? .byOrder : .byPrice, log, staging: staging, request, into: catalog)
}
