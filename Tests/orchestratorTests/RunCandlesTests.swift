import Core
import CxxEvent
import CxxJournal
import Domain
import Features
import Foundation
import MarketData
import Reports
import Testing
import orchestrator

/// Trades and what is told of a run, with numbers that are easy to follow: a price increment of 0.01, lots of 0.1.
struct CandleRun {
    static let minute: Int64 = 60_000_000_000
    static let start: Int64 = 28_000_000 * minute
    var instruments: [martlet.InstrumentDefinition]
    var report: RunReport

    /// One instrument for each count of fills.
    init(fills: [UInt64], symbols: [String]? = nil, venues: [String]? = nil) {
        let symbols = symbols ?? fills.indices.map { "S\($0)" }
        let venues = venues ?? fills.map { _ in "V" }
        instruments = fills.indices.map { index in
            let plain = Increment("1")!
            let instrument = Instrument(
                key: InstrumentKey(venue: venues[index], symbol: symbols[index]), contract: .linear, currency: "USD", priceIncrement: Increment("0.01")!,
                lotIncrement: Increment("0.1")!, multiplier: plain, tick: 1, maximumQuantity: 1_000_000, makerFeePpm: 0, takerFeePpm: 0, moneyUnit: Increment("0.0001")!)
            return martlet.InstrumentDefinition(instrument, id: UInt32(index))
        }
        report = RunReport(run: "r", mode: "backtest", market: "m", seed: 1, currency: "USD", decimals: 4)
        let nothing = report.amount(0)
        report.instruments = fills.indices.map { index in
            RunReport.InstrumentResult(
                symbol: symbols[index], venue: venues[index], fills: fills[index], position: nothing, turnover: nothing, realised: nothing,
                unrealised: nothing, fees: nothing)
        }
    }

    mutating func fill(_ instrument: Int, minute: Double, _ side: Side, price: Int64) {
        let result = report.instruments[instrument]
        let nothing = report.amount(0)
        report.trades.append(
            Trade(
                time: Self.start + Int64(minute * Double(Self.minute)), instrument: result.symbol, venue: result.venue, side: side,
                price: ExactDecimal(units: price, scale: 2), quantity: ExactDecimal(units: 5, scale: 1), notional: nothing, fee: nothing, realised: nothing))
    }

    func candles(_ source: SourceKind = .byPrice, set: FeaturePlan? = nil) -> RunCandles {
        RunCandles(report, instruments, instruments.map { _ in source }, timeframe: .minute, set: set)
    }

    static func trade(_ instrument: Int, at time: Int64, price: Int64, lots: Int64) -> martlet.MarketEvent {
        var event = martlet.MarketEvent()
        event.kind = .trade
        event.instrument = UInt32(instrument)
        event.exchange_time = time
        event.receive_time = time
        event.price = price
        event.quantity = lots
        return event
    }

    static func set(columns: Int = 2) throws -> FeaturePlan {
        let features = (0..<columns).map { "  - {name: f\($0), kernel: \($0 == 0 ? "sma" : "roc"), parameters: {period: \($0 + 2)}}\n" }.joined()
        return try LoadedFeatureSet(path: "set.yaml", text: "name: mine\ntimeframe: 1m\nfeatures:\n\(features)").plan
    }
}

@Suite struct RunCandlesTests {
    private struct Plain {
        var open, high, low, close: Int64
        var lots: Int64
    }

    @Test("bars are those of the plainest definition: what traded in each minute as the engine received it, silent minutes none, the last up to the end", arguments: [0, 700_000_000] as [Int64])
    func bars(feed: Int64) throws {
        var generator = SystemRandomNumberGenerator()
        var seed = generator.next() >> 1
        func dice(_ sides: Int64) -> Int64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(seed >> 33) % sides
        }
        var run = CandleRun(fills: [3, 0, 5])
        run.fill(2, minute: 4.5, .sell, price: 10_000)
        var events: [martlet.MarketEvent] = []
        var plain: [[Int64: Plain]] = [[:], [:], [:]]
        var time = CandleRun.start
        var received = Int64.min
        for _ in 0..<4_000 {
            time += dice(20) == 0 ? dice(5 * CandleRun.minute) : dice(6_000_000_000)
            let instrument = Int(dice(3))
            // Venues' clocks may go back; what is received does not.
            let event = CandleRun.trade(instrument, at: time - dice(2) * 1_000_000, price: 10_000 + dice(400), lots: 1 + dice(50))
            events.append(event)
            received = max(received, event.exchange_time + feed)
            let end = (received / CandleRun.minute + 1) * CandleRun.minute
            var bar = plain[instrument][end] ?? Plain(open: event.price, high: event.price, low: event.price, close: 0, lots: 0)
            bar.high = max(bar.high, event.price)
            bar.low = min(bar.low, event.price)
            bar.close = event.price
            bar.lots += event.quantity
            plain[instrument][end] = bar
        }
        for index in events.indices { events[index].receive_time = max(events[index].exchange_time, index > 0 ? events[index - 1].receive_time : .min) }
        var candles = run.candles()
        candles.take(EventSeries(instruments: run.instruments, kinds: run.instruments.map { _ in .byPrice }, events: events), feed: feed)
        let pages = try candles.pages()
        #expect(pages.map(\.link.symbol) == ["S2", "S0"])
        for (page, instrument) in zip(pages, [2, 0]) {
            let ends = plain[instrument].keys.sorted()
            let bars = page.candles.bars
            #expect(bars.times == ends.map { $0 - CandleRun.minute }, "seed \(seed)")
            let truth = ends.map { plain[instrument][$0]! }
            #expect(bars.open == truth.map { Double($0.open) * 0.01 } && bars.close == truth.map { Double($0.close) * 0.01 })
            #expect(bars.high == truth.map { Double($0.high) * 0.01 } && bars.low == truth.map { Double($0.low) * 0.01 })
            #expect(bars.volume == truth.map { Double($0.lots) * 0.1 })
        }
    }

    @Test("a page for each instrument that was traded, those with the most fills first, eight at most")
    func order() throws {
        let run = CandleRun(fills: [1, 9, 0, 2, 9, 3, 4, 5, 6, 7])
        var candles = run.candles()
        for instrument in run.instruments.indices { candles.take(CandleRun.trade(instrument, at: CandleRun.start, price: 100, lots: 1)) }
        let links = try candles.pages().map(\.link)
        #expect(links.map(\.symbol) == ["S1", "S4", "S9", "S8", "S7", "S6", "S5", "S3"])
        #expect(links[0].page == "candles-V-S1.html" && links[0].venue == "V")
        var silent = run.candles()
        #expect(try silent.pages().isEmpty && !silent.isEmpty)
        #expect(CandleRun(fills: [0, 0]).candles().isEmpty)
    }

    @Test("fills of another venue's instrument of the same name are not drawn; names that are no file names become such, each its own")
    func names() throws {
        var run = CandleRun(fills: [2, 1, 1], symbols: ["EUR/USD", "EUR/USD", "EUR_USD"], venues: ["A", "B", "A"])
        run.fill(0, minute: 0.1, .buy, price: 101)
        run.fill(1, minute: 0.2, .sell, price: 102)
        run.fill(0, minute: 0.3, .sell, price: 103)
        var candles = run.candles()
        for instrument in 0..<3 { candles.take(CandleRun.trade(instrument, at: CandleRun.start, price: 100, lots: 1)) }
        let pages = try candles.pages()
        #expect(pages.map(\.link.page) == ["candles-A-EUR_USD.html", "candles-B-EUR_USD.html", "candles-2-A-EUR_USD.html"])
        #expect(pages[0].candles.markers.map(\.price) == [1.01, 1.03] && pages[0].candles.markers.map(\.isBuy) == [true, false])
        #expect(pages[0].candles.markers[0].text == "buy 0.5 at 1.01" && pages[0].candles.markers[0].time == CandleRun.start + CandleRun.minute / 10)
        #expect(pages[1].candles.markers.map(\.price) == [1.02])
        #expect(pages[0].candles.facts.contains("2 fills") && pages[2].candles.facts.contains("the last 0 of 1 fills"))
    }

    @Test("a row is drawn at the last bar that was over when it was shown, the first of several, nothing where the council was not asked")
    func rows() throws {
        let set = try CandleRun.set()
        let run = CandleRun(fills: [1])
        var candles = run.candles(set: set)
        for minute in [0, 1, 2, 5, 6] as [Int64] { candles.take(CandleRun.trade(0, at: CandleRun.start + minute * CandleRun.minute + 9, price: 100 + minute, lots: 1)) }
        func close(_ minute: Int64) -> Int64 { CandleRun.start + minute * CandleRun.minute }
        candles.take(row: [9, 9], of: 0, time: close(1) - 1) // before any bar
        candles.take(row: [1.005, 10], of: 0, time: close(1))
        candles.take(row: [1.006, 11], of: 0, time: close(1) + 5)
        candles.take(row: [7], of: 0, time: close(2)) // of another set
        candles.take(row: [1.02, .nan], of: 0, time: close(5)) // long after its bar, before the next
        candles.take(row: [1.055, 12], of: 0, time: close(6) + 1)
        candles.take(row: [5, 5], of: 3, time: close(6)) // of nobody
        let page = try #require(try candles.pages().first).candles
        try #require(page.series.count == 2)
        #expect(page.series.map(\.name) == ["f0", "f1"] && page.series.map(\.pane) == [0, 1])
        #expect(page.series[0].values.map(\.bitPattern) == [1.005, .nan, 1.02, 1.055, .nan].map(\.bitPattern))
        #expect(page.series[1].values.map(\.bitPattern) == [10, .nan, .nan, 12, .nan].map(\.bitPattern))
        #expect(page.facts == ["r, backtest", "bars of 1m", "the last 0 of 1 fills", "set `mine`", "`\(set.set.contentHash.prefix(12))`"])
    }

    @Test("of a run without end the newest bars and rows are kept, and the first columns of a wide set")
    func bounds() throws {
        let set = try CandleRun.set(columns: 40)
        let run = CandleRun(fills: [1])
        var candles = run.candles(set: set)
        let count = 2 * CandlePage.maximumBars + 5_000
        for minute in 0..<count {
            let time = CandleRun.start + Int64(minute) * CandleRun.minute
            candles.take(CandleRun.trade(0, at: time, price: 100, lots: 1))
            candles.take(row: Array(repeating: Double(minute), count: 40), of: 0, time: time)
        }
        let page = try #require(try candles.pages().first).candles
        #expect(page.bars.times.count == CandlePage.maximumBars && page.bars.times.last == CandleRun.start + Int64(count - 1) * CandleRun.minute)
        try #require(page.series.count == CandlePage.maximumSeries)
        // The row of a minute's beginning is that of the bar before; the bar in progress has none.
        #expect(page.series[0].values[0] == Double(count - CandlePage.maximumBars + 1) && page.series[31].values.suffix(2).first == Double(count - 1))
        #expect(page.series[0].values.last?.isNaN == true && page.facts.last == "the first 32 of 40 columns")
    }

    @Test("of bid and ask bars the middle is drawn, of bars of trades those, where no set says otherwise")
    func barSources() throws {
        func bar(_ minute: Int64, _ side: martlet.Side, low: Int64) -> martlet.MarketEvent {
            var bar = martlet.BarEvent()
            bar.kind = .bar
            bar.side = side
            bar.exchange_time = CandleRun.start + minute * CandleRun.minute
            bar.receive_time = bar.exchange_time
            bar.low = low
            (bar.open_above_low, bar.high_above_low, bar.close_above_low) = (10, 30, 20)
            bar.seconds = 60
            bar.volume = 7
            return withUnsafeBytes(of: bar) { $0.loadUnaligned(as: martlet.MarketEvent.self) }
        }
        let run = CandleRun(fills: [1, 1])
        var candles = run.candles(.bars)
        for minute in 1...3 as ClosedRange<Int64> {
            candles.take(bar(minute, .none, low: 1_000 + minute))
            var (bid, ask) = (bar(minute, .buy, low: 2_000), bar(minute, .sell, low: 2_004))
            (bid.instrument, ask.instrument) = (1, 1)
            candles.take(bid)
            if minute != 2 { candles.take(ask) }
        }
        let pages = try candles.pages()
        #expect(pages[0].candles.bars.low == [10.01, 10.02, 10.03] && pages[0].candles.bars.times.first == CandleRun.start)
        #expect(pages[1].candles.bars.low == [20.02, 20.02] && pages[1].candles.bars.volume.allSatisfy { abs($0 - 0.7) < 1e-12 })
    }

    @Test("a journal is read from so many bars before the end as a page shows; rows of runs with another set are left out")
    func journal() throws {
        let set = try CandleRun.set()
        let run = CandleRun(fills: [1])
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-candles-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bars = CandlePage.maximumBars + 3_000
        var writer = CandleJournal(folder)
        // Three runs: the second had another set, and the third is of ours again.
        let changes = [0: set.set.contentHash, bars - 2_000: "another", bars - 1_000: set.set.contentHash]
        for minute in 0..<bars {
            if let hash = changes[minute] { try writer.begin(run.instruments, hash: hash, minute: minute) }
            try writer.minute(minute)
        }
        try writer.close()

        var candles = run.candles(set: set)
        try candles.read(journal: folder, until: CandleRun.start + Int64(bars) * CandleRun.minute)
        let page = try #require(try candles.pages().first).candles
        let minutes = (bars - CandlePage.maximumBars)..<bars
        #expect(page.bars.times == minutes.map { CandleRun.start + Int64($0) * CandleRun.minute })
        #expect(page.bars.close == minutes.map { Double(1_000 + $0 % 100) * 0.01 })
        // A question is asked at the close of a bar, and of the last bar none.
        let asked = minutes.map { $0 + 1 < bars && !(bars - 2_000..<bars - 1_000).contains($0 + 1) ? Double($0 + 1) : .nan }
        #expect(page.series[0].values.map(\.bitPattern) == asked.map(\.bitPattern))

        var early = run.candles(set: set)
        try early.read(journal: folder, until: CandleRun.start + 2_000 * CandleRun.minute)
        #expect(try early.pages().first?.candles.bars.times.count == CandlePage.maximumBars)
        var refused: CommandFailure?
        do throws(CommandFailure) { try early.read(journal: folder + "/none", until: 0) } catch { refused = error }
        #expect(refused?.message.hasPrefix(folder + "/none: ") == true)
    }
}

/// A session's journal with a trade in each minute and a question at its beginning.
private struct CandleJournal: ~Copyable {
    let folder: String
    var journal = martlet.Journal()
    var sequence: UInt64 = 0
    var isOpen = false

    init(_ folder: String) { self.folder = folder }

    mutating func begin(_ instruments: [martlet.InstrumentDefinition], hash: String, minute: Int) throws {
        try close()
        journal = martlet.Journal()
        var text = #"{"version":1,"mode":"paper","market":"m","speed":1,"configuration":"","overrides":[],"featureSetHash":"HASH"}"#
            .replacingOccurrences(of: "HASH", with: hash)
        while text.utf8.count % 8 != 0 { text += " " }
        var options = martlet.JournalOptions()
        options.created_at = CandleRun.start
        options.instrument_count = instruments.count
        let status = folder.withCString { folder in
            text.withCString { text in
                instruments.withUnsafeBufferPointer { instruments in
                    options.directory = folder
                    options.run_text = text
                    options.instruments = instruments.baseAddress
                    return journal.open(options)
                }
            }
        }
        try #require(status == .ok)
        isOpen = true
        var event = martlet.HostEvent()
        event.kind = .run_start
        event.instrument = .max
        event.receive_time = CandleRun.start + Int64(minute) * CandleRun.minute
        let payload = text.withCString { bytes in (0..<text.utf8.count / 8).map { UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) } }
        event.payload_size = UInt32(8 * payload.count)
        try append(&event, payload)
    }

    mutating func minute(_ minute: Int) throws {
        let time = CandleRun.start + Int64(minute) * CandleRun.minute
        var observation = Observation(instrument: 0, time: time, sequence: sequence, position: 0, bid: 1, ask: 2, mid: 1.5, tick: 0.01)
        observation.setValues = [Double(minute), 0]
        var question = martlet.HostEvent()
        question.kind = .decision_request
        question.receive_time = time
        question.payload_size = UInt32(8 * observation.payload.count)
        try append(&question, observation.payload)
        var trade = CandleRun.trade(0, at: time + 30_000_000_000, price: 1_000 + Int64(minute % 100), lots: 1)
        try append(&trade, [])
    }

    /// The number of a record is its first field.
    private mutating func append<Record>(_ record: inout Record, _ payload: [Double]) throws {
        sequence += 1
        withUnsafeMutableBytes(of: &record) { $0.storeBytes(of: sequence, as: UInt64.self) }
        let written = payload.withUnsafeBytes { payload in
            withUnsafeBytes(of: &record) { journal.append($0.baseAddress, $0.count, payload.baseAddress, payload.count) }
        }
        try #require(written)
    }

    mutating func close() throws {
        if isOpen { try #require(journal.close() == .ok) }
        isOpen = false
    }
}
