internal import Domain
package import Features
internal import Foundation

/// A feature set as a YAML file says it.
///
///     name: swing
///     timeframe: 1m
///     features:
///       - name: rsi
///         kernel: rsi
///         parameters: {period: 14}
///         timeframe: 1h
package enum FeatureSetDocument {
    /// Reads and checks a set; throws every problem at once, each with its place in the file.
    package static func load(file path: String) throws(ConfigurationError) -> FeaturePlan { try load(ConfigurationDocument(file: path)) }

    package static func load(_ document: ConfigurationDocument) throws(ConfigurationError) -> FeaturePlan {
        var set = FeatureSet(name: "", timeframe: .minute, features: [])
        var reader = ConfigurationReader(document)
        read(&set, &reader)
        // What the values mean is checked where they all could be read.
        var plan: FeaturePlan?
        if reader.problems.isEmpty {
            do throws(FeatureSetError) {
                // Files lie where the set's own file does.
                let data = try OutsideData.read(&set, folder: document.path.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path } ?? "")
                plan = try FeaturePlan(set, data)
            } catch {
                for problem in error.problems { reader.problem(key: key(of: problem), problem.message, problem.mend) }
            }
        }
        try reader.finish()
        guard let plan else { preconditionFailure("a set without a plan and without a problem") }
        return plan
    }

    /// Where a problem of a set is in the file.
    private static func key(of problem: FeatureSetProblem) -> String { problem.feature.map { "features[\($0)].\(problem.key)" } ?? problem.key }

    private static func read(_ set: inout FeatureSet, _ reader: inout ConfigurationReader) {
        reader.value("name", &set.name, "name under which the values are stored")
        reader.value("timeframe", &set.timeframe, "length of the bars at whose close a row is made")
        reader.value("price", &set.price, "which bars are read")
        var reset: Nanoseconds?
        reader.optional("reset_after", &reset, "a longer hole between two bars starts every feature anew")
        set.resetAfter = reset?.count
        let group = InstrumentGroup(name: "", members: [])
        reader.list("groups", &set.groups, blank: group, required: ["name", "members"], limit: 1_000) { reader, group in
            reader.value("name", &group.name, "name of the group")
            reader.values("members", &group.members, "its instruments, VENUE:SYMBOL each", limit: 10_000)
        }
        let series = OutsideSeries(name: "", file: "")
        reader.list("series", &set.series, blank: series, required: ["name", "file"], limit: OutsideData.maximumFiles) { read(&$1, &$0) }
        let texts = TextSource(name: "", file: "", lexicon: "", halfLife: 0)
        reader.list("texts", &set.texts, blank: texts, required: ["name", "file", "lexicon", "half_life"], limit: OutsideData.maximumFiles) { reader, texts in
            reader.value("name", &texts.name, "what features call it by")
            reader.value("file", &texts.file, "CSV with the columns time and text")
            reader.value("lexicon", &texts.lexicon, "what words sound like and whom they name")
            var halfLife = Nanoseconds(0)
            reader.value("half_life", &halfLife, "after which a text counts half")
            texts.halfLife = halfLife.count
        }
        let trades = OptionTrades(name: "", file: "")
        reader.list("option_trades", &set.optionTrades, blank: trades, required: ["name", "file"], limit: OutsideData.maximumFiles) { reader, trades in
            reader.value("name", &trades.name, "what features call it by")
            reader.value("file", &trades.file, "CSV with a row for each trade of an option")
        }
        let schedule = EventSchedule(name: "")
        reader.list("events", &set.events, blank: schedule, required: ["name"], limit: OutsideData.maximumFiles) { reader, schedule in
            reader.value("name", &schedule.name, "what features call it by")
            reader.optional("file", &schedule.file, "CSV with the columns at and known")
            var times: [Timestamp] = []
            reader.values("times", &times, "when they are, known all along", limit: EventSchedule.maximumTimes)
            schedule.times = times.map(\.nanoseconds)
        }
        let blank = Feature(name: "")
        reader.list("features", &set.features, blank: blank, required: ["name"], limit: FeatureSet.maximumFeatures) { read(&$1, &$0) }
    }

    private static func read(_ series: inout OutsideSeries, _ reader: inout ConfigurationReader) {
        reader.value("name", &series.name, "what features call it by")
        reader.value("file", &series.file, "CSV with a column time, a column known where values are known later, and numbers")
        reader.optional("unit", &series.unit, "what each of its numbers is measured in")
        let column = OutsideSeries.Column(name: "", unit: "")
        reader.list("columns", &series.columns, blank: column, required: ["name", "unit"], limit: OutsideSeries.maximumColumns) { reader, column in
            reader.value("name", &column.name, "name of a column")
            reader.value("unit", &column.unit, "what it is measured in")
        }
        var valid: Nanoseconds?
        reader.optional("valid_for", &valid, "how long a value is there after it was known")
        series.validFor = valid?.count
    }

    private static func read(_ feature: inout Feature, _ reader: inout ConfigurationReader) {
        reader.value("name", &feature.name, "name of its column")
        var kernelName: String?
        reader.optional("kernel", &kernelName, "what computes it")
        feature.kernel = kernelName ?? ""
        reader.optional("across", &feature.across, "instead of a kernel: where its input stands among the universe's")
        var kind: CalendarStep.Kind?
        reader.optional("calendar", &kind, "instead of a kernel: what the clock and the calendar say")
        feature.calendar = kind.map { CalendarStep($0) }
        reader.optional("timeframe", &feature.timeframe, "length of its bars, a multiple of the set's")
        reader.optional("input", &feature.input, "what a kernel of a series takes")
        reader.optional("reference", &feature.reference, "what it is compared with")
        reader.values("inputs", &feature.inputs, "what a kernel of several series takes", limit: FeatureSet.maximumInputs)
        reader.optional("clock", &feature.clock, "a series or option trades of the set whose rows it takes, instead of a value at each bar")
        reader.optional("output", &feature.output, "the one output that is kept")
        reader.value("lag", &feature.lag, "bars by which the values are late")
        let kernel = Kernel.named(feature.kernel)
        reader.section("parameters") { section in
            if feature.calendar != nil { return read(&feature.calendar!, &section) }
            // Of an unknown kernel nobody can say which keys are right; that it is unknown is said at its name.
            guard let parameters = feature.across?.parameters ?? kernel?.parameters else { return section.takeAll() }
            for parameter in parameters {
                var value: Double?
                section.optional(parameter.name, &value, parameter.meaning)
                if let value { feature.parameters[parameter.name] = value }
            }
        }
        var method: Normalisation.Method?
        var window: Int?
        reader.section("normalisation") { section in
            section.optional("method", &method, "how values are made comparable")
            section.optional("window", &window, "bars of the feature's length that they are compared with")
            if method == nil, window != nil { section.problem(here: "window", "has no method beside it", "add a line method: …") }
            if method != nil, window == nil { section.problem(here: "method", "has no window beside it", "add a line window: …") }
        }
        if let method, let window { feature.normalisation = Normalisation(method: method, window: window) }
    }
}

extension FeatureSetDocument {
    /// The parameters of a calendar; none but its own are known.
    private static func read(_ step: inout CalendarStep, _ section: inout ConfigurationReader) {
        func seconds(_ key: String, _ target: inout Double, _ meaning: String) {
            var length = Nanoseconds.seconds(Int64(target))
            section.value(key, &length, meaning)
            target = Double(length.count) / 1e9
        }
        func time(_ key: String, _ target: inout Int32, _ meaning: String) {
            var time: TimeOfDay?
            section.optional(key, &time, meaning)
            target = time.map { Int32($0.second) } ?? target
        }
        if step.kind == .events {
            section.optional("schedule", &step.schedule, "one of the set's events")
            seconds("horizon", &step.horizon, "what is said at most")
            seconds("before", &step.before, "how long before an event is near it")
            seconds("after", &step.after, "how long after it")
            return
        }
        section.value("zone", &step.zone, "place whose clocks count, an IANA name such as America/New_York")
        guard step.kind == .session else { return }
        time("open", &step.open, "when it opens, local time")
        time("close", &step.close, "when it closes; not after open: on the next day")
    }
}

extension CalendarStep.Kind: ConfigurationChoice {}
extension CrossSection: ConfigurationChoice {}
extension FeaturePrice: ConfigurationChoice {}
extension Normalisation.Method: ConfigurationChoice {}

extension FeatureInput: ConfigurationValue {
    package static var expectation: String { "open, high, low, close, volume, COLUMN@VENUE:SYMBOL, or the name of a series or of a feature before this one" }
    package init?(configuration text: String) { self.init(text) }
    package var configurationText: String { description }
}
