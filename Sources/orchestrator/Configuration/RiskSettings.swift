package import Risk

/// `risk`: the limits that no agent can overrule. The defaults are the policy's own.
package struct RiskSettings: Sendable {
    package var maximumPosition, maximumOrderNotional, grossExposure, netExposure: PartsPerMillion
    package var dailyLoss, drawdown30Days, drawdown, priceCollar: PartsPerMillion
    package var maximumOrderLots, maximumPositionLots: Int64
    package var duplicateWindow, staleAfter, dayStart: Nanoseconds
    package var ordersPerSecond, cancelReservePerSecond, maximumOpenOrders: Int
    package var restricted: [String]
    package var riskPerTrade: PartsPerMillion
    package var stopRanges: Double

    package init() {
        let policy = RiskPolicy()
        maximumPosition = .rounded(policy.positionPercent / 100)
        maximumOrderNotional = .rounded(policy.orderNotionalPercent / 100)
        grossExposure = .rounded(policy.grossExposureMultiple)
        netExposure = .rounded(policy.netExposureMultiple)
        dailyLoss = .rounded(policy.dailyLossPercent / 100)
        drawdown30Days = .rounded(policy.monthlyDrawdownPercent / 100)
        drawdown = .rounded(policy.peakDrawdownPercent / 100)
        priceCollar = .rounded(policy.collarBasisPoints / 10_000)
        maximumOrderLots = policy.maximumOrderLots
        maximumPositionLots = policy.maximumPositionLots
        duplicateWindow = Nanoseconds(policy.duplicateWindowNanoseconds)
        staleAfter = Nanoseconds(policy.staleNanoseconds)
        dayStart = .minutes(Int64(policy.dayStartMinutes))
        ordersPerSecond = policy.ordersPerSecond
        cancelReservePerSecond = policy.cancelReservePerSecond
        maximumOpenOrders = policy.maximumOpenOrders
        restricted = policy.restricted
        riskPerTrade = .rounded(policy.riskPerTradePercent / 100)
        stopRanges = policy.stopRanges
    }

    /// The policy that is configured. Shares are exact to one millionth on both sides.
    package var policy: RiskPolicy {
        var policy = RiskPolicy()
        policy.positionPercent = maximumPosition.fraction * 100
        policy.orderNotionalPercent = maximumOrderNotional.fraction * 100
        policy.grossExposureMultiple = grossExposure.fraction
        policy.netExposureMultiple = netExposure.fraction
        policy.dailyLossPercent = dailyLoss.fraction * 100
        policy.monthlyDrawdownPercent = drawdown30Days.fraction * 100
        policy.peakDrawdownPercent = drawdown.fraction * 100
        policy.collarBasisPoints = priceCollar.fraction * 10_000
        policy.maximumOrderLots = maximumOrderLots
        policy.maximumPositionLots = maximumPositionLots
        policy.duplicateWindowNanoseconds = duplicateWindow.count
        policy.staleNanoseconds = staleAfter.count
        policy.dayStartMinutes = Int(dayStart.count / 60_000_000_000)
        policy.ordersPerSecond = ordersPerSecond
        policy.cancelReservePerSecond = cancelReservePerSecond
        policy.maximumOpenOrders = maximumOpenOrders
        policy.restricted = restricted
        policy.riskPerTradePercent = riskPerTrade.fraction * 100
        policy.stopRanges = stopRanges
        return policy
    }

    mutating func read(_ reader: inout ConfigurationReader) {
        let share = PartsPerMillion(100)...PartsPerMillion.percent(100)
        let exposure = PartsPerMillion.percent(1)...PartsPerMillion.percent(10_000)
        reader.value("maximum_position", &maximumPosition, in: share, "largest position in one instrument, open orders included, of the equity")
        reader.value("maximum_order_notional", &maximumOrderNotional, in: share, "largest notional of one order, of the capital at the start")
        reader.value("gross_exposure", &grossExposure, in: exposure, "largest sum of all positions' sizes, open orders included, of the equity")
        reader.value("net_exposure", &netExposure, in: exposure, "largest surplus of long over short or short over long, of the equity")
        reader.value("daily_loss", &dailyLoss, in: share, "loss of one day at which the kill switch is thrown, of the day's first equity")
        reader.value("drawdown_30_days", &drawdown30Days, in: share, "fall from the highest equity of the last 30 days at which the kill switch is thrown")
        reader.value("drawdown", &drawdown, in: share, "fall from the highest equity ever at which the kill switch is thrown")
        reader.value("price_collar", &priceCollar, in: PartsPerMillion(10)...(.percent(100)), "furthest that an order's price may be from the market, of the price")
        reader.value("maximum_order_lots", &maximumOrderLots, in: 1...1 << 50, "most lots in one order")
        reader.value("maximum_position_lots", &maximumPositionLots, in: 1...1 << 50, "most lots of one instrument, long or short")
        reader.value("duplicate_window", &duplicateWindow, in: Nanoseconds(0)...(.minutes(1)), "time in which an equal order is a duplicate; 0ns: never")
        reader.value("stale_after", &staleAfter, in: .milliseconds(1)...(.days(7)), "age of the market's price after which no risk is added")
        reader.value("day_start", &dayStart, in: Nanoseconds(0)...(.minutes(1439)), "time after midnight UTC at which the trading day begins, whole minutes")
        reader.value("orders_per_second", &ordersPerSecond, in: 1...10_000, "most new orders and replacements in any second")
        reader.value("cancel_reserve_per_second", &cancelReservePerSecond, in: 1...200_000, "messages in any second beyond those that only cancels may use; at least maximum_open_orders")
        reader.value("maximum_open_orders", &maximumOpenOrders, in: 1...100_000, "most open orders at a time")
        reader.values("restricted", &restricted, "symbols that may not be traded")
        reader.value("risk_per_trade", &riskPerTrade, in: PartsPerMillion(10)...(.percent(100)), "what is lost when the stop is hit, of the equity")
        reader.value("stop_ranges", &stopRanges, in: 0.01...100, "distance of the stop from the entry, in average true ranges")
    }
}

extension PartsPerMillion {
    /// The nearest whole number of millionths.
    static func rounded(_ fraction: Double) -> PartsPerMillion {
        PartsPerMillion(Int64((fraction * 1_000_000).rounded(.toNearestOrEven)))
    }
}
