import CxxEvent
import Domain
import Foundation
import MarketData
import Testing

/// Small made-up files with one defect each.
@Suite struct ImportDefectTests {
    private let folder: TemporaryFolder
    private let catalog: Catalog

    init() throws {
        folder = try TemporaryFolder()
        catalog = try folder.catalog()
    }

    private static let header = "timestamp,open,high,low,close,volume\n"

    private func rows(_ count: Int) -> String {
        (0..<count).map { "2022-01-01 00:0\($0):00,1.50,2.00,1.00,1.7\($0),1\($0)\n" }.joined()
    }

    private func importText(_ text: String, key: String = "TEST") throws(MarketDataError) -> ImportReport {
        let path: String
        do { path = try folder.write("bars.csv", text) } catch { throw .unreadable(path: folder.path, reason: "\(error)") }
        return try importFile(ImportRequest(source: .bars(path: path), instrument: specification("XTST", key)), into: catalog)
    }

    private func failure(_ text: String) -> MarketDataError? {
        do {
            _ = try importText(text)
            return nil
        } catch { return error }
    }

    @Test("a bad row is kept in the side file with its line and reason, and the rest is imported")
    func sideFile() throws {
        let report = try importText(Self.header + rows(3) + "2022-01-01 00:03:00,-1,2,-1,1,1\n2022-01-01 00:04:00,1.50,2.00,1.00,1.70,1\n")
        #expect(report.events == 4)
        #expect(report.rejectedRows == 1)
        #expect(report.missingBars == 1)
        #expect(!report.meetsGoal)
        #expect(report.defects.map(\.code).sorted() == ["missing", "not_positive"])
        let side = try String(contentsOfFile: try #require(report.rejectsPath), encoding: .utf8)
        #expect(side.contains("not_positive\trejected\t"))
        #expect(side.contains("\t5\t"))
        #expect(side.contains("2022-01-01 00:03:00,-1,2,-1,1,1"))
    }

    @Test("an unknown layout says what was seen and what is known")
    func unknownLayout() throws {
        let text = try #require(failure("when,what\n1,2\n")).description
        #expect(text.contains("when,what"))
        #expect(text.contains("ohlcv"))
    }

    @Test("a file in which nothing is good names the first reason")
    func nothingGood() throws {
        let text = try #require(failure(Self.header + "2022-01-01 00:00:00,x,2,1,1,1\n")).description
        #expect(text.contains("line 2"))
        #expect(text.contains("not a plain decimal"))
    }

    @Test("a missing file, a cut gzip file and an empty catalog are clear errors, and the catalog stays as it was")
    func unreadable() throws {
        #expect(throws: MarketDataError.self) {
            try importFile(ImportRequest(source: .bars(path: "/nonexistent"), instrument: specification("X", "Y")), into: catalog)
        }
        #expect(throws: MarketDataError.notFound("unknown symbol 'TEST': the catalog in \(catalog.root) has nothing")) {
            try catalog.load([CatalogSelection(symbol: "TEST")])
        }
        let cut = "\(folder.path)/cut.csv.gz"
        try Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B]).write(to: URL(fileURLWithPath: cut))
        #expect(throws: MarketDataError.self) {
            try importFile(
                ImportRequest(source: .bars(path: cut, layout: "ohlcv"), instrument: specification("X", "Y")), into: catalog)
        }
        #expect(try catalog.instruments().isEmpty)
    }

    @Test("a name that the core cannot hold is refused before anything is read")
    func badName() throws {
        #expect(throws: MarketDataError.self) { try importText(Self.header + rows(3), key: "A SYMBOL") }
    }

    @Test("JSON arrays import like a CSV file")
    func json() throws {
        let path = try folder.write(
            "bars.json", "[[1640995200000,1.5,2,1,1.75,10],[1640995260000,1.5,2,1,1.5,11],[1640995320000,1.5,2,1,-1,1]]")
        let report = try importFile(
            ImportRequest(source: .jsonBars(path: path), instrument: specification("XTST", "J")), into: catalog)
        #expect(report.layout == "json")
        #expect(report.events == 2)
        #expect(report.rejectedRows == 1)
        #expect(report.timeframe == .minute)
        #expect(report.instrument.priceIncrement == Increment("0.01"))
    }

    @Test("a second import replaces its days, keeps the others, and leaves no old file")
    func reimport() throws {
        _ = try importText(Self.header + rows(3))
        let second = try importText(Self.header + "2022-01-02 00:00:00,1.50,2.00,1.00,1.75,1\n2022-01-02 00:01:00,1.50,2.00,1.00,1.75,1\n")
        #expect(second.partitions.count == 2)
        _ = try importText(Self.header + rows(4))
        let entry = try #require(try catalog.instruments().first)
        #expect(entry.partitions.map(\.events) == [4, 2])
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(catalog.root)/XTST/TEST/bars-1m")
        #expect(files.count { $0.hasSuffix(".mpt") } == 2)
        #expect(try catalog.load([CatalogSelection(symbol: "TEST")]).events.count == 6)
    }

    @Test("other increments than the stored ones are refused")
    func otherIncrements() throws {
        _ = try importText(Self.header + rows(3))
        #expect(throws: MarketDataError.self) {
            try importText(Self.header + "2022-01-02 00:00:00,1.505,2,1,1.75,1\n2022-01-02 00:01:00,1.5,2,1,1.75,1\n")
        }
    }

    @Test("a flipped bit in a partition is found by verify and refused by load")
    func flippedBit() throws {
        _ = try importText(Self.header + rows(3))
        #expect(try catalog.verify().isEmpty)
        let entry = try #require(try catalog.instruments().first)
        let path = "\(catalog.root)/XTST/TEST/bars-1m/\(entry.partitions[0].fileName)"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[700] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try catalog.verify().map(\.path) == [path])
        #expect(throws: MarketDataError.self) { try catalog.load([CatalogSelection(symbol: "TEST")]) }
        try FileManager.default.removeItem(atPath: path)
        #expect(try catalog.verify().count == 1)
    }

    @Test("LOBSTER without a day in its name asks for one, and takes another increment for an error")
    func lobster() throws {
        let messages = try folder.write("messages_1.csv", "34200.1,5,0,1,2238200,-1\n")
        let books = try folder.write("books_1.csv", "2239500,100,2231800,100\n")
        var request = ImportRequest(
            source: .lobster(messagePath: messages, orderbookPath: books), instrument: specification("XNAS", "ABC"))
        #expect(throws: MarketDataError.self) { try importFile(request, into: catalog) }
        request.day = CatalogDay("2012-06-21")
        let report = try importFile(request, into: catalog)
        #expect(report.kind == .quotes)
        #expect(report.events == 2)
        #expect(report.instrument.tick == 100)
        request.instrument.priceIncrement = Increment("0.01")
        #expect(throws: MarketDataError.self) { try importFile(request, into: catalog) }
    }

    @Test("a root that is a file is refused")
    func rootIsAFile() throws {
        let path = try folder.write("file", "")
        #expect(throws: MarketDataError.self) { try Catalog(root: path) }
    }
}
