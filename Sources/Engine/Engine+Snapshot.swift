public import Core
internal import Execution
internal import Portfolio
internal import Risk

// The engine's state, whole: what it will answer to any event from here on follows from it and from its configuration.
//
//     engine ─► lanes (book, bars, features, target, stop) ─► rows of the set ─► gate ─► ledger ─► orders ─► reconciliation ─► refusals ─► timers
//
// What comes from configuration, policy and instruments is not in it (`configuration`, `rule`, `limits`, `laneCount`, sizes of
// tables): it is read into an engine that was made for the same. Between two events `output` and `fills` are empty.

extension Engine {
    /// Which list of fields this is. It rises with every change of what is coded, here and in all that is called from here, so
    /// that a state that another build wrote is passed over, not misread.
    public static let stateVersion: UInt32 = 4

    /// Writes the state into `state`, or becomes what it holds. Between events alone: the host has emptied `output` and `fills`.
    /// Where `state.problem` is set afterwards the engine is of no use.
    ///
    /// - Complexity: O(live orders of the books + orders and executions remembered): see docs/performance.md.
    public mutating func code(_ state: inout StateCoder) {
        precondition(output.isEmpty && fills.count == 0, "the answer to an event was not taken")
        state.section("engine")
        state.expect(Self.stateVersion, "the version of the state")
        state.expect(laneCount, "the number of instruments")
        for index in 0..<laneCount where state.problem == nil { lanes[index].code(&state) }
        rows.code(&state)
        gate.code(&state)
        ledger.code(&state)
        orders.code(&state)
        reconciliation.code(&state)
        loopBreaker.code(&state)
        state.section("engine's own")
        state.value(&cause)
        state.value(&now)
        state.value(&epoch)
        state.value(&orderCounter)
        state.value(&requestCounter)
        state.value(&outputCounter)
        timers.code(&state)
        state.value(&isStopping)
        state.value(&sessionIsUp)
        counters.code(&state)
        state.section("end of the engine")
    }
}

extension EngineTimers {
    /// The due times; `next` and `anySleeps` follow from them.
    mutating func code(_ state: inout StateCoder) {
        state.value(&bar)
        state.value(&risk)
        state.value(&reconcile)
        state.value(&rows)
        state.value(&riskFired)
        state.value(&marked)
    }
}

extension EngineCounters {
    mutating func code(_ state: inout StateCoder) {
        state.value(&decisionsRequested)
        state.value(&decisionsTaken)
        state.value(&decisionsLate)
        state.value(&fallbackDecisions)
        state.value(&bookFaults)
        state.value(&ordersSubmitted)
        state.value(&cancelsSubmitted)
        state.value(&denials)
        state.value(&stopsFired)
        state.value(&anomalies)
        state.value(&reconciliations)
        state.value(&differences)
        state.value(&ordersFilled)
        state.value(&ordersPartiallyFilled)
        state.value(&ordersCanceled)
        state.value(&ordersRejected)
        state.value(&copies)
    }
}
