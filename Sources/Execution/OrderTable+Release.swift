import CxxEvent

extension OrderTable {
    /// Takes a command in before it is sent: from here on the order may exist at the venue. Called alike when
    /// a journal is replayed.
    ///
    /// The change of the lots that may fill is the one that `Gate.check` reserved; nothing else need be told
    /// to the gate. O(1).
    public mutating func release(_ command: martlet.Command) -> ReleaseStatus {
        guard command.client_order != 0 else { return .malformed }
        guard clients.find(0, command.client_order) < 0 else { return .duplicateClientOrder }
        switch command.command {
        case .new_order: return open(command)
        case .cancel, .replace: return change(command)
        default: return .malformed
        }
    }

    private mutating func open(_ command: martlet.Command) -> ReleaseStatus {
        guard command.quantity > 0, command.quantity <= OrderTable.maximumLots, command.side != .none else { return .malformed }
        guard let index = takeSlot() else { return .full }
        records[index].client = command.client_order
        records[index].instrument = command.instrument
        records[index].side = command.side
        records[index].type = command.type
        records[index].isImmediate = command.time_in_force == .immediate_or_cancel || command.time_in_force == .fill_or_kill
        records[index].quantity = command.quantity
        records[index].price = command.price
        records[index].decision = command.decision
        records[index].sentSequence = command.sequence
        records[index].sentTime = command.receive_time
        clients.insert(0, command.client_order, index)
        openOrders += 1
        return .ok
    }

    private mutating func change(_ command: martlet.Command) -> ReleaseStatus {
        let index = clients.find(0, command.original_client_order)
        guard index >= 0, records[index].isOpen else { return .unknownOrder }
        guard records[index].pendingCancel == 0 else { return .alreadyPending }
        if command.command == .cancel {
            records[index].pendingCancel = command.client_order
        } else {
            guard command.quantity > 0, command.quantity <= OrderTable.maximumLots else { return .malformed }
            guard records[index].pendingReplace == 0 else { return .alreadyPending }
            records[index].pendingReplace = command.client_order
            records[index].pendingQuantity = command.quantity
            records[index].pendingPrice = command.price
        }
        records[index].changeDoubt = records[index].unanswered + 1
        records[index].sentSequence = command.sequence
        records[index].sentTime = command.receive_time
        clients.insert(0, command.client_order, index)
        return .ok
    }

    /// The next open order, after `index`, that the venue owes an answer since before `time`: of the order itself, of a
    /// change of it, or of the question what became of it. It becomes unknown, and is owed one from `now` on. nil: none.
    /// `isComparing`: of an order that is unknown since its session was lost, the comparison at work will tell.
    public mutating func nextOverdue(
        after index: Int, since time: Int64, now: Int64, isComparing: Bool = true
    ) -> OrderOutcome? {
        var at = nextOpen(after: index)
        while at >= 0 {
            let record = records[at]
            let owes = !record.isAcknowledged || record.isImmediate || record.pendingCancel != 0 || record.pendingReplace != 0
            // Without an id of ours there is none to ask by.
            let isOwed = record.isUnverified ? !isComparing && record.client != 0 : owes
            if isOwed && max(record.sentTime, record.askedTime) <= time {
                var outcome = OrderOutcome()
                let before = Tally(record)
                records[at].isUnanswered = true
                records[at].askedTime = now
                settle(at, before, &outcome)
                outcome.anomaly = .unanswered
                return outcome
            }
            at = nextOpen(after: at)
        }
        return nil
    }

    /// The session was lost, or the process began anew: every open order is unknown until the venue states
    /// it. O(slots).
    public mutating func markAllUnverified() {
        var at = nextOpen(after: -1)
        while at >= 0 {
            if !records[at].isUnresolved { unresolvedOrders += 1 }
            records[at].isUnverified = true
            records[at].questions = 0
            // Answers are not sent again, and a new session asks anew.
            records[at].unanswered = 0
            records[at].changeDoubt = min(records[at].changeDoubt, 1)
            at = nextOpen(after: at)
        }
    }
}
