import Domain
import Features
import Foundation
import Testing

@Suite("the clock and the calendar as features")
struct CalendarFeatureTests {
    static let second: Int64 = 1_000_000_000

    /// Bars that close at these seconds since 1970.
    static func bars(_ seconds: [Int64]) -> BarTable {
        var table = BarTable(timeframe: .minute)
        for time in seconds { table.append(time: time * second, BarValues(open: 1, high: 1, low: 1, close: 1, volume: 1)) }
        return table
    }

    static func values(_ features: [Feature], events: [EventSchedule] = [], _ files: [String: String] = [:], at seconds: [Int64], of key: String = "X:A") throws -> FeatureFrame {
        let plan = try FeaturePlan.of(FeatureSet(name: "calendar", timeframe: .minute, events: events, features: features), files)
        return try FeatureBatch(plan).compute([(key, bars(seconds))])[0]
    }

    static func utc(_ text: String) -> Int64 { Int64(ISO8601DateFormatter().date(from: text)!.timeIntervalSince1970) }

    @Test("a session opens by the clock of its place, in winter and in summer")
    func session() throws {
        let times = ["2024-03-08T14:29:00Z", "2024-03-08T14:30:00Z", "2024-03-08T21:00:00Z", "2024-03-11T13:30:00Z", "2024-03-11T19:59:00Z", "2024-11-04T14:30:00Z"].map(Self.utc)
        let feature = Feature(name: "s", calendar: CalendarStep(.session, zone: "America/New_York", open: 34_200, close: 57_600))
        let frame = try Self.values([feature], at: times)
        #expect(frame.columns.map(\.name) == ["s.open", "s.minute", "s.progress", "s.minutes_left", "s.minutes_to_open"])
        #expect(frame.values[0] == [0, 1, 0, 1, 1, 1])
        #expect(frame.values[1][1] == 0 && frame.values[1][2] == 390 && frame.values[1][3] == 0 && frame.values[1][4] == 389 && frame.values[1][5] == 0)
        #expect(frame.values[3][4] == 1 && frame.values[4][0] == 1)
    }

    @Test("the clock is that of the place's laws, also where they changed", arguments: [
        ("Europe/Moscow", "2011-03-27T00:00:00Z", 4), ("Europe/Moscow", "2014-10-25T21:59:00Z", 1), ("Europe/Moscow", "2014-10-26T00:00:00Z", 3),
        ("Asia/Kolkata", "2024-01-01T00:00:00Z", 5), ("America/New_York", "2007-03-20T12:00:00Z", 8), ("America/New_York", "2006-03-20T12:00:00Z", 7),
    ])
    func laws(zone: String, time: String, hour: Int) throws {
        // Minutes since a session that opens at midnight.
        let frame = try Self.values([Feature(name: "s", calendar: CalendarStep(.session, zone: zone))], at: [Self.utc(time)])
        #expect(Int(frame.values[1][0]) / 60 == hour, "\(frame.values[1])")
    }

    @Test("dates are those of another calendar, over years and zones", arguments: ["UTC", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"])
    func dates(zone: String) throws {
        var generator = Seeded(state: 11)
        var times: [Int64] = []
        var time: Int64 = 1_000_000_000
        for _ in 0..<500 {
            time += Int64.random(in: 60...4_000_000, using: &generator)
            times.append(time)
        }
        let frame = try Self.values(
            [Feature(name: "d", calendar: CalendarStep(.date, zone: zone)), Feature(name: "month", calendar: CalendarStep(.date, zone: zone), output: "month"), Feature(name: "e", calendar: CalendarStep(.expiry, zone: zone))], at: times)
        func column(_ name: String) -> [Double] { frame.values[frame.columns.firstIndex { $0.name == name }!] }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone)!
        for (row, time) in times.enumerated() {
            let date = Date(timeIntervalSince1970: Double(time))
            let parts = calendar.dateComponents([.year, .month, .day, .weekday, .hour, .minute, .second], from: date)
            #expect(column("d.weekday")[row] == Double((parts.weekday! + 5) % 7))
            #expect(column("d.day_of_month")[row] == Double(parts.day!) && column("d.month")[row] == Double(parts.month!) && column("month")[row] == Double(parts.month!))
            let length = calendar.range(of: .day, in: .month, for: date)!.count
            #expect(column("d.days_to_month_end")[row] == Double(length - parts.day!))
            let turn = 2 * Double.pi * Double(parts.hour! * 3_600 + parts.minute! * 60 + parts.second!) / 86_400
            #expect(abs(column("d.day_sine")[row] - sin(turn)) < 1e-12 && abs(column("d.day_cosine")[row] - cos(turn)) < 1e-12)
            // The third Friday is the one from the 15th to the 21st.
            var (days, day) = (0, calendar.date(bySettingHour: 12, minute: 0, second: 0, of: date)!)
            while !(calendar.component(.weekday, from: day) == 6 && (15...21).contains(calendar.component(.day, from: day))) {
                day = calendar.date(byAdding: .day, value: 1, to: day)!
                days += 1
            }
            #expect(column("e.days_to_monthly")[row] == Double(days))
        }
    }

    /// Schedules as a list and as a file, and features of both, chained.
    static let schedules = [EventSchedule(name: "fed", times: [1_700_100_000, 1_700_300_000, 1_700_900_000].map { $0 * second }), EventSchedule(name: "earnings", file: "e.csv")]
    static let eventFeatures = [
        Feature(name: "fed", calendar: CalendarStep(.events, schedule: "fed", horizon: 200_000, before: 7_200, after: 600)),
        Feature(name: "report", calendar: CalendarStep(.events, schedule: "earnings", horizon: 500_000, before: 3_600, after: 3_600), output: "seconds_to_next"),
        Feature(name: "near", calendar: CalendarStep(.events, schedule: "earnings", horizon: 500_000, before: 3_600, after: 3_600), timeframe: .minutes15, output: "inside", lag: 1),
        Feature(name: "session", calendar: CalendarStep(.session, zone: "Europe/London", open: 28_800, close: 59_400), output: "progress"),
        Feature(name: "smooth", kernel: "sma", parameters: ["period": 3], input: .feature(name: "session", output: nil)),
        Feature(name: "slow", kernel: "sma", parameters: ["period": 2], timeframe: .minutes5, input: .feature(name: "fed", output: "seconds_since_last")),
        Feature(name: "hour", calendar: CalendarStep(.date, zone: "Asia/Tokyo"), timeframe: .hour, output: "day_sine", normalisation: Normalisation(method: .zScore, window: 2)),
        Feature(name: "rank", across: .rank, input: .feature(name: "report", output: nil)),
    ]

    struct Planted {
        var rows: [(key: String, at: Int64, known: Int64)] = []
        var text: String { lines("at,known,instrument", rows.map { "\($0.at),\($0.known),\($0.key)" }) }

        init(seed: UInt64, count: Int = 60, ahead: Int64 = 800_000) {
            var generator = Seeded(state: seed)
            for _ in 0..<count {
                let at = Int64.random(in: 1_699_900_000...1_701_500_000, using: &generator)
                rows.append((Bool.random(using: &generator) ? "X:A" : "X:B", at * second, (at - Int64.random(in: -50_000...ahead, using: &generator)) * second))
            }
        }

        /// Of those that are known at a moment the next one, in seconds.
        func next(_ key: String, _ time: Int64, horizon: Double) -> Double {
            rows.filter { $0.key == key && $0.known <= time && $0.at > time }.map { Double(($0.at - time) / second) }.min().map { min($0, horizon) } ?? horizon
        }
    }

    @Test("events are there once they are known, for their instrument; batch, stream and the definition agree")
    func events() throws {
        let keys = ["X:A", "X:B"]
        for seed in 1...3 as ClosedRange<UInt64> {
            let planted = Planted(seed: seed)
            let plan = try FeaturePlan.of(
                FeatureSet(name: "events", timeframe: .minute, resetAfter: 7_200 * Self.second, events: Self.schedules, features: Self.eventFeatures), ["e.csv": planted.text])
            let tables = keys.indices.map { randomBars(500, seed: seed * 10 + UInt64($0), resetAfter: 7_200 * Self.second) }
            let (frames, found) = try disagreements(plan, tables, keys)
            #expect(found.count == 0, "seed \(seed): \(found.prefix(3)) and \(found.count) in all")
            let report = plan.columns.firstIndex { $0.name == "report" }!
            for (instrument, key) in keys.enumerated() {
                for (row, time) in frames[instrument].times.enumerated() {
                    #expect(frames[instrument].values[report][row] == planted.next(key, time, horizon: 500_000))
                }
            }
            #expect(Set(frames[0].values[report]).count > 100, "the file's events were seen")
            let neverWarm = plan.columns.indices.filter { column in frames[0].values[column].allSatisfy(\.isNaN) }.map { plan.columns[$0].name }
            #expect(neverWarm.isEmpty, "\(neverWarm)")
        }
    }

    @Test("a plan as of a moment knows no event that became known later")
    func cutOff() throws {
        let set = FeatureSet(
            name: "events", timeframe: .minute, events: [EventSchedule(name: "e", file: "e.csv")],
            features: [Feature(name: "next", calendar: CalendarStep(.events, schedule: "e", horizon: 1_000), output: "seconds_to_next")])
        let plan = try FeaturePlan.of(set, ["e.csv": "at,known\n1700000500,1700000100\n1700000300,1700000200\n"])
        func next(_ plan: FeaturePlan) throws -> [Double] { try FeatureBatch(plan).compute([("X:A", Self.bars([1_700_000_050, 1_700_000_150, 1_700_000_250]))])[0].values[0] }
        #expect(try next(plan) == [1_000, 350, 50])
        #expect(try next(plan.known(at: 1_700_000_150 * Self.second)) == [1_000, 350, 250])
        #expect(try next(plan.known(at: 1_700_000_050 * Self.second)) == [1_000, 1_000, 1_000])
    }

    @Test("the look-ahead detector finds nothing, and catches events that are taken before they were known")
    func lookAhead() throws {
        let bars = [(instrument: "X:A", bars: randomBars(400, seed: 3)), (instrument: "X:B", bars: randomBars(400, seed: 4))]
        let planted = Planted(seed: 5, count: 500, ahead: 5_000)
        let set = FeatureSet(name: "events", timeframe: .minute, events: Self.schedules, features: Self.eventFeatures)
        let plan = try FeaturePlan.of(set, ["e.csv": planted.text])
        func end(_ bars: [(instrument: String, bars: BarTable)]) -> Int64 { bars.compactMap(\.bars.times.last).max()! }
        let clean = try LookAheadCheck(cuts: 10).leaks(in: bars) { bars throws(FeatureError) in try FeatureBatch(plan.known(at: end(bars))).compute(bars) }
        #expect(clean.isEmpty, "\(clean)")
        let early = try LookAheadCheck(cuts: 10).leaks(in: bars) { bars throws(FeatureError) in
            let rows = planted.rows.filter { $0.known <= end(bars) }.map { "\($0.at),1600000000,\($0.key)" }
            return try FeatureBatch(try! FeaturePlan.of(set, ["e.csv": lines("at,known,instrument", rows)])).compute(bars)
        }
        #expect(early.contains { $0.column == "report" })
    }

    @Test("what is wrong is named, with what would be right")
    func mistakes() throws {
        let good = EventSchedule(name: "fed", times: [1, 2])
        func events(_ schedule: String?, before: Double = 1) -> Feature { Feature(name: "a", calendar: CalendarStep(.events, schedule: schedule, before: before)) }
        let date = CalendarStep(.date)
        let cases: [([EventSchedule], Feature, String)] = [
            ([good], events("fet"), "features[0].parameters.schedule: no schedule of the set is named 'fet'; did you mean fed?"),
            ([good], events(nil), "features[0].parameters.schedule: says no schedule"),
            ([good], events("fed", before: -1), "features[0].parameters.before: expected a length of time, was -1.0 seconds"),
            ([good], Feature(name: "a", calendar: CalendarStep(.date, zone: "America/NewYork")), "features[0].parameters.zone: no time zone is named 'America/NewYork'; did you mean America/New_York?"),
            ([good], Feature(name: "a", calendar: CalendarStep(.session, open: 86_400)), "features[0].parameters.open: expected a time of the day"),
            ([good], Feature(name: "a", calendar: CalendarStep(.session, close: -1)), "features[0].parameters.close: expected a time of the day"),
            ([good], Feature(name: "a", kernel: "rsi", calendar: date), "features[0].calendar: a feature has a kernel or is the calendar's"),
            ([good], Feature(name: "a", across: .rank, calendar: date), "features[0].across: a feature is the calendar's or taken across the universe"),
            ([good], Feature(name: "a", calendar: date, input: .column(.close)), "features[0].input: date reads the clock, and takes no input"),
            ([good], Feature(name: "a", calendar: date, output: "mont"), "features[0].output: 'a' has no output 'mont'; did you mean month?"),
            ([good, good], events("fed"), "events[1].name: 'fed' is taken by a schedule before"),
            ([EventSchedule(name: "fed", times: [2, 1])], events("fed"), "events[0].times: expected each time later than the one before it"),
            ([EventSchedule(name: "fed")], events("fed"), "events[0].times: a schedule has `times` or a `file`, and this has neither"),
            ([EventSchedule(name: "fed", times: [1], file: "g.csv")], events("fed"), "events[0].times: a schedule has `times` or a `file`, and this has both"),
            ([EventSchedule(name: "fed", file: "f.csv")], events("fed"), "events[0].file: f.csv:1: expected a column 'known', were at"),
            ([EventSchedule(name: "fed", file: "e.csv")], events("fed"), "events[0].file: e.csv:3: expected a time such as 2024-01-31T09:30:00Z, or a whole number of s, ms, us or ns since 1970 in 'known', was ''"),
        ]
        for (schedules, feature, expected) in cases {
            let found = try FeaturePlan.problems(
                FeatureSet(name: "set", timeframe: .minute, events: schedules, features: [feature]), ["e.csv": "at,known\n2024-01-02,2024-01-01\n2024-01-03,\n", "f.csv": "at\n2024-01-02\n", "g.csv": "at,known\n2024-01-02,2024-01-01\n"])
            #expect(found.count == 1 && found[0].hasPrefix(expected), "expected \(expected), found \(found)")
        }
    }

    @Test("the hash knows the rules of the zone, the hours and the events")
    func hash() throws {
        func hash(_ step: CalendarStep, _ events: [EventSchedule] = []) throws -> String {
            try FeaturePlan.of(FeatureSet(name: "set", timeframe: .minute, events: events, features: [Feature(name: "a", calendar: step)]), [:]).set.contentHash
        }
        let session = CalendarStep(.session, zone: "America/New_York", open: 1, close: 2)
        #expect(try hash(session) == hash(session))
        let all = try [
            session, CalendarStep(.session, zone: "America/New_York", open: 2, close: 2), CalendarStep(.session, zone: "America/Chicago", open: 1, close: 2), CalendarStep(.date), CalendarStep(.expiry),
        ].map { try hash($0) } + [[1, 2], [1, 3]].map { try hash(CalendarStep(.events, schedule: "e"), [EventSchedule(name: "e", times: $0)]) }
        #expect(Set(all).count == all.count)
        let planned = try FeaturePlan.of(FeatureSet(name: "set", timeframe: .minute, features: [Feature(name: "a", calendar: session)]), [:]).set
        #expect(planned.features[0].calendar?.zoneRules.count == 64)
    }
}
