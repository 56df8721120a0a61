import CxxEvent
import Engine
import Execution
import Portfolio
import Testing

/// Over a protocol that lists neither executions nor positions an operator accepts what the venue counts; then it is told after all.
@Suite struct AcceptanceTests {
    /// An order that the venue counts three lots of, told of nothing, and is done with or not.
    private func counted(_ status: martlet.OrderStatus) throws -> EngineHarness {
        var configuration = EngineHarness.configuration()
        configuration.reconciles = true
        configuration.reconciliation.answers = []
        configuration.attemptsPerDecision = 1
        var harness = try EngineHarness(configuration)
        harness.warm()
        harness.order(EngineHarness.plain(.session_up))
        harness.decideAnew()
        let order = try #require(harness.orders.last)
        harness.order(EngineHarness.plain(.session_down))
        harness.order(EngineHarness.plain(.session_up))
        harness.order(harness.statement(of: order, status, cumulative: 3))
        return harness
    }

    private func accepted(_ status: martlet.OrderStatus) throws -> EngineHarness {
        var harness = try counted(status)
        let order = try #require(harness.orders.last)
        harness.control(.accept)
        // The venue is asked once more, and where the order is still open again when what it said was booked.
        for _ in 0..<(status == .canceled ? 1 : 2) { harness.order(harness.statement(of: order, status, cumulative: 3)) }
        return harness
    }

    /// An execution of the order as of some seconds ago.
    private func fill(
        _ harness: borrowing EngineHarness, _ order: martlet.Command, _ status: martlet.OrderStatus, lots: Int64, cumulative: Int64, execution: UInt64,
        ago: Int64 = 30
    ) -> martlet.OrderEvent {
        var fill = harness.report(order, .trade, status: status, last: lots, price: 9_980, cumulative: cumulative, execution: execution)
        fill.exchange_time -= ago * 1_000_000_000
        fill.fee = 7
        return fill
    }

    private struct Books: Equatable {
        var position, fees, cash, equity: Int64
        var openOrders, unresolved: Int
        var isBlocking: Bool
    }

    private func books(_ harness: borrowing EngineHarness) throws -> Books {
        let summary = harness.engine.ledger.summary(0)
        return Books(
            position: summary.position, fees: summary.fees, cash: try harness.engine.ledger.cash(),
            equity: try harness.engine.ledger.equity(), openOrders: harness.engine.openOrders, unresolved: harness.engine.orders.unresolvedOrders,
            isBlocking: harness.engine.reconciliation.isBlocking)
    }

    @Test("fills that an operator accepted on the venue's count and that are told after all are booked once, at their own price and fee", arguments: [true, false])
    func toldAfterAll(inOneReport: Bool) throws {
        var harness = try accepted(.canceled)
        let order = try #require(harness.orders.last)
        #expect(harness.engine.ledger.position(0) == 3)
        var prompt = try counted(.canceled)
        let twin = try #require(prompt.orders.last)
        let parts: [(lots: Int64, cumulative: Int64)] = inOneReport ? [(3, 3)] : [(1, 1), (2, 3)]
        for (index, part) in parts.enumerated() {
            let number = UInt64(index + 5)
            harness.order(fill(harness, order, .canceled, lots: part.lots, cumulative: part.cumulative, execution: number))
            prompt.order(fill(prompt, twin, .canceled, lots: part.lots, cumulative: part.cumulative, execution: number))
        }
        #expect(harness.engine.ledger.position(0) == 3)
        #expect(!harness.notes.contains { $0.flags == NoteKind.anomaly.rawValue && $0.code == OrderAnomaly.overfill.rawValue })
        // The twin was told in time; its comparison is still to end.
        prompt.control(.reconcile)
        prompt.order(prompt.statement(of: twin, .canceled, cumulative: 3))
        let (late, prompted) = (try books(harness), try books(prompt))
        #expect(late == prompted && !late.isBlocking)
        // Told once more it is known.
        harness.order(fill(harness, order, .canceled, lots: parts[0].lots, cumulative: parts[0].cumulative, execution: 5))
        #expect(harness.engine.ledger.position(0) == 3)
    }

    @Test("a new fill of an order whose count was accepted is booked, and so is what was accepted, once")
    func newBesideLate() throws {
        var harness = try accepted(.partially_filled)
        var prompt = try counted(.partially_filled)
        let (order, twin) = (try #require(harness.orders.last), try #require(prompt.orders.last))
        prompt.order(fill(prompt, twin, .partially_filled, lots: 3, cumulative: 3, execution: 8))
        prompt.control(.reconcile)
        prompt.order(prompt.statement(of: twin, .partially_filled, cumulative: 3))
        harness.advance(seconds: 5)
        prompt.advance(seconds: 5)
        harness.order(fill(harness, order, .partially_filled, lots: 2, cumulative: 5, execution: 9, ago: 0))
        prompt.order(fill(prompt, twin, .partially_filled, lots: 2, cumulative: 5, execution: 9, ago: 0))
        #expect(harness.engine.ledger.position(0) == 5)
        harness.order(fill(harness, order, .partially_filled, lots: 3, cumulative: 3, execution: 8))
        let (late, prompted) = (try books(harness), try books(prompt))
        #expect(late == prompted)
        #expect(late.position == 5 && late.fees == 14)
    }
}
