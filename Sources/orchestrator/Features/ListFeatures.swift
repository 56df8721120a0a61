internal import ArgumentParser
internal import Features

struct ListFeatures: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the stored feature sets, or what a set may name: kernels, steps over the universe, the calendar.",
        discussion: """
              orchestrator features list
              orchestrator features list --kernels --group momentum
            """)

    @Flag(help: "The kernels instead of the stored sets.") var kernels = false
    @Option(help: "With --kernels: one chapter, such as momentum.") var group: String?
    @OptionGroup var place: FeaturePlace
    @OptionGroup var output: OutputOptions

    private struct KernelDocument: Encodable {
        struct Parameter: Encodable {
            var name: String
            /// Of numbers.
            var initial: Double?
            var minimum: Double?
            var maximum: Double?
            var isWhole: Bool?
            var meaning: String

            init(_ parameter: Kernel.Parameter) {
                name = parameter.name
                initial = parameter.initial
                minimum = parameter.allowed.lowerBound
                maximum = parameter.allowed.upperBound
                isWhole = parameter.isWhole
                meaning = parameter.meaning
            }

            /// What is no number.
            init(name: String) {
                self.name = name
                meaning = ""
            }

            /// `period=14`.
            var text: String { name + (initial.map { "=" + ($0 == $0.rounded() ? "\(Int($0))" : "\($0)") } ?? "") }
        }
        var name: String
        var group: String
        var takes: String
        var parameters: [Parameter]
        var outputs: [String]
        var meaning: String
        var source: String
        var cost: String
        var version: Int

        init(_ kernel: Kernel) {
            name = kernel.name
            group = kernel.group
            takes = Self.takes(kernel)
            parameters = kernel.parameters.map(Parameter.init)
            outputs = kernel.outputs
            meaning = kernel.meaning
            source = kernel.source
            cost = kernel.cost
            version = kernel.version
        }

        /// A step over the universe, `across: NAME`.
        init(_ step: CrossSection) {
            name = step.rawValue
            group = "across"
            takes = "all instruments" + (step.takesGroups ? ", with groups" : "")
            parameters = step.parameters.map(Parameter.init)
            outputs = step.outputs
            meaning = step.meaning
            source = "cross_section.hpp"
            cost = step == .cluster ? "O(instruments^2 window)" : "O(instruments log instruments)"
            version = FeaturePlan.version
        }

        /// What the clock says, `calendar: NAME`.
        init(_ kind: CalendarStep.Kind) {
            name = kind.rawValue
            group = "calendar"
            takes = kind == .events ? "schedule" : "clock"
            parameters = kind.parameters.map(Parameter.init(name:))
            outputs = kind.outputs.map(\.name)
            meaning = kind.meaning
            source = "calendar.hpp"
            cost = "O(log events)"
            version = FeaturePlan.version
        }

        /// `bar`, `series`, `series of price, with any`.
        static func takes(_ kernel: Kernel) -> String {
            let units = kernel.inputUnits
            return "\(kernel.record)" + (units.first.map { $0 == "any" ? "" : " of \($0)" } ?? "") + (units.count == 2 ? ", with \(units[1])" : "")
        }
    }

    private struct SetDocument: Encodable {
        var name: String
        var instrument: String
        var timeframe: String
        var columns: Int
        var rows: Int
        var path: String
    }

    func run() throws {
        if kernels { return try listKernels() }
        if let group { throw ValidationError("expected --kernels beside --group \(group)") }
        let store = try place.store()
        let (entries, faults) = store.contents()
        for fault in faults { Output.error("\(fault)") }
        switch output.format {
        case .text:
            if entries.isEmpty, faults.isEmpty { return Output.line("\(store.root) is empty: orchestrator features compute --help") }
            Output.table(
                [["set", "instrument", "rows of", "columns", "rows"]]
                    + entries.map { [$0.name, $0.instrument, "\($0.lineage.set.timeframe)", "\($0.columns.count)", "\($0.rows)"] }, numbers: [3, 4])
        case .json:
            Output.json(
                entries.map {
                    SetDocument(
                        name: $0.name, instrument: $0.instrument, timeframe: "\($0.lineage.set.timeframe)", columns: $0.columns.count, rows: $0.rows,
                        path: $0.path)
                })
        }
        if !faults.isEmpty { throw ExitCode(ExitStatus.finding.rawValue) }
    }

    private func listKernels() throws {
        let known = Kernel.all.map(KernelDocument.init) + CrossSection.allCases.map(KernelDocument.init) + CalendarStep.Kind.allCases.map(KernelDocument.init)
        let all = known.filter { group == nil || $0.group == group }
        guard !all.isEmpty else {
            let groups = known.map(\.group).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            throw ValidationError("no kernel is of the group '\(group ?? "")': there are \(groups.joined(separator: ", "))")
        }
        switch output.format {
        case .text:
            Output.table(
                [["kernel", "group", "takes", "parameters", "outputs", "meaning"]]
                    + all.map { kernel in
                        [
                            kernel.name, kernel.group, kernel.takes,
                            kernel.parameters.count > 8 ? "\(kernel.parameters.count)" : kernel.parameters.map(\.text).joined(separator: " "),
                            kernel.outputs.count <= 8 ? kernel.outputs.joined(separator: " ") : "\(kernel.outputs.count), such as \(kernel.outputs[0])", kernel.meaning,
                        ]
                    })
        case .json: Output.json(all)
        }
    }
}
