/// A chart over time: an SVG that stretches with the page, with its labels as text beside it, so that lines
/// stay thin and words stay legible at any width. It is complete without a script; the page's script adds
/// the reading under the pointer from `data`.
struct TimeChart {
    struct Series {
        enum Style { case line, area, step }
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
    /// Included in the value axis, with a stronger line.
    var base: Double?
    /// Digits after the point in the reading.
    var places = 2
    var isPercent = false
    var empty: String

    /// The figure; `number` makes its identifiers unique on the page.
    func html(number: Int) -> String {
        guard series.contains(where: { $0.points.count > 1 }) else {
            return "<figure class=\"chart\(isWide ? " wide" : "")\">\(caption)<p class=\"empty\">\(escaped(empty))</p></figure>\n"
        }
        let time = TimeAxis(from: period.start, to: period.end, count: isWide ? 10 : 5)
        let values = series.lazy.flatMap { $0.points.lazy.map(\.value) } + markers.lazy.map(\.value)
        let axis = Axis(covering: values, count: max(2, height / 45), including: base) { value, digits in
            isPercent
                ? NumberText.fixed(value * 100, places: max(0, digits - 2)) + " %"
                : value.magnitude >= 1e6 ? NumberText.short(value) : NumberText.fixed(value, places: digits)
        }
        var svg = ""
        for tick in axis.ticks { svg += line("grid", "M0 \(y(tick.place))H1000") }
        for tick in time.ticks { svg += line("grid faint", "M\(coordinate(tick.place * 1000)) 0V1000") }
        if let base { svg += line("base", "M0 \(y(axis.place(base)))H1000") }
        for one in series { svg += drawn(one, time, axis) }
        svg += dots("buy", markers.filter(\.isBuy), time, axis) + dots("sell", markers.filter { !$0.isBuy }, time, axis)
        let yLabels = axis.ticks.map { "<i style=\"top:\(percentage(1 - $0.place))\">\(escaped($0.label))</i>" }.joined()
        let xLabels = time.ticks.filter { $0.place > 0.015 && $0.place < 0.985 }
            .map { "<i style=\"left:\(percentage($0.place))\">\(escaped($0.label))</i>" }.joined()
        return """
            <figure class="chart\(isWide ? " wide" : "")">\(caption)
            <div class="frame" style="height:\(height)px"><div class="y">\(yLabels)</div>
            <div class="plot" data-chart="c\(number)" tabindex="0"><svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label="\(escaped(title))">\(svg)</svg><div class="cursor"></div></div>
            <div class="x">\(xLabels)</div></div>
            <script type="application/json" id="c\(number)">\(data(time, axis))</script></figure>

            """
    }

    private var caption: String {
        var legend = ""
        if series.count > 1 {
            for one in series { legend += "<span class=\"key \(one.color)\">\(escaped(one.name))</span>" }
        }
        if !markers.isEmpty { legend += "<span class=\"key dot buy\">buy</span><span class=\"key dot sell\">sell</span>" }
        return "<figcaption><b>\(escaped(title))</b> <span class=\"unit\">\(escaped(unit))</span><span class=\"legend\">\(legend)</span></figcaption>"
    }

    private func line(_ kind: String, _ path: String) -> String { "<path class=\"\(kind)\" d=\"\(path)\"/>" }
    private func y(_ place: Double) -> String { coordinate((1 - place) * 1000) }

    private func drawn(_ series: Series, _ time: TimeAxis, _ axis: Axis) -> String {
        var path = ""
        for (place, point) in series.points.enumerated() {
            let x = coordinate(time.place(point.time) * 1000, places: 2)
            let height = y(axis.place(point.value))
            if place == 0 { path += "M\(x) \(height)" } else if series.style == .step { path += "H\(x)V\(height)" } else { path += "L\(x) \(height)" }
        }
        guard series.style != .line, let first = series.points.first, let last = series.points.last else {
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
