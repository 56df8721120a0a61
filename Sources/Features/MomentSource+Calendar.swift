internal import CxxFeature

extension MomentSource {
    /// What the clock of a zone says.
    init(_ step: CalendarStep, _ zone: ZoneOffsets) {
        name = step.kind.rawValue
        columns = Self.columns(of: step.kind)
        rule = .clock(step, zone)
        keys = [""]
        parts = [Part(known: [], columns: [])]
    }

    /// How far the events of a schedule are.
    init(_ step: CalendarStep, _ schedule: EventSchedule, _ table: OutsideTable) {
        name = schedule.name
        columns = Self.columns(of: step.kind)
        rule = .events(martlet.EventWindow(horizon: step.horizon, before: step.before, after: step.after))
        keys = table.keys
        parts = table.parts.map { part in
            let events = part.times.indices.map { martlet.ScheduledEvent(at_nanoseconds: part.times[$0], known_nanoseconds: part.known[$0]) }
            return Part(known: [], columns: [], events: events)
        }
    }

    private static func columns(of kind: CalendarStep.Kind) -> [Column] {
        kind.outputs.compactMap { output in
            martlet.FeatureUnit(of: output.unit).map { Column(name: output.name, unit: $0, meaning: kind.meaning) }
        }
    }
}

extension CalendarStep {
    /// Its outputs, in the order of `Kind.outputs`.
    func fill(_ out: UnsafeMutablePointer<Double>, at time: Int64, _ zone: ZoneOffsets) {
        let offset = zone.offset(at: time)
        switch kind {
        case .session:
            let now = martlet.session_features(time, offset, martlet.SessionHours(open_seconds: open, close_seconds: close))
            (out[0], out[1], out[2], out[3], out[4]) = (now.open, now.minute, now.progress, now.minutes_left, now.minutes_to_open)
        case .date:
            let now = martlet.date_features(time, offset)
            (out[0], out[1], out[2], out[3], out[4]) = (now.day_sine, now.day_cosine, now.week_sine, now.week_cosine, now.year_sine)
            (out[5], out[6], out[7], out[8], out[9]) = (now.year_cosine, now.weekday, now.day_of_month, now.days_to_month_end, now.month)
        case .expiry:
            let now = martlet.expiry_features(time, offset)
            (out[0], out[1], out[2]) = (now.days_to_monthly, now.days_to_quarterly, now.monthly_week)
        case .events: preconditionFailure("events are no clock")
        }
    }
}

extension MomentSource.Part {
    func fill(_ out: UnsafeMutablePointer<Double>, at time: Int64, _ window: martlet.EventWindow) {
        let now = events.withUnsafeBufferPointer { martlet.event_features(time, $0.baseAddress, Int64($0.count), window) }
        (out[0], out[1], out[2]) = (now.seconds_to_next, now.seconds_since_last, now.inside)
    }
}
