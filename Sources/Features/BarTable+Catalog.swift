internal import Core
internal import CxxEvent
internal import Domain
public import MarketData

/// Bars for a set, and where they are from.
public struct BarSource: Sendable {
    /// `VENUE:SYMBOL`.
    public let instrument: String
    public let bars: BarTable
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
}

extension FeatureSet {
    /// The bars that this set takes of an instrument in the catalog: from the shortest stored bars that the set's length is a multiple of, where
    /// there are none from ticks. A hole of more than `resetAfter` begins a new stretch. `selection.kind` and `selection.timeframe`, where they
    /// are given, say which series. Cost: the series is read once, a piece at a time; memory: the bars.
    public func bars(of selection: CatalogSelection, in catalog: Catalog) throws(MarketDataError) -> BarSource {
        var selection = selection
        if selection.kind == nil, let found = try best(of: selection, in: catalog) {
            selection.kind = found.kind
            selection.timeframe = found.timeframe
        }
        var stream = try catalog.stream([selection])
        let entry = stream.entries[0]
        if let length = entry.timeframe, !timeframe.isMultiple(of: length) {
            throw .invalidRequest("\(entry.instrument.key): bars of \(timeframe) cannot be built from \(entry.seriesName)")
        }
        var builder = FeatureBarBuilder(self, entry.instrument, entry.kind)
        var table = BarTable(timeframe: timeframe)
        let piece = UnsafeMutableBufferPointer<martlet.MarketEvent>.allocate(capacity: 8_192)
        defer { piece.deallocate() }
        while true {
            let count = try stream.next(into: piece)
            if count == 0 { break }
            for event in piece[..<count] {
                if let closed = builder.add(event) { append(closed, to: &table) }
                while let closed = builder.rest(of: event) { append(closed, to: &table) }
            }
        }
        guard !table.isEmpty else {
            throw .notFound("\(entry.instrument.key) \(entry.seriesName) has no whole bar of \(timeframe) of \(price.rawValue): is `price` right?")
        }
        return BarSource(
            instrument: entry.instrument.key.description, bars: table, series: entry.seriesName, contentHashes: stream.contentHashes)
    }

    /// The shortest stored bars that can be used; nil where there are none. Longer ones may lack days that were imported since.
    private func best(of selection: CatalogSelection, in catalog: Catalog) throws(MarketDataError) -> CatalogEntry? {
        let resolved = try catalog.resolve([selection])[0].instrument.key
        return try catalog.instruments().filter { entry in
            entry.instrument.key == resolved && (entry.timeframe.map { timeframe.isMultiple(of: $0) } ?? false)
        }.min { ($0.timeframe?.seconds ?? 0) < ($1.timeframe?.seconds ?? 0) }
    }

    /// A hole begins a new stretch. A series is in the order of time; a second bar of one moment is no bar of this series.
    package func append(_ closed: ClosedBar, to table: inout BarTable) {
        guard closed.time > table.times.last ?? .min else { return }
        let hole = table.times.last.map { closed.time - timeframe.nanoseconds - $0 } ?? 0
        table.append(time: closed.time, closed.bar, startsAnew: hole > resetAfter ?? .max)
    }
}
