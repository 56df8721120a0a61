package import CxxJournal

/// The two digests of a run: of what the engine was told, and of what it decided and ordered.
///
/// Each is the SHA-256 of the records in their order, payloads included. Two runs are the same run exactly
/// where both are equal. Adding a record copies it, tens of nanoseconds; it is hashed with the many around it, or
/// when the host has time and calls `settle`.
public struct StreamDigests: ~Copyable {
    package var inputs = BufferedDigest()
    package var decisions = BufferedDigest()

    public init() {}

    /// Adds an input as it was journalled.
    @inline(__always)
    public mutating func input<Record>(_ record: inout Record, _ payload: [Double] = []) {
        inputs.add(&record, payload)
    }

    /// Adds the content hashes of the catalog partitions that a backtest merges, in merge order.
    public mutating func input(hashes: [String]) {
        for hash in hashes {
            var text = hash
            text.withUTF8 { inputs.add(UnsafeRawBufferPointer($0)) }
        }
    }

    /// Adds a decision, a request or a command.
    @inline(__always)
    public mutating func output<Record>(_ record: inout Record, _ payload: [Double] = []) {
        decisions.add(&record, payload)
    }

    /// Hashes what was added so far: off the path of an order.
    public mutating func settle() {
        inputs.settle()
        decisions.settle()
    }

    /// Both digests in hexadecimal; starts anew.
    public mutating func finish() -> (inputs: String, decisions: String) {
        (Self.hexadecimal(inputs.finish()), Self.hexadecimal(decisions.finish()))
    }

    package static func hexadecimal(_ digest: martlet.Sha256Digest) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65) { text in
            digest.write_hex(text.baseAddress)
            return String(cString: text.baseAddress!)
        }
    }
}

/// A digest and the bytes that wait for it.
package struct BufferedDigest: ~Copyable {
    private static let capacity = 16_384
    var builder = martlet.DigestBuilder()
    private let waiting = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    private var count = 0

    deinit { waiting.deallocate() }

    @inline(__always)
    mutating func add<Record>(_ record: inout Record, _ payload: [Double]) {
        withUnsafeBytes(of: &record) { add($0) }
        if !payload.isEmpty { payload.withUnsafeBytes { add($0) } }
    }

    @inline(__always)
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        if count + bytes.count > Self.capacity { settle() }
        guard bytes.count <= Self.capacity else { return builder.update(start, bytes.count) }
        (waiting + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    @inline(never)
    mutating func settle() {
        guard count > 0 else { return }
        builder.update(waiting, count)
        count = 0
    }

    mutating func finish() -> martlet.Sha256Digest {
        settle()
        return builder.finish()
    }
}
