import Core
import CxxEvent
import CxxFeed
import Domain

extension Catalog {
    /// Most events that `load` takes into memory (64 bytes each); a longer selection is to be streamed.
    public static let maximumLoadedEvents = 1 << 28

    /// Loads the selected series, merged into one array in the order of time.
    ///
    /// Ids are dense, 0 for the first selection. Fails where a selection names nothing, where it is ambiguous, and
    /// where a file is not what the manifest's hash says. Cost: 64 bytes per event, plus one decoded block per series.
    public func load(_ selection: [CatalogSelection]) throws(MarketDataError) -> EventSeries {
        var stream = try stream(selection)
        let count = stream.entries.reduce(0) { $0 + $1.events }
        guard count <= Self.maximumLoadedEvents else {
            throw .tooLarge("the selection has \(count) events, at most \(Self.maximumLoadedEvents) are loaded at once")
        }
        let storage = UnsafeMutableBufferPointer<martlet.MarketEvent>.allocate(capacity: count)
        var filled = 0
        do {
            while filled < count {
                let wrote = try stream.next(into: UnsafeMutableBufferPointer(rebasing: storage[filled...]))
                if wrote == 0 { break }
                filled += wrote
            }
        } catch {
            storage.deallocate()
            throw error
        }
        return EventSeries(
            instruments: stream.instruments, kinds: stream.entries.map(\.kind), contentHashes: stream.contentHashes,
            storage: storage, count: filled)
    }

    /// Begins to read the selected series, merged in the order of time. Memory: one decoded block (4 MiB) per series.
    public func stream(_ selection: [CatalogSelection]) throws(MarketDataError) -> EventStream {
        let entries = try resolve(selection)
        var stream = EventStream(entries: entries)
        for entry in entries {
            stream.beginSeries()
            for partition in entry.partitions {
                let path = "\(folder(of: entry))/\(partition.fileName)"
                if let fault = fault(of: partition, at: path) { throw .corrupt(path: path, reason: fault) }
                stream.add(path: path)
            }
        }
        return stream
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
        let ofSymbol = all.filter {
            $0.instrument.key.symbol == wanted.symbol || $0.instrument.key.description == wanted.symbol
        }
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
        let mostDetailed = candidates.min {
            ($0.kind.code, $0.timeframe?.seconds ?? 0) < ($1.kind.code, $1.timeframe?.seconds ?? 0)
        }
        guard var entry = mostDetailed else {
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
