import Foundation
import Testing
import orchestrator

@Suite struct ChartLibraryTests {
    private func refusal(_ file: String?) -> CommandFailure? {
        do throws(CommandFailure) {
            _ = try ChartLibrary.text(file)
            return nil
        } catch {
            return error
        }
    }

    @Test("the package is what has the innermost .build around the program")
    func package() {
        #expect(ChartLibrary.package(of: "/home/a/martlet/.build/release/orchestrator") == "/home/a/martlet")
        #expect(ChartLibrary.package(of: "/a/.build/b/.build/x86_64-unknown-linux-gnu/release/orchestrator") == "/a/.build/b")
        #expect(ChartLibrary.package(of: "/usr/local/bin/orchestrator") == nil)
        #expect(ChartLibrary.package(of: "/home/a/.build") == nil)
    }

    @Test("a file that is named is taken where it is the library, else refused with its name")
    func named() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-charts-\(UUID()).js")
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(refusal(file.path)?.status == .missingInput)
        let good = "/*! TradingView Lightweight Charts™ v5.2.1 */window.LightweightCharts={};"
        try Data(good.utf8).write(to: file)
        #expect(try ChartLibrary.text(file.path) == good)
        let old = good.replacingOccurrences(of: "v5.2.1", with: "v4.1.3")
        for bad in ["", old, "// v5. of something else", good + String(repeating: " ", count: 5 << 20)] {
            try Data(bad.utf8).write(to: file)
            let refused = try #require(refusal(file.path))
            #expect(refused.status == .badData && refused.message.hasPrefix(file.path + ": expected the standalone build"))
        }
        try Data([0xFF, 0xFE] + good.utf8).write(to: file)
        #expect(refusal(file.path)?.status == .badData)
        #expect(refusal("/")?.status != nil)
    }
}
