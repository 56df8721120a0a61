/// Names with a horizontal bar each and the number beside it; left of zero where it is negative.
struct BarList {
    struct Bar {
        let name: String
        let value: Double
        let text: String
        /// A smaller remark under the name.
        var note = ""
        var color = "blue"
    }

    var title: String
    var unit: String
    var bars: [Bar]
    var empty: String

    var html: String {
        let head = "<figcaption><b>\(escaped(title))</b> <span class=\"unit\">\(escaped(unit))</span></figcaption>"
        guard !bars.isEmpty else {
            return "<figure class=\"bars\">\(head)<p class=\"empty\">\(escaped(empty))</p></figure>\n"
        }
        let least = min(0, bars.map(\.value).min() ?? 0)
        let most = max(0, bars.map(\.value).max() ?? 0)
        let span = most - least
        let zero = span > 0 ? -least / span : 0
        let rows = bars.map { bar in
            let size = span > 0 ? bar.value.magnitude / span : 0
            let left = bar.value < 0 ? zero - size : zero
            let mark = bar.value == 0 ? ""
                : "<i class=\"bar \(bar.color)\" style=\"left:\(percentage(left));width:\(percentage(size))\"></i>"
            let note = bar.note.isEmpty ? "" : "<small>\(escaped(bar.note))</small>"
            return """
                <div class="row"><span class="name">\(escaped(bar.name))\(note)</span><span class="track"><i class="zero" style="left:\(percentage(zero))"></i>\(mark)</span><span class="number">\(escaped(bar.text))</span></div>
                """
        }.joined(separator: "\n")
        return "<figure class=\"bars\">\(head)\n<div class=\"rows\">\(rows)</div></figure>\n"
    }
}

/// Percentiles of latencies as marks on one logarithmic line each.
struct LatencyStrip {
    var rows: [(name: String, note: String, percentiles: RunReport.Percentiles)]

    var html: String {
        let head = "<figcaption><b>Latency</b> <span class=\"unit\">wall time, logarithmic</span></figcaption>"
        let measured = rows.filter { $0.percentiles.count > 0 }
        guard !measured.isEmpty else {
            return "<figure class=\"latency\">\(head)<p class=\"empty\">No order went to a venue, so no latency was measured.</p></figure>\n"
        }
        let low = Self.decade(below: measured.map(\.percentiles.p50).min() ?? 1)
        let high = max(Self.decade(below: (measured.map(\.percentiles.maximum).max() ?? 1) - 1) + 1, low + 1)
        func place(_ nanoseconds: Int64) -> Double {
            min(max((Self.logarithm(nanoseconds) - Double(low)) / Double(high - low), 0), 1)
        }
        let ticks = (low...high).map { decade in
            "<i style=\"left:\(percentage(Double(decade - low) / Double(high - low)))\">\(Self.label(decade))</i>"
        }.joined()
        let body = measured.map { row in
            let p = row.percentiles
            let marks = [("p50", "p50", p.p50), ("p99", "p99", p.p99), ("p999", "p99.9", p.p999), ("max", "max", p.maximum)]
            let dots = marks.map { "<i class=\"mark \($0.0)\" style=\"left:\(percentage(place($0.2)))\" title=\"\($0.1) \(NumberText.duration(nanoseconds: $0.2))\"></i>" }.joined()
            let range = "<i class=\"range\" style=\"left:\(percentage(place(p.p50)));width:\(percentage(place(p.maximum) - place(p.p50)))\"></i>"
            let numbers = marks.map { "<span><i class=\"mark \($0.0)\"></i>\($0.1) <b>\(NumberText.duration(nanoseconds: $0.2))</b></span>" }.joined()
            return """
                <div class="strip"><div class="name">\(escaped(row.name))<small>\(escaped(row.note)) · \(NumberText.grouped(p.count)) measured</small></div>
                <div class="log"><div class="rail">\(range)\(dots)</div><div class="decades">\(ticks)</div><div class="numbers">\(numbers)</div></div></div>
                """
        }.joined(separator: "\n")
        return "<figure class=\"latency\">\(head)\n\(body)</figure>\n"
    }

    /// `1 µs`: a power of ten in the unit that fits.
    private static func label(_ decade: Int) -> String {
        let unit = min(decade / 3, 3)
        return "\(power(decade - 3 * unit)) " + ["ns", "µs", "ms", "s"][unit]
    }

    private static func power(_ decade: Int) -> Int64 {
        var power: Int64 = 1
        for _ in 0..<min(max(decade, 0), 18) { power *= 10 }
        return power
    }

    /// Largest n with 10ⁿ ≤ value.
    private static func decade(below value: Int64) -> Int {
        var decade = 0
        while decade < 17, power(decade + 1) <= max(value, 1) { decade += 1 }
        return decade
    }

    /// Base 10, to the hundredth: halving of the interval is enough for a mark on a line.
    private static func logarithm(_ value: Int64) -> Double {
        let whole = decade(below: value)
        var rest = Double(max(value, 1)) / Double(power(whole))
        var result = Double(whole)
        var weight = 0.5
        for _ in 0..<10 {
            rest *= rest
            if rest >= 10 {
                result += weight
                rest /= 10
            }
            weight /= 2
        }
        return result
    }
}
