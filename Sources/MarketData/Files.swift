import CxxFeed
import Foundation

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
