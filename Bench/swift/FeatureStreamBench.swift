internal import Domain
internal import Features

/// What one close of a bar costs through a set of a hundred features, as a session moves it: `FeatureStream` for one instrument and for a
/// thousand, beside the core's rows (bench_feature) without plan, longer bars and universe.
enum FeatureStreamBench {
    static func run() throws {
        let plan = try FeaturePlan(FeatureSet(name: "hundred", timeframe: .minute, features: features(100)))
        print("\(plan.columns.count) columns")
        try measure(plan, instruments: 1, bars: 20_000, goal: 1.5)
        try measure(plan, instruments: 1_000, bars: 200, goal: 10_000)
        let longer = try FeaturePlan(
            FeatureSet(name: "longer", timeframe: .minute, features: features(98) + [
                Feature(name: "slow", kernel: "rsi", timeframe: .hour), Feature(name: "place", across: .rank, input: .feature(name: "slow", output: nil)),
            ]))
        try measure(longer, instruments: 1_000, bars: 200, goal: 10_000)
    }

    /// Of bars and series, with a cost that does not grow with the window, at several lengths.
    private static func features(_ count: Int) -> [Feature] {
        var all: [Feature] = []
        for longer in [1.0, 2, 5, 10] {
            for kernel in Kernel.all where (kernel.record == .bar || kernel.record == .series) && kernel.group != "pattern" && kernel.cost.hasPrefix("O(1)") {
                guard all.count < count, longer == 1 || kernel.parameters.count == 1 else { continue }
                let parameters = longer == 1 ? [:] : [kernel.parameters[0].name: kernel.parameters[0].initial * longer]
                let feature = Feature(name: "f\(all.count)", kernel: kernel.name, parameters: parameters)
                if (try? FeaturePlan(FeatureSet(name: "one", timeframe: .minute, features: [feature]))) != nil { all.append(feature) }
            }
        }
        return all
    }

    /// Microseconds of this thread for each close, after all are warm.
    private static func measure(_ plan: FeaturePlan, instruments: Int, bars: Int, goal: Double) throws {
        let stream = FeatureStream(plan, instruments: (0..<instruments).map { "B:I\($0)" })
        var state: UInt64 = 42
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / 16_777_216
        }
        var prices = Array(repeating: 1_000.0, count: instruments)
        var closed = Array(repeating: (instrument: 0, bar: BarValues(open: 0, high: 0, low: 0, close: 0, volume: 0)), count: instruments)
        var time: Int64 = 1_735_776_000_000_000_000
        var taken: [Double] = []
        let rounds = 5
        for round in 0...rounds {
            var spent: Int64 = 0
            for _ in 0..<bars {
                time += 60_000_000_000
                for place in 0..<instruments {
                    let open = prices[place]
                    prices[place] = max(1, open + draw() - 0.5)
                    closed[place] = (place, BarValues(open: open, high: max(open, prices[place]) + draw(), low: min(open, prices[place]) - draw() / 4, close: prices[place], volume: 100 * draw()))
                }
                let start = Measure.threadTime()
                stream.begin(time)
                for one in closed { stream.take(one.instrument, one.bar) }
                stream.end()
                spent += Measure.threadTime() - start
            }
            if round > 0 { taken.append(Double(spent) / 1e3 / Double(bars)) }
        }
        let sorted = taken.sorted()
        print("\(instruments) instruments, a close: median \((sorted[rounds / 2] * 100).rounded() / 100) us, least \((sorted[0] * 100).rounded() / 100) us (goal \(goal) us)")
    }
}
