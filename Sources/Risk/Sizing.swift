/// How large a position a decision may take: the risk rule with a stop at a multiple of the average true
/// range, shrunk by conviction, never beyond the gate's position limit.
///
///     stop       = ⌈ATR × stopRanges⌉                                        increments
///     conviction = |strength| ⁄ 2 × confidence × (1 − disagreement)          0 … 1
///     risked     = ⌊equity × riskPerTrade × conviction⌋                      money units
///     lots       = ⌊risked ⁄ (stop × money per increment and lot)⌋           at most `limitLots`
public enum Sizing {
    public struct Input: Sendable {
        /// Target strength of the decision, −2 … +2.
        public var strength: Double
        /// 0 … 1.
        public var confidence: Double
        /// Spread of opinions among the council, 0 (agreed) … 1.
        public var disagreement: Double
        /// Average true range, increments.
        public var averageTrueRange: Double
        /// Money units.
        public var equity: Int64
        /// Lots at most, from `Gate.maximumPosition`.
        public var limitLots: Int64

        public init(
            strength: Double, confidence: Double, disagreement: Double, averageTrueRange: Double, equity: Int64,
            limitLots: Int64
        ) {
            self.strength = strength
            self.confidence = confidence
            self.disagreement = disagreement
            self.averageTrueRange = averageTrueRange
            self.equity = equity
            self.limitLots = limitLots
        }
    }

    /// The policy's part of the rule, in millionths.
    public struct Rule: Sendable, Equatable {
        public var riskParts: Int64
        public var stopParts: Int64

        /// - Throws: `RiskError` where the policy's percentages are out of range.
        public init(_ policy: RiskPolicy) throws(RiskError) {
            riskParts = try parts(policy.riskPerTradePercent, 10_000, 0.001...100, "riskPerTradePercent")
            stopParts = try parts(policy.stopRanges, 1_000_000, 0.01...100, "stopRanges")
        }
    }

    public struct Target: Sendable, Equatable {
        /// Signed lots to hold; 0: be flat.
        public var lots: Int64
        /// Distance of the stop from the entry, increments; 0 without a position.
        public var stopDistance: Int64

        public init(lots: Int64, stopDistance: Int64) {
            self.lots = lots
            self.stopDistance = stopDistance
        }
    }

    /// The position to hold. Anything not finite or out of range gives a flat target, never a guess.
    /// Doubles are only multiplied and rounded toward zero, so that the result has the same bits everywhere.
    public static func target(_ input: Input, rule: Rule, limits: InstrumentLimits) -> Target {
        let flat = Target(lots: 0, stopDistance: 0)
        guard input.strength.isFinite, input.confidence.isFinite, input.disagreement.isFinite,
            input.averageTrueRange.isFinite, input.averageTrueRange > 0, input.averageTrueRange < 1e15,
            input.equity > 0, input.limitLots > 0
        else { return flat }
        let conviction = min(abs(input.strength), 2) / 2 * clamp(input.confidence) * (1 - clamp(input.disagreement))
        let convictionParts = Int64(conviction * 1_000_000)
        let stopDistance = Int64((input.averageTrueRange * Double(rule.stopParts) / 1_000_000).rounded(.up))
        let risked = Int128(input.equity) * Int128(rule.riskParts) * Int128(convictionParts) / 1_000_000_000_000
        let (scaled, overflow) = risked.multipliedReportingOverflow(by: Int128(limits.moneyDenominator))
        let unit = Int128(stopDistance) * Int128(limits.moneyNumerator)
        guard !overflow, unit > 0 else { return flat }
        let lots = min(Int64(clamping: scaled / unit), input.limitLots)
        guard lots > 0 else { return flat }
        return Target(lots: input.strength < 0 ? -lots : lots, stopDistance: stopDistance)
    }

    private static func clamp(_ value: Double) -> Double { min(max(value, 0), 1) }
}
