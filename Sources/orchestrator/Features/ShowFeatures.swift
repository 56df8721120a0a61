internal import ArgumentParser
internal import Features
internal import Foundation

/// Which stored set is meant.
struct StoredSet: ParsableArguments {
    @Argument(help: "Name of the set, or name@hash where several are stored under it.") var name: String
    @Option(help: ArgumentHelp("One instrument of those that are stored.", valueName: "key")) var instrument: String?
    @OptionGroup var place: FeaturePlace

    func entries() throws -> (FeatureStore, [FeatureStore.Entry]) {
        let store = try place.store()
        return (store, try failing { () throws(FeatureError) in try store.entries(named: name, instrument: instrument) })
    }
}

struct ShowFeatures: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows stored values: the last rows, or what was known at a moment.",
        discussion: """
              orchestrator features show swing --instrument FTX:BTC-PERP --last 5
              orchestrator features show swing --at 2022-01-10T12:00:00Z
            """)

    @OptionGroup var set: StoredSet
    @Option(help: "How many rows, from the end.") var last = 1
    @Option(help: ArgumentHelp("The row that was known at this moment, UTC.", valueName: "time")) var at: String?
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        var set: String
        var instrument: String
        var time: String
        /// In the order of the set.
        var values: [Value]
    }
    private struct Value: Encodable {
        var column: String
        var value: Double?
        var unit: String
    }

    func run() throws {
        guard (1...10_000).contains(last) else { throw ValidationError("expected --last from 1 to 10,000, was \(last)") }
        let moment = try at.map(Self.moment)
        let (store, entries) = try set.entries()
        var rows: [Row] = []
        for entry in entries {
            let frame = try failing { () throws(FeatureError) in try store.read(entry) }
            let chosen: Range<Int>
            if let moment {
                guard let row = frame.row(at: moment) else {
                    throw CommandFailure(.missingInput, "\(entry.name) \(entry.instrument): nothing was known at \(timeText(moment)): its first row is of \(frame.times.first.map(timeText) ?? "never")")
                }
                chosen = row..<(row + 1)
            } else {
                chosen = max(0, frame.times.count - last)..<frame.times.count
            }
            for row in chosen {
                rows.append(
                    Row(
                        set: entry.name, instrument: entry.instrument, time: timeText(frame.times[row]),
                        values: zip(frame.columns, frame.values).map { about, column in
                            Value(column: about.name, value: column[row].isNaN ? nil : column[row], unit: about.unit)
                        }))
            }
        }
        switch output.format {
        case .text:
            for row in rows {
                Output.line("\(row.set)  \(row.instrument)  \(row.time)")
                Output.table(row.values.map { ["  \($0.column)", $0.value.map { "\($0)" } ?? "not warm", $0.unit] }, numbers: [1])
            }
        case .json: Output.json(rows)
        }
    }

    private static func moment(_ text: String) throws -> Int64 {
        guard let time = Timestamp(configuration: text) else { throw ValidationError("expected --at \(Timestamp.expectation), was '\(text)'") }
        return time.nanoseconds
    }
}

struct ShowLineage: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage",
        abstract: "Says what stored values were computed from: set, data and code.",
        discussion: """
            With the same three they are the same bits again. Ends with code \(ExitStatus.finding.rawValue) where the kernels of this program would give others.

              orchestrator features lineage swing
            """)

    @OptionGroup var set: StoredSet
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (store, entries) = try set.entries()
        // What a damaged file says of itself is worth nothing.
        for entry in entries { _ = try failing { () throws(FeatureError) in try store.read(entry) } }
        switch output.format {
        case .json: Output.json(entries)
        case .text:
            for entry in entries {
                let lineage = entry.lineage
                Output.line("\(entry.name)  \(entry.instrument)  \(entry.rows) rows of \(lineage.set.timeframe)")
                Output.table([
                    ["  set", lineage.setHash], ["  program", lineage.program],
                    ["  kernels", lineage.kernels + (lineage.isOfThisCode ? ", those of this program" : ", not those of this program: compute it again")],
                ])
                for input in lineage.inputs {
                    Output.line("  input    \(input.instrument) \(input.series), \(input.sha256.count) files: \(Self.text(input.sha256))")
                }
                for series in lineage.set.series { Output.line("  input    \(series.name) \(series.file): \(series.sha256)") }
                for texts in lineage.set.texts { Output.line("  input    \(texts.name) \(texts.file): \(texts.sha256), \(texts.lexicon): \(texts.lexiconSHA256)") }
                for trades in lineage.set.optionTrades { Output.line("  input    \(trades.name) \(trades.file): \(trades.sha256)") }
                for schedule in lineage.set.events {
                    Output.line("  events   \(schedule.name) \(schedule.file.map { "\($0): \(schedule.sha256)" } ?? "\(schedule.times.count) times")")
                }
                Output.table(
                    zip(lineage.set.features, lineage.set.features.indices).map { feature, place in
                        let columns = entry.columns.filter { $0.feature == place }
                        return ["  \(feature.name)", Self.text(feature), columns.map(\.unit).first ?? ""]
                    })
            }
        }
        if entries.contains(where: { !$0.lineage.isOfThisCode }) { throw ExitCode(ExitStatus.finding.rawValue) }
    }

    /// The first hash and the last; JSON has all.
    private static func text(_ hashes: [String]) -> String {
        guard let first = hashes.first, let last = hashes.last else { return "none" }
        return hashes.count == 1 ? first : "\(first.prefix(12))… to \(last.prefix(12))…"
    }

    /// `session in America/New_York`, `events of fomc`.
    private static func text(_ calendar: CalendarStep) -> String {
        calendar.kind == .events ? "events of \(calendar.schedule ?? "")" : "\(calendar.kind.rawValue) in \(calendar.zone)"
    }

    /// `rsi period=14 of close, 1h, z_score over 500, 1 bar late`.
    private static func text(_ feature: Feature) -> String {
        let parameters = (feature.across?.parameters ?? Kernel.named(feature.kernel)?.parameters ?? []).map { parameter in
            let value = feature.value(of: parameter)
            return " \(parameter.name)=\(value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)")"
        }
        let step = feature.across.map { "\($0.rawValue) across the universe" } ?? feature.calendar.map(Self.text) ?? feature.kernel
        var text = step + parameters.joined()
        if let input = feature.input { text += text.isEmpty ? "\(input) as it is" : " of \(input)" }
        if !feature.inputs.isEmpty { text += " of \(feature.inputs.map(\.description).joined(separator: ", "))" }
        if let reference = feature.reference { text += " against \(reference)" }
        if let clock = feature.clock { text += ", at each row of \(clock)" }
        if let output = feature.output { text += ", \(output) alone" }
        if let timeframe = feature.timeframe { text += ", bars of \(timeframe)" }
        if let normalisation = feature.normalisation { text += ", \(normalisation.method.rawValue) over \(normalisation.window)" }
        if feature.lag > 0 { text += ", \(feature.lag) \(feature.lag == 1 ? "bar" : "bars") late" }
        return text
    }
}
