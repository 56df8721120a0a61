/// What the clock and the calendar say at the close of a bar: a feature that needs no kernel.
///
///     Feature(name: "session", calendar: CalendarStep(.session, zone: "America/New_York", open: 34_200, close: 57_600))
///
/// Formulas: `martlet/calendar.hpp`.
public struct CalendarStep: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Where in the day's session the moment is. Every day has one.
        case session
        /// Time of day, week and year on circles, and the date's numbers.
        case date
        /// Days to the next expiry on a third Friday.
        case expiry
        /// How far the next and the last event of a schedule are.
        case events
    }

    public var kind: Kind
    /// IANA name of the zone whose clock counts, daylight saving included. Not of events.
    public var zone: String
    /// SHA-256 of what the zone's clocks showed from 1970 on, by the rules that the values were computed with; empty before there is a plan.
    public var zoneRules = ""
    /// Of a session, seconds from local midnight, 0 … 86,399; one that closes at or before its open goes over midnight.
    public var open: Int32
    public var close: Int32
    /// Of events: a schedule of the set.
    public var schedule: String?
    /// Of events, seconds: what is said at most, and how near is inside.
    public var horizon: Double
    public var before: Double
    public var after: Double

    public init(
        _ kind: Kind, zone: String = "UTC", open: Int32 = 0, close: Int32 = 0, schedule: String? = nil, horizon: Double = 30 * 86_400, before: Double = 3_600,
        after: Double = 3_600
    ) {
        self.kind = kind
        self.zone = zone
        self.open = open
        self.close = close
        self.schedule = schedule
        self.horizon = horizon
        self.before = before
        self.after = after
    }
}

extension CalendarStep.Kind {
    /// Names of its outputs, each with what it is measured in, as `martlet/calendar.hpp` has them.
    public var outputs: [(name: String, unit: String)] {
        switch self {
        case .session: [("open", "ratio"), ("minute", "count"), ("progress", "ratio"), ("minutes_left", "count"), ("minutes_to_open", "count")]
        case .date:
            [
                ("day_sine", "ratio"), ("day_cosine", "ratio"), ("week_sine", "ratio"), ("week_cosine", "ratio"), ("year_sine", "ratio"), ("year_cosine", "ratio"),
                ("weekday", "count"), ("day_of_month", "count"), ("days_to_month_end", "count"), ("month", "count"),
            ]
        case .expiry: [("days_to_monthly", "count"), ("days_to_quarterly", "count"), ("monthly_week", "ratio")]
        case .events: [("seconds_to_next", "seconds"), ("seconds_since_last", "seconds"), ("inside", "ratio")]
        }
    }

    public var meaning: String {
        switch self {
        case .session: "1 within the session, minutes since its open, share of it that is over, minutes to its close and to the next open"
        case .date: "time of day, week and year on circles; weekday from Monday 0, day of the month, days to its end, month"
        case .expiry: "days to the next third Friday, to that of a quarter's end, 1 in the week that ends on one"
        case .events: "seconds to the next known event and since the last, 1 near one"
        }
    }

    /// The parameters that it takes, as a file names them.
    public var parameters: [String] {
        switch self {
        case .session: ["zone", "open", "close"]
        case .date, .expiry: ["zone"]
        case .events: ["schedule", "horizon", "before", "after"]
        }
    }
}

/// Events whose time is known beforehand: earnings, a central bank's meetings.
public struct EventSchedule: Sendable, Hashable, Codable {
    public var name: String
    /// Known all along, nanoseconds since the Unix epoch, rising; none where there is a file.
    public var times: [Int64]
    /// CSV with a column `at`, and where there are such `known` and `instrument`. As of `OutsideSeries`.
    public var file: String?
    /// SHA-256 of the file; empty before it is read.
    public var sha256: String

    /// Most times of a list.
    public static let maximumTimes = 10_000

    public init(name: String, times: [Int64] = [], file: String? = nil, sha256: String = "") {
        self.name = name
        self.times = times
        self.file = file
        self.sha256 = sha256
    }
}
