internal import Foundation

/// The offline store: computed values in files, by set and instrument, each with its lineage.
///
///     ROOT/<set>/<first 12 digits of the set's hash>/<VENUE=SYMBOL>.features
///
/// A value that only names the folder; every call reads what is on the disk then. A file is replaced whole or not at all.
public struct FeatureStore: Sendable {
    public let root: String

    public init(root: String) { self.root = root }

    /// One stored file.
    public struct Entry: Sendable, Hashable, Codable {
        public var path: String
        public var instrument: String
        public var lineage: Lineage
        public var columns: [FeatureColumn]
        public var rows: Int

        /// `set@` and the first digits of its hash: what a command names it by.
        public var name: String { "\(lineage.set.name)@\(lineage.setHash.prefix(12))" }
    }

    /// Stores a frame in the place of what is there of its set and instrument; returns the file's path.
    @discardableResult
    public func write(_ frame: FeatureFrame, _ lineage: Lineage) throws(FeatureError) -> String {
        let folder = "\(root)/\(lineage.set.name)/\(lineage.setHash.prefix(12))"
        let path = "\(folder)/\(Self.fileName(of: frame.instrument)).features"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FeatureFile.encode(frame, lineage).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .file(path: path, reason: "cannot be written: \(error.localizedDescription)")
        }
        return path
    }

    /// Everything stored, in the order of set, hash and instrument, and what is wrong with files that cannot be read. Reads the headers
    /// alone.
    public func contents() -> (entries: [Entry], faults: [FeatureError]) {
        var entries: [Entry] = []
        var faults: [FeatureError] = []
        for set in Self.names(in: root) {
            for path in files(of: set) {
                do throws(FeatureError) { entries.append(try entry(at: path)) } catch { faults.append(error) }
            }
        }
        return (entries, faults)
    }

    private func files(of set: String) -> [String] {
        Self.names(in: "\(root)/\(set)").flatMap { hash in
            Self.names(in: "\(root)/\(set)/\(hash)").filter { $0.hasSuffix(".features") }.map { "\(root)/\(set)/\(hash)/\($0)" }
        }
    }

    private func entry(at path: String) throws(FeatureError) -> Entry {
        let (header, rows) = try FeatureFile.header(at: path)
        return Entry(path: path, instrument: header.instrument, lineage: header.lineage, columns: header.columns, rows: rows)
    }

    /// What is stored under `set` or `set@hash`, the hash shortened as one likes; of one instrument where it is given.
    public func entries(named name: String, instrument: String? = nil) throws(FeatureError) -> [Entry] {
        let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var found: [Entry] = []
        var fault: FeatureError?
        for path in files(of: parts[0]) {
            // A damaged file must not hide the others.
            do throws(FeatureError) { found.append(try entry(at: path)) } catch { fault = fault ?? error }
        }
        if parts.count == 2 { found = found.filter { $0.lineage.setHash.hasPrefix(parts[1]) } }
        if found.isEmpty, let fault { throw fault }
        guard !found.isEmpty else {
            let all = contents().entries
            let known = all.map(\.name).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
            throw .notFound("the store in \(root) has no set '\(name)': \(known.isEmpty ? "it is empty" : "it has \(known.joined(separator: ", "))")")
        }
        guard let instrument else { return found }
        let chosen = found.filter { $0.instrument == instrument || $0.instrument.split(separator: ":").last.map(String.init) == instrument }
        if chosen.isEmpty, let fault { throw fault }
        guard !chosen.isEmpty else {
            throw .notFound("'\(name)' is not stored for '\(instrument)': it is for \(found.map(\.instrument).joined(separator: ", "))")
        }
        return chosen
    }

    /// The values of an entry, held against the file's checksum.
    public func read(_ entry: Entry) throws(FeatureError) -> FeatureFrame { try FeatureFile.decode(at: entry.path).frame }

    private static func fileName(of instrument: String) -> String {
        let name = String(instrument.map { $0 == "/" ? "+" : $0 == ":" ? "=" : $0 })
        return name.hasPrefix(".") ? "%2E" + name.dropFirst() : name
    }

    /// What a folder holds, in order; nothing where there is no folder.
    private static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }
}
