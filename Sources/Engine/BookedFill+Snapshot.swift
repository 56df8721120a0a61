package import Core
internal import CxxEvent

extension BookedFill {
    /// Of nothing: to be read into.
    package static var blank: BookedFill {
        BookedFill(
            instrument: 0, side: .none, price: 0, lots: 0, fee: 0, realised: 0, time: 0, exchangeTime: 0, clientOrder: 0, decision: 0, bid: 0,
            ask: 0, decisionMiddle: 0)
    }

    package mutating func code(_ state: inout StateCoder) {
        state.value(&instrument)
        state.choice(&side)
        state.value(&price)
        state.value(&lots)
        state.value(&fee)
        state.value(&realised)
        state.value(&time)
        state.value(&exchangeTime)
        state.value(&clientOrder)
        state.value(&decision)
        state.value(&bid)
        state.value(&ask)
        state.value(&decisionMiddle)
    }
}
