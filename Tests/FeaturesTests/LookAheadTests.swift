import Domain
import Features
import Testing

@Suite("the look-ahead detector")
struct LookAheadTests {
    static let bars = [(instrument: "X:A", bars: randomBars(600, seed: 3)), (instrument: "X:B", bars: randomBars(500, seed: 4))]

    @Test("finds nothing in a set with longer bars, chains and references")
    func clean() throws {
        let batch = FeatureBatch(try FeaturePlan(StreamAndBatchTests.mixed))
        let leaks = try LookAheadCheck(cuts: 12).leaks(in: Self.bars) { bars throws(FeatureError) in try batch.compute(bars) }
        #expect(leaks.isEmpty, "\(leaks)")
    }

    /// A feature beside an honest one, computed from what it should not know.
    func leaks(_ value: @escaping ([Double], Int) -> Double) throws -> [LookAheadCheck.Leak] {
        let plan = try FeaturePlan(FeatureSet(name: "two", timeframe: .minute, features: [Feature(name: "honest", kernel: "rsi"), Feature(name: "leaking", kernel: "sma", parameters: ["period": 2])]))
        return try LookAheadCheck(cuts: 12).leaks(in: Self.bars) { bars throws(FeatureError) in
            try FeatureBatch(plan).compute(bars).enumerated().map { place, frame in
                let closes = bars[place].bars.columns[3]
                return FeatureFrame(
                    instrument: frame.instrument, times: frame.times, columns: frame.columns,
                    values: [frame.values[0], closes.indices.map { value(closes, $0) }])
            }
        }
    }

    @Test("catches a kernel that sees the next bar, one that is scaled by the whole history, and one that fills backwards")
    func planted() throws {
        let next = try leaks { closes, row in row + 1 < closes.count ? closes[row + 1] : .nan }
        let scaled = try leaks { closes, row in closes[row] - closes.reduce(0, +) / Double(closes.count) }
        let backwards = try leaks { closes, row in closes[min(closes.count - 1, row / 10 * 10 + 9)] }
        for found in [next, scaled, backwards] {
            #expect(Set(found.map(\.column)) == ["leaking"])
            #expect(Set(found.map(\.instrument)) == ["X:A", "X:B"])
        }
        // The next bar's close is wrong in the last row alone.
        #expect(next.allSatisfy { $0.time == $0.cut || $0.rows <= 12 })
    }
}
