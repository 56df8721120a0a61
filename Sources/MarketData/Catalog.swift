package import Domain
import Foundation

/// The local store of market data: one folder, columnar files by instrument, series and UTC day.
///
///     ROOT/<venue>/<symbol>/<series>/series.json                   the instrument, and each day's hash
///     ROOT/<venue>/<symbol>/<series>/2012-06-21-<hash>.mpt         the day's events
///     ROOT/<venue>/<symbol>/<series>/defects-<source>.tsv          rows that an import rejected, repaired or noted
///
/// A value that only names the folder; every call reads what is on the disk then. `/` and `:` in symbols become `+` and `=`.
public struct Catalog: Sendable {
    public let root: String

    /// Opens the catalog in folder `root`, which is created where it does not exist.
    public init(root: String) throws(MarketDataError) {
        self.root = root
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: root, isDirectory: &isFolder) {
            guard isFolder.boolValue else {
                throw .unreadable(path: root, reason: "expected a folder, found a file")
            }
            return
        }
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        } catch {
            throw .unreadable(path: root, reason: "the folder cannot be created: \(error.localizedDescription)")
        }
    }

    /// Every series, in the order of venue, symbol and series name. Cost: one small file per series.
    public func instruments() throws(MarketDataError) -> [CatalogEntry] {
        var entries: [CatalogEntry] = []
        for folder in try seriesFolders() {
            if let entry = try manifest(at: folder) { entries.append(entry) }
        }
        return entries
    }

    /// The folders in which a series is or was begun, in the order of `instruments()`.
    func seriesFolders() throws(MarketDataError) -> [String] {
        var found: [String] = []
        for venue in try folders(in: root) {
            for symbol in try folders(in: "\(root)/\(venue)") {
                found += try folders(in: "\(root)/\(venue)/\(symbol)").map { "\(root)/\(venue)/\(symbol)/\($0)" }
            }
        }
        return found
    }

    /// The folder of a series.
    package func folder(of entry: CatalogEntry) -> String {
        "\(root)/\(entry.instrument.key.venue)/\(fileName(of: entry.instrument.key))/\(entry.seriesName)"
    }

    /// An instrument's symbol and listing as a file name.
    package func fileName(of key: InstrumentKey) -> String {
        var symbol = String(key.symbol.map { $0 == "/" ? "+" : $0 == ":" ? "=" : $0 })
        // A name that begins with a dot is a hidden file's.
        if symbol.hasPrefix(".") { symbol = "%2E" + symbol.dropFirst() }
        return key.listed.isEmpty ? symbol : "\(symbol)@\(key.listed)"
    }

    /// The manifest in a series' folder; `nil` where there is none (an import that never finished).
    package func manifest(at folder: String) throws(MarketDataError) -> CatalogEntry? {
        let path = "\(folder)/series.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            if FileManager.default.fileExists(atPath: path) { throw .unreadable(path: path, reason: "cannot be read") }
            return nil
        }
        let manifest: CatalogManifest
        do {
            manifest = try JSONDecoder().decode(CatalogManifest.self, from: data)
        } catch {
            throw .corrupt(path: path, reason: "is not a series' manifest: remove its folder and import the files again")
        }
        guard manifest.isWhole else {
            throw .corrupt(path: path, reason: "was altered: its checksum is not the one that it states: remove its folder and import the files again")
        }
        return manifest.series
    }

    private func folders(in parent: String) throws(MarketDataError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: parent).filter { name in
                var isFolder: ObjCBool = false
                let exists = FileManager.default.fileExists(atPath: "\(parent)/\(name)", isDirectory: &isFolder)
                return exists && isFolder.boolValue && !name.hasPrefix(".")
            }.sorted()
        } catch {
            throw .unreadable(path: parent, reason: "cannot be listed: \(error.localizedDescription)")
        }
    }
}
