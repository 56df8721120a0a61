/// A moment in UTC, `2024-08-08` or `2024-08-08T23:54:15Z`, as nanoseconds since the Unix epoch.
package struct Timestamp: ConfigurationValue, Hashable, Comparable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

    package static var expectation: String { "a day or a moment in UTC, such as 2024-08-08 or 2024-08-08T23:54:15Z" }

    package init?(configuration text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || bytes.count == 20 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let expected: UInt8? =
                switch index {
                case 4, 7: UInt8(ascii: "-")
                case 10: UInt8(ascii: "T")
                case 13, 16: UInt8(ascii: ":")
                case 19: UInt8(ascii: "Z")
                default: nil
                }
            guard expected.map({ $0 == byte }) ?? (0x30...0x39).contains(byte) else { return nil }
        }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        guard (1970...2261).contains(year), (1...12).contains(month), (1...Self.days(year, month)).contains(day) else { return nil }
        var seconds = Int64(Self.daysSinceEpoch(year, month, day)) * 86_400
        if bytes.count == 20 {
            let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
            guard hour < 24, minute < 60, second < 60 else { return nil }
            seconds += Int64(hour * 3600 + minute * 60 + second)
        }
        nanoseconds = seconds * 1_000_000_000
    }

    package var configurationText: String {
        let seconds = nanoseconds / 1_000_000_000
        var day = Int(seconds / 86_400)
        var (year, month) = (1970, 1)
        while day >= Self.days(year, month) {
            day -= Self.days(year, month)
            month += 1
            if month == 13 { (year, month) = (year + 1, 1) }
        }
        let time = Int(seconds % 86_400)
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let date = "\(year)-\(two(month))-\(two(day + 1))"
        return time == 0 ? date : date + "T\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))Z"
    }

    private static func days(_ year: Int, _ month: Int) -> Int {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = (1970..<year).reduce(0) { $0 + (days($1, 2) == 29 ? 366 : 365) }
        return (1..<month).reduce(years) { $0 + days(year, $1) } + day - 1
    }
}
