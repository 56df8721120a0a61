import CxxEvent

/// All that an order's record remembers, for who must know whether two tables will answer alike to whatever comes.
///
/// `times` only matter by their order among each other and with later ones; `facts` matter as they are.
package struct OrderState: Sendable, Equatable {
    package var facts: [Int64]
    package var times: [Int64]
}

extension OrderTable {
    /// The state of the order known by a client order id; nil: none. Allocates: for tests, not for a path.
    package func state(of client: UInt64) -> OrderState? {
        let index = clients.find(0, client)
        guard index >= 0 else { return nil }
        let record = records[index]
        let marks = [record.isForeign, record.isAcknowledged, record.isUnanswered, record.isUnverified, record.sweep == sweep, record.holdsChange]
        let aliases = [record.aliases.0, record.aliases.1, record.aliases.2, record.aliases.3]
        return OrderState(
            facts: [
                Int64(record.client), Int64(record.ended.rawValue), record.quantity, record.price, Int64(record.pendingReplace),
                record.pendingQuantity, record.pendingPrice, Int64(record.pendingCancel), record.filled.lots, record.reported.lots,
                Int64(record.nextAlias), record.venue.high == 0 && record.venue.low == 0 ? 0 : 1,
                record.sentSequence < sweepSequence ? 1 : 0, Int64(record.questions),
                Int64(record.unanswered), Int64(record.changeDoubt), record.accepted, record.acceptedPrice,
            ] + marks.map { $0 ? 1 : 0 } + aliases.map { Int64(bitPattern: $0) },
            times: [record.filledTime, record.reopenedTime, record.reportedTime])
    }
}
