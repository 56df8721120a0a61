import CxxEvent
import Domain
import Foundation
import MarketData
import Testing

/// Imports of ticks, of files of many symbols, and of LEAN zips.
@Suite struct TextImportTests {
    private let folder: TemporaryFolder
    private let catalog: Catalog

    init() throws {
        folder = try TemporaryFolder()
        catalog = try folder.catalog()
    }

    private func files(_ names: [String], _ symbol: String, layout: String? = nil, factors: String? = nil) throws(MarketDataError) -> ImportReport {
        var hints = ImportHints()
        hints.factors = factors
        return try importFile(
            ImportRequest(source: try .files(names, layout: layout, hints), instrument: specification("VENUE", symbol)), into: catalog)
    }

    private func load(_ symbol: String) throws -> [martlet.MarketEvent] {
        let series = try catalog.load([CatalogSelection(symbol: symbol)])
        return withExtendedLifetime(series) { Array(series.events) }
    }

    @Test("ticks of HistData are quotes in New York's standard time", .enabled(if: Samples.run))
    func histdata() throws {
        let report = try files([Samples.path("fx/histdata_eurusd_ticks_20200101.csv.gz")], "EURUSD")
        #expect(report.layout == "histdata")
        #expect(report.kind == .quotes)
        #expect(report.rows == 9_500 && report.events == 9_500 && report.defects.isEmpty)
        #expect(report.instrument.priceIncrement == Increment("0.00001") && report.instrument.lotIncrement == .one)
        #expect(try load("EURUSD")[0].exchange_time == 1_577_916_000_065_000_000)
        #expect(try catalog.verify().isEmpty)
    }

    @Test("trades as JSON and as CSV are found by themselves, and their steps by their decimals", .enabled(if: Samples.run))
    func trades() throws {
        let json = try files([Samples.path("crypto_ticks/binance_XRP_ETH-trades.json.gz")], "XRP/ETH")
        #expect(json.layout == "freqtrade-trades")
        #expect(json.rows == 12_477 && json.events == 12_477 && json.defects.isEmpty)
        #expect(json.instrument.priceIncrement == Increment("0.00000001"))
        #expect(json.partitions.count == 3)
        let csv = try files([Samples.path("crypto_ticks/public_trades_list.csv")], "ETH/USDT")
        #expect(csv.rows == 1_000 && csv.events == 1_000 && csv.defects.isEmpty)
        #expect(csv.instrument.priceIncrement == Increment("0.01") && csv.instrument.lotIncrement == Increment("0.001"))
        let bars = try catalog.buildBars(from: CatalogSelection(symbol: "ETH/USDT"), timeframe: .minute)
        #expect(bars.events == 3, "the whole minutes of 09:20:00 to 09:23:27")
    }

    @Test("of a file of many symbols one is taken, and the rows of the others are none of its defects", .enabled(if: Samples.run))
    func manySymbols() throws {
        let closes = try files([Samples.path("equity_daily/stock_prices_20.csv.gz")], "BABA")
        #expect(closes.layout == "wide-closes")
        #expect(closes.kind == .bars && closes.timeframe == .day)
        #expect(closes.rows == 7_126)
        #expect(closes.events + (closes.notImported.first { $0.what.contains("without a price") }?.count ?? 0) == 7_126)
        let yahoo = try files([Samples.path("equity_daily/sp500_5yr_ohlcv_245.csv.gz")], "ESS")
        #expect(yahoo.layout == "yahoo")
        #expect(yahoo.rows == 304_862)
        #expect(yahoo.defectPercent > 0.05, "of the rows of the symbol: \(yahoo.defectPercent) %")
        #expect(yahoo.rejectedRows == 1, "its empty row of 2015-08-25; 17 bad rows are of others")
        #expect(yahoo.events == 304_862 - 1 - (yahoo.notImported.first?.count ?? 0))
        #expect(try catalog.verify().isEmpty)
        let error = #expect(throws: MarketDataError.self) { try files([Samples.path("equity_daily/stock_prices_20.csv.gz")], "NONE") }
        #expect(error?.description.contains("GOOG, AAPL") == true)
    }

    private func zips(_ place: String, _ ending: String = ".zip") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Samples.path(place)).filter { $0.hasSuffix(ending) }.sorted()
            .map { Samples.path("\(place)/\($0)") }
    }

    @Test("LEAN's minutes: of trades, of quotes, of four markets", .enabled(if: Samples.run))
    func leanMinutes() throws {
        let trades = try files(zips("equity_intraday/minute/spy", "_trade.zip"), "SPY", layout: "lean-us")
        let quotes = try files(zips("equity_intraday/minute/spy", "_quote.zip"), "SPY-Q", layout: "lean-us")
        #expect(trades.rows + quotes.rows == 8_685)
        #expect(trades.timeframe == .minute && trades.events == trades.rows)
        #expect(trades.instrument.priceIncrement == Increment("0.0001") && trades.instrument.tick == 100)
        #expect(quotes.events + (quotes.notImported.first?.count ?? 0) == 2 * quotes.rows)
        let india = try files(zips("equity_india/lean_yesbank_minute"), "YESBANK", layout: "lean-india")
        #expect(india.events == 1_130 && india.instrument.currency == "INR")
        #expect(try load("YESBANK")[0].exchange_time % 86_400_000_000_000 == 3 * 3_600_000_000_000 + 46 * 60_000_000_000, "09:15 in India")
        let forex = try files(zips("fx/lean_oanda_minute_eurusd"), "EURUSD", layout: "lean-forex")
        #expect(forex.rows == 9_552 && forex.events == 2 * 9_552 && forex.defects.isEmpty)
        let crypto = try files(zips("crypto_bars/lean_coinbase_minute_btcusd", "_trade.zip"), "BTCUSD", layout: "lean-crypto")
        #expect(crypto.instrument.priceIncrement == Increment("0.01") && crypto.defects.isEmpty)
        #expect(try catalog.verify().isEmpty)
    }

    @Test("LEAN's ticks of trades and of quotes become one series", .enabled(if: Samples.run))
    func leanTicks() throws {
        let report = try files(zips("equity_intraday/tick/ibm"), "IBM", layout: "lean-us")
        #expect(report.kind == .quotes)
        #expect(report.rows == 24_293 + 109_067)
        #expect(report.notImported.map(\.count) == [1], "a quote that the source marks as suspicious")
        #expect(report.rejectedRows == 0)
        let stored = try load("IBM")
        #expect(stored.count { $0.kind == .trade } == 24_293)
        #expect(zip(stored, stored.dropFirst()).allSatisfy { $0.exchange_time <= $1.exchange_time })
        let again = try files(zips("equity_intraday/tick/ibm").reversed(), "IBM", layout: "lean-us")
        #expect(again.events == report.events)
        let forex = try files(zips("fx/lean_oanda_tick_eurusd"), "EURUSD", layout: "lean-forex")
        #expect(forex.events == 321_559 && forex.defects.isEmpty)
    }

    @Test("a factor file makes a split vanish, and without it the price falls", .enabled(if: Samples.run))
    func factors() throws {
        let bars = Samples.path("equity_daily/lean_us/aapl.zip")
        let plain = try files([bars], "AAPL", layout: "lean-us")
        let adjusted = try files([bars], "AAPL-ADJ", layout: "lean-us", factors: Samples.path("equity_daily/lean_us/factor_files/aapl.csv"))
        #expect(plain.events == 5_849 && adjusted.events == 5_849 && adjusted.layout == "lean-us, adjusted")
        let worst = { (symbol: String) throws -> Double in
            let closes = try load(symbol).map { Double(martlet.as_bar($0).close()) }
            return zip(closes, closes.dropFirst()).map { $1 / $0 }.min() ?? 0
        }
        #expect(try worst("AAPL") < 0.2, "seven for one")
        #expect(try worst("AAPL-ADJ") > 0.45, "2000-09-29 is a real move")
        let last = try #require(try load("AAPL-ADJ").last), unadjusted = try #require(try load("AAPL").last)
        #expect(martlet.as_bar(last).close() == 100 * martlet.as_bar(unadjusted).close(), "the last price is what was paid")
    }

    @Test("zips of different bars, without a day, or of another market are refused", .enabled(if: Samples.run))
    func refused() throws {
        let both = try zips("equity_intraday/minute/spy").prefix(2)
        #expect(throws: MarketDataError.self) { try files(Array(both), "SPY", layout: "lean-us") }
        let nameless = "\(folder.path)/nameless.zip"
        try FileManager.default.copyItem(atPath: both[0], toPath: nameless)
        let error = #expect(throws: MarketDataError.self) { try files([nameless], "SPY", layout: "lean-us") }
        #expect(error?.description.contains("--day") == true)
        #expect(throws: MarketDataError.self) { try files(zips("fx/lean_oanda_tick_eurusd"), "EURUSD", layout: "lean-us") }
        #expect(try catalog.instruments().isEmpty)
    }
}

/// Finding out what a file is.
@Suite struct ImportLayoutTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func source(_ text: String, layout: String? = nil, _ hints: ImportHints = ImportHints()) throws -> ImportRequest.Source {
        try .files([try folder.write("file", text)], layout: layout, hints)
    }

    @Test("a file's beginning says what it is, and where it does not, the layouts are named")
    func detection() throws {
        let path = "\(folder.path)/file"
        #expect(try source("DBN\u{1}") == .dbn(path: path))
        #expect(try source("8=FIX.4.4|9=5|") == .fixLog(path: path))
        #expect(try source("ts_recv,ts_event,rtype,action,side\n1,2") == .dbnCsv(path: path))
        #expect(try source("[[1570752011620,\"1\",null,\"sell\",1.0,2.0,3.0]]") == .text(path: path, format: .freqtradeTrades))
        #expect(try source("[[1570752011620,1,2,3,4,5]]") == .jsonBars(path: path))
        #expect(try source("date,GOOG,AAPL\n2020-01-01,1,2\n") == .text(path: path, format: .wideCloses))
        #expect(try source("date,open,high,low,close,volume\n1,2") == .bars(path: path))
        #expect(try source("20200101 170000065,1.1,1.2,0\n") == .text(path: path, format: .histdata))
        #expect(try source("anything", layout: "kraken") == .stream(paths: [path], venue: .kraken))
        let error = #expect(throws: MarketDataError.self) { try source("x", layout: "krakn") }
        #expect(error?.description.contains("kraken") == true)
    }

    @Test("what a layout has no use for is refused")
    func hints() throws {
        var hints = ImportHints()
        hints.factors = "factors.csv"
        #expect(throws: MarketDataError.self) { try source("DBN\u{1}", hints) }
        hints = ImportHints()
        hints.rewritten = true
        #expect(throws: MarketDataError.self) { try source("x", layout: "kraken", hints) }
        hints = ImportHints()
        hints.kind = .quotes
        #expect(throws: MarketDataError.self) { try source("8=FIX.4.4|", hints) }
        #expect(throws: MarketDataError.self) { try source("x", layout: "ohlcv", hints) }
        let path = try folder.write("two", "x")
        #expect(throws: MarketDataError.self) { try ImportRequest.Source.files([path, path], layout: "itch") }
    }

    @Test("every layout has a name that leads back to it")
    func names() throws {
        for layout in ImportLayout.allCases { _ = try source("x", layout: layout.rawValue) }
    }
}
