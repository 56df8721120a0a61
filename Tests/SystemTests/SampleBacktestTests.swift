import Foundation
import Testing

/// A file of real market data and how it is imported.
struct MarketSample: Sendable, CustomTestStringConvertible {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data").path
    static var run: Bool {
        FileManager.default.fileExists(atPath: root) || ProcessInfo.processInfo.environment["MARTLET_DATA"] == "required"
    }

    var key: String
    /// Options of the import and the files that they name; a file without an option is found by its layout.
    var files: [(option: String?, file: String)]
    var more: [String] = []
    var capital = "1000000 USD"
    /// Orders that the two rule agents send at the least; 0 where the market is open for too short a time.
    var orders: Int

    var testDescription: String { key }
    var symbol: String { String(key.split(separator: ":")[1]) }
    var options: [String] { files.flatMap { ($0.option.map { [$0] } ?? []) + ["\(Self.root)/\($0.file)"] } + more }

    static let all: [MarketSample] = [
        MarketSample(
            key: "XNAS:AMZN",
            files: [
                ("--lobster-messages", "lobster/AMZN_2012-06-21_34200000_57600000_message_1.csv.gz"),
                ("--lobster-book", "lobster/AMZN_2012-06-21_34200000_57600000_orderbook_1.csv.gz"),
            ], orders: 100),
        MarketSample(
            key: "XNAS:AAPL",
            files: [
                ("--lobster-messages", "lobster/AAPL_2012-06-21_message_50.csv.gz"),
                ("--lobster-book", "lobster/AAPL_2012-06-21_orderbook_top_of_50.csv.gz"),
            ], orders: 1),
        MarketSample(key: "FTX:BTC-PERP", files: [(nil, "crypto_bars/btc-perp_1m_20211231_20220201.csv.gz")], orders: 100),
        MarketSample(
            key: "FXCM:GBPUSD",
            files: [("--bid-bars", "fx/fxcm_gbpusd-m1-bid-2012.csv.gz"), ("--ask-bars", "fx/fxcm_gbpusd-m1-ask-2012.csv.gz")],
            more: ["--currency", "USD"], orders: 100),
        MarketSample(
            key: "XNSE:NIFTY", files: [(nil, "equity_india/nifty_1min_2022.csv.gz")], more: ["--currency", "INR"],
            capital: "1000000 INR", orders: 1),
        MarketSample(key: "XCME:ESH4", files: [(nil, "mbo/esh4-glbx-mdp3-20231225.mbo.dbn.zst")], orders: 0),
        MarketSample(
            key: "BINANCE-USDM:BTCUSDT", files: [(nil, "crypto_ticks/binance_usdm_btcusdt_20240808.jsonl.gz")],
            more: ["--layout", "binance-usdm"], capital: "1000000 USDT", orders: 0),
        MarketSample(
            key: "XNYS:IBM",
            files: (7...11).map { (nil, "equity_intraday/minute/ibm/201310\($0 < 10 ? "0" : "")\($0)_trade.zip") },
            more: ["--layout", "lean-us"], orders: 1),
    ]
}

/// Real market data, from file to report through the command line: import, backtest in two processes, the same digests.
///
/// The files are those of `../shared/data`, which no user has: without them the tests are skipped, unless
/// `MARTLET_DATA=required`.
@Suite(.enabled(if: MarketSample.run, "the market data of ../shared/data is not there"))
struct SampleBacktestTests {
    private struct Result: Decodable {
        struct Orders: Decodable { var submitted, filled, partiallyFilled, unknown: Int }
        var journal: Report.Journal
        var orders: Orders
        var fees: String
    }

    @Test("the two rule agents trade every sample, and two processes give the same digests", arguments: MarketSample.all)
    func sample(_ sample: MarketSample) throws {
        let market = try Market()
        let imported = try market.run(["data", "import", "--instrument", sample.key] + sample.options)
        try #require(imported.end == .exit(0), "\(imported.errors)")
        var results: [Result] = []
        for _ in 0..<2 {
            let ended = try market.run(
                ["backtest", "--market", sample.symbol, "--set", "run.capital=\(sample.capital)", "--format", "json"])
            try #require(ended.end == .exit(0), "\(ended.output.suffix(1_000))\(ended.errors)")
            results.append(try JSONDecoder().decode(Result.self, from: Data(ended.output.utf8)))
        }
        #expect(results[0].journal.digest == results[1].journal.digest)
        #expect(results[0].orders.submitted >= sample.orders)
        #expect(results[0].orders.filled + results[0].orders.partiallyFilled > 0 || sample.orders == 0)
        #expect(results[0].orders.unknown == 0)
    }
}
