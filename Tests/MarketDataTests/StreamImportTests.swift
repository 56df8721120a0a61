import CxxEvent
import Domain
import Foundation
import MarketData
import Testing

/// One captured stream, and what its import must say.
struct StreamSample: Sendable, CustomTestStringConvertible {
    var venue: StreamVenue
    var files: [String]
    var symbol: String
    /// Lines of the files that are messages.
    var messages: Int
    var price: String
    var lot: String
    var currency: String

    var testDescription: String { "\(venue.rawValue) \(symbol)" }

    static let all = [
        StreamSample(
            venue: .binanceSpot, files: ["crypto_ticks/binance_spot_btcusdt_20240808.jsonl.gz"], symbol: "BTCUSDT", messages: 41_249,
            price: "0.01", lot: "0.000001", currency: "USDT"),
        StreamSample(
            venue: .binanceUsdm, files: ["crypto_ticks/binance_usdm_btcusdt_20240808.jsonl.gz"], symbol: "BTCUSDT", messages: 93_954,
            price: "0.1", lot: "0.001", currency: "USDT"),
        StreamSample(
            venue: .binanceCoinm, files: ["crypto_ticks/binance_cm_btcusd_perp_20240808.jsonl.gz"], symbol: "BTCUSD_PERP", messages: 48_270,
            price: "0.1", lot: "1", currency: "BTC"),
        StreamSample(
            venue: .binanceUsdm, files: ["crypto_ws_captures/BINANCE_FUTURES.ws.1.0.gz", "crypto_ws_captures/BINANCE_FUTURES.http.0.0.gz"],
            symbol: "", messages: 1_541, price: "", lot: "", currency: ""),
        StreamSample(
            venue: .coinbase, files: ["crypto_ws_captures/COINBASE.0.gz", "crypto_ws_captures/COINBASE.ws.28.0.gz"], symbol: "",
            messages: 9_954, price: "", lot: "", currency: ""),
        StreamSample(
            venue: .kraken, files: ["crypto_ws_captures/KRAKEN.ws.50.0.gz"], symbol: "XBT/CHF", messages: 4_325, price: "0.1",
            lot: "0.00000001", currency: "CHF"),
        StreamSample(
            venue: .bitstamp, files: ["crypto_ws_captures/BITSTAMP.ws.1.0.gz", "crypto_ws_captures/BITSTAMP.http.0.0.gz"],
            symbol: "ethusd", messages: 779, price: "0.01", lot: "0.00000001", currency: "USD"),
    ]
}

/// Imports of captured streams of crypto venues.
@Suite struct StreamImportTests {
    private let folder: TemporaryFolder
    private let catalog: Catalog

    init() throws {
        folder = try TemporaryFolder()
        catalog = try folder.catalog()
    }

    private func request(_ paths: [String], _ layout: String, _ symbol: String, kind: SourceKind? = nil) throws(MarketDataError) -> ImportRequest {
        var hints = ImportHints()
        hints.kind = kind
        return ImportRequest(source: try .files(paths, layout: layout, hints), instrument: specification("VENUE", symbol))
    }

    /// The symbols that the error for one that no venue has names.
    private func symbols(_ paths: [String], _ layout: String) -> [String] {
        do {
            _ = try importFile(request(paths, layout, "NOTHING"), into: catalog)
            return []
        } catch {
            return error.description.components(separatedBy: "it has ").last?.components(separatedBy: ", ") ?? []
        }
    }

    @Test("every captured stream becomes a book and trades that are whole", .enabled(if: Samples.run), arguments: StreamSample.all)
    func sample(_ sample: StreamSample) throws {
        let paths = sample.files.map(Samples.path)
        let symbol = sample.symbol.isEmpty ? try #require(symbols(paths, sample.venue.rawValue).first) : sample.symbol
        let report = try importFile(request(paths, sample.venue.rawValue, symbol), into: catalog)
        #expect(report.kind == .byPrice)
        #expect(report.rows == sample.messages)
        #expect(report.rejectedRows == 0 && report.defects.isEmpty, "\(report.defects)")
        if !sample.price.isEmpty {
            #expect(report.instrument.priceIncrement == Increment(sample.price))
            #expect(report.instrument.lotIncrement == Increment(sample.lot))
            #expect(report.instrument.currency == sample.currency)
        }
        let series = try catalog.load([CatalogSelection(symbol: symbol)])
        #expect(series.events.count == report.events)
        #expect(series.events.contains { $0.kind == .snapshot_begin } && series.events.contains { $0.kind == .level_set })
        #expect(!series.events.contains { $0.kind == .quote }, "best prices beside a book would be a second truth")
        #expect(try catalog.verify().isEmpty)
        let again = try importFile(request(paths, sample.venue.rawValue, symbol), into: catalog)
        #expect(again.partitions.map(\.sha256) == report.partitions.map(\.sha256))
    }

    @Test("the same capture becomes best prices where these are asked for", .enabled(if: Samples.run))
    func quotes() throws {
        let paths = [Samples.path("crypto_ticks/binance_usdm_btcusdt_20240808.jsonl.gz")]
        let report = try importFile(request(paths, "binance-usdm", "BTCUSDT", kind: .quotes), into: catalog)
        #expect(report.kind == .quotes)
        let series = try catalog.load([CatalogSelection(symbol: "BTCUSDT")])
        #expect(series.events.count { $0.kind == .quote } == 66_089)
        #expect(series.events.count { $0.kind == .trade } == 21_313)
        #expect(throws: MarketDataError.self) { try importFile(request(paths, "binance-usdm", "BTCUSDT", kind: .byOrder), into: catalog) }
    }

    @Test("a coin-margined contract is inverse, of the size that the venue states", .enabled(if: Samples.run))
    func coinMargined() throws {
        let report = try importFile(
            request([Samples.path("crypto_ticks/binance_cm_btcusd_perp_20240808.jsonl.gz")], "binance-coinm", "BTCUSD_PERP"), into: catalog)
        #expect(report.instrument.contract == .inverse)
        #expect(report.instrument.multiplier == Increment("100"))
    }

    @Test("files of historical books that do not join end in a discontinuity", .enabled(if: Samples.run))
    func depthFiles() throws {
        let paths = ["snap", "update"].map { Samples.path("crypto_ticks/binance_btcusdt-depth-\($0).csv") }
        let report = try importFile(
            ImportRequest(source: try .files(paths), instrument: specification("BINANCE", "BTCUSDT")), into: catalog)
        #expect(report.layout == "binance-depth")
        #expect(report.rows == 2)
        #expect(report.notImported.map(\.count) == [1], "the change waits for a book that it follows")
        let series = try catalog.load([CatalogSelection(symbol: "BTCUSDT")])
        #expect(series.events.count { $0.kind == .level_set } == 100)
        #expect(series.events.last?.kind == .discontinuity)
    }

    @Test("a stream without a book becomes best prices and trades, a bad line is kept aside with its place")
    func badLine() throws {
        let line = { (time: Int, json: String) in "\(1_700_000_000_000_000_000 + time * 1_000_000) \(json)\n" }
        let quote = { (id: Int, bid: String) in
            "{\"stream\":\"abcusdt@bookTicker\",\"data\":{\"e\":\"bookTicker\",\"u\":\(id),\"s\":\"ABCUSDT\",\"b\":\"\(bid)\",\"B\":\"1.0\",\"a\":\"10.5\",\"A\":\"2.0\",\"T\":1700000000000,\"E\":1700000000000}}"
        }
        let path = try folder.write("abc.jsonl", line(0, quote(1, "10.1")) + line(1, "{\"stream\":") + line(2, quote(2, "10.2")))
        let report = try importFile(request([path], "binance-usdm", "ABCUSDT"), into: catalog)
        #expect(report.kind == .quotes)
        #expect(report.events == 2)
        #expect(report.rejectedRows == 1)
        let kept = try String(contentsOfFile: try #require(report.rejectsPath), encoding: .utf8)
        #expect(kept.contains("\t2\t"), "the line: \(kept)")
        let series = try catalog.load([CatalogSelection(symbol: "ABCUSDT")])
        let times = withExtendedLifetime(series) { series.events.map(\.exchange_time) }
        #expect(times == [1_700_000_000_000_000_000, 1_700_000_000_002_000_000], "an event is of the time at which it was received")
        let error = #expect(throws: MarketDataError.self) { try importFile(request([path], "binance-usdm", "ABCUSD"), into: catalog) }
        #expect(error?.description.contains("ABCUSDT") == true, "what there is: \(String(describing: error))")
        #expect(throws: MarketDataError.self) { try importFile(request([path], "kraken", "ABCUSDT"), into: catalog) }
    }

    @Test("of an OKX swap the size of a contract has to be stated")
    func swap() throws {
        let line = "1700000000000000000 {\"arg\":{\"channel\":\"trades\",\"instId\":\"BTC-USDT-SWAP\"},\"data\":[{\"instId\":\"BTC-USDT-SWAP\",\"tradeId\":\"1\",\"px\":\"100.1\",\"sz\":\"3\",\"side\":\"buy\",\"ts\":\"1700000000000\"}]}\n"
        let path = try folder.write("okx.txt", line)
        let error = #expect(throws: MarketDataError.self) { try importFile(request([path], "okx", "BTC-USDT-SWAP"), into: catalog) }
        #expect(error?.description.contains("--multiplier") == true)
        var whole = try request([path], "okx", "BTC-USDT-SWAP")
        whole.instrument.multiplier = Increment("0.01")
        let report = try importFile(whole, into: catalog)
        #expect(report.instrument.currency == "USDT" && report.instrument.contract == .linear)
        #expect(report.events == 1)
    }
}
