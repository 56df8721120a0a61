internal import ArgumentParser
internal import Core
internal import CxxJournal
internal import Foundation

/// From an order back to why.
struct ExplainCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Leads an order back to its decision, votes and features, and forward to what became of it.",
        discussion: """
            Reads the journal alone. ORDER is the client order id as the venue has it and `journal dump` prints it \
            (M1-1-2A), or its number.

              orchestrator explain M1-1-2A martlet-data/latest/journal
            """)

    @Argument(help: "The client order id.") var order: String
    @OptionGroup var location: JournalLocation
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = try location.path()
        let text = try runText(path)
        let configuration = try text.load(withSet: false)
        let deployment = configuration.venue.deployment
        guard let orders = OrderNumbers(deployment: deployment), let id = orders.number(order), id != 0 else {
            throw CommandFailure(.usage, "expected a client order id such as \(deployment)-1-2A or its number, was '\(order)'")
        }
        var trail = try OrderTrail(path: path, order: id, orders: orders)
        try trail.findCause(path)
        // The run that the order is of may have had other agents and another set than the journal's first one.
        let own = try trail.runText.map { text throws(CommandFailure) in try RunText(json: text) } ?? text
        let council = try own.load(withSet: false).agents.council()
        let explanation = try Explanation(trail, order: orders.text(id), council: council, columns: own.featureColumns ?? [])
        switch output.format {
        case .json: Output.json(explanation)
        case .text: for line in explanation.lines { Output.line(line) }
        }
    }

    private func runText(_ path: String) throws -> RunText {
        var reader = martlet.JournalReader()
        let status = reader.open(path)
        guard status == .ok else { throw failure(status, "\(path): \(String(cString: martlet.journal_status_text(status)))") }
        return try RunText(
            json: String(decoding: UnsafeRawBufferPointer(start: reader.run_text(), count: reader.run_text_size()), as: UTF8.self))
    }
}
