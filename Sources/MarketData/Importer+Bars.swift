import Core
import CxxEvent
import CxxFeed
import Domain

/// One file of bars, and how it is to be read.
struct BarSource {
    var path: String
    /// `none`: trades; `buy`: bid prices; `sell`: ask prices.
    var side: martlet.Side
    var layout: martlet.BarLayout
    var format: martlet.BarFormat = .csv

    /// The preset with this name, or the one that the file's first lines fit.
    static func layout(of path: String, named name: String?) throws(MarketDataError) -> martlet.BarLayout {
        var layout = martlet.BarLayout()
        if let name {
            guard martlet.find_layout(name, &layout) else {
                throw .invalidRequest("unknown layout '\(name)': there are \(BarLayouts.names.joined(separator: ", "))")
            }
            return layout
        }
        var seen = [CChar](repeating: 0, count: 256)
        let status = martlet.detect_layout(path, &layout, &seen, seen.count)
        if status == .unknown_layout {
            let text = String(decoding: seen.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw .unknownLayout(path: path, seen: "\(text); known are \(ImportLayout.allNames)")
        }
        try require(status, path: path)
        return layout
    }

    var layoutName: String { BarLayouts.text(layout.name) }
}

/// The presets of OHLCV layouts.
public enum BarLayouts {
    /// Their names, as `ImportRequest.Source.bars(path:layout:)` takes them.
    public static var names: [String] { all.map(\.name) }

    /// Names with descriptions.
    public static var all: [(name: String, description: String)] {
        (0..<martlet.layout_count()).compactMap { index in
            martlet.layout_at(index).map { (text($0.pointee.name), text($0.pointee.description)) }
        }
    }

    /// The text of a zero-terminated array of characters.
    static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// What came of one file.
private struct DecodedBars: ~Copyable {
    var events = martlet.EventBuffer()
    var check = martlet.BarCheckResult()
    var info = martlet.BarSourceInfo()
}

func importBars(
    _ sources: [BarSource], _ request: ImportRequest, _ specification: InstrumentSpecification, into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    let instrument = try inferInstrument(sources, specification)
    var staged = StagedLog(catalog, instrument.key, source: sources[0].path)

    var decoded = try decode(sources[0], instrument, specification, request, &staged.log)
    var reportSources = [ImportReport.Source(path: sources[0].path, bytes: Int(decoded.info.bytes), rows: Int(decoded.info.rows))]
    var missing = decoded.check.missing
    var breaks = decoded.check.breaks
    var events = martlet.EventBuffer()
    if sources.count == 2 {
        let asks = try decode(sources[1], instrument, specification, request, &staged.log)
        reportSources.append(.init(path: sources[1].path, bytes: Int(asks.info.bytes), rows: Int(asks.info.rows)))
        missing += asks.check.missing
        breaks += asks.check.breaks
        staged.log.set_source("both sides")
        try require(martlet.join_sides(decoded.events, asks.events, &events, &staged.log), path: sources[1].path)
    } else {
        swap(&events, &decoded.events)
    }
    guard let timeframe = Timeframe(seconds: Int32(clamping: decoded.check.seconds)), events.size() > 0 else {
        throw .corrupt(path: sources[0].path, reason: emptyReason(staged.log, rows: reportSources.reduce(0) { $0 + $1.rows }))
    }
    var writer = try SeriesWriter(catalog: catalog, instrument: instrument, kind: .bars, timeframe: timeframe)
    guard staged.log.close() else { throw .unreadable(path: staged.path, reason: text(of: .write_failed)) }
    try writer.write(UnsafeBufferPointer(start: events.data(), count: events.size()), replacesMore: request.replacesMore)
    let defectsPath = try keepDefects(staged.log, staged.path, at: writer.defectsPath(source: sources[0].path))

    let rows = reportSources.reduce(0) { $0 + $1.rows }
    let defects = ImportReport.defects(staged.log)
    return ImportReport(
        instrument: instrument, kind: .bars, timeframe: timeframe, layout: sources[0].layoutName, sources: reportSources,
        rows: rows, rejectedRows: Int(staged.log.total(.rejected)), missingBars: Int(missing), sessionBreaks: Int(breaks),
        reseededSides: 0, defects: defects,
        defectPercent: ImportReport.percent(defects, rows: rows, missing: Int(missing)), goalPercent: defectGoalPercent,
        events: events.size(), partitions: writer.entry.partitions, rejectsPath: defectsPath)
}

/// The instrument, its increments inferred from all files where they are not stated.
private func inferInstrument(
    _ sources: [BarSource], _ specification: InstrumentSpecification
) throws(MarketDataError) -> Instrument {
    var price = Increment.one
    var lot = Increment.one
    var tick: Int64 = 1
    for source in sources {
        var found = martlet.InferredIncrements()
        try require(martlet.infer_increments(source.path, source.format, source.layout, &found), path: source.path)
        guard let foundPrice = Increment(found.price_increment), let foundLot = Increment(found.lot_increment) else {
            throw .corrupt(path: source.path, reason: "no increment can be read from its decimals: state --price-increment and --lot-increment")
        }
        if foundPrice.exponent < price.exponent || source.path == sources[0].path {
            (price, tick) = (foundPrice, found.tick)
        } else if foundPrice == price {
            tick = min(tick, found.tick)
        }
        if foundLot.exponent < lot.exponent { lot = foundLot }
    }
    return try specification.instrument(inferredPrice: price, inferredLot: lot, inferredTick: tick)
}

private func decode(
    _ source: BarSource, _ instrument: Instrument, _ specification: InstrumentSpecification, _ request: ImportRequest,
    _ log: inout martlet.DefectLog
) throws(MarketDataError) -> DecodedBars {
    var result = DecodedBars()
    log.set_source(source.path)
    let options = martlet.BarDecodeOptions(
        format: source.format, side: source.side, layout: source.layout, price_increment: instrument.priceIncrement.decimal,
        lot_increment: instrument.lotIncrement.decimal, volume_in_money: specification.volumeIsMoney ?? false)
    try require(martlet.decode_bars(source.path, options, &result.events, &log, &result.info), path: source.path)
    var check = martlet.BarCheckOptions(
        seconds: UInt32(request.timeframe?.seconds ?? 0), stamp: source.layout.stamp, order: source.layout.order,
        gaps: source.layout.gaps, longest_gap_seconds: Int64(source.layout.longest_gap_seconds))
    switch request.gaps {
    case nil: break
    case .continuous: check.gaps = .continuous
    case .sparse: check.gaps = .sparse
    case .sessions(let seconds):
        check.gaps = .sessions
        check.longest_gap_seconds = Int64(seconds)
    }
    result.check = martlet.check_bars(&result.events, check, &log)
    guard result.check.status == .ok else {
        throw .invalidRequest("\(source.path): the length of the bars cannot be found from the rows: state it with --timeframe")
    }
    if let stated = request.timeframe {
        try checkSpacing(UnsafeBufferPointer(start: result.events.data(), count: result.events.size()), path: source.path, stated: stated)
    }
    return result
}

/// Rows closer together than the bars are long are other bars than was said.
func checkSpacing(
    _ times: UnsafeBufferPointer<martlet.MarketEvent>, path: String, stated: Timeframe
) throws(MarketDataError) {
    let length = Int64(stated.seconds) * 1_000_000_000
    var closer = 0
    var least = Int64.max
    for index in times.indices.dropFirst() {
        let step = times[index].exchange_time - times[index - 1].exchange_time
        guard step > 0, step < length else { continue }
        closer += 1
        least = min(least, step)
    }
    // A stray row is a defect and was counted; a file of them is a mistake.
    guard closer > times.count / 100 else { return }
    throw .invalidRequest(
        "\(path): \(closer) of \(times.count) rows are closer together than the stated \(stated), the closest \(least / 1_000_000_000) s: "
            + "state the length that the bars have, and build longer ones with `orchestrator data bars`")
}

/// Why nothing was left to import.
private func emptyReason(_ log: borrowing martlet.DefectLog, rows: Int) -> String {
    guard log.record_count() > 0 else { return "no bars: \(rows) rows after the header" }
    let first = log.record(0)
    return "no bars: all \(rows) rows were rejected, the first (line \(first.line)) because "
        + "\(String(cString: martlet.defect_text(first.defect))): \(BarLayouts.text(first.text))"
}
