internal import ArgumentParser

struct DoctorCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks what a run needs of this machine: folder, disk, port, clock, libraries, secrets.",
        discussion: """
            Nothing is started and nothing is left behind. Ends with code \(ExitStatus.finding.rawValue) where a check fails.

              orchestrator doctor --config martlet.yaml
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let findings = Doctor(configuration: try source.load().configuration).findings()
        switch output.format {
        case .text:
            Output.table(findings.map { [$0.verdict.rawValue, $0.subject, $0.detail + ($0.mend.isEmpty ? "" : "; " + $0.mend)] })
        case .json:
            Output.json(findings)
        }
        if findings.contains(where: { $0.verdict == .failed }) { throw ExitCode(ExitStatus.finding.rawValue) }
    }
}
