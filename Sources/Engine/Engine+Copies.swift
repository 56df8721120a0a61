internal import CxxEvent
internal import Execution

// A drop copy: a session of its own that only listens, and tells once more what the trading session tells.

extension Engine {
    /// Takes in what a session that only listens heard. It is compared, never booked; its coming and going is not the trading
    /// session's.
    mutating func hear(copy event: martlet.OrderEvent) {
        counters.copies += event.kind == .execution_report ? 1 : 0
        guard Int(event.instrument) < laneCount else { return }
        reconciliation.hear(copy: event, orders, now: now)
    }

    /// On the risk timer: names what the trading session should have told by now, before a comparison asks for it.
    mutating func nameDueCopies() {
        guard reconciliation.settle(copies: orders, now: now), sessionIsUp, reconciliation.phase == .idle else { return }
        counters.anomalies += 1
        note(.anomaly, instrument: nil, code: OrderAnomaly.untold.rawValue)
        startReconciliation()
        resolveIfAnswered()
    }
}
