internal import Core
internal import Features

extension FeatureRows {
    /// Bars in progress, rows that are due, and the states of all features. `stream` must be of the same set; `waitsForBars`, `readsEvents`, `fedByBars`,
    /// `columns` and `row` are what it was made with.
    mutating func code(_ state: inout StateCoder) {
        state.section("feature set")
        state.expect(isActive ? 1 : 0, "whether there is a feature set")
        guard let stream, state.problem == nil else { return }
        for place in builders.indices { builders[place].code(&state) }
        state.array(&pending, atMost: 3 * builders.count, blank: PendingBar()) { state, bar in
            state.value(&bar.instrument)
            bar.closed.code(&state)
        }
        if pending.contains(where: { !builders.indices.contains($0.instrument) }) { state.fail("a bar of an instrument that there is not") }
        for place in asking.indices { state.value(&asking[place]) }
        stream.code(&state)
    }
}
