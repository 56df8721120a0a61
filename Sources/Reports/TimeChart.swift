/// A chart over time: an SVG that stretches with the page, with its labels as text beside it, so that lines
/// stay thin and words stay legible at any width. It is complete without a script; the page's script adds
/// the reading under the pointer from `data`.
struct TimeChart {
    struct Series {
        enum Style { case line, area, steps, filledSteps }
        let name: String
        /// CSS class: `blue`, `red`, `ink`, `grey`.
        let color: String
        let style: Style
        let points: [(time: Int64, value: Double)]
    }

    struct Marker {
        let time: Int64
        let value: Double
        let isBuy: Bool
        let text: String
    }

    var title: String
    var unit: String
    var series: [Series]
    var markers: [Marker] = []
    var period: RunReport.Period
    /// Pixels.
    var height = 220
    /// Across the page, not half of it.
    var isWide = true
    /// Included in the value axis, with a stronger line; areas reach to it.
    var base: Double?
    /// Digits after the point in the reading; the axis is never finer.
    var places = 2
    var isPercent = false
    /// Pixels left of the plot, where charts stand under each other; 0: what the labels need.
    var gutter = 0
    /// Why there is nothing to draw.
    var empty: String

    /// The figure; `number` makes its identifiers unique on the page.
    func html(number: Int) -> String {
        guard isDrawn else {
            return "<figure class=\"chart\(isWide ? " wide" : "")\">\(caption)<p class=\"empty\">\(escaped(empty))</p></figure>\n"
        }
        let time = TimeAxis(from: period.start, to: period.end, count: isWide ? 10 : 5)
        let axis = axis
        var svg = ""
        for tick in axis.ticks { svg += line("grid", "M0 \(y(tick.place))H1000") }
        for tick in time.ticks { svg += line("grid faint", "M\(coordinate(tick.place * 1000)) 0V1000") }
        if let base { svg += line("base", "M0 \(y(axis.place(base)))H1000") }
        for one in series { svg += drawn(one, time, axis) }
        svg += dots("buy", markers.filter(\.isBuy), time, axis) + dots("sell", markers.filter { !$0.isBuy }, time, axis)
        let yLabels = axis.ticks.map { "<i style=\"top:\(percentage(1 - $0.place))\">\(escaped($0.label))</i>" }.joined()
        let xLabels = time.ticks.filter { $0.place > 0.015 && $0.place < 0.985 }
            .map { "<i\($0.room == .any ? "" : " class=\"\($0.room)\"") style=\"left:\(percentage($0.place))\">\(escaped($0.label))</i>" }.joined()
        return """
            <figure class="chart\(isWide ? " wide" : "")">\(caption)
            <div class="frame" style="height:\(height)px;margin-left:\(max(gutter, Self.gutter(of: axis)))px"><div class="y">\(yLabels)</div>
            <div class="plot" data-chart="c\(number)" tabindex="0"><svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label="\(escaped(title))">\(svg)</svg><div class="cursor"></div></div>
            <div class="x">\(xLabels)</div></div>
            <script type="application/json" id="c\(number)">\(data(time, axis))</script></figure>

            """
    }

    private var axis: Axis {
        let values = series.lazy.flatMap { $0.points.lazy.map(\.value) } + markers.lazy.map(\.value)
        var leastStep = isPercent ? 0.01 : 1
        for _ in 0..<(isPercent ? 4 : places) { leastStep /= 10 }
        return Axis(covering: values, count: max(2, height / 45), including: base, leastStep: leastStep, isPercent: isPercent)
    }

    private static func gutter(of axis: Axis) -> Int { Int(labelPixels(axis.ticks.map(\.label.count).max() ?? 0)) + 12 }

    /// The charts with one left edge, as they stand under each other.
    static func aligned(_ charts: [TimeChart]) -> [TimeChart] {
        let drawn = charts.filter(\.isDrawn)
        let gutter = drawn.map { Self.gutter(of: $0.axis) }.max() ?? 0
        return charts.map { chart in
            var chart = chart
            chart.gutter = gutter
            return chart
        }
    }

    private var isDrawn: Bool { series.contains { $0.points.count > 1 } }

    private var caption: String {
        var legend = ""
        if series.count > 1, isDrawn {
            for one in series { legend += "<span class=\"key \(one.color)\">\(escaped(one.name))</span>" }
        }
        if !markers.isEmpty { legend += "<span class=\"key dot buy\">buy</span><span class=\"key dot sell\">sell</span>" }
        return "<figcaption><b>\(escaped(title))</b> <span class=\"unit\">\(escaped(unit))</span><span class=\"legend\">\(legend)</span></figcaption>"
    }

    private func line(_ kind: String, _ path: String) -> String { "<path class=\"\(kind)\" d=\"\(path)\"/>" }
    private func y(_ place: Double) -> String { coordinate((1 - place) * 1000) }

    private func drawn(_ series: Series, _ time: TimeAxis, _ axis: Axis) -> String {
        let isStepped = series.style == .steps || series.style == .filledSteps
        var path = ""
        for (place, point) in series.points.enumerated() {
            let x = coordinate(time.place(point.time) * 1000, places: 2)
            let height = y(axis.place(point.value))
            path += place == 0 ? "M\(x) \(height)" : isStepped ? "H\(x)V\(height)" : "L\(x) \(height)"
        }
        guard series.style == .area || series.style == .filledSteps, let first = series.points.first, let last = series.points.last else {
            return line("line \(series.color)", path)
        }
        let ground = y(axis.place(max(axis.low, min(base ?? axis.low, axis.high))))
        let (from, to) = (coordinate(time.place(first.time) * 1000, places: 2), coordinate(time.place(last.time) * 1000, places: 2))
        return line("area \(series.color)", path + "L\(to) \(ground)L\(from) \(ground)Z") + line("line \(series.color)", path)
    }

    private func dots(_ kind: String, _ markers: [Marker], _ time: TimeAxis, _ axis: Axis) -> String {
        guard !markers.isEmpty else { return "" }
        let path = markers.map {
            "M\(coordinate(time.place($0.time) * 1000, places: 2)) \(y(axis.place($0.value)))h0"
        }.joined()
        return line("dots rim", path) + line("dots \(kind)", path)
    }

    /// What the script reads: seconds since the start, values, and texts of the markers.
    private func data(_ time: TimeAxis, _ axis: Axis) -> String {
        func seconds(_ moment: Int64) -> String { coordinate(Double(moment - time.start) / 1e9, places: 3) }
        let lines = series.map { one in
            let times = one.points.map { seconds($0.time) }.joined(separator: ",")
            let values = one.points.map { coordinate($0.value, places: isPercent ? 6 : max(places, 2)) }.joined(separator: ",")
            return "{\"n\":\(scriptString(one.name)),\"c\":\"\(one.color)\",\"t\":[\(times)],\"v\":[\(values)]}"
        }.joined(separator: ",")
        let marks = markers.map { "[\(seconds($0.time)),\(scriptString($0.text))]" }.joined(separator: ",")
        let start = coordinate(Double(time.start) / 1e6, places: 0)
        let span = seconds(time.end)
        return
            "{\"start\":\(start),\"span\":\(span),\"lo\":\(axis.low),\"hi\":\(axis.high),\"pct\":\(isPercent),\"d\":\(places),\"s\":[\(lines)],\"m\":[\(marks)]}"
    }
}
