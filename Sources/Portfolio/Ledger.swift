import CxxEvent

/// Positions, cost, profit and equity of one account: exact, whatever the order of fills and marks.
///
///     flow        = −Σ side × price × lots            increments × lots, exact
///     cost        = what the open lots cost            average cost
///     realised    = flow + cost                        what closed lots brought
///     unrealised  = position × mark − cost
///     equity      = initial + deposits − fees + Σ money(flow + position × mark)
///
/// so realised + unrealised = flow + position × mark always: rounding in `cost` moves profit between the two
/// and never makes any. Money is rounded once an instrument, half to even, from the exact sum.
///
/// Fills are applied as they come; that none comes twice is Execution's work. One thread; memory is
/// allocated in `init`.
public struct Ledger: ~Copyable {
    let rows: UnsafeMutablePointer<LedgerRow>
    /// Instruments.
    public let count: Int
    /// Equity at the start, money units.
    public let initialEquity: Int64
    /// Deposits less withdrawals, funding included, money units.
    public internal(set) var deposits: Int64 = 0
    /// Fees paid less rebates, money units.
    public internal(set) var fees: Int64 = 0
    /// Fills applied, reversals not counted.
    public internal(set) var fills: UInt64 = 0
    /// Sum of the rows' profit, money units.
    var profit: Int64 = 0

    /// - Parameters:
    ///   - definitions: one an instrument, `id` equal to its index, all of one currency and money unit.
    ///   - initialEquity: money units.
    /// - Throws: `LedgerError.unsupported` for inverse contracts and facts that do not fit 64 bits.
    public init(
        _ definitions: UnsafeBufferPointer<martlet.InstrumentDefinition>, initialEquity: Int64
    ) throws(LedgerError) {
        for index in definitions.indices {
            try Ledger.validate(definitions[index], index)
        }
        count = definitions.count
        rows = .allocate(capacity: max(1, count))
        self.initialEquity = initialEquity
        for index in definitions.indices {
            let money = martlet.money_ratio(definitions[index])
            (rows + index).initialize(to: LedgerRow(numerator: money.numerator, denominator: money.denominator))
        }
    }

    deinit { rows.deallocate() }

    private static func validate(_ definition: martlet.InstrumentDefinition, _ index: Int) throws(LedgerError) {
        guard Int(definition.id) == index else {
            throw .unsupported(instrument: index, problem: "expected id \(index) as its index, was \(definition.id)")
        }
        guard definition.contract != .inverse else {
            throw .unsupported(instrument: index, problem: "inverse contracts are not supported, only linear and quanto")
        }
        let money = martlet.money_ratio(definition)
        guard money.numerator > 0, money.denominator > 0 else {
            throw .unsupported(instrument: index, problem: "price, lot and money increments do not fit 64 bits")
        }
    }

    func row(_ instrument: Int) throws(LedgerError) -> UnsafeMutablePointer<LedgerRow> {
        guard instrument >= 0, instrument < count else { throw .unknownInstrument(instrument) }
        return rows + instrument
    }
}

/// One instrument's books. Amounts in increments × lots.
struct LedgerRow {
    let numerator: Int64
    let denominator: Int64
    var position: Int64 = 0
    var cost: Int128 = 0
    var flow: Int128 = 0
    var mark: Int64 = 0
    var hasMark = false
    /// Money units of `flow + position × mark`, as last added to the ledger's profit.
    var profit: Int64 = 0
    var fees: Int64 = 0
    var boughtLots: Int64 = 0
    var soldLots: Int64 = 0

    init(numerator: Int64, denominator: Int64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Exact profit. Before the first mark the open lots are worth what they cost.
    var total: Int128? {
        let value = hasMark ? Int128(position) * Int128(mark) : cost
        let (sum, overflow) = flow.addingReportingOverflow(value)
        return overflow ? nil : sum
    }

    func money(_ amount: Int128) -> Int64? { roundedHalfEven(amount, numerator, denominator) }
}

/// Money units of `amount × numerator ⁄ denominator`, to nearest with ties to even; nil where they do not
/// fit 64 bits.
func roundedHalfEven(_ amount: Int128, _ numerator: Int64, _ denominator: Int64) -> Int64? {
    let (scaled, overflow) = amount.multipliedReportingOverflow(by: Int128(numerator))
    if overflow { return nil }
    return Int64(exactly: dividedHalfEven(scaled, by: Int128(denominator)))
}

/// Quotient to nearest, ties to even; `divisor` positive and below 2^126.
func dividedHalfEven(_ value: Int128, by divisor: Int128) -> Int128 {
    if divisor == 1 { return value }
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    let twice = remainder.magnitude * 2
    let away = twice > divisor.magnitude || (twice == divisor.magnitude && quotient & 1 != 0)
    return away ? quotient + (value < 0 ? -1 : 1) : quotient
}
