import Core
import CxxEvent
import CxxFeed
import Domain
import Foundation

/// Writes one series into the catalog: the partitions, then the manifest that makes them the catalog's.
///
/// The partitions are on the disk before the manifest is, and it before what it no longer names is removed. Until the manifest is renamed into place readers see the series as it was;
/// what an interrupted import leaves is removed by the next one.
struct SeriesWriter {
    let catalog: Catalog
    private(set) var entry: CatalogEntry

    /// Makes the series' folder.
    init(
        catalog: Catalog, instrument: Instrument, kind: SourceKind, timeframe: Timeframe?
    ) throws(MarketDataError) {
        self.catalog = catalog
        entry = CatalogEntry(instrument: instrument, kind: kind, timeframe: timeframe, partitions: [])
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .unreadable(path: folder, reason: "the folder cannot be created: \(error.localizedDescription)")
        }
    }

    var folder: String { catalog.folder(of: entry) }

    /// Where rejected and noted rows of a source are kept.
    func defectsPath(source: String) -> String {
        let name = source.split(separator: "/").last.map(String.init) ?? "source"
        return "\(folder)/defects-\(name).tsv"
    }

    /// Writes the events, which are in order of time, one file per UTC day, and then the manifest. Days that the
    /// series has already and that do not occur here stay; others are replaced, but by fewer events only where
    /// `replacesMore`: a part of a day must not take the place of the whole by mistake.
    mutating func write(_ events: UnsafeBufferPointer<martlet.MarketEvent>, replacesMore: Bool = false) throws(MarketDataError) {
        let before = try catalog.manifest(at: folder)
        try checkCompatible(with: before)
        if !replacesMore { try checkKeeps(before, events) }
        let ranges = Self.days(of: events)
        // Each sync waits for the disk: many files are synced at once.
        let isSynced = ranges.count <= 16
        var written: [CatalogPartition] = []
        for (day, range) in ranges {
            written.append(try writeDay(day, UnsafeBufferPointer(rebasing: events[range]), isSynced: isSynced))
        }
        if !isSynced {
            let status = martlet.sync_files_of(folder)
            guard status == .ok else { throw .unreadable(path: folder, reason: text(of: status)) }
        }
        let days = Set(written.map(\.day))
        entry.partitions = ((before?.partitions ?? []).filter { !days.contains($0.day) } + written).sorted { $0.day < $1.day }
        try writeManifest()
        removeUnlisted()
    }

    /// The events of each UTC day.
    private static func days(of events: UnsafeBufferPointer<martlet.MarketEvent>) -> [(day: CatalogDay, range: Range<Int>)] {
        var found: [(day: CatalogDay, range: Range<Int>)] = []
        var start = 0
        while start < events.count {
            let day = CatalogDay(time: events[start].exchange_time)
            var end = start + 1
            while end < events.count, events[end].exchange_time < day.startTime + 86_400_000_000_000 { end += 1 }
            found.append((day, start..<end))
            start = end
        }
        return found
    }

    private func checkCompatible(with before: CatalogEntry?) throws(MarketDataError) {
        guard let before, before.instrument.priceIncrement != entry.instrument.priceIncrement
            || before.instrument.lotIncrement != entry.instrument.lotIncrement
        else { return }
        throw .invalidRequest(
            "\(entry.instrument.key) \(entry.seriesName) is in the catalog with price increment \(before.instrument.priceIncrement) "
                + "and lot \(before.instrument.lotIncrement), this import has \(entry.instrument.priceIncrement) and "
                + "\(entry.instrument.lotIncrement): state the same, or remove \(folder) first")
    }

    private func checkKeeps(_ before: CatalogEntry?, _ events: UnsafeBufferPointer<martlet.MarketEvent>) throws(MarketDataError) {
        var counts: [CatalogDay: Int] = [:]
        for event in events { counts[CatalogDay(time: event.exchange_time), default: 0] += 1 }
        for partition in before?.partitions ?? [] {
            guard let count = counts[partition.day], count < partition.events else { continue }
            throw .invalidRequest(
                "\(entry.instrument.key) \(entry.seriesName) has \(partition.events) events on \(partition.day) already, this import only \(count): "
                    + "nothing was changed; --replace puts them in their place")
        }
    }

    private func writeDay(
        _ day: CatalogDay, _ events: UnsafeBufferPointer<martlet.MarketEvent>, isSynced: Bool
    ) throws(MarketDataError) -> CatalogPartition {
        let temporary = "\(folder)/\(day).new"
        let definition = martlet.InstrumentDefinition(entry.instrument, id: 0)
        guard let kind = martlet.PartitionKind(rawValue: entry.kind.code) else {
            throw .invalidRequest("no partition kind for \(entry.kind.rawValue)")
        }
        var writer = martlet.PartitionWriter(temporary, definition, kind, day.number, UInt32(entry.timeframe?.seconds ?? 0))
        var status = writer.append(events.baseAddress, events.count)
        if status == .ok { status = isSynced ? writer.commit() : writer.commit_unsynced() }
        guard status == .ok else { throw .unreadable(path: temporary, reason: text(of: status)) }
        let digest = try FileDigest(path: temporary)
        let partition = CatalogPartition(
            day: day, events: events.count, firstTime: events[0].exchange_time,
            lastTime: events[events.count - 1].exchange_time, bytes: digest.bytes, sha256: digest.sha256)
        let path = "\(folder)/\(partition.fileName)"
        guard rename(temporary, path) == 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        return partition
    }

    /// The manifest is the commit: written beside its place, synced, renamed, and the folder synced.
    private func writeManifest() throws(MarketDataError) {
        let path = "\(folder)/series.json"
        let temporary = "\(path).tmp"
        do {
            let data = try CatalogManifest(entry).json()
            try data.write(to: URL(fileURLWithPath: temporary))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: temporary))
            try file.synchronize()
            try file.close()
        } catch {
            throw .unreadable(path: temporary, reason: "cannot be written: \(error.localizedDescription)")
        }
        guard rename(temporary, path) == 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        let descriptor = open(folder, O_RDONLY)
        guard descriptor >= 0 else { throw .unreadable(path: folder, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unreadable(path: folder, reason: String(cString: strerror(errno))) }
    }

    /// Partition files that the manifest does not name came from earlier or broken imports.
    private func removeUnlisted() {
        let listed = Set(entry.partitions.map(\.fileName))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where (name.hasSuffix(".mpt") && !listed.contains(name)) || name.hasSuffix(".new") || name.hasSuffix(".tmp") {
            // A file that cannot be removed costs space and nothing else.
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }
}
