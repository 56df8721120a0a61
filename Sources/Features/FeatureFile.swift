internal import Core
internal import CxxJournal
internal import Foundation

/// A frame and its lineage in one file: columns one behind the other, so that a reader maps only what it wants.
///
///     0   8 bytes   "MARTFEAT"
///     8   u32       version of this layout, 1
///     12  u32       bytes of the header
///     16  u64       rows
///     24  u64       0
///     32  32 bytes  SHA-256 of all that follows
///     64            header: JSON in UTF-8, filled up with spaces to a multiple of 64 from the beginning of the file
///                   then the times, i64 nanoseconds since 1970 UTC, then each column, f64; little-endian
///
/// docs/features.md reads it in Python.
enum FeatureFile {
    static let magic = Array("MARTFEAT".utf8)
    static let version: UInt32 = 1
    static let prefixBytes = 64
    /// Longest header.
    static let maximumHeader = 1 << 26

    /// What the header says.
    struct Header: Codable {
        var instrument: String
        var columns: [FeatureColumn]
        var lineage: Lineage
    }

    static func encode(_ frame: FeatureFrame, _ lineage: Lineage) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var header = try encoder.encode(Header(instrument: frame.instrument, columns: frame.columns, lineage: lineage))
        header.append(contentsOf: repeatElement(0x20, count: (64 - header.count % 64) % 64))
        var body = header
        body.reserveCapacity(header.count + 8 * frame.times.count * (frame.columns.count + 1))
        frame.times.withUnsafeBytes { body.append(contentsOf: $0) }
        // One bit pattern for "no number": equal values are equal files.
        for column in frame.values { column.map { $0.isNaN ? .nan : $0 }.withUnsafeBytes { body.append(contentsOf: $0) } }
        var file = Data(capacity: prefixBytes + body.count)
        file.append(contentsOf: magic)
        withUnsafeBytes(of: version) { file.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(header.count)) { file.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt64(frame.times.count)) { file.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt64(0)) { file.append(contentsOf: $0) }
        file.append(contentsOf: digest(body))
        file.append(body)
        return file
    }

    /// The header of a file without its values. Reads no more than that.
    static func header(at path: String) throws(FeatureError) -> (header: Header, rows: Int) {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .file(path: path, reason: "cannot be opened") }
        defer { try? handle.close() }
        do {
            let start = try handle.read(upToCount: prefixBytes) ?? Data()
            let (headerBytes, rows) = try prefix(start, path)
            return (try header(try handle.read(upToCount: headerBytes) ?? Data(), path), rows)
        } catch let error as FeatureError {
            throw error
        } catch {
            throw .file(path: path, reason: error.localizedDescription)
        }
    }

    /// The whole of a file, held against its checksum.
    static func decode(at path: String) throws(FeatureError) -> (frame: FeatureFrame, lineage: Lineage) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw .file(path: path, reason: "cannot be read: \(error.localizedDescription)")
        }
        let (headerBytes, rows) = try prefix(data.prefix(prefixBytes), path)
        guard data.dropFirst(32).prefix(32).elementsEqual(digest(data.dropFirst(prefixBytes))) else {
            throw .file(path: path, reason: "was altered: its checksum is not the one that it states; compute it again")
        }
        let header = try header(data.dropFirst(prefixBytes).prefix(headerBytes), path)
        let start = prefixBytes + headerBytes
        guard data.count == start + 8 * rows * (header.columns.count + 1) else {
            throw .file(path: path, reason: "expected \(rows) rows of \(header.columns.count) columns, found \(data.count - start) bytes")
        }
        let (times, values) = data.withUnsafeBytes { bytes in
            let times = (0..<rows).map { bytes.loadUnaligned(fromByteOffset: start + 8 * $0, as: Int64.self) }
            let values = header.columns.indices.map { column in
                (0..<rows).map { bytes.loadUnaligned(fromByteOffset: start + 8 * (rows * (column + 1) + $0), as: Double.self) }
            }
            return (times, values)
        }
        return (FeatureFrame(instrument: header.instrument, times: times, columns: header.columns, values: values), header.lineage)
    }

    // MARK: parts

    private static func prefix(_ start: Data, _ path: String) throws(FeatureError) -> (headerBytes: Int, rows: Int) {
        guard start.count == prefixBytes, start.prefix(8).elementsEqual(magic) else {
            throw .file(path: path, reason: "is no file of features: it does not begin with MARTFEAT")
        }
        let (version, headerBytes, rows) = start.withUnsafeBytes { bytes in
            (
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self), bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self),
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            )
        }
        guard version == Self.version else { throw .file(path: path, reason: "expected layout \(Self.version), was \(version)") }
        guard headerBytes <= maximumHeader, rows < 1 << 40 else { throw .file(path: path, reason: "states sizes that cannot be: it was altered") }
        return (Int(headerBytes), Int(rows))
    }

    private static func header(_ bytes: Data, _ path: String) throws(FeatureError) -> Header {
        do {
            return try JSONDecoder().decode(Header.self, from: bytes)
        } catch {
            throw .file(path: path, reason: "its header is not what was stored: compute it again")
        }
    }

    private static func digest(_ bytes: Data) -> [UInt8] {
        bytes.withUnsafeBytes { bytes in withUnsafeBytes(of: martlet.sha256(bytes.baseAddress, bytes.count)) { Array($0.prefix(32)) } }
    }
}
