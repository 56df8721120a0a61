public import Execution
public import Features

/// Lengths of the features that an observation carries, in decision bars.
public struct FeaturePeriods: Sendable, Equatable {
    public var smaFast: Int32 = 10
    public var smaSlow: Int32 = 30
    public var emaFast: Int32 = 12
    public var emaSlow: Int32 = 26
    public var macdSignal: Int32 = 9
    public var rsi: Int32 = 14
    public var bollinger: Int32 = 20
    public var atr: Int32 = 14
    public var adx: Int32 = 14
    public var realisedVolatility: Int32 = 30
    public var channel: Int32 = 20
    /// Book levels a side in the imbalance.
    public var imbalanceLevels: Int32 = 5
    /// Changes of the best bid or ask in the order flow imbalance.
    public var orderFlow: Int32 = 100

    public init() {}
}

/// How a target becomes an order.
public enum OrderStyle: Sendable, Equatable {
    /// A limit order through the far side of the book by `ticks`, immediate or cancel: it takes what is
    /// there at a bounded price.
    case marketableLimit(ticks: Int64)
    /// A market order: where only bars are known there is no book to bound it by.
    case market
}

/// Everything that the engine is told before its first event. All times in nanoseconds.
public struct EngineConfiguration: Sendable, Equatable {
    /// Length of the bars on whose close decisions are due.
    public var timeframe: Int64 = 60_000_000_000
    public var periods = FeaturePeriods()
    /// Features by name that observations show beside the engine's own; its length is `timeframe`, its references are instruments of the
    /// run, and its `price` is something that all of them have.
    public var featureSet: FeaturePlan?
    public var style = OrderStyle.marketableLimit(ticks: 5)
    /// After this long an unanswered decision request is answered by the fallback.
    public var decisionDeadline: Int64 = 1_000_000_000
    /// Orders that may follow one decision: partial fills and races are pursued so often, then let be.
    public var attemptsPerDecision = 4
    /// A new target of the position's own direction that differs by less than this share of it is not traded.
    public var rebalanceBand = 0.25
    /// How often orders, fills and positions are compared with the venue's; 0: at logon only.
    public var reconcileInterval: Int64 = 300_000_000_000
    /// Timeouts and tolerances of that comparison.
    public var reconciliation = Reconciliation.Settings()
    /// After this long an order, a cancel or a replacement that the venue has not answered is unknown, and asked after.
    public var orderTimeout: Int64 = 10_000_000_000
    /// How often equity is marked and loss limits are looked at, besides every fill and bar.
    public var riskInterval: Int64 = 1_000_000_000
    /// Equity at the start in money units.
    public var initialCash: Int64 = 1_000_000_0000
    /// Whether a position is left when the market comes as far against it as sizing assumed.
    public var protectiveStops = true
    /// Orders that can be open at once, over all instruments.
    public var maximumOpenOrders = 256
    /// Expected live orders of one instrument's book.
    public var expectedBookOrders: UInt32 = 8192
    /// Written into each order where a regulator asks for it.
    public var algorithm: UInt32 = 0
    /// The venue answers order, position and trade requests: reconcile at logon and on the timer.
    public var reconciles = true

    public init() {}

    /// Columns of the feature set; 0 without one.
    var setColumns: Int { featureSet?.columns.count ?? 0 }
}
