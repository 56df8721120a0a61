/// What the page's script reads: one JSON object in `<script type="application/json" id="candles">`.
///
///     {
///       "time":    [1640991660, …],            UTC seconds at which the bars opened, rising; up to six digits after the point
///       "open":    [46319, null, …],           a number or null for each bar, here and below: null is a gap
///       "high", "low", "close": […],
///       "volume":  […],                        empty: no pane of it
///       "series":  [{
///         "name":   "RSI 14",
///         "pane":   1,                         0: over the price; others below it, in ascending order
///         "kind":   "line",                    or "histogram", "points"
///         "color":  0,                         0…7 of the palette; null: green above zero, red below
///         "levels": [30, 70],                  thin lines across the pane
///         "values": […]
///       }],
///       "markers": [{
///         "bar":    17,                        place of its bar in the columns
///         "side":   "buy",                     or "sell"
///         "price":  46385,                     null: at the bar's low or high
///         "text":   "buy 0.5 at 46385.0"
///       }]
///     }
///
/// Numbers have ten significant digits. `<`, `>`, `&` and quotes in texts are escaped, so that no text ends the element.
extension CandlePage {
    /// What of the input is on the page.
    struct Shown {
        let bars: Range<Int>
        /// Places in `series`, and their colors.
        let series: [(place: Int, color: Int?)]
        /// Places in `markers` and of their bars, oldest first.
        let markers: [(place: Int, bar: Int)]

        init(_ page: CandlePage) {
            let times = page.bars.times
            bars = max(0, times.count - CandlePage.maximumBars)..<times.count
            let panes = Set(page.series.lazy.map(\.pane)).subtracting([0]).sorted().prefix(CandlePage.maximumPanes)
            let kept = page.series.indices.filter { page.series[$0].pane == 0 || panes.contains(page.series[$0].pane) }
            series = CandlePage.colored(Array(kept.prefix(CandlePage.maximumSeries)), of: page.series)
            let range = bars
            let inside = page.markers.indices.compactMap { place in
                CandlePage.bar(at: page.markers[place].time, in: times, range).map { (place: place, bar: $0) }
            }
            let ordered = inside.sorted {
                (page.markers[$0.place].time, $0.place) < (page.markers[$1.place].time, $1.place)
            }
            markers = Array(ordered.suffix(CandlePage.maximumMarkers))
        }
    }

    /// Colors that were not chosen are the next that no other series of the same pane has, as long as there are such.
    private static func colored(_ places: [Int], of series: [Series]) -> [(place: Int, color: Int?)] {
        var taken: [Int: Set<Int>] = [:]
        for place in places {
            if let color = series[place].color { taken[series[place].pane, default: []].insert(counted(color)) }
        }
        return places.map { place in
            let one = series[place]
            if let color = one.color { return (place, counted(color)) }
            if one.kind == .histogram { return (place, nil) }
            let used = taken[one.pane, default: []]
            let color = (0..<colors).first { !used.contains($0) } ?? place % colors
            taken[one.pane, default: []].insert(color)
            return (place, color)
        }
    }

    private static func counted(_ color: Int) -> Int { (color % colors + colors) % colors }

    /// The last bar that opened at `time` or before; nil where none did.
    static func bar(at time: Int64, in times: [Int64], _ range: Range<Int>) -> Int? {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low > range.lowerBound ? low - 1 : nil
    }

    /// The JSON object.
    func data(_ shown: Shown) -> String {
        let range = shown.bars
        func column(_ values: [Double]) -> String { values.isEmpty ? "[]" : Self.list(values[range], Self.number) }
        var out = "{\"time\":" + Self.list(bars.times[range], Self.seconds)
        out += ",\n\"open\":" + column(bars.open) + ",\n\"high\":" + column(bars.high)
        out += ",\n\"low\":" + column(bars.low) + ",\n\"close\":" + column(bars.close)
        out += ",\n\"volume\":" + column(bars.volume) + ",\n\"series\":["
        for (count, shownSeries) in shown.series.enumerated() {
            let one = series[shownSeries.place]
            let color = shownSeries.color.map { "\($0)" } ?? "null"
            let levels = Self.list(one.levels.filter(\.isFinite)[...], Self.number)
            out += count == 0 ? "\n" : ",\n"
            out += "{\"name\":\(scriptString(one.name)),\"pane\":\(one.pane),\"kind\":\"\(one.kind.rawValue)\",\"color\":\(color)"
            out += ",\"levels\":\(levels),\"values\":" + column(one.values) + "}"
        }
        out += "],\n\"markers\":["
        for (count, shownMarker) in shown.markers.enumerated() {
            let one = markers[shownMarker.place]
            out += count == 0 ? "\n" : ",\n"
            out += "{\"bar\":\(shownMarker.bar - range.lowerBound),\"side\":\"\(one.isBuy ? "buy" : "sell")\""
            out += ",\"price\":\(Self.number(one.price ?? .nan)),\"text\":\(scriptString(one.text))}"
        }
        return out + "]}"
    }

    private static func list<Element>(_ values: ArraySlice<Element>, _ text: (Element) -> String) -> String {
        var out = "["
        out.reserveCapacity(values.count * 11)
        for value in values {
            if out.utf8.count > 1 { out += "," }
            out += text(value)
        }
        return out + "]"
    }

    /// Seconds, to the microsecond.
    static func seconds(_ nanoseconds: Int64) -> String {
        let microseconds = nanoseconds.quotientFloored(by: 1_000)
        return microseconds % 1_000_000 == 0 ? "\(microseconds / 1_000_000)" : "\(Double(microseconds) / 1e6)"
    }

    /// Ten significant digits, more than a screen tells apart; `null` for what is not finite.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let size = value.magnitude
        if size < 1e15, value == value.rounded() { return "\(Int64(value))" }
        // Powers of ten up to 10²² are exact; what is smaller than they can lift keeps all its digits.
        guard size >= 1e-12 else { return "\(value)" }
        var power = 1.0
        while size * power < 1e9 { power *= 10 }
        return "\((value * power).rounded() / power)"
    }
}
