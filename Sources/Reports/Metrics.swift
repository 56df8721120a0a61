/// How the run went, after costs. Fractions are of 1: 0.05 is five percent. `nil` (null in JSON) where the
/// number has no meaning: no trade, no loss, no time.
public struct Metrics: Sendable, Equatable, Codable {
    public let startEquity: ExactDecimal
    public let endEquity: ExactDecimal
    /// Last equity − first equity.
    public let netProfit: ExactDecimal
    /// Net profit ÷ first equity.
    public let `return`: Double?
    /// Largest fall from a peak, as a fraction of that peak.
    public let maximumDrawdown: Double
    /// Largest fall from a peak of the 30 days before it.
    public let worst30Days: Double
    /// Completed round trips.
    public let trades: Int
    /// Share of round trips with a profit after fees.
    public let winRate: Double?
    /// Sum of the profits ÷ sum of the losses of round trips.
    public let profitFactor: Double?
    public let averageWin: ExactDecimal?
    public let averageLoss: ExactDecimal?
    /// Sum of the notionals of all fills.
    public let turnover: ExactDecimal
    /// Turnover ÷ mean equity.
    public let turnoverRatio: Double?
    public let costs: ExactDecimal
    /// Gross exposure ÷ equity, averaged over time.
    public let averageExposure: Double?
    /// Share of the time with any position.
    public let timeInMarket: Double?

    public static let thirtyDays: Int64 = 30 * 86_400 * 1_000_000_000

    /// `samples` in order of time, money units of `decimals` digits. O(samples + trades).
    public init(samples: [EquitySample], trades: [Trade], costs: ExactDecimal, decimals: Int) {
        func amount(_ units: Int64) -> ExactDecimal { ExactDecimal(units: units, scale: decimals) }
        let first = samples.first?.equity ?? 0
        let last = samples.last?.equity ?? 0
        startEquity = amount(first)
        endEquity = amount(last)
        netProfit = amount(last - first)
        `return` = first > 0 ? Double(last - first) / Double(first) : nil
        maximumDrawdown = Self.largestFall(samples, within: .max)
        worst30Days = Self.largestFall(samples, within: Self.thirtyDays)

        let trips = RoundTrip.all(in: trades)
        let wins = trips.map(\.profit.units).filter { $0 > 0 }
        let losses = trips.map(\.profit.units).filter { $0 < 0 }
        let won = wins.reduce(0, +)
        let lost = losses.reduce(0, +)
        self.trades = trips.count
        winRate = trips.isEmpty ? nil : Double(wins.count) / Double(trips.count)
        profitFactor = lost < 0 ? Double(won) / -Double(lost) : nil
        averageWin = wins.isEmpty ? nil : amount(won / Int64(wins.count))
        averageLoss = losses.isEmpty ? nil : amount(lost / Int64(losses.count))
        let turned = trades.reduce(0) { $0 + $1.notional.units }
        turnover = amount(turned)
        self.costs = costs

        let means = TimeMeans(samples)
        turnoverRatio = means.equity.flatMap { $0 > 0 ? Double(turned) / $0 : nil }
        averageExposure = means.exposure
        timeInMarket = means.inMarket
    }

    /// Largest fall from the highest equity of the `span` nanoseconds before, as a fraction. O(samples): the
    /// candidates for that highest are kept in falling order.
    public static func largestFall(_ samples: [EquitySample], within span: Int64) -> Double {
        var candidates: [EquitySample] = []
        var oldest = 0
        var worst = 0.0
        for sample in samples {
            while candidates.count > oldest, candidates[candidates.count - 1].equity <= sample.equity { candidates.removeLast() }
            candidates.append(sample)
            while sample.time - candidates[oldest].time > span { oldest += 1 }
            worst = max(worst, fall(from: candidates[oldest].equity, to: sample.equity))
        }
        return worst
    }
}

/// Averages over time: a sample holds until the next one.
private struct TimeMeans {
    var equity: Double?
    var exposure: Double?
    var inMarket: Double?

    init(_ samples: [EquitySample]) {
        var time = 0.0
        var equities = 0.0
        var exposures = 0.0
        var held = 0.0
        for (sample, next) in zip(samples, samples.dropFirst()) {
            let span = Double(next.time - sample.time)
            time += span
            equities += span * Double(sample.equity)
            if sample.equity > 0 { exposures += span * Double(sample.gross) / Double(sample.equity) }
            if sample.gross != 0 { held += span }
        }
        guard time > 0 else { return }
        equity = equities / time
        exposure = exposures / time
        inMarket = held / time
    }
}

extension Metrics {
    /// Every key is always there; what has no meaning is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(startEquity, forKey: .startEquity)
        try container.encode(endEquity, forKey: .endEquity)
        try container.encode(netProfit, forKey: .netProfit)
        try container.encode(`return`, forKey: .return)
        try container.encode(maximumDrawdown, forKey: .maximumDrawdown)
        try container.encode(worst30Days, forKey: .worst30Days)
        try container.encode(trades, forKey: .trades)
        try container.encode(winRate, forKey: .winRate)
        try container.encode(profitFactor, forKey: .profitFactor)
        try container.encode(averageWin, forKey: .averageWin)
        try container.encode(averageLoss, forKey: .averageLoss)
        try container.encode(turnover, forKey: .turnover)
        try container.encode(turnoverRatio, forKey: .turnoverRatio)
        try container.encode(costs, forKey: .costs)
        try container.encode(averageExposure, forKey: .averageExposure)
        try container.encode(timeInMarket, forKey: .timeInMarket)
    }
}
