import Foundation
import Reports
import Testing

/// Real bars with what a trader draws over them, by the plainest definitions.
struct RealCandles {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    static let file = root.appending(path: "../shared/data/crypto_bars/btc-perp_1m_20211231_20220201.csv.gz").standardized.path()
    static let libraryFile = root.appending(path: "build/web/lightweight-charts.js").path()
    static var run: Bool {
        Browser.program != nil && FileManager.default.fileExists(atPath: libraryFile)
            && (FileManager.default.fileExists(atPath: file) || ProcessInfo.processInfo.environment["MARTLET_DATA"] == "required")
    }

    static func library() throws -> String { try String(contentsOfFile: libraryFile, encoding: .utf8) }

    /// The newest bars of the file: `2021-12-31 23:01:00.000000,46319.0,46385.0,46319.0,46377.0,2300413.7295`.
    static func bars(_ count: Int) throws -> CandlePage.Bars {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc", file]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = try #require(try pipe.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        let reader = DateFormatter()
        reader.locale = Locale(identifier: "en_US_POSIX")
        reader.timeZone = TimeZone(identifier: "UTC")
        reader.dateFormat = "yyyy-MM-dd HH:mm:ss"
        var bars = CandlePage.Bars(times: [], open: [], high: [], low: [], close: [], volume: [])
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().suffix(count) {
            let fields = line.split(separator: ",")
            let time = try #require(reader.date(from: String(fields[0].prefix(19))))
            let numbers = try fields.dropFirst().map { try #require(Double($0)) }
            bars.times.append(Int64(time.timeIntervalSince1970) * second)
            bars.open.append(numbers[0])
            bars.high.append(numbers[1])
            bars.low.append(numbers[2])
            bars.close.append(numbers[3])
            bars.volume.append(numbers[4])
        }
        return bars
    }

    /// Mean and standard deviation of the last `length` values.
    static func window(_ values: [Double], _ length: Int) -> (mean: [Double], deviation: [Double]) {
        var (means, deviations) = ([Double](), [Double]())
        for place in values.indices {
            guard place >= length - 1 else {
                means.append(.nan)
                deviations.append(.nan)
                continue
            }
            let part = values[(place - length + 1)...place]
            let mean = part.reduce(0, +) / Double(length)
            means.append(mean)
            deviations.append((part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(length)).squareRoot())
        }
        return (means, deviations)
    }

    static func strength(_ values: [Double], _ length: Int) -> [Double] {
        var (up, down) = (0.0, 0.0)
        return values.indices.map { place in
            let change = place == 0 ? 0 : values[place] - values[place - 1]
            up += (max(change, 0) - up) / Double(length)
            down += (max(-change, 0) - down) / Double(length)
            return place < length || up + down == 0 ? .nan : 100 * up / (up + down)
        }
    }

    static func page(bars count: Int) throws -> CandlePage {
        let bars = try bars(count)
        let (mean, deviation) = window(bars.close, 20)
        let strength = strength(bars.close, 14)
        // A line with holes: it may not be drawn across them.
        let slow = window(bars.close, 50).mean.enumerated().map { $0 % 40 < 8 ? .nan : $1 }
        let change = bars.close.indices.map { $0 < 10 ? .nan : bars.close[$0] - bars.close[$0 - 10] }
        let fills = stride(from: count - 120, to: count, by: 12).map { place in
            CandlePage.Marker(
                time: bars.times[place] + 5 * second, isBuy: place % 24 == 0, price: place % 36 == 0 ? nil : bars.close[place],
                text: "\(place % 24 == 0 ? "buy" : "sell") 0.5 at \(bars.close[place])")
        }
        return try CandlePage(
            title: "BTC-PERP", facts: ["1 minute", "set `sample` `9f2b6c1e`"], bars: bars,
            series: [
                .init("Bollinger upper", color: 4, values: zip(mean, deviation).map { $0 + 2 * $1 }),
                .init("middle", color: 6, values: mean),
                .init("lower", color: 4, values: zip(mean, deviation).map { $0 - 2 * $1 }),
                .init("SMA 50", color: 2, values: slow),
                .init("RSI 14", pane: 1, color: 3, levels: [30, 70], values: strength),
                .init("momentum 10", pane: 2, color: 5, values: change),
                .init("momentum", pane: 2, kind: .histogram, values: change),
            ], markers: fills)
    }
}

@Suite(
    .enabled(if: RealCandles.run, "needs Chromium in PATH, build/web/lightweight-charts.js (./martlet test fetches it) and the market data of ../shared/data"),
    .serialized)
struct CandlePictureTests {
    @Test(
        "the page draws real bars, light, dark and on a telephone, without a word on the console or a request",
        arguments: [(1280, false), (1280, true), (390, false)])
    func draws(width: Int, isDark: Bool) throws {
        let page = try RealCandles.page(bars: 1_500)
        let html = page.html(library: try RealCandles.library())
        if let keep = ProcessInfo.processInfo.environment["MARTLET_SAMPLE_REPORT"] {
            try Data(html.utf8).write(to: URL(filePath: keep).appending(path: "candles.html"))
        }
        let seen = try Browser.open(html, width: width, isDark: isDark)
        #expect(seen.drawn == "1500")
        #expect(seen.complaints == [] && seen.console == [])
        #expect(!seen.isTooWide)
        // Bodies of candles, arrows of fills, then lines, which are thin and blend with what is under them.
        for (name, least) in [("up", 500), ("down", 500), ("blue", 20), ("orange", 20), ("s2", 20), ("s3", 20), ("s4", 50), ("s5", 20)] {
            let color = try #require(seen.colors[name])
            #expect(seen.pixels[color] ?? 0 >= least, "\(name) \(color)")
        }
        #expect(seen.colors["up"] == (isDark ? "#43b892" : "#1b8a66"))
        for word in ["2022-02-01 05:31", "C 38,544", "Bollinger upper", "SMA 50"] { #expect(seen.reading.contains(word), "\(word)") }
        #expect(seen.panes.count == 3 && zip(seen.panes, ["Volume", "RSI 14", "momentum 10"]).allSatisfy { $0.hasPrefix($1) })
    }

    @Test("bars that are gaps, a single bar and the largest page are drawn too")
    func extremes() throws {
        let library = try RealCandles.library()
        var holes = CandleSample.bars(120)
        for place in stride(from: 0, to: 120, by: 7) { holes.close[place] = .nan }
        holes.volume[3] = .nan
        let nothing = [Double](repeating: .nan, count: 120)
        let cases = [
            try CandlePage(title: "A", facts: [], bars: holes, series: [.init("x", values: nothing), .init("y", pane: 1, kind: .points, values: holes.close)]),
            try CandlePage(title: "A", facts: [], bars: CandleSample.bars(1)),
            try CandlePage(title: "A", facts: [], bars: CandleSample.bars(CandlePage.maximumBars)),
        ]
        for page in cases {
            let seen = try Browser.open(page.html(library: library), width: 900)
            #expect(seen.drawn == "\(page.bars.times.count)" && seen.complaints == [] && seen.console == [])
        }
    }

    @Test("what these tests look for would be seen: a request, an error")
    func complaints() throws {
        let page = try CandlePage(title: "A", facts: [], bars: CandleSample.bars(50))
        let html = page.html(library: try RealCandles.library())
        let asking = html.replacing("<footer>", with: "<img src=\"https://example.org/x.png\" alt=\"\"><footer>")
        let asked = try Browser.open(asking, width: 900)
        #expect(asked.complaints.contains { $0.hasPrefix("refused: https://example.org") } && !asked.console.isEmpty)
        let broken = try Browser.open(page.html(library: "window.LightweightCharts={};"), width: 900)
        #expect(broken.drawn == "" && broken.complaints.contains { $0.hasPrefix("error: ") } && !broken.console.isEmpty)
    }
}
