internal import Backtest
internal import Live

/// What the process says when it ends. The numbers are stable; those from 64 on follow sysexits.h. The
/// table in docs/commands.md is generated from this enum.
package enum ExitStatus: Int32, CaseIterable, Sendable {
    case success = 0
    case finding = 1
    case usage = 64
    case badData = 65
    case missingInput = 66
    case unavailable = 69
    case broken = 70
    case inputOutput = 74
    case refused = 77
    case configuration = 78
    case killed = 80
    case interrupted = 130

    /// The name in JSON output.
    package var name: String { "\(self)" }

    package var meaning: String {
        switch self {
        case .success: "done; nothing to complain about"
        case .finding: "done, and what was checked is not in order: a damaged journal, other books at the venue, another replay, a failed check"
        case .usage: "the command line is not understood"
        case .badData: "input is damaged or not of the stated format"
        case .missingInput: "a file, a folder, an instrument or an order that was named does not exist"
        case .unavailable: "the venue cannot be reached, refuses the logon, or the port is in use"
        case .broken: "an invariant of the program does not hold: trading was halted safely"
        case .inputOutput: "reading or writing failed: a full disk, a read-only folder, a data folder that another process has"
        case .refused: "not allowed: live trading without its confirmation, a secret that is not there"
        case .configuration: "the configuration is not valid; nothing was started"
        case .killed: "a session ended in order, and the kill switch is thrown: the next one adds no risk until `risk resume`"
        case .interrupted: "a session was ended by SIGINT, SIGTERM or SIGHUP, in order"
        }
    }
}

/// Why a command ends without success, with what a user needs to put it right.
package struct CommandFailure: Error, Equatable {
    package var status: ExitStatus
    package var message: String
    /// The single problems of a configuration; else empty.
    package var problems: [ConfigurationProblem] = []

    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// How what ended a session ends the command.
    init(_ error: SessionError) {
        status =
            switch error {
            case .journal, .control: .inputOutput
            case .damaged, .recovery: .badData
            case .venue: .unavailable
            case .risk: .configuration
            }
        message = error.description
    }

    init(_ error: BacktestError) {
        status =
            switch error {
            case .noEvents: .missingInput
            case .risk, .engine: .configuration
            case .journal: .inputOutput
            }
        message = error.description
    }

    package init(_ error: ConfigurationError) {
        status = error.isMissingFile ? .missingInput : .configuration
        message = error.description
        problems = error.problems
    }
}
