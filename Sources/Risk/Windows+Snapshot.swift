internal import Core

extension RateWindow {
    mutating func code(_ state: inout StateCoder) {
        state.expect(capacity, "the capacity of a rate window")
        count = state.count(count, atMost: capacity)
        next = state.count(next, atMost: capacity - 1)
        // Until it is full for the first time it is filled from its beginning.
        for index in 0..<count { state.value(&times[index]) }
    }
}

extension Fingerprint {
    mutating func code(_ state: inout StateCoder) {
        state.value(&time)
        state.value(&price)
        state.value(&stopPrice)
        state.value(&quantity)
        state.value(&original)
        state.value(&instrument)
        state.value(&side)
        state.value(&type)
    }
}

extension DuplicateWindow {
    mutating func code(_ state: inout StateCoder) {
        state.expect(capacity, "the capacity of the duplicate window")
        state.expect(length, "the length of the duplicate window")
        count = state.count(count, atMost: capacity)
        next = state.count(next, atMost: capacity - 1)
        for index in 0..<count {
            if state.isReading {
                (entries + index).initialize(
                    to: Fingerprint(time: 0, price: 0, stopPrice: 0, quantity: 0, original: 0, instrument: 0, side: 0, type: 0))
            }
            entries[index].code(&state)
        }
    }
}

extension PeakWindow {
    mutating func code(_ state: inout StateCoder) {
        count = state.count(count, atMost: PeakWindow.capacity)
        first = state.count(first, atMost: PeakWindow.capacity - 1)
        for place in 0..<count {
            let index = (first + place) % PeakWindow.capacity
            if state.isReading { (entries + index).initialize(to: Entry(hour: 0, peak: 0)) }
            state.value(&entries[index].hour)
            state.value(&entries[index].peak)
        }
        // One peak is always there: what the gate was made with is the first.
        if count == 0 { state.fail("no highest equity") }
    }
}
