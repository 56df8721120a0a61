public import CxxEvent
internal import Risk

/// What a `note` record is about; in its `flags`.
public enum NoteKind: UInt16, Sendable, CaseIterable {
    /// The gate denied a command: `code` is the `DenyReason`, `id` the decision behind it.
    case denial = 1
    /// The kill switch changed: `code` is the `KillCause`, 0 for lifted.
    case killSwitch = 2
    /// A protective stop fired.
    case stop = 3
    /// A report contradicted what we knew: `code` is the order table's anomaly.
    case anomaly = 4
    /// A reconciliation ended: `code` is the number of differences.
    case reconciliation = 5
    /// An invariant broke; trading is halted.
    case invariant = 6
    /// An instrument was halted after the same refusal several times.
    case halt = 7
    /// The venue's books differ from ours: `code` is the kind of difference, `id` the order, the value venue less ours.
    case difference = 8
    /// An operator took a position of the venue's over: the value is the lots that it changed by.
    case accepted = 9
}

extension Engine {
    /// Says why, in the stream: what `explain` and reports read.
    mutating func note(_ kind: NoteKind, instrument: Int?, code: UInt16, id: UInt64 = 0, side: martlet.Side = .none, value: Double = 0) {
        var event = martlet.HostEvent()
        event.kind = .note
        event.receive_time = now
        event.due_time = now
        event.instrument = instrument.map(UInt32.init) ?? .max
        event.side = side
        event.flags = kind.rawValue
        event.id = id
        event.strength = value
        event.code = code
        output.append(event)
    }

    /// A broken invariant: trading halts safely and says why.
    mutating func failSafe(_ kind: NoteKind) {
        counters.anomalies += 1
        note(kind, instrument: nil, code: 0)
        if gate.trip(.reconciliation, time: now) { killSwitchTripped() }
    }
}
