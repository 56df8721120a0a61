import Core
import CxxEvent
import CxxFeed
import Domain

/// Several series read side by side, merged in the order of time, a piece at a time. Order and ids are those of
/// `EventSeries`. Move-only; one thread.
public struct EventStream: ~Copyable {
    /// The series, with the selected days, in the order of their ids.
    public let entries: [CatalogEntry]
    private var merge = martlet.SeriesMerge()

    package init(entries: [CatalogEntry]) { self.entries = entries }

    /// The core's records of the instruments; `instruments[i].id == i`.
    public var instruments: [martlet.InstrumentDefinition] {
        entries.enumerated().map { martlet.InstrumentDefinition($0.element.instrument, id: UInt32($0.offset)) }
    }

    /// SHA-256 of every partition, in the order of series and day.
    public var contentHashes: [String] { entries.flatMap { $0.partitions.map(\.sha256) } }

    package mutating func beginSeries() { merge.add_series() }
    package mutating func add(path: String) { merge.add_partition(path) }

    /// Writes the next events into `buffer`, whose memory need not be initialised; returns how many, 0 at the end.
    public mutating func next(
        into buffer: UnsafeMutableBufferPointer<martlet.MarketEvent>
    ) throws(MarketDataError) -> Int {
        guard let start = buffer.baseAddress, !buffer.isEmpty else { return 0 }
        let count = merge.next(start, buffer.count)
        let status = merge.status()
        guard status == .ok else {
            throw .corrupt(path: String(cString: merge.failed_path()), reason: text(of: status))
        }
        return Int(count)
    }
}

/// A status of the decoders in words.
package func text(of status: martlet.FeedStatus) -> String { String(cString: martlet.feed_status_text(status)) }
