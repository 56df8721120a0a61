internal import CxxBook
public import CxxEvent
internal import Execution
internal import Portfolio
internal import Risk

extension Engine {
    /// Sends what is missing between the lane's target and its position, one order at a time.
    ///
    /// Never crosses zero in one order: what closes goes first, so that it is exempt from limits on new risk and the
    /// rest is judged on its own. Waits while an order of the instrument is open; gives up after
    /// `attemptsPerDecision`, but never on the exit of a protective stop: that one goes on with every risk timer.
    mutating func pursue(_ instrument: Int) {
        guard lanes[instrument].pursuing else { return }
        guard !hasOpenOrder(instrument) else { return }
        let position = ledger.position(instrument)
        let missing = lanes[instrument].target - position
        guard missing != 0 else {
            lanes[instrument].pursuing = false
            return
        }
        guard lanes[instrument].attempts < configuration.attemptsPerDecision, lanes[instrument].hasMarket, lanes[instrument].status == .open else {
            lanes[instrument].pursuing = lanes[instrument].stopFired
            return
        }
        guard sessionIsUp || !configuration.reconciles else {
            lanes[instrument].attempts += 1
            return
        }
        let closes = position != 0 && missing.signum() != position.signum()
        let lots = closes ? min(missing.magnitude, position.magnitude) : missing.magnitude
        let reason = submit(instrument, side: missing > 0 ? .buy : .sell, lots: Int64(clamping: lots))
        // The same order again so soon looks like a loop. The risk timer comes back to it, and no attempt was made.
        guard reason != .duplicateOrder else { return }
        lanes[instrument].attempts += 1
        // What time cures is tried again on the risk timer, within the same number of attempts.
        if reason != .none && !reason.passesWithTime { lanes[instrument].pursuing = lanes[instrument].stopFired }
    }

    /// An order of ours is open in the instrument: its end is waited for.
    mutating func hasOpenOrder(_ instrument: Int) -> Bool { lanes[instrument].openOrders > 0 }

    /// Offers one order to the gate; released only if it passes. Returns why it did not. What repeats an order of a
    /// moment ago is not even offered.
    private mutating func submit(_ instrument: Int, side: martlet.Side, lots: Int64) -> DenyReason {
        let lane = lanes + instrument
        var command = martlet.Command()
        command.kind = .command
        command.command = .new_order
        command.receive_time = now
        command.cause = cause
        command.instrument = UInt32(instrument)
        command.side = side
        // A position that grew beyond what one order may have still has its way out: in parts.
        command.quantity = max(min(lots, gate.maximumOrder(instrument)), 1)
        command.decision = lane.pointee.decision
        command.algorithm = configuration.algorithm
        command.client_order = martlet.make_client_order(epoch, orderCounter + 1)
        lane.pointee.price(&command, style: configuration.style)
        guard gate.evaluate(command, now: now) != .duplicateOrder else { return .duplicateOrder }
        let reason = gate.check(command, now: now)
        guard reason == .none else {
            guard !lane.pointee.stopFired || lane.pointee.exitDenied != reason.rawValue else { return reason }
            lane.pointee.exitDenied = reason.rawValue
            counters.denials += 1
            note(.denial, instrument: instrument, code: reason.rawValue, id: command.decision, side: side, value: Double(lots))
            return reason
        }
        return release(&command) ? .none : .openOrders
    }

    /// Goes on with what a moment's denial held up, and with the exits of protective stops.
    mutating func pursueAgain() {
        for instrument in 0..<laneCount where lanes[instrument].pursuing {
            if lanes[instrument].stopFired { lanes[instrument].attempts = 0 }
            pursue(instrument)
        }
    }

    /// Takes a command that the gate passed into the order table and says it.
    private mutating func release(_ command: inout martlet.Command) -> Bool {
        orderCounter += 1
        outputCounter += 1
        command.sequence = outputCounter
        let status = orders.release(command)
        guard status == .ok else {
            if command.command == .new_order {
                gate.orderClosed(instrument: Int(command.instrument), side: command.side, lots: command.quantity, time: now)
            }
            note(.anomaly, instrument: Int(command.instrument), code: UInt16(status.rawValue) | Engine.releaseAnomaly, id: command.client_order)
            return false
        }
        if command.command == .new_order {
            counters.ordersSubmitted += 1
            lanes[Int(command.instrument)].openOrders += 1
        } else {
            counters.cancelsSubmitted += 1
        }
        output.append(command)
        return true
    }

    /// Set in the code of an anomaly note that is a `ReleaseStatus`.
    public static let releaseAnomaly: UInt16 = 0x100

    /// Cancels every open order that is not being canceled, or only those that are not ours. One that came under an id
    /// that is no client order id of ours has none to be canceled by: the report names it, the venue must. `foreignSince`:
    /// a stranger's order only where its last cancel was sent by then.
    mutating func cancelAll(isEmergency: Bool, foreignOnly: Bool = false, foreignSince: Int64 = .max) {
        var index = orders.nextOpen(after: -1)
        while index >= 0 {
            if let order = orders.view(index), order.pendingCancel == 0, order.client != 0,
                order.isForeign ? order.sentTime <= foreignSince : !foreignOnly
            {
                cancel(order, isEmergency: isEmergency)
            }
            index = orders.nextOpen(after: index)
        }
    }

    /// Cancels what must not be open: all, where the kill switch is thrown or the run ends; else what is not ours. A cancel
    /// may have been lost, or refused, so this is repeated until nothing is left: a stranger's less often, since there the
    /// refusal may be the venue's last word.
    mutating func cancelUnwanted() {
        guard sessionIsUp, orders.openOrders > 0 else { return }
        let isKilled = gate.killSwitch.isTripped && !gate.killSwitch.cause.allowsReducing
        cancelAll(isEmergency: gate.killSwitch.isTripped, foreignOnly: !isKilled && !isStopping, foreignSince: now - configuration.orderTimeout)
    }

    /// Asks what became of orders and changes that the venue has not answered in time.
    mutating func askOverdue() {
        guard sessionIsUp, orders.openOrders > 0 else { return }
        var index = -1
        let isComparing = reconciliation.phase != .idle
        while let outcome = orders.nextOverdue(
            after: index, since: now - configuration.orderTimeout, now: now, isComparing: isComparing)
        {
            index = outcome.index
            counters.anomalies += 1
            note(.anomaly, instrument: Int(outcome.instrument), code: outcome.anomaly.rawValue, id: outcome.client)
            askStatus(outcome)
        }
        refreshBlock()
    }

    /// A cancel for every open order, past the gate and the journal: for a host whose journal has failed, since to leave
    /// orders open unwatched would be worse than to cancel them unrecorded.
    public mutating func emergencyCancels() -> [martlet.Command] {
        var commands: [martlet.Command] = []
        var index = orders.nextOpen(after: -1)
        while index >= 0 {
            if let order = orders.view(index), order.client != 0 {
                orderCounter += 1
                var command = cancelCommand(order, isEmergency: true)
                command.client_order = martlet.make_client_order(epoch, orderCounter)
                commands.append(command)
            }
            index = orders.nextOpen(after: index)
        }
        return commands
    }

    @discardableResult
    mutating func cancel(_ order: Execution.OrderView, isEmergency: Bool) -> Bool {
        var command = cancelCommand(order, isEmergency: isEmergency)
        let reason = gate.check(command, now: now)
        guard reason == .none else {
            counters.denials += 1
            note(.denial, instrument: Int(order.instrument), code: reason.rawValue, id: order.client, side: order.side)
            return false
        }
        return release(&command)
    }

    private func cancelCommand(_ order: Execution.OrderView, isEmergency: Bool) -> martlet.Command {
        var command = martlet.Command()
        command.kind = .command
        command.command = .cancel
        command.receive_time = now
        command.cause = cause
        command.instrument = order.instrument
        command.side = order.side
        command.quantity = order.quantity
        command.original_client_order = order.client
        command.client_order = martlet.make_client_order(epoch, orderCounter + 1)
        command.flags = isEmergency ? UInt16(martlet.command_flag_emergency.rawValue) : 0
        return command
    }

    /// Consumes what the venue said.
    public mutating func consume(order event: martlet.OrderEvent) {
        begin(sequence: event.sequence, time: event.receive_time)
        wakeStartedTimers()
        if event.flags & UInt16(martlet.order_flag_copy.rawValue) != 0 { return hear(copy: event) }
        switch event.kind {
        case .session_up:
            sessionIsUp = true
            startReconciliation()
            resolveIfAnswered()
        case .session_down:
            loseSession()
        default:
            let outcome = orders.apply(event)
            book(outcome, event)
            observe(event, outcome)
        }
        refreshBlock()
    }

    /// Tells ledger, gate and lane what a report changed: each once.
    mutating func book(_ outcome: OrderOutcome, _ event: martlet.OrderEvent) {
        let instrument = Int(outcome.instrument)
        if outcome.anomaly != .none { anomaly(outcome, event) }
        if outcome.openOrdersChange < 0 { countEnd(outcome) }
        if loopBreaker.observe(outcome, time: now) { halt(instrument) }
        guard outcome.changesBooks, instrument < laneCount else { return }
        if !outcome.isForeign { lanes[instrument].openOrders += outcome.openOrdersChange }
        do throws(LedgerError) {
            let replaced = outcome.replaced
            if !replaced.isEmpty {
                let lots = outcome.side == .buy ? replaced.quantity.lots : -replaced.quantity.lots
                try ledger.restate(instrument: instrument, position: ledger.position(instrument) &- lots, price: replaced.price)
            }
            let reversed = outcome.reversed
            if !reversed.isEmpty {
                try ledger.reverse(
                    instrument: instrument, side: outcome.side, price: reversed.price, lots: reversed.quantity.lots, fee: reversed.fee)
            }
            let filled = outcome.filled
            if !filled.isEmpty {
                let realised = ledger.summary(instrument).realised
                try ledger.apply(
                    instrument: instrument, side: outcome.side, price: filled.price, lots: filled.quantity.lots, fee: filled.fee)
                fills.append(fill(outcome, event, realisedBefore: realised))
            }
        } catch {
            failSafe(.invariant)
        }
        adjustGate(outcome)
        if outcome.positionChange != 0 {
            markPrices(instrument)
            placeStop(instrument)
            feedEquity()
        }
        if outcome.isTerminal { pursue(instrument) }
    }

    /// Tells the gate what changed. Where that contradicts its own numbers it trips the kill switch.
    mutating func adjustGate(_ outcome: OrderOutcome) {
        let before = gate.killSwitch
        gate.adjust(
            instrument: Int(outcome.instrument), side: outcome.side, position: outcome.positionChange, openLots: outcome.leavesChange,
            openOrders: outcome.openOrdersChange, time: now)
        if gate.killSwitch != before { killSwitchTripped() }
    }

    private func fill(_ outcome: OrderOutcome, _ event: martlet.OrderEvent, realisedBefore: Int64) -> BookedFill {
        let instrument = Int(outcome.instrument)
        let leg = outcome.filled
        return BookedFill(
            instrument: outcome.instrument, side: outcome.side, price: leg.price, lots: leg.quantity.lots, fee: leg.fee,
            realised: ledger.summary(instrument).realised - realisedBefore, time: now, exchangeTime: event.exchange_time,
            clientOrder: outcome.client, decision: orders.find(outcome.client)?.decision ?? 0, bid: lanes[instrument].bid,
            ask: lanes[instrument].ask, decisionMiddle: lanes[instrument].decisionMiddle)
    }

    mutating func countEnd(_ outcome: OrderOutcome) {
        switch outcome.status {
        case .filled: counters.ordersFilled += 1
        case .rejected: counters.ordersRejected += 1
        default:
            if outcome.cumulative.lots > 0 { counters.ordersPartiallyFilled += 1 } else { counters.ordersCanceled += 1 }
        }
    }

    /// The same refusal again and again: a loop, not a strategy.
    private mutating func halt(_ instrument: Int) {
        gate.setHalted(instrument: instrument, true)
        lanes[instrument].pursuing = lanes[instrument].stopFired
        note(.halt, instrument: instrument, code: 0)
    }

    private mutating func anomaly(_ outcome: OrderOutcome, _ event: martlet.OrderEvent) {
        counters.anomalies += 1
        note(.anomaly, instrument: Int(event.instrument), code: outcome.anomaly.rawValue, id: event.client_order)
        switch outcome.anomaly.remedy {
        case .none: break
        case .orderStatus: askStatus(outcome)
        case .trades, .reconcile:
            reconciliation.disturbed(by: event, outcome)
            startReconciliation()
        }
    }

    private mutating func askStatus(_ outcome: OrderOutcome) {
        guard sessionIsUp else { return }
        // A number of its own: what becomes of the question is not what becomes of the order.
        var command = request(.order_status, number: UInt64(reconciliation.takeNumber()))
        command.instrument = outcome.instrument
        command.side = outcome.side
        command.client_order = outcome.client
        orders.asked(outcome.client)
        output.append(command)
    }

    /// A command that asks and changes nothing.
    func request(_ kind: martlet.CommandKind, number: UInt64) -> martlet.Command {
        var command = martlet.Command()
        command.kind = .command
        command.command = kind
        command.receive_time = now
        command.cause = cause
        command.instrument = .max
        command.request = number
        return command
    }

    /// The session is gone: what was open is unknown until the venue has stated it.
    mutating func loseSession() {
        sessionIsUp = false
        orders.markAllUnverified()
        reconciliation.sessionLost()
        refreshBlock()
    }

    /// New risk is blocked while anything is unresolved.
    mutating func refreshBlock() {
        gate.setBlocked(
            orders.unresolvedOrders > 0 || orders.overflowedOrders > 0
                || (configuration.reconciles && (!sessionIsUp || reconciliation.isBlocking)))
    }
}

extension DenyReason {
    /// Whether the same order may pass a moment later, with nobody having changed anything.
    var passesWithTime: Bool {
        switch self {
        case .duplicateOrder, .orderRate, .openOrders, .staleMarketData, .unresolved, .cancelBudget: true
        default: false
        }
    }
}
