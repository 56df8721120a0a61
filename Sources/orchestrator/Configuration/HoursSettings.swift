internal import Live

/// A day of the week, as it is written in the file.
package enum Weekday: String, ConfigurationChoice {
    case sunday, monday, tuesday, wednesday, thursday, friday, saturday

    /// 0 Sunday to 6 Saturday.
    var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A time of the day, to the second.
package struct TimeOfDay: ConfigurationValue {
    package let second: UInt32

    package static var expectation: String { "a time of the day, such as 08:00 or 16:59:30" }
    package init?(configuration text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
        let numbers = parts.compactMap { UInt32($0) }
        guard numbers[0] < 24, numbers[1] < 60, numbers.count < 3 || numbers[2] < 60 else { return nil }
        second = numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }
    package var configurationText: String {
        let fields = [second / 3_600, second / 60 % 60, second % 60]
        return fields.prefix(fields[2] == 0 ? 2 : 3).map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}

/// `venue.hours`: when the FIX session is open, by the wall clock of a place.
package struct HoursSettings: Sendable {
    /// nil: the session is always open.
    package var start: TimeOfDay?
    package var end: TimeOfDay?
    package var zone: String?
    package var days: [Weekday] = Weekday.allCases
    package var firstDay: Weekday?
    package var lastDay: Weekday?
    package var resetsNumbers = false

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.optional("start", &start, "when the FIX session opens, local time; none: it is always open")
        reader.optional("end", &end, "when it closes, local time; not after start: on the next day")
        reader.optional("zone", &zone, "place whose clocks count, an IANA name such as America/New_York; none: UTC")
        reader.values("days", &days, "days on which a session begins", limit: 7)
        reader.optional("first_day", &firstDay, "a session a week: the day of its start; none: a session a day")
        reader.optional("last_day", &lastDay, "a session a week: the day of its end")
        reader.value("reset_sequence_numbers", &resetsNumbers, "both ends count messages from 1 with every session; the venue must do the same")
    }

    func check(_ reader: inout ConfigurationReader) {
        if (start == nil) != (end == nil) {
            reader.problem(key: "venue.hours.\(start == nil ? "start" : "end")", "expected start and end, or neither", "a session opens and closes")
        }
        if (firstDay == nil) != (lastDay == nil) {
            reader.problem(key: "venue.hours.\(firstDay == nil ? "first_day" : "last_day")", "expected first_day and last_day, or neither", "")
        }
        if start == nil, firstDay != nil || zone != nil || resetsNumbers || days.count != 7 {
            reader.problem(key: "venue.hours.start", "expected a time with the other hours, was none", "write start: 00:00 and end: 00:00 for the whole day")
        }
        if firstDay != nil, days.count != 7 {
            reader.problem(key: "venue.hours.days", "expected either days or first_day and last_day", "the one is a session a day, the other a session a week")
        }
        if days.isEmpty { reader.problem(key: "venue.hours.days", "expected at least one day, were none", "") }
    }

    /// nil: always open.
    var session: SessionHours? {
        guard let start, let end else { return nil }
        var hours = SessionHours(start: start.second, end: end.second)
        hours.zone = zone
        hours.days = days.reduce(0) { $0 | 1 << UInt8($1.number) }
        hours.week = firstDay.flatMap { first in lastDay.map { (Int8(first.number), Int8($0.number)) } }
        hours.resetsNumbers = resetsNumbers
        return hours
    }
}
