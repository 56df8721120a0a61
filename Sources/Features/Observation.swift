/// The numbers that an observation holds, by place. The raw value is the place in the journalled payload:
/// never renumber; append, and raise `Observation.layoutVersion`.
///
/// Those of prices are in price units. All are NaN until their kernel is warm.
public enum ObservationFeature: Int, Sendable, CaseIterable {
    /// Close of the last bar.
    case close = 0
    case smaFast, smaSlow, emaFast, emaSlow
    /// 0 … 100.
    case rsi
    case macd, macdSignal
    case bollingerMean
    /// Population standard deviation of the closes, price units.
    case bollingerDeviation
    /// Average true range, price units.
    case atr
    /// 0 … 100.
    case adx, plusDI, minusDI
    /// Root mean square of logarithmic returns, per bar.
    case realisedVolatility
    /// Highest high and lowest low of the bars before the last one.
    case donchianHigh, donchianLow
    /// Best ask − best bid, price units.
    case spread
    /// −1 (only sellers in the book) … 1.
    case imbalance
    /// Share of the flow at the top of the book, −1 … 1.
    case orderFlowImbalance
    /// Bars closed so far.
    case barsSeen

    /// How many there are.
    public static let count = 21
}

/// What an agent knows when it is asked: one instrument at one moment, nothing that came after.
///
/// It is written beside the decision request, so that a decision can be explained and computed again from
/// it alone. A value that needs no memory of its own but for `setValues`.
public struct Observation: Sendable, Equatable {
    /// Most numbers in a payload.
    public static let maximumPayloadCount = payloadCount(setColumns: FeaturePlan.maximumColumns)

    /// Dense instrument number of the session.
    public var instrument: UInt32
    /// Receive time of its cause, nanoseconds since the Unix epoch.
    public var time: Int64
    /// Number of the event that caused it in the ordered stream.
    public var sequence: UInt64
    /// Lots, signed: negative is short.
    public var position: Int64
    /// Best prices and their middle, price units; NaN where there is no such side.
    public var bid: Double
    public var ask: Double
    public var mid: Double
    /// Price units between valid order prices.
    public var tick: Double
    /// The instrument's row of the run's feature set, a number for each of its columns (`FeaturePlan.columns`), NaN where it is not warm;
    /// empty in a run without a set.
    public var setValues: [Double] = []
    var numbers: InlineArray<21, Double>

    /// `values` must have `ObservationFeature.count` numbers.
    public init(
        instrument: UInt32, time: Int64, sequence: UInt64, position: Int64, bid: Double, ask: Double, mid: Double,
        tick: Double, values: [Double]
    ) {
        precondition(
            values.count == ObservationFeature.count,
            "expected \(ObservationFeature.count) features, were \(values.count)")
        self.init(instrument: instrument, time: time, sequence: sequence, position: position, bid: bid, ask: ask, mid: mid, tick: tick)
        for (index, value) in values.enumerated() { numbers[index] = value }
    }

    /// One with no feature warm yet.
    public init(
        instrument: UInt32, time: Int64, sequence: UInt64, position: Int64, bid: Double, ask: Double, mid: Double,
        tick: Double
    ) {
        self.instrument = instrument
        self.time = time
        self.sequence = sequence
        self.position = position
        self.bid = bid
        self.ask = ask
        self.mid = mid
        self.tick = tick
        numbers = InlineArray(repeating: .nan)
    }

    /// One number per `ObservationFeature`, in its order. Allocates.
    public var values: [Double] { (0..<ObservationFeature.count).map { numbers[$0] } }

    public subscript(feature: ObservationFeature) -> Double {
        get { numbers[feature.rawValue] }
        set { numbers[feature.rawValue] = newValue }
    }

    /// Both sides are there and not crossed.
    public var hasMarket: Bool { bid.isFinite && ask.isFinite && bid <= ask }

    /// Equal in every bit but those of NaN, which is equal to itself here.
    public static func == (left: Observation, right: Observation) -> Bool {
        zip(left.payload, right.payload).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}
