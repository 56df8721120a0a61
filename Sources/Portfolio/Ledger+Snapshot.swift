package import Core

extension Ledger {
    /// All books; `initialEquity` and `count` are the configuration's, and must be the same.
    package mutating func code(_ state: inout StateCoder) {
        state.section("ledger")
        state.expect(count, "the number of instruments")
        state.expect(initialEquity, "the equity at the start")
        for index in 0..<count { rows[index].code(&state) }
        state.value(&deposits)
        state.value(&fees)
        state.value(&fills)
        state.value(&profit)
    }
}

extension LedgerRow {
    /// `numerator` and `denominator` are the instrument's, and must be the same.
    mutating func code(_ state: inout StateCoder) {
        state.expect(numerator, "what an increment times a lot is worth")
        state.expect(denominator, "what an increment times a lot is worth")
        state.value(&position)
        state.value(&cost)
        state.value(&flow)
        state.value(&mark)
        state.value(&hasMark)
        state.value(&profit)
        state.value(&fees)
        state.value(&boughtLots)
        state.value(&soldLots)
    }
}
