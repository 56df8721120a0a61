import CxxFeed
import CxxJournal
import Foundation

/// The SHA-256 of a file's bytes as they lie on the disk.
struct FileDigest {
    let bytes: Int
    /// 64 hexadecimal digits.
    let sha256: String

    /// Reads the whole file, mapped into memory. Cost: about 1 s per GB.
    init(path: String) throws(MarketDataError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw .unreadable(path: path, reason: "the file cannot be read: \(error.localizedDescription)")
        }
        bytes = data.count
        sha256 = data.withUnsafeBytes { bytes in
            let digest = martlet.sha256(bytes.baseAddress, bytes.count)
            return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65) { text in
                digest.write_hex(text.baseAddress)
                return String(decoding: text.prefix(64).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }
    }
}

/// Removes a file where there is one. One that stays behind costs space and nothing else.
func removeFile(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

/// Moves the side file of an import to its place; `nil` where the log wrote none. An older one is replaced.
func keepDefects(
    _ log: borrowing martlet.DefectLog, _ staging: String, at path: String
) throws(MarketDataError) -> String? {
    removeFile(path)
    guard log.wrote_file() else { return nil }
    do {
        try FileManager.default.moveItem(atPath: staging, toPath: path)
    } catch {
        throw .unreadable(path: path, reason: "cannot be written: \(error.localizedDescription)")
    }
    return path
}
