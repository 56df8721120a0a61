internal import CxxEvent
internal import Domain
internal import Features
internal import MarketData
internal import Reports

/// One instrument's bars and rows, the newest `CandlePage.maximumBars` of each.
struct CandleSheet {
    /// Place in the run.
    let instrument: Int
    private let definition: Instrument
    private let source: SourceKind
    private let timeframe: Timeframe
    /// nil: bars of the source are to tell what they are of.
    private var builder: FeatureBarBuilder?
    private var closed: [ClosedBar] = []
    /// Nanoseconds of the bars that the market consists of; 0: it consists of ticks.
    private(set) var sourceLength: Int64 = 0
    private let width: Int
    private var rowTimes: [Int64] = []
    /// Row after row.
    private var rowValues: [Double] = []

    /// - Parameters:
    ///   - price: what bars are made of; nil: trades, and of a source of bid and ask bars the middle, as the engine's decision bars are.
    ///   - columns: numbers in a row.
    init(_ instrument: Int, _ definition: Instrument, _ source: SourceKind, timeframe: Timeframe, price: FeaturePrice?, columns: Int) {
        self.instrument = instrument
        self.definition = definition
        self.source = source
        self.timeframe = timeframe
        width = columns
        if let price = price ?? (source == .bars ? nil : .trades) {
            builder = FeatureBarBuilder(timeframe: timeframe, price: price, definition, source)
        }
    }

    var isEmpty: Bool { closed.isEmpty }

    mutating func take(_ event: martlet.MarketEvent) {
        if event.kind == .bar { sourceLength = Int64(martlet.as_bar(event).seconds) * 1_000_000_000 }
        if builder == nil {
            guard event.kind == .bar else { return }
            builder = FeatureBarBuilder(timeframe: timeframe, price: event.side == .none ? .trades : .middle, definition, source)
        }
        if let bar = builder?.add(event) { append(bar) }
        while let bar = builder?.rest(of: event) { append(bar) }
    }

    /// Ends the bar in progress.
    mutating func finish() {
        if let bar = builder?.close(through: .max) { append(bar) }
    }

    private mutating func append(_ bar: ClosedBar) {
        // A second bar of one moment is no bar of this series.
        guard bar.time > closed.last?.time ?? .min else { return }
        closed.append(bar)
        if closed.count == 2 * CandlePage.maximumBars { closed.removeFirst(CandlePage.maximumBars) }
    }

    mutating func take(row: some Collection<Double>, time: Int64) {
        rowTimes.append(time)
        rowValues.append(contentsOf: row)
        guard rowTimes.count == 2 * CandlePage.maximumBars else { return }
        rowTimes.removeFirst(CandlePage.maximumBars)
        rowValues.removeFirst(CandlePage.maximumBars * width)
    }

    /// What is drawn of the bars, which have the time of their opening there. `timeframe` of them.
    func bars(_ timeframe: Timeframe) -> CandlePage.Bars {
        let kept = closed.suffix(CandlePage.maximumBars)
        let volume = kept.map(\.bar.volume)
        return CandlePage.Bars(
            times: kept.map { $0.time - timeframe.nanoseconds }, open: kept.map(\.bar.open), high: kept.map(\.bar.high),
            low: kept.map(\.bar.low), close: kept.map(\.bar.close), volume: volume.contains { $0 != 0 } ? volume : [])
    }

    /// The columns of the rows beside those bars: a row is of the last bar that was over when it was shown, and of several of one bar the
    /// first counts. Not a number where the council was not asked.
    func columns() -> [[Double]] {
        let kept = closed.suffix(CandlePage.maximumBars)
        var columns = Array(repeating: [Double](repeating: .nan, count: kept.count), count: width)
        var bar = -1
        var written = -1
        for row in rowTimes.indices {
            while bar + 1 < kept.count, kept[kept.startIndex + bar + 1].time <= rowTimes[row] { bar += 1 }
            guard bar > written else { continue }
            written = bar
            for column in 0..<width { columns[column][bar] = rowValues[row * width + column] }
        }
        return columns
    }
}
