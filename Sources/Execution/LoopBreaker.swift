import CxxEvent

/// Halts an instrument after the same refusal `limit` times within `window`: an order that is refused and
/// sent again for ever is a loop, not a strategy.
///
/// Refusals are the same when reason and kind (of an order, or of a cancel or replacement) are; any other
/// refusal, or an order that the venue accepts, begins the count anew. Memory: `limit` times an instrument.
public struct LoopBreaker: ~Copyable {
    struct Row {
        var reason: martlet.RejectReason = .none
        var isChange = false
        var count = 0
        var next = 0
    }
    let rows: UnsafeMutablePointer<Row>
    let times: UnsafeMutablePointer<Int64>
    let instruments: Int
    let limit: Int
    let window: Int64

    /// - Parameters:
    ///   - limit: refusals that halt, at least 1.
    ///   - window: nanoseconds within which they must lie.
    public init(instruments: Int, limit: Int = 5, window: Int64 = 10_000_000_000) {
        precondition(instruments > 0 && (1...1_000).contains(limit) && window > 0)
        self.instruments = instruments
        self.limit = limit
        self.window = window
        rows = .allocate(capacity: instruments)
        rows.initialize(repeating: Row(), count: instruments)
        times = .allocate(capacity: instruments * limit)
        times.initialize(repeating: 0, count: instruments * limit)
    }

    deinit {
        rows.deallocate()
        times.deallocate()
    }

    /// Takes in an outcome; true: halt the instrument now. Duplicates, reports that accept nothing and what concerns a
    /// stranger's order count for nothing.
    public mutating func observe(_ outcome: OrderOutcome, time: Int64) -> Bool {
        guard outcome.instrument < instruments, !outcome.isDuplicate, !outcome.isForeign else { return false }
        let index = Int(outcome.instrument)
        guard outcome.reject != .none else {
            if !outcome.filled.isEmpty || outcome.status == .new_order { rows[index].count = 0 }
            return false
        }
        if rows[index].reason != outcome.reject || rows[index].isChange != outcome.rejectsChange {
            rows[index] = Row(reason: outcome.reject, isChange: outcome.rejectsChange)
        }
        times[index * limit + rows[index].next] = time
        rows[index].next = (rows[index].next + 1) % limit
        rows[index].count = min(rows[index].count + 1, limit)
        // The oldest of the last `limit` times is where the next one will be written.
        return rows[index].count == limit && time - times[index * limit + rows[index].next] < window
    }

    /// Forgets the count, after an operator lifted the halt.
    public mutating func reset(instrument: Int) {
        precondition(instrument >= 0 && instrument < instruments)
        rows[instrument] = Row()
    }
}
