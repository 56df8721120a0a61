/// A moment in the calendar, UTC; for texts of the report, which must not depend on a machine's time zone.
struct UTCTime {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    let nanosecond: Int

    /// From nanoseconds since the Unix epoch. Formula: Hinnant, "chrono-compatible low-level date algorithms".
    init(_ nanoseconds: Int64) {
        let seconds = Int(nanoseconds.quotientFloored(by: 1_000_000_000))
        nanosecond = Int(nanoseconds) - seconds * 1_000_000_000
        let days = seconds.quotientFloored(by: 86_400)
        let rest = seconds - days * 86_400
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        let shifted = days + 719_468
        let era = shifted.quotientFloored(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `2024-01-31`
    var date: String { "\(year)-\(Self.padded(month))-\(Self.padded(day))" }
    /// `09:30`
    var clock: String { Self.padded(hour) + ":" + Self.padded(minute) }
    /// `09:30:05`
    var clockWithSeconds: String { clock + ":" + Self.padded(second) }
    /// `31 Jan`
    var dayAndMonth: String { "\(day) \(Self.months[month - 1])" }
    /// `Jan 2024`
    var monthAndYear: String { "\(Self.months[month - 1]) \(year)" }
    /// `2024-01-31 09:30:05`
    var full: String { date + " " + clockWithSeconds }
    /// `09:30:05.250`
    var clockWithMilliseconds: String {
        let thousandths = nanosecond / 1_000_000
        return clockWithSeconds + "." + String(repeating: "0", count: thousandths < 10 ? 2 : thousandths < 100 ? 1 : 0) + "\(thousandths)"
    }
}

extension FixedWidthInteger {
    /// Quotient toward minus infinity; `divisor` positive.
    func quotientFloored(by divisor: Self) -> Self {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
