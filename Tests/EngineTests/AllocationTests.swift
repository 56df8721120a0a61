import AllocationCounter
import CxxBook
import CxxEvent
import Engine
import Features
import MarketData
import Testing

/// The engine's loop takes no memory from the heap once it is warm: an allocation is a lock, a page fault and a p99.
@Suite struct AllocationTests {
    /// How often `body` took memory.
    private func allocations(_ body: () -> Void) -> UInt {
        let before = allocation_count()
        body()
        return allocation_count() - before
    }

    @Test("the counter counts")
    func counter() {
        var kept: [[Int]] = []
        #expect(allocations { kept.append(Array(repeating: 1, count: 100)) } > 0)
        #expect(kept.count == 1 && allocations {} == 0)
    }

    @Test("quotes, trades, ends of bars, decisions, orders, fills and cancels take no memory from the heap, nor do rows of a set", arguments: [SourceKind.quotes, .byOrder], [false, true])
    func hotPath(source: SourceKind, hasSet: Bool) throws {
        var configuration = EngineHarness.configuration()
        if hasSet { configuration.featureSet = try source == .byOrder ? FeatureRowTests.eventPlan(depth: true, orders: true) : FeatureRowTests.plan() }
        configuration.attemptsPerDecision = 1_000
        var harness = try EngineHarness(configuration, instruments: 2, source: source)
        var world = Feed(source: source)
        for round in 0..<3 {
            let taken = world.run(&harness.engine, events: 20_000)
            // The first rounds may let tables grow to their size.
            if round == 2 {
                #expect(taken.market == 0 && taken.timer == 0 && taken.decision == 0 && taken.order == 0, "\(taken)")
                #expect(world.bars > 100)
                #expect(world.orders > 20 && world.fills > 20, "\(world.orders) orders, \(world.fills) fills")
                #expect(harness.engine.counters.bookFaults == 0)
            }
        }
    }
}

/// A market, a council that turns at every bar, and a venue that fills half of what it is sent, without any host.
private struct Feed {
    struct Taken { var market: UInt = 0, timer: UInt = 0, decision: UInt = 0, order: UInt = 0 }

    let source: SourceKind
    var time = EngineHarness.start + 1
    var sequence: UInt64 = 100
    var random = UInt64(7)
    var bars = 0, orders = 0, fills = 0
    private var resting: [(order: UInt64, price: Int64)] = []
    private var nextOrder: UInt64 = 1
    private var execution: UInt64 = 0
    private var price: Int64 = 10_000
    /// What the engine asked and ordered in answer to the last event.
    private var questions: [martlet.HostEvent] = []
    private var sent: [martlet.Command] = []

    init(source: SourceKind) {
        self.source = source
        resting.reserveCapacity(4_096)
        questions.reserveCapacity(64)
        sent.reserveCapacity(64)
    }

    private mutating func draw(_ below: UInt64) -> UInt64 {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (random >> 33) % below
    }

    mutating func run(_ engine: inout Engine, events: Int) -> Taken {
        var taken = Taken()
        if source == .byOrder && nextOrder == 1 {
            for instrument in 0..<2 {
                var event = martlet.MarketEvent()
                event.kind = .clear
                event.instrument = UInt32(instrument)
                consume(event, &engine, &taken)
            }
        }
        for _ in 0..<events {
            time += 400_000_000
            while engine.nextTimer <= time, let kind = engine.nextTimerKind {
                var event = stamped(martlet.HostEvent(), .timer)
                event.id = kind.rawValue
                event.due_time = engine.nextTimer
                event.receive_time = max(event.receive_time, engine.nextTimer)
                let before = allocation_count()
                engine.consume(host: event)
                taken.timer += allocation_count() - before
                hear(&engine, &taken)
            }
            consume(next(), &engine, &taken)
        }
        return taken
    }

    private mutating func consume(_ event: martlet.MarketEvent, _ engine: inout Engine, _ taken: inout Taken) {
        var event = event
        sequence += 1
        event.sequence = sequence
        event.receive_time = time
        event.exchange_time = time
        let before = allocation_count()
        engine.consume(market: &event)
        taken.market += allocation_count() - before
        hear(&engine, &taken)
    }

    private mutating func stamped(_ event: martlet.HostEvent, _ kind: martlet.EventKind) -> martlet.HostEvent {
        var event = event
        sequence += 1
        event.kind = kind
        event.sequence = sequence
        event.receive_time = time
        return event
    }

    /// Takes in what the engine said, and answers it until it says nothing more.
    private mutating func hear(_ engine: inout Engine, _ taken: inout Taken) {
        while true {
            questions.removeAll(keepingCapacity: true)
            sent.removeAll(keepingCapacity: true)
            for index in 0..<engine.output.count {
                let record = engine.output[index]
                if record.isCommand {
                    sent.append(record.command)
                } else if record.host.kind == .decision_request {
                    questions.append(record.host)
                }
            }
            engine.output.removeAll()
            engine.fills.removeAll()
            if questions.isEmpty && sent.isEmpty { return }
            for question in questions {
                bars += 1
                let turn: Double = bars / 2 % 2 == 0 ? 1 : -1
                var event = stamped(martlet.HostEvent(), .decision)
                event.instrument = question.instrument
                event.id = question.id
                event.strength = 2 * turn
                event.confidence = 1
                let before = allocation_count()
                engine.consume(host: event)
                taken.decision += allocation_count() - before
            }
            for command in sent where command.command == .new_order { answer(command, &engine, &taken) }
        }
    }

    private mutating func answer(_ command: martlet.Command, _ engine: inout Engine, _ taken: inout Taken) {
        orders += 1
        let fate = draw(4)
        var report = martlet.OrderEvent()
        sequence += 1
        report.sequence = sequence
        report.receive_time = time
        report.exchange_time = time
        report.kind = .execution_report
        report.instrument = command.instrument
        report.side = command.side
        report.client_order = command.client_order
        report.venue_order = martlet.Identifier16(high: 2, low: command.client_order)
        execution += 1
        report.execution = martlet.Identifier16(high: 1, low: execution)
        if fate == 0 {
            report.exec_type = .canceled
            report.status = .canceled
        } else {
            fills += 1
            report.exec_type = .trade
            report.status = .filled
            report.last_quantity = command.quantity
            report.last_price = price
            report.cumulative_quantity = command.quantity
        }
        let before = allocation_count()
        engine.consume(order: report)
        taken.order += allocation_count() - before
    }

    /// The next thing that happens in the market.
    private mutating func next() -> martlet.MarketEvent {
        let instrument = UInt32(draw(2))
        let price = 9_995 + Int64(draw(4))
        if source == .byOrder, !resting.isEmpty, draw(8) == 0 {
            // Bars count executions, at the price that they state; a trade beside them would repeat one.
            let (order, price) = resting[Int(draw(UInt64(resting.count)))]
            var event = martlet.MarketEvent()
            event.kind = .order_execute
            event.instrument = UInt32(order % 2)
            event.order = order
            event.price = price
            event.quantity = 1
            return event
        }
        if source == .quotes, draw(8) == 0 {
            var event = martlet.MarketEvent()
            event.kind = .trade
            event.instrument = instrument
            event.price = price
            event.quantity = 1 + Int64(draw(5))
            return event
        }
        guard source == .byOrder else {
            self.price = price
            var quote = martlet.QuoteEvent()
            quote.kind = .quote
            quote.instrument = instrument
            quote.bid_price = price
            quote.bid_quantity = 1_000
            quote.ask_price = price + 2
            quote.ask_quantity = 1_000
            return martlet.as_market_event(quote)
        }
        if resting.count > 2_000 || (resting.count > 500 && draw(2) == 0) {
            let at = Int(draw(UInt64(resting.count)))
            let order = resting[at].order
            resting.swapAt(at, resting.count - 1)
            resting.removeLast()
            var event = martlet.MarketEvent()
            event.kind = .order_cancel
            event.instrument = UInt32(order % 2)
            event.order = order
            return event
        }
        nextOrder += 2
        let order = nextOrder + UInt64(instrument)
        let buys = draw(2) == 0
        let level = buys ? 9_999 - Int64(draw(4)) : 10_001 + Int64(draw(4))
        resting.append((order, level))
        var event = martlet.MarketEvent()
        event.kind = .order_add
        event.instrument = UInt32(order % 2)
        event.side = buys ? .buy : .sell
        event.order = order
        event.price = level
        event.quantity = 100
        return event
    }
}
