import CxxEvent
import Domain
import MarketData
import Testing

/// Imports of the real files that lie beside the checkout.
@Suite(.enabled(if: Samples.run, "the market data samples are not beside the checkout"))
struct SampleImportTests {
    private let folder: TemporaryFolder
    private let catalog: Catalog

    init() throws {
        folder = try TemporaryFolder()
        catalog = try folder.catalog()
    }

    @Test("BTC-PERP minutes come back as they were imported")
    func btcPerp() throws {
        let report = try importFile(
            ImportRequest(
                source: .bars(path: Samples.path("crypto_bars/btc-perp_1m_20211231_20220201.csv.gz")),
                instrument: specification("FTX", "BTC-PERP")), into: catalog)
        #expect(report.layout == "ohlcv")
        #expect(report.rows == 45_031)
        #expect(report.events == 45_031)
        #expect(report.missingBars == 0)
        #expect(report.rejectedRows == 0)
        #expect(report.meetsGoal)
        #expect(report.partitions.count == 33)

        let series = try catalog.load([CatalogSelection(symbol: "BTC-PERP")])
        #expect(series.events.count == 45_031)
        #expect(series.kinds == [.bars])
        #expect(series.contentHashes.count == 33)
        let first = martlet.as_bar(series.events[0])
        #expect(first.exchange_time == 1_640_991_720_000_000_000)
        #expect(first.open() == 46_319_000)
        #expect(first.seconds == 60)
        // 2,300,413.7295 dollars at 46,377 are 49.6025 BTC.
        #expect(first.volume == 496_025)
        #expect(try catalog.verify().isEmpty)
    }

    @Test("GBPUSD bid and ask minutes are kept side by side")
    func gbpusd() throws {
        let report = try importFile(
            ImportRequest(
                source: .bidAskBars(
                    bidPath: Samples.path("fx/fxcm_gbpusd-m1-bid-2012.csv.gz"),
                    askPath: Samples.path("fx/fxcm_gbpusd-m1-ask-2012.csv.gz")),
                instrument: specification("FXCM", "GBPUSD")), into: catalog)
        #expect(report.rows == 60_234)
        #expect(report.events == 60_234)
        #expect(report.rejectedRows == 0)
        #expect(report.missingBars == 240)
        #expect(report.defects.first { $0.code == "crossed" }?.count == 347)
        let series = try catalog.load([CatalogSelection(symbol: "GBPUSD")])
        let (bid, ask) = (martlet.as_bar(series.events[0]), martlet.as_bar(series.events[1]))
        #expect(bid.side == .buy && ask.side == .sell)
        #expect(bid.open() == 315_194 && ask.open() == 315_216)
        #expect(bid.exchange_time == ask.exchange_time)
    }

    @Test("NIFTY minutes without volume are Indian time")
    func nifty() throws {
        let report = try importFile(
            ImportRequest(
                source: .bars(path: Samples.path("equity_india/nifty_1min_2022.csv.gz")),
                instrument: specification("XNSE", "NIFTY")), into: catalog)
        #expect(report.layout == "india-minute")
        #expect(report.rows == 93_370)
        #expect(report.rejectedRows == 0)
        #expect(report.partitions.count == 248)
        #expect(report.meetsGoal, "\(report.defectPercent) % of \(report.defects)")
        let day = try #require(CatalogDay("2022-10-24"))
        let muhurat = try catalog.load([CatalogSelection(symbol: "NIFTY", firstDay: day, lastDay: day)])
        #expect(muhurat.events.count == 63)
    }

    @Test("the AMZN day becomes quotes and trades by default")
    func amzn() throws {
        let report = try importFile(ImportRequest(source: amznSource, instrument: specification("XNAS", "AMZN")), into: catalog)
        #expect(report.kind == .quotes)
        #expect(report.layout == "lobster-levels-1")
        #expect(report.rows == 57_515)
        #expect(report.rejectedRows == 0)
        let series = try catalog.load([CatalogSelection(symbol: "XNAS:AMZN")])
        let trades = series.events.count { $0.kind == .trade }
        #expect(trades == 8_974 + 2_445)
        #expect(series.events[0].exchange_time == 1_340_285_400_017_459_617)
    }

    @Test("the AAPL hour becomes orders by default, seeded by a deeper orderbook file where there is one")
    func aapl() throws {
        let messages = Samples.path("lobster/AAPL_2012-06-21_message_50.csv.gz")
        let report = try importFile(
            ImportRequest(
                source: .lobster(
                    messagePath: messages, orderbookPath: Samples.path("lobster/AAPL_2012-06-21_orderbook_top_of_50.csv.gz"),
                    seedPath: Samples.path("lobster/AAPL_2012-06-21_first672_orderbook_50.csv.gz")),
                instrument: specification("XNAS", "AAPL")), into: catalog)
        #expect(report.kind == .byOrder)
        #expect(report.rows == 91_997)
        #expect(report.rejectedRows == 0)
        #expect(report.reseededSides == 37)
        let series = try catalog.load([CatalogSelection(symbol: "AAPL")])
        #expect(series.events[0].kind == .snapshot_begin)
    }

    @Test("several instruments merge into one stream in the order of time")
    func merged() throws {
        _ = try importFile(ImportRequest(source: amznSource, instrument: specification("XNAS", "AMZN")), into: catalog)
        _ = try importFile(
            ImportRequest(
                source: .lobster(
                    messagePath: Samples.path("lobster/AAPL_2012-06-21_message_50.csv.gz"),
                    orderbookPath: Samples.path("lobster/AAPL_2012-06-21_orderbook_top_of_50.csv.gz")),
                instrument: specification("XNAS", "AAPL")), into: catalog)
        let alone = try ["AAPL", "AMZN"].map { try catalog.load([CatalogSelection(symbol: $0)]).events.count }
        let series = try catalog.load([CatalogSelection(symbol: "AAPL"), CatalogSelection(symbol: "AMZN")])
        #expect(series.events.count == alone[0] + alone[1])
        #expect(series.instruments.map(\.id) == [0, 1])
        var last = (time: Int64.min, rank: UInt32(0))
        var inOrder = true
        for event in series.events {
            inOrder = inOrder && (event.receive_time, event.instrument) >= last
            last = (event.receive_time, event.instrument)
        }
        #expect(inOrder)
        #expect(series.events.count { $0.instrument == 1 } == alone[1])
    }

    private var amznSource: ImportRequest.Source {
        .lobster(
            messagePath: Samples.path("lobster/AMZN_2012-06-21_34200000_57600000_message_1.csv.gz"),
            orderbookPath: Samples.path("lobster/AMZN_2012-06-21_34200000_57600000_orderbook_1.csv.gz"))
    }
}
