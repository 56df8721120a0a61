/// How a target becomes an order.
package enum OrderPolicy: String, ConfigurationChoice {
    /// A limit order through the far side of the book, immediate or cancel.
    case marketableLimit = "marketable_limit"
    /// A market order.
    case market
}

/// `execution`: from targets to orders.
package struct ExecutionSettings: Sendable {
    package var orderType = OrderPolicy.marketableLimit
    /// How far a marketable limit reaches through the market, in ticks.
    package var throughTicks: Int64 = 5
    package var attempts = 4
    package var reconcileInterval = Nanoseconds.minutes(5)
    /// How often equity is marked and the loss limits are looked at, besides every fill and bar.
    package var riskInterval = Nanoseconds.seconds(1)
    package var algorithm: UInt16 = 0

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("order_type", &orderType, "how a target becomes an order: a limit through the market, immediate or cancel; or at market")
        reader.value("through_ticks", &throughTicks, in: 0...10_000, "how far a marketable limit reaches through the market, in ticks")
        reader.value("attempts", &attempts, in: 1...100, "orders that may follow one decision, after partial fills")
        reader.value("reconcile_interval", &reconcileInterval, in: .seconds(1)...(.days(1)), "time between comparisons with the venue's orders, fills and positions")
        reader.value("risk_interval", &riskInterval, in: .milliseconds(1)...(.minutes(10)), "how often equity is marked and loss limits are looked at, besides every fill and bar")
        reader.value("algorithm", &algorithm, "algorithm identifier that regulators ask for on each order; 0: none")
    }
}

/// `costs`: what a fill costs where only bars are known.
package struct CostSettings: Sendable {
    package var halfSpreadTicks: Int64 = 1
    package var slippageTicks: Int64 = 1

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("half_spread_ticks", &halfSpreadTicks, in: 0...1_000_000, "half the bid-ask spread that a market order pays on bars, in ticks")
        reader.value("slippage_ticks", &slippageTicks, in: 0...1_000_000, "what a market order pays on bars beyond that, in ticks")
    }
}

/// `latency`: what ways take in a backtest.
package struct LatencySettings: Sendable {
    package var feed = Nanoseconds(0)
    package var decision = Nanoseconds.milliseconds(1)
    package var order = Nanoseconds(500_000)
    package var report = Nanoseconds(500_000)

    mutating func read(_ reader: inout ConfigurationReader) {
        let delay = Nanoseconds(0)...Nanoseconds.minutes(1)
        reader.value("feed", &feed, in: delay, "backtest: from the venue's event to our receiving it")
        reader.value("decision", &decision, in: delay, "backtest: from a decision request to the council's answer")
        reader.value("order", &order, in: delay, "backtest: from a command's release to its arrival at the venue")
        reader.value("report", &report, in: delay, "backtest: from the venue's report to our receiving it")
    }
}
