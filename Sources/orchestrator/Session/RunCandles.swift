internal import Core
package import CxxEvent
package import Domain
package import Features
package import MarketData
package import Reports

/// The candles of a run for its report: decision bars, fills, and the row of the run's feature set that the council was shown at each.
///
///     market events, in the order of the stream ─► bars ─┐
///     questions to the council in the journal ──► rows ──┼─► a page for each traded instrument
///     the report's fills ────────────────────────────────┘
///
/// All of it is kept anyway, so it is read once more when the run is over: bars in the engine or its recorder would be in every snapshot,
/// and a restart would have to bring them back. Bars are built by the code that builds the set's in the engine; rows are those that were
/// journalled, not computed again, so that latency, restarts and halts are in them as they were.
///
/// Bounded: `maximumPages` instruments, those with the most fills; of each the newest `CandlePage.maximumBars` bars with their rows, and
/// of a row the first `CandlePage.maximumSeries` columns.
package struct RunCandles {
    /// Instruments with a page of their own.
    package static let maximumPages = 8

    /// One instrument's page.
    package struct Page {
        package var link: RunReport.Candles
        package var candles: CandlePage
    }

    private let report: RunReport
    private let timeframe: Timeframe
    private let set: FeaturePlan?
    private let setHash: String?
    private let columns: [FeatureColumn]
    private var sheets: [CandleSheet] = []
    /// Place in `sheets` of each instrument; nil: it has none.
    private var places: [Int?]

    /// - Parameters:
    ///   - report: of the run, whole but for its candles.
    ///   - instruments: those of the report, in its order.
    ///   - sources: what each one's events are.
    ///   - timeframe: length of the decision bars.
    ///   - set: the run's feature set.
    package init(
        _ report: RunReport, _ instruments: [martlet.InstrumentDefinition], _ sources: [SourceKind], timeframe: Timeframe, set: FeaturePlan?
    ) {
        precondition(report.instruments.count == instruments.count && sources.count == instruments.count, "the report's instruments")
        self.report = report
        self.timeframe = timeframe
        self.set = set
        setHash = set?.set.contentHash
        columns = Array((set?.columns ?? []).prefix(CandlePage.maximumSeries))
        places = Array(repeating: nil, count: instruments.count)
        let fills = report.instruments.map(\.fills)
        let traded = fills.indices.filter { fills[$0] > 0 }.sorted { (fills[$1], $0) < (fills[$0], $1) }
        for index in traded.prefix(Self.maximumPages) {
            guard let instrument = Instrument(instruments[index]) else { continue }
            places[index] = sheets.count
            sheets.append(CandleSheet(index, instrument, sources[index], timeframe: timeframe, price: set?.set.price, columns: columns.count))
        }
    }

    /// Nothing was traded: there is nothing to draw.
    package var isEmpty: Bool { sheets.isEmpty }

    /// Nanoseconds of a bar.
    var barLength: Int64 { timeframe.nanoseconds }

    /// Whether a run's text says that its set was this one.
    func hasOurSet(_ runText: String) -> Bool {
        guard let setHash, let text = try? RunText(json: runText) else { return false }
        return text.featureSetHash == setHash
    }

    /// Takes a market event as the engine saw it. O(1).
    package mutating func take(_ event: martlet.MarketEvent) {
        guard places.indices.contains(Int(event.instrument)), let place = places[Int(event.instrument)] else { return }
        sheets[place].take(event)
    }

    /// Takes the row of the set that the council was shown of an instrument: of the last bar that was over by `time`.
    package mutating func take(row: some RandomAccessCollection<Double>, of instrument: Int, time: Int64) {
        guard let set, row.count == set.columns.count, places.indices.contains(instrument), let place = places[instrument] else { return }
        sheets[place].take(row: row.prefix(columns.count), time: time)
    }

    /// The pages, those with the most fills first; an instrument without a bar has none. Call once, at the end: the last bar is the one in
    /// progress, where there is one.
    package mutating func pages() throws(CandlePageError) -> [Page] {
        var pages: [Page] = []
        var names: [String] = []
        for place in sheets.indices {
            sheets[place].finish()
            guard !sheets[place].isEmpty else { continue }
            let result = report.instruments[sheets[place].instrument]
            var name = Self.fileName(result)
            if names.contains(name) { name = "\(sheets[place].instrument)-\(name)" }
            names.append(name)
            let link = RunReport.Candles(symbol: result.symbol, venue: result.venue, page: "candles-\(name).html")
            pages.append(Page(link: link, candles: try page(of: sheets[place], result)))
        }
        return pages
    }

    private func page(of sheet: CandleSheet, _ result: RunReport.InstrumentResult) throws(CandlePageError) -> CandlePage {
        let bars = sheet.bars(timeframe)
        let trades = report.trades.filter { $0.instrument == result.symbol && $0.venue == result.venue }
        let markers = trades.map { trade in
            // On a market of bars an order fills when its bar is known, at a price out of that bar, which was over then.
            CandlePage.Marker(
                time: trade.time - sheet.sourceLength, isBuy: trade.side == .buy, price: trade.price.value,
                text: "\(trade.side.rawValue) \(trade.quantity) at \(trade.price)")
        }
        return try CandlePage(
            title: "\(result.venue):\(result.symbol)", facts: facts(result, shown: trades.count), bars: bars,
            series: CandlePage.Series.laidOut(columns, values: sheet.columns(), low: bars.low.min() ?? 0, high: bars.high.max() ?? 0), markers: markers)
    }

    private func facts(_ result: RunReport.InstrumentResult, shown: Int) -> [String] {
        var facts = ["\(report.run), \(report.mode)", "bars of \(timeframe)"]
        facts.append(shown == result.fills ? "\(shown) fills" : "the last \(shown) of \(result.fills) fills")
        guard let set, let setHash else { return facts }
        facts += ["set `\(set.set.name)`", "`\(setHash.prefix(12))`"]
        if columns.count < set.columns.count { facts.append("the first \(columns.count) of \(set.columns.count) columns") }
        return facts
    }

    /// `VENUE-SYMBOL` with an underscore for what a file name or a link may not have.
    private static func fileName(_ result: RunReport.InstrumentResult) -> String {
        let plain = "\(result.venue)-\(result.symbol)".unicodeScalars.map { scalar -> Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-._".unicodeScalars.contains(scalar))
            return isPlain ? Character(scalar) : "_"
        }
        return String(plain.prefix(80))
    }
}
