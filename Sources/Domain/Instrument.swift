/// The stable name of an instrument. A listing that changes its terms gets a new key, by `listed`.
public struct InstrumentKey: Sendable, Hashable, Codable, Comparable {
    /// At most 15 ASCII characters: letters, digits, `-`, `_`.
    public var venue: String
    /// At most 23 ASCII characters: letters, digits, `-`, `_`, `.`, `/`, `:`.
    public var symbol: String
    /// First day of the listing that is meant, `YYYY-MM-DD`; empty where one listing is all there is.
    public var listed: String

    public init(venue: String, symbol: String, listed: String = "") {
        self.venue = venue
        self.symbol = symbol
        self.listed = listed
    }

    public static func < (left: InstrumentKey, right: InstrumentKey) -> Bool {
        (left.venue, left.symbol, left.listed) < (right.venue, right.symbol, right.listed)
    }
}

extension InstrumentKey: CustomStringConvertible {
    /// `VENUE:SYMBOL`, with `@listed` where there is such a day.
    public var description: String { "\(venue):\(symbol)" + (listed.isEmpty ? "" : "@\(listed)") }
}

/// A positive decimal, `mantissa × 10^exponent`, exact. Written as plain decimal text.
public struct Increment: Sendable, Hashable {
    public let mantissa: Int64
    public let exponent: Int32

    public static let one = Increment(known: 1, 0)

    /// `nil` unless the mantissa is positive and the exponent within −18 … 18.
    public init?(mantissa: Int64, exponent: Int32) {
        guard mantissa > 0, (-18...18).contains(exponent) else { return nil }
        self.init(known: mantissa, exponent)
    }

    private init(known mantissa: Int64, _ exponent: Int32) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    /// The value as a double, for display and statistics.
    public var value: Double {
        var power = 1.0
        for _ in 0..<exponent.magnitude { power *= 10 }
        return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    }
}

extension Increment: LosslessStringConvertible {
    /// Reads "0.0001", "5", "0.05"; `nil` for anything that is not a positive plain decimal.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        let digits = whole + fraction
        guard parts.count == 1 || !fraction.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            var mantissa = Int64(digits)
        else { return nil }
        var exponent = -Int32(fraction.count)
        while exponent < 0, mantissa != 0, mantissa % 10 == 0 {
            mantissa /= 10
            exponent += 1
        }
        self.init(mantissa: mantissa, exponent: exponent)
    }

    /// Plain decimal text, without an exponent.
    public var description: String {
        let digits = String(mantissa)
        if exponent >= 0 { return digits + String(repeating: "0", count: Int(exponent)) }
        let places = Int(-exponent)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return padded.dropLast(places) + "." + padded.suffix(places)
    }
}

extension Increment: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Increment(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected a positive decimal such as \"0.01\", was '\(text)'")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What profit and loss of an instrument are counted in.
public enum Contract: UInt8, Sendable, Codable, CaseIterable {
    case linear = 0
    case inverse = 1
    case quanto = 2
}

/// What an instrument is. `priceIncrement` never changes for a key; the tick is a rule for new orders.
public struct Instrument: Sendable, Hashable, Codable {
    public var key: InstrumentKey
    public var contract: Contract
    /// Currency of profit and fees, at most 7 ASCII characters.
    public var currency: String
    /// One unit of every price.
    public var priceIncrement: Increment
    /// One unit of every quantity.
    public var lotIncrement: Increment
    /// Money per price unit and quantity unit.
    public var multiplier: Increment
    /// Price increments between valid order prices.
    public var tick: Int64
    /// Lots per order at the venue; 0: none stated.
    public var maximumQuantity: Int64
    /// Millionths of the notional; negative: a rebate.
    public var makerFeePpm: Int32
    public var takerFeePpm: Int32
    /// One unit of money.
    public var moneyUnit: Increment

    public init(
        key: InstrumentKey, contract: Contract = .linear, currency: String, priceIncrement: Increment,
        lotIncrement: Increment = .one, multiplier: Increment = .one, tick: Int64 = 1, maximumQuantity: Int64 = 0,
        makerFeePpm: Int32 = 0, takerFeePpm: Int32 = 0, moneyUnit: Increment? = nil
    ) {
        self.key = key
        self.contract = contract
        self.currency = currency
        self.priceIncrement = priceIncrement
        self.lotIncrement = lotIncrement
        self.multiplier = multiplier
        self.tick = tick
        self.maximumQuantity = maximumQuantity
        self.makerFeePpm = makerFeePpm
        self.takerFeePpm = takerFeePpm
        self.moneyUnit = moneyUnit ?? Increment("0.0001") ?? .one
    }

    /// What is wrong with the values, in words; `nil` where they fit the core's record.
    public var fault: String? {
        if key.venue.isEmpty || key.venue.utf8.count > 15 || !key.venue.utf8.allSatisfy(Self.isNameByte) {
            return "venue: expected 1 to 15 letters, digits, '-' or '_', was '\(key.venue)'"
        }
        if key.symbol.isEmpty || key.symbol.utf8.count > 23 || !key.symbol.utf8.allSatisfy(Self.isSymbolByte) {
            return "symbol: expected 1 to 23 letters, digits, '-', '_', '.', '/' or ':', was '\(key.symbol)'"
        }
        if currency.isEmpty || currency.utf8.count > 7 || !currency.utf8.allSatisfy(Self.isNameByte) {
            return "currency: expected 1 to 7 letters or digits, was '\(currency)'"
        }
        if tick < 1 { return "tick: expected at least 1 price increment, was \(tick)" }
        if maximumQuantity < 0 { return "maximum quantity: expected 0 or more lots, was \(maximumQuantity)" }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isSymbolByte(_ byte: UInt8) -> Bool {
        isNameByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":")
    }
}
