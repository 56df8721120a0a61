import Agents
import Features

/// Random numbers for tests: the same seed, the same numbers.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 2 &+ 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var mixed = state
        mixed = (mixed ^ (mixed >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return mixed ^ (mixed >> 33)
    }
}

/// Numbers that break arithmetic.
let awkward: [Double] = [
    .nan, .infinity, -.infinity, 0, -0.0, 1, -1, 100, 1e-300, 5e-324, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    1e16, 30, -2, 2,
]

/// Anything at all.
func wildObservation(_ dice: inout Dice) -> Observation {
    func any() -> Double { awkward[Int.random(in: 0..<awkward.count, using: &dice)] }
    return Observation(
        instrument: UInt32.random(in: 0...UInt32.max, using: &dice), time: Int64.random(in: Int64.min...Int64.max, using: &dice),
        sequence: UInt64.random(in: 0...UInt64.max, using: &dice), position: Int64.random(in: -3...3, using: &dice),
        bid: any(), ask: any(), mid: any(), tick: any(), values: ObservationFeature.allCases.map { _ in any() })
}

/// One that a market could give.
func plausibleObservation(_ dice: inout Dice) -> Observation {
    let mean = Double.random(in: 50...150, using: &dice)
    let deviation = Double.random(in: 0.1...3, using: &dice)
    let close = mean + deviation * Double.random(in: -5...5, using: &dice)
    let spread = Double.random(in: 0...0.5, using: &dice)
    var observation = Observation(
        instrument: 1, time: 1, sequence: 2, position: Int64.random(in: -2...2, using: &dice), bid: close - spread / 2,
        ask: close + spread / 2, mid: close, tick: 0.01)
    observation[.close] = close
    observation[.bollingerMean] = mean
    observation[.bollingerDeviation] = deviation
    observation[.atr] = Double.random(in: 0.1...3, using: &dice)
    observation[.adx] = Double.random(in: 0...60, using: &dice)
    observation[.donchianHigh] = mean + Double.random(in: 0...3, using: &dice)
    observation[.donchianLow] = mean - Double.random(in: 0...3, using: &dice)
    return observation
}

/// The same market seen upside down: prices negated, so that every difference keeps its size exactly.
func mirrored(_ observation: Observation) -> Observation {
    var mirror = Observation(
        instrument: observation.instrument, time: observation.time, sequence: observation.sequence,
        position: -observation.position, bid: -observation.ask, ask: -observation.bid, mid: -observation.mid,
        tick: observation.tick, values: observation.values)
    for feature in [ObservationFeature.close, .bollingerMean, .smaFast, .smaSlow, .imbalance, .orderFlowImbalance] {
        mirror[feature] = -observation[feature]
    }
    mirror[.donchianHigh] = -observation[.donchianLow]
    mirror[.donchianLow] = -observation[.donchianHigh]
    mirror[.plusDI] = observation[.minusDI]
    mirror[.minusDI] = observation[.plusDI]
    return mirror
}
