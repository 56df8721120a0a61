extension Gate {
    /// Takes the portfolio's equity and trips the kill switch where a loss limit is reached.
    ///
    /// - Parameters:
    ///   - money: equity in money units, unrealised profit included.
    ///   - time: nanoseconds since the Unix epoch; the day rolls with it, its first equity being the last
    ///     one of the day before.
    /// - Returns: the limit that tripped the switch in this call, `.none` otherwise. A limit trips when it is
    ///   reached, once; after an operator's `resume` it still refuses new risk until it is no longer breached.
    /// - Complexity: amortised O(1).
    @discardableResult
    public mutating func equity(_ money: Int64, time: Int64) -> DenyReason {
        clock = max(clock, time)
        let today = floorDivide(clock - limits.dayOffset, Gate.dayLength)
        if today > day {
            day = today
            dayStartEquity = equityMoney
        }
        equityMoney = money
        peakEquity = max(peakEquity, money)
        peaks.update(money, time: clock)
        let daily = fell(from: dayStartEquity, by: limits.dailyLossParts)
        let monthly = fell(from: peaks.peak, by: limits.monthlyDrawdownParts)
        let peak = fell(from: peakEquity, by: limits.peakDrawdownParts)
        var tripped = DenyReason.none
        if peak && !peakDrawdownBreached { tripped = .peakDrawdown }
        if monthly && !monthlyDrawdownBreached { tripped = .monthlyDrawdown }
        if daily && !dailyLossBreached { tripped = .dailyLoss }
        dailyLossBreached = daily
        monthlyDrawdownBreached = monthly
        peakDrawdownBreached = peak
        if tripped != .none { killSwitch.trip(.limit, reason: tripped, time: clock) }
        return tripped
    }

    /// Measures drawdowns anew from the present equity: an operator's decision after a breach.
    public mutating func rebaseDrawdowns(time: Int64) {
        clock = max(clock, time)
        peakEquity = equityMoney
        peaks.removeAll()
        peaks.update(equityMoney, time: clock)
        monthlyDrawdownBreached = false
        peakDrawdownBreached = false
    }

    /// Whether equity is `parts` millionths or more below `base`. A base of nothing is always lost.
    @inline(__always)
    private func fell(from base: Int64, by parts: Int64) -> Bool {
        base <= 0 || (Int128(base) - Int128(equityMoney)) * 1_000_000 >= Int128(parts) * Int128(base)
    }

    /// Loss since the day began, as millionths of the equity then; negative: a gain.
    public var dailyLossParts: Int64 { partsBelow(dayStartEquity) }
    /// Fall from the highest equity of 30 days, in millionths.
    public var monthlyDrawdownParts: Int64 { partsBelow(peaks.peak) }
    /// Fall from the highest equity ever, in millionths.
    public var peakDrawdownParts: Int64 { partsBelow(peakEquity) }

    private func partsBelow(_ base: Int64) -> Int64 {
        base <= 0 ? 1_000_000 : Int64(clamping: (Int128(base) - Int128(equityMoney)) * 1_000_000 / Int128(base))
    }
}
