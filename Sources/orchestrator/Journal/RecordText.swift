internal import Core
internal import CxxEvent
internal import CxxJournal

/// One record of a journal as names and values. Prices are exact decimals, quantities are in lots, times in
/// nanoseconds since the Unix epoch; what is zero or absent is left out.
struct RecordText {
    enum Value: Encodable {
        case text(String)
        case number(Int64)
        case unsigned(UInt64)
        case real(Double)

        var text: String {
            switch self {
            case .text(let value): value
            case .number(let value): "\(value)"
            case .unsigned(let value): "\(value)"
            case .real(let value): "\(value)"
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .unsigned(let value): try container.encode(value)
            // JSON has no words for these.
            case .real(let value): if value.isFinite { try container.encode(value) } else { try container.encode("\(value)") }
            }
        }
    }

    private(set) var pairs: [(name: String, value: Value)] = []

    var fields: [String: Value] { Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) }

    /// `17 1700000000000000000 trade ALFA side=buy price=100.01 quantity=3`
    var text: String {
        pairs.enumerated().map { index, pair in index < 3 || pair.name == "instrument" ? pair.value.text : "\(pair.name)=\(pair.value.text)" }
            .joined(separator: " ")
    }

    /// The record that the reader stands at.
    init(_ reader: borrowing martlet.JournalReader) {
        let kind = reader.kind()
        switch kind.rawValue {
        case 1..<32: market(reader.market(), reader)
        case 32..<64: order(reader.order(), reader)
        case 96: command(reader.command(), reader)
        default: host(reader.host(), reader)
        }
        if reader.payload_size() > 0 { add("payload_bytes", UInt64(reader.payload_size())) }
    }

    // MARK: the kinds

    private mutating func head(
        _ sequence: UInt64, _ time: Int64, _ kind: martlet.EventKind, _ instrument: UInt32, _ side: martlet.Side,
        _ reader: borrowing martlet.JournalReader
    ) {
        pairs.append(("sequence", .unsigned(sequence)))
        pairs.append(("time", .number(time)))
        pairs.append(("kind", .text(RecordKind.name(kind))))
        if Int(instrument) < reader.instrument_count() {
            pairs.append(("instrument", .text(reader.instrument(Int(instrument)).symbolText)))
        }
        if side != .none { pairs.append(("side", .text(side == .buy ? "buy" : "sell"))) }
    }

    private mutating func market(_ event: martlet.MarketEvent, _ reader: borrowing martlet.JournalReader) {
        head(event.sequence, event.receive_time, event.kind, event.instrument, event.side, reader)
        add("exchange_time", event.exchange_time)
        switch event.kind {
        case .quote:
            let quote = martlet.as_quote(event)
            price("bid", quote.bid_price, event.instrument, reader)
            add("bid_quantity", quote.bid_quantity)
            price("ask", quote.ask_price, event.instrument, reader)
            add("ask_quantity", quote.ask_quantity)
        case .bar:
            let bar = martlet.as_bar(event)
            for (name, value) in [("open", bar.open()), ("high", bar.high()), ("low", bar.low), ("close", bar.close())] {
                price(name, value, event.instrument, reader)
            }
            add("volume", bar.volume)
            add("seconds", UInt64(bar.seconds))
        default:
            if event.price != 0 { price("price", event.price, event.instrument, reader) }
            add("quantity", event.quantity)
            add("order", event.order)
            add("reference", event.reference)
        }
        add("flags", UInt64(event.flags))
    }

    private mutating func order(_ event: martlet.OrderEvent, _ reader: borrowing martlet.JournalReader) {
        head(event.sequence, event.receive_time, event.kind, event.instrument, event.side, reader)
        add("exchange_time", event.exchange_time)
        add("client_order", event.client_order)
        add("original_client_order", event.original_client_order)
        if event.execution.high != 0 || event.execution.low != 0 {
            // Its 16 bytes as they are compared, in hexadecimal.
            pairs.append(("execution", .text(withUnsafeBytes(of: event.execution) { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() })))
        }
        add("exec_type", UInt64(event.exec_type.rawValue))
        add("status", UInt64(event.status.rawValue))
        add("reason", UInt64(event.reason.rawValue))
        if event.last_quantity != 0 { price("last_price", event.last_price, event.instrument, reader) }
        add("last_quantity", event.last_quantity)
        add("cumulative_quantity", event.cumulative_quantity)
        add("leaves_quantity", event.leaves_quantity)
        add("fee", event.fee)
        add("request", UInt64(event.reference_number))
        add("flags", UInt64(event.flags))
    }

    private mutating func command(_ command: martlet.Command, _ reader: borrowing martlet.JournalReader) {
        head(command.sequence, command.receive_time, command.kind, command.instrument, command.side, reader)
        add("command", UInt64(command.command.rawValue))
        add("cause", command.cause)
        add("client_order", command.client_order)
        add("original_client_order", command.original_client_order)
        if command.price != 0, command.command != .set_timer { price("price", command.price, command.instrument, reader) }
        if command.command == .set_timer { add("due_time", command.price) }
        add("quantity", command.quantity)
        add("type", UInt64(command.type.rawValue))
        add("time_in_force", UInt64(command.time_in_force.rawValue))
        add("decision", command.decision)
        add("request", command.request)
        add("flags", UInt64(command.flags))
    }

    private mutating func host(_ event: martlet.HostEvent, _ reader: borrowing martlet.JournalReader) {
        head(event.sequence, event.receive_time, event.kind, event.instrument, event.side, reader)
        add("due_time", event.due_time)
        add("id", event.id)
        if event.kind == .decision {
            pairs.append(("strength", .real(event.strength)))
            pairs.append(("confidence", .real(event.confidence)))
        }
        add("code", UInt64(event.code))
        add("flags", UInt64(event.flags))
    }

    // MARK: values

    private mutating func add(_ name: String, _ value: Int64) {
        if value != 0 { pairs.append((name, .number(value))) }
    }

    private mutating func add(_ name: String, _ value: UInt64) {
        if value != 0 { pairs.append((name, .unsigned(value))) }
    }

    private mutating func price(_ name: String, _ increments: Int64, _ instrument: UInt32, _ reader: borrowing martlet.JournalReader) {
        guard Int(instrument) < reader.instrument_count() else { return add(name, increments) }
        var text = [CChar](repeating: 0, count: 64)
        let length = martlet.write_decimal(increments, reader.instrument(Int(instrument)).price_increment, &text, text.count)
        let digits = String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        pairs.append((name, length > 0 ? .text(digits) : .number(increments)))
    }
}
