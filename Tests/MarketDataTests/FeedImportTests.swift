import CxxEvent
import Domain
import Foundation
import MarketData
import Testing

/// Imports of order flow as venues and vendors send it.
@Suite struct FeedImportTests {
    private let folder: TemporaryFolder
    private let catalog: Catalog

    init() throws {
        folder = try TemporaryFolder()
        catalog = try folder.catalog()
    }

    private func events(_ symbol: String) throws -> [martlet.MarketEvent] {
        let series = try catalog.load([CatalogSelection(symbol: symbol)])
        return Array(series.events)
    }

    @Test("the ES day and its CSV twin become the same series of orders", .enabled(if: Samples.run))
    func esDay() throws {
        let binary = try importFile(
            ImportRequest(
                source: .dbn(path: Samples.path("mbo/esh4-glbx-mdp3-20231225.mbo.dbn.zst")), instrument: specification("XCME", "ESH4")),
            into: catalog)
        #expect(binary.kind == .byOrder)
        #expect(binary.rows == 68_792)
        #expect(binary.rejectedRows == 0)
        #expect(binary.partitions.count == 1, "the snapshot is of the day that it begins")
        #expect(binary.instrument.tick == 2)
        let text = try importFile(
            ImportRequest(
                source: .dbnCsv(path: Samples.path("mbo/esh4-glbx-mdp3-20231225.mbo.csv.gz")), instrument: specification("XCME", "ESH4")),
            into: catalog)
        #expect(text.partitions.map(\.sha256) == binary.partitions.map(\.sha256))
        let stored = try events("ESH4")
        #expect(stored.count == binary.events)
        #expect(stored[0].kind == .snapshot_begin)
        #expect(try catalog.verify().isEmpty)
    }

    @Test("without stated increments the prices say them", .enabled(if: Samples.run))
    func topOfBook() throws {
        let report = try importFile(
            ImportRequest(
                source: .dbn(path: Samples.path("mbo/futures_mbp-1_2024-07-01T23-58_2024-07-02T00-02.dbn.zst")),
                instrument: specification("XCME", "ESU4")), into: catalog)
        #expect(report.kind == .quotes)
        #expect(report.rows == 2_288)
        #expect(report.instrument.priceIncrement == Increment("0.01"))
        #expect(report.instrument.tick == 25)
        #expect(report.partitions.count == 2, "before and after midnight")
        #expect(throws: MarketDataError.self) {
            try importFile(
                ImportRequest(
                    source: .dbn(path: Samples.path("mbo/futures_mbp-1_2024-07-01T23-58_2024-07-02T00-02.dbn.zst")),
                    instrument: specification("XCME", "NQU4")), into: catalog)
        }
    }

    @Test("a stock of an ITCH day becomes orders, begun by an empty book", .enabled(if: Samples.run))
    func itch() throws {
        let report = try importFile(
            ImportRequest(source: .itch(path: Samples.path("itch/ex20101224.TEST_ITCH_50.gz")), instrument: specification("XNAS", "BOB")),
            into: catalog)
        #expect(report.kind == .byOrder)
        #expect(report.rows == 12_012)
        #expect(report.partitions.map(\.day) == [CatalogDay("2010-12-24")])
        let stored = try events("BOB")
        #expect(stored.prefix(2).map(\.kind) == [.snapshot_begin, .snapshot_end])
        #expect(stored.count == report.events)
        #expect(report.defects.map(\.code) == ["unknown_order"])
        #expect(throws: MarketDataError.self) {
            try importFile(
                ImportRequest(source: .itch(path: Samples.path("itch/ex20101224.TEST_ITCH_50.gz")), instrument: specification("XNAS", "NONE")),
                into: catalog)
        }
    }

    @Test("an ITCH file without a day in its name needs one stated")
    func itchDay() throws {
        let path = try folder.write("morning.itch", "")
        let error = #expect(throws: MarketDataError.self) {
            try importFile(ImportRequest(source: .itch(path: path), instrument: specification("XNAS", "A")), into: catalog)
        }
        #expect(error?.description.contains("--day") == true)
    }

    @Test("FIX market data becomes levels and trades, a rewritten log its fills")
    func fix() throws {
        let log = [
            "8=FIX.4.4|9=1|35=W|34=1|49=V|52=20240102-10:00:00|56=C|55=ABC|268=2|269=0|270=10.00|271=5|269=1|270=10.05|271=4|10=000|",
            "8=FIX.4.4|9=1|35=X|34=2|49=V|52=20240102-10:00:01|56=C|268=1|279=0|269=2|55=ABC|270=10.05|271=4|10=000|",
            "8=FIX.4.4|9=1|35=8|34=3|49=V|52=20240102-10:00:02|56=C|55=ABC|17=1|150=F|31=10.05|32=1|10=000|",
            "8=FIX.4.4|9=1|35=X|34=4|49=V|52=20240102-10:00:01|56=C|268=1|279=0|269=2|55=ABC|270=10.055|271=4|10=000|",
        ]
        let path = try folder.write("feed.log", log.joined(separator: "\n"))
        var instrument = specification("XTST", "ABC")
        let request = { (rewritten: Bool, instrument: InstrumentSpecification) in
            ImportRequest(source: .fixLog(path: path, rewritten: rewritten, fills: true), instrument: instrument)
        }
        #expect(throws: MarketDataError.self) { try importFile(request(true, instrument), into: catalog) }
        instrument.priceIncrement = Increment("0.01")
        let error = #expect(throws: MarketDataError.self) { try importFile(request(false, instrument), into: catalog) }
        #expect(error?.description.contains("--rewritten") == true)
        let report = try importFile(request(true, instrument), into: catalog)
        #expect(report.kind == .byPrice)
        #expect(report.rows == 4)
        #expect(report.defects.map(\.code) == ["off_increment"])
        #expect(try events("ABC").map(\.kind) == [.snapshot_begin, .level_set, .level_set, .snapshot_end, .trade, .trade])
        #expect(report.rejectsPath != nil)
    }
}
