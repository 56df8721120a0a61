package import CxxJournal

/// The two digests of a run: of what the engine was told, and of what it decided and ordered.
///
/// Each is the SHA-256 of the records in their order, payloads included. Two runs are the same run exactly
/// where both are equal. About 150 ns a record.
public struct StreamDigests: ~Copyable {
    private var inputs = martlet.DigestBuilder()
    private var decisions = martlet.DigestBuilder()

    public init() {}

    /// Adds an input as it was journalled.
    @inline(__always)
    public mutating func input<Record>(_ record: inout Record, _ payload: [Double] = []) {
        Self.add(&record, payload, to: &inputs)
    }

    /// Adds the content hashes of the catalog partitions that a backtest merges, in merge order.
    public mutating func input(hashes: [String]) {
        for hash in hashes {
            var text = hash
            text.withUTF8 { inputs.update($0.baseAddress, $0.count) }
        }
    }

    /// Adds a decision, a request or a command.
    @inline(__always)
    public mutating func output<Record>(_ record: inout Record, _ payload: [Double] = []) {
        Self.add(&record, payload, to: &decisions)
    }

    /// Both digests in hexadecimal; starts anew.
    public mutating func finish() -> (inputs: String, decisions: String) {
        (Self.hexadecimal(inputs.finish()), Self.hexadecimal(decisions.finish()))
    }

    private static func add<Record>(_ record: inout Record, _ payload: [Double], to builder: inout martlet.DigestBuilder) {
        withUnsafeBytes(of: &record) { builder.update($0.baseAddress, $0.count) }
        if !payload.isEmpty { payload.withUnsafeBytes { builder.update($0.baseAddress, $0.count) } }
    }

    package static func hexadecimal(_ digest: martlet.Sha256Digest) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65) { text in
            digest.write_hex(text.baseAddress)
            return String(cString: text.baseAddress!)
        }
    }
}
