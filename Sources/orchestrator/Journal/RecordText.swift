internal import Core
internal import CxxEvent
internal import CxxJournal
internal import Engine
internal import Execution
internal import Live
internal import Risk

/// One record of a journal as names and values. Prices, quantities and money are exact decimals in the instrument's
/// units, times are nanoseconds since the Unix epoch; what is zero or absent is left out.
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

    /// How client order ids are written; `nil`: as their numbers.
    private let orders: OrderNumbers?

    /// The record that the reader stands at.
    init(_ reader: borrowing martlet.JournalReader, orders: OrderNumbers?) {
        self.orders = orders
        let kind = reader.kind()
        switch kind.rawValue {
        case 1..<32: market(reader.market(), reader)
        case 32..<64: order(reader.order(), reader)
        case 96: command(reader.command(), reader)
        default: host(reader.host(), reader)
        }
        // An order event's payload is its place alone.
        if (32..<64).contains(kind.rawValue) {
            add("place", reader.place)
        } else if reader.payload_size() > 0 {
            add("payload_bytes", UInt64(reader.payload_size()))
        }
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
            quantity("bid_quantity", quote.bid_quantity, event.instrument, reader)
            price("ask", quote.ask_price, event.instrument, reader)
            quantity("ask_quantity", quote.ask_quantity, event.instrument, reader)
        case .bar:
            let bar = martlet.as_bar(event)
            for (name, value) in [("open", bar.open()), ("high", bar.high()), ("low", bar.low), ("close", bar.close())] {
                price(name, value, event.instrument, reader)
            }
            quantity("volume", bar.volume, event.instrument, reader)
            add("seconds", UInt64(bar.seconds))
        case .funding, .external_value:
            add("value", martlet.Decimal(mantissa: 1, exponent: -9).text(event.price))
            add("reference", event.reference)
        case .trading_status:
            add("status", martlet.TradingStatus(rawValue: UInt8(truncatingIfNeeded: event.reference))?.name ?? "\(event.reference)")
        default:
            if event.price != 0 { price("price", event.price, event.instrument, reader) }
            quantity("quantity", event.quantity, event.instrument, reader)
            add("order", event.order)
            add("reference", event.reference)
        }
        add("flags", FlagNames.text(event.flags, FlagNames.market))
    }

    private mutating func order(_ event: martlet.OrderEvent, _ reader: borrowing martlet.JournalReader) {
        head(event.sequence, event.receive_time, event.kind, event.instrument, event.side, reader)
        add("exchange_time", event.exchange_time)
        client("client_order", event.client_order)
        client("original_client_order", event.original_client_order)
        identifier("venue_order", event.venue_order)
        identifier("execution", event.execution)
        if event.exec_type != .none { add("exec_type", event.exec_type.name) }
        if event.status != .unknown || event.kind == .execution_report { add("status", event.status.name) }
        if event.reason != .none { add("reason", event.reason.name) }
        if event.last_quantity != 0 { price("last_price", event.last_price, event.instrument, reader) }
        quantity("last_quantity", event.last_quantity, event.instrument, reader)
        if event.kind == .position_report {
            add("position", event.cumulative_quantity, event.instrument, reader) { $0.lot_increment }
            add("cash", event.fee, event.instrument, reader) { $0.money_unit }
        } else {
            quantity("cumulative_quantity", event.cumulative_quantity, event.instrument, reader)
            quantity("leaves_quantity", event.leaves_quantity, event.instrument, reader)
            if event.fee != 0 { add("fee", event.fee, event.instrument, reader) { $0.money_unit } }
        }
        add("request", UInt64(event.reference_number))
        add("flags", FlagNames.text(event.flags, FlagNames.order))
    }

    private mutating func command(_ command: martlet.Command, _ reader: borrowing martlet.JournalReader) {
        head(command.sequence, command.receive_time, command.kind, command.instrument, command.side, reader)
        add("command", command.command.name)
        add("cause", command.cause)
        switch command.command {
        case .set_timer:
            add("id", command.client_order)
            add("due_time", command.price)
        case .trades:
            add("since", command.stop_price)
        default:
            client("client_order", command.client_order)
            client("original_client_order", command.original_client_order)
            if command.type != .none { add("type", command.type.name) }
            if command.price != 0 { price("price", command.price, command.instrument, reader) }
            if command.stop_price != 0 { price("stop_price", command.stop_price, command.instrument, reader) }
            quantity("quantity", command.quantity, command.instrument, reader)
            if command.type != .none { add("time_in_force", command.time_in_force.name) }
        }
        add("decision", command.decision)
        add("request", command.request)
        add("flags", FlagNames.text(command.flags, FlagNames.command))
    }

    private mutating func host(_ event: martlet.HostEvent, _ reader: borrowing martlet.JournalReader) {
        head(event.sequence, event.receive_time, event.kind, event.instrument, event.side, reader)
        if event.kind == .note { return note(event) }
        add("due_time", event.due_time)
        add(event.kind == .run_start ? "epoch" : "id", event.id)
        if event.kind == .decision {
            pairs.append(("strength", .real(event.strength)))
            pairs.append(("confidence", .real(event.confidence)))
        }
        if event.kind == .control {
            add("action", martlet.ControlAction(rawValue: event.code)?.name ?? "\(event.code)")
        } else {
            add("code", UInt64(event.code))
        }
        add("flags", FlagNames.text(event.flags, FlagNames.host))
    }

    /// What the engine said of itself.
    private mutating func note(_ event: martlet.HostEvent) {
        guard let kind = NoteKind(rawValue: event.flags) else {
            add("note", "\(event.flags)")
            return add("code", UInt64(event.code))
        }
        add("note", kind.name)
        switch kind {
        case .denial:
            add("reason", DenyReason(rawValue: event.code)?.name ?? "\(event.code)")
            add("decision", event.id)
        case .killSwitch:
            let cause = KillCause(rawValue: UInt8(truncatingIfNeeded: event.code)) ?? .none
            add("cause", cause == .none ? "lifted" : cause.name)
            if cause == .limit { add("reason", DenyReason(rawValue: UInt16(truncatingIfNeeded: event.id))?.name ?? "\(event.id)") }
        case .anomaly: add("anomaly", OrderAnomaly(rawValue: event.code)?.name ?? "\(event.code)")
        case .reconciliation: pairs.append(("differences", .unsigned(UInt64(event.code))))
        case .difference:
            add("difference", Difference.Kind(rawValue: UInt8(truncatingIfNeeded: event.code))?.name ?? "\(event.code)")
            client("order", event.id)
        case .stop, .invariant, .halt, .accepted: add("code", UInt64(event.code))
        }
        if event.strength != 0 { pairs.append(("value", .real(event.strength))) }
    }

    // MARK: values

    private mutating func add(_ name: String, _ value: Int64) {
        if value != 0 { pairs.append((name, .number(value))) }
    }

    private mutating func add(_ name: String, _ value: UInt64) {
        if value != 0 { pairs.append((name, .unsigned(value))) }
    }

    private mutating func add(_ name: String, _ text: String) {
        if !text.isEmpty { pairs.append((name, .text(text))) }
    }

    private mutating func client(_ name: String, _ id: UInt64) {
        guard id != 0 else { return }
        pairs.append((name, orders.map { .text($0.text(id)) } ?? .unsigned(id)))
    }

    /// Text where it is printable, else its 16 bytes in hexadecimal.
    private mutating func identifier(_ name: String, _ identifier: martlet.Identifier16) {
        let bytes = withUnsafeBytes(of: identifier) { Array($0) }
        let text = bytes.prefix { $0 != 0 }
        guard !text.isEmpty || bytes.contains(where: { $0 != 0 }) else { return }
        if !text.isEmpty, text.allSatisfy({ (0x21...0x7E).contains($0) }), bytes[text.count...].allSatisfy({ $0 == 0 }) {
            return add(name, String(decoding: text, as: UTF8.self))
        }
        add(name, bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    private mutating func price(_ name: String, _ increments: Int64, _ instrument: UInt32, _ reader: borrowing martlet.JournalReader) {
        add(name, increments, instrument, reader) { $0.price_increment }
    }

    private mutating func quantity(_ name: String, _ lots: Int64, _ instrument: UInt32, _ reader: borrowing martlet.JournalReader) {
        if lots != 0 { add(name, lots, instrument, reader) { $0.lot_increment } }
    }

    /// The bare number where the instrument, or its unit, is not known.
    private mutating func add(
        _ name: String, _ units: Int64, _ instrument: UInt32, _ reader: borrowing martlet.JournalReader,
        unit: (martlet.InstrumentDefinition) -> martlet.Decimal
    ) {
        guard Int(instrument) < reader.instrument_count() else { return add(name, units) }
        let increment = unit(reader.instrument(Int(instrument)))
        if increment.mantissa > 0 { add(name, increment.text(units)) } else { add(name, units) }
    }
}
