/// A page with one picture: candles, lines over the price, panes below it and marks where orders were filled.
///
/// The page stands alone: the drawing library, the data and the script are in it, and its security policy lets it load
/// nothing. It is light or dark as the reader's system is, and fits a telephone.
///
///     ┌ title · facts ─────────────────── span ┐
///     │ price pane 0: candles, overlays, marks │
///     │ volume, where there is one             │
///     │ pane 1, pane 2, …                      │
///     └ times, one axis for all ───────────────┘
///
///     let page = try CandlePage(
///         title: "BTC-PERP", facts: ["1 minute", "set `basic`"], bars: bars,
///         series: [.init("SMA 20", values: sma), .init("RSI 14", pane: 1, levels: [30, 70], values: rsi)])
///     let text = page.html(library: libraryText)
package struct CandlePage: Sendable {
    /// Columns of equal length, oldest bar first. Numbers that are not finite are gaps; a bar that lacks one of its four
    /// prices is not drawn.
    package struct Bars: Sendable {
        /// When each bar opened: nanoseconds since the Unix epoch, UTC; each at least a microsecond after the one before.
        package var times: [Int64]
        package var open: [Double]
        package var high: [Double]
        package var low: [Double]
        package var close: [Double]
        /// Empty where none is known: there is no pane of it then.
        package var volume: [Double]

        package init(times: [Int64], open: [Double], high: [Double], low: [Double], close: [Double], volume: [Double] = []) {
            self.times = times
            self.open = open
            self.high = high
            self.low = low
            self.close = close
            self.volume = volume
        }
    }

    /// One value a bar, over the price or in a pane below it.
    package struct Series: Sendable {
        package enum Kind: String, Sendable {
            /// Joined; broken where values are missing.
            case line
            /// Bars from zero.
            case histogram
            /// Dots, not joined.
            case points
        }

        package var name: String
        /// 0: over the price; others are below it, in ascending order. Series of one pane share its axis.
        package var pane: Int
        package var kind: Kind
        /// Place in the palette of `CandlePage.colors`, counted around. nil: the next that is free; of a histogram, green
        /// above zero and red below.
        package var color: Int?
        /// Values at which a thin line crosses the pane.
        package var levels: [Double]
        /// As many as there are bars; what is not finite is a gap.
        package var values: [Double]

        package init(
            _ name: String, pane: Int = 0, kind: Kind = .line, color: Int? = nil, levels: [Double] = [], values: [Double]
        ) {
            self.name = name
            self.pane = pane
            self.kind = kind
            self.color = color
            self.levels = levels
            self.values = values
        }
    }

    /// A fill, drawn at the bar in whose time it lies.
    package struct Marker: Sendable {
        /// Nanoseconds since the Unix epoch, UTC.
        package var time: Int64
        package var isBuy: Bool
        /// Where its tip points; nil: at the bar's low or high.
        package var price: Double?
        /// Read when the pointer is on the bar: `buy 0.5 at 46,385.0`.
        package var text: String

        package init(time: Int64, isBuy: Bool, price: Double? = nil, text: String) {
            self.time = time
            self.isBuy = isBuy
            self.price = price
            self.text = text
        }
    }

    /// Colors of the palette: blue, orange, violet, teal, magenta, olive, grey, brown.
    package static let colors = 8
    /// Bars on a page, the newest; older ones are left out, and the page says so. With a dozen series such a page has some 3 MB.
    package static let maximumBars = 20_000
    /// Series on a page, the first; the page says what was left out.
    package static let maximumSeries = 32
    /// Panes below the price, those with the lowest numbers; the page says what was left out.
    package static let maximumPanes = 8
    /// Markers on a page, the newest; the page says what was left out.
    package static let maximumMarkers = 5_000

    package let title: String
    /// What the picture shows, one short phrase each: instrument, bars, set and its hash. Text between backticks is code.
    package let facts: [String]
    package let bars: Bars
    package let series: [Series]
    package let markers: [Marker]

    /// Throws where columns differ in length, times do not rise or a pane's number is negative.
    package init(title: String, facts: [String], bars: Bars, series: [Series] = [], markers: [Marker] = []) throws(CandlePageError) {
        let count = bars.times.count
        let columns = [
            ("open", bars.open), ("high", bars.high), ("low", bars.low), ("close", bars.close),
            ("volume", bars.volume.isEmpty ? bars.close : bars.volume),
        ]
        for (name, column) in columns + series.map({ ($0.name, $0.values) }) where column.count != count {
            throw .length(column: name, count: column.count, expected: count)
        }
        for (place, pair) in zip(bars.times, bars.times.dropFirst()).enumerated()
        where pair.0.quotientFloored(by: 1_000) >= pair.1.quotientFloored(by: 1_000) {
            throw .order(bar: place + 1, time: pair.1, before: pair.0)
        }
        if let wrong = series.first(where: { $0.pane < 0 }) { throw .pane(series: wrong.name, pane: wrong.pane) }
        self.title = title
        self.facts = facts
        self.bars = bars
        self.series = series
        self.markers = markers
    }
}

/// Why there is no page.
package enum CandlePageError: Error, Equatable, CustomStringConvertible {
    /// A column has not one value a bar.
    case length(column: String, count: Int, expected: Int)
    /// A bar, counted from 0, does not open after the one before it; nanoseconds since the Unix epoch.
    case order(bar: Int, time: Int64, before: Int64)
    case pane(series: String, pane: Int)

    package var description: String {
        switch self {
        case .length(let column, let count, let expected): "expected one value a bar (\(expected)) in \(column), there are \(count)"
        case .order(let bar, let time, let before):
            "expected bars at rising times, a microsecond apart at least: bar \(bar) is at \(time) ns, the one before it at \(before) ns"
        case .pane(let series, let pane): "expected a pane of 0 or more for \(series), was \(pane)"
        }
    }
}
