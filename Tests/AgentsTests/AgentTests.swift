import Agents
import Features
import Domain
import Testing

@Suite struct AgentTests {
    let agents: [any Agent]

    init() throws { agents = [try TrendAgent(), try MeanReversionAgent()] }

    @Test("an agent's opinion and fit stay in bounds whatever it is shown, and are the same when asked again")
    func boundsAndDeterminism() {
        var dice = Dice(1)
        for round in 0..<40_000 {
            let observation = round % 4 == 0 ? plausibleObservation(&dice) : wildObservation(&dice)
            for agent in agents {
                let opinion = agent.decide(observation)
                #expect(Opinion.strengths.contains(opinion.strength) && (0...1).contains(opinion.confidence))
                #expect((0...1).contains(agent.fit(observation)))
                #expect(!opinion.explanation.isEmpty)
                #expect(agent.decide(observation).strength.bitPattern == opinion.strength.bitPattern)
                #expect(agent.decide(observation).confidence.bitPattern == opinion.confidence.bitPattern)
            }
        }
    }

    @Test("the mirrored market gives the mirrored opinion")
    func symmetry() {
        var dice = Dice(2)
        var acted = 0
        for _ in 0..<20_000 {
            let observation = plausibleObservation(&dice)
            let mirror = mirrored(observation)
            for agent in agents {
                let opinion = agent.decide(observation)
                let opposite = agent.decide(mirror)
                #expect(opposite.strength == -opinion.strength)
                #expect(opposite.confidence == opinion.confidence)
                #expect(agent.fit(mirror) == agent.fit(observation))
                if opinion.strength != 0 { acted += 1 }
            }
        }
        #expect(acted > 5_000, "the generator must reach the cases that act")
    }

    @Test("an agent abstains, and says which feature is missing, until its features are warm")
    func notWarm() {
        let observation = Observation(
            instrument: 0, time: 0, sequence: 0, position: 5, bid: 1, ask: 2, mid: 1.5, tick: 0.5)
        for agent in agents {
            #expect(agent.decide(observation).abstains)
            #expect("\(agent.decide(observation).explanation[0])" == "close has not enough history yet")
        }
    }

    @Test("a position of no sign of its own is never left without a way out: both agents go flat when their case is over")
    func exits() {
        var observation = Observation(
            instrument: 0, time: 0, sequence: 0, position: 5, bid: 99.9, ask: 100.1, mid: 100, tick: 0.1)
        observation[.close] = 98
        observation[.donchianHigh] = 110
        observation[.donchianLow] = 90
        observation[.atr] = 2
        observation[.bollingerMean] = 98
        observation[.bollingerDeviation] = 1
        for agent in agents {
            let opinion = agent.decide(observation)
            #expect(opinion.strength == 0 && opinion.confidence > 0.5)
        }
    }

    @Test("an opinion out of range is brought into range, and one that is no number abstains")
    func opinionBounds() {
        #expect(Opinion(strength: 9, confidence: 7).strength == 2)
        #expect(Opinion(strength: -9, confidence: -7).confidence == 0)
        #expect(Opinion(strength: .nan, confidence: 1).abstains)
        #expect(Opinion(strength: 1, confidence: .nan).abstains)
        #expect(Opinion(strength: -.infinity, confidence: .infinity).strength == -2)
        let many = [Reason](repeating: Reason(.noMarket), count: 50)
        #expect(Opinion(strength: 1, confidence: 1, explanation: many).explanation.count == Opinion.maximumReasons)
    }

    @Test(
        "the action follows from target and position",
        arguments: [
            (10, 0, TradingAction.buyLong), (10, 5, .buyLong), (10, -5, .buyLong), (0, -5, .closeShort), (-2, -5, .closeShort),
            (0, 5, .closeLong), (2, 5, .closeLong), (-1, 5, .sellShort), (-5, 0, .sellShort), (-5, -2, .sellShort), (0, 0, .hold),
            (7, 7, .hold), (-7, -7, .hold),
        ] as [(Int64, Int64, TradingAction)])
    func action(target: Int64, position: Int64, expected: TradingAction) {
        let action = TradingAction(target: target, position: position)
        #expect(action == expected)
        #expect(action.side?.sign == (target == position ? nil : (target - position).signum()))
        #expect(action.reducesRisk == (target.magnitude < position.magnitude && target.signum() * position.signum() >= 0))
    }
}
