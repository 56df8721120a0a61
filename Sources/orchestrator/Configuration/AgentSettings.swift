package import Agents

/// `agents`: who decides, and how the council makes one decision of several opinions. The defaults of the
/// agents' parameters are the agents' own.
package struct AgentSettings: Sendable {
    /// Time of the session after which the fallback decides in the council's stead.
    package var deadline = Nanoseconds.seconds(1)
    package var trend = MemberSettings(TrendAgent.Parameters())
    package var meanReversion = MemberSettings(MeanReversionAgent.Parameters())
    package var consensus = Consensus()

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("deadline", &deadline, in: .milliseconds(1)...(.minutes(10)), "time of the session after which the fallback decides in the council's stead")
        reader.section("trend") { reader in
            trend.read(&reader)
            trend.parameters.read(&reader)
        }
        reader.section("mean_reversion") { reader in
            meanReversion.read(&reader)
            meanReversion.parameters.read(&reader)
        }
        reader.section("consensus") { consensus.read(&$0) }
    }

    /// The council that is configured. Its fallback are the same rules.
    package func council() throws -> Council {
        var members: [Council.Member] = []
        if trend.enabled { members.append(Council.Member(try TrendAgent(trend.parameters), weight: trend.weight)) }
        if meanReversion.enabled {
            members.append(Council.Member(try MeanReversionAgent(meanReversion.parameters), weight: meanReversion.weight))
        }
        return try Council(members, consensus: consensus, fallback: members)
    }
}

/// A member of the council: whether it votes, what its vote weighs, its own parameters.
package struct MemberSettings<Parameters: Sendable>: Sendable {
    package var enabled = true
    package var weight = 1.0
    package var parameters: Parameters

    init(_ parameters: Parameters) { self.parameters = parameters }

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("enabled", &enabled, "whether it votes")
        reader.value("weight", &weight, in: 0.001...1_000, "what its vote weighs")
    }
}

extension TrendAgent.Parameters {
    fileprivate mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("minimum_breakout", &minimumBreakout, in: 0...100, "least distance of the close beyond the channel, in average true ranges")
        reader.value("full_breakout", &fullBreakout, in: 0...1_000, "distance that gives full confidence, in average true ranges")
        reader.value("minimum_adx", &minimumADX, in: 0...100, "no entry while the ADX is below")
        reader.value("strong_adx", &strongADX, in: 0...1_000, "ADX from which the target is 2 and not 1")
    }
}

extension MeanReversionAgent.Parameters {
    fileprivate mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("entry", &entry, in: 0...100, "z-score that opens a position against it")
        reader.value("exit", &exit, in: 0...100, "z-score within which the way back is done")
        reader.value("strong", &strong, in: 0...1_000, "z-score from which the target is 2 and not 1")
        reader.value("stop", &stop, in: 0...10_000, "z-score beyond which the bet is lost")
        reader.value("maximum_adx", &maximumADX, in: 0...100, "no entry while the ADX is above")
        reader.value("minimum_edge", &minimumEdge, in: 0...1_000, "least expected move, in spreads")
    }
}

extension Consensus {
    fileprivate mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("maximum_disagreement", &maximumDisagreement, in: 0...1, "disagreement above which nothing is done")
        reader.value("minimum_confidence", &minimumConfidence, in: 0...1, "confidence of the vote below which nothing is done")
        reader.value("minimum_weight", &minimumWeight, in: 0.000_001...1_000, "least sum of the votes' weights for a decision")
        reader.value("step", &step, in: 0...2, "steps in which the target moves")
    }
}

/// `features`: lengths of the features that agents see, in decision bars, and a set of one's own beside them.
package struct FeatureSettings: Sendable {
    /// A feature set's file.
    package var set: String?
    package var smaFast = 10
    package var smaSlow = 30
    package var emaFast = 12
    package var emaSlow = 26
    package var macdSignal = 9
    package var rsi = 14
    package var bollinger = 20
    package var atr = 14
    package var adx = 14
    package var realisedVolatility = 30
    package var channel = 20
    package var imbalanceLevels = 5
    package var orderFlow = 100

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.optional("set", &set, "feature set, a YAML file, whose values every observation shows too; its timeframe is run.timeframe")
        let bars = 2...250
        reader.value("sma_fast", &smaFast, in: bars, "bars of the fast simple moving average")
        reader.value("sma_slow", &smaSlow, in: bars, "bars of the slow simple moving average")
        reader.value("ema_fast", &emaFast, in: bars, "bars of the fast exponential moving average, and of MACD")
        reader.value("ema_slow", &emaSlow, in: bars, "bars of the slow exponential moving average, and of MACD")
        reader.value("macd_signal", &macdSignal, in: bars, "bars of MACD's signal line")
        reader.value("rsi", &rsi, in: bars, "bars of the relative strength index")
        reader.value("bollinger", &bollinger, in: bars, "bars of the mean and deviation that the z-score is measured by")
        reader.value("atr", &atr, in: bars, "bars of the average true range")
        reader.value("adx", &adx, in: bars, "bars of the average directional index")
        reader.value("realised_volatility", &realisedVolatility, in: bars, "bars of the realised volatility")
        reader.value("channel", &channel, in: bars, "bars of the channel whose break the trend agent follows")
        reader.value("imbalance_levels", &imbalanceLevels, in: 1...20, "price levels a side in the book's imbalance")
        reader.value("order_flow", &orderFlow, in: bars, "changes of the best quotes in the order flow imbalance")
    }
}
