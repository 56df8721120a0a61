public import Domain

/// What the events of a series say of the market.
public enum SourceKind: String, Sendable, Codable, CaseIterable {
    /// Order by order (`order_add`, `order_cancel`, `order_execute`), begun by a snapshot.
    case byOrder = "orders"
    /// Totals of price levels (`level_set`) and trades.
    case byPrice = "levels"
    /// Best bid and ask (`quote`) and trades.
    case quotes
    /// Bars, stamped with their close.
    case bars

    /// The number in a partition's header.
    package var code: UInt8 {
        switch self {
        case .byOrder: 1
        case .byPrice: 2
        case .quotes: 3
        case .bars: 4
        }
    }
}

/// A day in UTC, the unit in which the catalog is partitioned.
public struct CatalogDay: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01.
    public let number: Int32

    public init(number: Int32) { self.number = number }

    /// The day that a time (nanoseconds since the Unix epoch) falls in.
    public init(time: Int64) {
        let length: Int64 = 86_400_000_000_000
        number = Int32(clamping: time >= 0 ? time / length : (time - length + 1) / length)
    }

    public static func < (left: CatalogDay, right: CatalogDay) -> Bool { left.number < right.number }

    /// Nanoseconds since the Unix epoch at which the day begins.
    public var startTime: Int64 { Int64(number) * 86_400_000_000_000 }

    /// Year, month and day of the Gregorian calendar. Source: Hinnant, "chrono-compatible low-level date algorithms".
    public var civil: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The day of a date of the Gregorian calendar; `nil` where there is no such date.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(number: Int32(era * 146_097 + dayOfEra - 719_468))
        guard civil == (year, month, day) else { return nil }
    }
}

extension CatalogDay: LosslessStringConvertible, Codable {
    /// Reads "2012-06-21"; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    public var description: String {
        let (year, month, day) = civil
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let day = CatalogDay(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected a day such as 2012-06-21, was '\(text)'")
        }
        self = day
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// One file of the catalog: the events of one series in one UTC day.
public struct CatalogPartition: Sendable, Hashable, Codable {
    public var day: CatalogDay
    public var events: Int
    /// Nanoseconds since the Unix epoch, of the first and the last event.
    public var firstTime: Int64
    public var lastTime: Int64
    public var bytes: Int
    /// SHA-256 of the file, 64 hexadecimal digits.
    public var sha256: String

    /// The file's name in the series' folder. It bears the beginning of the hash, so that a new import never
    /// overwrites what an older manifest names.
    public var fileName: String { "\(day)-\(sha256.prefix(12)).mpt" }

    public init(day: CatalogDay, events: Int, firstTime: Int64, lastTime: Int64, bytes: Int, sha256: String) {
        self.day = day
        self.events = events
        self.firstTime = firstTime
        self.lastTime = lastTime
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// One series of the catalog: an instrument, what its events say, and the days there are.
public struct CatalogEntry: Sendable, Hashable, Codable {
    public var instrument: Instrument
    public var kind: SourceKind
    /// Length of the bars; `nil` for other kinds.
    public var timeframe: Timeframe?
    /// In order of the days.
    public var partitions: [CatalogPartition]

    public init(instrument: Instrument, kind: SourceKind, timeframe: Timeframe?, partitions: [CatalogPartition]) {
        self.instrument = instrument
        self.kind = kind
        self.timeframe = timeframe
        self.partitions = partitions
    }

    public var events: Int { partitions.reduce(0) { $0 + $1.events } }
    public var firstTime: Int64? { partitions.first?.firstTime }
    public var lastTime: Int64? { partitions.last?.lastTime }

    /// `orders`, `levels`, `quotes` or `bars-1m`: the series' name in the catalog.
    public var seriesName: String { kind.rawValue + (timeframe.map { "-\($0)" } ?? "") }
}

/// Which events to load: one series and, where wanted, a range of days.
public struct CatalogSelection: Sendable, Hashable, Codable {
    /// `AMZN` or, where several venues list it, `XNAS:AMZN`.
    public var symbol: String
    /// `nil`: the only series there is, or the most detailed one (orders, levels, quotes, bars of the shortest length).
    public var kind: SourceKind?
    /// Length of the bars; `nil`: the shortest that is stored.
    public var timeframe: Timeframe?
    /// `nil`: from the first day.
    public var firstDay: CatalogDay?
    /// The last day that is loaded; `nil`: up to the last there is.
    public var lastDay: CatalogDay?

    public init(
        symbol: String, kind: SourceKind? = nil, timeframe: Timeframe? = nil, firstDay: CatalogDay? = nil,
        lastDay: CatalogDay? = nil
    ) {
        self.symbol = symbol
        self.kind = kind
        self.timeframe = timeframe
        self.firstDay = firstDay
        self.lastDay = lastDay
    }
}
