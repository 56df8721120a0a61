package import CxxEvent
package import CxxJournal

/// How far the journal holds what each FIX session told: the place of the last order event, as the session numbers them
/// (`martlet.all_recorded`).
///
///     message ─► told ─► ring ─► journal, its place beside it
///        └► counts as received, for good      │
///                                             └► at the next start: what was told behind it is told again
///
/// The place is a record's payload, eight bytes, and in no digest: a session that lost nothing and one that was told again have
/// consumed the same.
package struct ReceivedPlaces: Sendable, Equatable {
    package internal(set) var trading: UInt64 = 0
    package internal(set) var copies: UInt64 = 0

    package init() {}

    /// Takes the place of an event that is journalled; 0: no message told it.
    package mutating func take(_ event: martlet.OrderEvent, place: UInt64) {
        guard place != 0 else { return }
        if event.flags & UInt16(martlet.order_flag_copy.rawValue) != 0 { copies = place } else { trading = place }
    }
}

extension martlet.JournalReader {
    /// The place of the present record, an order event; 0: it has none.
    package var place: UInt64 {
        guard payload_size() == MemoryLayout<UInt64>.size, let start = payload() else { return 0 }
        return start.loadUnaligned(as: UInt64.self)
    }
}
