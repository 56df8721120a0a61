extension Page {
    /// Most price charts on the page; the JSON has all.
    static let maximumPriceCharts = 8
    /// Most rows in the table of fills.
    static let maximumFillRows = 40

    var account: String {
        let curve = report.curve
        let held = curve.contains { $0.gross.units != 0 }
        let fell = curve.contains { $0.drawdown > 0 }
        let unsampled = "The account was never sampled."
        let charts = [
            TimeChart(
                title: "Equity", unit: curve.last.map { "\(NumberText.amount($0.equity)) \(money) at the end" } ?? money,
                series: [.init(name: "Equity", color: "blue", style: .area, points: curve.map { ($0.time, $0.equity.value) })],
                period: report.period, height: 240, base: curve.first?.equity.value, places: min(report.money.decimals, 2), empty: unsampled),
            TimeChart(
                title: "Drawdown", unit: "fall from the highest equity so far, \(NumberText.percent(report.metrics.maximumDrawdown)) at most",
                series: [.init(name: "Drawdown", color: "red", style: .area, points: fell ? curve.map { ($0.time, -$0.drawdown) } : [])],
                period: report.period, height: 110, base: 0, isPercent: true,
                empty: curve.isEmpty ? unsampled : "Equity never fell below its highest."),
            TimeChart(
                title: "Exposure", unit: "\(money), value of the positions",
                series: [
                    .init(name: "Gross", color: "grey", style: .filledSteps, points: held ? curve.map { ($0.time, $0.gross.value) } : []),
                    .init(name: "Net", color: "blue", style: .steps, points: held ? curve.map { ($0.time, $0.net.value) } : []),
                ],
                period: report.period, height: 150, base: 0, empty: curve.isEmpty ? unsampled : "No position was held."),
        ]
        return TimeChart.aligned(charts).enumerated().map { $1.html(number: $0 + 1) }.joined()
    }

    /// One chart for each instrument, those with the most fills first.
    var priceCharts: String {
        let fills = report.prices.map { series in report.trades.count { $0.instrument == series.symbol } }
        let order = report.prices.indices.sorted { (fills[$1], $0) < (fills[$0], $1) }
        guard !order.isEmpty else { return "<figure><p class=\"empty\">No prices were kept.</p></figure>" }
        let charts = order.prefix(Self.maximumPriceCharts).enumerated().map { number, place in
            let series = report.prices[place]
            let isWide = number == 0 && min(order.count, Self.maximumPriceCharts) % 2 == 1
            let decimals = min(series.points.first?.price.scale ?? 2, 8)
            let markers = report.trades.filter { $0.instrument == series.symbol }.map { trade in
                TimeChart.Marker(
                    time: trade.time, value: trade.price.value, isBuy: trade.side == .buy,
                    text: "\(trade.side.rawValue) \(trade.quantity) at \(trade.price)")
            }
            return TimeChart(
                title: series.symbol, unit: "\(NumberText.grouped(fills[place])) fills",
                series: [.init(name: "Price", color: "ink", style: .line, points: series.points.map { ($0.time, $0.price.value) })],
                markers: markers, period: report.period, height: isWide ? 220 : 190, isWide: isWide, places: decimals,
                empty: "No price of this instrument was seen.").html(number: 10 + number)
        }
        let more = order.count > Self.maximumPriceCharts
            ? "<p class=\"empty\">\(order.count - Self.maximumPriceCharts) more instruments are in the JSON.</p>" : ""
        return (charts.count > 1 ? "<div class=\"grid2\">" : "<div>") + charts.joined() + "</div>" + more
    }

    /// The way to the pages of candles, which have scripts and size of their own.
    var candles: String {
        guard !report.candles.isEmpty else { return "" }
        let links = report.candles.map { one in
            let isAlone = report.candles.count { $0.symbol == one.symbol } == 1
            return "<a href=\"\(escaped(one.page))\">\(escaped(isAlone ? one.symbol : "\(one.venue):\(one.symbol)"))</a>"
        }
        return "\n<p class=\"links\"><span>Candles, bar by bar</span>\(links.joined())</p>"
    }

    var instrumentTable: String {
        guard !report.instruments.isEmpty else {
            return "<div class=\"card\"><p class=\"empty\">No instrument was traded.</p></div>"
        }
        func row(_ one: RunReport.InstrumentResult) -> String {
            let cells = [
                NumberText.grouped(one.fills), NumberText.amount(one.position, places: 8), NumberText.amount(one.turnover),
                NumberText.signed(one.realised), NumberText.signed(one.unrealised), NumberText.amount(one.fees),
            ]
            return "<tr><td class=\"l\">\(escaped(one.symbol))</td><td class=\"l\">\(escaped(one.venue))</td>"
                + cells.map { "<td>\($0)</td>" }.joined()
                + "<td class=\"\(Page.kind(one.netProfit))\">\(NumberText.signed(one.netProfit))</td></tr>"
        }
        func sum(_ part: (RunReport.InstrumentResult) -> ExactDecimal) -> ExactDecimal {
            report.instruments.reduce(report.amount(0)) { $0 + part($1) }
        }
        let net = sum(\.netProfit)
        let foot = """
            <tr><td class="l" colspan="2">All</td><td>\(NumberText.grouped(report.instruments.reduce(0) { $0 + $1.fills }))</td><td></td><td>\(NumberText.amount(sum(\.turnover)))</td><td>\(NumberText.signed(sum(\.realised)))</td><td>\(NumberText.signed(sum(\.unrealised)))</td><td>\(NumberText.amount(sum(\.fees)))</td><td class="\(Page.kind(net))">\(NumberText.signed(net))</td></tr>
            """
        return """
            <div class="card scroll"><table><thead><tr><th class="l">Instrument</th><th class="l">Venue</th><th>Fills</th><th>Position</th><th>Turnover, \(escaped(money))</th><th>Realised</th><th>Unrealised</th><th>Fees</th><th>Net</th></tr></thead>
            <tbody>\(report.instruments.map(row).joined(separator: "\n"))</tbody><tfoot>\(foot)</tfoot></table></div>
            """
    }

    var breakdown: String {
        let agents = BarList(
            title: "Profit by agent", unit: "\(money), by weight of the votes",
            bars: report.agents.map { agent in
                .init(
                    name: agent.name, value: agent.netProfit.value, text: NumberText.signed(agent.netProfit),
                    note: "\(NumberText.percent(agent.meanWeight, places: 0)) of the weight",
                    color: agent.netProfit.units < 0 ? "red" : "green")
            }, empty: "No agent voted.")
        let costs = report.costs
        let parts = [("Fees", costs.fees), ("Half spread", costs.spread), ("Slippage", costs.slippage), ("Funding", costs.funding)]
        let costBars = BarList(
            title: "Costs", unit: "\(money), \(NumberText.amount(costs.total)) in all",
            bars: parts.contains { $0.1.units != 0 }
                ? parts.map { .init(name: $0.0, value: $0.1.value, text: NumberText.amount($0.1), color: $0.1.units < 0 ? "green" : "orange") } : [],
            empty: "Nothing was paid.")
        let denials = BarList(
            title: "Denied by the risk gate", unit: "orders, by reason",
            bars: report.denials.map { .init(name: $0.reason, value: Double($0.count), text: NumberText.grouped($0.count), color: "red") },
            empty: "The gate denied no order.")
        return "<div class=\"grid3\">" + agents.html + costBars.html + denials.html + "</div>"
    }

    var execution: String {
        let orders = report.orders
        let states: [(String, UInt64, String)] = [
            ("Submitted", orders.submitted, "grey"), ("Filled", orders.filled, "blue"), ("Partially filled", orders.partiallyFilled, "blue"),
            ("Canceled", orders.canceled, "grey"), ("Rejected by the venue", orders.rejected, "red"), ("Denied by the gate", orders.denied, "red"),
            ("Unknown", orders.unknown, "orange"),
        ]
        let bars = BarList(
            title: "Orders", unit: "by their end",
            bars: states.contains { $0.1 > 0 } ? states.map { .init(name: $0.0, value: Double($0.1), text: NumberText.grouped($0.1), color: $0.2) } : [],
            empty: "No order was made.")
        let strip = LatencyStrip(rows: [
            ("Tick to order", "event in → command", report.latency.tickToOrder),
            ("Tick to release", "event in → command durable", report.latency.tickToRelease),
        ])
        return "<div class=\"grid2\">" + bars.html + strip.html + "</div>"
    }

    var fillTable: String {
        guard !report.trades.isEmpty else { return "<div class=\"card\"><p class=\"empty\">No order was filled.</p></div>" }
        let rows = report.trades.suffix(Self.maximumFillRows).reversed().map { trade in
            let realised = trade.realised.units == 0 ? "" : NumberText.signed(trade.realised)
            return "<tr><td class=\"l\">\(UTCTime(trade.time).date) \(UTCTime(trade.time).clockWithMilliseconds)</td><td class=\"l\">\(escaped(trade.instrument))</td><td class=\"l\">\(trade.side.rawValue)</td><td>\(NumberText.amount(trade.price, places: 8))</td><td>\(NumberText.amount(trade.quantity, places: 8))</td><td>\(NumberText.amount(trade.notional))</td><td>\(NumberText.amount(trade.fee, places: 4))</td><td class=\"\(Page.kind(trade.realised))\">\(realised)</td></tr>"
        }.joined(separator: "\n")
        let shown = min(report.trades.count, Self.maximumFillRows)
        return """
            <details class="card"><summary>The last \(shown) of \(NumberText.grouped(report.fills)) fills</summary><div class="scroll"><table><thead><tr><th class="l">Time, UTC</th><th class="l">Instrument</th><th class="l">Side</th><th>Price</th><th>Quantity</th><th>Notional, \(escaped(money))</th><th>Fee</th><th>Realised</th></tr></thead><tbody>\(rows)</tbody></table></div></details>
            """
    }

    var provenance: String {
        func code(_ text: String) -> String { text.isEmpty ? "–" : "<code>\(escaped(text))</code>" }
        let decisions = report.decisions
        let facts: [(String, String)] = [
            ("Journal", code(report.journal.path)),
            ("Feature set", report.featureSet.map { "\(escaped($0.name)) \(code($0.contentHash))" } ?? "–"),
            ("Digest of inputs", code(report.journal.digest.inputs)),
            ("Digest of decisions", code(report.journal.digest.decisions)),
            ("Decisions", "\(NumberText.grouped(decisions.council)) by the council, \(NumberText.grouped(decisions.fallback)) by the fallback, \(NumberText.grouped(decisions.vetoed)) vetoed"),
            ("Reconciliation", "\(NumberText.grouped(report.reconciliation.differences)) differences with the venue in \(NumberText.grouped(report.reconciliation.runs)) runs"),
        ]
        return "<div class=\"card\"><dl>" + facts.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }.joined() + "</dl></div>"
    }
}
