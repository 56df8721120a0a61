public import Domain

/// A decimal number, `units × 10^-scale`, exact: money, prices and quantities of a report. JSON has it as
/// text, `"-12.50"`, so that no reader makes a binary fraction of it unasked.
///
///     ExactDecimal(units: -125, scale: 1).description     // "-12.5"
///     ExactDecimal(7, of: increment)                      // 7 increments of 0.25: "1.75"
public struct ExactDecimal: Sendable, Hashable {
    public let units: Int64
    /// Digits after the point, 0 … 18.
    public let scale: Int

    public init(units: Int64, scale: Int) {
        precondition((0...18).contains(scale), "expected a scale of 0 … 18, was \(scale)")
        self.units = units
        self.scale = scale
    }

    /// `count` increments; `nil` where that does not fit 64 bits.
    public init?(_ count: Int64, of increment: Increment) {
        var factor = increment.mantissa
        for _ in 0..<max(0, Int(increment.exponent)) {
            let (product, overflow) = factor.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            factor = product
        }
        let (units, overflow) = count.multipliedReportingOverflow(by: factor)
        if overflow { return nil }
        self.init(units: units, scale: max(0, -Int(increment.exponent)))
    }

    /// For display and statistics.
    public var value: Double { Double(units) / Self.power(scale) }

    private static func power(_ scale: Int) -> Double {
        var power = 1.0
        for _ in 0..<scale { power *= 10 }
        return power
    }

    /// Both must have the same scale; a sum beyond 64 bits is a broken invariant.
    public static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        precondition(left.scale == right.scale, "sums need one scale: \(left.scale) and \(right.scale)")
        return ExactDecimal(units: left.units + right.units, scale: left.scale)
    }

    public static func - (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        precondition(left.scale == right.scale, "differences need one scale: \(left.scale) and \(right.scale)")
        return ExactDecimal(units: left.units - right.units, scale: left.scale)
    }
}

extension ExactDecimal: LosslessStringConvertible {
    public var description: String {
        let digits = String(units.magnitude)
        let sign = units < 0 ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    /// Reads `[-]digits[.digits]`; the digits after the point become the scale.
    public init?(_ text: String) {
        let negative = text.hasPrefix("-")
        let parts = text.dropFirst(negative ? 1 : 0).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !parts[1].isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= 18, (whole + fraction).utf8.allSatisfy({ (48...57).contains($0) }),
            let units = Int64((negative ? "-" : "") + whole + fraction)
        else { return nil }
        self.init(units: units, scale: fraction.count)
    }
}

extension ExactDecimal: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = ExactDecimal(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected a decimal such as \"-12.50\", was '\(text)'")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
