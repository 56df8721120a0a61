internal import ArgumentParser
internal import Backtest
internal import Foundation

/// The command line. It alone reads the environment and wires the parts.
@main
struct Orchestrator: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orchestrator",
        abstract: "Martlet: an autonomous trading system.",
        discussion: """
            Exit codes and every command with an example: docs/commands.md.

              orchestrator config explain
              orchestrator doctor
            """,
        version: "orchestrator \(Version.text)",
        subcommands: [
            RunCommand.self, PaperCommand.self, LiveCommand.self, BacktestCommand.self, ReplayCommand.self, ExplainCommand.self,
            VenueCommand.self, DataCommand.self, JournalCommand.self, FeaturesCommand.self, RiskCommand.self, ConfigCommand.self, DoctorCommand.self,
        ],
        defaultSubcommand: RunCommand.self)

    static func main() {
        var format = OutputFormat.text
        do {
            try CommandNames.check(CommandLine.arguments.dropFirst(), of: Orchestrator.self)
            var command = try parseAsRoot()
            format = (command as? any FormattedCommand)?.output.format ?? .text
            try command.run()
        } catch let failure as CommandFailure {
            report(failure, format)
        } catch let error as ConfigurationError {
            report(CommandFailure(error), format)
        } catch let error as BacktestError {
            report(CommandFailure(error), format)
        } catch let error as CocoaError {
            let file = error.filePath ?? error.url?.path
            report(CommandFailure(.inputOutput, "\(file.map { "\($0): " } ?? "")\(error.localizedDescription)"), format)
        } catch {
            // What is left is the parser's own, help and version included.
            exit(withError: error)
        }
    }

    private static func report(_ failure: CommandFailure, _ format: OutputFormat) -> Never {
        if format == .json {
            Output.json(FailureDocument(failure))
        } else if !failure.message.isEmpty {
            Output.error(failure.message)
        }
        Foundation.exit(failure.status.rawValue)
    }
}

/// A failure as `--format json` shows it.
private struct FailureDocument: Encodable {
    struct Problem: Encodable {
        var at: String
        var key: String
        var message: String
        var mend: String
    }
    struct Failure: Encodable {
        var status: String
        var code: Int32
        var message: String
        var problems: [Problem]
    }
    var error: Failure

    init(_ failure: CommandFailure) {
        error = Failure(
            status: failure.status.name, code: failure.status.rawValue, message: failure.message,
            problems: failure.problems.map { Problem(at: $0.origin.text, key: $0.key, message: $0.message, mend: $0.mend) })
    }
}
