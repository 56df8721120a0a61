public import Core
internal import CxxEvent
internal import Risk

extension RunRecorder {
    /// What was collected so far; `instruments`, `agentNames` and `waitsForMarket` are what the recorder was made with.
    ///
    /// Where the state was collected for other agents, reading it gives the whole but their part: shares of the profit and
    /// counts of votes (`weights`, `attribution`, `votes`) begin anew then.
    /// - Returns: whether the agents are the same.
    @discardableResult
    public mutating func code(_ state: inout StateCoder) -> Bool {
        state.section("recorder")
        state.expect(instruments.count, "the number of instruments")
        state.value(&marketEvents)
        fills.code(&state, instruments: instruments.count)
        state.value(&unkeptFills)
        state.expect(denials.count, "the number of reasons to deny")
        for index in denials.indices { state.value(&denials[index]) }
        state.array(&killSwitches, atMost: Self.maximumKillSwitches, blank: (0, .none, .none)) { state, change in
            state.value(&change.time)
            state.choice(&change.cause)
            state.choice(&change.reason)
        }
        codeSamples(&state)
        state.value(&firstTime)
        state.value(&lastTime)
        state.value(&spreadCost)
        state.value(&slippageCost)
        state.value(&fallbacks)
        state.value(&vetoes)
        state.value(&councils)
        for index in profits.indices { state.value(&profits[index]) }
        return codeAgents(&state)
    }

    private mutating func codeSamples(_ state: inout StateCoder) {
        state.array(&samples, atMost: Self.maximumSamples, blank: EquitySample(time: 0, equity: 0, gross: 0, net: 0)) { $1.code(&$0) }
        for index in prices.indices {
            state.array(&prices[index], atMost: Self.maximumSamples, blank: (0, 0)) { state, price in
                state.value(&price.time)
                state.value(&price.twiceMiddle)
            }
        }
        state.value(&spacing)
        state.value(&nextSample)
        if spacing <= 0 { state.fail("samples \(spacing) ns apart") }
    }

    /// Bound of the names of agents that are read.
    private static let maximumAgents = 1_000

    /// The last part: where the agents are others it is read by their number and forgotten.
    private mutating func codeAgents(_ state: inout StateCoder) -> Bool {
        var names = agentNames
        state.array(&names, atMost: Self.maximumAgents, blank: "") { $0.value(&$1) }
        guard names != agentNames else {
            codeShares(&state)
            return true
        }
        var others = RunRecorder(instruments: instruments, agentNames: names)
        others.codeShares(&state)
        return false
    }

    private mutating func codeShares(_ state: inout StateCoder) {
        for instrument in weights.indices {
            for agent in weights[instrument].indices { state.value(&weights[instrument][agent]) }
        }
        for agent in votes.indices {
            state.value(&votes[agent].votes)
            state.value(&votes[agent].abstentions)
            state.value(&votes[agent].weight)
        }
        for agent in attribution.profits.indices { state.value(&attribution.profits[agent]) }
        state.value(&attribution.unattributed)
    }
}

extension EquitySample {
    mutating func code(_ state: inout StateCoder) {
        state.value(&time)
        state.value(&equity)
        state.value(&gross)
        state.value(&net)
    }
}
