import Core
import CxxEvent
import CxxFeed
public import Domain

extension Catalog {
    /// Builds bars of one series and stores them as a series of bars of the same instrument.
    ///
    /// From orders, levels and quotes: of trades, or, where there are none, of the best bid and ask. From bars: of each
    /// side that they have. Fails where the source's bars do not divide the timeframe. Memory: the new bars.
    public func buildBars(
        from selection: CatalogSelection, timeframe: Timeframe
    ) throws(MarketDataError) -> CatalogEntry {
        var stream = try stream([selection])
        let source = stream.entries[0]
        if let smaller = source.timeframe, !timeframe.isMultiple(of: smaller) || timeframe == smaller {
            throw .invalidRequest("bars of \(timeframe) cannot be built from bars of \(smaller)")
        }
        var builders = BarPrice.allCases.map { BarAggregator(timeframe: timeframe, price: $0, of: source.kind) }
        var built: [[martlet.BarEvent]] = [[], [], []]
        let piece = UnsafeMutableBufferPointer<martlet.MarketEvent>.allocate(capacity: 8_192)
        defer { piece.deallocate() }
        while true {
            let count = try stream.next(into: piece)
            if count == 0 { break }
            for event in piece[..<count] {
                for index in builders.indices {
                    if let bar = builders[index].add(event) { built[index].append(bar) }
                }
            }
        }
        // Of ticks the trades say what was paid; only where none printed do the quotes have to do.
        if source.kind != .bars, !built[0].isEmpty { built[1...] = [[], []] }
        let events = built.joined().map { martlet.as_market_event($0) }.sorted {
            ($0.exchange_time, $0.side.rawValue) < ($1.exchange_time, $1.side.rawValue)
        }
        guard !events.isEmpty else {
            throw .notFound("\(source.instrument.key) \(source.seriesName) has no whole bar of \(timeframe)")
        }
        var writer = try SeriesWriter(catalog: self, instrument: source.instrument, kind: .bars, timeframe: timeframe)
        let fault = events.withUnsafeBufferPointer { events -> MarketDataError? in
            do throws(MarketDataError) {
                try writer.write(events)
                return nil
            } catch {
                return error
            }
        }
        if let fault { throw fault }
        return writer.entry
    }
}
