internal import CxxFeature

/// Steps over the universe: their checks, and their features.
extension PlanBuilder {
    mutating func add(_ feature: Feature, across method: CrossSection, _ timeframe: Int) -> [(name: String, slot: Int)] {
        let name = method.rawValue
        if !feature.kernel.isEmpty { problem("across", "a feature has a kernel or is taken across the universe, and this has both", "remove one of them") }
        if method.takesGroups, set.groups.isEmpty { problem("across", "\(name) needs `groups` in the set, and there are none") }
        if feature.reference != nil { problem("reference", "\(name) takes no reference", "remove it") }
        if !feature.inputs.isEmpty { problem("inputs", "\(name) takes one `input`", "remove them") }
        if feature.clock != nil { problem("clock", "\(name) is of the moments at which bars close", "remove it") }
        guard let values = parameters(feature, method), let source = source(feature.input ?? .column(.close), "input") else { return [] }
        let outputs = method.outputs(of: unit(source))
        if outputs.count == 1, let output = feature.output {
            problem("output", "\(name) has one output, was '\(output)'", "remove it")
            return []
        }
        let first = append(.across(method), values, timeframe, [source], units: outputs.map(\.unit))
        let slots = outputs.enumerated().map { (name: $0.element.name, slot: first + $0.offset) }
        return close(feature, slots, timeframe, method.meaning, keeping: feature.output)
    }

    private mutating func parameters(_ feature: Feature, _ method: CrossSection) -> [Double]? {
        let known = method.parameters
        if known.isEmpty {
            if !feature.parameters.isEmpty { problem("parameters", "\(method.rawValue) takes no parameters", "remove them") }
            return []
        }
        var isGood = true
        for name in feature.parameters.keys.sorted() where !known.contains(where: { $0.name == name }) {
            problem("parameters.\(name)", "\(method.rawValue) has no such parameter", Self.mend(name, among: known.map(\.name)))
            isGood = false
        }
        let values = known.map { feature.value(of: $0) }
        for (parameter, value) in zip(known, values) where !Self.accepts(parameter, value) {
            problem("parameters.\(parameter.name)", "expected \(Self.range(parameter)), was \(Self.text(value))")
            isGood = false
        }
        if isGood, values[2] > values[0] {
            problem("parameters.pairs", "expected at most the window's \(Self.text(values[0])) moments, was \(Self.text(values[2]))")
            isGood = false
        }
        return isGood ? values : nil
    }
}
