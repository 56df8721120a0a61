// Values that carry their unit in the file: a bare number is refused, since nobody could tell what it means.

/// An exact decimal, mantissa × 10^exponent, as written: `0.01` is 1 × 10⁻². At most 18 digits.
package struct ExactDecimal: ConfigurationValue, Hashable {
    package var mantissa: Int64
    package var exponent: Int32

    package init(_ mantissa: Int64, _ exponent: Int32) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    package static var expectation: String { "a decimal number such as 0.01" }

    package init?(configuration text: String) {
        let negative = text.hasPrefix("-")
        let digits = text.utf8.dropFirst(negative ? 1 : 0)
        let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !parts[1].isEmpty else { return nil }
        var fraction = parts.count == 2 ? Array(parts[1]) : []
        while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        let all = Array(whole) + fraction
        guard all.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else { return nil }
        guard all.drop(while: { $0 == UInt8(ascii: "0") }).count <= 18, fraction.count <= 18 else { return nil }
        let value = all.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        mantissa = negative ? -value : value
        exponent = -Int32(fraction.count)
    }

    package var configurationText: String {
        let sign = mantissa < 0 ? "-" : ""
        var digits = String(mantissa.magnitude)
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: mantissa == 0 ? 0 : Int(exponent)) }
        let places = Int(-exponent)
        if digits.count <= places { digits = String(repeating: "0", count: places - digits.count + 1) + digits }
        return sign + digits.dropLast(places) + "." + digits.suffix(places)
    }

    /// This number in whole units of `unit`; nil where it falls between two or does not fit 64 bits.
    package func multiple(of unit: ExactDecimal) -> Int64? {
        guard unit.mantissa > 0 else { return nil }
        let shift = exponent - unit.exponent
        guard abs(shift) <= 18 else { return mantissa == 0 ? 0 : nil }
        let power = (0..<abs(shift)).reduce(Int64(1)) { product, _ in product * 10 }
        let numerator = shift > 0 ? mantissa.multipliedReportingOverflow(by: power) : (mantissa, false)
        let denominator = shift < 0 ? unit.mantissa.multipliedReportingOverflow(by: power) : (unit.mantissa, false)
        guard !numerator.1, !denominator.1, numerator.0 % denominator.0 == 0 else { return nil }
        return numerator.0 / denominator.0
    }

    package var doubleValue: Double { Double(configurationText) ?? .nan }
}

/// Splits `12.5ms` into the number and its unit.
private func splitUnit(_ text: String) -> (number: ExactDecimal, unit: String)? {
    let number = text.prefix { $0.isNumber || $0 == "." || $0 == "-" }
    guard let decimal = ExactDecimal(configuration: String(number)) else { return nil }
    return (decimal, text.dropFirst(number.count).drop(while: { $0 == " " }).description)
}

/// The exact value of `number` × `scale` as a whole number.
private func scaled(_ number: ExactDecimal, by scale: Int64) -> Int64? {
    let product = number.mantissa.multipliedReportingOverflow(by: scale)
    guard !product.overflow else { return nil }
    return ExactDecimal(product.partialValue, number.exponent).multiple(of: ExactDecimal(1, 0))
}

/// A length of time.
package struct Nanoseconds: ConfigurationValue, Hashable, Comparable {
    package var count: Int64

    package init(_ count: Int64) { self.count = count }
    package static func milliseconds(_ n: Int64) -> Nanoseconds { Nanoseconds(n * 1_000_000) }
    package static func seconds(_ n: Int64) -> Nanoseconds { Nanoseconds(n * 1_000_000_000) }
    package static func minutes(_ n: Int64) -> Nanoseconds { .seconds(n * 60) }
    package static func hours(_ n: Int64) -> Nanoseconds { .seconds(n * 3600) }
    package static func days(_ n: Int64) -> Nanoseconds { .hours(n * 24) }
    package static func < (a: Nanoseconds, b: Nanoseconds) -> Bool { a.count < b.count }

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    package static var expectation: String { "a duration with its unit (ns, us, ms, s, m, h or d), such as 5ms" }

    package init?(configuration text: String) {
        guard let (number, unit) = splitUnit(text),
            let scale = Self.units.first(where: { $0.name == unit })?.nanoseconds,
            let value = scaled(number, by: scale), value >= 0
        else { return nil }
        count = value
    }

    package var configurationText: String {
        guard count != 0, let unit = Self.units.first(where: { count % $0.nanoseconds == 0 }) else { return "\(count)ns" }
        return "\(count / unit.nanoseconds)\(unit.name)"
    }
}

/// A share of something, exact to one millionth.
package struct PartsPerMillion: ConfigurationValue, Hashable, Comparable {
    package var count: Int64

    package init(_ count: Int64) { self.count = count }
    package static func percent(_ n: Int64) -> PartsPerMillion { PartsPerMillion(n * 10_000) }
    package static func basisPoints(_ n: Int64) -> PartsPerMillion { PartsPerMillion(n * 100) }
    package static func < (a: PartsPerMillion, b: PartsPerMillion) -> Bool { a.count < b.count }

    private static let units: [(name: String, parts: Int64)] = [("%", 10_000), ("bp", 100), ("ppm", 1)]

    package static var expectation: String {
        "a share with its unit (%, bp or ppm) and no part finer than one millionth, such as 10%"
    }

    package init?(configuration text: String) {
        guard let (number, unit) = splitUnit(text),
            let scale = Self.units.first(where: { $0.name == unit })?.parts,
            let value = scaled(number, by: scale)
        else { return nil }
        count = value
    }

    package var configurationText: String {
        let percent = abs(count) >= 1000 || count == 0
        var places: Int32 = percent ? 4 : 2
        var mantissa = count
        while places > 0, mantissa % 10 == 0 {
            mantissa /= 10
            places -= 1
        }
        return ExactDecimal(mantissa, -places).configurationText + (percent ? "%" : "bp")
    }

    /// The share as a plain number: 10 % is 0.1.
    package var fraction: Double { Double(count) / 1_000_000 }
}

/// How many times faster than the wall clock virtual time runs.
package struct Speed: ConfigurationValue, Hashable, Comparable {
    package var factor: Double

    package init(_ factor: Double) { self.factor = factor }
    package static func < (a: Speed, b: Speed) -> Bool { a.factor < b.factor }
    package static var expectation: String { "a multiple of the wall clock, such as 60x" }
    package init?(configuration text: String) {
        guard let (number, unit) = splitUnit(text), unit == "x", number.mantissa > 0 else { return nil }
        factor = number.doubleValue
    }
    package var configurationText: String {
        factor == factor.rounded() && factor < 1e15 ? "\(Int64(factor))x" : "\(factor)x"
    }
}

/// An amount of a currency.
package struct Money: ConfigurationValue, Hashable {
    package var amount: ExactDecimal
    package var currency: String

    package init(_ amount: ExactDecimal, _ currency: String) {
        self.amount = amount
        self.currency = currency
    }
    package static var expectation: String { "an amount with its currency, such as 1000000 USD" }
    package init?(configuration text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let amount = ExactDecimal(configuration: String(parts[0])),
            let currency = CurrencyCode(configuration: String(parts[1]))
        else { return nil }
        self.init(amount, currency.code)
    }
    package var configurationText: String { "\(amount.configurationText) \(currency)" }
}

/// Three to seven capital letters or digits: `USD`, `USDT`.
package struct CurrencyCode: ConfigurationValue, Hashable {
    package var code: String

    package init(_ code: String) { self.code = code }
    package static var expectation: String { "a currency of 3 to 7 capital letters or digits, such as USD" }
    package init?(configuration text: String) {
        guard (3...7).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) })
        else { return nil }
        code = text
    }
    package var configurationText: String { code }
}

/// A size in bytes.
package struct ByteCount: ConfigurationValue, Hashable, Comparable {
    package var count: Int64

    package init(_ count: Int64) { self.count = count }
    package static func mebibytes(_ n: Int64) -> ByteCount { ByteCount(n << 20) }
    package static func < (a: ByteCount, b: ByteCount) -> Bool { a.count < b.count }

    private static let units: [(name: String, bytes: Int64)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)]

    package static var expectation: String { "a size with its unit (B, KiB, MiB or GiB), such as 64MiB" }
    package init?(configuration text: String) {
        guard let (number, unit) = splitUnit(text),
            let scale = Self.units.first(where: { $0.name == unit })?.bytes,
            let value = scaled(number, by: scale), value >= 0
        else { return nil }
        count = value
    }
    package var configurationText: String {
        guard count != 0, let unit = Self.units.first(where: { count % $0.bytes == 0 }) else { return "\(count)B" }
        return "\(count / unit.bytes)\(unit.name)"
    }
}
