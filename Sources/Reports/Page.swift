extension RunReport {
    /// One page that needs nothing else: no network, no script to be read, light and dark.
    public func html() -> String {
        let page = Page(report: self)
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline'">
            <title>\(escaped(run)) · Martlet</title>
            <style>
            \(pageStyle)
            </style></head><body><main>
            \(page.header)\(page.remarks)\(page.tiles)
            <h2>Account</h2>
            \(page.account)
            <h2>Trades on price</h2>
            \(page.priceCharts)\(page.candles)
            <h2>Instruments</h2>
            \(page.instrumentTable)
            <h2>Where it came from, where it went</h2>
            \(page.breakdown)
            <h2>Orders and latency</h2>
            \(page.execution)
            <h2>Last fills</h2>
            \(page.fillTable)
            <h2>Reproduce</h2>
            \(page.provenance)
            <footer>All results are after the costs that are stated here. Times are UTC. No Sharpe ratio is given: without its deflated value it would say nothing.</footer>
            </main><script>
            \(pageScript)
            </script></body></html>

            """
    }
}

/// The bird of a page's head.
let pageMark = """
    <svg viewBox="0 0 38 24" aria-hidden="true"><path d="M0 5C8 3 14 6 18 11c5-6 12-10 20-11-5 3-8 6-10 9 2 0 4 1 5 2-3 0-5 1-7 3-3 4-6 7-8 10-1-4-3-7-6-9C9 12 5 8 0 5z" style="fill:currentColor"/></svg>
    """

/// The sections of the page.
struct Page {
    let report: RunReport

    var money: String { report.money.currency }

    var header: String {
        let start = UTCTime(report.period.start)
        let end = UTCTime(report.period.end)
        let span = start.date == end.date ? "\(start.date), \(start.clockWithSeconds) to \(end.clockWithSeconds)" : "\(start.full) to \(end.full)"
        let when = report.period.end > report.period.start ? "\(span) UTC" : "no time passed"
        let pace = "\(NumberText.grouped(report.events)) market events in \(NumberText.fixed(report.wallSeconds, places: report.wallSeconds < 1 ? 3 : 1)) s"
        return """
            <header>\(pageMark)
            <div><h1>\(escaped(report.run))</h1><p>\(escaped(report.mode)) · \(escaped(report.market)) · seed \(report.seed)</p></div>
            <div class="when">\(when)<br>\(pace) · \(NumberText.short(report.eventsPerSecond)) events/s</div></header>

            """
    }

    var remarks: String {
        guard !report.notes.isEmpty else { return "" }
        return "<div class=\"notes\">" + report.notes.map { "<p>\(withCode($0))</p>" }.joined() + "</div>\n"
    }

    var tiles: String {
        let metrics = report.metrics
        func tile(_ name: String, _ value: String, _ note: String, _ kind: String = "") -> String {
            "<div><span>\(escaped(name))</span><b class=\"\(kind)\">\(escaped(value))</b><small>\(escaped(note))</small></div>"
        }
        let factor = metrics.profitFactor.map { NumberText.fixed($0, places: 2) } ?? "–"
        let sides = [metrics.averageWin, metrics.averageLoss].map { $0.map { NumberText.signed($0) } ?? "–" }
        let basis = metrics.turnover.units > 0
            ? NumberText.fixed(metrics.costs.value / metrics.turnover.value * 10_000, places: 2) + " bp of turnover" : "nothing turned over"
        let turns = metrics.turnoverRatio.map { NumberText.fixed($0, places: 1) + " × equity" } ?? "–"
        return "<section class=\"tiles\">" + [
            tile("Net profit, \(money)", NumberText.signed(metrics.netProfit), "from \(NumberText.amount(metrics.startEquity, places: 0))", Page.kind(metrics.netProfit)),
            tile("Return", NumberText.percent(metrics.return), "of the first equity"),
            tile("Largest drawdown", NumberText.percent(metrics.maximumDrawdown), "from the peak"),
            tile("Worst 30 days", NumberText.percent(metrics.worst30Days), "fall within 30 days"),
            tile("Average exposure", NumberText.percent(metrics.averageExposure, places: 1), "in the market \(NumberText.percent(metrics.timeInMarket, places: 0))"),
            tile("Round trips", NumberText.grouped(metrics.trades), "\(NumberText.grouped(report.fills)) fills"),
            tile("Win rate", NumberText.percent(metrics.winRate, places: 1), "after fees"),
            tile("Profit factor", factor, "win \(sides[0]), loss \(sides[1])"),
            tile("Turnover, \(money)", NumberText.short(metrics.turnover.value), turns),
            tile("Costs, \(money)", NumberText.amount(metrics.costs), basis),
        ].joined() + "</section>\n"
    }

    static func kind(_ amount: ExactDecimal) -> String { amount.units > 0 ? "gain" : amount.units < 0 ? "loss" : "" }
}
