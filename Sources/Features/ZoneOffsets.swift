internal import Foundation

/// What the clocks of a place are ahead of UTC, from 1970 to 2199: looked up once, so that nothing is asked while values are computed.
struct ZoneOffsets: Sendable {
    /// Nanoseconds since the Unix epoch from which each offset is in force, rising; the first is the least of all.
    let starts: [Int64]
    /// Seconds ahead of UTC.
    let offsets: [Int32]

    /// Of an IANA name; nil where there is no such zone. Some milliseconds.
    init?(_ name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        var starts = [Int64.min]
        var offsets = [Int32(zone.secondsFromGMT(for: Date(timeIntervalSince1970: 0)))]
        // Day by day, and between two days that differ second by second: no rule of a library on what counts as a change is asked.
        func offset(_ second: Int64) -> Int32 { Int32(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))) }
        for day in stride(from: Int64(86_400), to: 7_258_118_400, by: 86_400) where offset(day) != offsets.last {
            var (before, after) = (day - 86_400, day)
            while after - before > 1 {
                let middle = (before + after) / 2
                if offset(middle) == offsets.last { before = middle } else { after = middle }
            }
            starts.append(after * 1_000_000_000)
            offsets.append(offset(day))
        }
        self.starts = starts
        self.offsets = offsets
    }

    /// The usual names; there are others for the same zones.
    static var names: [String] { TimeZone.knownTimeZoneIdentifiers }

    /// SHA-256 of all of it: rules change by law.
    var digest: String { (starts + offsets.map(Int64.init)).withUnsafeBufferPointer { FeatureSet.sha256($0) } }

    /// In force at a moment. O(log changes), allocates nothing.
    func offset(at time: Int64) -> Int32 { offsets[starts.partition(after: time) - 1] }
}
