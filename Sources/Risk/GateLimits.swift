/// One instrument's row of the gate's table: integers only, in the gate's own units.
public struct InstrumentLimits: Sendable, Equatable {
    /// Money units per increment and lot, as numerator and denominator, both positive.
    public var moneyNumerator: Int64
    public var moneyDenominator: Int64
    /// Increments between valid order prices.
    public var tick: Int64
    /// Lots in one order, at most.
    public var maximumOrderLots: Int64
    /// Money units in one order at its worst price, at most.
    public var maximumOrderNotional: Int64
    /// Lots long or short in the worst case, at most.
    public var maximumPositionLots: Int64
    /// Worst-case position as millionths of equity, at most.
    public var positionParts: Int64
    /// Distance of a price from the reference as millionths of it, at most.
    public var collarParts: Int64
    /// Age of the reference price in nanoseconds, at most.
    public var staleNanoseconds: Int64
    /// On the restricted list: no order passes.
    public var restricted: Bool

    public init(
        moneyNumerator: Int64, moneyDenominator: Int64, tick: Int64, maximumOrderLots: Int64,
        maximumOrderNotional: Int64, maximumPositionLots: Int64, positionParts: Int64, collarParts: Int64,
        staleNanoseconds: Int64, restricted: Bool
    ) {
        self.moneyNumerator = moneyNumerator
        self.moneyDenominator = moneyDenominator
        self.tick = tick
        self.maximumOrderLots = maximumOrderLots
        self.maximumOrderNotional = maximumOrderNotional
        self.maximumPositionLots = maximumPositionLots
        self.positionParts = positionParts
        self.collarParts = collarParts
        self.staleNanoseconds = staleNanoseconds
        self.restricted = restricted
    }
}

/// The whole table that `RiskPolicy.compile` makes and `Gate` enforces. "Parts" are millionths.
public struct GateLimits: Sendable, Equatable {
    /// One row an instrument, at the index of its dense `InstrumentID`.
    public var instruments: [InstrumentLimits]
    /// Equity in money units at which the policy was compiled; the gate starts from it.
    public var capital: Int64
    /// Worst-case gross exposure as millionths of equity, at most.
    public var grossParts: Int64
    /// Worst-case net exposure, either sign, as millionths of equity, at most.
    public var netParts: Int64
    /// Loss since the day began, as millionths of the equity then: from here on no new risk.
    public var dailyLossParts: Int64
    /// Fall from the 30-day high as millionths of it.
    public var monthlyDrawdownParts: Int64
    /// Fall from the high of all time as millionths of it.
    public var peakDrawdownParts: Int64
    /// New orders and replacements within any second, at most.
    public var ordersPerSecond: Int
    /// Messages within any second beyond `ordersPerSecond` that only cancels may use.
    public var cancelReserve: Int
    /// Open orders over all instruments, at most.
    public var maximumOpenOrders: Int
    /// An equal order within this many nanoseconds is a duplicate; 0: never.
    public var duplicateWindow: Int64
    /// The day rolls at this many nanoseconds after midnight UTC.
    public var dayOffset: Int64

    public init(
        instruments: [InstrumentLimits], capital: Int64, grossParts: Int64, netParts: Int64, dailyLossParts: Int64,
        monthlyDrawdownParts: Int64, peakDrawdownParts: Int64, ordersPerSecond: Int, cancelReserve: Int,
        maximumOpenOrders: Int, duplicateWindow: Int64, dayOffset: Int64
    ) {
        self.instruments = instruments
        self.capital = capital
        self.grossParts = grossParts
        self.netParts = netParts
        self.dailyLossParts = dailyLossParts
        self.monthlyDrawdownParts = monthlyDrawdownParts
        self.peakDrawdownParts = peakDrawdownParts
        self.ordersPerSecond = ordersPerSecond
        self.cancelReserve = cancelReserve
        self.maximumOpenOrders = maximumOpenOrders
        self.duplicateWindow = duplicateWindow
        self.dayOffset = dayOffset
    }

    /// Passed orders that can lie within the duplicate window: the exact size of the gate's memory of them.
    public var duplicateCapacity: Int {
        duplicateWindow == 0 ? 1 : ordersPerSecond * Int((duplicateWindow + 999_999_999) / 1_000_000_000 + 1)
    }
}
