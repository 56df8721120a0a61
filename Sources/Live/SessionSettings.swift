public import Agents
public import Engine
public import Risk

/// What a run of a session is configured with. It is an input like any other: the run's first record carries the
/// text that says it, so that a journal of runs with different configurations replays.
public struct SessionSettings: Sendable {
    public var engine: EngineConfiguration
    public var policy: RiskPolicy
    public var council: Council

    public init(engine: EngineConfiguration, policy: RiskPolicy, council: Council) {
        self.engine = engine
        self.policy = policy
        self.council = council
    }
}

/// A text as the payload of a record: eight bytes a number, filled up with spaces.
package enum TextPayload {
    package static func payload(_ text: String) -> [Double] {
        var bytes = Array(text.utf8)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8))
        return stride(from: 0, to: bytes.count, by: 8).map { at in
            Double(bitPattern: bytes[at..<at + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
    }

    package static func text(_ payload: [Double]) -> String {
        let bytes = payload.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) } }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
