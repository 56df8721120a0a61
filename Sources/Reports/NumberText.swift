/// Numbers as people read them, the same on every machine.
enum NumberText {
    /// `12,345`
    static func grouped(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "−" : "") + text
    }

    /// `−1,234.50`, rounded half away from zero to `places`.
    static func fixed(_ value: Double, places: Int) -> String {
        guard value.isFinite, value.magnitude < 9e15 else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
        var power: UInt64 = 1
        for _ in 0..<places { power *= 10 }
        let size = value.magnitude
        var whole = UInt64(size)
        var fraction = UInt64(((size - Double(whole)) * Double(power)).rounded())
        if fraction == power {
            whole += 1
            fraction = 0
        }
        let sign = value < 0 && (whole > 0 || fraction > 0) ? "−" : ""
        guard places > 0 else { return sign + grouped(whole) }
        let digits = String(fraction)
        return sign + grouped(whole) + "." + String(repeating: "0", count: places - digits.count) + digits
    }

    /// An exact amount with grouped digits, cut (never rounded up) to at most `places` digits after the point.
    static func amount(_ value: ExactDecimal, places: Int = 2) -> String {
        let text = value.description
        let negative = text.hasPrefix("-")
        let parts = text.dropFirst(negative ? 1 : 0).split(separator: ".")
        let fraction = parts.count == 2 ? String(parts[1].prefix(places)) : ""
        let whole = grouped(UInt64(parts[0]) ?? 0)
        let isZero = !(String(parts[0]) + fraction).contains { $0 != "0" }
        return (negative && !isZero ? "−" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// The same with a plus before a profit.
    static func signed(_ value: ExactDecimal, places: Int = 2) -> String {
        let text = amount(value, places: places)
        return value.units > 0 ? "+" + text : text
    }

    /// `12.3 %`; a dash where there is no number.
    static func percent(_ fraction: Double?, places: Int = 2) -> String {
        guard let fraction else { return "–" }
        return fixed(fraction * 100, places: places) + " %"
    }

    /// `850 ns`, `1.24 µs`, `3.1 ms`, `2.5 s`
    static func duration(nanoseconds: Int64) -> String {
        let size = nanoseconds.magnitude
        if size < 1_000 { return "\(nanoseconds) ns" }
        let (value, unit): (Double, String) =
            size < 1_000_000 ? (Double(nanoseconds) / 1e3, "µs")
            : size < 1_000_000_000 ? (Double(nanoseconds) / 1e6, "ms") : (Double(nanoseconds) / 1e9, "s")
        return fixed(value, places: value.magnitude < 10 ? 2 : value.magnitude < 100 ? 1 : 0) + " " + unit
    }

    /// `1.25 M`, `12.3 k`: at least three digits that count.
    static func short(_ value: Double) -> String {
        let size = value.magnitude
        let (scaled, unit): (Double, String) =
            size >= 999_500_000 ? (value / 1e9, " G") : size >= 999_500 ? (value / 1e6, " M")
            : size >= 9_995 ? (value / 1e3, " k") : (value, "")
        let places = unit.isEmpty && scaled == scaled.rounded() ? 0 : scaled.magnitude < 10 ? 2 : scaled.magnitude < 100 ? 1 : 0
        return fixed(scaled, places: places) + unit
    }
}
