internal import Agents
internal import ArgumentParser
internal import Core
internal import CxxEvent
internal import CxxFix
internal import CxxJournal
internal import Features
internal import Foundation

/// From an order back to why.
struct ExplainCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Leads an order back to its decision, votes and features, and forward to what became of it.",
        discussion: """
            Reads the journal alone. ORDER is the client order id as the venue has it (M1-1-2A) or as `journal dump` \
            prints it.

              orchestrator explain M1-1-2A martlet-data/latest/journal
            """)

    @Argument(help: "The client order id.") var order: String
    @OptionGroup var location: JournalLocation
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = try location.path()
        let text = try runText(path)
        let configuration = try text.load()
        guard let id = clientOrder(deployment: configuration.venue.deployment), id != 0 else {
            throw CommandFailure(.usage, "expected a client order id such as \(configuration.venue.deployment)-1-2A or its number, was '\(order)'")
        }
        var trail = try Trail(path: path, order: id)
        try trail.findCause(path)
        let council = try configuration.agents.council()
        let explanation = try Explanation(trail, council: council)
        switch output.format {
        case .json: Output.json(explanation)
        case .text: for line in explanation.lines { Output.line(line) }
        }
    }

    private func clientOrder(deployment: String) -> UInt64? {
        if let number = UInt64(order) { return number }
        var codec = martlet.ClientOrderCodec()
        guard codec.configure(deployment, 20) else { return nil }
        var id: UInt64 = 0
        return codec.read(order, order.utf8.count, &id) ? id : nil
    }

    private func runText(_ path: String) throws -> RunText {
        var reader = martlet.JournalReader()
        let status = reader.open(path)
        guard status == .ok else { throw failure(status, "\(path): \(String(cString: martlet.journal_status_text(status)))") }
        return try RunText(
            json: String(decoding: UnsafeRawBufferPointer(start: reader.run_text(), count: reader.run_text_size()), as: UTF8.self))
    }
}

/// The records that belong to one order.
private struct Trail {
    var command: martlet.Command
    var symbol: String
    /// Commands about it and what the venue said, in order, as text.
    var records: [String] = []
    var decision: martlet.HostEvent?
    var votes: [Double] = []
    var observation: [Double] = []

    /// Most records kept of one order.
    static let limit = 10_000

    init(path: String, order: UInt64) throws {
        var reader = martlet.JournalReader()
        _ = reader.open(path)
        var found: martlet.Command?
        while reader.next() {
            switch reader.kind() {
            case .command:
                let command = reader.command()
                guard command.client_order == order || command.original_client_order == order else { continue }
                if command.command == .new_order { found = command }
            case .execution_report, .cancel_reject, .business_reject, .send_failed:
                let report = reader.order()
                guard report.client_order == order || report.original_client_order == order else { continue }
            default: continue
            }
            if records.count < Self.limit { records.append(RecordText(reader).text) }
        }
        guard let found else {
            throw CommandFailure(.missingInput, "\(path): no order with client order id \(order); `orchestrator journal dump` lists them")
        }
        command = found
        symbol = Int(found.instrument) < reader.instrument_count() ? reader.instrument(Int(found.instrument)).symbolText : ""
    }

    /// Finds the decision behind the order and what the council was shown.
    mutating func findCause(_ path: String) throws {
        guard command.decision != 0 else { return }
        var reader = martlet.JournalReader()
        _ = reader.open(path)
        guard reader.seek(command.decision) == .ok, reader.next(), reader.kind() == .decision else {
            throw CommandFailure(.finding, "\(path): record \(command.decision) is not the order's decision")
        }
        let event = reader.host()
        decision = event
        votes = Self.payload(reader)
        var first = martlet.JournalReader()
        _ = first.open(path)
        while first.next(), first.sequence() < command.decision {
            guard first.kind() == .decision_request else { continue }
            let request = first.host()
            if request.id == event.id && request.instrument == event.instrument { observation = Self.payload(first) }
        }
    }

    private static func payload(_ reader: borrowing martlet.JournalReader) -> [Double] {
        let count = reader.payload_size() / MemoryLayout<Double>.size
        guard count > 0, let start = reader.payload() else { return [] }
        return (0..<count).map { start.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Double>.size, as: Double.self) }
    }
}

/// An order explained, for people and for JSON.
private struct Explanation: Encodable {
    struct Feature: Encodable {
        var name: String
        /// As text, since not every number has a JSON form.
        var value: String
    }

    var order: UInt64
    var instrument: String
    var side: String
    var quantity: Int64
    /// What decided: the council's or the fallback's words, or that a protective stop did.
    var decision: [String]
    var features: [Feature]
    /// The order and all that became of it, one record a line.
    var records: [String]

    init(_ trail: Trail, council: Council) throws {
        order = trail.command.client_order
        instrument = trail.symbol
        side = trail.command.side == .buy ? "buy" : "sell"
        quantity = trail.command.quantity
        records = trail.records
        if trail.decision != nil {
            decision = try CouncilDecision(payload: trail.votes).explanation { council.name(of: $0) }
        } else {
            decision = ["no decision: a protective stop or an operator"]
        }
        features = []
        if !trail.observation.isEmpty {
            let observation = try Observation(payload: trail.observation)
            features = ObservationFeature.allCases.map { Feature(name: "\($0)", value: "\(observation[$0])") }
        }
    }

    var lines: [String] {
        var lines = ["order \(order): \(side) \(quantity) lots \(instrument)", "", "decision"]
        lines += decision.map { "  \($0)" }
        if !features.isEmpty {
            lines += ["", "features"]
            let width = features.map(\.name.count).max() ?? 0
            lines += features.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count))  \($0.value)" }
        }
        return lines + ["", "records"] + records.map { "  \($0)" }
    }
}
