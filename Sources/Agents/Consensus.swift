/// How opinions become one.
///
/// With wᵢ = weightᵢ × confidenceᵢ × fitᵢ and W their sum:
///
///     mean          m = Σ wᵢ sᵢ ÷ W
///     disagreement  d = Σ wᵢ |sᵢ − m| ÷ 2W        0 … 1; 1 where halves stand at −2 and 2
///     strength      m × (1 − d), to the nearest step, never beyond the outermost vote
///     confidence    (Σ wᵢ cᵢ ÷ W) × (1 − d)
///
/// Sums run in the members' order, so the result has the same bits every time.
public struct Consensus: Sendable, Hashable, Codable {
    /// Above it the council refuses to act.
    public var maximumDisagreement = 0.6
    /// Below it the council refuses to act.
    public var minimumConfidence = 0.1
    /// Least sum of weights for a decision at all.
    public var minimumWeight = 0.01
    /// The target moves in steps of this, so that a breath of confidence does not trade; 0: no steps.
    public var step = 0.5

    public init() {}

    /// Refuses what makes no sense.
    public func validate() throws(ParameterError) {
        try ParameterError.check("maximumDisagreement", maximumDisagreement, in: 0...1)
        try ParameterError.check("minimumConfidence", minimumConfidence, in: 0...1)
        try ParameterError.check("minimumWeight", minimumWeight, in: 1e-9...1000)
        try ParameterError.check("step", step, in: 0...2)
    }

    /// One opinion as it goes into the vote; `weight` is the member's, `fit` 0 … 1.
    public struct Ballot: Sendable {
        public let agent: AgentID
        public let opinion: Opinion
        public let weight: Double
        public let fit: Double

        public init(agent: AgentID, opinion: Opinion, weight: Double = 1, fit: Double = 1) {
            self.agent = agent
            self.opinion = opinion
            self.weight = weight
            self.fit = fit.isNaN ? 0 : min(max(fit, 0), 1)
        }

        var pull: Double { weight * opinion.confidence * fit }
    }

    /// O(ballots).
    public func decision(of ballots: [Ballot], isFallback: Bool = false) -> CouncilDecision {
        var total = 0.0
        var strengths = 0.0
        var confidences = 0.0
        for ballot in ballots {
            total += ballot.pull
            strengths += ballot.pull * ballot.opinion.strength
            confidences += ballot.pull * ballot.opinion.confidence
        }
        var reasons = isFallback ? [Reason(.missedDeadline)] : []
        guard total >= minimumWeight else {
            reasons.append(Reason(.noQuorum, total, minimumWeight))
            return CouncilDecision(
                outcome: .noQuorum, isFallback: isFallback, strength: 0, confidence: 0, disagreement: 0,
                votes: votes(ballots, total: total), reasons: reasons)
        }
        let mean = strengths / total
        var distances = 0.0
        for ballot in ballots { distances += ballot.pull * (ballot.opinion.strength - mean).magnitude }
        let disagreement = min(distances / (2 * total), 1)
        let confidence = min(confidences / total, 1) * (1 - disagreement)
        var outcome = CouncilDecision.Outcome.act
        if disagreement > maximumDisagreement {
            outcome = .veto
            reasons.append(Reason(.disagreement, disagreement, maximumDisagreement))
        }
        if confidence < minimumConfidence {
            outcome = .veto
            reasons.append(Reason(.confidenceTooLow, confidence, minimumConfidence))
        }
        return CouncilDecision(
            outcome: outcome, isFallback: isFallback,
            strength: outcome == .act ? bounded(stepped(mean * (1 - disagreement)), ballots) : 0,
            confidence: confidence, disagreement: disagreement, votes: votes(ballots, total: total), reasons: reasons)
    }

    private func stepped(_ strength: Double) -> Double {
        step > 0 ? (strength / step).rounded(.toNearestOrAwayFromZero) * step + 0 : strength
    }

    /// Between flat and the outermost vote that counts.
    private func bounded(_ strength: Double, _ ballots: [Ballot]) -> Double {
        var lowest = 0.0
        var highest = 0.0
        for ballot in ballots where ballot.pull > 0 {
            lowest = min(lowest, ballot.opinion.strength)
            highest = max(highest, ballot.opinion.strength)
        }
        return min(max(strength, lowest), highest) + 0
    }

    private func votes(_ ballots: [Ballot], total: Double) -> [Vote] {
        ballots.map { ballot in
            Vote(
                agent: ballot.agent, strength: ballot.opinion.strength, confidence: ballot.opinion.confidence,
                fit: ballot.fit, weight: total > 0 ? min(ballot.pull / total, 1) : 0,
                reasons: ballot.opinion.explanation)
        }
    }
}
