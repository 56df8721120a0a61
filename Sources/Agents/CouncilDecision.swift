public import Features

/// One agent's part in a decision.
public struct Vote: Sendable, Equatable {
    public let agent: AgentID
    public let strength: Double
    public let confidence: Double
    /// Fit to the regime, 0 … 1.
    public let fit: Double
    /// Share of all votes, 0 … 1; 0 for one that abstained.
    public let weight: Double
    public let reasons: [Reason]

    public init(agent: AgentID, strength: Double, confidence: Double, fit: Double, weight: Double, reasons: [Reason]) {
        self.agent = agent
        self.strength = strength
        self.confidence = confidence
        self.fit = fit
        self.weight = weight
        self.reasons = reasons
    }
}

/// What the council says: a target, or that it refuses to act.
public struct CouncilDecision: Sendable, Equatable {
    /// Version of the payload's layout (`payload`).
    public static let layoutVersion = 1

    /// The raw value is journalled: never renumber, only append.
    public enum Outcome: UInt8, Sendable, CaseIterable {
        /// `strength` is the target.
        case act = 0
        /// The votes allow no decision: leave the position as it is.
        case veto = 1
        /// Too few voted: leave the position as it is.
        case noQuorum = 2
    }

    public let outcome: Outcome
    /// The rule-based fallback answered in the council's stead.
    public let isFallback: Bool
    /// −2 … 2; 0 unless the outcome is `act`.
    public let strength: Double
    /// 0 … 1.
    public let confidence: Double
    /// 0 (all agree) … 1 (halves at the opposite ends).
    public let disagreement: Double
    /// In the order of the council's members.
    public let votes: [Vote]
    /// The council's own, beside the agents'.
    public let reasons: [Reason]

    public init(
        outcome: Outcome, isFallback: Bool, strength: Double, confidence: Double, disagreement: Double, votes: [Vote],
        reasons: [Reason]
    ) {
        self.outcome = outcome
        self.isFallback = isFallback
        self.strength = strength
        self.confidence = confidence
        self.disagreement = disagreement
        self.votes = votes
        self.reasons = reasons
    }

    /// The decision in sentences, one a line; `name` gives the agents' names.
    public func explanation(name: (AgentID) -> String) -> [String] {
        var lines: [String] = []
        let source = isFallback ? "fallback" : "council"
        let numbers = "confidence \(shortText(confidence)), disagreement \(shortText(disagreement))"
        switch outcome {
        case .act: lines.append("\(source): target \(shortText(strength)), \(numbers)")
        case .veto: lines.append("\(source): veto, \(numbers)")
        case .noQuorum: lines.append("\(source): no quorum")
        }
        lines += reasons.map { "  \($0)" }
        for vote in votes {
            let detail =
                vote.confidence == 0
                ? "abstains"
                : "\(shortText(vote.strength)), confidence \(shortText(vote.confidence)), fit \(shortText(vote.fit)), weight \(shortText(vote.weight))"
            lines.append("  \(name(vote.agent)): \(detail)")
            lines += vote.reasons.map { "    \($0)" }
        }
        return lines
    }
}

extension CouncilDecision {
    /// Most votes and most reasons in one list that a payload holds.
    public static let maximumVotes = 64

    /// The decision as numbers, for the journal. Layout, version 1:
    ///
    ///     layout version, outcome, isFallback (0, 1), strength, confidence, disagreement,
    ///     number of the council's reasons, then each: code, first, second, third
    ///     number of votes, then each:
    ///         agent, strength, confidence, fit, weight,
    ///         number of reasons, then each: code, first, second, third
    ///
    /// The same decision always gives the same bits.
    public var payload: [Double] {
        var writer = PayloadWriter(capacity: 16 + votes.count * 16)
        writer.put(Double(Self.layoutVersion))
        writer.put(Double(outcome.rawValue))
        writer.put(isFallback ? 1.0 : 0.0)
        writer.put(strength)
        writer.put(confidence)
        writer.put(disagreement)
        Self.put(reasons, in: &writer)
        writer.put(Double(votes.count))
        for vote in votes {
            writer.put(Double(vote.agent.rawValue))
            writer.put(vote.strength)
            writer.put(vote.confidence)
            writer.put(vote.fit)
            writer.put(vote.weight)
            Self.put(vote.reasons, in: &writer)
        }
        return writer.numbers
    }

    /// Reads what `payload` wrote; refuses other versions, lengths and values that are no such thing.
    public init(payload: some RandomAccessCollection<Double>) throws(PayloadError) { try self.init(payload: Array(payload)) }

    /// The same, without a copy.
    public init(payload: [Double]) throws(PayloadError) {
        var reader = PayloadReader(payload)
        try reader.version(Self.layoutVersion)
        outcome = Outcome(rawValue: UInt8(try reader.whole("outcome", in: 0...Outcome.allCases.count - 1)))!
        isFallback = try reader.whole("isFallback", in: 0...1) == 1
        strength = try reader.number("strength", in: Opinion.strengths)
        confidence = try reader.number("confidence", in: 0...1)
        disagreement = try reader.number("disagreement", in: 0...1)
        reasons = try Self.reasons(&reader)
        let count = try reader.whole("number of votes", in: 0...Self.maximumVotes)
        var votes: [Vote] = []
        for _ in 0..<count {
            let agent = AgentID(rawValue: UInt16(try reader.whole("agent", in: 0...Int(UInt16.max))))
            votes.append(
                Vote(
                    agent: agent, strength: try reader.number("strength", in: Opinion.strengths),
                    confidence: try reader.number("confidence", in: 0...1), fit: try reader.number("fit", in: 0...1),
                    weight: try reader.number("weight", in: 0...1), reasons: try Self.reasons(&reader)))
        }
        self.votes = votes
        try reader.finish()
    }

    private static func put(_ reasons: [Reason], in writer: inout PayloadWriter) {
        writer.put(Double(reasons.count))
        for reason in reasons {
            writer.put(Double(reason.code.rawValue))
            writer.put(reason.first)
            writer.put(reason.second)
            writer.put(reason.third)
        }
    }

    private static func reasons(_ reader: inout PayloadReader) throws(PayloadError) -> [Reason] {
        let count = try reader.whole("number of reasons", in: 0...Opinion.maximumReasons)
        var reasons: [Reason] = []
        for _ in 0..<count {
            let number = try reader.whole("reason", in: 0...Int(UInt16.max))
            guard let code = Reason.Code(rawValue: UInt16(number)) else {
                throw .value(name: "reason", place: 0, was: Double(number))
            }
            reasons.append(Reason(code, try reader.number(), try reader.number(), try reader.number()))
        }
        return reasons
    }
}
