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

    /// Rows of LOBSTER, an ask at 100.02 and a bid at 100.00 that both stay, `count` of them; each fourth executes.
    private func lobsterDay(_ count: Int, shift: Int = 0, drop: Int = 0) throws -> ImportRequest {
        var messages = ""
        var books = ""
        for row in 0..<count {
            // The price moves by one cent a row, so that a book of another row is another book.
            func ask(_ row: Int) -> Int { 1_000_200 + 100 * (row % 50) }
            messages += "3420\(row / 1_000).\(row % 1_000),\(row % 4 == 3 ? 4 : 1),\(row + 1),10,\(ask(max(0, row - 1))),-1\n"
            if row < count - drop { books += "\(ask(row + shift)),100,\(ask(row + shift) - 200),100\n" }
        }
        let day = CatalogDay("2012-06-21")
        return ImportRequest(
            source: .lobster(messagePath: try folder.write("m_1.csv", messages), orderbookPath: try folder.write("o_1.csv", books)),
            instrument: specification("XNAS", "LOB"), day: day)
    }

    @Test("a message file and an orderbook file that do not belong together are refused, and nothing is kept")
    func lobsterPair() throws {
        _ = try importFile(try lobsterDay(1_000), into: catalog)
        for (shift, drop, words) in [(0, 3, "stand alone"), (10, 0, "executions")] {
            let request = try lobsterDay(1_000, shift: shift, drop: drop)
            let text = #expect(throws: MarketDataError.self) { try importFile(request, into: catalog) }?.description ?? ""
            #expect(text.contains(words), "\(text)")
        }
        #expect(try catalog.instruments().first?.partitions.map(\.events) == [try catalog.load([CatalogSelection(symbol: "LOB")]).events.count])
    }

    @Test("a day is not replaced by a part of it, unless that is asked for")
    func replacement() throws {
        _ = try importText(Self.header + rows(5))
        let text = try #require(failure(Self.header + rows(3))).description
        #expect(text.contains("5 events") && text.contains("only 3") && text.contains("--replace"), "\(text)")
        #expect(try catalog.load([CatalogSelection(symbol: "TEST")]).events.count == 5)
        let path = try folder.write("bars.csv", Self.header + rows(3))
        _ = try importFile(ImportRequest(source: .bars(path: path), instrument: specification("XTST", "TEST"), replacesMore: true), into: catalog)
        #expect(try catalog.load([CatalogSelection(symbol: "TEST")]).events.count == 3)
    }

    @Test("rows closer together than the bars are said to be are refused")
    func otherLength() throws {
        let path = try folder.write("bars.csv", Self.header + rows(9))
        let request = ImportRequest(source: .bars(path: path), instrument: specification("XTST", "TEST"), timeframe: .minutes5)
        let text = #expect(throws: MarketDataError.self) { try importFile(request, into: catalog) }?.description ?? ""
        #expect(text.contains("8 of 9 rows") && text.contains("60 s"), "\(text)")
        #expect(try catalog.instruments().isEmpty)
    }

    @Test("a number of more digits than any price has spoils its row and no other")
    func tooManyDigits() throws {
        let report = try importText(Self.header + rows(5) + "2022-01-01 00:05:00,1.50,2.123456789012345678901234,1.00,1.70,1\n")
        #expect(report.events == 5)
        #expect(report.rejectedRows == 1)
        #expect(report.instrument.priceIncrement == Increment("0.01"))
    }

    @Test("a symbol that begins with a dot is stored where it is found again")
    func dottedSymbol() throws {
        _ = try importText(Self.header + rows(3), key: ".BXBT")
        #expect(try catalog.instruments().map(\.instrument.key.symbol) == [".BXBT"])
        #expect(try catalog.load([CatalogSelection(symbol: ".BXBT")]).events.count == 3)
    }

    @Test("an altered or a lost manifest is refused by load and named by verify")
    func manifest() throws {
        _ = try importText(Self.header + rows(3))
        let path = "\(catalog.root)/XTST/TEST/bars-1m/series.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let altered = text.replacingOccurrences(of: "\"takerFeePpm\" : 0", with: "\"takerFeePpm\" : -9000")
        try #require(altered != text)
        try altered.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try catalog.verify().map(\.path) == [path])
        #expect(throws: MarketDataError.self) { try catalog.load([CatalogSelection(symbol: "TEST")]) }
        try FileManager.default.removeItem(atPath: path)
        let faults = try catalog.verify()
        #expect(faults.map(\.path) == [path] && faults[0].reason.contains("is missing"), "\(faults)")
        _ = try importText(Self.header + rows(3))
        #expect(try catalog.verify().isEmpty)
    }

    @Test("a root that is a file is refused")
    func rootIsAFile() throws {
        let path = try folder.write("file", "")
        #expect(throws: MarketDataError.self) { try Catalog(root: path) }
    }
}
