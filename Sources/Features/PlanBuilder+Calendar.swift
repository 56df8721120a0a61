internal import CxxFeature
internal import Domain

/// What the clock and the calendar say: its checks, and its features.
extension PlanBuilder {
    mutating func checkSchedules() {
        if set.events.count > OutsideData.maximumFiles {
            problem(ofSet: "events", "expected at most \(OutsideData.maximumFiles) schedules, were \(set.events.count)")
        }
        for (index, schedule) in set.events.enumerated() {
            let key = "events[\(index)]"
            if !Self.isName(schedule.name) {
                problem(ofSet: "\(key).name", "expected 1 to 64 lower-case letters, digits and underscores, was '\(schedule.name)'")
            } else if set.events[..<index].contains(where: { $0.name == schedule.name }) {
                problem(ofSet: "\(key).name", "'\(schedule.name)' is taken by a schedule before", "choose another name")
            }
            if (schedule.file == nil) == schedule.times.isEmpty {
                problem(ofSet: "\(key).times", "a schedule has `times` or a `file`, and this has \(schedule.file == nil ? "neither" : "both")", "")
            } else if schedule.times.count > EventSchedule.maximumTimes {
                problem(ofSet: "\(key).times", "expected at most \(EventSchedule.maximumTimes) times, were \(schedule.times.count)", "put them into a `file`")
            } else if zip(schedule.times, schedule.times.dropFirst()).contains(where: { $0 >= $1 }) {
                problem(ofSet: "\(key).times", "expected each time later than the one before it", "sort them, and keep each once")
            }
        }
        if outside.events.count != set.events.count {
            problem(ofSet: "events", "were not read", "OutsideData.read reads what a set names")
        }
    }

    mutating func add(_ feature: Feature, calendar step: CalendarStep, _ timeframe: Int) -> [(name: String, slot: Int)] {
        let kind = step.kind.rawValue
        if !feature.kernel.isEmpty { problem("calendar", "a feature has a kernel or is the calendar's, and this has both", "remove one of them") }
        if feature.across != nil { problem("across", "a feature is the calendar's or taken across the universe, and this has both", "remove one of them") }
        if !feature.parameters.isEmpty { problem("parameters", "\(kind) takes no numbers by name", "remove them") }
        for (key, isGiven) in [("input", feature.input != nil), ("reference", feature.reference != nil), ("inputs", !feature.inputs.isEmpty), ("clock", feature.clock != nil)] where isGiven {
            problem(key, "\(kind) reads the clock, and takes no \(key)", "remove it")
        }
        guard let moment = step.kind == .events ? events(step) : clock(step) else { return [] }
        moments.append(moment)
        return addMoment(feature, moments.count - 1, timeframe, step.kind.meaning, keeping: feature.output)
    }

    private mutating func clock(_ step: CalendarStep) -> MomentSource? {
        guard let zone = ZoneOffsets(step.zone) else {
            problem("parameters.zone", "no time zone is named '\(step.zone)'", Suggestion.nearest(step.zone, among: ZoneOffsets.names).map { "did you mean \($0)?" } ?? "write an IANA name such as America/New_York, or UTC")
            return nil
        }
        if step.kind == .session {
            guard (0..<86_400).contains(step.open) else {
                problem("parameters.open", "expected a time of the day, was \(step.open) seconds from midnight")
                return nil
            }
            guard (0...86_400).contains(step.close) else {
                problem("parameters.close", "expected a time of the day, was \(step.close) seconds from midnight")
                return nil
            }
        }
        set.features[place].calendar?.zoneRules = zone.digest
        return MomentSource(step, zone)
    }

    private mutating func events(_ step: CalendarStep) -> MomentSource? {
        for (key, seconds) in [("horizon", step.horizon), ("before", step.before), ("after", step.after)] where !(seconds >= 0 && seconds <= 1e10) {
            problem("parameters.\(key)", "expected a length of time, was \(seconds) seconds")
            return nil
        }
        guard let name = step.schedule else {
            problem("parameters.schedule", "says no schedule", "write schedule: NAME, one of the set's `events`")
            return nil
        }
        guard let index = set.events.firstIndex(where: { $0.name == name }) else {
            problem("parameters.schedule", "no schedule of the set is named '\(name)'", Self.mend(name, among: set.events.map(\.name)))
            return nil
        }
        guard outside.events.count == set.events.count else { return nil } // that is said of the set
        return MomentSource(step, set.events[index], outside.events[index])
    }
}
