import CxxBook
import CxxEvent
import Engine
import Execution
import Features
import MarketData
import Risk

/// An engine and a venue's answers by hand: what a host does, without journal, clock or network.
struct EngineHarness: ~Copyable {
    var engine: Engine
    private var sequence: UInt64 = 0
    private(set) var time: Int64
    /// Everything that the engine said, oldest first.
    private(set) var commands: [martlet.Command] = []
    private(set) var notes: [martlet.HostEvent] = []
    private(set) var requests: [martlet.HostEvent] = []
    /// What the council was shown with each request.
    private(set) var observations: [Observation] = []
    /// Every market event, as the engine had it.
    private(set) var events: [martlet.MarketEvent] = []
    private(set) var fills: [BookedFill] = []

    static let start: Int64 = 1_700_000_000_000_000_000
    static let second: Int64 = 1_000_000_000

    static func definition(_ id: UInt32 = 0) -> martlet.InstrumentDefinition {
        var definition = martlet.InstrumentDefinition()
        definition.id = id
        definition.price_increment = martlet.Decimal(mantissa: 1, exponent: -2)
        definition.lot_increment = martlet.Decimal(mantissa: 1, exponent: 0)
        definition.multiplier = martlet.Decimal(mantissa: 1, exponent: 0)
        definition.money_unit = martlet.Decimal(mantissa: 1, exponent: -4)
        definition.tick = 1
        withUnsafeMutableBytes(of: &definition.venue) { $0.copyBytes(from: "T".utf8) }
        withUnsafeMutableBytes(of: &definition.symbol) { $0.copyBytes(from: "TEST\(id)".utf8) }
        withUnsafeMutableBytes(of: &definition.currency) { $0.copyBytes(from: "USD".utf8) }
        return definition
    }

    /// Short features, so that a few bars warm them all.
    static func configuration() -> EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.timeframe = 60 * second
        configuration.periods.smaFast = 2
        configuration.periods.smaSlow = 3
        configuration.periods.emaFast = 2
        configuration.periods.emaSlow = 3
        configuration.periods.macdSignal = 2
        configuration.periods.rsi = 2
        configuration.periods.bollinger = 3
        configuration.periods.atr = 2
        configuration.periods.adx = 2
        configuration.periods.realisedVolatility = 2
        configuration.periods.channel = 2
        configuration.reconciles = false
        return configuration
    }

    init(
        _ configuration: EngineConfiguration = configuration(), instruments: Int = 1, source: SourceKind = .quotes,
        policy: RiskPolicy = RiskPolicy()
    ) throws {
        try self.init(configuration, sources: Array(repeating: source, count: instruments), policy: policy)
    }

    init(_ configuration: EngineConfiguration, sources: [SourceKind], policy: RiskPolicy = RiskPolicy()) throws {
        time = Self.start
        engine = try Engine(
            configuration, instruments: sources.indices.map { Self.definition(UInt32($0)) }, sources: sources, policy: policy,
            time: Self.start)
        var event = martlet.HostEvent()
        event.kind = .run_start
        event.id = 1
        host(event)
    }

    /// Moves time on; timers that come due are delivered.
    mutating func advance(to later: Int64) {
        while engine.nextTimer <= later, let kind = engine.nextTimerKind {
            time = max(time, engine.nextTimer)
            var event = martlet.HostEvent()
            event.kind = .timer
            event.id = kind.rawValue
            event.due_time = engine.nextTimer
            host(event)
        }
        time = max(time, later)
    }

    mutating func advance(seconds: Int64) { advance(to: time + seconds * Self.second) }

    mutating func quote(_ bid: Int64, _ ask: Int64, quantity: Int64 = 1_000, instrument: UInt32 = 0, exchangeTime: Int64? = nil) {
        var quote = martlet.QuoteEvent()
        quote.kind = .quote
        quote.instrument = instrument
        quote.exchange_time = exchangeTime ?? time
        quote.bid_price = bid
        quote.bid_quantity = quantity
        quote.ask_price = ask
        quote.ask_quantity = quantity
        market(martlet.as_market_event(quote))
    }

    mutating func trade(_ price: Int64, quantity: Int64 = 1, instrument: UInt32 = 0) {
        var event = martlet.MarketEvent()
        event.kind = .trade
        event.instrument = instrument
        event.price = price
        event.quantity = quantity
        event.exchange_time = time
        market(event)
    }

    mutating func market(_ event: martlet.MarketEvent) {
        var event = event
        sequence += 1
        event.sequence = sequence
        event.receive_time = time
        events.append(event)
        engine.consume(market: &event)
        collect()
    }

    mutating func order(_ event: martlet.OrderEvent) {
        var event = event
        sequence += 1
        event.sequence = sequence
        event.receive_time = time
        engine.consume(order: event)
        collect()
    }

    mutating func host(_ event: martlet.HostEvent) {
        var event = event
        sequence += 1
        event.sequence = sequence
        event.receive_time = time
        engine.consume(host: event)
        collect()
    }

    mutating func control(_ action: martlet.ControlAction) {
        var event = martlet.HostEvent()
        event.kind = .control
        event.code = action.rawValue
        host(event)
    }

    /// Bars of one minute around 100.00, so that every feature is warm; ends just after a bar's end.
    mutating func warm(bars: Int = 12) {
        advance(to: (time / (60 * Self.second) + 1) * 60 * Self.second)
        for bar in 0..<bars {
            quote(9_999, 10_001)
            trade(10_000 + Int64(bar % 3) * 10)
            advance(seconds: 20)
            trade(10_000 - Int64(bar % 2) * 10)
            advance(seconds: 40)
        }
        quote(9_999, 10_001)
    }

    /// Answers the last decision request.
    mutating func decide(_ strength: Double, confidence: Double = 1, request: UInt64? = nil, instrument: UInt32 = 0) {
        var event = martlet.HostEvent()
        event.kind = .decision
        event.instrument = instrument
        event.id = request ?? requests.last { $0.instrument == instrument }?.id ?? 0
        event.strength = strength
        event.confidence = confidence
        host(event)
    }

    /// New orders said so far.
    var orders: [martlet.Command] { commands.filter { $0.command == .new_order } }
    var cancels: [martlet.Command] { commands.filter { $0.command == .cancel } }

    mutating func forget() {
        commands.removeAll()
        notes.removeAll()
        fills.removeAll()
    }

    /// A report of `command`, filled so far by `cumulative` of it.
    func report(
        _ command: martlet.Command, _ type: martlet.ExecType, status: martlet.OrderStatus, last: Int64 = 0, price: Int64 = 0,
        cumulative: Int64 = 0, execution: UInt64
    ) -> martlet.OrderEvent {
        var event = martlet.OrderEvent()
        event.kind = .execution_report
        event.instrument = command.instrument
        event.side = command.side
        event.client_order = command.client_order
        event.exchange_time = time
        event.exec_type = type
        event.status = status
        event.last_quantity = last
        event.last_price = price
        event.cumulative_quantity = cumulative
        event.leaves_quantity = status == .filled || status == .canceled || status == .rejected ? 0 : command.quantity - cumulative
        event.execution = martlet.Identifier16(high: 1, low: execution)
        event.venue_order = martlet.Identifier16(high: 2, low: command.client_order)
        return event
    }

    /// The whole order executes at `price`.
    mutating func fill(_ command: martlet.Command, at price: Int64, execution: UInt64) {
        order(
            report(
                command, .trade, status: .filled, last: command.quantity, price: price, cumulative: command.quantity,
                execution: execution))
    }

    private mutating func collect() {
        for index in 0..<engine.output.count {
            let record = engine.output[index]
            if record.isCommand {
                commands.append(record.command)
            } else if record.host.kind == .note {
                notes.append(record.host)
            } else {
                requests.append(record.host)
                guard let shown = try? Observation(payload: Array(engine.output.payload(of: record))) else {
                    preconditionFailure("the engine's observation does not read back")
                }
                observations.append(shown)
            }
        }
        for index in 0..<engine.fills.count { fills.append(engine.fills[index]) }
        engine.output.removeAll()
        engine.fills.removeAll()
    }
}

/// A venue that answers.
extension EngineHarness {
    /// With a venue's session that is up and reconciled.
    static func connected() throws -> EngineHarness {
        var configuration = Self.configuration()
        configuration.reconciles = true
        var harness = try EngineHarness(configuration)
        harness.warm()
        harness.order(plain(.session_up))
        harness.answer(after: 0)
        return harness
    }

    /// The same with an order that has been said, and nothing heard of it.
    static func ordered() throws -> EngineHarness {
        var harness = try connected()
        harness.decideAnew()
        return harness
    }

    /// Brings about a decision request and answers it with the strongest of targets.
    mutating func decideAnew() {
        trade(10_000)
        advance(seconds: 61)
        quote(9_999, 10_001)
        decide(2)
    }

    static func plain(_ kind: martlet.EventKind, request: UInt64 = 0) -> martlet.OrderEvent {
        var event = martlet.OrderEvent()
        event.kind = kind
        event.instrument = .max
        event.reference_number = UInt32(request)
        return event
    }

    /// What stands for a report that the session refused: nobody knows what was in it.
    static func lostReport() -> martlet.OrderEvent {
        var event = plain(.business_reject)
        event.flags = UInt16(martlet.order_flag_undecodable.rawValue)
        event.reason = .malformed
        return event
    }

    /// An answer that states the order of `command`.
    func statement(
        of command: martlet.Command, _ status: martlet.OrderStatus, cumulative: Int64 = 0
    ) -> martlet.OrderEvent {
        var event = report(command, .order_status, status: status, cumulative: cumulative, execution: 0)
        event.flags = UInt16(martlet.order_flag_status.rawValue)
        event.execution = martlet.Identifier16(high: 0, low: 0)
        return event
    }

    /// Answers the questions said from `start` on: the orders given are open, nothing was traded, and this is held.
    mutating func answer(after start: Int, open: [martlet.OrderEvent] = [], position: Int64 = 0, cash: Int64 = 0) {
        var seen = start
        while seen < commands.count {
            let command = commands[seen]
            seen += 1
            switch command.command {
            case .mass_status:
                for statement in open { order(statement) }
                order(Self.plain(.report_end, request: command.request))
            case .trades:
                order(Self.plain(.report_end, request: command.request))
            case .positions:
                answer(positions: command, position: position, cash: cash)
            default: break
            }
        }
    }

    /// Answers one question for positions.
    mutating func answer(positions question: martlet.Command, position: Int64 = 0, cash: Int64 = 0) {
        var row = Self.plain(.position_report, request: question.request)
        row.instrument = 0
        row.cumulative_quantity = position
        row.fee = cash
        order(row)
        order(Self.plain(.report_end, request: question.request))
    }

    /// Questions of a kind said so far.
    func questions(_ kind: martlet.CommandKind) -> [martlet.Command] { commands.filter { $0.command == kind } }
}
