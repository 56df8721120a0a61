public import CxxEvent
internal import Risk

extension Engine {
    /// Consumes a timer, a control, a decision, a start or an end of a run.
    public mutating func consume(host event: martlet.HostEvent) {
        begin(sequence: event.sequence, time: event.receive_time)
        if event.kind != .timer { wakeStartedTimers() }
        switch event.kind {
        case .timer: consume(timer: event)
        case .decision: consume(decision: event)
        case .control: consume(control: event)
        case .run_start: startRun(epoch: UInt32(truncatingIfNeeded: event.id))
        case .run_end, .model_swap: break
        default: counters.anomalies += 1
        }
    }

    /// A process began or recovered: its client order ids are new, and what was open is unknown until the
    /// venue has said what became of it.
    private mutating func startRun(epoch: UInt32) {
        self.epoch = epoch
        orderCounter = 0
        isStopping = false
        loseSession()
    }

    private mutating func consume(control event: martlet.HostEvent) {
        switch martlet.ControlAction(rawValue: event.code) {
        case .kill:
            let cause = KillCause(rawValue: UInt8(truncatingIfNeeded: event.id)) ?? .operator
            if gate.trip(cause == .none ? .operator : cause, time: now) { killSwitchTripped() } else { cancelAll(isEmergency: true) }
        case .resume:
            gate.resume(time: now)
            note(.killSwitch, instrument: nil, code: 0)
        case .cancel_all:
            cancelAll(isEmergency: false)
        case .stop:
            isStopping = true
            abandonTargets()
            cancelAll(isEmergency: false)
        case .reconcile:
            startReconciliation()
        default:
            counters.anomalies += 1
        }
    }

    /// Cancels everything and wants nothing any more; what is held stays held until an operator decides.
    mutating func killSwitchTripped() {
        note(.killSwitch, instrument: nil, code: UInt16(gate.killSwitch.cause.rawValue), id: UInt64(gate.killSwitch.reason.rawValue))
        abandonTargets()
        cancelAll(isEmergency: true)
    }

    private mutating func abandonTargets() {
        for instrument in 0..<laneCount {
            lanes[instrument].pursuing = false
            lanes[instrument].request = 0
        }
    }
}
