/// The length of a bar, in whole seconds.
///
///     Timeframe("5m") == .minutes5
///     Timeframe.hour.description == "1h"
public struct Timeframe: Sendable, Hashable, Comparable {
    /// 1 second … 1 week.
    public let seconds: Int32

    /// Longest length that a bar may have.
    public static let maximumSeconds: Int32 = 7 * 86_400

    /// `nil` outside 1 second … 1 week.
    public init?(seconds: Int32) {
        guard seconds > 0, seconds <= Self.maximumSeconds else { return nil }
        self.seconds = seconds
    }

    private init(known seconds: Int32) { self.seconds = seconds }

    public static let minute = Timeframe(known: 60)
    public static let minutes5 = Timeframe(known: 300)
    public static let minutes15 = Timeframe(known: 900)
    public static let hour = Timeframe(known: 3_600)
    public static let day = Timeframe(known: 86_400)

    /// The lengths that the catalog builds by itself.
    public static let standard: [Timeframe] = [.minute, .minutes5, .minutes15, .hour, .day]

    public var nanoseconds: Int64 { Int64(seconds) * 1_000_000_000 }

    public static func < (left: Timeframe, right: Timeframe) -> Bool { left.seconds < right.seconds }

    /// Whether bars of this length can be built from whole bars of `smaller`.
    public func isMultiple(of smaller: Timeframe) -> Bool { seconds % smaller.seconds == 0 }
}

extension Timeframe: LosslessStringConvertible {
    private static let units: [(letter: Character, seconds: Int32)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]

    /// Reads "30s", "1m", "15m", "4h", "1d"; `nil` for anything else.
    public init?(_ text: String) {
        guard let letter = text.last, let unit = Self.units.first(where: { $0.letter == letter }) else { return nil }
        let digits = text.dropLast()
        guard digits.allSatisfy(\.isNumber), let count = Int32(digits), count > 0 else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit.seconds)
        guard !overflow else { return nil }
        self.init(seconds: seconds)
    }

    /// The shortest text that reads back as this length.
    public var description: String {
        for unit in Self.units where seconds % unit.seconds == 0 { return "\(seconds / unit.seconds)\(unit.letter)" }
        return "\(seconds)s"
    }
}

extension Timeframe: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timeframe(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected a bar length such as 1m, 15m, 1h or 1d, was '\(text)'")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
