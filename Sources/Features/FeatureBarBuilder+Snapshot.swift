package import Core
internal import MarketData

extension FeatureBarBuilder {
    /// Bars in progress. `timeframe`, `priceUnit`, `lotUnit` and `isOfMiddle` are what it was made with.
    package mutating func code(_ state: inout StateCoder) {
        first.code(&state)
        second.code(&state)
        bid.code(&state)
        ask.code(&state)
    }
}

extension WaitingBars {
    mutating func code(_ state: inout StateCoder) {
        ClosedBar.code(&before, &state)
        ClosedBar.code(&last, &state)
    }
}

extension ClosedBar {
    package static let none = ClosedBar(time: .min, bar: BarValues(open: 0, high: 0, low: 0, close: 0, volume: 0))

    package mutating func code(_ state: inout StateCoder) {
        state.value(&time)
        state.value(&bar.open)
        state.value(&bar.high)
        state.value(&bar.low)
        state.value(&bar.close)
        state.value(&bar.volume)
    }

    static func code(_ bar: inout ClosedBar?, _ state: inout StateCoder) {
        var isThere = bar != nil
        state.value(&isThere)
        guard isThere else { return bar = nil }
        var present = bar ?? none
        present.code(&state)
        bar = present
    }
}
