internal import MarketData
internal import CxxBook
public import CxxEvent
internal import Portfolio
internal import Risk

extension Engine {
    /// Consumes one market event. Allocates nothing; returns at once unless it touched a stop or ended a bar.
    @inline(__always)
    public mutating func consume(market event: UnsafePointer<martlet.MarketEvent>) {
        begin(sequence: event.pointee.sequence, time: event.pointee.receive_time)
        let instrument = Int(event.pointee.instrument)
        precondition(instrument < laneCount, "event of an unknown instrument")
        if timers.anySleeps { wakeTimers() }
        if rows.isActive && rows.take(event, lanes[instrument].book) { timers.rows = now + 1 }
        let attention = lanes[instrument].apply(event)
        if rows.readsEvents { rows.applied(event, lanes[instrument].book) }
        if !attention.isEmpty { attend(instrument, attention) }
    }

    @inline(never)
    private mutating func attend(_ instrument: Int, _ attention: LaneAttention) {
        if attention.contains(.fault) { counters.bookFaults += 1 }
        if attention.contains(.stop) { fireStop(instrument) }
        if attention.contains(.bar) { barEnded(instrument) }
    }

    /// A lane that is fed by bars ends its decision bar with the source's; the others end by the timer.
    private mutating func barEnded(_ instrument: Int) {
        guard lanes[instrument].closeBar() else { return }
        markEquity()
        guard rows.isActive else { return requestDecision(instrument) }
        rows.asking[instrument] = true
        timers.rows = now + 1
    }

    /// All bars of the last moment have come: makes the rows of the feature set, and asks what waited for them.
    mutating func makeRows() {
        timers.rows = .max
        rows.makeRows()
        for instrument in 0..<laneCount where rows.asking[instrument] {
            rows.asking[instrument] = false
            requestDecision(instrument)
        }
    }

    /// States every lane's prices to gate and ledger, then the equity to the gate. A loss limit that trips the
    /// kill switch here cancels everything.
    mutating func markEquity() {
        for instrument in 0..<laneCount { markPrices(instrument) }
        feedEquity()
    }

    /// Tells the gate the equity at the present marks.
    mutating func feedEquity() {
        guard let equity = try? ledger.equity() else { return failSafe(.invariant) }
        if gate.equity(equity, time: now) != .none { killSwitchTripped() }
    }

    /// States one lane's prices to gate and ledger.
    @inline(__always)
    mutating func markPrices(_ instrument: Int) {
        let bid = lanes[instrument].bid
        let ask = lanes[instrument].ask
        guard bid > 0 && ask > 0 && bid <= ask else { return }
        gate.mark(instrument: instrument, bid: bid, ask: ask, time: lanes[instrument].marketTime)
        // The side at which the position could be closed; flat, the value does not matter.
        do throws(LedgerError) {
            try ledger.mark(instrument: instrument, price: ledger.position(instrument) >= 0 ? bid : ask)
        } catch {
            failSafe(.invariant)
        }
    }
}
