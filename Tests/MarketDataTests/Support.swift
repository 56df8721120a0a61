import Domain
import Foundation
import MarketData
import Testing

/// A folder of one test, removed with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "martlet-marketdata-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    func catalog() throws -> Catalog { try Catalog(root: "\(path)/catalog") }
}

/// The market data samples beside the checkout.
enum Samples {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data").path

    static var areRequired: Bool { ProcessInfo.processInfo.environment["MARTLET_DATA"] == "required" }
    static var arePresent: Bool { FileManager.default.fileExists(atPath: root) }
    /// Tests of the samples run where they are there, and where they must be.
    static var run: Bool { arePresent || areRequired }

    static func path(_ name: String) -> String { "\(root)/\(name)" }
}

func specification(_ venue: String, _ symbol: String) -> InstrumentSpecification {
    InstrumentSpecification(key: InstrumentKey(venue: venue, symbol: symbol))
}
