import CxxEvent

extension OrderTable {
    /// Takes in whatever a venue or our own sending side said: the one way in for live, resent, replayed and
    /// recovered reports.
    ///
    /// Never throws and never stops on bad input: what cannot be is set aside with an anomaly. O(1) but for
    /// `session_down`, which makes every open order unknown.
    public mutating func apply(_ report: martlet.OrderEvent) -> OrderOutcome {
        switch report.kind {
        case .execution_report: return applyExecutionReport(report)
        case .trade_report: return applyExecution(report)
        case .cancel_reject: return applyChangeReject(report)
        case .business_reject, .send_failed: return applyRefusal(report)
        case .session_reject:
            if clients.find(0, report.client_order) >= 0 { return applyRefusal(report) }
            var outcome = OrderOutcome()
            outcome.anomaly = .sessionReject
            outcome.reject = report.reason
            return outcome
        case .session_down:
            markAllUnverified()
            return OrderOutcome()
        default:
            return OrderOutcome()
        }
    }

    private mutating func applyExecutionReport(_ report: martlet.OrderEvent) -> OrderOutcome {
        guard OrderTable.isPlausible(report) else { return aside(report, .malformed) }
        switch report.exec_type {
        case .trade where report.last_quantity > 0: return applyExecution(report)
        case .trade_cancel, .trade_correct: return applyRevision(report)
        default: break
        }
        let index = find(report)
        guard index >= 0 else { return applyForeign(report) }
        guard matches(report, index) else { return aside(report, .mismatch) }
        var outcome = OrderOutcome()
        let before = Tally(records[index])
        state(report, index, &outcome)
        if report.exec_type == .rejected {
            outcome.reject = report.reason == .none ? .other : report.reason
        }
        settle(index, before, &outcome)
        noteGap(index, &outcome)
        return outcome
    }

    /// What a report states of its order, executions apart: every line only raises what is known.
    mutating func state(_ report: martlet.OrderEvent, _ index: Int, _ outcome: inout OrderOutcome) {
        learnVenueOrder(report, index)
        let isAnswer = report.exec_type == .order_status || report.flags & UInt16(martlet.order_flag_status.rawValue) != 0
        if isAnswer && !OrderTable.isRepetition(report) { answered(index) }
        if isAnswer && report.status == .rejected && report.reason == .unknown_order {
            if report.client_order == 0 || report.client_order == records[index].client {
                conclude(index, &outcome)
            } else {
                settleChange(report.client_order, index)
            }
            return
        }
        if report.client_order != 0 && report.client_order == records[index].pendingReplace,
            report.exec_type != .pending_replace, report.exec_type != .rejected, report.status != .pending_replace
        {
            acceptReplacement(index)
        }
        let isAboutChange = report.client_order != 0
            && (report.client_order == records[index].pendingReplace || report.client_order == records[index].pendingCancel)
        if !(report.exec_type == .rejected && isAboutChange) {
            join(OrderTable.ending(report), index, report, isAnswer, &outcome)
        } else {
            settleChange(report.client_order, index)
        }
        if report.kind == .execution_report {
            // An execution is known by its id, so that it is clear whether it was heard before.
            let isExecution = report.exec_type == .trade || report.exec_type == .trade_cancel || report.exec_type == .trade_correct
            let isResent = !isExecution && OrderTable.isRepetition(report)
            records[index].state(
                CumulativeQuantity(report.cumulative_quantity), time: OrderTable.time(report),
                tie: outcome.isDuplicate ? .former : isResent ? .higher : .later)
        }
        if report.exec_type == .restated && report.leaves_quantity > 0 && records[index].reportedTime == OrderTable.time(report) {
            records[index].quantity = report.cumulative_quantity + report.leaves_quantity
        }
        if report.exec_type != .pending_new { records[index].isAcknowledged = true }
        let wasOverdue = records[index].isUnanswered && !records[index].isUnverified
        if !OrderTable.isRepetition(report) { records[index].isUnanswered = false }
        if isAnswer {
            // A change may have been sent after the question, and arrive after the answer: only a sweep can tell.
            records[index].holdsChange = report.status == .pending_replace || report.status == .pending_cancel
            if wasOverdue && records[index].hasPendingChange && !records[index].holdsChange && outcome.anomaly == .none {
                outcome.anomaly = .changeUnanswered
            }
            records[index].isUnverified = false
            records[index].sweep = sweep
        }
    }

    /// Takes an ending over where it is stronger (a replacement stays pending: its answer may still come and
    /// states what was ordered); a working order that we took for over lives again, and so does a filled one
    /// that the venue, asked later, states as working: the bust between was not told.
    private mutating func join(
        _ ending: Ending, _ index: Int, _ report: martlet.OrderEvent, _ isAnswer: Bool, _ outcome: inout OrderOutcome
    ) {
        if ending != .none {
            records[index].end(ending, time: OrderTable.time(report))
            if report.client_order == records[index].pendingCancel { settleChange(report.client_order, index) }
        } else if ending == .none && records[index].ending.isOurs && report.leaves_quantity > 0 {
            records[index].ended = .none
            records[index].isUnverified = true
            outcome.anomaly = .resurrected
        } else if isAnswer && records[index].ending == .filled && report.leaves_quantity > 0
            && OrderTable.time(report) > records[index].filledTime
        {
            records[index].reopenedTime = OrderTable.time(report)
            outcome.anomaly = .reopened
        }
    }

    /// The venue does not know the order: it never arrived, or the venue forgot it after acknowledging it.
    mutating func conclude(_ index: Int, _ outcome: inout OrderOutcome) {
        let wasKnown = records[index].isAcknowledged || records[index].filled.lots > 0
        if wasKnown && records[index].isOpen { outcome.anomaly = .lostAtVenue }
        let ending: Ending = wasKnown ? .absent : .neverArrived
        records[index].end(ending, time: 0)
        dropPending(index)
        records[index].isUnanswered = false
        records[index].isUnverified = false
    }

    private mutating func applyChangeReject(_ report: martlet.OrderEvent) -> OrderOutcome {
        let index = find(report)
        guard index >= 0 else { return aside(report, .late) }
        var outcome = OrderOutcome()
        let before = Tally(records[index])
        outcome.reject = report.reason == .none ? .other : report.reason
        outcome.rejectsChange = true
        settleChange(report.client_order, index)
        records[index].isUnanswered = false
        switch report.status {
        // How much it filled is only known where nothing may have changed how much there was to fill.
        case .filled where records[index].pendingReplace == 0:
            records[index].state(CumulativeQuantity(records[index].quantity), time: OrderTable.time(report), tie: .higher)
            records[index].end(.filled, time: OrderTable.time(report))
        // After a lost session executions may be untold, and a refusal does not count them.
        case .canceled where !records[index].isUnverified, .expired where !records[index].isUnverified:
            records[index].end(report.status == .canceled ? .canceled : .expired, time: OrderTable.time(report))
        default:
            let isDone = report.status == .filled || report.status == .canceled || report.status == .expired
                || report.reason == .too_late || report.reason == .unknown_order
            if isDone && records[index].isOpen {
                records[index].isUnverified = true
                records[index].askedTime = report.receive_time
                outcome.anomaly = .tooLate
            }
        }
        settle(index, before, &outcome)
        noteGap(index, &outcome)
        return outcome
    }

    /// A message that the venue could not process, or that never left our side.
    private mutating func applyRefusal(_ report: martlet.OrderEvent) -> OrderOutcome {
        // A request that could not be sent names the order that it asks about: nothing happened to the order.
        if report.kind == .send_failed && report.reference_number != 0 { return OrderOutcome() }
        if report.flags & UInt16(martlet.order_flag_undecodable.rawValue) != 0 { return applyUnreadable(report) }
        let index = clients.find(0, report.client_order)
        guard index >= 0 else { return aside(report, .late) }
        var outcome = OrderOutcome()
        let before = Tally(records[index])
        if report.flags & UInt16(martlet.order_flag_uncertain.rawValue) != 0 {
            records[index].isUnanswered = records[index].isOpen
            records[index].askedTime = report.receive_time
            settle(index, before, &outcome)
            outcome.anomaly = .unanswered
            return outcome
        }
        outcome.reject = report.reason == .none ? .other : report.reason
        let record = records[index]
        if report.client_order == record.client && !record.isAcknowledged && record.filled.lots == 0 {
            records[index].end(report.kind == .send_failed ? .notSent : .refused, time: 0)
            records[index].isUnanswered = false
            records[index].isUnverified = false
        } else {
            outcome.rejectsChange = true
            settleChange(report.client_order, index)
        }
        settle(index, before, &outcome)
        return outcome
    }

    /// The venue said something that could not be read in full: it may have been anything, a fill too. The order is
    /// unknown until it is stated anew, and there, whatever the sweep under way finds.
    private mutating func applyUnreadable(_ report: martlet.OrderEvent) -> OrderOutcome {
        let index = find(report)
        guard index >= 0 else { return aside(report, .unreadable) }
        var outcome = OrderOutcome()
        let before = Tally(records[index])
        records[index].isUnverified = records[index].isOpen
        records[index].sweep = sweep
        settle(index, before, &outcome)
        outcome.anomaly = .unreadable
        return outcome
    }

    /// A report about an order that the table does not have.
    private mutating func applyForeign(_ report: martlet.OrderEvent) -> OrderOutcome {
        let isAnswer = report.exec_type == .order_status || report.flags & UInt16(martlet.order_flag_status.rawValue) != 0
        let isOurs = report.client_order != 0 && report.flags & UInt16(martlet.order_flag_foreign_id.rawValue) == 0
        let isWorking = report.leaves_quantity > 0 && OrderTable.ending(report) == .none
        // Our own closed order, told of once more: only an answer to a question can open it again.
        guard isWorking, isAnswer || !isOurs, report.side != .none else { return aside(report, .late) }
        return adopt(report)
    }

    /// Takes a working order of the venue into the table, to be canceled.
    mutating func adopt(_ report: martlet.OrderEvent) -> OrderOutcome {
        guard let index = takeSlot() else {
            overflowedOrders += 1
            return aside(report, .tableFull)
        }
        let before = Tally(OrderRecord())
        records[index].client = report.client_order
        records[index].instrument = report.instrument
        records[index].side = report.side
        records[index].quantity = report.cumulative_quantity + report.leaves_quantity
        records[index].isForeign = true
        records[index].sentTime = .min
        // Sent before every sweep: the next one that does not find it closes it.
        records[index].sentSequence = 0
        if report.client_order != 0 { clients.insert(0, report.client_order, index) }
        var outcome = OrderOutcome()
        state(report, index, &outcome)
        settle(index, before, &outcome)
        outcome.anomaly = .foreignOrder
        return outcome
    }
}

// Parts of the reducer.
extension OrderTable {
    func find(_ report: martlet.OrderEvent) -> Int {
        if report.client_order != 0 {
            let index = clients.find(0, report.client_order)
            if index >= 0 { return index }
        }
        if report.original_client_order != 0 {
            let index = clients.find(0, report.original_client_order)
            if index >= 0 { return index }
        }
        guard report.venue_order.high != 0 || report.venue_order.low != 0 else { return -1 }
        return venues.find(report.venue_order.high, report.venue_order.low)
    }

    func matches(_ report: martlet.OrderEvent, _ index: Int) -> Bool {
        records[index].instrument == report.instrument && (report.side == .none || report.side == records[index].side)
    }

    static func isPlausible(_ report: martlet.OrderEvent) -> Bool {
        let range = 0...maximumLots
        return range.contains(report.last_quantity) && range.contains(report.cumulative_quantity)
            && range.contains(report.leaves_quantity)
    }

    /// An outcome that changes nothing.
    func aside(_ report: martlet.OrderEvent, _ anomaly: OrderAnomaly) -> OrderOutcome {
        var outcome = OrderOutcome()
        outcome.client = report.client_order
        outcome.instrument = report.instrument
        outcome.side = report.side
        outcome.anomaly = anomaly
        outcome.isForeign = anomaly != .late
        return outcome
    }

    /// When the venue said it; where it gives no time, when it came.
    static func time(_ report: martlet.OrderEvent) -> Int64 {
        report.exchange_time != 0 ? report.exchange_time : report.receive_time
    }

    /// What an execution report says of its order's end.
    static func ending(_ report: martlet.OrderEvent) -> Ending {
        switch report.status {
        case .filled: return .filled
        case .canceled: return .canceled
        case .rejected: return .rejected
        case .expired: return .expired
        case .done_for_day: return .doneForDay
        default: break
        }
        switch report.exec_type {
        case .canceled: return .canceled
        case .rejected: return .rejected
        case .expired: return .expired
        case .done_for_day: return .doneForDay
        default: return .none
        }
    }

    private mutating func learnVenueOrder(_ report: martlet.OrderEvent, _ index: Int) {
        let venue = report.venue_order
        let known = records[index].venue
        guard venue.high != 0 || venue.low != 0, venue.high != known.high || venue.low != known.low else { return }
        venues.remove(known.high, known.low, ifSlot: index)
        guard venues.find(venue.high, venue.low) < 0 else { return }
        records[index].venue = venue
        venues.insert(venue.high, venue.low, index)
    }

    mutating func acceptReplacement(_ index: Int) {
        let former = records[index].client
        records[index].client = records[index].pendingReplace
        records[index].quantity = records[index].pendingQuantity
        records[index].price = records[index].pendingPrice
        records[index].pendingReplace = 0
        keepAlias(index, former)
    }

    /// A cancel or replacement is answered or void: its id stays known for late reports.
    mutating func settleChange(_ client: UInt64, _ index: Int) {
        guard client != 0 else { return }
        if client == records[index].pendingReplace {
            records[index].pendingReplace = 0
            keepAlias(index, client)
        } else if client == records[index].pendingCancel {
            records[index].pendingCancel = 0
            keepAlias(index, client)
        }
    }

    mutating func dropPending(_ index: Int) {
        settleChange(records[index].pendingReplace, index)
        settleChange(records[index].pendingCancel, index)
    }

    func noteGap(_ index: Int, _ outcome: inout OrderOutcome) {
        if outcome.anomaly == .none && records[index].missing > 0 { outcome.anomaly = .missingExecution }
    }
}
