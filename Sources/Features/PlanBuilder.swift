internal import CxxFeature
internal import Domain

/// Builds a plan out of a set and notes everything that is wrong on the way.
struct PlanBuilder {
    /// Calendars learn the rules of their zones on the way.
    var set: FeatureSet
    let outside: OutsideData
    private(set) var problems: [FeatureSetProblem] = []
    private(set) var nodes: [FeaturePlan.Node] = []
    private(set) var columns: [FeatureColumn] = []
    private(set) var columnSlots: [Int] = []
    private(set) var timeframes: [Timeframe] = []
    private(set) var references: [String] = []
    private(set) var slotCount = 0
    /// What is there without a bar.
    var moments: [MomentSource] = []
    /// Places in `moments` of the set's files, by name.
    var momentPlaces: [String: Int] = [:]
    /// Of those in `moments` whose rows can be a clock, those rows.
    var clocks: [Int: OutsideTable] = [:]
    /// Names of the set's files so far.
    var outsideNames: [String] = []
    /// What each slot is measured in.
    private var units: [martlet.FeatureUnit] = []
    /// For each feature the outputs that it has, with their slots; empty where it could not be built.
    private var outputs: [[(name: String, slot: Int)]] = []
    /// The feature that is being built.
    private(set) var place = 0

    init(_ set: FeatureSet, _ outside: OutsideData = .none) {
        self.set = set
        self.outside = outside
    }

    mutating func build() {
        checkSet()
        addOutside()
        let lengths = set.features.compactMap(\.timeframe) + [set.timeframe]
        timeframes = lengths.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        for (index, feature) in set.features.enumerated() {
            place = index
            outputs.append(add(feature))
        }
        if columns.count > FeaturePlan.maximumColumns {
            problems.append(.init(feature: nil, key: "features", message: "expected at most \(FeaturePlan.maximumColumns) columns, were \(columns.count)", mend: "keep one `output` of the kernels that give many"))
        }
    }

    private mutating func checkSet() {
        if !Self.isName(set.name) {
            problems.append(.init(feature: nil, key: "name", message: "expected 1 to 64 lower-case letters, digits and underscores, was '\(set.name)'", mend: ""))
        }
        if set.features.isEmpty || set.features.count > FeatureSet.maximumFeatures {
            problems.append(.init(feature: nil, key: "features", message: "expected 1 to \(FeatureSet.maximumFeatures) features, were \(set.features.count)", mend: ""))
        }
        for (index, group) in set.groups.enumerated() {
            let key = "groups[\(index)]"
            if !Self.isName(group.name) {
                problems.append(.init(feature: nil, key: "\(key).name", message: "expected 1 to 64 lower-case letters, digits and underscores, was '\(group.name)'", mend: ""))
            } else if set.groups[..<index].contains(where: { $0.name == group.name }) {
                problems.append(.init(feature: nil, key: "\(key).name", message: "'\(group.name)' is taken by a group before", mend: "choose another name"))
            }
            if group.members.isEmpty {
                problems.append(.init(feature: nil, key: "\(key).members", message: "the group has nobody", mend: "list instruments as VENUE:SYMBOL"))
            }
            for member in group.members where !Self.isKey(member) {
                problems.append(.init(feature: nil, key: "\(key).members", message: "expected VENUE:SYMBOL, was '\(member)'", mend: ""))
            }
        }
        if let reset = set.resetAfter, reset < 0 {
            problems.append(.init(feature: nil, key: "reset_after", message: "expected a length of time, was \(reset) ns", mend: ""))
        }
    }

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
    }

    /// `VENUE:SYMBOL`, or that with a listing.
    static func isKey(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { part in !part.isEmpty && part.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
    }

    mutating func problem(_ key: String, _ message: String, _ mend: String = "") {
        problems.append(.init(feature: place, key: key, message: message, mend: mend))
    }

    mutating func problem(ofSet key: String, _ message: String, _ mend: String = "") {
        problems.append(.init(feature: nil, key: key, message: message, mend: mend))
    }

    // MARK: one feature

    private mutating func add(_ feature: Feature) -> [(name: String, slot: Int)] {
        if !Self.isName(feature.name) {
            problem("name", "expected 1 to 64 lower-case letters, digits and underscores, was '\(feature.name)'")
        } else if BarColumn(rawValue: feature.name) != nil {
            problem("name", "'\(feature.name)' is a column of the bars", "choose another name")
        } else if set.features[..<place].contains(where: { $0.name == feature.name }) {
            problem("name", "'\(feature.name)' is taken by a feature before", "choose another name")
        } else if outsideNames.contains(feature.name) {
            problem("name", "'\(feature.name)' is taken by a file of the set", "choose another name")
        }
        let length = feature.timeframe ?? set.timeframe
        if !length.isMultiple(of: set.timeframe) {
            problem("timeframe", "expected a multiple of the set's \(set.timeframe), was \(length)")
        }
        let timeframe = timeframes.firstIndex(of: length)!
        if let calendar = feature.calendar { return add(feature, calendar: calendar, timeframe) }
        if let method = feature.across { return add(feature, across: method, timeframe) }
        if feature.kernel.isEmpty, case .feature(let name, _)? = feature.input, outsideNames.contains(name) {
            return momentPlaces[name].map { addCopy(feature, of: $0, timeframe) } ?? []
        }
        guard let kernel = kernel(feature), let values = parameters(feature, kernel) else { return [] }
        if let clock = feature.clock, MarketClock(rawValue: clock) == nil, !outsideNames.contains(clock) {
            problem("clock", "neither a series or option trades of the set nor a clock of the market are named '\(clock)'", Self.mend(clock, among: set.series.map(\.name) + set.optionTrades.map(\.name) + MarketClock.allCases.map(\.rawValue)))
            return []
        }
        if let clock = marketClock(feature) { return add(feature, kernel, values, by: clock, timeframe) }
        guard let inputs = inputs(feature, kernel) else { return [] }
        if feature.clock != nil { return addClocked(feature, kernel, values, inputs, timeframe) }
        let first = append(kernel, values, timeframe, inputs)
        let slots = kernel.outputs.enumerated().map { (name: $0.element, slot: first + $0.offset) }
        return close(feature, slots, timeframe, kernel.meaning, keeping: feature.output)
    }

    /// The clock of the market that a feature names; nil where it names none, or a series of the set.
    private func marketClock(_ feature: Feature) -> MarketClock? {
        guard let name = feature.clock, !outsideNames.contains(name) else { return nil }
        return MarketClock(rawValue: name)
    }

    /// A kernel that takes the times of the market's events.
    private mutating func add(_ feature: Feature, _ kernel: Kernel, _ values: [Double], by clock: MarketClock, _ timeframe: Int) -> [(name: String, slot: Int)] {
        guard kernel.takesTimes else {
            problem("clock", "\(kernel.name) does not take the times of events", kernel.marketClock == nil ? "remove it" : "remove it: it moves by \(kernel.marketClock?.rawValue ?? "")")
            return []
        }
        for (key, isGiven) in [("input", feature.input != nil), ("reference", feature.reference != nil), ("inputs", !feature.inputs.isEmpty)] where isGiven {
            problem(key, "\(kernel.name) takes the times of \(clock.rawValue), and no \(key)", "remove it")
        }
        let first = append(.event(kernel, clock), values, timeframe, [], units: kernel.outputUnits(of: .seconds))
        return close(feature, kernel.outputs.enumerated().map { (name: $0.element, slot: first + $0.offset) }, timeframe, kernel.meaning, keeping: feature.output)
    }

    /// What stands behind a feature's first step, and its columns: of `wanted` alone where it is given.
    mutating func close(
        _ feature: Feature, _ slots: [(name: String, slot: Int)], _ timeframe: Int, _ meaning: String, keeping wanted: String? = nil
    ) -> [(name: String, slot: Int)] {
        var slots = slots
        if let wanted {
            guard let kept = slots.first(where: { $0.name == wanted }) else {
                problem("output", "\(feature.across?.rawValue ?? (feature.kernel.isEmpty ? "'\(feature.name)'" : feature.kernel)) has no output '\(wanted)'", Self.mend(wanted, among: slots.map(\.name)))
                return []
            }
            slots = [kept]
        }
        guard let chained = finish(feature, slots, timeframe) else { return [] }
        for output in chained {
            columns.append(
                FeatureColumn(
                    name: chained.count == 1 ? feature.name : "\(feature.name).\(output.name)", feature: place, timeframe: timeframes[timeframe],
                    unit: units[output.slot].text, meaning: meaning))
            columnSlots.append(output.slot)
        }
        return chained
    }

    /// Normalisation and lag behind each of the slots.
    private mutating func finish(
        _ feature: Feature, _ slots: [(name: String, slot: Int)], _ timeframe: Int
    ) -> [(name: String, slot: Int)]? {
        var slots = slots
        if let normalisation = feature.normalisation {
            guard let chained = chain(slots, normalisation.method.kernel, Double(normalisation.window), "normalisation.window", timeframe) else { return nil }
            slots = chained
        }
        if feature.lag < 0 {
            problem("lag", "expected 0 or more bars, was \(feature.lag)", "a negative lag would show what is not known yet")
            return nil
        }
        if feature.lag > 0 {
            guard let chained = chain(slots, "lag", Double(feature.lag), "lag", timeframe) else { return nil }
            slots = chained
        }
        return slots
    }

    private mutating func chain(
        _ slots: [(name: String, slot: Int)], _ name: String, _ value: Double, _ key: String, _ timeframe: Int
    ) -> [(name: String, slot: Int)]? {
        guard let kernel = Kernel.named(name) else { preconditionFailure("the core has no kernel '\(name)'") }
        if let refused = kernel.refused([value]) {
            problem(key, "expected \(Self.range(refused)), was \(Self.text(value))")
            return nil
        }
        return slots.map { ($0.name, append(kernel, [value], timeframe, [.slot($0.slot)])) }
    }

    private mutating func append(_ kernel: Kernel, _ values: [Double], _ timeframe: Int, _ inputs: [FeaturePlan.Source]) -> Int {
        append(kernel.marketClock.map { .event(kernel, $0) } ?? .kernel(kernel), values, timeframe, inputs, units: kernel.outputUnits(of: inputs.first.map(unit) ?? .any))
    }

    /// Adds a node; returns its first slot.
    mutating func append(
        _ work: FeaturePlan.Work, _ values: [Double], _ timeframe: Int, _ inputs: [FeaturePlan.Source], units outputs: [martlet.FeatureUnit]
    ) -> Int {
        let sources = inputs.compactMap { source -> Int? in
            guard case .slot(let slot) = source else { return nil }
            return nodes.firstIndex { ($0.firstSlot..<($0.firstSlot + $0.outputs)).contains(slot) }
        }
        units += outputs
        nodes.append(
            .init(
                work: work, values: values, timeframe: timeframe, inputs: inputs, firstSlot: slotCount, outputs: outputs.count,
                depth: (sources.map { nodes[$0].depth }.max() ?? -1) + 1, feature: place))
        defer { slotCount += outputs.count }
        return slotCount
    }

    // MARK: its parts

    private mutating func kernel(_ feature: Feature) -> Kernel? {
        if feature.kernel.isEmpty {
            problem("kernel", "there is none", "write `kernel: NAME`, `calendar: …` or `across: …`")
            return nil
        }
        guard let kernel = Kernel.named(feature.kernel) else {
            problem("kernel", "no kernel is named '\(feature.kernel)'", Self.mend(feature.kernel, among: Kernel.all.map(\.name)))
            return nil
        }
        guard kernel.record != .optionTrade || feature.clock != nil else {
            problem("kernel", "\(kernel.name) takes option trades, and a feature has bars without a clock", "write `clock: NAME`, one of the set's `option_trades`")
            return nil
        }
        return kernel
    }

    private mutating func parameters(_ feature: Feature, _ kernel: Kernel) -> [Double]? {
        if kernel.record == .several, !kernel.severalInputs.contains(feature.inputs.count) {
            let wanted = kernel.severalInputs
            let text = wanted.count == 1 ? "\(wanted.lowerBound)" : "\(wanted.lowerBound) to \(wanted.upperBound)"
            problem("inputs", "\(kernel.name) takes \(text) inputs, were \(feature.inputs.count)", "write `inputs: [a, b]`: \(kernel.meaning)")
            return nil
        }
        let known = kernel.parameters
        var isGood = true
        for name in feature.parameters.keys.sorted() where !known.contains(where: { $0.name == name }) {
            problem("parameters.\(name)", "\(kernel.name) has no such parameter", Self.mend(name, among: known.map(\.name)))
            isGood = false
        }
        if kernel.record == .several, feature.parameters["inputs"] != nil {
            problem("parameters.inputs", "is how many `inputs` there are", "remove it")
            isGood = false
        }
        let values = known.map { feature.value(of: $0) }
        for (parameter, value) in zip(known, values) where !Self.accepts(parameter, value) {
            problem("parameters.\(parameter.name)", "expected \(Self.range(parameter)), was \(Self.text(value))")
            isGood = false
        }
        guard isGood else { return nil }
        if let refused = kernel.refused(values) {
            problem("parameters.\(refused.name)", "\(Self.text(values[known.firstIndex(of: refused)!])) does not go with the other parameters", refused.meaning)
            return nil
        }
        return values
    }

    private mutating func inputs(_ feature: Feature, _ kernel: Kernel) -> [FeaturePlan.Source]? {
        if kernel.record == .several { return severalInputs(feature, kernel) }
        if !feature.inputs.isEmpty {
            problem("inputs", "\(kernel.name) does not take several", "write `input`, or remove it")
            return nil
        }
        let count = kernel.seriesInputs
        if count == 0, let input = feature.input {
            problem("input", "\(kernel.name) reads the whole \(kernel.record), and takes no input, was '\(input)'", "remove it")
            return nil
        }
        if count < 2, let reference = feature.reference {
            problem("reference", "\(kernel.name) takes no reference, was '\(reference)'", "remove it")
            return nil
        }
        if count == 2, feature.reference == nil {
            problem("reference", "\(kernel.name) compares with a second series: none is given", "write a column, a feature, or COLUMN@VENUE:SYMBOL")
            return nil
        }
        var sources: [FeaturePlan.Source] = []
        if count > 0 {
            guard let source = source(feature.input ?? .column(.close), "input"), fits(source, kernel, 0, "input") else { return nil }
            sources.append(source)
        }
        if count > 1, let reference = feature.reference {
            guard let source = source(reference, "reference"), fits(source, kernel, 1, "reference") else { return nil }
            sources.append(source)
        }
        return sources
    }

    private mutating func severalInputs(_ feature: Feature, _ kernel: Kernel) -> [FeaturePlan.Source]? {
        if feature.input != nil || feature.reference != nil {
            problem(feature.input == nil ? "reference" : "input", "\(kernel.name) takes `inputs`", "remove it")
            return nil
        }
        var sources: [FeaturePlan.Source] = []
        for (index, input) in feature.inputs.enumerated() {
            guard let source = source(input, "inputs"), fits(source, kernel, index, "inputs") else { continue }
            sources.append(source)
        }
        return sources.count == feature.inputs.count ? sources : nil
    }

    /// What an input is measured in.
    func unit(_ source: FeaturePlan.Source) -> martlet.FeatureUnit {
        switch source {
        case .column(let column), .reference(_, let column): martlet.record_column_unit(.bar, Int32(column))
        case .slot(let slot): units[slot]
        case .moment(let place, let column): moments[place].columns[column].unit
        }
    }

    private mutating func fits(_ source: FeaturePlan.Source, _ kernel: Kernel, _ place: Int, _ key: String) -> Bool {
        let (wanted, given) = (kernel.inputUnit(place), unit(source))
        if wanted == .any || wanted == given { return true }
        problem(key, "\(kernel.name) takes what is measured as \(wanted.text), and this is \(given.text)")
        return false
    }

    mutating func source(_ input: FeatureInput, _ key: String) -> FeaturePlan.Source? {
        switch input {
        case .column(let column): return .column(column.place)
        case .instrument(let column, let name):
            guard Self.isKey(name) else {
                problem(key, "expected \(column.rawValue)@VENUE:SYMBOL, was '\(input)'")
                return nil
            }
            if !references.contains(name) { references.append(name) }
            return .reference(references.firstIndex(of: name)!, column: column.place)
        case .feature(let name, let output):
            if let moment = momentPlaces[name] { return momentSource(moment, output, key) }
            if outsideNames.contains(name) { return nil } // what is wrong with it is said there
            guard let index = set.features[..<place].firstIndex(where: { $0.name == name }) else {
                let known = BarColumn.allCases.map(\.rawValue) + outsideNames + set.features[..<place].map(\.name)
                if set.features[place...].contains(where: { $0.name == name }) {
                    problem(key, "'\(name)' does not stand before this feature", "put it behind that one")
                } else {
                    problem(key, "neither a column nor a feature before this one is named '\(name)'", Self.mend(name, among: known))
                }
                return nil
            }
            let slots = outputs[index]
            guard !slots.isEmpty else { return nil } // what is wrong with it is said there
            if let output {
                guard let found = slots.first(where: { $0.name == output }) else {
                    problem(key, "'\(name)' has no output '\(output)'", Self.mend(output, among: slots.map(\.name)))
                    return nil
                }
                return .slot(found.slot)
            }
            guard slots.count == 1 else {
                problem(key, "'\(name)' has several outputs", "write one of \(slots.map { "\(name).\($0.name)" }.joined(separator: ", "))")
                return nil
            }
            return .slot(slots[0].slot)
        }
    }

    // MARK: texts

    static func accepts(_ parameter: Kernel.Parameter, _ value: Double) -> Bool {
        parameter.allowed.contains(value) && (!parameter.isWhole || value == value.rounded())
    }

    static func range(_ parameter: Kernel.Parameter) -> String {
        (parameter.isWhole ? "a whole number from " : "a number from ") + "\(text(parameter.allowed.lowerBound)) to \(text(parameter.allowed.upperBound))"
    }

    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    static func mend(_ name: String, among known: [String]) -> String {
        if let near = Suggestion.nearest(name, among: known) { return "did you mean \(near)?" }
        return known.isEmpty ? "" : known.count <= 20 ? "there are \(known.joined(separator: ", "))" : "`orchestrator features list --kernels` names all"
    }
}
