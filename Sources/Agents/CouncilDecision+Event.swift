public import CxxEvent

extension CouncilDecision {
    /// The record by which the decision reaches the engine; number and time are the sequencer's, the votes follow as
    /// `payload`. Disagreement has shrunk strength and confidence already.
    public func event(request: UInt64, instrument: UInt32) -> martlet.HostEvent {
        var event = martlet.HostEvent()
        event.kind = .decision
        event.instrument = instrument
        event.id = request
        event.strength = strength
        event.confidence = confidence
        event.payload_kind = UInt16(Self.layoutVersion)
        if isFallback { event.flags |= UInt16(martlet.host_flag_fallback.rawValue) }
        if outcome != .act { event.flags |= UInt16(martlet.host_flag_veto.rawValue) }
        return event
    }
}
