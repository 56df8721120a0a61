public import Core
internal import Domain

extension BarAggregator {
    /// The bar in progress. `timeframe`, `price`, `isByOrder` and `offset` are what it was made with.
    public mutating func code(_ state: inout StateCoder) {
        state.expect(timeframe.nanoseconds, "the length of a bar")
        state.value(&bucket)
        state.value(&isOpen)
        state.value(&open)
        state.value(&high)
        state.value(&low)
        state.value(&close)
        state.value(&volume)
        state.value(&instrument)
        state.value(&tooWide)
    }
}
