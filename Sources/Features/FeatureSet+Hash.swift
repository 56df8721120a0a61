internal import Core
internal import CxxJournal

extension FeatureSet {
    /// SHA-256, 64 hexadecimal digits, of all that decides the values and their names, the defaults of the parameters
    /// included: equal hashes give equal columns with equal code. The set's own name is not in it.
    public var contentHash: String {
        let text = canonicalText
        var copy = text
        return copy.withUTF8 { Self.sha256($0) }
    }

    /// One line for each fact, in a fixed order; numbers as the shortest text that reads back as the same bits.
    var canonicalText: String {
        var lines = ["martlet feature set 1", "timeframe \(timeframe)", "price \(price.rawValue)", "reset_after \(resetAfter.map(String.init) ?? "none")"]
        for group in groups {
            lines.append("group \(group.name)")
            for member in group.members { lines.append("member \(member)") }
        }
        // Not where a file lies, but what it holds.
        for one in series {
            lines.append("series \(one.name) \(one.sha256) \(one.validFor.map(String.init) ?? "none")")
            if let unit = one.unit { lines.append("unit \(unit)") }
            for column in one.columns { lines.append("column \(column.name) \(column.unit)") }
        }
        for one in events { lines.append("events \(one.name) \(one.file == nil ? one.times.map(String.init).joined(separator: " ") : one.sha256)") }
        for one in texts { lines.append("texts \(one.name) \(one.sha256) \(one.lexiconSHA256) \(one.halfLife)") }
        for one in optionTrades { lines.append("option_trades \(one.name) \(one.sha256)") }
        for feature in features {
            lines.append("feature \(feature.name)")
            lines.append(feature.calendar.map(Self.text) ?? feature.across.map { "across \($0.rawValue)" } ?? "kernel \(feature.kernel)")
            for parameter in feature.across?.parameters ?? Kernel.named(feature.kernel)?.parameters ?? [] {
                lines.append("parameter \(parameter.name) \(feature.value(of: parameter))")
            }
            lines.append("timeframe \(feature.timeframe ?? timeframe)")
            lines.append("input \(feature.input?.description ?? "close")")
            lines.append("reference \(feature.reference?.description ?? "none")")
            if !feature.inputs.isEmpty { lines.append("inputs \(feature.inputs.map(\.description).joined(separator: " "))") }
            if let clock = feature.clock { lines.append("clock \(clock)") }
            lines.append("output \(feature.output ?? "all")")
            lines.append("normalisation \(feature.normalisation.map { "\($0.method.rawValue) \($0.window)" } ?? "none")")
            lines.append("lag \(feature.lag)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ calendar: CalendarStep) -> String {
        let text = "calendar \(calendar.kind.rawValue)"
        switch calendar.kind {
        case .session: return "\(text) \(calendar.zoneRules) \(calendar.open) \(calendar.close)"
        case .date, .expiry: return "\(text) \(calendar.zoneRules)"
        case .events: return "\(text) \(calendar.schedule ?? "") \(calendar.horizon) \(calendar.before) \(calendar.after)"
        }
    }

    /// SHA-256 of some bytes in hexadecimal.
    static func sha256<Bytes>(_ bytes: UnsafeBufferPointer<Bytes>) -> String {
        StreamDigests.hexadecimal(martlet.sha256(bytes.baseAddress, bytes.count * MemoryLayout<Bytes>.stride))
    }
}

extension Feature {
    /// The value that a parameter has: how many inputs there are is counted, what was not given is the kernel's own.
    public func value(of parameter: Kernel.Parameter) -> Double {
        if !inputs.isEmpty, parameter.name == "inputs" { return Double(inputs.count) }
        return parameters[parameter.name] ?? parameter.initial
    }
}
