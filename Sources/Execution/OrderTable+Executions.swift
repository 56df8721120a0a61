import CxxEvent

// Executions, busts and corrections.
extension OrderTable {
    /// Books an execution once, whichever way and however often it is told.
    mutating func applyExecution(_ report: martlet.OrderEvent) -> OrderOutcome {
        guard OrderTable.isPlausible(report), report.last_quantity > 0,
            report.execution.high != 0 || report.execution.low != 0
        else { return aside(report, .malformed) }
        let found = find(report)
        let index = found >= 0 && matches(report, found) ? found : -1
        let key = ExecutionMemory.key(report.execution, report.instrument)
        var outcome = OrderOutcome()
        let before = index >= 0 ? Tally(records[index]) : Tally(OrderRecord())
        let wasOpen = index >= 0 && records[index].isOpen
        var isNew = false
        let isReplay =
            OrderTable.isRepetition(report) || report.kind == .trade_report
            || report.flags & UInt16(martlet.order_flag_recovered.rawValue) != 0
        if let entry = known(report, index, key, isToldAsNew: !isReplay) {
            repeated(report, entry, &outcome)
        } else {
            if isReplay && report.exchange_time <= executions.horizon { return aside(report, .beyondMemory) }
            isNew = true
            remember(report, index, key, .booked)
            outcome.filled = ExecutionLeg(report.last_quantity, report.last_price, report.fee)
            lastExecutionTime = max(lastExecutionTime, report.exchange_time)
        }
        guard index >= 0 else { return foreign(report, found, &outcome) }
        if isNew { records[index].filled = records[index].filled + LastQuantity(report.last_quantity) }
        state(report, index, &outcome)
        if isNew { replaceAccepted(index, atMost: report.last_quantity, &outcome) }
        settle(index, before, &outcome)
        if isNew && outcome.anomaly == .none && outcome.replaced.isEmpty {
            let ordered = max(records[index].quantity, records[index].pendingReplace != 0 ? records[index].pendingQuantity : 0)
            if records[index].filled.lots > ordered {
                outcome.anomaly = .overfill
            } else if !wasOpen {
                outcome.anomaly = .fillAfterClose
            }
        }
        noteGap(index, &outcome)
        return outcome
    }

    /// An operator accepted lots on the venue's count alone. Where the books now have more than it counts, what came was among them, or
    /// takes it back (a bust, a correction of what was never told), and they go: no lot is booked twice. An execution that is news
    /// raises the count by as much as it fills.
    private mutating func replaceAccepted(_ index: Int, atMost lots: Int64, _ outcome: inout OrderOutcome) {
        let excess = records[index].filled.lots - records[index].reported.lots
        let replaced = min(excess, records[index].accepted, lots)
        guard replaced > 0 else { return }
        records[index].accepted -= replaced
        records[index].filled = records[index].filled - LastQuantity(replaced)
        outcome.replaced = ExecutionLeg(replaced, records[index].acceptedPrice, 0)
    }

    /// Whether the venue says, or may be saying, once more what it said before.
    static func isRepetition(_ report: martlet.OrderEvent) -> Bool {
        report.flags & UInt16(martlet.order_flag_possible_duplicate.rawValue | martlet.order_flag_possible_resend.rawValue) != 0
    }

    /// The execution that a report is about, if it is remembered. A venue may use an id again for another order, and for
    /// the same one on another day; but only what is told as new can be that, since a repetition may bear the time
    /// at which it was repeated.
    func known(
        _ report: martlet.OrderEvent, _ index: Int, _ key: (high: UInt64, low: UInt64), isToldAsNew: Bool
    ) -> UnsafeMutablePointer<ExecutionEntry>? {
        var entry = executions.find(key.high, key.low)
        while let found = entry {
            if !isOfAnotherOrder(report, index, found.pointee) && !(isToldAsNew && isOfAnotherDay(report, found.pointee)) { return found }
            entry = executions.former(found)
        }
        return nil
    }

    /// Whether report and execution name different orders. Where either names none they do not.
    private func isOfAnotherOrder(_ report: martlet.OrderEvent, _ index: Int, _ entry: ExecutionEntry) -> Bool {
        let known = entry.client == 0 ? -1 : clients.find(0, entry.client)
        if index >= 0 && known >= 0 { return index != known }
        if report.client_order != 0 && report.client_order == entry.client { return false }
        let (stated, remembered) = (report.venue_order, entry.venue)
        let areNamed = stated.high | stated.low != 0 && remembered.high | remembered.low != 0
        return areNamed && (stated.high != remembered.high || stated.low != remembered.low)
    }

    private func isOfAnotherDay(_ report: martlet.OrderEvent, _ entry: ExecutionEntry) -> Bool {
        report.exchange_time != 0 && entry.time != 0 && report.exchange_time.distance(to: entry.time).magnitude >= 86_400_000_000_000
    }

    /// An execution that is known: as booked, or after the bust or correction that overtook it.
    private mutating func repeated(
        _ report: martlet.OrderEvent, _ entry: UnsafeMutablePointer<ExecutionEntry>,
        _ outcome: inout OrderOutcome
    ) {
        outcome.isDuplicate = true
        switch entry.pointee.state {
        case .booked:
            if entry.pointee.quantity != report.last_quantity || entry.pointee.price != report.last_price {
                outcome.anomaly = .conflictingDuplicate
            }
        case .corrected, .busted: break
        }
    }

    /// A bust or correction: `execution` is the execution that it is about.
    mutating func applyRevision(_ report: martlet.OrderEvent) -> OrderOutcome {
        guard report.execution.high != 0 || report.execution.low != 0 else { return aside(report, .malformed) }
        let isBust = report.exec_type == .trade_cancel
        guard isBust || report.last_quantity > 0 else { return aside(report, .malformed) }
        let found = find(report)
        let index = found >= 0 && matches(report, found) ? found : -1
        let key = ExecutionMemory.key(report.execution, report.instrument)
        let before = index >= 0 ? Tally(records[index]) : Tally(OrderRecord())
        var outcome = OrderOutcome()
        if let entry = known(report, index, key, isToldAsNew: false) {
            revise(report, entry, index, isBust, &outcome)
        } else if isBust {
            remember(report, index, key, .busted)
            outcome.anomaly = .bustOfUnknown
        } else {
            remember(report, index, key, .corrected)
            outcome.filled = ExecutionLeg(report.last_quantity, report.last_price, report.fee)
            outcome.anomaly = .bustOfUnknown
            if index >= 0 { records[index].filled = records[index].filled + LastQuantity(report.last_quantity) }
        }
        guard index >= 0 else { return foreign(report, found, &outcome) }
        reopen(report, index)
        state(report, index, &outcome)
        if !outcome.isDuplicate { replaceAccepted(index, atMost: .max, &outcome) }
        settle(index, before, &outcome)
        if outcome.anomaly == .none && !before.isOpen && records[index].isOpen { outcome.anomaly = .reopened }
        noteGap(index, &outcome)
        return outcome
    }

    private mutating func revise(
        _ report: martlet.OrderEvent, _ entry: UnsafeMutablePointer<ExecutionEntry>, _ index: Int, _ isBust: Bool,
        _ outcome: inout OrderOutcome
    ) {
        let old = entry.pointee
        // The latest correction counts; a bust is final.
        let isStale = !isBust && old.state != .booked && report.exchange_time <= old.time
        if old.state == .busted || isStale {
            outcome.isDuplicate = true
            return
        }
        let lots = isBust ? 0 : report.last_quantity
        outcome.reversed = ExecutionLeg(old.quantity, old.price, old.fee)
        if !isBust { outcome.filled = ExecutionLeg(lots, report.last_price, report.fee) }
        entry.pointee.quantity = lots
        entry.pointee.price = report.last_price
        entry.pointee.fee = report.fee
        entry.pointee.time = report.exchange_time
        entry.pointee.state = isBust ? .busted : .corrected
        guard index >= 0 else { return }
        records[index].filled = records[index].filled - LastQuantity(old.quantity) + LastQuantity(lots)
    }

    /// After a bust an order that had filled works again, or is closed with less.
    private mutating func reopen(_ report: martlet.OrderEvent, _ index: Int) {
        let time = OrderTable.time(report)
        if report.leaves_quantity > 0 {
            records[index].reopenedTime = max(records[index].reopenedTime, time)
            // A sweep under way may have been answered before, when the venue did not have it working.
            if !OrderTable.isRepetition(report) { records[index].sweep = sweep }
        } else if report.status != .filled {
            records[index].end(.canceled, time: time)
        }
    }

    mutating func remember(
        _ report: martlet.OrderEvent, _ index: Int, _ key: (high: UInt64, low: UInt64), _ state: ExecutionEntry.State
    ) {
        let lots = state == .busted ? 0 : report.last_quantity
        executions.insert(
            ExecutionEntry(
                high: key.high, low: key.low, quantity: lots, price: report.last_price, fee: report.fee,
                time: report.exchange_time, state: state, client: index >= 0 ? records[index].client : report.client_order,
                venue: report.venue_order))
    }

    /// The outcome of an execution without an order of ours: the books must have it all the same.
    private mutating func foreign(
        _ report: martlet.OrderEvent, _ found: Int, _ outcome: inout OrderOutcome
    ) -> OrderOutcome {
        outcome.client = report.client_order
        outcome.instrument = report.instrument
        outcome.side = report.side
        outcome.isForeign = true
        outcome.isTerminal = true
        if report.side == .none {
            outcome.filled = ExecutionLeg()
            outcome.reversed = ExecutionLeg()
            outcome.anomaly = .malformed
        } else if outcome.anomaly == .none && !outcome.isDuplicate {
            outcome.anomaly = found >= 0 ? .mismatch : .foreignFill
        }
        return outcome
    }
}
