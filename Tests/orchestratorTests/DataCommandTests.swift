import Foundation
import Testing
import orchestrator

@Suite struct DataCommandTests {
    /// Ten minutes of bars; row 7 has a high below its low.
    private static let bars =
        "timestamp,open,high,low,close,volume\n"
        + (0..<10).map { minute in
            "2024-01-02 00:0\(minute):00,100.\(minute)0,\(minute == 7 ? "99.00" : "101.00"),100.00,100.50,12\n"
        }.joined()

    @Test("what is imported is listed, and verified until a byte changes")
    func wholeWay() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        try runner.write("bars.csv", Self.bars)
        let report = try runner.run("data", "import", "--instrument", "TEST:ALFA", "bars.csv", "--currency", "USD", "--format", "json")
        #expect(report.status == 0, "\(report.errors)")
        let object = try report.object()
        #expect(object["rows"] as? Int == 10)
        #expect(object["rejectedRows"] as? Int == 1)

        let list = try runner.run("data", "list")
        #expect(list.output.contains("TEST:ALFA   bars-1m  2024-01-02"), "\(list.output)")
        #expect(try runner.run("data", "verify").status == 0)

        let bars = try runner.run("data", "bars", "--instrument", "ALFA", "--timeframe", "5m", "--format", "json")
        #expect(bars.status == 0, "\(bars.errors)")
        #expect(try runner.run("data", "list").output.contains("bars-5m"))
        #expect(try runner.run("data", "bars", "--instrument", "ALFA", "--timeframe", "90s").status == ExitStatus.usage.rawValue)
        #expect(try runner.run("data", "bars", "--instrument", "NONE").status == ExitStatus.missingInput.rawValue)
        let usual = try runner.run("data", "bars", "--instrument", "ALFA")
        #expect(usual.status == 0 && usual.output.contains("bars-5m") && usual.errors.contains("skipped: "), "\(usual)")
        #expect(try runner.run("data", "bars", "--instrument", "ALFA", "--timeframe", "1d").status == ExitStatus.missingInput.rawValue)

        let catalog = runner.folder.appendingPathComponent("martlet-data/catalog")
        let names = try #require(FileManager.default.enumerator(atPath: catalog.path)).compactMap { $0 as? String }
        let partition = catalog.appendingPathComponent(try #require(names.first { $0.hasSuffix(".mpt") }))
        var bytes = try Data(contentsOf: partition)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: partition)
        let verdict = try runner.run("data", "verify")
        #expect(verdict.status == ExitStatus.finding.rawValue)
        #expect(verdict.output.contains(partition.lastPathComponent))
    }

    @Test("what cannot be imported ends with the code that says why")
    func refused() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        try runner.write("odd.csv", "a,b\n1,2\n")
        #expect(try runner.run("data", "import", "--instrument", "T:A", "odd.csv").status == ExitStatus.badData.rawValue)
        #expect(try runner.run("data", "import", "--instrument", "A", "odd.csv").status == ExitStatus.usage.rawValue)
        #expect(try runner.run("data", "import", "--instrument", "T:A").status == ExitStatus.usage.rawValue)
        #expect(try runner.run("data", "import", "--instrument", "T:A", "--bid-bars", "odd.csv").status == ExitStatus.usage.rawValue)
        #expect(try runner.run("data", "import", "--instrument", "T:A", "nothing.csv").status == ExitStatus.missingInput.rawValue)
    }
}
