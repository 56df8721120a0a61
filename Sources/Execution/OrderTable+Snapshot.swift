package import Core
internal import CxxEvent

extension OrderTable {
    /// Every order in its slot, the free slots in the order in which they will be taken, and the ids that lead to them; `slots` and
    /// `openLimit` are the configuration's, and must be the same.
    package mutating func code(_ state: inout StateCoder) {
        state.section("orders")
        state.expect(slots, "the number of slots for orders")
        state.expect(openLimit, "the number of orders that may be open")
        codeSlots(&state)
        clients.code(&state)
        venues.code(&state)
        executions.code(&state)
        Self.codeLink(&oldestClosed, &state, slots)
        Self.codeLink(&newestClosed, &state, slots)
        state.value(&sweep)
        state.value(&sweepSequence)
        state.value(&openOrders)
        state.value(&unresolvedOrders)
        state.value(&overflowedOrders)
        state.value(&lastExecutionTime)
    }

    /// A slot is free or holds an order, never both.
    private mutating func codeSlots(_ state: inout StateCoder) {
        freeCount = state.count(freeCount, atMost: slots)
        if state.isReading { records.update(repeating: OrderRecord(), count: slots) }
        for index in 0..<freeCount {
            Self.codeLink(&free[index], &state, slots)
            if free[index] < 0 { return state.fail("a free slot \(free[index])") }
        }
        var used = 0
        for index in 0..<slots where state.isReading || records[index].isUsed {
            guard state.isReading else {
                var at = Int32(index)
                state.value(&at)
                records[index].code(&state, slots: slots)
                continue
            }
            guard used < slots - freeCount, state.problem == nil else { break }
            var at: Int32 = 0
            Self.codeLink(&at, &state, slots)
            guard at >= 0, !records[Int(at)].isUsed else { return state.fail("an order in slot \(at)") }
            records[Int(at)].code(&state, slots: slots)
            used += 1
        }
    }

    private static func codeLink(_ link: inout Int32, _ state: inout StateCoder, _ slots: Int) {
        state.value(&link)
        guard link < -1 || Int(link) >= slots else { return }
        state.fail("a slot \(link)")
        link = -1
    }
}

extension OrderRecord {
    mutating func code(_ state: inout StateCoder, slots: Int) {
        state.value(&client)
        state.value(&instrument)
        state.choice(&side)
        state.choice(&type)
        state.choice(&ended)
        state.value(&filledTime)
        state.value(&reopenedTime)
        state.value(&isUsed)
        state.value(&isForeign)
        state.value(&isAcknowledged)
        state.value(&isImmediate)
        state.value(&isUnanswered)
        state.value(&isUnverified)
        state.value(&quantity)
        state.value(&price)
        state.value(&pendingReplace)
        state.value(&pendingQuantity)
        state.value(&pendingPrice)
        state.value(&pendingCancel)
        state.value(&holdsChange)
        filled.code(&state)
        reported.code(&state)
        state.value(&reportedTime)
        state.value(&venue.high)
        state.value(&venue.low)
        state.value(&aliases.0)
        state.value(&aliases.1)
        state.value(&aliases.2)
        state.value(&aliases.3)
        nextAlias = state.count(nextAlias, atMost: OrderRecord.aliasLimit - 1)
        state.value(&questions)
        state.value(&unanswered)
        state.value(&changeDoubt)
        state.value(&accepted)
        state.value(&acceptedPrice)
        state.value(&decision)
        state.value(&sentSequence)
        state.value(&sentTime)
        state.value(&askedTime)
        state.value(&sweep)
        state.value(&older)
        state.value(&newer)
        state.value(&isListedClosed)
        if !isUsed || Int(older) >= slots || Int(newer) >= slots { state.fail("an order that none can be") }
    }
}

extension CumulativeQuantity {
    mutating func code(_ state: inout StateCoder) {
        var lots = lots
        state.value(&lots)
        self = CumulativeQuantity(lots)
    }
}
