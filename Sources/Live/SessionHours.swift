package import Core
package import CxxFix

/// When a FIX session is open, by the wall clock of a place. Times in seconds of the local day; an end that is not
/// after the start is on the next day.
public struct SessionHours: Sendable {
    public var start: UInt32
    public var end: UInt32
    /// IANA name; `nil`: UTC.
    public var zone: String?
    /// Bit n: a session begins on day n, 0 Sunday.
    public var days: UInt8 = 0x7F
    /// A session a week: the days of its start and end, 0 Sunday; `nil`: a session a day.
    public var week: (first: Int8, last: Int8)?
    /// Both sequence numbers start at 1 with every session.
    public var resetsNumbers = false

    public init(start: UInt32, end: UInt32) {
        self.start = start
        self.end = end
    }

    /// As the FIX core reads it; the texts live as long as `strings`.
    package func schedule(_ strings: CStrings) -> martlet.SessionSchedule {
        var schedule = martlet.SessionSchedule()
        schedule.enabled = true
        schedule.zone = zone.map { strings.pointer($0) } ?? nil
        schedule.start_second = start
        schedule.end_second = end
        schedule.days = days
        schedule.reset_at_start = resetsNumbers
        if let week {
            schedule.start_day = week.first
            schedule.end_day = week.last
        }
        return schedule
    }
}
