internal import ArgumentParser
internal import Foundation
internal import Reports

/// The main job.
struct RunCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "The main job: the simulated exchange, a session with it over FIX, and a report.",
        discussion: """
            Starts the simulated exchange, connects to it over FIX, lets the council trade under the risk gate, and \
            reports. Each run has a folder of its own in run.data.

              orchestrator run --seed 7 --set run.duration=1h
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let configuration = try source.load(seed.overrides).configuration
        let folder = try RunFolder.next(configuration)
        let report = try SessionRunner(configuration: configuration, folder: folder, series: nil, mode: "paper").run()
        switch output.format {
        case .text: Output.line(report.terminal())
        case .json: Output.line(report.json())
        }
    }
}

/// Names the folder of a new run: `<data>/<name>-0001`, `-0002`, …
enum RunFolder {
    static func next(_ configuration: RunConfiguration) throws(CommandFailure) -> String {
        for number in 1...9_999 {
            let digits = String(number)
            let folder = "\(configuration.run.data)/\(configuration.run.name)-\(String(repeating: "0", count: 4 - digits.count))\(digits)"
            if !FileManager.default.fileExists(atPath: folder) { return folder }
        }
        throw CommandFailure(.inputOutput, "\(configuration.run.data) has 9999 runs of that name: move them away or change run.name")
    }
}
