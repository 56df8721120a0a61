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
        var reader = BarReader(self, entry)
        let piece = UnsafeMutableBufferPointer<martlet.MarketEvent>.allocate(capacity: 8_192)
        defer { piece.deallocate() }
        while true {
            let count = try stream.next(into: piece)
            if count == 0 { break }
            for event in piece[..<count] { reader.add(event) }
        }
        guard !reader.table.isEmpty else {
            throw .notFound("\(entry.instrument.key) \(entry.seriesName) has no whole bar of \(timeframe) of \(price.rawValue): is `price` right?")
        }
        return BarSource(
            instrument: entry.instrument.key.description, bars: reader.table, series: entry.seriesName, contentHashes: stream.contentHashes)
    }

    /// The shortest stored bars that can be used; nil where there are none. Longer ones may lack days that were imported since.
    private func best(of selection: CatalogSelection, in catalog: Catalog) throws(MarketDataError) -> CatalogEntry? {
        let resolved = try catalog.resolve([selection])[0].instrument.key
        return try catalog.instruments().filter { entry in
            entry.instrument.key == resolved && (entry.timeframe.map { timeframe.isMultiple(of: $0) } ?? false)
        }.min { ($0.timeframe?.seconds ?? 0) < ($1.timeframe?.seconds ?? 0) }
    }
}

/// Events of one instrument to the bars of a set.
private struct BarReader {
    private(set) var table: BarTable
    private var first: BarAggregator
    /// The asks, where bars are of the middle.
    private var second: BarAggregator?
    private var bid: (time: Int64, bar: BarValues)?
    private var ask: (time: Int64, bar: BarValues)?
    private let priceUnit: Double
    private let lotUnit: Double
    private let longestHole: Int64

    init(_ set: FeatureSet, _ entry: CatalogEntry) {
        table = BarTable(timeframe: set.timeframe)
        let price: BarPrice =
            switch set.price {
            case .trades: .trades
            case .bid, .middle: .bid
            case .ask: .ask
            }
        first = BarAggregator(timeframe: set.timeframe, price: price)
        if set.price == .middle { second = BarAggregator(timeframe: set.timeframe, price: .ask) }
        priceUnit = entry.instrument.priceIncrement.value
        lotUnit = entry.instrument.lotIncrement.value
        longestHole = set.resetAfter ?? .max
    }

    mutating func add(_ event: martlet.MarketEvent) {
        if let bar = whole(event, first.price) ?? first.add(event) {
            if second == nil { append(bar.exchange_time, values(bar)) } else { bid = (bar.exchange_time, values(bar)) }
        }
        if let second, let bar = whole(event, second.price) ?? self.second?.add(event) { ask = (bar.exchange_time, values(bar)) }
        guard let bid, let ask, bid.time == ask.time else { return }
        append(
            bid.time,
            BarValues(
                open: (bid.bar.open + ask.bar.open) / 2, high: (bid.bar.high + ask.bar.high) / 2, low: (bid.bar.low + ask.bar.low) / 2,
                close: (bid.bar.close + ask.bar.close) / 2, volume: bid.bar.volume))
        self.bid = nil
        self.ask = nil
    }

    /// A bar that has the set's length already: as it is, whatever its close is aligned to.
    private func whole(_ event: martlet.MarketEvent, _ price: BarPrice) -> martlet.BarEvent? {
        guard event.kind == .bar else { return nil }
        let bar = martlet.as_bar(event)
        return Int64(bar.seconds) == Int64(table.timeframe.seconds) && bar.side == price.side ? bar : nil
    }

    private func values(_ bar: martlet.BarEvent) -> BarValues {
        BarValues(
            open: Double(bar.open()) * priceUnit, high: Double(bar.high()) * priceUnit, low: Double(bar.low) * priceUnit,
            close: Double(bar.close()) * priceUnit, volume: Double(bar.volume) * lotUnit)
    }

    private mutating func append(_ time: Int64, _ bar: BarValues) {
        // A series is in the order of time; a second bar of one moment is no bar of this series.
        guard time > table.times.last ?? .min else { return }
        let hole = table.times.last.map { time - table.timeframe.nanoseconds - $0 } ?? 0
        table.append(time: time, bar, startsAnew: hole > longestHole)
    }
}
