import Domain
import Foundation
import Reports
import Testing

@Suite struct ReportTests {
    let report = SampleReport.make()

    @Test("the JSON comes back as the same report, and is the same bytes each time")
    func roundTrip() throws {
        let text = report.json()
        #expect(try RunReport(json: text) == report)
        #expect(SampleReport.make().json() == text)
        #expect(throws: ReportError.self) { try RunReport(json: text.replacingOccurrences(of: "\"schema\" : 1", with: "\"schema\" : 2")) }
        #expect(throws: ReportError.self) { try RunReport(json: "{") }
    }

    /// Every key path in the JSON, array elements as `[]`.
    func paths(_ value: Any, _ prefix: String = "") -> Set<String> {
        if let object = value as? [String: Any] {
            return object.reduce(into: []) { $0.formUnion(paths($1.value, prefix.isEmpty ? $1.key : prefix + "." + $1.key)) }
        }
        if let array = value as? [Any] {
            return array.isEmpty ? [prefix] : array.reduce(into: []) { $0.formUnion(paths($1, prefix + "[]")) }
        }
        return [prefix]
    }

    @Test("every key of the JSON is in docs/report.md, and the keys that others rely on are there")
    func documented() throws {
        let keys = paths(try JSONSerialization.jsonObject(with: Data(report.json().utf8)))
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/report.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        for key in keys.sorted() { #expect(text.contains("`\(key)`"), "docs/report.md does not mention `\(key)`") }
        let promised = [
            "run", "seed", "journal.path", "journal.digest.inputs", "journal.digest.decisions", "report", "events", "eventsPerSecond",
            "orders.submitted", "orders.filled", "orders.partiallyFilled", "orders.canceled", "orders.rejected", "orders.denied",
            "orders.unknown", "fills", "fees", "reconciliation.differences", "latency.tickToOrder.p50", "latency.tickToOrder.p99",
            "latency.tickToOrder.p999", "latency.tickToRelease.p50", "latency.tickToRelease.p99", "latency.tickToRelease.p999",
            "metrics.netProfit", "metrics.maximumDrawdown", "instruments[].symbol",
        ]
        for key in promised { #expect(keys.contains(key), "\(key) is missing") }
        #expect(!text.lowercased().contains("sharpe`"))
        #expect(!keys.contains { $0.lowercased().contains("sharpe") })
    }

    @Test("a key that has no value is null, never absent")
    func nulls() throws {
        let empty = RunReport(run: "r", mode: "backtest", market: "none", seed: 1, currency: "EUR", decimals: 2)
        #expect(empty.json().contains("\"profitFactor\" : null"))
        #expect(try RunReport(json: empty.json()) == empty)
    }

    @Test("money is exact decimal text")
    func money() {
        #expect(report.json().contains("\"fees\" : \"\(report.fees)\""))
        #expect(report.fees.description.split(separator: ".").last?.count == 4)
    }

    @Test("a long history is thinned to what a report holds, and keeps its ends and extremes")
    func thinning() {
        var dice = Dice(2)
        var equity: Int64 = 1_000_000
        let samples = (0..<100_000).map { minute in
            equity += Int64.random(in: -500...505, using: &dice)
            return EquitySample(time: Int64(minute) * 60 * second, equity: equity, gross: 0, net: 0)
        }
        var long = RunReport(run: "r", mode: "backtest", market: "m", seed: 1, currency: "EUR", decimals: 2)
        long.setHistory(samples: samples, trades: [])
        #expect(long.curve.count <= RunReport.maximumPoints && long.curve.count > RunReport.maximumPoints / 2)
        #expect(long.curve.first?.equity.units == samples.first?.equity && long.curve.last?.equity.units == samples.last?.equity)
        #expect(long.curve.map(\.equity.units).max() == samples.map(\.equity).max())
        #expect(long.curve.map(\.equity.units).min() == samples.map(\.equity).min())
        #expect(zip(long.curve, long.curve.dropFirst()).allSatisfy { $0.time < $1.time })
        #expect(long.curve.map(\.drawdown).max() ?? 1 <= long.metrics.maximumDrawdown)
    }

    @Test("the terminal report is aligned, at most 100 columns wide and without control characters")
    func terminal() {
        let text = report.terminal()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 100 && $0.last != " " })
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
        let table = lines.drop { !$0.hasPrefix("instrument") }.prefix(4)
        #expect(Set(table.map(\.count)).count == 1, "the last column ends at the same place")
        for word in ["net profit", "largest drawdown", "ALPHA", "trend", "POSITION_LIMIT", "tick to order", "sha" == "" ? "" : "9f2b6c1e"] {
            #expect(text.contains(word))
        }
    }

    @Test("the page stands alone and nothing in a name can break out of it")
    func page() {
        var hostile = report
        hostile.run = "<script>alert('x')</script>"
        hostile.notes = ["</main><img src=x onerror=alert(1)>"]
        hostile.agents[0].name = "\"quoted\" & <b>"
        hostile.prices = [.init(symbol: "</script><script>x()", points: hostile.prices[0].points)]
        let html = hostile.html()
        for forbidden in ["<script>alert", "<img", "</script><script>x", "http:", "https:", "@import", "url("] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(html.components(separatedBy: "</script>").count == html.components(separatedBy: "<script").count)
        #expect(html.count < 2_000_000)
    }

    @Test("an empty run gives a page and a table that say so")
    func empty() {
        let empty = RunReport(run: "nothing", mode: "backtest", market: "none", seed: 1, currency: "EUR", decimals: 2)
        let html = empty.html()
        for sentence in ["No order was made.", "No agent voted.", "The gate denied no order.", "No prices were kept."] {
            #expect(html.contains(sentence))
        }
        #expect(!html.contains("nan") && !html.contains("inf\""))
        #expect(empty.terminal().contains("net profit"))
    }

    @Test("the report is written whole into its folder, and a folder that is not there is an error that names the path")
    func writing() throws {
        let keep = ProcessInfo.processInfo.environment["MARTLET_SAMPLE_REPORT"]
        let folder = keep.map { URL(filePath: $0) } ?? FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { if keep == nil { try? FileManager.default.removeItem(at: folder) } }
        var copy = report
        try copy.write(into: folder.path())
        let json = try String(contentsOf: folder.appending(path: "report.json"), encoding: .utf8)
        #expect(try RunReport(json: json) == copy && copy.report.hasSuffix("report.html"))
        #expect(FileManager.default.fileExists(atPath: copy.report))
        do {
            try copy.write(into: "/nowhere/at/all")
            Issue.record("expected an error")
        } catch {
            #expect("\(error)".contains("/nowhere/at/all/report.html"))
        }
    }

    @Test(
        "decimals read back as they were written",
        arguments: [(0, 0), (5, 2), (-5, 2), (123_456, 4), (Int64.min, 0), (Int64.max, 18), (-1, 18)] as [(Int64, Int)])
    func decimals(units: Int64, scale: Int) {
        let value = ExactDecimal(units: units, scale: scale)
        #expect(ExactDecimal(value.description) == value)
    }

    @Test("texts that are no decimal are refused", arguments: ["", "-", ".", "1.", ".5", "1e5", "+1", "1.2.3", " 1", "99999999999999999999"])
    func badDecimals(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test("increments multiply exactly")
    func increments() throws {
        #expect(ExactDecimal(7, of: try #require(Increment("0.25")))?.description == "1.75")
        #expect(ExactDecimal(-3, of: try #require(Increment("500")))?.description == "-1500")
        #expect(ExactDecimal(Int64.max, of: try #require(Increment("0.25"))) == nil)
    }
}
