import CxxEvent

extension Ledger {
    /// Applies one execution.
    ///
    /// - Parameters:
    ///   - price: increments, any sign.
    ///   - lots: positive.
    ///   - fee: money units; negative: a rebate.
    /// - Throws: `LedgerError`; the ledger is unchanged then.
    /// - Complexity: O(1), never allocates.
    public mutating func apply(
        instrument: Int, side: martlet.Side, price: Int64, lots: Int64, fee: Int64
    ) throws(LedgerError) {
        let row = try row(instrument)
        guard lots > 0, side == .buy || side == .sell else { throw .malformedFill(instrument: instrument) }
        var next = try Ledger.filled(row.pointee, instrument, side == .buy ? lots : -lots, price)
        let (rowFees, one) = next.fees.addingReportingOverflow(fee)
        let (allFees, two) = fees.addingReportingOverflow(fee)
        if one || two { throw .overflow(instrument: instrument) }
        next.fees = rowFees
        if side == .buy { next.boughtLots &+= lots } else { next.soldLots &+= lots }
        try settle(row, &next, instrument)
        fees = allFees
        fills += 1
    }

    /// Takes back an execution that the venue busted or is about to correct: profit, position and fee are
    /// as if it had not been. What was realised by average cost meanwhile stays where it was booked; the sum
    /// is exact.
    public mutating func reverse(
        instrument: Int, side: martlet.Side, price: Int64, lots: Int64, fee: Int64
    ) throws(LedgerError) {
        let row = try row(instrument)
        guard lots > 0, side == .buy || side == .sell else { throw .malformedFill(instrument: instrument) }
        var next = try Ledger.filled(row.pointee, instrument, side == .buy ? -lots : lots, price)
        let (rowFees, one) = next.fees.subtractingReportingOverflow(fee)
        let (allFees, two) = fees.subtractingReportingOverflow(fee)
        if one || two { throw .overflow(instrument: instrument) }
        next.fees = rowFees
        if side == .buy { next.boughtLots &-= lots } else { next.soldLots &-= lots }
        try settle(row, &next, instrument)
        fees = allFees
    }

    /// Adopts the venue's position where a reconciliation was accepted: the difference is booked at
    /// `price`, without a fee. Returns the signed lots that were added.
    @discardableResult
    public mutating func restate(instrument: Int, position: Int64, price: Int64) throws(LedgerError) -> Int64 {
        let row = try row(instrument)
        let (change, overflow) = position.subtractingReportingOverflow(row.pointee.position)
        if overflow { throw .overflow(instrument: instrument) }
        if change == 0 { return 0 }
        var next = try Ledger.filled(row.pointee, instrument, change, price)
        try settle(row, &next, instrument)
        return change
    }

    /// The price at which the position is valued: O(1), a store where nothing is held.
    public mutating func mark(instrument: Int, price: Int64) throws(LedgerError) {
        let row = try row(instrument)
        if row.pointee.hasMark && row.pointee.mark == price { return }
        var next = row.pointee
        next.mark = price
        next.hasMark = true
        if next.position == 0 && row.pointee.hasMark {
            row.pointee = next
            return
        }
        try settle(row, &next, instrument)
    }

    /// Money in or out that no fill explains: deposits, withdrawals, funding, interest.
    public mutating func deposit(_ money: Int64) throws(LedgerError) {
        let (sum, overflow) = deposits.addingReportingOverflow(money)
        if overflow { throw .overflow(instrument: -1) }
        deposits = sum
        do { _ = try equity() } catch {
            deposits -= money
            throw error
        }
    }

    /// The row after `lots` (signed) at `price`: opening lots add to the cost, closing lots take their
    /// average share of it, half to even; what crosses zero closes first and opens with the rest.
    private static func filled(
        _ row: LedgerRow, _ instrument: Int, _ lots: Int64, _ price: Int64
    ) throws(LedgerError) -> LedgerRow {
        var next = row
        let (position, overflow) = row.position.addingReportingOverflow(lots)
        let amount = Int128(lots) * Int128(price)
        let (flow, overflows) = row.flow.subtractingReportingOverflow(amount)
        if overflow || overflows || position == Int64.min { throw .overflow(instrument: instrument) }
        if row.position == 0 || (row.position > 0) == (lots > 0) {
            let (cost, tooMuch) = row.cost.addingReportingOverflow(amount)
            if tooMuch { throw .overflow(instrument: instrument) }
            next.cost = cost
        } else if lots.magnitude < row.position.magnitude {
            let (share, tooMuch) = row.cost.multipliedReportingOverflow(by: Int128(position.magnitude))
            next.cost = tooMuch
                ? shareOf(row.cost, position.magnitude, row.position.magnitude)
                : dividedHalfEven(share, by: Int128(row.position.magnitude))
        } else {
            next.cost = Int128(position) * Int128(price)
        }
        next.position = position
        next.flow = flow
        return next
    }

    /// cost × part ⁄ whole where the product does not fit 128 bits: whole quotient and rest apart.
    private static func shareOf(_ cost: Int128, _ part: UInt64, _ whole: UInt64) -> Int128 {
        let (quotient, remainder) = cost.quotientAndRemainder(dividingBy: Int128(whole))
        return quotient * Int128(part) + dividedHalfEven(remainder * Int128(part), by: Int128(whole))
    }

    /// Values the row anew, moves the ledger's profit by the change, stores it.
    private mutating func settle(
        _ row: UnsafeMutablePointer<LedgerRow>, _ next: inout LedgerRow, _ instrument: Int
    ) throws(LedgerError) {
        guard let total = next.total, let money = next.money(total) else { throw .overflow(instrument: instrument) }
        let (change, one) = money.subtractingReportingOverflow(row.pointee.profit)
        let (sum, two) = profit.addingReportingOverflow(change)
        if one || two { throw .overflow(instrument: instrument) }
        next.profit = money
        profit = sum
        row.pointee = next
    }
}
