public import CxxEvent
internal import Execution
internal import MarketData
internal import Risk

// Bar and risk timers sleep while nothing happens: once such a timer has fired, what it looks at stays as it is until
// the next event. That event wakes it. What the timers in between would have found is made up for at once, at the time
// of the last of them, and the next is due when it would have been. So a silent night costs nothing, in virtual time
// and in the journal, and decides nothing differently.

extension Engine {
    /// Wakes what sleeps; called before the event at work changes anything. The first market event starts the timers.
    @inline(never)
    mutating func wakeTimers() {
        guard timers.marked != .min else { return startTimers() }
        var missed = Int64.min
        if timers.risk == .max {
            let interval = configuration.riskInterval
            let last = timers.riskFired + (now - timers.riskFired) / interval * interval
            timers.risk = last + interval
            missed = last
        }
        if timers.bar == .max {
            let last = now / configuration.timeframe * configuration.timeframe
            timers.bar = last + configuration.timeframe
            missed = max(missed, last)
        }
        guard missed > timers.marked else { return }
        timers.marked = missed
        let present = now
        now = missed
        markEquity()
        now = present
    }

    /// The same for events that are not the market's: they start nothing.
    mutating func wakeStartedTimers() {
        if timers.anySleeps && timers.marked != .min { wakeTimers() }
    }

    private mutating func startTimers() {
        let length = configuration.timeframe
        timers.bar = (now / length + 1) * length
        timers.risk = now + configuration.riskInterval
        timers.riskFired = now
        timers.marked = now
        armReconcileTimer()
    }

    /// The next comparison is due an interval from now, none where there is no interval.
    mutating func armReconcileTimer() {
        let isWanted = configuration.reconciles && configuration.reconcileInterval > 0
        timers.reconcile = isWanted ? now + configuration.reconcileInterval : .max
    }

    /// Consumes a timer of the engine's that is due.
    mutating func consume(timer event: martlet.HostEvent) {
        switch TimerKind(rawValue: event.id) {
        case .bar:
            timers.bar = .max
            timers.marked = now
            markEquity()
            endBars()
        case .risk:
            timers.riskFired = now
            timers.marked = now
            markEquity()
            tickReconciliation()
            nameDueCopies()
            askOverdue()
            cancelUnwanted()
            pursueAgain()
            timers.risk = hasUnfinishedBusiness() ? now + configuration.riskInterval : .max
        case .reconcile:
            wakeStartedTimers() // the venue's answers are waited for on the risk timer
            armReconcileTimer()
            startReconciliation()
            resolveIfAnswered()
        case .rows:
            makeRows()
        case nil:
            counters.anomalies += 1
        }
    }

    /// Ends the decision bars that are built from ticks.
    private mutating func endBars() {
        for instrument in 0..<laneCount where lanes[instrument].source != .bars && lanes[instrument].bars.end <= now {
            guard lanes[instrument].closeBar() else { continue }
            if rows.isActive { rows.asking[instrument] = true } else { requestDecision(instrument) }
        }
        guard rows.isActive else { return }
        rows.close(through: now)
        // Of those that are fed by bars, some may still come at this moment.
        if rows.waitsForBars { timers.rows = now + 1 } else { makeRows() }
    }

    /// Something that time alone moves on: questions to the venue, a target that a moment's denial held up.
    private mutating func hasUnfinishedBusiness() -> Bool {
        if sessionIsUp && (reconciliation.phase != .idle || reconciliation.wantsAnother || orders.openOrders > 0) { return true }
        if !reconciliation.copies.isEmpty { return true }
        for instrument in 0..<laneCount where lanes[instrument].pursuing && !hasOpenOrder(instrument) { return true }
        return false
    }
}
