package import Core
internal import CxxEvent

extension Reconciliation {
    /// Where the comparison with the venue stands, and what the last one found. `settings` and `instruments` are the
    /// configuration's.
    package mutating func code(_ state: inout StateCoder) {
        state.section("reconciliation")
        state.expect(instruments, "the number of instruments")
        for index in 0..<instruments { rows[index].code(&state) }
        state.value(&number)
        codeAsking(&state)
        copies.code(&state)
        state.value(&waiting.orders)
        state.value(&waiting.trades)
        state.value(&waiting.positions)
        state.value(&unsent.orders)
        state.value(&unsent.trades)
        state.value(&unsent.positions)
        state.value(&askedTime)
        state.value(&attempt)
        state.value(&since)
        state.value(&tradesSince)
        state.value(&isRecheck)
        state.value(&isVerified)
        state.value(&hasBlocking)
        state.choice(&phase)
        codeFindings(&state)
        state.value(&cashOffset)
        state.value(&adoptsCash)
        state.value(&statedCash)
        state.value(&isAccepting)
        state.value(&isIncomplete)
        state.value(&wantsAnother)
        state.value(&repeats)
        state.value(&endedTime)
        state.value(&completed)
        state.value(&clean)
        state.value(&venueCash)
    }

    private mutating func codeAsking(_ state: inout StateCoder) {
        var slot = asking.map(Int64.init)
        state.value(&slot)
        if let slot, slot < -1 || slot > 1 << 22 { return state.fail("the order asked for is in slot \(slot)") }
        if state.isReading { asking = slot.map(Int.init) }
    }

    private mutating func codeFindings(_ state: inout StateCoder) {
        let blank = Difference(kind: .position, instrument: 0, client: 0, ours: 0, venue: 0)
        state.array(&differences, atMost: settings.differenceLimit, blank: blank) { $1.code(&$0) }
        state.value(&unlisted)
        state.array(&found, atMost: settings.differenceLimit, blank: blank) { $1.code(&$0) }
        state.value(&unlistedFound)
    }
}

extension Reconciliation.PositionRow {
    mutating func code(_ state: inout StateCoder) {
        state.value(&isAccepted)
        state.value(&isStated)
        state.value(&difference)
        state.value(&venue)
    }
}

extension Difference {
    mutating func code(_ state: inout StateCoder) {
        state.choice(&kind)
        state.value(&instrument)
        state.value(&client)
        state.value(&ours)
        state.value(&venue)
    }
}
