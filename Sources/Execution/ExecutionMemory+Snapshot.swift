internal import Core
internal import CxxEvent

extension ExecutionMemory {
    /// The executions in their slots. `map` follows from them: the newest under each id.
    mutating func code(_ state: inout StateCoder) {
        state.section("executions")
        state.expect(capacity, "the number of executions remembered")
        count = state.count(count, atMost: capacity)
        next = state.count(next, atMost: capacity - 1)
        state.value(&arrivals)
        state.value(&horizon)
        for index in 0..<count {
            if state.isReading { (entries + index).initialize(to: .blank) }
            entries[index].code(&state, capacity: capacity)
        }
        if state.isReading { findAgain() }
    }

    /// Enters every execution into the map, the oldest first.
    private mutating func findAgain() {
        map.removeAll()
        let oldest = count == capacity ? next : 0
        for place in 0..<count {
            let index = (oldest + place) % capacity
            map.insert(entries[index].high, entries[index].low, index)
        }
    }
}

extension ExecutionEntry {
    static var blank: ExecutionEntry {
        ExecutionEntry(
            high: 0, low: 0, quantity: 0, price: 0, fee: 0, time: 0, state: .booked, client: 0, venue: martlet.Identifier16(high: 0, low: 0))
    }

    mutating func code(_ coder: inout StateCoder, capacity: Int) {
        coder.value(&high)
        coder.value(&low)
        coder.value(&quantity)
        coder.value(&price)
        coder.value(&fee)
        coder.value(&time)
        coder.choice(&state)
        coder.value(&client)
        coder.value(&venue.high)
        coder.value(&venue.low)
        coder.value(&arrival)
        coder.value(&former)
        if former < -1 || Int(former) >= capacity { coder.fail("an execution before it in slot \(former)") }
    }
}
