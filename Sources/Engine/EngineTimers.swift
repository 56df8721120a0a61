/// What the engine wants to be woken for. The raw value is the timer's id in the stream.
public enum TimerKind: UInt64, Sendable, CaseIterable {
    /// Decision bars end.
    case bar = 1
    /// Equity is marked and loss limits are looked at.
    case risk = 2
    /// Books are compared with the venue's.
    case reconcile = 3
    /// All of a moment's bars have come: the rows of the feature set are made, and the council is asked.
    case rows = 4
}

/// Due times of the engine's timers, one a kind; `Int64.max`: asleep or not wanted.
@usableFromInline struct EngineTimers {
    @usableFromInline var bar = Int64.max { didSet { refresh() } }
    @usableFromInline var risk = Int64.max { didSet { refresh() } }
    @usableFromInline var reconcile = Int64.max { didSet { refresh() } }
    var rows = Int64.max { didSet { refresh() } }
    @usableFromInline private(set) var next = Int64.max
    /// The next event must wake a timer.
    private(set) var anySleeps = true
    /// When the risk timer fired last, and when either of the two did: `Int64.min` before the first market event.
    var riskFired = Int64.min
    var marked = Int64.min

    private mutating func refresh() {
        next = min(bar, risk, reconcile, rows)
        anySleeps = bar == .max || risk == .max
    }

    /// The kind that is due first; where two are due at once, the lower id.
    @inlinable var first: TimerKind? {
        guard next != .max else { return nil }
        return bar == next ? .bar : risk == next ? .risk : reconcile == next ? .reconcile : .rows
    }
}
