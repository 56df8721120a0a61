import CxxEvent

/// Limits of one instrument that differ from the policy's. `nil` keeps the policy's value.
public struct InstrumentPolicy: Sendable, Codable, Equatable {
    public var symbol: String
    public var maximumOrderLots: Int64?
    public var maximumPositionLots: Int64?
    public var positionPercent: Double?
    public var orderNotionalPercent: Double?
    public var collarBasisPoints: Double?
    public var staleNanoseconds: Int64?

    public init(symbol: String) { self.symbol = symbol }
}

/// The risk policy as a person writes it. `compile` turns it into the gate's integers.
///
///     var policy = RiskPolicy()
///     policy.positionPercent = 5
///     let limits = try policy.compile(definitions, capital: 1_000_000_0000)
public struct RiskPolicy: Sendable, Codable, Equatable {
    /// Worst-case position of one instrument, percent of current equity.
    public var positionPercent: Double = 10
    /// Loss since the day began, percent of the equity then.
    public var dailyLossPercent: Double = 5
    /// Fall from the highest equity of the last 30 days, percent of it.
    public var monthlyDrawdownPercent: Double = 10
    /// Fall from the highest equity ever, percent of it.
    public var peakDrawdownPercent: Double = 15
    /// Sum of worst-case absolute positions, multiple of current equity.
    public var grossExposureMultiple: Double = 2
    /// Sum of worst-case signed positions, multiple of current equity.
    public var netExposureMultiple: Double = 1
    /// One order at its worst price, percent of the capital at the start.
    public var orderNotionalPercent: Double = 10
    /// Lots in one order. The venue's own maximum binds where it is smaller.
    public var maximumOrderLots: Int64 = 1_000_000_000_000
    /// Lots of one instrument, long or short.
    public var maximumPositionLots: Int64 = 1_000_000_000_000
    /// Distance of an order's price from the reference price, hundredths of a percent.
    public var collarBasisPoints: Double = 300
    /// An equal order within this time is a duplicate; 0 turns the check off.
    public var duplicateWindowNanoseconds: Int64 = 250_000_000
    /// New orders and replacements in any second.
    public var ordersPerSecond: Int = 50
    /// Messages in any second beyond those that only cancels may use.
    public var cancelReservePerSecond: Int = 200
    /// Open orders over all instruments.
    public var maximumOpenOrders: Int = 200
    /// Age of the reference price.
    public var staleNanoseconds: Int64 = 5_000_000_000
    /// Symbols in which no order may be sent.
    public var restricted: [String] = []
    /// Exceptions for single instruments.
    public var instruments: [InstrumentPolicy] = []
    /// The trading day rolls at this many minutes after midnight UTC.
    public var dayStartMinutes: Int = 0
    /// Risked on one position between entry and stop, percent of equity (sizing).
    public var riskPerTradePercent: Double = 2
    /// Distance of the stop from the entry, in average true ranges (sizing).
    public var stopRanges: Double = 2

    public init() {}
}

extension RiskPolicy {
    /// Instruments in one gate, at most: its table is flat memory.
    public static let maximumInstruments = 65_536

    /// Checks the policy against the instruments and makes the gate's table.
    ///
    /// - Parameters:
    ///   - definitions: one an instrument, `id` equal to its index; one currency and money unit for all.
    ///   - capital: equity at the start in money units, positive.
    /// - Throws: `RiskError` that names the first setting or instrument that cannot be enforced.
    public func compile(
        _ definitions: UnsafeBufferPointer<martlet.InstrumentDefinition>, capital: Int64
    ) throws(RiskError) -> GateLimits {
        try require(capital > 0 && capital <= 1 << 60, "capital", "a positive amount up to 2^60 money units", capital)
        try require(
            (1...Self.maximumInstruments).contains(definitions.count), "instruments",
            "1 to \(Self.maximumInstruments) instruments", definitions.count)
        try validateTraffic()
        try validateSymbols(definitions)
        var rows: [InstrumentLimits] = []
        rows.reserveCapacity(definitions.count)
        for index in definitions.indices {
            rows.append(try row(definitions, index, capital: capital))
        }
        return GateLimits(
            instruments: rows, capital: capital,
            grossParts: try parts(grossExposureMultiple, 1_000_000, 0.01...1000, "grossExposureMultiple"),
            netParts: try parts(netExposureMultiple, 1_000_000, 0.01...1000, "netExposureMultiple"),
            dailyLossParts: try parts(dailyLossPercent, 10_000, 0.01...100, "dailyLossPercent"),
            monthlyDrawdownParts: try parts(monthlyDrawdownPercent, 10_000, 0.01...100, "monthlyDrawdownPercent"),
            peakDrawdownParts: try parts(peakDrawdownPercent, 10_000, 0.01...100, "peakDrawdownPercent"),
            ordersPerSecond: ordersPerSecond, cancelReserve: cancelReservePerSecond,
            maximumOpenOrders: maximumOpenOrders, duplicateWindow: duplicateWindowNanoseconds,
            dayOffset: Int64(dayStartMinutes) * 60_000_000_000)
    }

    private func validateTraffic() throws(RiskError) {
        try require((1...10_000).contains(ordersPerSecond), "ordersPerSecond", "1 to 10000", ordersPerSecond)
        try require((1...100_000).contains(maximumOpenOrders), "maximumOpenOrders", "1 to 100000", maximumOpenOrders)
        try require(
            (maximumOpenOrders...200_000).contains(cancelReservePerSecond), "cancelReservePerSecond",
            "at least maximumOpenOrders (\(maximumOpenOrders)), so that one second cancels all, and up to 200000",
            cancelReservePerSecond)
        try require(
            (0...60_000_000_000).contains(duplicateWindowNanoseconds), "duplicateWindowNanoseconds",
            "0 to 60 seconds in nanoseconds", duplicateWindowNanoseconds)
        try require((-1439...1439).contains(dayStartMinutes), "dayStartMinutes", "-1439 to 1439", dayStartMinutes)
        _ = try parts(riskPerTradePercent, 10_000, 0.001...100, "riskPerTradePercent")
        _ = try parts(stopRanges, 1_000_000, 0.01...100, "stopRanges")
    }

    private func validateSymbols(_ definitions: UnsafeBufferPointer<martlet.InstrumentDefinition>) throws(RiskError) {
        let known = definitions.map { symbolText($0) }
        for (index, symbol) in known.enumerated() {
            try require(!known[..<index].contains(symbol), "instruments", "each symbol once", symbol)
        }
        for symbol in restricted {
            try require(known.contains(symbol), "restricted", "one of \(known)", symbol)
        }
        for (index, exception) in instruments.enumerated() {
            try require(known.contains(exception.symbol), "instruments[\(index)].symbol", "one of \(known)", exception.symbol)
            try require(
                !instruments[..<index].contains { $0.symbol == exception.symbol }, "instruments[\(index)].symbol",
                "each symbol once", exception.symbol)
        }
    }

    private func row(
        _ definitions: UnsafeBufferPointer<martlet.InstrumentDefinition>, _ index: Int, capital: Int64
    ) throws(RiskError) -> InstrumentLimits {
        let definition = definitions[index]
        let symbol = symbolText(definition)
        guard Int(definition.id) == index else {
            throw .invalidInstrument(symbol: symbol, problem: "expected id \(index) as its index, was \(definition.id)")
        }
        guard definition.contract != .inverse else {
            throw .invalidInstrument(symbol: symbol, problem: "inverse contracts are not supported, only linear and quanto")
        }
        guard sameMoney(definition, definitions[0]) else {
            throw .invalidInstrument(
                symbol: symbol, problem: "its money differs from that of \(symbolText(definitions[0])): one currency and unit for all")
        }
        let money = martlet.money_ratio(definition)
        guard money.numerator > 0, money.denominator > 0 else {
            throw .invalidInstrument(symbol: symbol, problem: "price, lot and money increments do not fit 64 bits")
        }
        guard definition.tick > 0 else {
            throw .invalidInstrument(symbol: symbol, problem: "expected a positive tick, was \(definition.tick)")
        }
        let exception = instruments.first { $0.symbol == symbol } ?? InstrumentPolicy(symbol: symbol)
        let orderLots = exception.maximumOrderLots ?? maximumOrderLots
        let positionLots = exception.maximumPositionLots ?? maximumPositionLots
        let stale = exception.staleNanoseconds ?? staleNanoseconds
        try require((1...1 << 50).contains(orderLots), "maximumOrderLots", "1 to 2^50", orderLots)
        try require((1...1 << 50).contains(positionLots), "maximumPositionLots", "1 to 2^50", positionLots)
        try require(stale > 0, "staleNanoseconds", "a positive time", stale)
        let notional = try parts(exception.orderNotionalPercent ?? orderNotionalPercent, 10_000, 0.0001...1000, "orderNotionalPercent")
        let venueMaximum = definition.maximum_quantity > 0 ? definition.maximum_quantity : Int64.max
        return InstrumentLimits(
            moneyNumerator: money.numerator, moneyDenominator: money.denominator, tick: definition.tick,
            maximumOrderLots: min(orderLots, venueMaximum),
            maximumOrderNotional: Int64(clamping: Int128(capital) * Int128(notional) / 1_000_000),
            maximumPositionLots: positionLots,
            positionParts: try parts(exception.positionPercent ?? positionPercent, 10_000, 0.01...1000, "positionPercent"),
            collarParts: try parts(exception.collarBasisPoints ?? collarBasisPoints, 100, 0.1...10_000, "collarBasisPoints"),
            staleNanoseconds: stale, restricted: restricted.contains(symbol))
    }
}

/// `value × scale` as an integer, or an error that names the setting where it is outside `range`.
func parts(_ value: Double, _ scale: Double, _ range: ClosedRange<Double>, _ name: String) throws(RiskError) -> Int64 {
    guard value.isFinite, range.contains(value) else {
        throw .invalidSetting(name: name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(value)")
    }
    return Int64((value * scale).rounded(.toNearestOrEven))
}

private func require<T>(_ holds: Bool, _ name: String, _ expected: String, _ found: T) throws(RiskError) {
    guard holds else { throw .invalidSetting(name: name, expected: expected, found: "\(found)") }
}

private func sameMoney(_ a: martlet.InstrumentDefinition, _ b: martlet.InstrumentDefinition) -> Bool {
    var left = a
    var right = b
    let sameCurrency = withUnsafeBytes(of: &left.currency) { x in
        withUnsafeBytes(of: &right.currency) { y in x.prefix { $0 != 0 }.elementsEqual(y.prefix { $0 != 0 }) }
    }
    return sameCurrency && a.money_unit.mantissa == b.money_unit.mantissa && a.money_unit.exponent == b.money_unit.exponent
}

private func symbolText(_ definition: martlet.InstrumentDefinition) -> String {
    var copy = definition
    return withUnsafeBytes(of: &copy.symbol) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
