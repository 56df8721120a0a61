import Agents
import Features
import Testing

@Suite struct CouncilTests {
    @Test("a rule council's decision stays in bounds whatever it is shown, and its mirror is its opposite")
    func bounds() throws {
        let council = try Council.ruleBased()
        var dice = Dice(11)
        for _ in 0..<10_000 {
            let wild = council.decide(wildObservation(&dice))
            #expect(Opinion.strengths.contains(wild.strength) && (0...1).contains(wild.confidence))
            let observation = plausibleObservation(&dice)
            #expect(council.decide(mirrored(observation)).strength == -council.decide(observation).strength)
        }
    }

    @Test("observations and decisions come back from their payloads, and the payload's bits are always the same")
    func payloads() throws {
        let council = try Council.ruleBased()
        var dice = Dice(12)
        for _ in 0..<5_000 {
            let observation = wildObservation(&dice)
            #expect(try Observation(payload: observation.payload) == observation)
            let copy = try Observation(payload: observation.payload)
            #expect(copy.payload.map(\.bitPattern) == observation.payload.map(\.bitPattern))
            #expect(copy.time == observation.time && copy.sequence == observation.sequence)
            let decision = council.decide(plausibleObservation(&dice))
            #expect(try CouncilDecision(payload: decision.payload) == decision)
        }
    }

    @Test("a payload that no writer wrote is refused, whatever is wrong with it")
    func badPayloads() throws {
        var dice = Dice(13)
        let observation = plausibleObservation(&dice).payload
        let decision = try Council.ruleBased().decide(plausibleObservation(&dice)).payload
        for length in 0..<observation.count {
            #expect(throws: PayloadError.self) { try Observation(payload: observation[..<length]) }
        }
        for length in 0..<decision.count {
            #expect(throws: PayloadError.self) { try CouncilDecision(payload: decision[..<length]) }
        }
        #expect(throws: PayloadError.self) { try Observation(payload: observation + [0]) }
        #expect(throws: PayloadError.version(expected: 2, was: 3)) { try Observation(payload: [3] + observation.dropFirst()) }
        for place in [0, 1, 2, 6, 7, 8] {
            for bad in [Double.nan, -1, 0.5, 1e300, .infinity] {
                var broken = decision
                broken[place] = bad
                if let read = try? CouncilDecision(payload: broken) { #expect((0...1).contains(read.confidence)) }
            }
        }
    }

    @Test("the fallback answers as the rules do and is marked")
    func fallback() throws {
        struct Loud: Agent {
            let identifier = AgentID(rawValue: 500)
            let name = "loud"
            func decide(_ observation: Observation) -> Opinion { Opinion(strength: 2, confidence: 1) }
        }
        let council = try Council([.init(Loud())])
        let rules = try Council.ruleBased()
        var dice = Dice(14)
        for _ in 0..<1_000 {
            let observation = plausibleObservation(&dice)
            let answer = council.fallback(observation)
            let expected = rules.decide(observation)
            #expect(answer.isFallback && answer.reasons.first?.code == .missedDeadline)
            #expect(answer.strength == expected.strength && answer.votes == expected.votes)
            #expect(council.decide(observation).strength == 2 && !council.decide(observation).isFallback)
        }
        #expect(council.name(of: AgentID(rawValue: 500)) == "loud" && council.name(of: .trend) == "trend")
    }

    @Test("an explanation tells the target, the votes and the reasons in sentences")
    func explanation() throws {
        let council = try Council.ruleBased()
        var observation = Observation(
            instrument: 0, time: 0, sequence: 0, position: 0, bid: 111.9, ask: 112.1, mid: 112, tick: 0.1)
        observation[.close] = 112
        observation[.donchianHigh] = 110
        observation[.donchianLow] = 90
        observation[.atr] = 4
        observation[.adx] = 35
        let lines = council.decide(observation).explanation(name: council.name(of:))
        #expect(
            lines == [
                "council: target 1, confidence 0.722222, disagreement 0",
                "  trend: 1, confidence 0.722222, fit 1, weight 1",
                "    close 112 broke above the channel's high 110 by 0.5 ATR",
                "  mean reversion: abstains",
                "    bollingerMean has not enough history yet",
            ])
    }

    @Test("every reason reads as a sentence")
    func reasons() {
        for code in Reason.Code.allCases {
            let text = "\(Reason(code, 1.25, 2, 3))"
            #expect(text.count > 10 && !text.contains("Optional"))
        }
        #expect(!"\(Reason(.notWarm, .nan))".isEmpty)
    }

    @Test("a council without agents, with one twice, or with senseless numbers is refused")
    func refusals() throws {
        let trend = try TrendAgent()
        #expect(throws: CouncilError.empty) { try Council([]) }
        #expect(throws: CouncilError.duplicate(.trend)) { try Council([.init(trend), .init(trend)]) }
        #expect(throws: CouncilError.self) { try Council([.init(trend, weight: -1)]) }
        #expect(throws: CouncilError.self) { try Council([.init(trend, weight: .nan)]) }
        var consensus = Consensus()
        consensus.step = 3
        #expect(throws: CouncilError.self) { try Council([.init(trend)], consensus: consensus) }
    }
}
