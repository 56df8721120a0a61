internal import CxxBook
internal import CxxEvent
internal import CxxFeature
internal import Features
public import MarketData

/// Everything that the engine knows of one instrument, in one block of memory: book, bars, features, and what
/// is wanted of it.
///
/// A lane is only ever touched through the engine's pointer to it. Prices in increments, quantities in lots.
struct Lane: ~Copyable {
    let definition: martlet.InstrumentDefinition
    let source: SourceKind
    /// Price units per increment.
    let increment: Double

    let imbalanceLevels: Int

    // The market.
    /// In its own memory, so that a backtest's venue may read it.
    let book: UnsafeMutablePointer<martlet.Book>
    var bid: Int64 = 0
    var ask: Int64 = 0
    var bidQuantity: Int64 = 0
    var askQuantity: Int64 = 0
    /// Receive time of the last event of this instrument that did not come late; `Int64.min`: none.
    var marketTime: Int64 = .min
    var status = martlet.TradingStatus.open
    var faults: UInt64 = 0

    // Features.
    var bars: BarBuilder
    var kernels: BarKernels
    var flow: martlet.OrderFlowImbalance
    var bidBar = martlet.BarEvent()

    // What is wanted.
    var request: UInt64 = 0
    var requestDeadline: Int64 = .max
    var decision: UInt64 = 0
    /// Bid + ask when it was taken, increments: what slippage is measured from.
    var decisionMiddle: Int64 = 0
    var target: Int64 = 0
    var pursuing = false
    var attempts = 0
    /// Protective stop in increments; `Int64.min`: none.
    var stop: Int64 = .min
    /// The stop protects a long position.
    var stopIsBelow = false
    /// Distance of the stop from the entry, increments.
    var stopDistance: Int64 = 0
    var stopFired = false
    /// Why the gate last refused the stop's exit: said once, not every second.
    var exitDenied: UInt16 = 0
    /// Open orders that are our own; a stranger's order does not hold ours up.
    var openOrders = 0

    init(definition: martlet.InstrumentDefinition, source: SourceKind, configuration: EngineConfiguration) {
        self.definition = definition
        self.source = source
        increment = Lane.value(of: definition.price_increment)
        imbalanceLevels = Int(configuration.periods.imbalanceLevels)
        book = .allocate(capacity: 1)
        book.initialize(to: martlet.Book(martlet.BookOptions(of: source, tick: definition.tick, expectedOrders: configuration.expectedBookOrders)))
        bars = BarBuilder(lengthNanoseconds: configuration.timeframe)
        kernels = BarKernels(configuration.periods)
        flow = martlet.OrderFlowImbalance(configuration.periods.orderFlow)
    }

    deinit {
        book.deinitialize(count: 1)
        book.deallocate()
    }

    /// A decimal as a double, for features alone.
    static func value(of decimal: martlet.Decimal) -> Double {
        var value = Double(decimal.mantissa)
        var exponent = decimal.exponent
        while exponent > 0 { value *= 10; exponent -= 1 }
        var divisor = 1.0
        while exponent < 0 { divisor *= 10; exponent += 1 }
        return value / divisor
    }

    /// Both sides are there and the book may be believed. Mutating so as not to copy the lane.
    var hasMarket: Bool { mutating get { bid > 0 && ask > 0 && bid < ask || source == .bars && bid > 0 } }
}
