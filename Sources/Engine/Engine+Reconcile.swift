internal import CxxEvent
internal import Execution
internal import Portfolio

// Our books against the venue's: at logon before anything else, and on a timer. `Reconciliation` knows the
// order of questions; here its steps meet table, ledger and gate.

extension Engine {
    /// Asks the venue for orders, executions and positions, if it can be asked and is not being asked already.
    mutating func startReconciliation() {
        guard configuration.reconciles, sessionIsUp, reconciliation.phase == .idle else { return }
        outputCounter += 1
        reconciliation.begin(&orders, now: now, sequence: outputCounter)
        sendQuestions()
        refreshBlock()
    }

    /// Asks again what was not answered in time; on the risk timer.
    mutating func tickReconciliation() {
        guard sessionIsUp, reconciliation.phase != .idle else { return }
        outputCounter += 1
        reconciliation.tick(&orders, now: now, sequence: outputCounter)
        sendQuestions()
        if reconciliation.phase == .idle { reconciliationEnded() }
    }

    /// Takes a report in that belongs to the reconciliation, whatever else it changed.
    mutating func observe(_ event: martlet.OrderEvent, _ outcome: OrderOutcome) {
        let instrument = Int(event.instrument)
        let position = instrument < laneCount ? ledger.position(instrument) : 0
        switch reconciliation.observe(event, outcome, position: position) {
        case .none: break
        case .resolveAbsent: resolveAbsent(event)
        case .conclude: conclude()
        }
        sendQuestions()
    }

    private mutating func resolveAbsent(_ event: martlet.OrderEvent) {
        while let outcome = reconciliation.nextAbsent(&orders) { book(outcome, event) }
        reconciliation.requestPositions(now: now)
    }

    private mutating func conclude() {
        guard let cash = try? ledger.cash() else { return failSafe(.invariant) }
        let traded = cash - ledger.initialEquity
        let ended = withUnsafeTemporaryAllocation(of: Int64.self, capacity: laneCount) { positions in
            for instrument in 0..<laneCount { positions[instrument] = ledger.position(instrument) }
            return reconciliation.conclude(orders, positions: UnsafeBufferPointer(positions), cash: traded, now: now)
        }
        if ended { reconciliationEnded() }
    }

    /// Says what was found; orders at the venue that are not ours, or are not wanted any more, are canceled.
    private mutating func reconciliationEnded() {
        note(.reconciliation, instrument: nil, code: UInt16(clamping: reconciliation.differences.count + reconciliation.unlisted))
        counters.reconciliations += 1
        counters.differences += UInt64(reconciliation.differences.count + reconciliation.unlisted)
        cancelUnwanted()
        refreshBlock()
        for instrument in 0..<laneCount { pursue(instrument) }
    }

    private mutating func sendQuestions() {
        while let question = reconciliation.nextRequest() {
            var command = request(question.command, number: UInt64(question.number))
            command.stop_price = question.since
            output.append(command)
        }
    }
}
