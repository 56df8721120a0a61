import CxxJournal
import Core
import Foundation

/// What `series.json` holds: the series, and a checksum over it, since increments, fees and hashes in it are what
/// every number of a run stands on.
struct CatalogManifest: Codable {
    /// SHA-256 of the series as JSON with sorted keys, 64 hexadecimal digits.
    var checksum: String
    var series: CatalogEntry

    init(_ series: CatalogEntry) throws {
        self.series = series
        checksum = try Self.checksum(of: series)
    }

    var isWhole: Bool { (try? Self.checksum(of: series)) == checksum }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    private static func checksum(of series: CatalogEntry) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = try encoder.encode(series)
        return bytes.withUnsafeBytes { StreamDigests.hexadecimal(martlet.sha256($0.baseAddress, $0.count)) }
    }
}
