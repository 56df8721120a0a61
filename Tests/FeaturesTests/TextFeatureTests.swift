import Domain
import Features
import Foundation
import Testing

@Suite("texts and option trades out of files")
struct TextFeatureTests {
    static let minute: Int64 = 60_000_000_000
    static let keys = ["X:A", "X:B"]
    static let lexicon = "profit 0.5 # good\nrecord profit 1\nloss -0.75\nnot negation\nfederal reserve = FED\nthe fed = FED\nmartlet = X:M\n"
    /// Texts with what they say by that lexicon: tone, mentions of FED, of X:M.
    static let texts: [(text: String, tone: Double, fed: Double, martlet: Double)] = [
        ("Record profit, said \"Martlet\"", 1, 0, 1), ("A loss; the Fed, the Federal Reserve", -0.75, 2, 0), ("profit and loss", -0.125, 0, 0), ("not a loss", 0.75, 0, 0), ("nothing at all\nin two lines", 0, 0, 0),
    ]

    struct Planted {
        var rows: [(key: String, known: Int64, text: Int)] = []
        var file = "known,time,instrument,text"

        init(seed: UInt64, around table: BarTable) {
            var generator = Seeded(state: seed)
            var known = table.times[0]
            while known < table.times.last! {
                // Now and then two of one moment.
                if Int.random(in: 0..<4, using: &generator) > 0 { known += Int64.random(in: 1...30 * TextFeatureTests.minute, using: &generator) }
                let row = (Bool.random(using: &generator) ? "X:A" : "X:B", known, Int.random(in: 0..<TextFeatureTests.texts.count, using: &generator))
                rows.append(row)
                file += "\n\(known),\(known - Int64.random(in: 0...TextFeatureTests.minute, using: &generator)),\(row.0),\"\(TextFeatureTests.texts[row.2].text.replacingOccurrences(of: "\"", with: "\"\""))\""
            }
        }

        /// Tone, mentions, seconds since the last, FED, X:M by plain sums of halves.
        func values(_ key: String, _ time: Int64, halfLife: Double) -> [Double]? {
            let there = rows.filter { $0.key == key && $0.known <= time }
            guard let last = there.last else { return nil }
            let weights = there.map { pow(0.5, Double(time - $0.known) / 1e9 / halfLife) }
            func sum(_ number: (Int) -> Double) -> Double { zip(there, weights).map { number($0.text) * $1 }.reduce(0, +) }
            let mentions = sum { _ in 1 }
            return [sum { TextFeatureTests.texts[$0].tone } / mentions, mentions, Double(time - last.known) / 1e9, sum { TextFeatureTests.texts[$0].fed }, sum { TextFeatureTests.texts[$0].martlet }]
        }
    }

    static let set = FeatureSet(
        name: "texts", timeframe: .minute, resetAfter: 7_200_000_000_000, texts: [TextSource(name: "news", file: "n.csv", lexicon: "words.txt", halfLife: 60 * minute)],
        features: [
            Feature(name: "said", input: .feature(name: "news", output: nil)),
            Feature(name: "mood", kernel: "ema", parameters: ["period": 5], input: .feature(name: "news", output: "tone")),
            Feature(name: "slow", timeframe: .minutes15, input: .feature(name: "news", output: "FED"), normalisation: Normalisation(method: .zScore, window: 3), lag: 1),
            Feature(name: "loud", across: .rank, input: .feature(name: "news", output: "mentions")),
        ])

    @Test("what texts say fades by halves from when they were known; batch, stream and the definition agree")
    func texts() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let tables = Self.keys.indices.map { randomBars(400, seed: seed * 10 + UInt64($0), resetAfter: Self.set.resetAfter) }
            let planted = Planted(seed: seed, around: tables[0])
            let plan = try FeaturePlan.of(Self.set, ["n.csv": planted.file, "words.txt": Self.lexicon])
            #expect(plan.columns.map(\.name).prefix(5) == ["said.tone", "said.mentions", "said.seconds_since_last", "said.FED", "said.X:M"])
            #expect(plan.columns.map(\.unit).prefix(3) == ["score", "count", "seconds"])
            let (frames, found) = try disagreements(plan, tables, Self.keys)
            #expect(found.count == 0, "seed \(seed): \(found.prefix(3)) and \(found.count) in all")
            var told = 0
            for (instrument, key) in Self.keys.enumerated() {
                for (row, time) in frames[instrument].times.enumerated() {
                    let now = (0..<5).map { frames[instrument].values[$0][row] }
                    guard let plain = planted.values(key, time, halfLife: 3_600) else {
                        #expect(now.allSatisfy { $0.isNaN })
                        continue
                    }
                    told += 1
                    let isClose = zip(now, plain).allSatisfy { (value: Double, expected: Double) in abs(value - expected) < 1e-6 * max(1, abs(expected)) }
                    #expect(isClose, "row \(row) of \(key): \(now), by definition \(plain)")
                }
            }
            #expect(told > 500)
        }
    }

    @Test("the look-ahead detector finds nothing, and catches texts that are taken before they were known")
    func lookAhead() throws {
        let bars = Self.keys.enumerated().map { (instrument: $1, bars: randomBars(300, seed: 70 + UInt64($0))) }
        let planted = Planted(seed: 3, around: bars[0].bars)
        let plan = try FeaturePlan.of(Self.set, ["n.csv": planted.file, "words.txt": Self.lexicon])
        func end(_ bars: [(instrument: String, bars: BarTable)]) -> Int64 { bars.compactMap(\.bars.times.last).max()! }
        let clean = try LookAheadCheck(cuts: 8).leaks(in: bars) { bars throws(FeatureError) in try FeatureBatch(plan.known(at: end(bars))).compute(bars) }
        #expect(clean.isEmpty, "\(clean)")
        let early = try LookAheadCheck(cuts: 8).leaks(in: bars) { bars throws(FeatureError) in
            let rows = planted.rows.filter { $0.known <= end(bars) }.map { "\($0.known - 60 * Self.minute),\($0.key),\"\(Self.texts[$0.text].text.replacingOccurrences(of: "\"", with: "\"\""))\"" }
            return try FeatureBatch(try! FeaturePlan.of(Self.set, ["n.csv": lines("time,instrument,text", rows), "words.txt": Self.lexicon])).compute(bars)
        }
        #expect(early.contains { $0.column == "said.mentions" })
    }

    @Test("what is wrong with texts and lexicons is named; the hash is of both")
    func mistakes() throws {
        func plan(_ lexicon: String, _ file: String, halfLife: Int64 = 1, input: String = "tone") throws -> [String] {
            let set = FeatureSet(
                name: "s", timeframe: .minute, texts: [TextSource(name: "news", file: "n.csv", lexicon: "w.txt", halfLife: halfLife)],
                features: [Feature(name: "a", kernel: "sma", input: .feature(name: "news", output: input))])
            return try FeaturePlan.problems(set, ["w.txt": lexicon, "n.csv": file])
        }
        let good = "time,text\n2024-01-01,profit\n"
        let cases: [([String], String)] = try [
            (plan("profit 1\nloss five\n", good), "texts[0].lexicon: w.txt:2: expected one to four words and then a number from -1 to 1, `negation` or `= NAME`"),
            (plan("profit 1\nprofit 1\n", good), "texts[0].lexicon: w.txt:2: the phrase was there before"),
            (plan("profit = tone\n", good), "texts[0].lexicon: w.txt: expected an entity's name"),
            (plan("profit 1\n", "time,words\n2024-01-01,a\n"), "texts[0].file: n.csv:1: has no column 'text'"),
            (plan("profit 1\n", "time,text\n2024-01-02,a\n2024-01-01,b\n"), "texts[0].file: n.csv:3: is of an earlier time than line 2; sort the rows by time"),
            (plan("profit 1\n", good, halfLife: 0), "texts[0].half_life: expected a length of time above 0"),
            (plan("profit 1\n", good, input: "tones"), "features[0].input: 'news' has no column 'tones'; did you mean tone?"),
        ]
        for (found, expected) in cases { #expect(found.count == 1 && found[0].hasPrefix(expected), "expected \(expected), found \(found)") }
        func hash(_ lexicon: String, _ file: String) throws -> String {
            try FeaturePlan.of(
                FeatureSet(
                    name: "s", timeframe: .minute, texts: [TextSource(name: "news", file: "n.csv", lexicon: "w.txt", halfLife: 5)],
                    features: [Feature(name: "a", input: .feature(name: "news", output: "tone"))]), ["w.txt": lexicon, "n.csv": file]
            ).set.contentHash
        }
        #expect(try hash("profit 1\n", good) == hash("profit 1\n", good))
        #expect(try hash("profit 1\n", good) != hash("profit 0.5\n", good))
        #expect(try hash("profit 1\n", good) != hash("profit 1\n", good + "2024-01-02,b\n"))
    }

    // MARK: option trades

    static let tape = OptionTrades(name: "tape", file: "o.csv")
    static let header = "time,known,instrument,price,quantity,multiplier,strike,expiry,underlying,right,side"

    @Test("an option trade counts from when it was known, for its underlying; the sums are those of the definition")
    func optionFlow() throws {
        let set = FeatureSet(
            name: "options", timeframe: .minute, optionTrades: [Self.tape],
            features: [
                Feature(name: "flow", kernel: "option_flow", parameters: ["period": 4], clock: "tape"),
                Feature(name: "puts", kernel: "option_flow", parameters: ["period": 4], timeframe: .minutes5, clock: "tape", output: "put_premium", lag: 1),
                Feature(name: "spot", kernel: "sma", parameters: ["period": 2], input: .feature(name: "tape", output: "underlying"), clock: "tape"),
                Feature(name: "over", kernel: "basis", input: .column(.close), reference: .feature(name: "tape", output: "underlying"), output: "basis"),
            ])
        var generator = Seeded(state: 12)
        let tables = Self.keys.indices.map { randomBars(300, seed: 80 + UInt64($0)) }
        var rows: [(key: String, known: Int64, call: Bool, premium: Double)] = []
        var text = Self.header
        var known = tables[0].times[0]
        while known < tables[0].times.last! {
            if Bool.random(using: &generator) { known += Int64.random(in: 1...20 * Self.minute, using: &generator) }
            let (call, quantity) = (Bool.random(using: &generator), Int.random(in: 1...20, using: &generator))
            let price = Double(Int.random(in: 1...400, using: &generator)) / 4
            let key = Bool.random(using: &generator) ? "X:A" : "X:B"
            rows.append((key, known, call, price * Double(quantity) * 100))
            text += "\n\(known - 1_000),\(known),\(key),\(price),\(quantity),100,101.5,\(known + 86_400_000_000_000 * 9),99.25,\(call ? "call" : "put"),\(["buy", "sell", ""][quantity % 3])"
        }
        let plan = try FeaturePlan.of(set, ["o.csv": text])
        let (frames, found) = try disagreements(plan, tables, Self.keys)
        #expect(found.count == 0, "\(found.prefix(3)) and \(found.count) in all")
        let (calls, puts) = (plan.columns.firstIndex { $0.name == "flow.call_premium" }!, plan.columns.firstIndex { $0.name == "flow.put_premium" }!)
        var warm = 0
        for (instrument, key) in Self.keys.enumerated() {
            for (row, time) in frames[instrument].times.enumerated() {
                let last = rows.filter { $0.key == key && $0.known <= time }.suffix(4)
                let now = [frames[instrument].values[calls][row], frames[instrument].values[puts][row]]
                guard last.count == 4 else {
                    #expect(now.allSatisfy { $0.isNaN })
                    continue
                }
                warm += 1
                let expected = [true, false].map { call -> Double in last.filter { $0.call == call }.map(\.premium).reduce(0, +) }
                #expect(now == expected, "row \(row) of \(key)")
            }
        }
        #expect(warm > 300)
        let leaks = try LookAheadCheck(cuts: 6).leaks(in: Self.keys.indices.map { (instrument: Self.keys[$0], bars: tables[$0]) }) { bars throws(FeatureError) in
            try FeatureBatch(plan.known(at: bars.compactMap(\.bars.times.last).max()!)).compute(bars)
        }
        #expect(leaks.isEmpty, "\(leaks)")
    }

    @Test("what is wrong with option trades is named")
    func optionMistakes() throws {
        let good = "2024-01-01,2024-01-01,X:A,1,1,100,50,2024-02-01,49,call,buy"
        func found(_ row: String, _ feature: Feature = Feature(name: "a", kernel: "option_flow", clock: "tape")) throws -> [String] {
            try FeaturePlan.problems(
                FeatureSet(name: "s", timeframe: .minute, series: [OutsideSeries(name: "rate", file: "r.csv", unit: "ratio")], optionTrades: [Self.tape], features: [feature]),
                ["o.csv": lines(Self.header, [row]), "r.csv": "time,v\n2024-01-01,1\n"])
        }
        #expect(try found(good) == [])
        let cases: [([String], String)] = try [
            (found(good.replacingOccurrences(of: "call", with: "c")), "option_trades[0].file: o.csv:2: expected call or put in 'right', was 'c'"),
            (found(good.replacingOccurrences(of: "buy", with: "bid")), "option_trades[0].file: o.csv:2: expected buy or sell or nothing in 'side', was 'bid'"),
            (found(good.replacingOccurrences(of: ",100,", with: ",0,")), "option_trades[0].file: o.csv:2: expected a number above 0 in 'multiplier', was '0'"),
            (found(good.replacingOccurrences(of: ",50,", with: ",,")), "option_trades[0].file: o.csv:2: expected a number above 0 in 'strike', was ''"),
            (found(good.replacingOccurrences(of: "2024-02", with: "2023-02")), "option_trades[0].file: o.csv:2: is of a contract that expired before its time"),
            (found(good, Feature(name: "a", kernel: "option_flow")), "features[0].kernel: option_flow takes option trades, and a feature has bars without a clock; write `clock: NAME`, one of the set's `option_trades`"),
            (found(good, Feature(name: "a", kernel: "option_flow", clock: "rate")), "features[0].clock: option_flow takes option trades, and 'rate' is a series; there are tape"),
            (found(good, Feature(name: "a", kernel: "option_flow", clock: "tap")), "features[0].clock: neither a series or option trades of the set nor a clock of the market are named 'tap'; did you mean tape?"),
        ]
        for (found, expected) in cases { #expect(found.count == 1 && found[0].hasPrefix(expected), "expected \(expected), found \(found)") }
    }
}
