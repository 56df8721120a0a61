internal import CxxFeature

/// Times as files of data write them, in UTC where they do not say.
///
///     2024-01-31   2024-01-31 09:30   2024-01-31T09:30:00.25Z   2024-01-31T09:30:00+01:00   20240131 09:30:00
///     1706693400   1706693400000   1706693400000000   1706693400000000000      since 1970: s, ms, µs, ns by their digits
enum MomentText {
    static let expectation = "a time such as 2024-01-31T09:30:00Z, or a whole number of s, ms, us or ns since 1970"

    /// Nanoseconds since the Unix epoch; nil for what is no time from 1970 to 2199. Allocates nothing.
    static func nanoseconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        if text.allSatisfy({ (0x30...0x39).contains($0) }) { return sinceEpoch(text) }
        var reader = Reader(text)
        guard let time = reader.dateAndTime(), (0..<7_258_118_400).contains(time.seconds) else { return nil }
        return time.seconds * 1_000_000_000 + time.nanoseconds
    }

    /// The unit is what puts a time of 1973 to 2199 into so many digits.
    private static func sinceEpoch(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let unit: Int64
        switch text.count {
        case 9...10: unit = 1_000_000_000
        case 12...13: unit = 1_000_000
        case 15...16: unit = 1_000
        case 18...19: unit = 1
        default: return nil
        }
        let number = text.reduce(Int64(0)) { $0 &* 10 &+ Int64($1 - 0x30) }
        return number >= 0 && number < 7_258_118_400 * (1_000_000_000 / unit) ? number * unit : nil
    }

    private struct Reader {
        let text: UnsafeBufferPointer<UInt8>
        var at = 0

        init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

        mutating func dateAndTime() -> (seconds: Int64, nanoseconds: Int64)? {
            guard let year = digits(4) else { return nil }
            let dashes = take(UInt8(ascii: "-"))
            guard let month = digits(2), !dashes || take(UInt8(ascii: "-")), let day = digits(2) else { return nil }
            guard let days = Self.days(year, month, day) else { return nil }
            var seconds = days * 86_400
            if at == text.count { return (seconds, 0) }
            guard take(UInt8(ascii: "T")) || take(UInt8(ascii: " ")), let hour = digits(2), take(UInt8(ascii: ":")), let minute = digits(2) else { return nil }
            var second: Int64 = 0
            var nanoseconds: Int64 = 0
            if take(UInt8(ascii: ":")) {
                guard let found = digits(2) else { return nil }
                second = found
                if take(UInt8(ascii: ".")) {
                    guard let found = fraction() else { return nil }
                    nanoseconds = found
                }
            }
            guard hour < 24, minute < 60, second < 60, let offset = offset(), at == text.count else { return nil }
            seconds += hour * 3_600 + minute * 60 + second - offset
            return (seconds, nanoseconds)
        }

        private mutating func digits(_ count: Int) -> Int64? {
            guard at + count <= text.count else { return nil }
            var number: Int64 = 0
            for _ in 0..<count {
                guard (0x30...0x39).contains(text[at]) else { return nil }
                number = number * 10 + Int64(text[at] - 0x30)
                at += 1
            }
            return number
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard at < text.count, text[at] == byte else { return false }
            at += 1
            return true
        }

        /// One to nine digits behind the point.
        private mutating func fraction() -> Int64? {
            var (number, unit): (Int64, Int64) = (0, 1_000_000_000)
            while at < text.count, (0x30...0x39).contains(text[at]) {
                unit /= 10
                guard unit > 0 else { return nil }
                number += unit * Int64(text[at] - 0x30)
                at += 1
            }
            return unit < 1_000_000_000 ? number : nil
        }

        /// Seconds by which the clock is ahead of UTC.
        private mutating func offset() -> Int64? {
            if at == text.count || take(UInt8(ascii: "Z")) { return 0 }
            let isBehind = take(UInt8(ascii: "-"))
            guard isBehind || take(UInt8(ascii: "+")), let hours = digits(2), take(UInt8(ascii: ":")), let minutes = digits(2), hours <= 14, minutes < 60 else {
                return nil
            }
            return (hours * 3_600 + minutes * 60) * (isBehind ? -1 : 1)
        }

        /// Days since 1970 of a date of the Gregorian calendar; nil where there is no such date.
        private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
            guard (1970...2199).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
            let days = martlet.days_of_date(Int32(year), Int32(month), Int32(day))
            return martlet.date_of_days(days).month == Int32(month) ? days : nil
        }
    }
}
