import CxxEvent

/// Events of one or more instruments in the order of time, in one block of memory, and what they came from.
///
/// - `instruments[i].id == i`; `event.instrument` indexes it.
/// - Order: receive time, then the selection's rank (its place in the list that was loaded), then the
///   order in the source.
/// - `receive_time` is the source's exchange time, held where that would go back; `sequence` is 0.
/// - Immutable after `init`, so it may be shared between threads.
public final class EventSeries: @unchecked Sendable {
    public let instruments: [martlet.InstrumentDefinition]
    /// What the events of each instrument say, in the order of `instruments`.
    public let kinds: [SourceKind]
    /// SHA-256 of every partition that was read, in the order of selection and day.
    public let contentHashes: [String]
    private let storage: UnsafeMutableBufferPointer<martlet.MarketEvent>
    private let count: Int

    /// The events. Valid as long as the series is held.
    public var events: UnsafeBufferPointer<martlet.MarketEvent> { .init(rebasing: storage[..<count]) }

    /// Copies `events`, which must be in order of `receive_time` and name only instruments of the list.
    public convenience init(
        instruments: [martlet.InstrumentDefinition], kinds: [SourceKind], contentHashes: [String] = [],
        events: [martlet.MarketEvent]
    ) {
        let storage = UnsafeMutableBufferPointer<martlet.MarketEvent>.allocate(capacity: events.count)
        _ = storage.initialize(from: events)
        self.init(
            instruments: instruments, kinds: kinds, contentHashes: contentHashes, storage: storage, count: events.count)
    }

    /// Takes over `storage`, of which the first `count` are initialised.
    package init(
        instruments: [martlet.InstrumentDefinition], kinds: [SourceKind], contentHashes: [String],
        storage: UnsafeMutableBufferPointer<martlet.MarketEvent>, count: Int
    ) {
        precondition(instruments.count == kinds.count, "one kind per instrument")
        var last = Int64.min
        for event in storage[..<count] {
            precondition(event.receive_time >= last, "events in the order of receive time")
            precondition(Int(event.instrument) < instruments.count, "events of the listed instruments only")
            last = event.receive_time
        }
        self.instruments = instruments
        self.kinds = kinds
        self.contentHashes = contentHashes
        self.storage = storage
        self.count = count
    }

    deinit { storage.deallocate() }
}
