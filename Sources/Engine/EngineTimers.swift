/// What the engine wants to be woken for. The raw value is the timer's id in the stream.
public enum TimerKind: UInt64, Sendable, CaseIterable {
    /// Decision bars end.
    case bar = 1
    /// Equity is marked and loss limits are looked at.
    case risk = 2
    /// Books are compared with the venue's.
    case reconcile = 3
}

/// Due times of the engine's timers, one a kind; `Int64.max`: not wanted.
@usableFromInline struct EngineTimers {
    var bar = Int64.max { didSet { refresh() } }
    var risk = Int64.max { didSet { refresh() } }
    var reconcile = Int64.max { didSet { refresh() } }
    @usableFromInline private(set) var next = Int64.max

    private mutating func refresh() { next = min(bar, risk, reconcile) }

    /// The kind that is due first; where two are due at once, the lower id.
    var first: TimerKind? {
        guard next != .max else { return nil }
        return bar == next ? .bar : risk == next ? .risk : .reconcile
    }
}
