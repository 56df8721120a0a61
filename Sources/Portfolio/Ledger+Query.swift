/// One instrument as reports show it. Money units but for lots and prices.
public struct PositionSummary: Sendable, Equatable, Codable {
    public var instrument: Int
    /// Signed lots.
    public var position: Int64
    /// Average price of the open lots in increments, half to even; 0 when flat.
    public var averagePrice: Int64
    /// Last mark in increments; 0 before the first.
    public var mark: Int64
    public var realised: Int64
    public var unrealised: Int64
    public var fees: Int64
    public var boughtLots: Int64
    public var soldLots: Int64
}

extension Ledger {
    /// Initial equity, deposits, fees and all profit, money units. O(1).
    public func equity() throws(LedgerError) -> Int64 {
        let (base, one) = initialEquity.addingReportingOverflow(deposits)
        let (paid, two) = base.subtractingReportingOverflow(fees)
        let (sum, three) = paid.addingReportingOverflow(profit)
        if one || two || three { throw .overflow(instrument: -1) }
        return sum
    }

    /// Cash of an account that pays for what it buys: initial equity, deposits, fees and all flows, without
    /// what is held. Rounded an instrument at a time, half to even.
    public func cash() throws(LedgerError) -> Int64 {
        var sum = try equity() &- profit
        for index in 0..<count {
            guard let flow = rows[index].money(rows[index].flow) else { throw .overflow(instrument: index) }
            let (next, overflow) = sum.addingReportingOverflow(flow)
            if overflow { throw .overflow(instrument: index) }
            sum = next
        }
        return sum
    }

    /// Signed lots. O(1); 0 for an instrument that the ledger does not have.
    public func position(_ instrument: Int) -> Int64 {
        instrument >= 0 && instrument < count ? rows[instrument].position : 0
    }

    /// Cost of the open lots, increments × lots, signed as the position.
    public func cost(_ instrument: Int) -> Int128 { rows[checked(instrument)].cost }
    /// −Σ side × price × lots, increments × lots: exact.
    public func flow(_ instrument: Int) -> Int128 { rows[checked(instrument)].flow }
    /// Profit of closed lots, increments × lots.
    public func realised(_ instrument: Int) -> Int128 { rows[checked(instrument)].flow + rows[checked(instrument)].cost }
    /// Profit of open lots at the mark, increments × lots.
    public func unrealised(_ instrument: Int) -> Int128 {
        let row = rows[checked(instrument)]
        return row.hasMark ? Int128(row.position) * Int128(row.mark) - row.cost : 0
    }

    /// Profit of one instrument, fees not taken off, money units: its part of `equity`.
    public func profit(_ instrument: Int) -> Int64 { rows[checked(instrument)].profit }

    /// The instrument as reports show it; realised and unrealised add up to its profit to the unit.
    public func summary(_ instrument: Int) -> PositionSummary {
        let row = rows[checked(instrument)]
        let realised = row.money(row.flow + row.cost) ?? 0
        let average = row.position == 0
            ? 0 : dividedHalfEven(row.position < 0 ? -row.cost : row.cost, by: Int128(row.position.magnitude))
        return PositionSummary(
            instrument: instrument, position: row.position, averagePrice: Int64(clamping: average), mark: row.mark,
            realised: realised, unrealised: row.profit - realised, fees: row.fees, boughtLots: row.boughtLots,
            soldLots: row.soldLots)
    }

    private func checked(_ instrument: Int) -> Int {
        precondition(instrument >= 0 && instrument < count)
        return instrument
    }
}
