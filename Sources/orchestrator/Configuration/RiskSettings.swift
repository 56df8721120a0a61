/// `risk`: the limits that no agent can overrule. Shares are of the equity unless another base is named.
package struct RiskSettings: Sendable {
    package var maximumOrderNotional = PartsPerMillion.percent(5)
    /// In units of the instrument; nil: only the notional counts.
    package var maximumOrderQuantity: ExactDecimal?
    package var maximumPosition = PartsPerMillion.percent(10)
    package var maximumGrossExposure = PartsPerMillion.percent(100)
    package var maximumNetExposure = PartsPerMillion.percent(60)
    package var priceCollar = PartsPerMillion.percent(2)
    package var duplicateWindow = Nanoseconds.milliseconds(500)
    package var ordersPerSecond = 50
    package var cancelsPerSecond = 100
    package var maximumOpenOrders = 100
    package var dailyLoss = PartsPerMillion.percent(5)
    package var drawdown30Days = PartsPerMillion.percent(10)
    package var drawdownFromPeak = PartsPerMillion.percent(15)
    package var staleAfter = Nanoseconds.seconds(10)
    package var restricted: [String] = []
    package var sizing = SizingSettings()

    mutating func read(_ reader: inout ConfigurationReader) {
        let share = PartsPerMillion(1)...PartsPerMillion.percent(100)
        let exposure = PartsPerMillion(1)...PartsPerMillion.percent(2_000)
        reader.value("maximum_order_notional", &maximumOrderNotional, in: share, "largest notional of one order, of the equity")
        reader.optional("maximum_order_quantity", &maximumOrderQuantity, "largest quantity of one order, in units of the instrument; none: only the notional counts")
        reader.value("maximum_position", &maximumPosition, in: share, "largest position in one instrument, open orders included, of the equity")
        reader.value("maximum_gross_exposure", &maximumGrossExposure, in: exposure, "largest sum of all positions' sizes, of the equity")
        reader.value("maximum_net_exposure", &maximumNetExposure, in: exposure, "largest surplus of long over short or short over long, of the equity")
        reader.value("price_collar", &priceCollar, in: share, "furthest that a price may be from the market, of the price")
        reader.value("duplicate_window", &duplicateWindow, in: Nanoseconds(0)...(.minutes(10)), "time in which an order like the last one is taken for its duplicate")
        reader.value("orders_per_second", &ordersPerSecond, in: 1...100_000, "most new orders and replacements in any second")
        reader.value("cancels_per_second", &cancelsPerSecond, in: 1...100_000, "messages in any second that are kept back for cancels")
        reader.value("maximum_open_orders", &maximumOpenOrders, in: 1...100_000, "most open orders at a time")
        reader.value("daily_loss", &dailyLoss, in: share, "loss of one day at which the kill switch is thrown, of the day's first equity")
        reader.value("drawdown_30_days", &drawdown30Days, in: share, "fall from the highest equity of any 30 days at which the kill switch is thrown")
        reader.value("drawdown", &drawdownFromPeak, in: share, "fall from the highest equity ever at which the kill switch is thrown")
        reader.value("stale_after", &staleAfter, in: .milliseconds(1)...(.days(7)), "age of the market data after which no risk is added")
        reader.values("restricted", &restricted, "symbols that may not be traded")
        reader.section("sizing") { sizing.read(&$0) }
    }
}

/// `risk.sizing`: how large a position is.
package struct SizingSettings: Sendable {
    package var riskPerTrade = PartsPerMillion.percent(2)
    package var atrPeriod = 14
    package var atrStop = 2.0

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("risk_per_trade", &riskPerTrade, in: PartsPerMillion(1)...(.percent(10)), "what is lost when the stop is hit, of the equity")
        reader.value("atr_period", &atrPeriod, in: 2...250, "bars of the average true range that the stop is measured in")
        reader.value("atr_stop", &atrStop, in: 0.1...20, "distance of the stop from the entry, in average true ranges")
    }
}

/// How a target becomes an order.
package enum OrderPolicy: String, ConfigurationChoice {
    /// A market order.
    case market
    /// A limit order as far through the market as `execution.aggression` says.
    case marketable
    /// A limit order at the best price of its own side.
    case passive
}

/// How long an order lives.
package enum OrderLifetime: String, ConfigurationChoice {
    case day
    case goodTillCancel = "good_till_cancel"
    case immediateOrCancel = "immediate_or_cancel"
    case fillOrKill = "fill_or_kill"
}

/// `execution`: from targets to orders.
package struct ExecutionSettings: Sendable {
    package var orderType = OrderPolicy.marketable
    package var timeInForce = OrderLifetime.immediateOrCancel
    /// How far a marketable limit reaches through the market, of the price.
    package var aggression = PartsPerMillion.basisPoints(10)
    /// A resting order older than this is canceled.
    package var patience = Nanoseconds.minutes(1)
    /// An order that the venue has not spoken of for this long is asked for.
    package var unknownAfter = Nanoseconds.seconds(5)
    package var reconcileInterval = Nanoseconds.minutes(10)

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("order_type", &orderType, "how a target becomes an order: at market, a limit through the market, or a limit that rests")
        reader.value("time_in_force", &timeInForce, "how long an order lives")
        reader.value("aggression", &aggression, in: PartsPerMillion(0)...(.percent(5)), "how far a marketable limit reaches through the market, of the price")
        reader.value("patience", &patience, in: .milliseconds(1)...(.days(1)), "age at which a resting order is canceled")
        reader.value("unknown_after", &unknownAfter, in: .milliseconds(10)...(.hours(1)), "silence of the venue after which an order counts as unknown and is asked for")
        reader.value("reconcile_interval", &reconcileInterval, in: .seconds(1)...(.days(1)), "time between comparisons with the venue's orders, fills and positions")
    }
}
