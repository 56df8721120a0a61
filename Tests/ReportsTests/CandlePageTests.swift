import Foundation
import Reports
import Testing

/// Bars a minute apart that wander, and helpers to read what came onto the page.
enum CandleSample {
    static let start: Int64 = 1_704_186_000 * second

    static func bars(_ count: Int, seed: UInt64 = 1) -> CandlePage.Bars {
        var dice = Dice(seed)
        var bars = CandlePage.Bars(times: [], open: [], high: [], low: [], close: [], volume: [])
        var price = 100.0
        for place in 0..<count {
            let next = price * (1 + Double.random(in: -0.01...0.01, using: &dice))
            bars.times.append(start + Int64(place) * 60 * second)
            bars.open.append(price)
            bars.high.append(max(price, next) * 1.002)
            bars.low.append(min(price, next) * 0.998)
            bars.close.append(next)
            bars.volume.append(Double.random(in: 1...1_000_000, using: &dice).rounded())
            price = next
        }
        return bars
    }

    /// The object that the page's script reads.
    static func data(_ html: String) throws -> [String: Any] {
        let head = try #require(html.range(of: "<script type=\"application/json\" id=\"candles\">"))
        let end = try #require(html.range(of: "</script>", range: head.upperBound..<html.endIndex))
        let bytes = Data(html[head.upperBound..<end.lowerBound].utf8)
        return try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    }

    static func numbers(_ column: Any?) throws -> [Double?] {
        try #require(column as? [Any]).map { ($0 as? NSNumber)?.doubleValue }
    }
}

@Suite struct CandlePageTests {
    let library = "window.LightweightCharts={};"

    @Test("columns come back from the page to ten digits, and what is not finite is null")
    func columns() throws {
        var bars = CandleSample.bars(300)
        bars.high[7] = .infinity
        bars.close[8] = .nan
        bars.volume[9] = 0
        var values = bars.close.map { ($0 - 100) / 3e5 }
        values[0] = .nan
        values[1] = 1e-30
        values[2] = -.infinity
        values[3] = 1.25e17
        values[4] = -0.0
        let page = try CandlePage(
            title: "A", facts: [], bars: bars,
            series: [.init("x", pane: 2, kind: .histogram, levels: [0.5, .nan], values: values)])
        let data = try CandleSample.data(page.html(library: library))
        #expect(try CandleSample.numbers(data["time"]) == bars.times.map { Double($0 / second) })
        let series = try #require((data["series"] as? [[String: Any]])?.first)
        #expect(try CandleSample.numbers(series["levels"]) == [0.5])
        #expect(series["kind"] as? String == "histogram" && series["pane"] as? Int == 2 && series["color"] is NSNull)
        let expected = [
            (data["open"], bars.open), (data["high"], bars.high), (data["low"], bars.low), (data["close"], bars.close),
            (data["volume"], bars.volume), (series["values"], values),
        ]
        for (column, truth) in expected {
            let read = try CandleSample.numbers(column)
            try #require(read.count == truth.count)
            for (one, other) in zip(read, truth) {
                if other.isFinite {
                    let number = try #require(one)
                    #expect(abs(number - other) <= abs(other) * 1e-9)
                } else {
                    #expect(one == nil)
                }
            }
        }
    }

    @Test("bars of parts of a second keep their microseconds, before 1970 too")
    func fractions() throws {
        let bars = CandlePage.Bars(
            times: [-1_500_000_000, 0, 1_250_000, second + 1_000], open: [1, 1, 1, 1], high: [1, 1, 1, 1], low: [1, 1, 1, 1], close: [1, 1, 1, 1])
        let data = try CandleSample.data(CandlePage(title: "A", facts: [], bars: bars).html(library: library))
        #expect(try CandleSample.numbers(data["time"]) == [-1.5, 0, 0.00125, 1.000001])
    }

    @Test("nothing in a name can break out of its place, and the library cannot end its element")
    func hostile() throws {
        let evil = "</script><script>alert('x')</script><!--<img src=x onerror=alert(1)>\u{2028}\"\\"
        let bars = CandleSample.bars(3)
        let page = try CandlePage(
            title: evil, facts: [evil, "`\(evil)`"], bars: bars, series: [.init(evil, values: bars.close)],
            markers: [.init(time: bars.times[1], isBuy: true, text: evil)])
        let html = page.html(library: "let a='</script>',b='</SCRIPT >',c='<!--',d=1<2,e='<script>';")
        #expect(html.components(separatedBy: "</script>").count == html.components(separatedBy: "<script").count - 1)
        #expect(html.contains(#"let a='<\/script>',b='<\/SCRIPT >',c='<\!--',d=1<2,e='<script>';"#))
        for forbidden in ["<img", "<script>alert", "'x')</script><"] { #expect(!html.contains(forbidden), "\(forbidden)") }
        let data = try CandleSample.data(html)
        #expect((data["series"] as? [[String: Any]])?.first?["name"] as? String == evil)
        #expect((data["markers"] as? [[String: Any]])?.first?["text"] as? String == evil)
    }

    @Test("a page holds the newest 20,000 bars and says that there were more")
    func tooManyBars() throws {
        let bars = CandleSample.bars(CandlePage.maximumBars + 5)
        let early = CandlePage.Marker(time: bars.times[4], isBuy: true, text: "early")
        let late = CandlePage.Marker(time: bars.times[5], isBuy: false, text: "late")
        let html = try CandlePage(
            title: "A", facts: [], bars: bars, series: [.init("x", values: bars.close)], markers: [late, early]).html(library: library)
        let data = try CandleSample.data(html)
        let times = try CandleSample.numbers(data["time"])
        #expect(times.count == CandlePage.maximumBars && times.first == Double(bars.times[5] / second))
        let series = try #require((data["series"] as? [[String: Any]])?.first)
        #expect(try CandleSample.numbers(series["values"]).count == CandlePage.maximumBars)
        let markers = try #require(data["markers"] as? [[String: Any]])
        #expect(markers.map { $0["text"] as? String } == ["late"] && markers[0]["bar"] as? Int == 0)
        #expect(html.contains("20,000 of 20,005 bars are shown"))
        #expect(html.contains("1 of 2 fills are shown"))
    }

    @Test("series, panes and fills beyond what a page holds are left out, and the page says so")
    func tooMuchElse() throws {
        let bars = CandleSample.bars(10)
        let panes = (0...12).map { CandlePage.Series("pane \($0)", pane: $0 * 3, values: bars.close) }
        var html = try CandlePage(title: "A", facts: [], bars: bars, series: panes).html(library: library)
        var drawn = try #require(try CandleSample.data(html)["series"] as? [[String: Any]])
        #expect(drawn.map { $0["pane"] as? Int } == (0...CandlePage.maximumPanes).map { $0 * 3 })
        #expect(html.contains("9 of 13 series are shown"))
        let many = (0..<40).map { CandlePage.Series("line \($0)", values: bars.close) }
        let fills = (0..<(CandlePage.maximumMarkers + 3)).map { CandlePage.Marker(time: bars.times[0] + Int64($0), isBuy: true, text: "\($0)") }
        html = try CandlePage(title: "A", facts: [], bars: bars, series: many, markers: fills).html(library: library)
        drawn = try #require(try CandleSample.data(html)["series"] as? [[String: Any]])
        #expect(drawn.count == CandlePage.maximumSeries && html.contains("32 of 40 series are shown"))
        let kept = try #require(try CandleSample.data(html)["markers"] as? [[String: Any]])
        #expect(kept.count == CandlePage.maximumMarkers && kept.first?["text"] as? String == "3")
        #expect(html.contains("5,000 of 5,003 fills are shown"))
    }

    @Test("a fill lies on the bar in whose time it was, whatever the order of the fills")
    func fills() throws {
        let bars = CandleSample.bars(50)
        var dice = Dice(9)
        let markers = (0..<200).map { place in
            CandlePage.Marker(
                time: Int64.random(in: bars.times[0]..<(bars.times[49] + 600 * second), using: &dice), isBuy: place % 2 == 0,
                price: place % 3 == 0 ? nil : 100.5, text: "\(place)")
        }
        let data = try CandleSample.data(CandlePage(title: "A", facts: [], bars: bars, markers: markers).html(library: library))
        let read = try #require(data["markers"] as? [[String: Any]])
        #expect(read.count == markers.count)
        var previous = 0
        for one in read {
            let marker = markers[try #require(Int(one["text"] as? String ?? ""))]
            let bar = try #require(one["bar"] as? Int)
            #expect(bar == bars.times.lastIndex { $0 <= marker.time })
            #expect(one["side"] as? String == (marker.isBuy ? "buy" : "sell"))
            #expect((one["price"] as? Double) == marker.price)
            #expect(bar >= previous)
            previous = bar
        }
    }

    @Test("colors that were not chosen differ within a pane from each other and from the chosen ones")
    func colors() throws {
        let bars = CandleSample.bars(5)
        let series = [nil, 0, nil, 10, nil, nil].map { CandlePage.Series("x", color: $0, values: bars.close) }
        let other = CandlePage.Series("y", pane: 1, values: bars.close)
        let data = try CandleSample.data(CandlePage(title: "A", facts: [], bars: bars, series: series + [other]).html(library: library))
        let colors = try #require(data["series"] as? [[String: Any]]).map { $0["color"] as? Int }
        #expect(colors == [1, 0, 3, 2, 4, 5, 0])
    }

    @Test("columns of other lengths, times that do not rise and panes below zero are refused, with what was expected")
    func refusals() throws {
        let bars = CandleSample.bars(4)
        func refusal(_ bars: CandlePage.Bars, _ series: [CandlePage.Series] = []) -> CandlePageError? {
            do throws(CandlePageError) {
                _ = try CandlePage(title: "A", facts: [], bars: bars, series: series)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(bars) == nil)
        var short = bars
        short.low.removeLast()
        #expect(refusal(short) == .length(column: "low", count: 3, expected: 4))
        #expect(refusal(bars, [.init("x", values: [1])])?.description == "expected one value a bar (4) in x, there are 1")
        var back = bars
        back.times[2] = back.times[1] + 999
        #expect(refusal(back) == .order(bar: 2, time: back.times[2], before: back.times[1]))
        #expect(refusal(bars, [.init("x", pane: -1, values: bars.close)]) == .pane(series: "x", pane: -1))
    }

    @Test("a page without a bar says so, and one without volume has no column of it")
    func empty() throws {
        let none = CandlePage.Bars(times: [], open: [], high: [], low: [], close: [])
        let html = try CandlePage(title: "A", facts: ["set `x`"], bars: none).html(library: library)
        #expect(html.contains("There is no bar to draw.") && html.contains("set <code>x</code>") && !html.contains("<script"))
        var bars = CandleSample.bars(2)
        bars.volume = []
        let data = try CandleSample.data(CandlePage(title: "A", facts: [], bars: bars).html(library: library))
        #expect((data["volume"] as? [Any])?.isEmpty == true)
    }

    @Test("the page credits the makers of the library, with their link")
    func credit() throws {
        let html = try CandlePage(title: "A", facts: [], bars: CandleSample.bars(2)).html(library: library)
        #expect(html.contains("TradingView Lightweight Charts™, Copyright © 2025 TradingView, Inc."))
        #expect(html.contains("<a href=\"https://www.tradingview.com/\""))
    }
}
