/// A value that is one scalar of the configuration file. Reading is strict: what is not exactly of the
/// stated form is refused, never guessed.
package protocol ConfigurationValue: Equatable, Sendable {
    /// What a reader of an error message should write, with an example: `a duration with a unit, such as 5ms`.
    static var expectation: String { get }
    /// The value that `text` means, or nil.
    init?(configuration text: String)
    /// The value as it would be written in the file.
    var configurationText: String { get }
    /// Whether a refused text may be a secret, so that messages must not repeat it.
    static var isConfidential: Bool { get }
}

extension ConfigurationValue {
    package static var isConfidential: Bool { false }
}

extension Bool: ConfigurationValue {
    package static var expectation: String { "true or false" }
    package init?(configuration text: String) {
        switch text {
        case "true": self = true
        case "false": self = false
        default: return nil
        }
    }
    package var configurationText: String { self ? "true" : "false" }
}

extension ConfigurationValue where Self: FixedWidthInteger {
    /// With its range where somebody may well go beyond it.
    package static var expectation: String { Self.bitWidth < 64 ? "a whole number from \(Self.min) to \(Self.max)" : "a whole number" }
    package init?(configuration text: String) {
        guard text.utf8.first != UInt8(ascii: "+") else { return nil }
        self.init(text, radix: 10)
    }
    package var configurationText: String { "\(self)" }
}
extension Int: ConfigurationValue {}
extension Int64: ConfigurationValue {}
extension UInt64: ConfigurationValue {}
extension UInt16: ConfigurationValue {}

extension Double: ConfigurationValue {
    package static var expectation: String { "a number such as 1.5" }
    package init?(configuration text: String) {
        // Only what ExactDecimal takes: no "nan", "inf", hexadecimal or exponents.
        guard ExactDecimal(configuration: text) != nil, let value = Double(text) else { return nil }
        self = value
    }
    package var configurationText: String { "\(self)" }
}

extension String: ConfigurationValue {
    package static var expectation: String { "text" }
    package init?(configuration text: String) {
        guard !text.isEmpty, text.utf8.count <= 4096, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        self = text
    }
    package var configurationText: String { self }
}

/// A value that is one word of a list.
package protocol ConfigurationChoice: ConfigurationValue, CaseIterable, RawRepresentable where RawValue == String {}

extension ConfigurationChoice {
    package static var expectation: String {
        "one of " + allCases.map(\.rawValue).joined(separator: ", ")
    }
    package init?(configuration text: String) { self.init(rawValue: text) }
    package var configurationText: String { rawValue }
}
