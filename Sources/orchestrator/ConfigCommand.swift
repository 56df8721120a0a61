internal import ArgumentParser

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows or checks a configuration.",
        subcommands: [ExplainConfiguration.self, CheckConfiguration.self])
}

struct ExplainConfiguration: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Prints each value of the configuration and where it came from.",
        discussion: """
            Values win in this order: the command line, the environment (MARTLET__RUN__SEED is run.seed), the \
            file, the defaults.

              orchestrator config explain --config martlet.yaml --set risk.maximum_position=5%
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let entries = try source.load().entries
        switch output.format {
        case .text: Output.table(entries.map { [$0.key, $0.text, $0.origin.text] })
        case .json: Output.json(entries.map(ExplainedValue.init))
        }
    }
}

/// One value as `config explain --format json` shows it.
private struct ExplainedValue: Encodable {
    var key: String
    var value: String
    var from: String
    var meaning: String
    var expected: String

    init(_ entry: ConfigurationReader.Entry) {
        key = entry.key
        value = entry.text
        from = entry.origin.text
        meaning = entry.meaning
        expected = entry.expectation
    }
}

struct CheckConfiguration: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a configuration file whole and starts nothing.",
        discussion: """
            Every problem is named with file, line, column and what to write instead.

              orchestrator config check martlet.yaml
            """)

    @Argument(help: "The YAML file.") var file: String
    @OptionGroup var output: OutputOptions

    func run() throws {
        let entries = try RunConfiguration.load(file: file).entries
        let given = entries.filter { $0.origin != .standard }.count
        switch output.format {
        case .text: Output.line("\(file) is valid: \(given) of \(entries.count) values given, the others default")
        case .json: Output.json(CheckedConfiguration(file: file, given: given, values: entries.count))
        }
    }
}

private struct CheckedConfiguration: Encodable {
    var file: String
    var valid = true
    var given: Int
    var values: Int
}
