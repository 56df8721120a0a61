internal import ArgumentParser
internal import Core
internal import CxxEvent
internal import CxxJournal

struct DumpJournal: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Prints the records of a journal, one a line.",
        discussion: """
            Prices, quantities and money are exact decimals, times nanoseconds since 1970, UTC. With --format json each line is \
            one JSON object. A damaged journal is printed up to the damage, and the command then fails.

              orchestrator journal dump martlet-data/latest/journal --from 1000 --count 20
              orchestrator journal dump --kind command --format json
            """)

    @OptionGroup var location: JournalLocation
    @Option(help: ArgumentHelp("First record, by its number.", valueName: "sequence")) var from: UInt64 = 1
    @Option(help: ArgumentHelp("At most so many records.", valueName: "records")) var count: UInt64 = .max
    @Option(help: ArgumentHelp("Only records of this kind, such as execution_report.", valueName: "kind")) var kind: RecordKind?
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = try location.path()
        var reader = martlet.JournalReader()
        let opened = reader.open(path)
        guard opened == .ok else { throw failure(opened, Self.message(path, opened, reader)) }
        if from > 1 {
            let found = reader.seek(from)
            guard found == .ok else {
                throw found == .end
                    ? CommandFailure(.missingInput, "\(path): the journal ends before record \(from)")
                    : failure(found, Self.message(path, found, reader))
            }
        }
        let orders = OrderNumbers(reader)
        var left = count
        while left > 0, reader.next() {
            if let kind, kind.value != reader.kind() { continue }
            left -= 1
            let record = RecordText(reader, orders: orders)
            switch output.format {
            case .text: Output.line(record.text)
            case .json: Output.jsonLine(record.fields)
            }
        }
        if left > 0, reader.status() != .end { throw failure(reader.status(), Self.message(path, reader.status(), reader)) }
    }

    private static func message(_ path: String, _ status: martlet.JournalStatus, _ reader: borrowing martlet.JournalReader) -> String {
        let detail = reader.errorText
        return "\(path): \(status.text)" + (detail.isEmpty ? "" : ": " + detail)
    }
}

/// A kind of record by the name that it has in the core.
struct RecordKind: ExpressibleByArgument {
    let value: martlet.EventKind

    init?(argument: String) {
        guard let found = Self.names.first(where: { $0.name == argument }) else { return nil }
        value = found.kind
    }

    static var allValueStrings: [String] { names.map(\.name) }

    static func name(_ kind: martlet.EventKind) -> String {
        names.first { $0.kind == kind }?.name ?? "kind \(kind.rawValue)"
    }

    private static let names: [(name: String, kind: martlet.EventKind)] = [
        ("trade", .trade), ("quote", .quote), ("order_add", .order_add), ("order_modify", .order_modify),
        ("order_cancel", .order_cancel), ("order_execute", .order_execute), ("level_set", .level_set),
        ("snapshot_begin", .snapshot_begin), ("snapshot_end", .snapshot_end), ("clear", .clear),
        ("discontinuity", .discontinuity), ("bar", .bar), ("funding", .funding), ("open_interest", .open_interest),
        ("trading_status", .trading_status), ("auction", .auction), ("external_value", .external_value),
        ("execution_report", .execution_report), ("cancel_reject", .cancel_reject), ("business_reject", .business_reject),
        ("session_reject", .session_reject), ("position_report", .position_report), ("trade_report", .trade_report),
        ("session_up", .session_up), ("session_down", .session_down), ("send_failed", .send_failed),
        ("report_end", .report_end), ("instrument_definition", .instrument_definition), ("timer", .timer),
        ("control", .control), ("decision", .decision), ("model_swap", .model_swap), ("run_start", .run_start),
        ("run_end", .run_end), ("command", .command), ("decision_request", .decision_request), ("note", .note),
    ]
}
