internal import ArgumentParser
internal import Domain

/// The words of a command line that name a command, checked before the parser sees them: since `run` may be left out, the
/// parser takes any other word for an argument of it.
enum CommandNames {
    static func check(_ arguments: some Sequence<String>, of root: any ParsableCommand.Type) throws(CommandFailure) {
        var command = root
        var path = root.configuration.commandName ?? ""
        for word in arguments {
            let names = command.configuration.subcommands.map { ($0.configuration.commandName ?? "", $0) }
            guard !names.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
            guard let found = names.first(where: { $0.0 == word }) else {
                let near = Suggestion.nearest(word, among: names.map(\.0)).map { "; did you mean `\(path) \($0)`?" } ?? ""
                throw CommandFailure(.usage, "there is no command '\(word)'\(near)\n`\(path) --help` lists the commands")
            }
            command = found.1
            path += " " + word
        }
    }
}
