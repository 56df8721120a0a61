package import Core
internal import CxxEvent

extension LoopBreaker {
    /// The refusals counted; `instruments`, `limit` and `window` are fixed, and must be the same.
    package mutating func code(_ state: inout StateCoder) {
        state.section("refusals")
        state.expect(instruments, "the number of instruments")
        state.expect(limit, "the refusals that halt")
        state.expect(window, "the time within which they halt")
        for index in 0..<instruments {
            state.choice(&rows[index].reason)
            state.value(&rows[index].isChange)
            rows[index].count = state.count(rows[index].count, atMost: limit)
            rows[index].next = state.count(rows[index].next, atMost: limit - 1)
        }
        for index in 0..<instruments * limit { state.value(&times[index]) }
    }
}
