/// `agents`: who decides, and how the council makes one decision of several opinions.
package struct AgentSettings: Sendable {
    /// Wall-clock time after which the fallback decides in the council's stead.
    package var deadline = Nanoseconds.milliseconds(50)
    /// What a decision takes in a backtest, in virtual time.
    package var modelledLatency = Nanoseconds.milliseconds(5)
    package var trend = TrendSettings()
    package var meanReversion = MeanReversionSettings()
    package var consensus = ConsensusSettings()

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("deadline", &deadline, in: Nanoseconds(1_000)...(.seconds(60)), "time after which the fallback decides in the council's stead, wall clock")
        reader.value("modelled_latency", &modelledLatency, in: Nanoseconds(0)...(.seconds(60)), "what a decision takes in a backtest")
        reader.section("trend") { trend.read(&$0) }
        reader.section("mean_reversion") { meanReversion.read(&$0) }
        reader.section("consensus") { consensus.read(&$0) }
    }
}

/// `agents.trend`: breakout of a channel, filtered by the average true range.
package struct TrendSettings: Sendable {
    package var enabled = true
    package var weight = 1.0
    /// Bars of the channel whose break is followed.
    package var channel = 20
    package var atrPeriod = 14
    /// A break counts where it is at least this many average true ranges beyond the channel.
    package var atrFilter = 0.1

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("enabled", &enabled, "whether the trend agent votes")
        reader.value("weight", &weight, in: 0...100, "its weight in the vote")
        reader.value("channel", &channel, in: 2...250, "bars of the channel whose break it follows")
        reader.value("atr_period", &atrPeriod, in: 2...250, "bars of the average true range")
        reader.value("atr_filter", &atrFilter, in: 0...10, "average true ranges beyond the channel at which a break counts")
    }
}

/// `agents.mean_reversion`: back to the mean from far away, by the z-score.
package struct MeanReversionSettings: Sendable {
    package var enabled = true
    package var weight = 1.0
    package var window = 20
    package var entry = 2.0
    package var exit = 0.5

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("enabled", &enabled, "whether the mean reversion agent votes")
        reader.value("weight", &weight, in: 0...100, "its weight in the vote")
        reader.value("window", &window, in: 2...250, "bars of the mean and the standard deviation")
        reader.value("entry_deviations", &entry, in: 0.1...10, "standard deviations from the mean at which it enters")
        reader.value("exit_deviations", &exit, in: 0...10, "standard deviations from the mean within which it leaves")
    }
}

/// `agents.consensus`: the vote.
package struct ConsensusSettings: Sendable {
    /// Below this confidence of the vote nothing is done.
    package var minimumConfidence = 0.2
    /// How much disagreement shrinks the size: 0 not at all, 1 to nothing where votes cancel out.
    package var disagreementPenalty = 1.0

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("minimum_confidence", &minimumConfidence, in: 0...1, "confidence of the vote below which nothing is done")
        reader.value("disagreement_penalty", &disagreementPenalty, in: 0...1, "how much disagreement shrinks the size: 0 not at all, 1 to nothing")
    }
}
