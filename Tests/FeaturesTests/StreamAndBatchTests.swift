import Core
import Domain
import Features
import Testing

@Suite("the online values are the offline ones")
struct StreamAndBatchTests {
    /// Kernels of every kind of input on three lengths, chained, with references, normalised.
    static let mixed = FeatureSet(
        name: "mixed", timeframe: .minute,
        groups: [InstrumentGroup(name: "first", members: ["X:A", "X:C"]), InstrumentGroup(name: "second", members: ["X:B"])],
        features: [
            Feature(name: "rsi", kernel: "rsi"),
            Feature(name: "slow_rsi", kernel: "rsi", parameters: ["period": 5], timeframe: .minutes15),
            Feature(name: "macd", kernel: "macd"),
            Feature(name: "atr", kernel: "atr", timeframe: .minutes5),
            Feature(name: "calm", kernel: "atr", normalisation: Normalisation(method: .zScore, window: 40)),
            Feature(name: "of_volume", kernel: "sma", parameters: ["period": 7], input: .column(.volume)),
            Feature(name: "of_signal", kernel: "ema", parameters: ["period": 4], input: .feature(name: "macd", output: "signal")),
            Feature(name: "of_slow", kernel: "sma", parameters: ["period": 3], input: .feature(name: "slow_rsi", output: nil)),
            Feature(name: "slow_of_fast", kernel: "sma", parameters: ["period": 3], timeframe: .minutes5, input: .feature(name: "rsi", output: nil)),
            Feature(name: "beta", kernel: "correlation", parameters: ["period": 20], reference: .instrument(.close, key: "X:B"), output: "beta"),
            Feature(
                name: "slow_beta", kernel: "correlation", parameters: ["period": 6], timeframe: .minutes15,
                reference: .instrument(.close, key: "X:B"), output: "correlation"),
            Feature(name: "of_both", kernel: "correlation", parameters: ["period": 9], input: .feature(name: "rsi", output: nil), reference: .feature(name: "atr", output: nil), output: "correlation"),
            Feature(
                name: "agree", kernel: "agreement",
                inputs: [.feature(name: "calm", output: nil), .feature(name: "macd", output: "histogram"), .feature(name: "slow_beta", output: nil)]),
        ] + CrossSection.allCases.enumerated().map { place, method in
            Feature(
                name: "across_\(method.rawValue)", across: method, timeframe: place % 3 == 0 ? .minutes5 : nil,
                input: .feature(name: place % 2 == 0 ? "rsi" : "macd", output: place % 2 == 0 ? nil : "signal"), lag: place % 4)
        } + [Feature(name: "of_rank", kernel: "sma", parameters: ["period": 4], input: .feature(name: "across_rank", output: nil))])

    @Test("on random bars with gaps and holes, of three instruments and lengths, bit for bit", arguments: [nil, 1_800_000_000_000, 7_200_000_000_000] as [Int64?])
    func agree(resetAfter: Int64?) throws {
        var set = Self.mixed
        set.resetAfter = resetAfter
        let plan = try FeaturePlan(set)
        let keys = ["X:A", "X:B", "X:C"]
        for seed in 1...6 as ClosedRange<UInt64> {
            let tables = keys.indices.map { randomBars(400 + 37 * $0, seed: seed * 10 + UInt64($0), resetAfter: resetAfter) }
            let frames = try FeatureBatch(plan).compute(Array(zip(keys, tables)).map { (instrument: $0, bars: $1) })
            let found = differences(FeatureStream(plan, instruments: keys), tables, frames)
            #expect(found.count == 0, "seed \(seed): \(found.prefix(3)) and \(found.count) in all")
            #expect(frames[0].values.allSatisfy { $0.contains { !$0.isNaN } }, "every column was warm at some time")
        }
    }

    @Test("every kernel of bars and series, bit for bit")
    func everyKernel() throws {
        // What wants moments or funding rates finds none in bars.
        let inBars = ["any", "price", "quantity"]
        let kernels = Kernel.all.filter { $0.record == .bar || ($0.record == .series && $0.inputUnits.allSatisfy { inBars.contains($0) }) }
        #expect(kernels.count > 100)
        let features = kernels.enumerated().map { place, kernel in
            Feature(name: "f\(place)", kernel: kernel.name, timeframe: place % 3 == 0 ? .minutes5 : nil, input: kernel.inputUnits.first == "quantity" ? .column(.volume) : nil, reference: kernel.inputUnits.count == 2 ? .column(kernel.inputUnits[1] == "quantity" ? .volume : .open) : nil)
        }
        let plan = try FeaturePlan(FeatureSet(name: "all", timeframe: .minute, resetAfter: 20 * 3_600_000_000_000, features: features))
        let tables = [randomBars(900, seed: 5, resetAfter: plan.set.resetAfter), randomBars(700, seed: 6, resetAfter: plan.set.resetAfter)]
        let frames = try FeatureBatch(plan).compute([("X:A", tables[0]), ("X:B", tables[1])])
        let found = differences(FeatureStream(plan, instruments: ["X:A", "X:B"]), tables, frames)
        #expect(found.count == 0, "\(found.prefix(5)) and \(found.count) in all")
    }

    @Test("across the universe an instrument is compared with those that have a bar at that moment")
    func universe() throws {
        let set = FeatureSet(
            name: "across", timeframe: .minute, groups: [InstrumentGroup(name: "g", members: ["X:A", "X:B"])],
            features: [Feature(name: "rank", across: .rank), Feature(name: "rest", across: .residual), Feature(name: "group", across: .groupMean)])
        func table(_ closes: [Int64: Double]) -> BarTable {
            var table = BarTable(timeframe: .minute)
            for minute in closes.keys.sorted() {
                let close = closes[minute]!
                table.append(time: minute * 60_000_000_000, BarValues(open: close, high: close, low: close, close: close, volume: 0))
            }
            return table
        }
        let frames = try FeatureBatch(FeaturePlan(set)).compute([
            ("X:A", table([1: 10, 2: 20, 3: 30])), ("X:B", table([1: 20, 3: 10])), ("X:C", table([1: 60, 2: 10, 3: 20])),
        ])
        #expect(frames[0].values[0] == [0, 1, 1] && frames[1].values[0] == [0.5, 0] && frames[2].values[0] == [1, 0, 0.5])
        #expect(frames[0].values[1] == [-30, 10, 15] && frames[1].values[1] == [-15, -15])
        #expect(frames[0].values[2] == [15, 20, 20] && frames[2].values[2].allSatisfy { $0.isNaN })
    }

    @Test("who is only referred to has no part in the universe")
    func outsideReference() throws {
        let set = FeatureSet(
            name: "outside", timeframe: .minute,
            features: [
                Feature(name: "place", across: .rank), Feature(name: "wide", across: .dispersion, timeframe: .minutes5),
                Feature(name: "beta", kernel: "correlation", parameters: ["period": 5], reference: .instrument(.close, key: "X:R")),
            ])
        let plan = try FeaturePlan(set)
        let tables = [randomBars(200, seed: 41), randomBars(190, seed: 42), randomBars(210, seed: 43)]
        let frames = try FeatureBatch(plan).compute([("X:A", tables[0]), ("X:B", tables[1])], references: [("X:R", tables[2])])
        let found = differences(FeatureStream(plan, instruments: ["X:A", "X:B"], references: ["X:R"]), tables, frames)
        #expect(found.count == 0, "\(found.prefix(3)) and \(found.count) in all")
    }

    @Test("a bar of a moment that is over is late for every instrument")
    func splitUpdates() throws {
        let plan = try FeaturePlan(FeatureSet(name: "late", timeframe: .minute, features: [Feature(name: "slow", kernel: "sma", parameters: ["period": 1], timeframe: .minutes5)]))
        let stream = FeatureStream(plan, instruments: ["X:A", "X:B"])
        func bar(_ close: Double) -> BarValues { BarValues(open: close, high: close, low: close, close: close, volume: 0) }
        let minute: Int64 = 60_000_000_000
        stream.update(time: 4 * minute, [(0, bar(1)), (1, bar(2))])
        stream.update(time: 5 * minute, [(0, bar(1))])
        stream.update(time: 6 * minute, [(0, bar(1))])
        stream.update(time: 5 * minute, [(1, bar(9))])
        stream.update(time: 6 * minute, [(1, bar(9))])
        #expect(stream.lateBars == 2 && stream[1, column: 0] == 2)
    }

    @Test("a longer bar's value is in the rows from its close on, and not before")
    func availability() throws {
        let plan = try FeaturePlan(
            FeatureSet(name: "late", timeframe: .minute, features: [Feature(name: "last", kernel: "sma", parameters: ["period": 1], timeframe: .minutes5)]))
        var table = BarTable(timeframe: .minute)
        let minute: Int64 = 60_000_000_000
        let start = 1_700_000_100 * 1_000_000_000 / (5 * minute) * 5 * minute
        // Minutes 1, 2, 3 and, the fifth being absent, 6: the first five-minute bar is over at minute 5, known in the row of minute 6.
        for (index, close) in [(1, 10.0), (2, 11), (3, 12), (6, 20), (10, 21), (11, 22)] {
            table.append(time: start + Int64(index) * minute, BarValues(open: close, high: close, low: close, close: close, volume: 1))
        }
        let frame = try FeatureBatch(plan).compute([("X:A", table)])[0]
        let column = frame.values[0]
        #expect(column[0...2].allSatisfy { $0.isNaN })
        #expect(Array(column[3...]) == [12, 21, 21])
    }

    @Test("a stream that goes on from a snapshot taken at any time has the same values; one of another set is refused")
    func snapshot() throws {
        var set = Self.mixed
        set.resetAfter = 7_200_000_000_000
        let plan = try FeaturePlan(set)
        let keys = ["X:A", "X:B"]
        let tables = [randomBars(300, seed: 21, resetAfter: set.resetAfter), randomBars(280, seed: 22, resetAfter: set.resetAfter)]
        let frames = try FeatureBatch(plan).compute(Array(zip(keys, tables)).map { (instrument: $0, bars: $1) })
        var stream = FeatureStream(plan, instruments: keys)
        let buffer = StateBuffer()
        var places = [0, 0]
        while let time = keys.indices.compactMap({ places[$0] < tables[$0].count ? tables[$0].times[places[$0]] : nil }).min() {
            let now = keys.indices.filter { places[$0] < tables[$0].count && tables[$0].times[places[$0]] == time }
            stream.update(time: time, now.map { (instrument: $0, bar: tables[$0][places[$0]]) })
            for instrument in now {
                let row = stream.row(instrument)
                #expect(row.indices.allSatisfy { same(row[$0], frames[instrument].values[$0][places[instrument]]) })
                places[instrument] += 1
            }
            // Another stream goes on from here.
            var writer = StateCoder(writing: buffer)
            stream.code(&writer)
            let next = FeatureStream(plan, instruments: keys)
            var reader = StateCoder(reading: buffer)
            next.code(&reader)
            let isWhole = reader.isWhole
            #expect(isWhole)
            stream = next
        }
        var other = set
        other.features[0].lag = 1
        for wrong in [FeatureStream(try FeaturePlan(other), instruments: keys), FeatureStream(plan, instruments: ["X:A", "X:C"])] {
            var reader = StateCoder(reading: buffer)
            wrong.code(&reader)
            let problem = reader.problem
            #expect(problem?.contains("another feature set") == true)
        }
    }

    @Test("a bar that is not later than the last is not taken, and counted")
    func lateBars() throws {
        let plan = try FeaturePlan(FeatureSet(name: "late", timeframe: .minute, features: [Feature(name: "mean", kernel: "sma", parameters: ["period": 2])]))
        let stream = FeatureStream(plan, instruments: ["X:A"])
        func bar(_ close: Double) -> BarValues { BarValues(open: close, high: close, low: close, close: close, volume: 0) }
        stream.update(time: 120_000_000_000, [(instrument: 0, bar: bar(1))])
        stream.update(time: 120_000_000_000, [(instrument: 0, bar: bar(100))])
        stream.update(time: 60_000_000_000, [(instrument: 0, bar: bar(100))])
        stream.update(time: 180_000_000_000, [(instrument: 0, bar: bar(3))])
        #expect(stream[0, column: 0] == 2)
        #expect(stream.lateBars == 2)
    }

    @Test("places in the universe have the same bits in whatever order the instruments are given")
    func order() throws {
        let methods: [CrossSection] = [.rank, .zScore, .robust, .residual, .breadth, .netBreadth, .dispersion, .groupMean, .groupMedian, .groupRank, .lessGroup, .advanceDecline]
        let keys = ["X:D", "X:B", "X:A", "X:C", "X:E"]
        let plan = try FeaturePlan(
            FeatureSet(
                name: "order", timeframe: .minute, groups: [.init(name: "one", members: ["X:A", "X:E", "X:D"]), .init(name: "two", members: ["X:B", "X:C"])],
                features: [Feature(name: "rate", kernel: "roc", parameters: ["period": 3])]
                    + methods.map { Feature(name: "f_\($0.rawValue)", across: $0, input: .feature(name: "rate", output: nil)) }))
        let tables = keys.indices.map { (instrument: keys[$0], bars: randomBars(300, seed: UInt64($0 + 1))) }
        let frames = try FeatureBatch(plan).compute(tables)
        let turned = try FeatureBatch(plan).compute(tables.reversed()).reversed()
        for (one, other) in zip(frames, turned) {
            for column in plan.columns.indices {
                #expect(zip(one.values[column], other.values[column]).allSatisfy { same($0, $1) }, "\(plan.columns[column].name) of \(one.instrument)")
            }
        }
        let stream = FeatureStream(plan, instruments: keys.reversed())
        #expect(differences(stream, tables.reversed().map(\.bars), Array(frames.reversed())) == [])
    }
}
