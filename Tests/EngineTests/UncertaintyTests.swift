import CxxEvent
import Engine
import Execution
import Portfolio
import Risk
import Testing

/// What nobody knows stays unknown until the venue has said it: nothing is taken for refused, absent or explained.
@Suite struct UncertaintyTests {
    /// Waits, with a market that goes on, until an order that the venue does not answer has been asked after.
    private func questioned(_ harness: inout EngineHarness) throws -> martlet.Command {
        for _ in 0..<12 {
            harness.advance(seconds: 1)
            harness.quote(9_999, 10_001)
        }
        return try #require(harness.questions(.order_status).last)
    }

    @Test("a question about an order that could not be sent says nothing of the order", arguments: [true, false])
    func unsentQuestion(uncertain: Bool) throws {
        var harness = try EngineHarness.ordered()
        let order = try #require(harness.orders.last)
        let question = try questioned(&harness)
        let said = harness.commands.count
        var failed = EngineHarness.plain(.send_failed, request: question.request)
        failed.instrument = 0
        failed.client_order = question.client_order
        failed.reason = .other
        if uncertain { failed.flags = UInt16(martlet.order_flag_uncertain.rawValue) }
        harness.order(failed)
        #expect(question.request != 0 && question.client_order == order.client_order)
        #expect(harness.engine.orders.find(order.client_order)?.isUnknown == true)
        #expect(harness.commands.count == said, "nothing is sent in its stead, and nothing at once")
        let again = try questioned(&harness)
        #expect(again.request != question.request, "it is asked again")
        #expect(harness.orders.count == 1)
    }

    @Test("a lost report within the answer to a sweep closes no order: all is asked again")
    func lostWithinSweep() throws {
        var harness = try EngineHarness.ordered()
        let order = try #require(harness.orders.last)
        harness.order(EngineHarness.plain(.session_down))
        let start = harness.commands.count
        harness.order(EngineHarness.plain(.session_up))
        let lost = harness.questions(.mass_status).count
        harness.order(EngineHarness.lostReport())
        harness.answer(after: start)
        #expect(harness.engine.openOrders == 1 && harness.orders.count == 1)
        let again = harness.commands.count
        harness.advance(seconds: 6)
        #expect(harness.questions(.mass_status).count == lost + 1)
        harness.answer(after: again, open: [harness.statement(of: order, .new_order)])
        #expect(harness.engine.orders.find(order.client_order)?.isUnknown == false)
        #expect(harness.engine.openOrders == 1 && harness.orders.count == 1)
    }

    @Test("where every answer to a sweep has a lost report the venue has not answered, and no order is closed")
    func lostEveryTime() throws {
        var harness = try EngineHarness.ordered()
        harness.order(EngineHarness.plain(.session_down))
        var start = harness.commands.count
        harness.order(EngineHarness.plain(.session_up))
        for _ in 0..<3 {
            harness.order(EngineHarness.lostReport())
            harness.answer(after: start)
            start = harness.commands.count
            harness.advance(seconds: 6)
        }
        let found = harness.engine.reconciliation.differences.map(\.kind)
        #expect(found == [.noAnswer])
        #expect(harness.engine.openOrders == 1 && harness.orders.count == 1)
    }

    @Test("an unreadable report that names another's order, or an instrument that we do not trade, does not hold a sweep up")
    func strangersReport() throws {
        for isElsewhere in [true, false] {
            var harness = try EngineHarness.ordered()
            harness.order(EngineHarness.plain(.session_down))
            let start = harness.commands.count
            harness.order(EngineHarness.plain(.session_up))
            var report = EngineHarness.lostReport()
            if isElsewhere { report.reason = .unknown_instrument } else { report.flags |= UInt16(martlet.order_flag_foreign_id.rawValue) }
            harness.order(report)
            harness.answer(after: start)
            #expect(harness.engine.openOrders == 0, "what is ours was not mentioned")
        }
    }

    /// An order that works, and a comparison that has come as far as its question for positions.
    private func comparing(_ harness: inout EngineHarness) throws -> martlet.Command {
        let order = try #require(harness.orders.last)
        harness.order(harness.report(order, .new_order, status: .new_order, execution: 3))
        let start = harness.commands.count
        harness.control(.reconcile)
        for question in harness.commands[start...] {
            if question.command == .mass_status { harness.order(harness.statement(of: order, .new_order)) }
            harness.order(EngineHarness.plain(.report_end, request: question.request))
        }
        return try #require(harness.questions(.positions).last)
    }

    @Test("an order whose report came unreadable while positions were compared is looked for in another comparison, and in one alone")
    func unreadableWhileComparing() throws {
        var harness = try EngineHarness.ordered()
        let order = try #require(harness.orders.last)
        let positions = try comparing(&harness)
        var unreadable = harness.report(order, .trade, status: .partially_filled, execution: 9)
        unreadable.kind = .business_reject
        unreadable.flags = UInt16(martlet.order_flag_undecodable.rawValue)
        harness.order(unreadable)
        harness.answer(positions: positions)
        #expect(harness.engine.orders.find(order.client_order)?.isUnknown == true)
        let asked = harness.questions(.mass_status).count
        let again = harness.commands.count
        harness.advance(seconds: 6)
        #expect(harness.questions(.mass_status).count == asked + 1)
        harness.answer(after: again, open: [harness.statement(of: order, .new_order)])
        #expect(harness.engine.orders.find(order.client_order)?.isUnknown == false)
        harness.order(harness.report(order, .canceled, status: .canceled, execution: 10))
        harness.advance(seconds: 100)
        #expect(harness.questions(.mass_status).count == asked + 1)
    }

    @Test("a lost report within the answer to the question for positions has them asked again, and all compared once more")
    func lostWithinPositions() throws {
        var harness = try EngineHarness.ordered()
        let order = try #require(harness.orders.last)
        let positions = try comparing(&harness)
        harness.order(EngineHarness.lostReport())
        harness.answer(positions: positions)
        let asked = harness.questions(.mass_status).count
        harness.advance(seconds: 6)
        #expect(harness.questions(.positions).count == harness.questions(.mass_status).count + 1 && harness.questions(.mass_status).count == asked)
        harness.answer(positions: try #require(harness.questions(.positions).last))
        let again = harness.commands.count
        harness.advance(seconds: 6)
        #expect(harness.questions(.mass_status).count == asked + 1)
        harness.answer(after: again, open: [harness.statement(of: order, .new_order)])
        #expect(harness.engine.openOrders == 1)
    }

    @Test("an order that is unknown since a refused cancel is asked after until the venue answers")
    func unansweredDoubt() throws {
        var harness = try EngineHarness.ordered()
        let order = try #require(harness.orders.last)
        harness.order(harness.report(order, .new_order, status: .new_order, execution: 3))
        harness.control(.cancel_all)
        var refused = EngineHarness.plain(.cancel_reject)
        refused.instrument = 0
        refused.client_order = try #require(harness.cancels.last).client_order
        refused.original_client_order = order.client_order
        refused.reason = .too_late
        harness.order(refused)
        #expect(harness.questions(.order_status).count == 1)
        let again = try questioned(&harness)
        #expect(harness.questions(.order_status).count == 2 && again.client_order == order.client_order)
        harness.order(harness.statement(of: order, .canceled))
        #expect(harness.engine.orders.find(order.client_order)?.isOpen == false)
    }

    @Test("a venue that does not answer is asked again, more and more seldom, and new risk waits")
    func noAnswer() throws {
        var harness = try EngineHarness.connected()
        harness.order(EngineHarness.plain(.session_down))
        harness.order(EngineHarness.plain(.session_up))
        let begun = harness.time
        var times: [Int64] = []
        var asked = harness.questions(.mass_status).count
        while harness.time < begun + 1_200 * EngineHarness.second {
            harness.advance(seconds: 1)
            let count = harness.questions(.mass_status).count
            if count > asked { times.append(harness.time) }
            asked = count
        }
        let gaps = zip(times.dropFirst(), times).map { ($0 - $1) / EngineHarness.second }
        #expect((10...40).contains(times.count), "\(gaps)")
        #expect(gaps.contains { $0 > 100 }, "\(gaps)")
        let isBlocked = harness.engine.gate.isBlocked
        #expect(isBlocked)
        var start = harness.commands.count
        while harness.questions(.mass_status).count == asked && harness.time < begun + 2_400 * EngineHarness.second {
            start = harness.commands.count
            harness.advance(seconds: 1)
        }
        harness.answer(after: start)
        let isFree = !harness.engine.gate.isBlocked
        #expect(isFree, "an answer that comes late is an answer")
    }

    @Test("an operator's acceptance books what the venue states then, not what it stated once")
    func acceptsFreshly() throws {
        var harness = try EngineHarness.connected()
        var start = harness.commands.count
        harness.control(.reconcile)
        harness.answer(after: start, position: 7)
        #expect(harness.engine.reconciliation.differences.map(\.kind) == [.position])
        // The execution behind it comes late, as that of another session.
        var order = martlet.Command()
        order.side = .buy
        order.quantity = 7
        order.client_order = 77
        harness.fill(order, at: 10_001, execution: 7)
        #expect(harness.engine.ledger.position(0) == 7)
        start = harness.commands.count
        harness.control(.accept)
        harness.answer(after: start, position: 7)
        #expect(harness.engine.ledger.position(0) == 7)
        let gated = harness.engine.gate.position(0)
        #expect(gated == 7)
    }

    @Test("an operator's acceptance is of the instrument that differed, and waits for the venue's statement")
    func acceptanceWaits() throws {
        var harness = try EngineHarness.connected()
        var start = harness.commands.count
        harness.control(.reconcile)
        harness.answer(after: start, position: 7)
        start = harness.commands.count
        harness.control(.accept)
        #expect(harness.engine.ledger.position(0) == 0, "nothing is known yet")
        harness.order(EngineHarness.plain(.session_down))
        start = harness.commands.count
        harness.order(EngineHarness.plain(.session_up))
        harness.answer(after: start, position: 5)
        #expect(harness.engine.ledger.position(0) == 5)
        start = harness.commands.count
        harness.control(.reconcile)
        harness.answer(after: start, position: 9)
        #expect(harness.engine.ledger.position(0) == 5, "the next difference is another one")
        #expect(harness.engine.reconciliation.differences.map(\.kind) == [.position])
    }

    @Test("a target of the run before a crash is not pursued in the next, nor is an answer of its council taken")
    func targetOfAnotherRun() throws {
        var harness = try EngineHarness.ordered()
        harness.trade(10_000)
        harness.advance(seconds: 61)
        let request = try #require(harness.requests.last).id
        var start = martlet.HostEvent()
        start.kind = .run_start
        start.id = 2
        harness.host(start)
        let asked = harness.commands.count
        harness.order(EngineHarness.plain(.session_up))
        harness.answer(after: asked)
        #expect(harness.engine.openOrders == 0)
        for _ in 0..<3 {
            harness.quote(9_999, 10_001)
            harness.advance(seconds: 1)
        }
        harness.decide(2, request: request)
        #expect(harness.orders.count == 1)
        #expect(harness.engine.counters.decisionsLate == 1)
    }

    @Test("refusals of a stranger's cancel halt nothing of ours")
    func strangersCancel() throws {
        var harness = try EngineHarness.connected()
        var order = martlet.Command()
        order.side = .sell
        order.quantity = 5
        order.client_order = 77
        let start = harness.commands.count
        harness.control(.reconcile)
        harness.answer(after: start, open: [harness.statement(of: order, .new_order)])
        #expect(harness.cancels.count == 1)
        for round in 0..<60 {
            let cancel = try #require(harness.cancels.last)
            var refused = EngineHarness.plain(.cancel_reject)
            refused.instrument = 0
            refused.client_order = cancel.client_order
            refused.original_client_order = order.client_order
            refused.status = .new_order
            refused.reason = .other
            harness.order(refused)
            harness.quote(9_990 + Int64(round % 2), 10_001)
            harness.advance(seconds: 1)
        }
        #expect((6...7).contains(harness.cancels.count), "once in ten seconds: \(harness.cancels.count)")
        let isHalted = harness.engine.gate.isHalted(0)
        #expect(!isHalted)
    }

    @Test("market data that all came late is no price to trade on, and stops nothing")
    func onlyLateData() throws {
        var harness = try EngineHarness()
        harness.advance(to: (harness.time / (60 * EngineHarness.second) + 1) * 60 * EngineHarness.second)
        for bar in 0..<12 {
            harness.lateQuote(9_999, 10_001)
            harness.lateTrade(10_000 + Int64(bar % 3) * 10)
            harness.advance(seconds: 60)
        }
        harness.lateQuote(9_999, 10_001)
        harness.decide(2)
        #expect(harness.orders.isEmpty)
        #expect(harness.notes.contains { $0.flags == NoteKind.denial.rawValue && $0.code == DenyReason.staleMarketData.rawValue })
    }
}

extension EngineHarness {
    fileprivate mutating func lateQuote(_ bid: Int64, _ ask: Int64) {
        var quote = martlet.QuoteEvent()
        quote.kind = .quote
        quote.flags = UInt16(martlet.market_flag_late.rawValue)
        quote.bid_price = bid
        quote.bid_quantity = 10
        quote.ask_price = ask
        quote.ask_quantity = 10
        market(martlet.as_market_event(quote))
    }

    fileprivate mutating func lateTrade(_ price: Int64) {
        var event = martlet.MarketEvent()
        event.kind = .trade
        event.flags = UInt16(martlet.market_flag_late.rawValue)
        event.price = price
        event.quantity = 1
        market(event)
    }
}
