internal import Core
internal import CxxEvent
internal import Domain
public import MarketData

/// Bars for a set, and where they are from.
public struct BarSource: Sendable {
    /// `VENUE:SYMBOL`.
    public let instrument: String
    public private(set) var bars: BarTable
    /// With the bar that is open at the end of the history; nil: none is.
    private var withOpen: BarTable?
    /// The series that was read, such as `bars-1m`.
    public let series: String
    /// SHA-256 of each file that was read, in the order of the days.
    public let contentHashes: [String]

    public init(instrument: String, bars: BarTable, series: String, contentHashes: [String]) {
        self.instrument = instrument
        self.bars = bars
        self.series = series
        self.contentHashes = contentHashes
    }

    init(instrument: String, bars: BarTable, series: String, contentHashes: [String], withOpen: BarTable?) {
        self.init(instrument: instrument, bars: bars, series: series, contentHashes: contentHashes)
        self.withOpen = withOpen
    }

    /// Ends the bar that is open where it is over by `time`: others have bars until then, so time went on for this one too, as it does for a
    /// session's clock.
    public mutating func endOpen(through time: Int64) {
        guard let whole = withOpen, let last = whole.times.last, last <= time else { return }
        bars = whole
        withOpen = nil
    }
}

extension FeaturePlan {
    /// The bars that this plan's set takes of an instrument in the catalog: from the shortest stored bars that the set's length is a multiple of, where
    /// there are none from ticks. A hole of more than `resetAfter` begins a new stretch. `selection.kind` and `selection.timeframe`, where they
    /// are given, say which series. Kernels that take events are fed on the way, of the most detailed series that there is. `end`: as if nothing had
    /// happened from then on, nanoseconds since the Unix epoch. Cost: the series is read once, a piece at a time; memory: the bars.
    public func bars(of selection: CatalogSelection, in catalog: Catalog, until end: Int64 = .max) throws(MarketDataError) -> BarSource {
        var selection = selection
        if selection.kind == nil, let found = try best(of: selection, in: catalog) {
            selection.kind = found.kind
            selection.timeframe = found.timeframe
        }
        var stream = try catalog.stream([selection])
        let entry = stream.entries[0]
        if let problem = problem(of: entry.kind) { throw .invalidRequest("\(entry.instrument.key) \(entry.seriesName): \(problem)") }
        let timeframe = set.timeframe
        if let length = entry.timeframe, !timeframe.isMultiple(of: length) {
            throw .invalidRequest("\(entry.instrument.key): bars of \(timeframe) cannot be built from \(entry.seriesName)")
        }
        var reader = HistoryReader(self, entry.instrument, entry.kind)
        let piece = UnsafeMutableBufferPointer<martlet.MarketEvent>.allocate(capacity: 8_192)
        defer { piece.deallocate() }
        reading: while true {
            let count = try stream.next(into: piece)
            if count == 0 { break }
            var place = piece.baseAddress!
            for _ in 0..<count {
                // A bar that closes at the end is known then, a tick at the end is not yet.
                guard place.pointee.receive_time < end || place.pointee.kind == .bar && place.pointee.receive_time == end else { break reading }
                reader.take(place)
                place += 1
            }
        }
        if end != .max { reader.closeBars(through: end) }
        let count = reader.table.count
        let hasOpen = reader.closeOpen()
        let whole = reader.finish()
        let table = hasOpen ? whole.prefix(count) : whole
        guard !table.isEmpty || end != .max else {
            throw .notFound("\(entry.instrument.key) \(entry.seriesName) has no whole bar of \(timeframe) of \(set.price.rawValue): is `price` right?")
        }
        return BarSource(
            instrument: entry.instrument.key.description, bars: table, series: entry.seriesName, contentHashes: stream.contentHashes, withOpen: hasOpen ? whole : nil)
    }

    /// The shortest stored bars that can be used; nil where there are none. Longer ones may lack days that were imported since.
    private func best(of selection: CatalogSelection, in catalog: Catalog) throws(MarketDataError) -> CatalogEntry? {
        let resolved = try catalog.resolve([selection])[0].instrument.key
        if readsEvents {
            let order: [SourceKind] = [.byOrder, .byPrice, .quotes]
            let entries = try catalog.instruments().filter { $0.instrument.key == resolved }
            return order.lazy.compactMap { kind in entries.first { $0.kind == kind } }.first
        }
        return try catalog.instruments().filter { entry in
            entry.instrument.key == resolved && (entry.timeframe.map { set.timeframe.isMultiple(of: $0) } ?? false)
        }.min { ($0.timeframe?.seconds ?? 0) < ($1.timeframe?.seconds ?? 0) }
    }
}

extension FeatureSet {
    /// Adds a bar; whether a hole before it begins a new stretch. nil: not taken, since a series is in the order of time, and a second bar of one
    /// moment is no bar of it.
    @discardableResult
    package func append(_ closed: ClosedBar, to table: inout BarTable) -> Bool? {
        guard closed.time > table.times.last ?? .min else { return nil }
        let hole = table.times.last.map { closed.time - timeframe.nanoseconds - $0 } ?? 0
        let startsAnew = hole > resetAfter ?? .max
        table.append(time: closed.time, closed.bar, startsAnew: startsAnew)
        return startsAnew
    }
}
