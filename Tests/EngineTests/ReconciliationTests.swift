import CxxEvent
import Engine
import Execution
import Portfolio
import Risk
import Testing

/// The engine against a venue's answers at logon.
@Suite struct ReconciliationTests {
    private func harness() throws -> EngineHarness {
        var configuration = EngineHarness.configuration()
        configuration.reconciles = true
        return try EngineHarness(configuration)
    }

    private func event(_ kind: martlet.EventKind, request: UInt64 = 0, position: Int64 = 0, cash: Int64 = 0) -> martlet.OrderEvent {
        var event = martlet.OrderEvent()
        event.kind = kind
        event.reference_number = UInt32(request)
        event.cumulative_quantity = position
        event.fee = cash
        return event
    }

    /// Answers every question of a reconciliation with nothing but a position.
    private func answer(_ harness: inout EngineHarness, position: Int64 = 0, cash: Int64 = 0) {
        var seen = 0
        while seen < harness.commands.count {
            let command = harness.commands[seen]
            seen += 1
            switch command.command {
            case .mass_status, .trades:
                harness.order(event(.report_end, request: command.request))
            case .positions:
                harness.order(event(.position_report, request: command.request, position: position, cash: cash))
                harness.order(event(.report_end, request: command.request))
            default: break
            }
        }
    }

    @Test("before the venue's books were compared no risk is added; afterwards it is")
    func blocksUntilClean() throws {
        var harness = try harness()
        harness.warm()
        harness.decide(2)
        #expect(harness.orders.isEmpty)
        harness.order(event(.session_up))
        #expect(harness.commands.contains { $0.command == .mass_status })
        answer(&harness)
        #expect(harness.engine.counters.reconciliations == 1)
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        #expect(harness.orders.count == 1)
    }

    @Test("a position that the venue states otherwise is asked for twice, shown, and blocks")
    func differenceBlocks() throws {
        var harness = try harness()
        harness.warm()
        harness.order(event(.session_up))
        answer(&harness, position: 7)
        #expect(harness.commands.filter { $0.command == .positions }.count == 2)
        #expect(harness.engine.counters.differences >= 1)
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        #expect(harness.orders.isEmpty)
    }

    @Test("an operator takes the venue's position over: it is ours then, compared anew, and risk may be added again")
    func accept() throws {
        var harness = try harness()
        harness.warm()
        harness.order(event(.session_up))
        answer(&harness, position: 7, cash: -70_000_000)
        #expect(harness.notes.contains { $0.flags == NoteKind.difference.rawValue && $0.strength == 7 })
        harness.forget()
        harness.control(.accept)
        answer(&harness, position: 7, cash: -70_000_000)
        #expect(harness.engine.ledger.position(0) == 7)
        let gated = harness.engine.gate.position(0)
        #expect(gated == 7)
        #expect(harness.notes.contains { $0.flags == NoteKind.reconciliation.rawValue && $0.code <= 1 }, "cash alone may differ")
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        #expect(harness.orders.count == 1)
        let order = try #require(harness.orders.last)
        harness.control(.accept)
        #expect(harness.engine.ledger.position(0) == 7, "nothing differs: nothing is taken over")
        #expect(harness.engine.orders.find(order.client_order)?.isOpen == true)
    }

    @Test("an order that was sent before the session broke is unknown until the venue says it never came")
    func unknownOrder() throws {
        var harness = try harness()
        harness.warm()
        harness.order(event(.session_up))
        answer(&harness)
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        let order = try #require(harness.orders.last)
        harness.order(event(.session_down))
        #expect(harness.engine.orders.find(order.client_order)?.isUnknown == true)
        #expect(harness.engine.openOrders == 1)
        harness.forget()
        harness.order(event(.session_up))
        answer(&harness)
        #expect(harness.engine.openOrders == 0)
        #expect(harness.engine.ledger.position(0) == 0)
    }

    @Test("with a venue that lists nothing, risk waits for each open order's answer; a count of fills that nobody told is taken over on an operator's word")
    func oneByOne() throws {
        var configuration = EngineHarness.configuration()
        configuration.reconciles = true
        configuration.reconciliation.answers = []
        var harness = try EngineHarness(configuration)
        harness.warm()
        harness.order(event(.session_up))
        #expect(harness.commands.isEmpty, "nothing is open: there is nothing to ask")
        #expect(harness.engine.counters.reconciliations == 1)
        harness.decideAnew()
        let order = try #require(harness.orders.last)
        harness.order(event(.session_down))
        harness.order(event(.session_up))
        let question = try #require(harness.questions(.order_status).last)
        #expect(question.client_order == order.client_order && question.side == order.side && question.instrument == 0)
        #expect(harness.questions(.mass_status).isEmpty && harness.questions(.trades).isEmpty && harness.questions(.positions).isEmpty)
        #expect(harness.engine.counters.reconciliations == 1)
        harness.order(harness.statement(of: order, .canceled, cumulative: 3))
        #expect(harness.engine.counters.reconciliations == 2)
        #expect(harness.engine.reconciliation.isBlocking == true)
        #expect(harness.engine.ledger.position(0) == 0)
        harness.control(.accept)
        #expect(harness.questions(.order_status).count > 1)
        harness.order(harness.statement(of: order, .canceled, cumulative: 3))
        #expect(harness.engine.ledger.position(0) == 3)
        #expect(harness.engine.reconciliation.isBlocking == false)
    }

    private func copy(_ report: martlet.OrderEvent) -> martlet.OrderEvent {
        var report = report
        report.flags |= UInt16(martlet.order_flag_copy.rawValue)
        return report
    }

    @Test("what a drop copy tells is never booked; told by the session too, it is forgotten", arguments: [true, false])
    func copied(first: Bool) throws {
        var harness = try EngineHarness.ordered()
        let order = try #require(harness.orders.last)
        let fill = harness.report(order, .trade, status: .filled, last: order.quantity, price: 10_000, cumulative: order.quantity, execution: 9)
        harness.order(copy(EngineHarness.plain(.session_down)))
        harness.order(first ? copy(fill) : fill)
        #expect(harness.engine.ledger.position(0) == (first ? 0 : order.quantity))
        harness.order(first ? fill : copy(fill))
        #expect(harness.engine.ledger.position(0) == order.quantity)
        let asked = harness.questions(.trades).count
        harness.advance(seconds: 30)
        #expect(harness.questions(.trades).count == asked)
        #expect(harness.engine.reconciliation.copies.isEmpty && harness.engine.counters.anomalies == 0)
    }

    @Test("an execution that only the drop copy told is asked for; where the venue does not list it either it blocks new risk until it comes or an operator decides")
    func untold() throws {
        var harness = try EngineHarness.ordered()
        let order = try #require(harness.orders.last)
        var fill = harness.report(order, .trade, status: .filled, last: order.quantity, price: 10_000, cumulative: order.quantity, execution: 9)
        harness.order(harness.report(order, .canceled, status: .canceled, execution: 0))
        let before = harness.commands.count
        harness.order(copy(fill))
        harness.advance(seconds: 30)
        #expect(harness.commands[before...].contains { $0.command == .trades })
        #expect(harness.notes.contains { $0.flags == NoteKind.anomaly.rawValue && $0.code == OrderAnomaly.untold.rawValue })
        harness.answer(after: before)
        #expect(harness.engine.ledger.position(0) == 0)
        #expect(harness.engine.reconciliation.differences.contains { $0.kind == .untoldExecution && $0.venue == order.quantity })
        #expect(harness.engine.reconciliation.isBlocking == true)
        // It comes after all.
        fill.flags |= UInt16(martlet.order_flag_possible_duplicate.rawValue)
        let late = harness.commands.count
        harness.order(fill)
        harness.advance(seconds: 30)
        harness.answer(after: late, position: order.quantity)
        #expect(harness.engine.ledger.position(0) == order.quantity)
        #expect(harness.engine.reconciliation.copies.isEmpty)
    }

    @Test("an operator who accepts the venue's books ends the wait for what only the drop copy told")
    func untoldAccepted() throws {
        var harness = try EngineHarness.ordered()
        let order = try #require(harness.orders.last)
        harness.order(harness.report(order, .canceled, status: .canceled, execution: 0))
        harness.order(copy(harness.report(order, .trade, status: .filled, last: 1, price: 10_000, cumulative: 1, execution: 9)))
        let before = harness.commands.count
        harness.advance(seconds: 30)
        harness.answer(after: before)
        #expect(harness.engine.reconciliation.isBlocking == true)
        let accepted = harness.commands.count
        harness.control(.accept)
        harness.answer(after: accepted)
        #expect(harness.engine.reconciliation.isBlocking == false)
        #expect(harness.engine.ledger.position(0) == 0)
    }

    private func listless() throws -> EngineHarness {
        var configuration = EngineHarness.configuration()
        configuration.reconciles = true
        configuration.reconciliation.answers = []
        configuration.attemptsPerDecision = 1
        var harness = try EngineHarness(configuration)
        harness.warm()
        harness.order(event(.session_up))
        return harness
    }

    @Test("with a venue that lists nothing, a stranger's order that cannot be named is kept, not taken for absent, and stops nothing")
    func listlessStranger() throws {
        var harness = try listless()
        harness.decideAnew()
        let order = try #require(harness.orders.last)
        var stranger = harness.report(order, .new_order, status: .new_order, execution: 0)
        stranger.client_order = 0
        stranger.flags = UInt16(martlet.order_flag_foreign_id.rawValue) | UInt16(martlet.order_flag_status.rawValue)
        stranger.venue_order = martlet.Identifier16(high: 7, low: 7)
        harness.order(harness.report(order, .canceled, status: .canceled, execution: 0))
        harness.order(stranger)
        harness.advance(seconds: 30)
        #expect(!harness.engine.killSwitch.isTripped)
        #expect(harness.engine.orders.openOrders >= 1)
        #expect(!harness.engine.reconciliation.differences.contains { $0.kind == .absentOrder })
    }

    @Test("with a venue that lists nothing, a fill that the drop copy told first and nobody can confirm is taken over on an operator's word, once")
    func listlessCopy() throws {
        var harness = try listless()
        harness.decideAnew()
        let order = try #require(harness.orders.last)
        harness.order(harness.report(order, .canceled, status: .canceled, execution: 0))
        let fill = harness.report(order, .trade, status: .canceled, last: 2, price: 10_000, cumulative: 2, execution: 9)
        harness.order(copy(fill))
        harness.advance(seconds: 30)
        #expect(harness.engine.reconciliation.isBlocking == true)
        let before = harness.engine.ledger.position(0)
        harness.control(.accept)
        #expect(harness.engine.ledger.position(0) == before + 2)
        harness.order(fill)
        #expect(harness.engine.ledger.position(0) == before + 2, "told after all, and booked already")
    }
}
