internal import Core
internal import CxxEvent
internal import CxxJournal

/// The records that belong to one order.
struct OrderTrail {
    var command: martlet.Command
    /// The journal's first record.
    private var first: UInt64 = 0
    /// What it trades; `nil` where the journal does not say.
    var instrument: martlet.InstrumentDefinition?
    var outcome = OrderOutcomeSummary()
    /// Commands about it and what the venue said, in order, as text.
    var records: [String] = []
    var decision: martlet.HostEvent?
    var votes: [Double] = []
    var observation: [Double] = []
    /// What the run that the order is of said of its configuration; nil where it said nothing (a backtest's header does).
    private(set) var runText: String?

    /// Most records kept of one order.
    static let limit = 10_000

    init(path: String, order: UInt64, orders: OrderNumbers) throws {
        var reader = martlet.JournalReader()
        _ = reader.open(path)
        var found: martlet.Command?
        var run: String?
        while reader.next() {
            if first == 0 { first = reader.sequence() }
            switch reader.kind() {
            case .command:
                let command = reader.command()
                guard command.command != .set_timer, command.client_order == order || command.original_client_order == order else { continue }
                if command.command == .new_order {
                    found = command
                    runText = run
                }
            case .execution_report, .cancel_reject, .business_reject, .send_failed, .trade_report:
                let report = reader.order()
                guard report.client_order == order || report.original_client_order == order else { continue }
                // What a drop copy repeats is shown, and counts for nothing.
                let isCopy = report.flags & UInt16(martlet.order_flag_copy.rawValue) != 0
                let isNews = report.client_order == order && !isCopy ? outcome.take(report) : false
                // Every reconciliation states the same executions again.
                if reader.kind() == .trade_report, !isNews { continue }
            case .run_start:
                if let start = reader.payload(), reader.payload_size() > 0 {
                    run = String(decoding: UnsafeRawBufferPointer(start: start, count: reader.payload_size()), as: UTF8.self)
                }
                continue
            default: continue
            }
            if records.count < Self.limit { records.append(RecordText(reader, orders: orders).text) }
        }
        guard let found else {
            let gone = first > 1 ? "; the journal begins at record \(first), and what came before was removed" : ""
            throw CommandFailure(
                .missingInput, "\(path): no order \(orders.text(order)); `orchestrator journal dump --kind command` lists them\(gone)")
        }
        command = found
        instrument = Int(found.instrument) < reader.instrument_count() ? reader.instrument(Int(found.instrument)) : nil
    }

    /// Finds the decision behind the order and what the council was shown.
    mutating func findCause(_ path: String) throws {
        guard command.decision != 0 else { return }
        var reader = martlet.JournalReader()
        _ = reader.open(path)
        guard command.decision >= first else {
            throw CommandFailure(
                .missingInput,
                "\(path): the order's decision, record \(command.decision), was removed: the journal begins at record \(first)")
        }
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

    /// The numbers beside the reader's record.
    static func payload(_ reader: borrowing martlet.JournalReader) -> [Double] {
        let count = reader.payload_size() / MemoryLayout<Double>.size
        guard count > 0, let start = reader.payload() else { return [] }
        return (0..<count).map { start.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Double>.size, as: Double.self) }
    }
}

/// What became of an order, from what the venue said of it.
struct OrderOutcomeSummary {
    private(set) var lots: Int64 = 0
    private(set) var fees: Int64 = 0
    private(set) var status: martlet.OrderStatus?
    private(set) var reason: martlet.RejectReason = .none
    /// Our side could not send it.
    private(set) var isUnsent = false
    private var worth: Int128 = 0
    private var seen: [martlet.Identifier16] = []

    /// Each execution counts once, however often it is reported. Whether the report says anything new.
    mutating func take(_ report: martlet.OrderEvent) -> Bool {
        switch report.kind {
        case .execution_report:
            status = report.status
            if report.reason != .none { reason = report.reason }
            if report.exec_type == .trade { _ = book(report) }
            return true
        case .trade_report: return book(report)
        case .send_failed:
            isUnsent = true
            return true
        case .business_reject:
            status = .rejected
            reason = report.reason
            return true
        default: return false
        }
    }

    private mutating func book(_ report: martlet.OrderEvent) -> Bool {
        guard report.last_quantity > 0, !seen.contains(where: { $0.high == report.execution.high && $0.low == report.execution.low }) else { return false }
        seen.append(report.execution)
        lots += report.last_quantity
        fees += report.fee
        worth += Int128(report.last_quantity) * Int128(report.last_price)
        return true
    }

    /// Average price in hundredths of an increment, rounded; `nil` where nothing was filled.
    var averageHundredths: Int64? {
        guard lots > 0 else { return nil }
        let sum = worth * 100
        let half = Int128(lots / 2)
        return Int64(exactly: (sum + (sum < 0 ? -half : half)) / Int128(lots))
    }
}
