import CxxEvent

extension Gate {
    /// The market's best prices: what collars and worst cases are measured from.
    ///
    /// The reference is the midpoint, rounded down, or the only side there is. A crossed market and one
    /// without sides leave the last reference to grow stale. `time` in nanoseconds since the Unix epoch.
    /// O(1); a store or two where the instrument has neither position nor open orders.
    @inline(__always)
    public mutating func mark(instrument: Int, bid: Int64, ask: Int64, time: Int64) {
        let reference: Int64
        if bid == Gate.noPrice {
            if ask == Gate.noPrice { return }
            reference = ask
        } else if ask == Gate.noPrice {
            reference = bid
        } else {
            if bid > ask { return }
            reference = (bid >> 1) + (ask >> 1) + (bid & ask & 1)
        }
        mark(instrument: instrument, price: reference, time: time)
    }

    /// One price as the reference: the close of a bar, a trade. A time before 1970 counts as 1970: older than all.
    @inline(__always)
    public mutating func mark(instrument: Int, price: Int64, time: Int64) {
        let row = row(instrument)
        guard price != Gate.noPrice else { return }
        row.pointee.referenceTime = max(time, row.pointee.referenceTime)
        if price == row.pointee.reference { return }
        row.pointee.reference = price
        if row.pointee.position | row.pointee.openBuy | row.pointee.openSell != 0 { refresh(row) }
    }

    /// What a report changed: `position` in signed lots, `openLots` on the order's side, `openOrders`.
    ///
    /// One call a report, with the numbers of `OrderOutcome`, so that a fill moves lots from open to held
    /// without a moment in which they are in neither. Numbers that contradict the gate's (more closed
    /// than open) are clamped, counted, and trip the kill switch.
    public mutating func adjust(
        instrument: Int, side: martlet.Side, position: Int64, openLots: Int64, openOrders orders: Int, time: Int64
    ) {
        let row = row(instrument)
        let (held, overflow) = row.pointee.position.addingReportingOverflow(position)
        let (open, overflows) = (side == .buy ? row.pointee.openBuy : row.pointee.openSell).addingReportingOverflow(openLots)
        if overflow || overflows || open < 0 || openOrders + orders < 0 { failInvariant(time) }
        row.pointee.position = overflow ? (position < 0 ? -Int64.max : Int64.max) : held
        let clamped = overflows ? Int64.max : max(0, open)
        if side == .buy { row.pointee.openBuy = clamped } else { row.pointee.openSell = clamped }
        openOrders = max(0, openOrders + orders)
        refresh(row)
    }

    /// An order that is open without having passed here: recovered, or adopted from the venue.
    public mutating func orderOpened(instrument: Int, side: martlet.Side, lots: Int64, time: Int64) {
        adjust(instrument: instrument, side: side, position: 0, openLots: lots, openOrders: 1, time: time)
    }

    /// An order that will not fill further: rejected, canceled, expired, or never sent.
    public mutating func orderClosed(instrument: Int, side: martlet.Side, lots: Int64, time: Int64) {
        adjust(instrument: instrument, side: side, position: 0, openLots: -lots, openOrders: -1, time: time)
    }

    /// States an instrument anew from the order table and the ledger, after a reconciliation or a snapshot.
    public mutating func restate(instrument: Int, position: Int64, openBuy: Int64, openSell: Int64) {
        precondition(openBuy >= 0 && openSell >= 0)
        let row = row(instrument)
        row.pointee.position = position
        row.pointee.openBuy = openBuy
        row.pointee.openSell = openSell
        refresh(row)
    }

    /// States the number of open orders anew.
    public mutating func restate(openOrders: Int) {
        precondition(openOrders >= 0)
        self.openOrders = openOrders
    }

    /// Forbids new risk while an order is unknown or a reconciliation is open, or allows it again.
    public mutating func setBlocked(_ blocked: Bool) { isBlocked = blocked }

    /// Halts an instrument (all but cancels refused) or lifts the halt.
    public mutating func setHalted(instrument: Int, _ halted: Bool) { row(instrument).pointee.isHalted = halted }

    /// Trips the kill switch. Returns whether its state changed: then it must be saved.
    @discardableResult
    public mutating func trip(_ cause: KillCause, reason: DenyReason = .none, time: Int64) -> Bool {
        killSwitch.trip(cause, reason: reason, time: time)
    }

    /// An operator lifts the kill switch. Limits still breached go on refusing new risk.
    public mutating func resume(time: Int64) { killSwitch.resume(time: time) }

    public func position(_ instrument: Int) -> Int64 { row(instrument).pointee.position }
    public func openBuyLots(_ instrument: Int) -> Int64 { row(instrument).pointee.openBuy }
    public func openSellLots(_ instrument: Int) -> Int64 { row(instrument).pointee.openSell }
    public func isHalted(_ instrument: Int) -> Bool { row(instrument).pointee.isHalted }
    /// Last reference price in increments, `noPrice` before the first.
    public func reference(_ instrument: Int) -> Int64 { row(instrument).pointee.reference }
    /// Nanoseconds until the budget lets another cancel through; 0: now.
    public func cancelWait(now: Int64) -> Int64 { messages.wait(max(clock, now)) }

    /// Lots, long or short, that a market order could bring the position to without a denial by
    /// `positionLimit` at the present reference and equity; 0 without a reference. For sizing.
    public func maximumPosition(_ instrument: Int) -> Int64 {
        let row = row(instrument)
        guard row.pointee.hasReference, equityMoney > 0 else { return 0 }
        let table = row.pointee.limits
        let price = collared(row.pointee.reference.magnitude, table.collarParts)
        guard price > 0 else { return table.maximumPositionLots }
        let money = Int128(equityMoney) * Int128(table.positionParts) / 1_000_000
        let (scaled, overflow) = money.multipliedReportingOverflow(by: Int128(table.moneyDenominator))
        let (unit, overflows) = Int128(price).multipliedReportingOverflow(by: Int128(table.moneyNumerator))
        if overflow || overflows { return 0 }
        return min(Int64(clamping: scaled / unit), table.maximumPositionLots)
    }

    /// Lots that one market order may have without a denial by `orderSize` or `orderNotional` at the present
    /// reference; 0 without a reference. What is larger must be cut into several orders, an exit above all.
    public func maximumOrder(_ instrument: Int) -> Int64 {
        let row = row(instrument)
        guard row.pointee.hasReference else { return 0 }
        let table = row.pointee.limits
        let price = collared(row.pointee.reference.magnitude, table.collarParts)
        guard price > 0 else { return table.maximumOrderLots }
        let (scaled, overflow) = Int128(table.maximumOrderNotional).multipliedReportingOverflow(by: Int128(table.moneyDenominator))
        let (unit, overflows) = Int128(price).multipliedReportingOverflow(by: Int128(table.moneyNumerator))
        if overflow || overflows { return 0 }
        return min(Int64(clamping: scaled / unit), table.maximumOrderLots)
    }

    /// Recomputes one row's part of the three sums: the only place that writes them.
    @inline(__always)
    mutating func refresh(_ row: UnsafeMutablePointer<GateRow>) {
        let price = row.pointee.hasReference ? row.pointee.reference.magnitude : 0
        let long = row.pointee.position.addingReportingOverflow(row.pointee.openBuy)
        let short = row.pointee.position.subtractingReportingOverflow(row.pointee.openSell)
        let longLots = long.overflow ? Int64.max : max(long.partialValue, -Int64.max)
        let shortLots = short.overflow ? -Int64.max : max(short.partialValue, -Int64.max)
        let netLong = row.pointee.money(longLots, at: price)
        let netShort = row.pointee.money(shortLots, at: price)
        let gross = Int64(clamping: max(netLong.magnitude, netShort.magnitude))
        grossWorst += Int128(gross) - Int128(row.pointee.gross)
        netLongWorst += Int128(netLong) - Int128(row.pointee.netLong)
        netShortWorst += Int128(netShort) - Int128(row.pointee.netShort)
        row.pointee.gross = gross
        row.pointee.netLong = netLong
        row.pointee.netShort = netShort
    }

    @inline(never)
    private mutating func failInvariant(_ time: Int64) {
        invariantFailures += 1
        killSwitch.trip(.reconciliation, time: time)
    }
}
