import Core
import CxxEvent
import CxxFeed
import Domain

/// What came of the files of one import, before it is stored.
struct DecodedFeed: ~Copyable {
    let layout: String
    var events = martlet.EventBuffer()
    var sources: [ImportReport.Source] = []
    var notImported: [ImportReport.Omission] = []
    /// Rows of other instruments, whose defects are not looked at.
    var foreignRows: UInt64 = 0

    init(layout: String) { self.layout = layout }

    var rows: Int { sources.reduce(0) { $0 + $1.rows } }

    /// Says of how many records nothing was imported, and which they are.
    mutating func omit(_ count: UInt64, _ what: String) {
        if count > 0 { notImported.append(ImportReport.Omission(what: what, count: Int(count))) }
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

    /// Puts what several files gave in the order of time; equal times stay as they came.
    mutating func sort() {
        guard let data = events.data() else { return }
        var all = UnsafeMutableBufferPointer(start: data, count: events.size())
        for index in all.indices { all[index].sequence = UInt64(index) }
        all.sort { ($0.receive_time, $0.sequence) < ($1.receive_time, $1.sequence) }
        for index in all.indices { all[index].sequence = 0 }
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

/// A log of defects whose side file is beside the catalog until the series is written.
struct StagedLog: ~Copyable {
    var log = martlet.DefectLog()
    let path: String

    init(_ catalog: Catalog, _ key: InstrumentKey, source: String) {
        path = "\(catalog.root)/.defects-\(key.venue)-\(catalog.fileName(of: key)).tsv"
        begin(source: source)
    }

    deinit { removeFile(path) }

    /// Forgets what was logged.
    mutating func begin(source: String) {
        log = martlet.DefectLog()
        removeFile(path)
        log.open(path)
        log.set_source(source)
    }
}

/// Writes the series and, beside it, the log.
func store(
    _ feed: consuming DecodedFeed, _ instrument: Instrument, kind: SourceKind, timeframe: Timeframe? = nil, _ staged: consuming StagedLog,
    _ request: ImportRequest, into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    var feed = feed
    var staged = staged
    guard staged.log.close() else { throw .unreadable(path: staged.path, reason: text(of: .write_failed)) }
    feed.keepReceiveTimes()
    var writer = try SeriesWriter(catalog: catalog, instrument: instrument, kind: kind, timeframe: timeframe)
    try writer.write(UnsafeBufferPointer(start: feed.events.data(), count: feed.events.size()), replacesMore: request.replacesMore)
    let rejectsPath = try keepDefects(staged.log, staged.path, at: writer.defectsPath(source: feed.sources.first?.path ?? feed.layout))
    let defects = ImportReport.defects(staged.log)
    return ImportReport(
        instrument: instrument, kind: kind, timeframe: timeframe, layout: feed.layout, sources: feed.sources, rows: feed.rows,
        rejectedRows: Int(staged.log.total(.rejected)), missingBars: 0, sessionBreaks: 0, reseededSides: 0, defects: defects,
        defectPercent: ImportReport.percent(defects, rows: feed.rows - Int(feed.foreignRows), missing: 0), goalPercent: defectGoalPercent,
        events: feed.events.size(), partitions: writer.entry.partitions, rejectsPath: rejectsPath, notImported: feed.notImported)
}

/// Writes text into an array of characters of C, filled up with `padding`; false where it does not fit.
func fill<Characters>(_ characters: inout Characters, _ text: String, padding: UInt8 = 0) -> Bool {
    withUnsafeMutableBytes(of: &characters) { bytes in
        let utf8 = Array(text.utf8)
        for index in bytes.indices { bytes[index] = index < utf8.count ? utf8[index] : padding }
        return utf8.count < bytes.count || (padding != 0 && utf8.count == bytes.count)
    }
}

/// The day in a name such as `12302019.NASDAQ_ITCH50` or `20131007_trade.zip`: eight digits, the year first or last.
func dayInName(of path: String) -> CatalogDay? {
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

/// The increments that prices and quantities need, found from events that were decoded in steps of 1e-9.
struct ObservedSteps {
    private var price: Int64 = 0
    private var quantity: Int64 = 0

    /// Takes what the events bear. `scale`: what one of their price steps is in 1e-9.
    mutating func take(_ events: borrowing martlet.EventBuffer, scale: Int64 = 1) {
        for event in UnsafeBufferPointer(start: events.begin(), count: events.size()) {
            switch event.kind {
            case .bar:
                let bar = martlet.as_bar(event)
                for value in [bar.low, bar.open(), bar.high(), bar.close()] { Self.take(value, &price, scale) }
                Self.take(bar.volume, &quantity)
            case .quote:
                let quote = martlet.as_quote(event)
                for value in [quote.bid_price, quote.ask_price] { Self.take(value, &price, scale) }
                for value in [quote.bid_quantity, quote.ask_quantity] { Self.take(value, &quantity) }
            default:
                Self.take(event.price, &price, scale)
                Self.take(event.quantity, &quantity)
            }
        }
    }

    private static func take(_ value: Int64, _ divisor: inout Int64, _ scale: Int64 = 1) {
        let (scaled, overflow) = value.multipliedReportingOverflow(by: scale)
        guard !overflow, scaled != .min else { return }
        var (a, b) = (divisor, abs(scaled))
        while b != 0 { (a, b) = (b, a % b) }
        divisor = a
    }

    /// The finest decimal place of the prices, and their greatest common divisor in it; `nil` where there was none.
    var priceIncrement: (increment: Increment, tick: Int64)? { Self.place(price) }
    /// The finest decimal place of the quantities, 1 at the most.
    var lotIncrement: Increment? { quantity == 0 ? .one : Self.place(quantity)?.increment }

    private static func place(_ divisor: Int64) -> (increment: Increment, tick: Int64)? {
        guard divisor > 0 else { return nil }
        var (rest, exponent) = (divisor, Int32(-9))
        while rest % 10 == 0, exponent < 0 { (rest, exponent) = (rest / 10, exponent + 1) }
        return Increment(mantissa: 1, exponent: exponent).map { ($0, rest) }
    }
}

/// One step of 1e-9.
let finestStep = martlet.Decimal(mantissa: 1, exponent: -9)
