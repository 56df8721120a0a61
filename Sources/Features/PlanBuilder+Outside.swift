internal import CxxFeature

/// What comes out of files: its checks, and the features that take it.
extension PlanBuilder {
    /// Checks what the set says of its files, and lays out what is in them.
    mutating func addOutside() {
        checkSchedules()
        guard isRead("series", set.series.count, outside.series.count), isRead("texts", set.texts.count, outside.texts.count),
            isRead("option_trades", set.optionTrades.count, outside.trades.count)
        else { return }
        for (index, series) in set.series.enumerated() {
            checkName(series.name, "series[\(index)]")
            guard let units = units(of: series, outside.series[index], "series[\(index)]") else { continue }
            add(MomentSource(series, outside.series[index], units: units), clockedBy: outside.series[index])
        }
        for (index, texts) in set.texts.enumerated() {
            checkName(texts.name, "texts[\(index)]")
            guard texts.halfLife > 0 else {
                problem(ofSet: "texts[\(index)].half_life", "expected a length of time above 0, was \(texts.halfLife) ns")
                continue
            }
            add(MomentSource(texts, outside.texts[index]), clockedBy: nil)
        }
        for (index, trades) in set.optionTrades.enumerated() {
            checkName(trades.name, "option_trades[\(index)]")
            add(MomentSource(trades, outside.trades[index]), clockedBy: outside.trades[index])
        }
    }

    private mutating func isRead(_ key: String, _ named: Int, _ read: Int) -> Bool {
        if named > OutsideData.maximumFiles { problem(ofSet: key, "expected at most \(OutsideData.maximumFiles) files, were \(named)") }
        if named != read { problem(ofSet: key, "were not read", "OutsideData.read reads what a set names") }
        return named <= OutsideData.maximumFiles && named == read
    }

    private mutating func add(_ moment: MomentSource, clockedBy table: OutsideTable?) {
        momentPlaces[moment.name] = moments.count
        clocks[moments.count] = table
        moments.append(moment)
    }

    private mutating func checkName(_ name: String, _ key: String) {
        if !Self.isName(name) {
            problem(ofSet: "\(key).name", "expected 1 to 64 lower-case letters, digits and underscores, was '\(name)'")
        } else if BarColumn(rawValue: name) != nil {
            problem(ofSet: "\(key).name", "'\(name)' is a column of the bars", "choose another name")
        } else if outsideNames.contains(name) {
            problem(ofSet: "\(key).name", "'\(name)' is taken by a file before", "choose another name")
        }
        outsideNames.append(name)
    }

    /// What each column of a series is measured in; nil where that is not said rightly.
    private mutating func units(of series: OutsideSeries, _ table: OutsideTable, _ key: String) -> [martlet.FeatureUnit]? {
        var isGood = true
        func known(_ text: String, _ place: String) -> martlet.FeatureUnit? {
            if let unit = martlet.FeatureUnit(of: text) { return unit }
            problem(ofSet: "\(key).\(place)", "expected one of \(martlet.FeatureUnit.ofValues.map(\.text).joined(separator: ", ")), was '\(text)'", Self.mend(text, among: martlet.FeatureUnit.ofValues.map(\.text)))
            isGood = false
            return nil
        }
        for (index, column) in series.columns.enumerated() where series.columns[..<index].contains(where: { $0.name == column.name }) {
            problem(ofSet: "\(key).columns[\(index)].name", "'\(column.name)' is listed before", "keep one of them")
            isGood = false
        }
        let listed = series.columns.enumerated().map { known($1.unit, "columns[\($0)].unit") }
        var common: martlet.FeatureUnit?
        if let unit = series.unit {
            common = known(unit, "unit")
            if !series.columns.isEmpty {
                problem(ofSet: "\(key).unit", "each of the columns has its own", "remove it")
                isGood = false
            }
        } else if series.columns.isEmpty {
            problem(ofSet: "\(key).unit", "says nowhere what it is measured in", "add a line unit: …, or `columns` with a unit each")
            return nil
        }
        guard isGood else { return nil }
        return series.columns.isEmpty ? table.names.compactMap { _ in common } : listed.compactMap { $0 }
    }

    // MARK: features of it

    /// A number of a file as a kernel's input.
    mutating func momentSource(_ place: Int, _ column: String?, _ key: String) -> FeaturePlan.Source? {
        let about = moments[place]
        guard let column else {
            if about.columns.count == 1 { return .moment(place, column: 0) }
            problem(key, "'\(about.name)' has several columns", "write one of \(about.columns.prefix(20).map { "\(about.name).\($0.name)" }.joined(separator: ", "))")
            return nil
        }
        guard let found = about.columns.firstIndex(where: { $0.name == column }) else {
            problem(key, "'\(about.name)' has no column '\(column)'", Self.mend(column, among: about.columns.map(\.name)))
            return nil
        }
        return .moment(place, column: found)
    }

    /// A feature without a kernel whose input is a file's: its values as they are, all columns or one.
    mutating func addCopy(_ feature: Feature, of place: Int, _ timeframe: Int) -> [(name: String, slot: Int)] {
        if !feature.parameters.isEmpty { problem("parameters", "values that are taken as they are take no parameters", "remove them") }
        if feature.reference != nil { problem("reference", "values that are taken as they are take no reference", "remove it") }
        if !feature.inputs.isEmpty { problem("inputs", "values that are taken as they are take one `input`", "remove them") }
        if feature.clock != nil { problem("clock", "without a kernel nothing is clocked", "remove it, or add a `kernel`") }
        guard case .feature(_, let column)? = feature.input, column == nil || momentSource(place, column, "input") != nil else { return [] }
        if column != nil, let output = feature.output { problem("output", "one column has one output, was '\(output)'", "remove it") }
        return addMoment(feature, place, timeframe, "the last known value of \(moments[place].name)", keeping: column ?? feature.output)
    }

    /// A node of all numbers of `moments[place]`.
    mutating func addMoment(
        _ feature: Feature, _ place: Int, _ timeframe: Int, _ meaning: String, keeping output: String?
    ) -> [(name: String, slot: Int)] {
        let first = append(.moment(place), [], timeframe, [], units: moments[place].columns.map(\.unit))
        let slots = moments[place].columns.enumerated().map { (name: $0.element.name, slot: first + $0.offset) }
        return close(feature, slots, timeframe, meaning, keeping: output)
    }

    /// A kernel that takes the rows of a file, one by one as they become known.
    mutating func addClocked(
        _ feature: Feature, _ kernel: Kernel, _ values: [Double], _ inputs: [FeaturePlan.Source], _ timeframe: Int
    ) -> [(name: String, slot: Int)] {
        let clock = feature.clock ?? ""
        guard let place = momentPlaces[clock], let table = clocks[place] else {
            // Where its file is wrong, that is said there.
            if momentPlaces[clock] != nil { problem("clock", "'\(clock)' has texts, and a kernel takes numbers", Self.mend(clock, among: set.series.map(\.name) + set.optionTrades.map(\.name))) }
            return []
        }
        var inputs = inputs
        if kernel.record == .optionTrade {
            guard set.optionTrades.contains(where: { $0.name == clock }) else {
                problem("clock", "\(kernel.name) takes option trades, and '\(clock)' is a series", Self.mend(clock, among: set.optionTrades.map(\.name)))
                return []
            }
            inputs = moments[place].columns.indices.map { .moment(place, column: $0) }
        }
        let columns = inputs.compactMap { source -> Int? in
            if case .moment(place, let column) = source { column } else { nil }
        }
        guard !inputs.isEmpty, columns.count == inputs.count else {
            problem("clock", "a kernel that takes the rows of '\(clock)' takes columns of it alone", "write `input: \(moments[place].name)` or remove `clock`")
            return []
        }
        let units = kernel.outputUnits(of: moments[place].columns[columns[0]].unit)
        let derived = MomentSource(moments[place], table, columns, kernel, values, units)
        moments.append(derived)
        return addMoment(feature, moments.count - 1, timeframe, kernel.meaning, keeping: feature.output)
    }
}

extension martlet.FeatureUnit {
    /// Those that a number can be measured in.
    static let ofValues: [martlet.FeatureUnit] = [.price, .quantity, .money, .ratio, .percent, .score, .sign, .count, .seconds, .per_second, .mixed]

    /// The unit of this name; nil where there is none.
    init?(of text: String) {
        guard let unit = Self.ofValues.first(where: { $0.text == text }) else { return nil }
        self = unit
    }
}
