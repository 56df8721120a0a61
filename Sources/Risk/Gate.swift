/// The last check before a venue: no command leaves that the gate did not pass.
///
///     command ─► check ─► kill ─► restricted ─► size ─► notional ─► collar ─► stale
///                            ─► duplicate ─► rate ─► open orders
///                            ─► position ─► gross ─► net ─► loss ─► unresolved ─► passed = reserved
///
/// A flat table of limits and the gate's own numbers: positions, open lots, marks, equity, all of which
/// the engine feeds. A command that passes is counted at once (rate, duplicates, open lots), so nothing can
/// slip between check and release. All limits are exact integers; worst cases are rounded up.
///
/// Memory is allocated in `init` and bounded by the limits. Nothing allocates after that. One thread.
public struct Gate: ~Copyable {
    /// Stands for "no such side" in `mark`.
    public static let noPrice = Int64.min

    let rows: UnsafeMutablePointer<GateRow>
    let count: Int
    var limits: GateTotals
    var orders: RateWindow
    var messages: RateWindow
    var duplicates: DuplicateWindow
    var peaks: PeakWindow

    /// The kill switch; trips by limit inside `equity`, by all else through `trip`.
    public internal(set) var killSwitch = KillSwitch()
    /// Orders that may still execute.
    public internal(set) var openOrders = 0
    /// Reconciliation or an unknown order forbids new risk.
    public internal(set) var isBlocked = false
    /// Reports that contradicted the gate's numbers; each also tripped the kill switch.
    public internal(set) var invariantFailures = 0

    /// Sum over instruments of the worst-case absolute position, money units.
    public internal(set) var grossWorst: Int128 = 0
    /// Sum over instruments of the position if all buys fill, money units.
    public internal(set) var netLongWorst: Int128 = 0
    /// Sum over instruments of the position if all sells fill, money units.
    public internal(set) var netShortWorst: Int128 = 0

    /// Last equity fed, money units.
    public internal(set) var equityMoney: Int64
    /// Equity when the day began, money units.
    public internal(set) var dayStartEquity: Int64
    /// Highest equity ever fed, money units.
    public internal(set) var peakEquity: Int64
    var day: Int64
    var clock = Int64.min
    var dailyLossBreached = false
    var monthlyDrawdownBreached = false
    var peakDrawdownBreached = false

    /// - Parameters:
    ///   - limits: from `RiskPolicy.compile`.
    ///   - time: nanoseconds since the Unix epoch; the day and the 30 days begin here.
    ///   - killSwitch: as its file had it, so that a restart does not lift it.
    public init(_ limits: GateLimits, time: Int64, killSwitch: KillSwitch = KillSwitch()) {
        precondition(!limits.instruments.isEmpty && limits.capital > 0)
        count = limits.instruments.count
        rows = .allocate(capacity: count)
        for (index, row) in limits.instruments.enumerated() {
            precondition(row.moneyNumerator > 0 && row.moneyDenominator > 0 && row.tick > 0 && row.maximumOrderLots > 0)
            (rows + index).initialize(to: GateRow(limits: row))
        }
        self.limits = GateTotals(limits)
        orders = .allocate(limits.ordersPerSecond)
        messages = .allocate(limits.ordersPerSecond + limits.cancelReserve)
        duplicates = .allocate(limits.duplicateCapacity, length: limits.duplicateWindow)
        peaks = .allocate()
        self.killSwitch = killSwitch
        equityMoney = limits.capital
        dayStartEquity = limits.capital
        peakEquity = limits.capital
        day = floorDivide(time - limits.dayOffset, Gate.dayLength)
        peaks.update(limits.capital, time: time)
    }

    deinit {
        rows.deallocate()
        orders.deallocate()
        messages.deallocate()
        duplicates.deallocate()
        peaks.deallocate()
    }

    static let dayLength: Int64 = 86_400_000_000_000

    /// The row of an instrument; an index outside the table is a broken invariant and stops the process.
    @inline(__always)
    func row(_ instrument: Int) -> UnsafeMutablePointer<GateRow> {
        precondition(instrument >= 0 && instrument < count)
        return rows + instrument
    }
}

/// One instrument: its limits and the gate's numbers on it.
struct GateRow {
    var limits: InstrumentLimits
    /// Signed lots.
    var position: Int64 = 0
    /// Lots that open buys may still fill, not negative.
    var openBuy: Int64 = 0
    /// Lots that open sells may still fill, not negative.
    var openSell: Int64 = 0
    var reference = Gate.noPrice
    var referenceTime: Int64 = 0
    var isHalted = false
    /// This row's part of the gate's three sums, as last added.
    var gross: Int64 = 0
    var netLong: Int64 = 0
    var netShort: Int64 = 0

    init(limits: InstrumentLimits) { self.limits = limits }

    @inline(__always)
    var hasReference: Bool { reference != Gate.noPrice }

    /// Money of `lots` at `price`, rounded away from zero.
    @inline(__always)
    func money(_ lots: Int64, at price: UInt64) -> Int64 {
        let size = worth(
            lots: lots.magnitude, price: price, numerator: limits.moneyNumerator, denominator: limits.moneyDenominator)
        return lots < 0 ? -size : size
    }
}

/// The limits that are not an instrument's.
struct GateTotals {
    let grossParts: Int64
    let netParts: Int64
    let dailyLossParts: Int64
    let monthlyDrawdownParts: Int64
    let peakDrawdownParts: Int64
    let maximumOpenOrders: Int
    let dayOffset: Int64

    init(_ limits: GateLimits) {
        grossParts = limits.grossParts
        netParts = limits.netParts
        dailyLossParts = limits.dailyLossParts
        monthlyDrawdownParts = limits.monthlyDrawdownParts
        peakDrawdownParts = limits.peakDrawdownParts
        maximumOpenOrders = limits.maximumOpenOrders
        dayOffset = limits.dayOffset
    }
}
