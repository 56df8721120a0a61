internal import Core

extension KeyMap {
    /// The keys and their slots, not their places: where a key lies has no bearing on what is found. `mask` and `limit` are
    /// the owner's.
    mutating func code(_ state: inout StateCoder) {
        let number = state.count(count, atMost: limit)
        if state.isReading { removeAll() }
        var at = 0
        for _ in 0..<number where state.problem == nil {
            var entry = Entry(high: 0, low: 0, slot: 0)
            if !state.isReading {
                while entries[at].slot < 0 { at += 1 }
                entry = entries[at]
                at += 1
            }
            state.value(&entry.high)
            state.value(&entry.low)
            state.value(&entry.slot)
            guard state.isReading else { continue }
            guard entry.slot >= 0, Int(entry.slot) < limit else { return state.fail("a key leads to slot \(entry.slot)") }
            insert(entry.high, entry.low, Int(entry.slot))
        }
        if count != number { state.fail("a key is there twice") }
    }

    /// Forgets every key; O(table).
    mutating func removeAll() {
        entries.update(repeating: Entry(high: 0, low: 0, slot: -1), count: mask + 1)
        count = 0
    }
}
