package import Core

extension Gate {
    /// All that the gate knows beside its limits: `limits`, `rows[…].limits` and `count` come from the policy that the state's
    /// run had, which the gate was made for.
    package mutating func code(_ state: inout StateCoder) {
        state.section("gate")
        state.expect(count, "the number of instruments")
        for index in 0..<count { rows[index].code(&state) }
        orders.code(&state)
        messages.code(&state)
        duplicates.code(&state)
        peaks.code(&state)
        killSwitch.code(&state)
        state.value(&openOrders)
        state.value(&isBlocked)
        state.value(&invariantFailures)
        state.value(&grossWorst)
        state.value(&netLongWorst)
        state.value(&netShortWorst)
        state.value(&equityMoney)
        state.value(&dayStartEquity)
        state.value(&peakEquity)
        state.value(&day)
        state.value(&clock)
        state.value(&dailyLossBreached)
        state.value(&monthlyDrawdownBreached)
        state.value(&peakDrawdownBreached)
    }
}

extension GateRow {
    /// Without its `limits`, which are the policy's.
    mutating func code(_ state: inout StateCoder) {
        state.value(&position)
        state.value(&openBuy)
        state.value(&openSell)
        state.value(&reference)
        state.value(&referenceTime)
        state.value(&isHalted)
        state.value(&gross)
        state.value(&netLong)
        state.value(&netShort)
    }
}
