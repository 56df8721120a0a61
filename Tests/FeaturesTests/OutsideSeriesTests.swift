import Domain
import Features
import Foundation
import Testing

@Suite("series out of files")
struct OutsideSeriesTests {
    static let minute: Int64 = 60_000_000_000
    static let start: Int64 = 1_700_000_040_000_000_000

    static func set(_ series: [OutsideSeries], _ features: [Feature], resetAfter: Int64? = nil) -> FeatureSet {
        FeatureSet(name: "outside", timeframe: .minute, resetAfter: resetAfter, series: series, features: features)
    }

    static func bars(_ minutes: [Int64]) -> BarTable {
        var table = BarTable(timeframe: .minute)
        for index in minutes { table.append(time: start + index * minute, BarValues(open: 1, high: 1, low: 1, close: 1, volume: 1)) }
        return table
    }

    static func input(_ name: String, _ column: String? = nil) -> FeatureInput { .feature(name: name, output: column) }

    @Test("a value is in the rows from the moment it was known, not from the one that it is about, until it is too old")
    func known() throws {
        func row(_ time: Int64, _ known: Int64, _ value: String) -> String { "\(Self.start + time * Self.minute),\(Self.start + known),\(value)" }
        let text = lines("time,known,rate", [row(0, 2 * Self.minute, "0.5"), row(1, 3 * Self.minute, ""), row(3, 4 * Self.minute + 1, "0.75")])
        func column(_ validFor: Int64?) throws -> [Double] {
            let plan = try FeaturePlan.of(
                Self.set([OutsideSeries(name: "funding", file: "f.csv", unit: "ratio", validFor: validFor)], [Feature(name: "rate", input: Self.input("funding"))]), ["f.csv": text])
            #expect(plan.columns.map(\.unit) == ["ratio"])
            return try FeatureBatch(plan).compute([("X:A", Self.bars([0, 1, 2, 3, 4, 5, 7]))])[0].values[0]
        }
        let all = try column(nil)
        #expect(all[0].isNaN && all[1].isNaN)
        #expect(Array(all[2...]) == [0.5, 0.5, 0.5, 0.75, 0.75], "an empty field says nothing new")
        let set = Self.set([OutsideSeries(name: "funding", file: "f.csv", unit: "ratio")], [Feature(name: "rate", input: Self.input("funding"))])
        let cut = try FeaturePlan.of(set, ["f.csv": text]).known(at: Self.start + 4 * Self.minute)
        #expect(try FeatureBatch(cut).compute([("X:A", Self.bars([3, 5, 7]))])[0].values[0] == [0.5, 0.5, 0.5], "as if the file had ended there")
        let young = try column(2 * Self.minute)
        #expect(young[4] == 0.5 && young[5] == 0.75 && young[6].isNaN, "\(young)")
    }

    @Test("what becomes known late of an earlier time changes nothing; a later word on the same time counts")
    func revisions() throws {
        let rows = [(1, 1, 10.0), (3, 3, 30), (2, 4, 20), (3, 5, 31)].map { time, known, value in "\(Self.start + Int64(time) * Self.minute),\(Self.start + Int64(known) * Self.minute),\(value)" }
        let plan = try FeaturePlan.of(
            Self.set([OutsideSeries(name: "gdp", file: "g.csv", unit: "score")], [Feature(name: "v", input: Self.input("gdp"))]), ["g.csv": lines("time,known,value", rows)])
        #expect(try FeatureBatch(plan).compute([("X:A", Self.bars([1, 2, 3, 4, 5]))])[0].values[0] == [10, 10, 30, 30, 31])
    }

    /// Rows of two columns for two instruments, with what the definition makes of them.
    struct Planted {
        var text: String
        var rows: [(key: String, time: Int64, known: Int64, rate: Double?, interest: Double)]

        init(seed: UInt64, around table: BarTable) {
            var generator = Seeded(state: seed)
            rows = []
            var lines = ["instrument,interest,known,time,rate"]
            var (known, time) = (table.times[0] - 10 * OutsideSeriesTests.minute, Int64(0))
            while known < table.times.last! {
                known += Int64.random(in: 1...20 * OutsideSeriesTests.minute, using: &generator)
                time = max(time + 1, known - Int64.random(in: 0...OutsideSeriesTests.minute, using: &generator))
                let key = Bool.random(using: &generator) ? "X:A" : "X:B"
                let rate = Int.random(in: 0..<5, using: &generator) == 0 ? nil : Double.random(in: -0.01...0.01, using: &generator)
                let interest = Double.random(in: 1...9, using: &generator)
                rows.append((key, time, known, rate, interest))
                lines.append("\(key),\(interest),\(known),\(time),\(rate.map { "\($0)" } ?? "")")
            }
            text = lines.joined(separator: "\r\n")
        }

        func rate(of key: String, at time: Int64) -> Double { rows.last { $0.key == key && $0.known <= time && $0.rate != nil }?.rate ?? .nan }
        func interest(of key: String, at time: Int64) -> Double { rows.last { $0.key == key && $0.known <= time }?.interest ?? .nan }
        /// The last three rates that were known, added up as they come.
        func sum(of key: String, at time: Int64) -> Double {
            let rates = rows.filter { $0.key == key && $0.known <= time }.compactMap(\.rate).suffix(3)
            return rates.count == 3 ? rates.reduce(0, +) : .nan
        }
    }

    static let planted = set(
        [
            OutsideSeries(name: "perp", file: "p.csv", columns: [.init(name: "rate", unit: "ratio"), .init(name: "interest", unit: "quantity")]),
        ],
        [
            Feature(name: "rate", input: input("perp", "rate")), Feature(name: "slow_rate", timeframe: .minutes15, input: input("perp", "rate")),
            Feature(name: "mean", kernel: "sma", parameters: ["period": 4], input: input("perp", "interest")),
            Feature(name: "quadrant", kernel: "open_interest", timeframe: .minutes5, input: input("perp", "interest"), reference: .column(.close), output: "quadrant"),
            Feature(name: "paid", kernel: "funding", parameters: ["period": 3], input: input("perp", "rate"), clock: "perp", output: "sum"),
            Feature(name: "slow_paid", kernel: "funding", parameters: ["period": 2], timeframe: .minutes5, input: input("perp", "rate"), clock: "perp", normalisation: Normalisation(method: .rank, window: 6), lag: 2),
            Feature(name: "together", kernel: "correlation", parameters: ["period": 5], input: input("perp", "rate"), reference: input("perp", "interest"), clock: "perp"),
            Feature(name: "agree", kernel: "agreement", inputs: [input("perp", "rate"), input("rate"), input("paid")]),
            Feature(name: "place", across: .rank, input: input("perp", "interest")),
        ])

    @Test("batch, stream and the definition agree on random rows of several instruments, lengths and holes", arguments: [nil, 1_800_000_000_000] as [Int64?])
    func agree(resetAfter: Int64?) throws {
        let keys = ["X:A", "X:B", "X:C"]
        for seed in 1...4 as ClosedRange<UInt64> {
            let tables = keys.indices.map { randomBars(300, seed: seed * 10 + UInt64($0), resetAfter: resetAfter) }
            let planted = Planted(seed: seed, around: tables[0])
            var set = Self.planted
            set.resetAfter = resetAfter
            let plan = try FeaturePlan.of(set, ["p.csv": planted.text])
            let (frames, found) = try disagreements(plan, tables, keys)
            #expect(found.count == 0, "seed \(seed): \(found.prefix(3)) and \(found.count) in all")
            for (instrument, key) in keys.enumerated() {
                let frame = frames[instrument]
                for (row, time) in frame.times.enumerated() {
                    #expect(same(frame.values[0][row], planted.rate(of: key, at: time)))
                    let (paid, sum) = (frame.values[4][row], planted.sum(of: key, at: time))
                    #expect(paid.isNaN == sum.isNaN && (sum.isNaN || abs(paid - sum) < 1e-15), "row \(row) of \(key): \(paid), by definition \(sum)")
                }
            }
            #expect(frames[0].values.enumerated().allSatisfy { column, values in values.contains { !$0.isNaN } }, "every column was warm at some time")
            #expect(frames[2].values[0].allSatisfy { $0.isNaN }, "of X:C the file knows nothing")
        }
    }

    @Test("the look-ahead detector finds nothing, and catches a file whose values are taken before they were known")
    func lookAhead() throws {
        let bars = [(instrument: "X:A", bars: randomBars(300, seed: 3)), (instrument: "X:B", bars: randomBars(250, seed: 4))]
        let planted = Planted(seed: 9, around: bars[0].bars)
        let plan = try FeaturePlan.of(Self.planted, ["p.csv": planted.text])
        let clean = try LookAheadCheck(cuts: 10).leaks(in: bars) { bars throws(FeatureError) in
            try FeatureBatch(plan.known(at: bars.compactMap(\.bars.times.last).max()!)).compute(bars)
        }
        #expect(clean.isEmpty, "\(clean)")
        // The same rows, each an hour before it was known.
        let early = try LookAheadCheck(cuts: 10).leaks(in: bars) { bars throws(FeatureError) in
            let end = bars.compactMap(\.bars.times.last).max()!
            let rows = planted.rows.filter { $0.known <= end }.map { "\($0.key),\($0.known - 3_600_000_000_000),\($0.rate ?? 0),\($0.interest)" }
            let leaking = try! FeaturePlan.of(Self.planted, ["p.csv": lines("instrument,time,rate,interest", rows)])
            return try FeatureBatch(leaking).compute(bars)
        }
        #expect(early.contains { $0.column == "rate" } && early.contains { $0.column == "paid" })
    }

    @Test("every way of writing a time is the same moment")
    func times() throws {
        for text in [
            "2024-01-31 09:30", "2024-01-31T09:30:00Z", "2024-01-31T09:30:00.000000000", "2024-01-31 10:30:00+01:00", "2024-01-30T23:00:00-10:30", "20240131 09:30:00",
            "1706693400", "1706693400000", "1706693400000000", "1706693400000000000", " 1706693400 ", "\"2024-01-31T09:30:00Z\"",
        ] {
            var table = BarTable(timeframe: .minute)
            for offset in [-1, 0] as [Int64] { table.append(time: 1_706_693_400_000_000_000 + offset, BarValues(open: 1, high: 1, low: 1, close: 1, volume: 1)) }
            let plan = try FeaturePlan.of(Self.set([OutsideSeries(name: "s", file: "s.csv", unit: "score")], [Feature(name: "v", input: Self.input("s"))]), ["s.csv": "time,value\n\(text),7\n"])
            let values = try FeatureBatch(plan).compute([("X:A", table)])[0].values[0]
            #expect(values[0].isNaN && values[1] == 7, "\(text): \(values)")
        }
    }

    @Test(
        "what is wrong with a file is said with its line and what was expected",
        arguments: [
            ("time,v\n2024-01-01,1\n2024-01-01,2\n", "f.csv:3: is of the same time as line 2; keep one of them"),
            ("time,v\n2024-01-02,1\n\n2024-01-01,2\n", "f.csv:4: is of an earlier time than line 2; sort the rows by time"),
            ("time,known,v\n2024-01-01,2024-01-03,1\n2024-01-02,2024-01-02,2\n", "f.csv:3: was known earlier than line 2; sort the rows by known"),
            ("time,known,v\n2024-01-03,2024-01-03,1\n2024-01-02,2024-01-03,2\n", "f.csv:3: became known with line 2, and is of an earlier time; put it before that one"),
            ("time,known,v\n2024-01-02,2024-01-01,2\n", "f.csv:2: is known before its time; are the columns the other way round?"),
            ("time,instrument,v\n2024-01-02,X:A,1\n2024-01-01,X:B,1\n2024-01-01,X:A,2\n", "f.csv:4: is of an earlier time than line 2 of X:A"),
            ("time,instrument,v\n2024-01-02,A,1\n", "f.csv:2: expected VENUE:SYMBOL in 'instrument', was 'A'"),
            ("time,v\n2024-01-01,abc\n", "f.csv:2: expected a number in 'v', was 'abc'"),
            ("time,v\n2024-01-01,nan\n", "f.csv:2: expected a number in 'v', was 'nan'"),
            ("time,v\n2024-01-01,1e101\n", "f.csv:2: expected a number in 'v', was '1e101'"),
            ("time,v\n2024-02-30,1\n", "f.csv:2: expected a time such as 2024-01-31T09:30:00Z"),
            ("time,v\n1706693400,1\n17066934,1\n", "f.csv:3: expected a time such as 2024-01-31T09:30:00Z"),
            ("time,v\n2024-01-01,1,2\n", "f.csv:2: expected 2 fields, as the first line has, were 3"),
            ("time,v\n2024-01-01,\"1\n", "f.csv:2: has a quote that nothing closes"),
            ("time,v\n2024-01-01,\"1\"2\n", "f.csv:2: expected a comma behind the closing quote"),
            ("date,v\n2024-01-01,1\n", "f.csv:1: expected a column 'time', were date, v"),
            ("time,v,v\n2024-01-01,1,1\n", "f.csv:1: has the column 'v' twice"),
            ("time,V\n2024-01-01,1\n", "f.csv:1: expected a name of 1 to 64 lower-case letters"),
            ("time\n2024-01-01\n", "f.csv:1: has no column besides time, known and instrument"),
            ("time,v\n", "f.csv:1: has no row below the columns' names"),
            ("", "f.csv:1: expected a line with the columns' names, was nothing"),
        ])
    func mistakes(text: String, expected: String) throws {
        let found = try FeaturePlan.problems(Self.set([OutsideSeries(name: "s", file: "f.csv", unit: "ratio")], [Feature(name: "v", input: Self.input("s"))]), ["f.csv": text])
        #expect(found.count == 1 && found[0].hasPrefix("series[0].file: \(expected)"), "\(found)")
    }

    @Test("what is wrong with the set beside the files is named, with what would be right")
    func setMistakes() throws {
        let files = ["f.csv": "time,rate,interest\n2024-01-01,1,2\n"]
        let both = OutsideSeries(name: "perp", file: "f.csv", columns: [.init(name: "rate", unit: "ratio"), .init(name: "interest", unit: "quantity")])
        let cases: [(OutsideSeries, Feature, String)] = [
            (both, Feature(name: "a", kernel: "sma", input: Self.input("prep")), "features[0].input: neither a column nor a feature before this one is named 'prep'; did you mean perp?"),
            (both, Feature(name: "a", kernel: "sma", input: Self.input("perp")), "features[0].input: 'perp' has several columns; write one of perp.rate, perp.interest"),
            (both, Feature(name: "a", kernel: "sma", input: Self.input("perp", "rat")), "features[0].input: 'perp' has no column 'rat'; did you mean rate?"),
            (both, Feature(name: "a", kernel: "funding", input: Self.input("perp", "interest")), "features[0].input: funding takes what is measured as ratio, and this is quantity"),
            (both, Feature(name: "perp", kernel: "sma"), "features[0].name: 'perp' is taken by a file of the set"),
            (both, Feature(name: "a", kernel: "sma", clock: "perp"), "features[0].clock: a kernel that takes the rows of 'perp' takes columns of it alone"),
            (both, Feature(name: "a", kernel: "atr", clock: "perp"), "features[0].clock: a kernel that takes the rows of 'perp' takes columns of it alone"),
            (both, Feature(name: "a", kernel: "sma", input: Self.input("perp", "rate"), clock: "prep"), "features[0].clock: neither a series or option trades of the set nor a clock of the market are named 'prep'; did you mean perp?"),
            (both, Feature(name: "a", across: .rank, clock: "perp"), "features[0].clock: rank is of the moments at which bars close"),
            (both, Feature(name: "a", input: Self.input("perp", "rate"), clock: "perp"), "features[0].clock: without a kernel nothing is clocked"),
            (both, Feature(name: "a", parameters: ["period": 3], input: Self.input("perp", "rate")), "features[0].parameters: values that are taken as they are"),
            (OutsideSeries(name: "perp", file: "f.csv", unit: "ration"), Feature(name: "a", input: Self.input("perp")), "series[0].unit: expected one of"),
            (OutsideSeries(name: "perp", file: "f.csv", unit: "ration"), Feature(name: "a", kernel: "sma", input: Self.input("perp", "rate"), clock: "perp"), "series[0].unit: expected one of"),
            (OutsideSeries(name: "perp", file: "f.csv"), Feature(name: "a", kernel: "rsi"), "series[0].unit: says nowhere what it is measured in"),
            (OutsideSeries(name: "perp", file: "f.csv", unit: "ration"), Feature(name: "a", kernel: "rsi"), "series[0].unit: expected one of price, quantity, money"),
            (OutsideSeries(name: "close", file: "f.csv", unit: "ratio"), Feature(name: "a", kernel: "rsi"), "series[0].name: 'close' is a column of the bars"),
            (OutsideSeries(name: "s", file: "f.csv", columns: [.init(name: "rte", unit: "ratio")]), Feature(name: "a", kernel: "rsi"), "series[0].file: f.csv:1: has no column 'rte'; did you mean rate?"),
            (OutsideSeries(name: "s", file: "g.csv", unit: "ratio"), Feature(name: "a", kernel: "rsi"), "series[0].file: g.csv: there is no such file"),
        ]
        for (series, feature, expected) in cases {
            let found = try FeaturePlan.problems(Self.set([series], [feature]), files)
            #expect(found.count == 1 && found[0].hasPrefix(expected), "expected \(expected), found \(found)")
        }
        let twice = try FeaturePlan.problems(Self.set([both, both], [Feature(name: "a", kernel: "rsi")]), files)
        #expect(twice == ["series[1].name: 'perp' is taken by a file before; choose another name"])
        #expect(throws: FeatureSetError.self) { try FeaturePlan(Self.set([both], [Feature(name: "a", kernel: "rsi")])) }
    }

    @Test("the hash is of what the file holds, not of where it lies; a stored set from before files were there is read")
    func hash() throws {
        func hash(_ file: String, _ text: String, validFor: Int64? = nil) throws -> String {
            try FeaturePlan.of(Self.set([OutsideSeries(name: "s", file: file, unit: "ratio", validFor: validFor)], [Feature(name: "v", input: Self.input("s"))]), [file: text]).set.contentHash
        }
        let one = try hash("a.csv", "time,v\n2024-01-01,1\n")
        #expect(try one == hash("b.csv", "time,v\n2024-01-01,1\n"))
        #expect(try one != hash("a.csv", "time,v\n2024-01-01,2\n"))
        #expect(try one != hash("a.csv", "time,v\n2024-01-01,1\n", validFor: 5))
        let plain = FeatureSet(name: "a", timeframe: .minute, features: [Feature(name: "r", kernel: "rsi")])
        #expect(plain.contentHash == "e8df70b0abc75dde4c7306188c409d5d176cae162ed41e70e240e1e41ebd4ec5")
        let coder = JSONEncoder()
        var text = String(decoding: try coder.encode(plain), as: UTF8.self)
        for key in ["series", "events", "texts", "optionTrades"] {
            text = text.replacingOccurrences(of: "\"\(key)\":[],", with: "").replacingOccurrences(of: ",\"\(key)\":[]", with: "")
            #expect(!text.contains("\"\(key)\""))
        }
        #expect(try JSONDecoder().decode(FeatureSet.self, from: Data(text.utf8)) == plain)
    }
}
