internal import CxxEvent
internal import Execution
internal import Portfolio
internal import Risk

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

    /// Asks again what was not answered in time, and compares again what the last comparison may have missed; on the
    /// risk timer.
    mutating func tickReconciliation() {
        guard sessionIsUp else { return }
        if reconciliation.isAnotherDue(now: now) {
            startReconciliation()
            return resolveIfAnswered()
        }
        guard reconciliation.phase != .idle else { return }
        outputCounter += 1
        reconciliation.tick(&orders, now: now, sequence: outputCounter)
        sendQuestions()
        if reconciliation.phase == .idle { reconciliationEnded() }
        resolveIfAnswered()
    }

    /// Takes a report in that belongs to the reconciliation, whatever else it changed.
    mutating func observe(_ event: martlet.OrderEvent, _ outcome: OrderOutcome) {
        let instrument = Int(event.instrument)
        let position = instrument < laneCount ? ledger.position(instrument) : 0
        let cash = event.kind == .position_report ? (try? ledger.cash() - ledger.initialEquity) : nil
        switch reconciliation.observe(event, outcome, position: position, cash: cash) {
        case .none: break
        case .resolveAbsent: resolveAbsent(event)
        case .conclude: conclude()
        }
        sendQuestions()
        resolveIfAnswered(event)
    }

    /// Goes on where orders were asked for one by one and each is answered: at once where there is none. Never from within
    /// the booking of a report: what it changed is not in ledger and gate before.
    mutating func resolveIfAnswered(_ event: martlet.OrderEvent = martlet.OrderEvent()) {
        while reconciliation.isEachAnswered(orders) { resolveAbsent(event) }
    }

    private mutating func resolveAbsent(_ event: martlet.OrderEvent) {
        while let outcome = reconciliation.nextAbsent(&orders) { book(outcome, event) }
        if !reconciliation.requestPositions(now: now) { conclude() }
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
        let isAnswered = !reconciliation.differences.contains { $0.kind == .noAnswer }
        note(.reconciliation, instrument: nil, code: UInt16(clamping: reconciliation.differences.count + reconciliation.unlisted))
        counters.reconciliations += 1
        counters.differences += UInt64(reconciliation.differences.count + reconciliation.unlisted)
        for difference in reconciliation.differences {
            note(
                .difference, instrument: difference.instrument == .max ? nil : Int(difference.instrument), code: UInt16(difference.kind.rawValue),
                id: difference.client, value: Double(difference.venue &- difference.ours))
        }
        if reconciliation.isAccepting && isAnswered { takeOverAccepted() }
        cancelUnwanted()
        refreshBlock()
        for instrument in 0..<laneCount { pursue(instrument) }
    }

    /// An operator's decision: what the last comparison found at the venue is right, and ours is wrong. Fills may have come
    /// since, so the venue is asked once more, and what it states then is taken over.
    mutating func acceptVenue() {
        reconciliation.accept()
        startReconciliation()
        resolveIfAnswered()
    }

    /// Books the differences that an operator accepted, at the present price and without a fee; executions that the venue
    /// counts and cannot tell are given up. Then everything is compared anew.
    private mutating func takeOverAccepted() {
        for instrument in 0..<laneCount {
            if let lots = reconciliation.acceptedDifference(instrument: instrument) { takeOver(instrument, lots) }
        }
        var index = orders.nextOpen(after: -1)
        while index >= 0 {
            if let order = orders.view(index), order.missing > 0 { giveUpMissing(index, order) }
            index = orders.nextOpen(after: index)
        }
        bookCopies()
        reconciliation.accepted()
        startReconciliation()
    }

    /// Where the venue states neither executions nor positions, what the drop copy told is all there is to take over. A
    /// correction's former numbers are nowhere: it stays for somebody to restate.
    private mutating func bookCopies() {
        guard !reconciliation.settings.answers.contains(.positions) else { return }
        while let copy = reconciliation.nextAcceptable(&orders) {
            let buys = (copy.side == .buy) == (copy.exec_type == .trade)
            takeOver(Int(copy.instrument), buys ? copy.last_quantity : -copy.last_quantity)
        }
    }

    /// Where the venue states no positions, its count of an order's executions is all there is to take over. What cannot be booked now
    /// stays missing.
    private mutating func giveUpMissing(_ index: Int, _ order: Execution.OrderView) {
        var price: Int64?
        if !reconciliation.settings.answers.contains(.positions) && !order.isForeign {
            price = takeOver(Int(order.instrument), order.side == .buy ? order.missing : -order.missing)
            guard price != nil else { return }
        }
        let outcome = orders.acceptMissing(index, bookedAt: price)
        if outcome.openOrdersChange < 0 { countEnd(outcome) }
        if !outcome.isForeign { lanes[Int(outcome.instrument)].openOrders += outcome.openOrdersChange }
        adjustGate(outcome)
    }

    /// Books a difference at the present price, and returns that; nil: it cannot be booked now.
    @discardableResult
    private mutating func takeOver(_ instrument: Int, _ lots: Int64) -> Int64? {
        let position = ledger.position(instrument)
        let (wanted, overflow) = position.addingReportingOverflow(lots)
        let price = lots >= 0 ? lanes[instrument].ask : lanes[instrument].bid
        // Without a price there is nothing to book it at: the difference stays, and the operator may ask again.
        guard !overflow, price != 0 else { return nil }
        do throws(LedgerError) {
            try ledger.restate(instrument: instrument, position: wanted, price: price)
        } catch {
            failSafe(.invariant)
            return nil
        }
        let id = UInt32(instrument)
        gate.restate(
            instrument: instrument, position: wanted, openBuy: orders.openLots(instrument: id, side: .buy),
            openSell: orders.openLots(instrument: id, side: .sell))
        note(.accepted, instrument: instrument, code: 0, value: Double(lots))
        markPrices(instrument)
        placeStop(instrument)
        feedEquity()
        return price
    }

    private mutating func sendQuestions() {
        while let question = reconciliation.nextRequest(&orders) {
            var command = request(question.command, number: UInt64(question.number))
            command.stop_price = question.since
            command.client_order = question.client
            command.instrument = question.instrument
            command.side = question.side
            output.append(command)
        }
    }
}
