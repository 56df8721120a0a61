internal import Core
internal import CxxBook
internal import CxxEvent
internal import CxxFeature
internal import MarketData

extension Lane {
    /// Everything but what the lane was made with: `definition`, `source`, `increment` and `imbalanceLevels`.
    mutating func code(_ state: inout StateCoder) {
        state.section("lane")
        codeBook(&state)
        state.value(&bid)
        state.value(&ask)
        state.value(&bidQuantity)
        state.value(&askQuantity)
        state.value(&marketTime)
        state.choice(&status)
        state.value(&faults)
        bars.code(&state)
        kernels.code(&state)
        state.plain(&flow)
        state.plain(&bidBar)
        state.value(&request)
        state.value(&requestDeadline)
        state.value(&decision)
        state.value(&decisionMiddle)
        state.value(&target)
        state.value(&pursuing)
        state.value(&attempts)
        state.value(&stop)
        state.value(&stopIsBelow)
        state.value(&stopDistance)
        state.value(&stopFired)
        state.value(&exitDenied)
        state.value(&openOrders)
    }

    /// The book writes and reads itself: its orders in their priority.
    private mutating func codeBook(_ state: inout StateCoder) {
        let size = state.count(state.isReading ? 0 : book.pointee.state_bytes(), atMost: 1 << 28)
        guard let at = state.bytes(size) else { return }
        if !state.isReading {
            book.pointee.write_state(at)
        } else if !book.pointee.read_state(at, size) {
            state.fail("a book that none can be")
        }
    }
}

extension BarBuilder {
    /// The bar in progress; its `length` is the configuration's, and must be the same.
    mutating func code(_ state: inout StateCoder) {
        state.expect(length, "the length of a bar")
        state.value(&end)
        state.value(&open)
        state.value(&high)
        state.value(&low)
        state.value(&close)
        state.value(&volume)
        state.value(&isEmpty)
    }
}

extension BarKernels {
    /// The kernels are plain memory without pointers, periods included.
    mutating func code(_ state: inout StateCoder) {
        state.section("features")
        state.plain(&smaFast)
        state.plain(&smaSlow)
        state.plain(&emaFast)
        state.plain(&emaSlow)
        state.plain(&macd)
        state.plain(&rsi)
        state.plain(&bollinger)
        state.plain(&atr)
        state.plain(&adx)
        state.plain(&realised)
        state.plain(&channel)
        state.value(&bars)
        state.value(&lastClose)
    }
}
