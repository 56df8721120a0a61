extension OrderTable {
    /// Begins a sweep: from here on every answer to a status request marks its order as seen. Orders released
    /// at or after `sequence` are not part of it.
    public mutating func beginSweep(sequence: UInt64) {
        sweep &+= 1
        sweepSequence = sequence
        overflowedOrders = 0
    }

    /// Index of the next open order that the venue did not mention in the sweep though it was released
    /// before, −1: none. Call when the venue's last answer has come.
    public func nextAbsent(after index: Int) -> Int {
        var at = nextOpen(after: index)
        while at >= 0 {
            if records[at].sweep != sweep && records[at].sentSequence < sweepSequence { return at }
            at = nextOpen(after: at)
        }
        return -1
    }

    /// The status of the order of this id is being asked for: a session keeps its order, so the answer to the last such
    /// question is the one that counts.
    public mutating func asked(_ client: UInt64) {
        let index = clients.find(0, client)
        guard index >= 0 else { return }
        records[index].questions += 1
        records[index].unanswered = min(records[index].unanswered + 1, OrderRecord.doubtLimit)
    }

    /// An answer to such a question has come. Where the venue does not say to which, it may be to one that was given up, and the order
    /// be stated as it was before a change.
    mutating func answered(_ index: Int) {
        if records[index].questions > 0 { records[index].questions -= 1 }
        if records[index].unanswered > 0 { records[index].unanswered -= 1 }
        if records[index].changeDoubt > 0 { records[index].changeDoubt -= 1 }
    }

    /// Questions that were not answered in time are given up.
    mutating func forgetQuestions() {
        var at = nextOpen(after: -1)
        while at >= 0 {
            records[at].questions = 0
            at = nextOpen(after: at)
        }
    }

    /// Whether each open order from before the sweep has been stated since it began, and is not being asked after. One
    /// without an id of a client cannot be asked after.
    var isEachStated: Bool {
        var at = nextOpen(after: -1)
        while at >= 0 {
            let record = records[at]
            if record.client != 0, record.sentSequence < sweepSequence, record.sweep != sweep || record.questions > 0 { return false }
            at = nextOpen(after: at)
        }
        return true
    }

    /// Closes an order that the venue does not have: it never arrived, or is done there. Executions that the
    /// venue counts and we miss stay open. The outcome is for the gate; a late report can only correct it.
    public mutating func resolveAbsent(_ index: Int) -> OrderOutcome {
        precondition(records[index].isOpen)
        var outcome = OrderOutcome()
        let before = Tally(records[index])
        conclude(index, &outcome)
        settle(index, before, &outcome)
        return outcome
    }

    /// Index of the next open order, after `index`, with a cancel or replacement from before the sweep that the venue
    /// neither answered nor is thinking about, −1: none. Call when the venue's last answer has come: sessions keep their
    /// order, so such a change never arrived.
    ///
    /// - Parameter isNumbered: whether the answer is known to be that to the sweep's own question. Otherwise as many answers must have
    ///   come since the change as there were questions open when it was sent, and one more.
    func nextVoid(after index: Int, isNumbered: Bool) -> Int {
        var at = nextOpen(after: index)
        while at >= 0 {
            let record = records[at]
            let isStated = isNumbered || record.changeDoubt == 0
            if record.hasPendingChange && !record.holdsChange && isStated && record.sentSequence < sweepSequence { return at }
            at = nextOpen(after: at)
        }
        return -1
    }

    /// Forgets changes that never arrived. The outcome is for the gate.
    mutating func voidChanges(_ index: Int) -> OrderOutcome {
        var outcome = OrderOutcome()
        let before = Tally(records[index])
        dropPending(index)
        settle(index, before, &outcome)
        return outcome
    }

    /// Gives up on executions that the venue counts and cannot tell us of: the order's count is taken over, the books are not touched.
    /// The position itself was adopted from the venue, or the missing lots were booked at `price`: then what is told of them later
    /// takes their place. (After a second acceptance at another price only what that one booked can be told apart.)
    public mutating func acceptMissing(_ index: Int, bookedAt price: Int64? = nil) -> OrderOutcome {
        precondition(records[index].isUsed)
        var outcome = OrderOutcome()
        let before = Tally(records[index])
        let missing = records[index].missing
        if let price, missing > 0 {
            records[index].accepted = missing + (price == records[index].acceptedPrice ? records[index].accepted : 0)
            records[index].acceptedPrice = price
        }
        records[index].filled = records[index].filled + LastQuantity(missing)
        settle(index, before, &outcome)
        return outcome
    }
}
