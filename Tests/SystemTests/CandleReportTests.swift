import Foundation
import Testing

/// A run's pages of candles, read as their script reads them.
struct CandleFile {
    struct Column: Decodable {
        var name: String
        var pane: Int
        var values: [Double?]
    }
    struct Mark: Decodable {
        var bar: Int
        var side: String
        var price: Double?
        var text: String
    }
    struct Contents: Decodable {
        var time: [Double]
        var open, high, low, close, volume: [Double?]
        var series: [Column]
        var markers: [Mark]
    }

    let html: String
    let data: Contents

    init(_ path: String) throws {
        html = try String(contentsOfFile: path, encoding: .utf8)
        let head = try #require(html.range(of: "<script type=\"application/json\" id=\"candles\">"))
        let end = try #require(html.range(of: "</script>", range: head.upperBound..<html.endIndex))
        data = try JSONDecoder().decode(Contents.self, from: Data(html[head.upperBound..<end.lowerBound].utf8))
    }

    static let library = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../build/web/lightweight-charts.js").standardized.path
    static var hasLibrary: Bool { FileManager.default.fileExists(atPath: library) }
}

/// The part of a report that pages of candles go with.
struct CandleReport: Decodable {
    struct Link: Decodable { var symbol, venue, page: String }
    struct Trade: Decodable { var time: Int64; var instrument, side, price, quantity: String }
    struct Instrument: Decodable { var symbol: String; var fills: Int }
    var candles: [Link]
    var trades: [Trade]
    var instruments: [Instrument]
    var notes: [String]
    var report: String

    /// The fills of an instrument as marks say them, with the second of their time.
    func marks(_ symbol: String) -> [(time: Double, text: String)] {
        trades.filter { $0.instrument == symbol }.map { (Double($0.time) / 1e9, "\($0.side) \($0.quantity) at \($0.price)") }
    }

    /// Each fill of the instrument is a mark at the bar in whose time it lies, or lay `before` seconds before, and there is no other.
    func expectMarks(_ symbol: String, on page: CandleFile, before: Double = 0) {
        let marks = marks(symbol)
        #expect(page.data.markers.map(\.text) == marks.map(\.text))
        for (mark, fill) in zip(page.data.markers, marks) {
            let next = mark.bar + 1 < page.data.time.count ? page.data.time[mark.bar + 1] : .infinity
            #expect(page.data.time[mark.bar] <= fill.time - before && fill.time - before < next, "\(fill)")
            #expect(mark.text.hasPrefix(mark.side + " ") && mark.text.hasSuffix(" at \(fill.text.split(separator: " ").last!)"))
            #expect(mark.price == Double(fill.text.split(separator: " ").last!))
        }
    }
}

private func close(_ one: Double?, _ other: Double?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return abs(one - other) <= abs(other) * 1e-9
}

@Suite(
    "the candles of a run", .enabled(if: CandleFile.hasLibrary, "needs build/web/lightweight-charts.js (./martlet test fetches it)"),
    .serialized)
struct CandleReportTests {
    private static let trading = [
        "--set", "agents.trend.minimum_breakout=0", "--set", "agents.trend.minimum_adx=0", "--set", "agents.mean_reversion.entry=0.5",
        "--set", "agents.mean_reversion.exit=0.1", "--set", "agents.mean_reversion.minimum_edge=0",
    ]

    /// Two instruments' bars of five minutes, imported, with the set over them in `values.csv`, and a backtest of them.
    private static func withBacktest(_ more: [String] = [], program: String = Market.program, _ body: (String, CandleReport) throws -> Void) throws {
        try FeatureCommandTests.withFolder { folder in
            for name in ["eth", "ltc"] {
                let child = try Child(Market.program, ["data", "import", "--instrument", "X:\(name.uppercased())", "--currency", "USD", "--set", "run.data=d", "\(name).csv"], in: folder, name: name)
                #expect(try child.wait(seconds: 60) == .exit(0), "\(child.errors)")
            }
            try FeatureCommandTests.run(["compute", "--set", "swing.yaml", "--input", "X:ETH", "--input", "X:LTC", "--data", "d", "--output", "values.csv"], in: folder)
            let arguments = ["backtest", "--market", "X:ETH,X:LTC", "--keep", "--format", "json", "--set", "run.data=d", "--set", "run.timeframe=5m"]
            let ran = try Child(program, arguments + trading + more, in: folder, name: "backtest")
            try #require(try ran.wait(seconds: 60) == .exit(0), "\(ran.errors)")
            try body(folder, try JSONDecoder().decode(CandleReport.self, from: Data(ran.output.utf8)))
        }
    }

    @Test("of a backtest: the bars that were imported, a mark for each fill, and the set's values as a computation gives them; the page leads there")
    func backtest() throws {
        try Self.withBacktest(["--set", "features.set=swing.yaml"]) { folder, report in
            try #require(report.candles.map(\.symbol).sorted() == ["ETH", "LTC"], "\(report.notes)")
            #expect(report.candles.map { link in report.instruments.first { $0.symbol == link.symbol }!.fills } == report.instruments.map(\.fills).sorted(by: >))
            let main = try String(contentsOfFile: "\(folder)/\(report.report)", encoding: .utf8)
            let values = try String(contentsOfFile: "\(folder)/values.csv", encoding: .utf8).split(separator: "\n").dropFirst()
                .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
            for link in report.candles {
                #expect(main.contains("<a href=\"\(link.page)\">\(link.symbol)</a>"))
                let page = try CandleFile("\(folder)/d/latest/\(link.page)")
                let lines = try String(contentsOfFile: "\(folder)/\(link.symbol.lowercased()).csv", encoding: .utf8).split(separator: "\n").dropFirst()
                try #require(page.data.time.count == lines.count)
                for (bar, line) in lines.enumerated() {
                    let fields = line.split(separator: ",")
                    #expect(page.data.time[bar] == Self.seconds(String(fields[0])))
                    let shown = [page.data.open[bar], page.data.high[bar], page.data.low[bar], page.data.close[bar], page.data.volume[bar]]
                    for (number, field) in zip(shown, fields.dropFirst()) { #expect(close(number, Double(field)), "\(line)") }
                }
                // A bar fills orders when it is known, which is at its end: the mark is at the bar that the price is of, costs aside.
                report.expectMarks(link.symbol, on: page, before: 300)
                #expect(page.data.markers.count > 100)
                for mark in page.data.markers {
                    let (low, high) = (try #require(page.data.low[mark.bar]), try #require(page.data.high[mark.bar]))
                    #expect(try (low - 0.05...high + 0.05).contains(#require(mark.price)), "\(mark)")
                }
                // A row stands at the close of its bar.
                let rows = values.filter { $0[1] == "X:\(link.symbol)" }
                try #require(rows.count == page.data.time.count && page.data.series.map(\.name) == ["rsi", "rate", "calm", "place", "beta"])
                for (bar, row) in rows.enumerated() {
                    for (column, field) in zip(page.data.series, row.dropFirst(2)) {
                        #expect(close(column.values[bar], Double(field)), "\(column.name) \(row)")
                    }
                }
                #expect(page.data.series.allSatisfy { $0.pane > 0 && $0.values.contains { $0 != nil } })
            }
        }
    }

    @Test("a page draws without a word on the console or a request, light, dark and on a telephone", .enabled(if: Browser.program != nil, "needs Chromium in PATH"))
    func picture() throws {
        try Self.withBacktest(["--set", "features.set=swing.yaml"]) { folder, report in
            let link = try #require(report.candles.first)
            let page = try CandleFile("\(folder)/d/latest/\(link.page)")
            if let keep = ProcessInfo.processInfo.environment["MARTLET_SAMPLE_REPORT"] {
                for name in [link.page, "report.html"] {
                    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/d/latest/\(name)")).write(to: URL(fileURLWithPath: "\(keep)/run-\(name)"))
                }
            }
            for (width, isDark) in [(1280, false), (1280, true), (390, false)] {
                let seen = try Browser.open(page.html, width: width, isDark: isDark)
                #expect(seen.drawn == "\(page.data.time.count)")
                #expect(seen.complaints == [] && seen.console == [] && !seen.isTooWide)
                for (name, least) in [("up", 200), ("down", 200), ("blue", 10), ("orange", 10)] {
                    let color = try #require(seen.colors[name])
                    #expect(seen.pixels[color] ?? 0 >= least, "\(name) \(color)")
                }
                #expect(zip(seen.panes, ["Volume", "rsi", "rate", "calm", "place", "beta"]).allSatisfy { $0.hasPrefix($1) } && seen.panes.count == 6, "\(seen.panes)")
            }
            // The report itself stays as it is: no library, nothing from elsewhere.
            let main = try String(contentsOfFile: "\(folder)/\(report.report)", encoding: .utf8)
            #expect(!main.contains("LightweightCharts") && !main.contains("://"))
        }
    }

    @Test("of a session that was killed and went on: bars of the whole journal, a mark for each fill, the rows that were shown")
    func session() throws {
        let market = try Market()
        try market.openVenue()
        let first = try market.openSession()
        try market.trades(5, session: first)
        first.kill()
        let second = try market.openSession(["--set", "run.duration=10m"])
        try #require(try second.wait(seconds: 60) == .exit(0), "\(second.output.suffix(2_000))\(second.errors)")
        let report = try JSONDecoder().decode(CandleReport.self, from: Data(second.output.utf8))
        try #require(!report.candles.isEmpty, "\(report.notes)")
        let prints = try prints(market)
        let (questions, names) = try questions(market)
        for link in report.candles {
            let page = try CandleFile(market.path("data/\(link.page)"))
            report.expectMarks(link.symbol, on: page)
            let spans = Dictionary(grouping: prints.filter { $0.symbol == link.symbol }) { $0.time / 5_000_000_000 * 5 }
            try #require(page.data.time == spans.keys.sorted().map { Double($0) })
            for (bar, start) in spans.keys.sorted().enumerated() {
                let prices = spans[start]!.map(\.price)
                #expect(page.data.open[bar] == prices.first && page.data.close[bar] == prices.last && page.data.high[bar] == prices.max() && page.data.low[bar] == prices.min())
                #expect(page.data.volume[bar] == spans[start]!.reduce(0) { $0 + $1.quantity })
            }
            // What the council was shown at the close of a bar has that bar's close in it, and its row is the page's.
            try #require(page.data.series.map(\.name) == names)
            for question in questions where question.symbol == link.symbol {
                let bar = try #require(page.data.time.lastIndex { Int64($0 + 5) * 1_000_000_000 <= question.time })
                #expect(close(page.data.close[bar], question.close), "\(question)")
                for (column, value) in zip(page.data.series, question.row) { #expect(close(column.values[bar], value), "\(column.name) \(question)") }
            }
            #expect(page.data.series.allSatisfy { $0.values.contains { $0 != nil } })
        }
        #expect(questions.count > 5)
    }

    @Test("without the library, or where pages cannot be written, a run says so and ends well")
    func without() throws {
        let alone = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-alone-\(UUID())")
        try FileManager.default.copyItem(at: URL(fileURLWithPath: Market.program).resolvingSymlinksInPath(), to: alone)
        defer { try? FileManager.default.removeItem(at: alone) }
        try Self.withBacktest(program: alone.path) { folder, report in
            #expect(report.candles.isEmpty && report.notes.count { $0.hasPrefix("no candles were drawn: they need Lightweight Charts, and ") } == 1, "\(report.notes)")
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/d/latest").sorted()
            #expect(files == ["journal", "report.html", "report.json"])
            #expect(try !String(contentsOfFile: "\(folder)/\(report.report)", encoding: .utf8).contains("candles-"))
        }
        try Self.withBacktest(["--set", "reports.formats=[json, html]"]) { folder, report in
            #expect(report.candles.isEmpty && !report.notes.contains { $0.contains("candles") })
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/d/latest").sorted()
            #expect(files == ["journal", "report.html", "report.json"])
        }
    }

    // MARK: what the journal says

    private struct Print { var symbol: String; var time: Int64; var price, quantity: Double }
    private struct Question { var symbol: String; var time: Int64; var close: Double?; var row: [Double?] }

    /// What was printed, by `journal dump`.
    private func prints(_ market: Market) throws -> [Print] {
        struct Record: Decodable { var kind: String; var time: Int64; var instrument, price, quantity: String? }
        return try ["order_execute"].flatMap { kind in
            let dump = try market.run("journal", "dump", "data/journal", "--kind", kind, "--format", "json")
            try #require(dump.end == .exit(0), "\(dump.errors)")
            return try dump.output.split(separator: "\n").map { line in
                let record = try JSONDecoder().decode(Record.self, from: Data(line.utf8))
                return Print(
                    symbol: record.instrument ?? "", time: record.time, price: try #require(record.price.flatMap(Double.init)),
                    quantity: try #require(record.quantity.flatMap(Double.init)))
            }
        }
    }

    /// What the council was shown before the newest orders, by `explain`, and the names of the set's columns.
    private func questions(_ market: Market) throws -> ([Question], [String]) {
        struct Feature: Decodable { var name: String; var value: Double? }
        struct Explained: Decodable { var instrument: String; var asked: Int64?; var features, setFeatures: [Feature] }
        var names: [String] = []
        let questions = try SessionJournal(market).newOrders.suffix(20).compactMap { order -> Question? in
            let said = try market.run("explain", order, "data/journal", "--format", "json")
            try #require(said.end == .exit(0), "\(said.errors)")
            let facts = try JSONDecoder().decode(Explained.self, from: Data(said.output.utf8))
            // A protective stop asks nobody.
            guard let asked = facts.asked, !facts.setFeatures.isEmpty else { return nil }
            names = facts.setFeatures.map(\.name)
            return Question(
                symbol: facts.instrument, time: asked, close: facts.features.first { $0.name == "close" }?.value, row: facts.setFeatures.map(\.value))
        }
        return (questions, names)
    }

    private static func seconds(_ text: String) -> Double {
        let reader = DateFormatter()
        reader.locale = Locale(identifier: "en_US_POSIX")
        reader.timeZone = TimeZone(identifier: "UTC")
        reader.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return reader.date(from: text)?.timeIntervalSince1970 ?? .nan
    }
}
