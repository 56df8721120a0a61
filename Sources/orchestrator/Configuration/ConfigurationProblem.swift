/// Where a value of the configuration came from.
package enum Origin: Hashable, Sendable {
    /// The value that the program has where nobody says otherwise.
    case standard
    /// Line and column of a file, both counted from 1.
    case file(path: String, line: Int, column: Int)
    /// `--set key=value`, or an option of its own such as `--seed`.
    case commandLine(option: String)
    /// An environment variable.
    case environment(name: String)

    /// `default`, `martlet.yaml:3:5`, `--seed`, `$MARTLET__RUN__SEED`.
    package var text: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line, let column): "\(path):\(line):\(column)"
        case .commandLine(let option): option
        case .environment(let name): "$\(name)"
        }
    }
}

/// One thing that is wrong with a configuration: where, what, and what would be right.
package struct ConfigurationProblem: Hashable, Sendable {
    package var origin: Origin
    /// The key as a path, `risk.maximum_position`; empty where the file as a whole is meant.
    package var key: String
    /// What was expected and what came.
    package var message: String
    /// What to write instead.
    package var mend: String

    /// `martlet.yaml:3:5: run.seed: expected …, was …; write …`
    package var text: String {
        [origin == .standard ? "" : origin.text, key, message]
            .filter { !$0.isEmpty }
            .joined(separator: ": ") + (mend.isEmpty ? "" : "; " + mend)
    }
}

/// Everything that is wrong with a configuration. It is read whole before anything starts, so one
/// attempt shows all problems.
package struct ConfigurationError: Error, CustomStringConvertible {
    package var problems: [ConfigurationProblem]
    /// There is no file of that name.
    package var isMissingFile = false

    package init(problems: [ConfigurationProblem]) { self.problems = problems }

    package var description: String { problems.map(\.text).joined(separator: "\n") }
}
