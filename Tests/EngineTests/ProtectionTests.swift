import CxxEvent
import Engine
import Execution
import Portfolio
import Risk
import Testing

/// What protects a position or empties the venue goes on until it is done, whatever gets lost on the way.
@Suite struct ProtectionTests {
    private static let second = EngineHarness.second

    /// Long, with the protective stop just fired: the exit is open.
    private func leaving(_ policy: RiskPolicy = RiskPolicy()) throws -> EngineHarness {
        var harness = try EngineHarness(policy: policy)
        harness.warm()
        harness.decide(2)
        let entry = try #require(harness.orders.last)
        harness.fill(entry, at: 10_001, execution: 1)
        harness.forget()
        harness.quote(9_800, 9_802)
        return harness
    }

    private func part(_ harness: inout EngineHarness, _ order: martlet.Command, _ lots: Int64, at price: Int64, execution: UInt64) {
        harness.order(harness.report(order, .trade, status: .partially_filled, last: lots, price: price, cumulative: lots, execution: execution))
        harness.order(harness.report(order, .canceled, status: .canceled, cumulative: lots, execution: execution + 1))
    }

    @Test("a loss limit that trips while a stop's exit is under way does not end the exit")
    func limitDuringExit() throws {
        var policy = RiskPolicy()
        policy.dailyLossPercent = 0.1
        var harness = try leaving(policy)
        let exit = try #require(harness.orders.last)
        part(&harness, exit, exit.quantity / 2, at: 9_800, execution: 10)
        #expect(harness.engine.killSwitch.cause == .limit)
        harness.advance(seconds: 2)
        let rest = try #require(harness.orders.last)
        #expect(rest.client_order != exit.client_order && rest.quantity == exit.quantity - exit.quantity / 2)
        harness.fill(rest, at: 9_790, execution: 20)
        #expect(harness.engine.ledger.position(0) == 0)
    }

    @Test("an operator's kill ends the exit, and what the stop was leaving is left after the resume")
    func operatorDuringExit() throws {
        var harness = try leaving()
        let exit = try #require(harness.orders.last)
        harness.control(.kill)
        part(&harness, exit, 1, at: 9_800, execution: 10)
        let before = harness.orders.count
        harness.advance(seconds: 30)
        #expect(harness.orders.count == before)
        harness.quote(9_700, 9_702)
        harness.control(.resume)
        let rest = try #require(harness.orders.last)
        #expect(rest.client_order != exit.client_order && rest.quantity == exit.quantity - 1)
    }

    @Test("a decision that was asked for before the stop fired changes nothing")
    func lateDecision() throws {
        var harness = try EngineHarness()
        harness.warm()
        harness.decide(2)
        let entry = try #require(harness.orders.last)
        harness.fill(entry, at: 10_001, execution: 1)
        harness.trade(10_000)
        harness.advance(seconds: 61)
        let request = try #require(harness.requests.last).id
        harness.quote(9_800, 9_802)
        let exit = try #require(harness.orders.last)
        harness.fill(exit, at: 9_800, execution: 2)
        harness.decide(2, request: request)
        harness.advance(seconds: 5)
        #expect(harness.orders.last?.client_order == exit.client_order)
        #expect(harness.engine.counters.decisionsLate == 1)
    }

    @Test("a halted instrument can be left, and a resume lifts the halt")
    func halt() throws {
        var harness = try leaving()
        let exit = try #require(harness.orders.last)
        for round in 0..<6 {
            var reject = harness.report(try #require(harness.orders.last), .rejected, status: .rejected, execution: UInt64(50 + round))
            reject.reason = .exchange_closed
            harness.order(reject)
            harness.quote(9_790 - Int64(round), 9_792 - Int64(round))
            harness.advance(seconds: 1)
        }
        let isHalted = harness.engine.gate.isHalted(0)
        #expect(isHalted)
        harness.advance(seconds: 2)
        let later = try #require(harness.orders.last)
        #expect(later.client_order != exit.client_order && later.quantity == exit.quantity)
        harness.fill(later, at: 9_780, execution: 99)
        #expect(harness.engine.ledger.position(0) == 0)
        harness.control(.resume)
        let isLifted = !harness.engine.gate.isHalted(0)
        #expect(isLifted)
    }

    private func stranger(_ harness: borrowing EngineHarness, client: UInt64) -> martlet.OrderEvent {
        var order = martlet.Command()
        order.side = .sell
        order.quantity = 5
        order.client_order = client
        var event = harness.report(order, .order_status, status: .new_order, execution: 0)
        event.flags = UInt16(martlet.order_flag_status.rawValue)
        event.execution = martlet.Identifier16(high: 0, low: 0)
        event.venue_order = martlet.Identifier16(high: 7, low: 7)
        return event
    }

    @Test("a stranger's order is canceled until the venue is rid of it, and holds up nothing of ours", arguments: [0, 77] as [UInt64])
    func foreignOrder(client: UInt64) throws {
        var harness = try EngineHarness.connected()
        let start = harness.commands.count
        harness.control(.reconcile)
        harness.answer(after: start, open: [stranger(harness, client: client)])
        #expect(harness.engine.openOrders == 1)
        #expect(harness.cancels.count == (client == 0 ? 0 : 1))
        if client != 0 {
            for round in 0..<3 {
                var refused = EngineHarness.plain(.cancel_reject)
                refused.instrument = 0
                refused.client_order = try #require(harness.cancels.last).client_order
                refused.original_client_order = client
                refused.status = .new_order
                refused.reason = .throttled
                harness.order(refused)
                harness.quote(9_999, 10_001)
                harness.advance(seconds: 11)
                #expect(harness.cancels.count == 2 + round)
            }
        }
        if client == 0 {
            harness.trade(10_000)
            harness.advance(seconds: 61)
            harness.quote(9_999, 10_001)
            harness.decide(2)
            #expect(harness.orders.count == 1, "an order of our own is sent beside it")
            harness.fill(try #require(harness.orders.last), at: 10_001, execution: 5)
        }
        let again = harness.commands.count
        harness.control(.reconcile)
        harness.answer(after: again)
        #expect(harness.engine.openOrders == 0, "the venue did not mention it any more")
    }

    @Test("what was open when the kill switch was thrown without a session is canceled after the next logon")
    func killWhileDown() throws {
        var harness = try EngineHarness.connected()
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        let order = try #require(harness.orders.last)
        harness.order(EngineHarness.plain(.session_down))
        harness.control(.kill)
        let lost = try #require(harness.cancels.last)
        var failed = EngineHarness.plain(.send_failed)
        failed.instrument = 0
        failed.client_order = lost.client_order
        failed.original_client_order = order.client_order
        harness.order(failed)
        let start = harness.commands.count
        harness.order(EngineHarness.plain(.session_up))
        var open = harness.report(order, .order_status, status: .new_order, execution: 0)
        open.flags = UInt16(martlet.order_flag_status.rawValue)
        open.execution = martlet.Identifier16(high: 0, low: 0)
        harness.answer(after: start, open: [open])
        let cancel = try #require(harness.cancels.last)
        #expect(cancel.client_order != lost.client_order && cancel.original_client_order == order.client_order)
        #expect(cancel.flags & UInt16(martlet.command_flag_emergency.rawValue) != 0)
    }

    @Test("an order that the venue does not answer is unknown and asked after; the answer settles it")
    func unanswered() throws {
        var harness = try EngineHarness.connected()
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        let order = try #require(harness.orders.last)
        for _ in 0..<12 {
            harness.advance(seconds: 1)
            harness.quote(9_999, 10_001)
        }
        let question = try #require(harness.commands.last)
        #expect(question.command == .order_status && question.client_order == order.client_order)
        #expect(harness.engine.orders.find(order.client_order)?.isUnknown == true)
        var answer = harness.report(order, .order_status, status: .rejected, execution: 0)
        answer.flags = UInt16(martlet.order_flag_status.rawValue)
        answer.execution = martlet.Identifier16(high: 0, low: 0)
        answer.reason = .unknown_order
        harness.order(answer)
        #expect(harness.engine.openOrders == 0)
    }

    @Test("a report that cannot be read ends no order: it is unknown, and the books are compared")
    func unreadable() throws {
        var harness = try EngineHarness.connected()
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        let order = try #require(harness.orders.last)
        let start = harness.commands.count
        var report = harness.report(order, .trade, status: .filled, execution: 9)
        report.kind = .business_reject
        report.flags = UInt16(martlet.order_flag_undecodable.rawValue)
        harness.order(report)
        #expect(harness.orders.count == 1, "nothing is sent again")
        #expect(harness.engine.orders.find(order.client_order)?.isUnknown == true)
        #expect(harness.commands[start...].contains { $0.command == .mass_status })
        harness.order(report)
        for command in harness.commands[start...] where command.command == .mass_status || command.command == .trades {
            harness.order(EngineHarness.plain(.report_end, request: command.request))
        }
        #expect(harness.engine.openOrders == 1, "it was mentioned, if not readably: it is not absent")
    }

    @Test("a new order that may have left is unknown; one that certainly did not is over", arguments: [true, false])
    func sendFailed(uncertain: Bool) throws {
        var harness = try EngineHarness.connected()
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        let order = try #require(harness.orders.last)
        var failed = EngineHarness.plain(.send_failed)
        failed.instrument = 0
        failed.client_order = order.client_order
        failed.reason = .other
        if uncertain { failed.flags = UInt16(martlet.order_flag_uncertain.rawValue) }
        harness.order(failed)
        #expect(harness.engine.openOrders == (uncertain ? 1 : 0))
        #expect((harness.engine.orders.find(order.client_order)?.isUnknown == true) == uncertain)
        #expect(harness.commands.contains { $0.command == .order_status } == uncertain)
    }
}
