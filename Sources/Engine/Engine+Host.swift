public import CxxEvent
internal import Execution
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
        // What a stop was leaving when the last run ended is left in this one. What a decision wanted is not: nobody knows
        // how long ago that was, and the council is asked again.
        for instrument in 0..<laneCount {
            lanes[instrument].pursuing = lanes[instrument].stopFired
            lanes[instrument].request = 0
        }
    }

    private mutating func consume(control event: martlet.HostEvent) {
        switch martlet.ControlAction(rawValue: event.code) {
        case .kill:
            let cause = KillCause(rawValue: UInt8(truncatingIfNeeded: event.id)) ?? .operator
            if gate.trip(cause == .none ? .operator : cause, time: now) { killSwitchTripped() } else { cancelAll(isEmergency: true) }
        case .resume:
            gate.resume(time: now)
            note(.killSwitch, instrument: nil, code: 0)
            liftHalts()
            leaveWhatStopped()
        case .cancel_all:
            cancelAll(isEmergency: false)
        case .stop:
            isStopping = true
            abandonTargets()
            cancelAll(isEmergency: false)
        case .reconcile:
            startReconciliation()
            resolveIfAnswered()
        case .accept:
            acceptVenue()
        default:
            counters.anomalies += 1
        }
    }

    /// Cancels everything and wants nothing any more; what is held stays held until an operator decides. Where a limit
    /// tripped it, protective stops still leave what they were to leave: losses come together.
    mutating func killSwitchTripped() {
        note(.killSwitch, instrument: nil, code: UInt16(gate.killSwitch.cause.rawValue), id: UInt64(gate.killSwitch.reason.rawValue))
        abandonTargets(butStops: gate.killSwitch.cause.allowsReducing)
        cancelAll(isEmergency: true)
    }

    private mutating func abandonTargets(butStops: Bool = false) {
        for instrument in 0..<laneCount where !(butStops && lanes[instrument].stopFired) {
            lanes[instrument].pursuing = false
            lanes[instrument].request = 0
        }
    }

    /// An operator who resumes has looked at what halted an instrument.
    private mutating func liftHalts() {
        for instrument in 0..<laneCount {
            gate.setHalted(instrument: instrument, false)
            loopBreaker.reset(instrument: instrument)
        }
    }

    /// A stop that fired while nothing could be sent goes on.
    private mutating func leaveWhatStopped() {
        for instrument in 0..<laneCount where lanes[instrument].stopFired {
            lanes[instrument].pursuing = true
            lanes[instrument].attempts = 0
            markPrices(instrument)
            pursue(instrument)
        }
    }
}
