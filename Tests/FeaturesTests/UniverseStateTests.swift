import AllocationCounter
import Domain
import Features
import Testing

@Suite("steps over the universe that remember")
struct UniverseStateTests {
    static let keys = ["X:A", "X:B", "X:C", "X:D", "X:E"]

    /// Random walks of which the first two and the last two go together; each is now and then absent.
    static func tables(seed: UInt64, count: Int) -> [BarTable] {
        var generator = Seeded(state: seed)
        var tables = keys.map { _ in BarTable(timeframe: .minute) }
        var prices = keys.map { _ in 100.0 }
        for minute in 1...count {
            let common = [Double.random(in: -1...1, using: &generator), Double.random(in: -1...1, using: &generator)]
            for place in keys.indices {
                let own = Double.random(in: -1...1, using: &generator)
                let step = place < 2 ? common[0] + 0.2 * own : place > 2 ? common[1] * (place == 4 ? -1 : 1) + 0.2 * own : own
                prices[place] += step
                if Int.random(in: 0..<12, using: &generator) == 0 { continue }
                tables[place].append(
                    time: 1_700_000_040_000_000_000 + Int64(minute) * 60_000_000_000,
                    BarValues(open: prices[place], high: prices[place], low: prices[place], close: prices[place], volume: 1))
            }
        }
        return tables
    }

    static let features = [
        Feature(name: "change", kernel: "momentum", parameters: ["period": 1]),
        Feature(name: "group", across: .cluster, parameters: ["window": 40, "threshold": 0.6, "pairs": 12], input: .feature(name: "change", output: nil)),
        Feature(name: "size", across: .cluster, parameters: ["window": 40, "threshold": 0.6, "pairs": 12], input: .feature(name: "change", output: nil), output: "size"),
        Feature(name: "line", across: .advanceDecline, input: .feature(name: "change", output: nil)),
        Feature(name: "slow", across: .cluster, parameters: ["window": 10, "pairs": 5], timeframe: .minutes5, lag: 2),
        Feature(name: "slow_line", across: .advanceDecline, timeframe: .minutes15, input: .feature(name: "change", output: nil), normalisation: Normalisation(method: .rank, window: 4)),
    ]

    static func plan(_ features: [Feature] = features, resetAfter: Int64? = nil) throws -> FeaturePlan {
        try FeaturePlan(FeatureSet(name: "universe", timeframe: .minute, resetAfter: resetAfter, features: features))
    }

    @Test("batch and stream have the same bits, going on from snapshots too")
    func agree() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let (_, found) = try disagreements(Self.plan(), Self.tables(seed: seed, count: 200), Self.keys)
            #expect(found.count == 0, "\(found.prefix(3)) and \(found.count) in all")
        }
        let resetAfter: Int64 = 1_800_000_000_000
        let tables = Self.keys.indices.map { randomBars(300, seed: 60 + UInt64($0), resetAfter: resetAfter) }
        let (frames, found) = try disagreements(Self.plan(resetAfter: resetAfter), tables, Self.keys)
        #expect(found.count == 0, "\(found.prefix(3)) and \(found.count) in all")
        #expect(frames[0].values.allSatisfy { $0.contains { !$0.isNaN } })
    }

    @Test("a moment at which only others' bars close is none of the universe's")
    func references() throws {
        let plan = try Self.plan(Self.features + [Feature(name: "beta", kernel: "correlation", parameters: ["period": 5], reference: .instrument(.close, key: "X:R"))])
        let tables = Self.tables(seed: 7, count: 120)
        // The reference has minutes of its own.
        let other = randomBars(400, seed: 8, start: 1_700_000_040_000_000_000 - 3_600_000_000_000)
        let frames = try FeatureBatch(plan).compute(Array(zip(Self.keys, tables)).map { (instrument: $0, bars: $1) }, references: [("X:R", other)])
        let found = differences(FeatureStream(plan, instruments: Self.keys, references: ["X:R"]), tables + [other], frames)
        #expect(found.count == 0, "\(found.prefix(3)) and \(found.count) in all")
    }

    @Test("clusters and the line are those of their definitions")
    func definitions() throws {
        let tables = Self.tables(seed: 4, count: 150)
        let frames = try FeatureBatch(Self.plan()).compute(Array(zip(Self.keys, tables)).map { (instrument: $0, bars: $1) })
        let columns = frames[0].columns.map(\.name)
        #expect(Array(columns[1...5]) == ["group.number", "group.size", "group.inside", "size", "line"])
        // Values by moment, nil for who is absent or not warm.
        let times = Set(tables.flatMap(\.times)).sorted()
        let values = times.map { time in
            frames.map { frame -> Double? in frame.times.firstIndex(of: time).flatMap { frame.values[0][$0].isNaN ? nil : frame.values[0][$0] } }
        }
        var line = 0.0
        var found = 0
        for (moment, time) in times.enumerated() {
            let now = values[moment].compactMap { $0 }
            line += Double(now.filter { $0 > 0 }.count - now.filter { $0 < 0 }.count)
            let window = values[max(0, moment - 39)...moment]
            func correlation(_ a: Int, _ b: Int) -> Double {
                let pairs = window.compactMap { row in row[a].flatMap { x in row[b].map { (x, $0) } } }
                guard pairs.count >= 12 else { return 0 }
                let (x, y) = (pairs.map(\.0).reduce(0, +) / Double(pairs.count), pairs.map(\.1).reduce(0, +) / Double(pairs.count))
                let products = pairs.map { (($0 - x) * ($1 - y), ($0 - x) * ($0 - x), ($1 - y) * ($1 - y)) }
                return products.map(\.0).reduce(0, +) / (products.map(\.1).reduce(0, +) * products.map(\.2).reduce(0, +)).squareRoot()
            }
            let isKnown = Self.keys.indices.map { place in window.compactMap { $0[place] }.count >= 12 }
            // Who is reached from whom over pairs that go together.
            var number = Self.keys.map { _ in -1 }
            var next = 0
            for first in Self.keys.indices where isKnown[first] && number[first] < 0 {
                var reached = [first]
                while let place = reached.popLast() {
                    number[place] = next
                    reached += Self.keys.indices.filter { isKnown[$0] && number[$0] < 0 && abs(correlation(place, $0)) >= 0.6 }
                }
                next += 1
            }
            for (place, frame) in frames.enumerated() {
                guard let row = frame.times.firstIndex(of: time) else { continue }
                let group = frame.values[1][row]
                #expect(group.isNaN == !isKnown[place] && (group.isNaN || group == Double(number[place])), "moment \(moment), \(Self.keys[place])")
                if values[moment][place] != nil { #expect(frame.values[5][row] == line) }
                guard isKnown[place] else { continue }
                found += 1
                let members = Self.keys.indices.filter { number[$0] == number[place] }
                #expect(frame.values[2][row] == Double(members.count) && frame.values[4][row] == Double(members.count))
                let others = members.filter { $0 != place }.map { correlation(place, $0) }
                #expect(abs(frame.values[3][row] - (others.isEmpty ? 0 : others.reduce(0, +) / Double(others.count))) < 1e-9)
            }
        }
        #expect(found > 500)
        #expect(frames[0].values[1].last == frames[1].values[1].last && frames[3].values[1].last == frames[4].values[1].last && frames[0].values[1].last != frames[3].values[1].last)
    }

    @Test("the look-ahead detector finds nothing in them")
    func lookAhead() throws {
        let plan = try Self.plan()
        let bars = Array(zip(Self.keys, Self.tables(seed: 9, count: 150))).map { (instrument: $0, bars: $1) }
        let leaks = try LookAheadCheck(cuts: 8).leaks(in: bars) { bars throws(FeatureError) in try FeatureBatch(plan).compute(bars) }
        #expect(leaks.isEmpty, "\(leaks)")
    }

    @Test("what shapes them is checked, in the hash, and too large a universe is refused")
    func checks() throws {
        func problems(_ parameters: [String: Double], output: String? = nil) -> [String] {
            do throws(FeatureSetError) {
                _ = try FeaturePlan(FeatureSet(name: "s", timeframe: .minute, features: [Feature(name: "a", across: .cluster, parameters: parameters, output: output)]))
                return []
            } catch {
                return error.problems.map(\.description)
            }
        }
        #expect(problems(["window": 30, "threshold": 0.3, "pairs": 30], output: "inside") == [])
        #expect(problems(["windw": 30]) == ["features[0].parameters.windw: cluster has no such parameter; did you mean window?"])
        #expect(problems(["window": 2]).first == "features[0].parameters.window: expected a whole number from 3 to 10000, was 2")
        #expect(problems(["threshold": 1.5]).first == "features[0].parameters.threshold: expected a number from 0 to 1, was 1.5")
        #expect(problems(["window": 30, "pairs": 31]) == ["features[0].parameters.pairs: expected at most the window's 30 moments, was 31"])
        #expect(problems([:], output: "sise") == ["features[0].output: cluster has no output 'sise'; did you mean size?"])
        func hash(_ parameters: [String: Double]) -> String { FeatureSet(name: "s", timeframe: .minute, features: [Feature(name: "a", across: .cluster, parameters: parameters)]).contentHash }
        #expect(hash([:]) == hash(["threshold": 0.5]) && hash([:]) != hash(["threshold": 0.4]))
        let plan = try Self.plan([Feature(name: "a", across: .cluster, parameters: ["window": 10_000])])
        let one = Self.tables(seed: 1, count: 3)[0]
        #expect(throws: FeatureError.self) { try FeatureBatch(plan).compute((0..<4_097).map { ("X:\($0)", $0 == 0 ? one : BarTable(timeframe: .minute)) }) }
    }
}

@Suite("a stream takes no memory once it is there")
struct StreamAllocationTests {
    @Test("whatever a set names: files, texts, option trades, the calendar, events and steps over the universe")
    func update() throws {
        let keys = UniverseStateTests.keys
        let start: Int64 = 1_700_000_040_000_000_000
        let minute: Int64 = 60_000_000_000
        let times = (0..<200).map { "\(start + Int64($0) * 7 * minute / 3)" }
        let set = FeatureSet(
            name: "all", timeframe: .minute, series: [OutsideSeries(name: "s", file: "s.csv", unit: "ratio")], events: [EventSchedule(name: "e", file: "e.csv")],
            texts: [TextSource(name: "t", file: "t.csv", lexicon: "w.txt", halfLife: minute)], optionTrades: [TextFeatureTests.tape],
            features: UniverseStateTests.features + [
                Feature(name: "own", input: .feature(name: "s", output: nil)), Feature(name: "mean", kernel: "sma", parameters: ["period": 3], timeframe: .minutes5, input: .feature(name: "s", output: nil)),
                Feature(name: "paid", kernel: "funding", parameters: ["period": 3], input: .feature(name: "s", output: nil), clock: "s"),
                Feature(name: "said", input: .feature(name: "t", output: nil)), Feature(name: "mood", kernel: "sma", input: .feature(name: "t", output: "tone")),
                Feature(name: "flow", kernel: "option_flow", clock: "tape"), Feature(name: "next", calendar: CalendarStep(.events, schedule: "e")),
                Feature(name: "date", calendar: CalendarStep(.date, zone: "America/New_York"), lag: 2), Feature(name: "hours", calendar: CalendarStep(.session, zone: "Europe/London")),
                Feature(name: "expiry", calendar: CalendarStep(.expiry), timeframe: .minutes15),
            ])
        let plan = try FeaturePlan.of(set, [
            "s.csv": lines("time,v", times.map { "\($0),0.5" }), "e.csv": lines("at,known,instrument", times.map { "\($0),1600000000,X:A" }), "w.txt": "good 1\n",
            "t.csv": lines("time,text", times.map { "\($0),good" }),
            "o.csv": lines(TextFeatureTests.header, times.map { "\($0),,X:B,1,1,1,1,\(start * 2),1,call,buy" }),
        ])
        let stream = FeatureStream(plan, instruments: keys)
        var taken: UInt = 0
        for step in 1...400 as ClosedRange<Int64> {
            let price = Double(step % 7 + 50)
            let bar = BarValues(open: price, high: price, low: price, close: price, volume: 1)
            let before = allocation_count()
            stream.update(time: start + step * minute, CollectionOfOne((instrument: Int(step % 5), bar: bar)))
            if step > 5 { taken += allocation_count() - before }
        }
        #expect(taken == 0 && !stream.row(0).contains { $0.isInfinite })
    }
}
