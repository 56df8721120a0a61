import CxxEvent
import Engine
import Execution
import MarketData
import Portfolio
import Risk
import Testing

@Suite struct EngineTests {
    @Test("a decision becomes one limit order through the far side, sized by the stop and the position limit")
    func decisionBecomesOrder() throws {
        var harness = try EngineHarness()
        harness.warm()
        harness.decide(2)
        let order = try #require(harness.orders.last)
        #expect(harness.orders.count == 1)
        #expect(order.side == .buy)
        #expect(order.type == .limit && order.time_in_force == .immediate_or_cancel)
        #expect(order.price == 10_001 + 5)
        #expect(order.quantity > 0)
        // 10 % of 1,000,000 at about 100 a lot.
        #expect(order.quantity <= 1_000)
        #expect(order.client_order == martlet.make_client_order(1, 1))
    }

    @Test("an answer to a request that is no longer open changes nothing")
    func lateDecision() throws {
        var harness = try EngineHarness()
        harness.warm()
        let old = try #require(harness.requests.dropLast().last).id
        harness.decide(2, request: old)
        #expect(harness.orders.isEmpty)
        #expect(harness.engine.counters.decisionsLate == 1)
        harness.decide(2)
        #expect(harness.orders.count == 1)
        harness.decide(-2)
        #expect(harness.orders.count == 1, "the same request is answered once")
    }

    @Test("a turn from long to short closes first and opens with a second order")
    func neverCrossesZero() throws {
        var harness = try EngineHarness()
        harness.warm()
        harness.decide(2)
        let opening = try #require(harness.orders.last)
        harness.fill(opening, at: 10_001, execution: 1)
        #expect(harness.engine.ledger.position(0) == opening.quantity)
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(-2)
        let closing = try #require(harness.orders.last)
        #expect(closing.side == .sell && closing.quantity == opening.quantity)
        harness.fill(closing, at: 9_999, execution: 2)
        #expect(harness.orders.last?.client_order == closing.client_order, "the same order again at once is a duplicate")
        harness.advance(seconds: 2)
        let turning = try #require(harness.orders.last)
        #expect(turning.client_order != closing.client_order)
        #expect(turning.side == .sell)
        #expect(harness.engine.ledger.position(0) == 0)
    }

    @Test("a position that outgrew the limit of one order is left in parts")
    func exitInParts() throws {
        var policy = RiskPolicy()
        policy.orderNotionalPercent = 4
        policy.collarBasisPoints = 1_000
        var harness = try EngineHarness(policy: policy)
        harness.warm()
        harness.decide(2)
        let entry = try #require(harness.orders.last)
        #expect(entry.quantity <= 400, "4 % of 1,000,000 at 100 a lot")
        harness.fill(entry, at: 10_001, execution: 1)
        harness.advance(seconds: 2)
        var filled = entry.client_order
        for execution in 20..<30 {
            guard let more = harness.orders.last, more.client_order != filled else { break }
            filled = more.client_order
            harness.fill(more, at: 10_001, execution: UInt64(execution))
            harness.advance(seconds: 2)
        }
        let held = harness.engine.ledger.position(0)
        #expect(held > entry.quantity, "the rest of the target follows")
        #expect(harness.engine.openOrders == 0)
        harness.forget()
        harness.quote(9_800, 9_802)
        var left = held
        for execution in 3..<10 where left > 0 {
            let exit = try #require(harness.orders.last)
            #expect(exit.side == .sell && exit.quantity <= 420)
            left -= exit.quantity
            harness.fill(exit, at: 9_800, execution: UInt64(execution))
            harness.advance(seconds: 2)
        }
        #expect(harness.engine.ledger.position(0) == 0)
    }

    @Test("the same execution reported twice is booked once")
    func duplicateExecution() throws {
        var harness = try EngineHarness()
        harness.warm()
        harness.decide(2)
        let order = try #require(harness.orders.last)
        harness.fill(order, at: 10_001, execution: 1)
        harness.fill(order, at: 10_001, execution: 1)
        #expect(harness.fills.count == 1)
        #expect(harness.engine.ledger.position(0) == order.quantity)
    }

    @Test("the protective stop leaves the position without asking anybody")
    func stop() throws {
        var harness = try EngineHarness()
        harness.warm()
        harness.decide(2)
        let order = try #require(harness.orders.last)
        harness.fill(order, at: 10_001, execution: 1)
        harness.forget()
        harness.quote(9_990, 9_992)
        #expect(harness.orders.isEmpty, "two ranges away are not ten increments")
        harness.quote(9_800, 9_802)
        let exit = try #require(harness.orders.last)
        #expect(exit.side == .sell && exit.quantity == order.quantity)
        #expect(harness.engine.counters.stopsFired == 1)
        harness.quote(9_790, 9_792)
        #expect(harness.orders.count == 1, "a stop fires once")
    }

    /// Nobody is there: the order ends without a fill.
    private func cancelUnfilled(_ harness: inout EngineHarness, execution: UInt64) throws {
        let order = try #require(harness.orders.last)
        harness.order(harness.report(order, .canceled, status: .canceled, execution: execution))
    }

    @Test("an exit that finds nobody is tried on until it is out, and no decision talks it back in")
    func stubbornStop() throws {
        var harness = try EngineHarness()
        harness.warm()
        harness.decide(2)
        let entry = try #require(harness.orders.last)
        harness.fill(entry, at: 10_001, execution: 1)
        harness.forget()
        harness.quote(9_800, 9_802)
        for attempt in 0..<12 {
            #expect(harness.orders.count == attempt + 1)
            try cancelUnfilled(&harness, execution: UInt64(10 + attempt))
            // The market is gone for a while, then somewhere else.
            if attempt == 5 {
                harness.quote(0, 0)
                harness.advance(seconds: 3)
            }
            harness.quote(9_700 - Int64(attempt), 9_702 - Int64(attempt))
            harness.advance(seconds: 2)
        }
        harness.trade(9_700)
        harness.advance(seconds: 60)
        harness.quote(9_700, 9_702)
        harness.decide(2)
        try cancelUnfilled(&harness, execution: 90)
        harness.advance(seconds: 2)
        let exit = try #require(harness.orders.last)
        #expect(exit.side == .sell && exit.quantity == entry.quantity, "the decision to be long did not end the exit")
        harness.fill(exit, at: 9_700, execution: 100)
        #expect(harness.engine.ledger.position(0) == 0)
        #expect(harness.engine.counters.stopsFired == 1)
        let count = harness.orders.count
        harness.advance(seconds: 5)
        #expect(harness.orders.count == count)
    }

    @Test("an order that found nobody is offered again after the duplicate window, and the gate has nothing to deny")
    func repeatedOrder() throws {
        var harness = try EngineHarness()
        harness.warm()
        harness.decide(2)
        try cancelUnfilled(&harness, execution: 1)
        #expect(harness.orders.count == 1, "the same again at once would be a duplicate")
        harness.advance(seconds: 2)
        #expect(harness.orders.count == 2)
        #expect(harness.orders[0].price == harness.orders[1].price)
        for round in 2...6 {
            try cancelUnfilled(&harness, execution: UInt64(round))
            harness.advance(seconds: 2)
        }
        #expect(harness.orders.count == 4, "one decision, four attempts")
        #expect(harness.engine.counters.denials == 0)
    }

    @Test("the kill switch cancels what is open, refuses new risk and needs an operator")
    func kill() throws {
        var harness = try EngineHarness()
        harness.warm()
        harness.decide(2)
        let order = try #require(harness.orders.last)
        harness.order(harness.report(order, .new_order, status: .new_order, execution: 1))
        harness.control(.kill)
        let cancel = try #require(harness.cancels.last)
        #expect(cancel.original_client_order == order.client_order)
        #expect(harness.engine.killSwitch.isTripped)
        harness.order(harness.report(order, .canceled, status: .canceled, execution: 2))
        harness.forget()
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        #expect(harness.orders.isEmpty)
        #expect(harness.notes.contains { $0.flags == NoteKind.denial.rawValue && $0.code == DenyReason.killSwitch.rawValue })
        harness.control(.resume)
        harness.trade(10_000)
        harness.advance(seconds: 61)
        harness.quote(9_999, 10_001)
        harness.decide(2)
        #expect(harness.orders.count == 1)
    }

    @Test("exchange time may go back; receive time may not, and orders nothing")
    func exchangeTimeGoesBack() throws {
        var harness = try EngineHarness()
        harness.warm()
        harness.quote(9_998, 10_000, exchangeTime: EngineHarness.start - 5 * EngineHarness.second)
        #expect(harness.engine.top(0).bid == 9_998)
        harness.decide(1)
        #expect(harness.orders.count == 1)
    }

    @Test("after a discontinuity nothing is decided until the book has been stated anew")
    func discontinuity() throws {
        var harness = try EngineHarness(source: .byPrice)
        func level(_ side: martlet.Side, _ price: Int64) -> martlet.MarketEvent {
            var event = martlet.MarketEvent()
            event.kind = .level_set
            event.side = side
            event.price = price
            event.quantity = 100
            return event
        }
        func mark(_ kind: martlet.EventKind) -> martlet.MarketEvent {
            var event = martlet.MarketEvent()
            event.kind = kind
            return event
        }
        harness.market(level(.buy, 9_999))
        harness.market(level(.sell, 10_001))
        harness.trade(10_000)
        harness.advance(seconds: 61)
        #expect(harness.requests.count == 1)
        harness.market(mark(.discontinuity))
        #expect(harness.engine.top(0).bid == 0)
        harness.trade(10_000)
        harness.advance(seconds: 61)
        #expect(harness.requests.count == 1, "no market, no question")
        harness.market(mark(.snapshot_begin))
        harness.market(level(.buy, 9_990))
        harness.market(level(.sell, 10_002))
        harness.market(mark(.snapshot_end))
        #expect(harness.engine.top(0).bid == 9_990)
        harness.trade(10_000)
        harness.advance(seconds: 61)
        #expect(harness.requests.count == 2)
    }

    @Test("order by order, an execution and the trade that repeats it are one print; a hidden one counts by itself")
    func printsOnce() throws {
        var harness = try EngineHarness(source: .byOrder)
        func event(_ kind: martlet.EventKind, _ side: martlet.Side, _ order: UInt64, flags: UInt16 = 0) -> martlet.MarketEvent {
            var event = martlet.MarketEvent()
            event.kind = kind
            event.side = side
            event.price = side == .buy ? 9_999 : 10_001
            event.quantity = 10
            event.order = order
            event.flags = flags
            return event
        }
        harness.market(event(.order_add, .buy, 1))
        harness.market(event(.order_add, .sell, 2))
        harness.market(event(.trade, .buy, 7))
        harness.advance(seconds: 61)
        #expect(harness.requests.isEmpty, "a plain trade alone is no print")
        harness.market(event(.order_execute, .buy, 1))
        harness.market(event(.order_add, .buy, 3))
        harness.advance(seconds: 61)
        #expect(harness.requests.count == 1)
        harness.market(event(.trade, .buy, 8, flags: UInt16(martlet.market_flag_implied.rawValue)))
        harness.advance(seconds: 61)
        #expect(harness.requests.count == 2)
    }

    @Test("market events that lay too long in the queue keep the book right, and nothing is traded on them")
    func lateEvents() throws {
        var harness = try EngineHarness()
        harness.warm()
        for price in 0..<10 as Range<Int64> {
            harness.advance(seconds: 1)
            var quote = martlet.QuoteEvent()
            quote.kind = .quote
            quote.flags = UInt16(martlet.market_flag_late.rawValue)
            quote.exchange_time = harness.time
            quote.bid_price = 9_990 + price
            quote.ask_price = 10_000 + price
            quote.bid_quantity = 10
            quote.ask_quantity = 10
            harness.market(martlet.as_market_event(quote))
        }
        #expect(harness.engine.top(0) == (9_999, 10_009))
        harness.decide(2)
        #expect(harness.orders.isEmpty)
        #expect(harness.notes.contains { $0.flags == NoteKind.denial.rawValue && $0.code == DenyReason.staleMarketData.rawValue })
        harness.quote(9_999, 10_009)
        harness.advance(seconds: 1)
        #expect(harness.orders.count == 1, "what was wanted is sent when the market is fresh again")
    }

    @Test("a silent bar is a gap: no bar, no decision")
    func silentBar() throws {
        var harness = try EngineHarness()
        harness.warm()
        let asked = harness.requests.count
        harness.advance(seconds: 180)
        #expect(harness.requests.count == asked)
    }

    @Test("a loss limit trips the kill switch at the next mark")
    func dailyLoss() throws {
        var configuration = EngineHarness.configuration()
        configuration.protectiveStops = false
        var policy = RiskPolicy()
        policy.dailyLossPercent = 0.5
        var harness = try EngineHarness(configuration, policy: policy)
        harness.warm()
        harness.decide(2)
        harness.fill(try #require(harness.orders.last), at: 10_001, execution: 1)
        #expect(!harness.engine.killSwitch.isTripped)
        harness.quote(8_999, 9_001)
        harness.advance(seconds: 2)
        #expect(harness.engine.killSwitch.isTripped)
        #expect(harness.engine.killSwitch.reason == .dailyLoss)
    }
}
