import Agents
import Features
import Testing

/// The rules of the two agents, case by case.
@Suite struct RuleTests {
    /// A market at `close`, in a channel of 90 … 110 and a band of 100 ± 2 (one deviation), ATR 4.
    func market(close: Double, position: Int64 = 0, adx: Double = 20, spread: Double = 0.02) -> Observation {
        var observation = Observation(
            instrument: 0, time: 0, sequence: 0, position: position, bid: close - spread / 2, ask: close + spread / 2,
            mid: close, tick: 0.01)
        observation[.close] = close
        observation[.donchianHigh] = 110
        observation[.donchianLow] = 90
        observation[.atr] = 4
        observation[.adx] = adx
        observation[.bollingerMean] = 100
        observation[.bollingerDeviation] = 2
        return observation
    }

    @Test("the trend agent enters when the close leaves the channel by enough of an ATR")
    func trendEntry() throws {
        let agent = try TrendAgent()
        #expect(agent.decide(market(close: 112)).strength == 1)
        #expect(agent.decide(market(close: 88)).strength == -1)
        #expect(agent.decide(market(close: 112, adx: 45)).strength == 2)
        #expect(agent.decide(market(close: 110)).strength == 0)
        let small = agent.decide(market(close: 110.2))
        #expect(small.strength == 0)
        #expect(small.explanation.map(\.code) == [.breakoutUp, .breakoutTooSmall])
        #expect("\(small.explanation[0])" == "close 110.2 broke above the channel's high 110 by 0.05 ATR")
        #expect(agent.decide(market(close: 114)).confidence > agent.decide(market(close: 111)).confidence)
    }

    @Test("the trend agent asks for a trend only where it is told to")
    func trendFilter() throws {
        var parameters = TrendAgent.Parameters()
        parameters.minimumADX = 25
        let agent = try TrendAgent(parameters)
        #expect(agent.decide(market(close: 112, adx: 20)).strength == 0)
        #expect(agent.decide(market(close: 112, adx: 26)).strength == 1)
    }

    @Test("the trend agent stays in above the channel's middle and leaves below it, and turns on the opposite breakout")
    func trendExit() throws {
        let agent = try TrendAgent()
        #expect(agent.decide(market(close: 101, position: 3)).strength == 1)
        #expect(agent.decide(market(close: 99, position: 3)).strength == 0)
        #expect(agent.decide(market(close: 99, position: -3)).strength == -1)
        #expect(agent.decide(market(close: 101, position: -3)).strength == 0)
        #expect(agent.decide(market(close: 88, position: 3)).strength == -1)
        #expect(agent.decide(market(close: 110.1, position: 3)).strength == 1, "a small breakout in our favour keeps us in")
        let against = agent.decide(market(close: 89.9, position: 3))
        #expect(against.strength == 0 && against.confidence > 0.5, "a small one against us takes us out")
    }

    @Test("the mean reversion agent bets against a stretched close, and not against a trend nor for less than the spread")
    func reversionEntry() throws {
        let agent = try MeanReversionAgent()
        #expect(agent.decide(market(close: 95)).strength == 1)
        #expect(agent.decide(market(close: 105)).strength == -1)
        #expect(agent.decide(market(close: 93)).strength == 2)
        #expect(agent.decide(market(close: 97)).strength == 0)
        #expect(agent.decide(market(close: 95, adx: 40)).explanation.map(\.code) == [.stretchedDown, .trendTooStrong])
        #expect(agent.decide(market(close: 95, adx: 40)).strength == 0)
        #expect(agent.decide(market(close: 95, spread: 3)).explanation.map(\.code) == [.stretchedDown, .edgeBelowCost])
        #expect(agent.decide(market(close: 95, spread: 3)).strength == 0)
        #expect(agent.decide(market(close: 105, position: -1, adx: 40)).strength == -1, "the filters are for entries")
    }

    @Test("the mean reversion agent holds until the close has come back, and gives up beyond the stop")
    func reversionExit() throws {
        let agent = try MeanReversionAgent()
        #expect(agent.decide(market(close: 97, position: 3)).strength == 1)
        #expect(agent.decide(market(close: 99.5, position: 3)).strength == 0)
        #expect(agent.decide(market(close: 102, position: 3)).strength == 0)
        #expect(agent.decide(market(close: 103, position: -3)).strength == -1)
        let lost = agent.decide(market(close: 90, position: 3))
        #expect(lost.strength == 0 && lost.explanation[0].code == .stretchedTooFar)
    }

    @Test("parameters that make no sense are refused by name")
    func validation() {
        var trend = TrendAgent.Parameters()
        trend.minimumBreakout = 2
        #expect(throws: ParameterError.self) { try TrendAgent(trend) }
        trend = .init()
        trend.strongADX = .nan
        #expect(throws: ParameterError.self) { try TrendAgent(trend) }
        var reversion = MeanReversionAgent.Parameters()
        reversion.exit = 3
        #expect(throws: ParameterError.self) { try MeanReversionAgent(reversion) }
        reversion = .init()
        reversion.stop = 1
        do throws(ParameterError) {
            _ = try MeanReversionAgent(reversion)
        } catch {
            #expect("\(error)" == "stop: expected more than entry (2), was 1.0")
        }
    }
}
