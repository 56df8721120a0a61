internal import Core

extension KeyMap {
    /// The keys and their slots, not their places: where a key lies has no bearing on what is found. `mask` and `limit` are
    /// the owner's.
    mutating func code(_ state: inout StateCoder) {
        let number = state.count(count, atMost: limit)
        if state.isReading { return read(number, &state) }
        if state.isCanonical { return writeSorted(&state) }
        var left = number
        for at in 0...mask where left > 0 && entries[at].slot >= 0 {
            entries[at].code(&state)
            left -= 1
        }
    }

    private mutating func read(_ number: Int, _ state: inout StateCoder) {
        removeAll()
        for _ in 0..<number where state.problem == nil {
            var entry = Entry(high: 0, low: 0, slot: 0)
            entry.code(&state)
            guard entry.slot >= 0, Int(entry.slot) < limit else { return state.fail("a key leads to slot \(entry.slot)") }
            insert(entry.high, entry.low, Int(entry.slot))
        }
        if count != number { state.fail("a key is there twice") }
    }

    private func writeSorted(_ state: inout StateCoder) {
        var sorted = (0...mask).map { entries[$0] }.filter { $0.slot >= 0 }
        sorted.sort { ($0.high, $0.low) < ($1.high, $1.low) }
        for index in sorted.indices { sorted[index].code(&state) }
    }

    /// Forgets every key; O(table).
    mutating func removeAll() {
        entries.update(repeating: Entry(high: 0, low: 0, slot: -1), count: mask + 1)
        count = 0
    }
}

extension KeyMap.Entry {
    mutating func code(_ state: inout StateCoder) {
        state.value(&high)
        state.value(&low)
        state.value(&slot)
    }
}
