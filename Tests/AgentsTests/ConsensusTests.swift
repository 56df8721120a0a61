import Agents
import Features
import Testing

@Suite struct ConsensusTests {
    func ballot(_ agent: UInt16, _ strength: Double, _ confidence: Double = 1, weight: Double = 1, fit: Double = 1) -> Consensus.Ballot {
        .init(agent: AgentID(rawValue: agent), opinion: Opinion(strength: strength, confidence: confidence), weight: weight, fit: fit)
    }

    var plain: Consensus {
        var consensus = Consensus()
        consensus.step = 0
        consensus.maximumDisagreement = 1
        consensus.minimumConfidence = 0
        return consensus
    }

    @Test("the decision lies between flat and the outermost votes, in bounds, and is the same when asked again")
    func bounds() {
        var dice = Dice(5)
        for round in 0..<20_000 {
            let ballots = (0..<Int.random(in: 0...6, using: &dice)).map { member in
                ballot(
                    UInt16(member), Double.random(in: -2.5...2.5, using: &dice), Double.random(in: -0.2...1.2, using: &dice),
                    weight: Double.random(in: 0.1...3, using: &dice), fit: Double.random(in: -0.5...1.5, using: &dice))
            }
            let consensus = round % 2 == 0 ? Consensus() : plain
            let decision = consensus.decision(of: ballots)
            let low = min(0, ballots.map(\.opinion.strength).min() ?? 0)
            let high = max(0, ballots.map(\.opinion.strength).max() ?? 0)
            #expect((low...high).contains(decision.strength))
            #expect((0...1).contains(decision.confidence) && (0...1).contains(decision.disagreement))
            #expect(consensus.decision(of: ballots) == decision)
            let weights = decision.votes.reduce(0) { $0 + $1.weight }
            #expect(decision.votes.count == ballots.count && (weights == 0 || abs(weights - 1) < 1e-9))
        }
    }

    @Test("agents that agree get what they say; halves at the opposite ends get nothing")
    func extremes() {
        let together = plain.decision(of: [ballot(1, 1.5), ballot(2, 1.5), ballot(3, 1.5, 0.2)])
        #expect(abs(together.strength - 1.5) < 1e-12 && together.disagreement < 1e-12)
        let apart = plain.decision(of: [ballot(1, 2), ballot(2, -2)])
        #expect(apart.strength == 0 && apart.disagreement == 1)
    }

    @Test("the further apart two votes of the same mean, the more they disagree and the smaller the target")
    func monotonic() {
        var before = plain.decision(of: [ballot(1, 1), ballot(2, 1)])
        for spread in stride(from: 0.05, through: 1, by: 0.05) {
            let decision = plain.decision(of: [ballot(1, 1 + spread), ballot(2, 1 - spread)])
            #expect(decision.disagreement > before.disagreement)
            #expect(decision.strength < before.strength && decision.strength > 0)
            #expect(decision.confidence < before.confidence)
            before = decision
        }
    }

    @Test("the opposite votes give the opposite decision")
    func symmetry() {
        var dice = Dice(6)
        for _ in 0..<5_000 {
            let numbers = (0..<3).map { _ in (Double.random(in: -2...2, using: &dice), Double.random(in: 0...1, using: &dice)) }
            let decision = Consensus().decision(of: numbers.enumerated().map { ballot(UInt16($0), $1.0, $1.1) })
            let opposite = Consensus().decision(of: numbers.enumerated().map { ballot(UInt16($0), -$1.0, $1.1) })
            #expect(opposite.strength == -decision.strength && opposite.disagreement == decision.disagreement)
            #expect(opposite.outcome == decision.outcome)
        }
    }

    @Test("confidence and fit weigh a vote, and one that abstains counts for nothing")
    func weights() {
        let decision = plain.decision(of: [ballot(1, 2, 1, weight: 3), ballot(2, -2, 1), ballot(3, -2, 0)])
        #expect(decision.votes.map(\.weight) == [0.75, 0.25, 0])
        let unfit = plain.decision(of: [ballot(1, 1, fit: 1), ballot(2, -1, fit: 0)])
        #expect(unfit.strength == 1)
    }

    @Test("a council at odds, of little confidence, or without votes refuses to act, and says why")
    func vetoes() {
        let odds = Consensus().decision(of: [ballot(1, 2), ballot(2, -1)])
        #expect(odds.outcome == .veto && odds.strength == 0 && odds.reasons.map(\.code) == [.disagreement])
        let timid = Consensus().decision(of: [ballot(1, 2, 0.05)])
        #expect(timid.outcome == .veto && timid.reasons.map(\.code) == [.confidenceTooLow])
        for silent in [[], [ballot(1, 2, 0)], [ballot(1, .nan)]] {
            let nobody = Consensus().decision(of: silent)
            #expect(nobody.outcome == .noQuorum && nobody.strength == 0 && nobody.reasons.map(\.code) == [.noQuorum])
        }
    }

    @Test("the target moves in steps")
    func steps() {
        #expect(Consensus().decision(of: [ballot(1, 1.24)]).strength == 1)
        #expect(Consensus().decision(of: [ballot(1, -1.26)]).strength == -1.26, "never beyond the outermost vote")
        #expect(Consensus().decision(of: [ballot(1, 0.2)]).strength == 0)
    }
}
