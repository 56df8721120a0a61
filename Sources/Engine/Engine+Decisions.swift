internal import CxxBook
internal import CxxFeature
public import CxxEvent
internal import Features
internal import Portfolio
internal import Risk

extension Engine {
    /// Asks the council what to hold of an instrument whose bar has just closed.
    ///
    /// A request that is still open is superseded: its answer will be late and change nothing.
    mutating func requestDecision(_ instrument: Int) {
        let lane = lanes + instrument
        guard !isStopping, lane.pointee.hasMarket, lane.pointee.status == .open else { return }
        requestCounter += 1
        lane.pointee.request = requestCounter
        counters.decisionsRequested += 1
        var request = martlet.HostEvent()
        request.kind = .decision_request
        request.receive_time = now
        request.due_time = now + configuration.decisionDeadline
        request.instrument = UInt32(instrument)
        request.id = requestCounter
        request.payload_kind = UInt16(Observation.layoutVersion(setColumns: configuration.setColumns))
        request.payload_size = UInt32(Observation.payloadCount(setColumns: configuration.setColumns) * MemoryLayout<Double>.size)
        let position = ledger.position(instrument)
        output.append(request, lane.pointee.observation(position: position, time: now, sequence: cause), set: rows.values(instrument))
    }

    /// Consumes the council's answer: a target position, pursued at once.
    mutating func consume(decision event: martlet.HostEvent) {
        let instrument = Int(event.instrument)
        guard instrument < laneCount, event.id != 0, lanes[instrument].request == event.id else {
            counters.decisionsLate += 1
            return
        }
        lanes[instrument].request = 0
        counters.decisionsTaken += 1
        if event.flags & UInt16(martlet.host_flag_fallback.rawValue) != 0 { counters.fallbackDecisions += 1 }
        let isVeto = event.flags & UInt16(martlet.host_flag_veto.rawValue) != 0
        guard !isStopping, !isVeto, event.confidence > 0 else { return }
        // A protective stop is on its way out: nobody talks it back in.
        guard !lanes[instrument].stopFired || ledger.position(instrument) == 0 else { return }
        lanes[instrument].decision = event.sequence
        lanes[instrument].decisionMiddle = lanes[instrument].bid + lanes[instrument].ask
        markPrices(instrument)
        take(sized(event, instrument), of: instrument)
    }

    private func sized(_ event: martlet.HostEvent, _ instrument: Int) -> Sizing.Target {
        let range = lanes[instrument].kernels.atr.value() / lanes[instrument].increment
        return Sizing.target(
            Sizing.Input(
                strength: event.strength, confidence: event.confidence, disagreement: 0, averageTrueRange: range,
                equity: gate.equityMoney, limitLots: gate.maximumPosition(instrument)),
            rule: rule, limits: limits.instruments[instrument])
    }

    /// Makes a target the lane's own. One that has the position's direction and differs little from it is
    /// not worth its costs and leaves the position as it is.
    private mutating func take(_ target: Sizing.Target, of instrument: Int) {
        let position = ledger.position(instrument)
        let distance = (target.lots - position).magnitude
        let sameDirection = target.lots.signum() == position.signum()
        if sameDirection && Double(distance) <= configuration.rebalanceBand * Double(position.magnitude) { return }
        if target.stopDistance > 0 { lanes[instrument].stopDistance = target.stopDistance }
        lanes[instrument].target = target.lots
        lanes[instrument].attempts = 0
        lanes[instrument].pursuing = true
        pursue(instrument)
    }

    /// The protective stop was touched: out, without asking anybody.
    mutating func fireStop(_ instrument: Int) {
        counters.stopsFired += 1
        lanes[instrument].stopFired = true
        lanes[instrument].exitDenied = 0
        lanes[instrument].target = 0
        lanes[instrument].decision = 0
        lanes[instrument].request = 0 // what was asked before it is answered too late
        lanes[instrument].attempts = 0
        lanes[instrument].pursuing = true
        note(.stop, instrument: instrument, code: 0)
        markPrices(instrument)
        pursue(instrument)
    }

    /// Moves the protective stop with the position: `stopDistance` from the average entry, gone when flat.
    mutating func placeStop(_ instrument: Int) {
        let lane = lanes + instrument
        let position = ledger.position(instrument)
        guard position != 0, configuration.protectiveStops, lane.pointee.stopDistance > 0 else {
            lane.pointee.stop = .min
            lane.pointee.stopFired = false
            return
        }
        // One fill may turn a position over: what was being left is gone, and the new one has its own stop.
        if lane.pointee.stopFired && (position > 0) != lane.pointee.stopIsBelow { lane.pointee.stopFired = false }
        guard !lane.pointee.stopFired else { return }
        let entry = ledger.summary(instrument).averagePrice
        lane.pointee.stopIsBelow = position > 0
        lane.pointee.stop = position > 0 ? entry - lane.pointee.stopDistance : entry + lane.pointee.stopDistance
    }
}
