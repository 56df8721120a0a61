import Core
import CxxEvent
import CxxFeed
import Domain

/// The files of one LOBSTER day.
struct LobsterFiles {
    var messagePath: String
    var orderbookPath: String
    var seedPath: String?

    /// The day in `AMZN_2012-06-21_…_message_1.csv.gz`.
    var day: CatalogDay? {
        Self.name(of: messagePath).split(separator: "_").lazy.compactMap { CatalogDay(String($0)) }.first
    }

    /// The levels in `…_message_50.csv.gz`.
    var levels: Int? {
        let stem = Self.name(of: messagePath).prefix { $0 != "." }
        return stem.split(separator: "_").last.flatMap { Int($0) }.flatMap { (1...1_000).contains($0) ? $0 : nil }
    }

    private static func name(of path: String) -> Substring { path.split(separator: "/").last ?? "" }
}

/// LOBSTER states prices in ten-thousandths of a dollar.
private let lobsterIncrement = martlet.Decimal(mantissa: 1, exponent: -4)

func importLobster(
    _ files: LobsterFiles, mode: LobsterMode?, _ request: ImportRequest, _ specification: InstrumentSpecification,
    into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    guard let day = request.day ?? files.day else {
        throw .invalidRequest("\(files.messagePath): the name bears no day such as 2012-06-21: state it with --day")
    }
    guard let levels = request.levels ?? files.levels else {
        throw .invalidRequest("\(files.messagePath): the name does not end in the number of levels: state it with --levels")
    }
    let columns = Int(martlet.lobster_columns(files.orderbookPath))
    if columns == 0 { try refuseOrderbook(files.orderbookPath) }
    let used = mode ?? (levels == 1 ? LobsterMode.levels : .orders)
    let kind: SourceKind = used == .orders ? .byOrder : columns == 1 ? .quotes : .byPrice
    guard let increment = Increment(lobsterIncrement) else { throw .invalidRequest("no price increment") }
    let instrument = try specification.instrument(inferredPrice: increment, inferredLot: .one, inferredTick: 100)
    guard instrument.priceIncrement == increment, instrument.lotIncrement == .one else {
        throw .invalidRequest(
            "LOBSTER prices are multiples of 0.0001 and sizes of 1: expected these increments, "
                + "was \(instrument.priceIncrement) and \(instrument.lotIncrement)")
    }

    var staged = StagedLog(catalog, instrument.key, source: files.messagePath)
    var events = martlet.EventBuffer()
    var counts = martlet.LobsterCounts()
    let options = martlet.LobsterOptions(
        day: day.number, levels: UInt32(levels), mode: used == .orders ? .orders : .levels)
    try require(
        decode(files, options, &events, &staged.log, &counts), path: files.messagePath)
    guard staged.log.close() else { throw .unreadable(path: staged.path, reason: text(of: .write_failed)) }
    guard events.size() > 0 else { throw .corrupt(path: files.messagePath, reason: "no events in \(counts.rows) rows") }
    let decoded = UnsafeBufferPointer(start: events.data(), count: events.size())
    try checkPair(files, decoded, staged.log, rows: Int(counts.rows), lost: Int(counts.reseeded + counts.diverged), isQuotes: kind == .quotes)
    var writer = try SeriesWriter(catalog: catalog, instrument: instrument, kind: kind, timeframe: nil)
    try writer.write(decoded, replacesMore: request.replacesMore)
    let defectsPath = try keepDefects(staged.log, staged.path, at: writer.defectsPath(source: files.messagePath))

    let defects = ImportReport.defects(staged.log)
    let rows = Int(counts.rows)
    return ImportReport(
        instrument: instrument, kind: kind, timeframe: nil, layout: "lobster-\(used.rawValue)-\(levels)",
        sources: [.init(path: files.messagePath, bytes: Int(counts.bytes), rows: rows)], rows: rows,
        rejectedRows: Int(staged.log.total(.rejected)), missingBars: 0, sessionBreaks: 0,
        reseededSides: Int(counts.reseeded + counts.diverged), defects: defects,
        defectPercent: ImportReport.percent(defects, rows: rows, missing: 0), goalPercent: defectGoalPercent,
        events: events.size(), partitions: writer.entry.partitions, rejectsPath: defectsPath)
}

/// Refuses a message file and an orderbook file that do not belong together: other numbers of rows, a book that is
/// lost again and again, or executions that are not at the best price before them.
private func checkPair(
    _ files: LobsterFiles, _ events: UnsafeBufferPointer<martlet.MarketEvent>, _ log: borrowing martlet.DefectLog, rows: Int, lost: Int, isQuotes: Bool
) throws(MarketDataError) {
    let unpaired = log.count(.unpaired)
    guard unpaired == 0 else {
        throw .corrupt(
            path: files.orderbookPath,
            reason: "has not as many rows as \(files.messagePath): \(unpaired) stand alone; expected one row for each message")
    }
    guard lost <= 100 + rows / 20 else {
        throw .corrupt(path: files.orderbookPath, reason: "does not follow from \(files.messagePath): the book was lost \(lost) times in \(rows) rows")
    }
    guard isQuotes else { return }
    var (bid, ask) = (Int64(0), Int64(0))
    var (trades, strange, first) = (0, 0, UInt64(0))
    for event in events {
        if event.kind == .quote {
            let quote = martlet.as_quote(event)
            (bid, ask) = (quote.bid_price, quote.ask_price)
        } else if event.kind == .trade, event.flags & UInt16(martlet.market_flag_implied.rawValue) == 0 {
            trades += 1
            if event.price != bid && event.price != ask && bid != 0 {
                strange += 1
                if first == 0 { first = event.reference }
            }
        }
    }
    guard strange <= 10 + trades / 20 else {
        throw .corrupt(
            path: files.orderbookPath,
            reason: "is not the book of \(files.messagePath): \(strange) of \(trades) executions are not at the best price before them, the first in row \(first)")
    }
}

private func decode(
    _ files: LobsterFiles, _ options: martlet.LobsterOptions, _ events: inout martlet.EventBuffer,
    _ log: inout martlet.DefectLog, _ counts: inout martlet.LobsterCounts
) -> martlet.FeedStatus {
    guard let seed = files.seedPath else {
        return martlet.decode_lobster(files.messagePath, files.orderbookPath, nil, options, &events, &log, &counts)
    }
    return martlet.decode_lobster(files.messagePath, files.orderbookPath, seed, options, &events, &log, &counts)
}

/// Says why an orderbook file has no first row.
private func refuseOrderbook(_ path: String) throws(MarketDataError) -> Never {
    _ = try FileDigest(path: path)
    throw .unknownLayout(
        path: path, seen: "expected rows of ask price, ask size, bid price, bid size for each level, without a header")
}
