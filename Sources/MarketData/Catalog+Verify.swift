import CxxEvent
import CxxFeed
import Domain
import Foundation

/// What is wrong with one file of the catalog.
public struct CatalogFault: Sendable, Hashable, Codable {
    public var path: String
    public var reason: String
}

extension Catalog {
    /// Reads every partition of every series and holds it against its hash, its checksums and its manifest.
    /// Empty: all is well. Changes nothing. Cost: the whole catalog is read and decoded.
    public func verify() throws(MarketDataError) -> [CatalogFault] {
        var faults: [CatalogFault] = []
        for folder in try seriesFolders() {
            let entry: CatalogEntry
            do {
                guard let found = try manifest(at: folder) else {
                    if let fault = lostManifest(folder) { faults.append(fault) }
                    continue
                }
                entry = found
            } catch {
                faults.append(CatalogFault(path: "\(folder)/series.json", reason: error.reason))
                continue
            }
            for partition in entry.partitions {
                let path = "\(folder)/\(partition.fileName)"
                if let reason = fault(of: partition, at: path) ?? contentFault(of: partition, in: entry, at: path) {
                    faults.append(CatalogFault(path: path, reason: reason))
                }
            }
        }
        return faults
    }

    /// Days that no manifest names: an import that was cut short leaves them, and so does a manifest that was lost.
    private func lostManifest(_ folder: String) -> CatalogFault? {
        let days = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).count { $0.hasSuffix(".mpt") }
        guard days > 0 else { return nil }
        return CatalogFault(
            path: "\(folder)/series.json", reason: "is missing, and \(days) days are there that it named: import the files again")
    }

    /// What is wrong with a partition's bytes; `nil` where they are those of the manifest.
    package func fault(of partition: CatalogPartition, at path: String) -> String? {
        do {
            let found = try FileDigest(path: path).sha256
            return found == partition.sha256
                ? nil : "expected content \(partition.sha256.prefix(12))…, found \(found.prefix(12))…: the file was changed"
        } catch {
            return error.description
        }
    }

    private func contentFault(of partition: CatalogPartition, in entry: CatalogEntry, at path: String) -> String? {
        var reader = martlet.PartitionReader()
        let opened = reader.open(path)
        guard opened == .ok else { return text(of: opened) }
        let info = reader.info()
        guard info.rows == UInt64(partition.events), info.day == partition.day.number, info.kind.rawValue == entry.kind.code
        else { return "the header says another day, kind or number of events than the manifest" }
        let rows = UnsafeMutablePointer<martlet.MarketEvent>.allocate(capacity: Int(martlet.partition_block_rows))
        defer { rows.deallocate() }
        for block in 0..<info.blocks {
            let status = reader.read_block(block, rows)
            guard status == .ok else { return "block \(block): \(text(of: status))" }
        }
        return nil
    }
}
