import CxxEvent
import Execution
import Testing

@Suite struct OrderTableTests {
    private let status = UInt16(martlet.order_flag_status.rawValue)

    @Test("an order without an answer is unknown, never rejected, and blocks until the venue answers")
    func silence() {
        var desk = Desk()
        desk.send(Script.new())
        #expect(desk.table.find(1)?.status == .pending_new && desk.table.unresolvedOrders == 0)
        let early = desk.table.nextOverdue(after: -1, since: -1, now: 100)
        #expect(early == nil)
        let overdue = desk.table.nextOverdue(after: -1, since: 0, now: 100)
        #expect(overdue?.client == 1 && overdue?.anomaly == .unanswered)
        let again = desk.table.nextOverdue(after: -1, since: 99, now: 100)
        #expect(again == nil, "asked at 100, it is owed an answer from then on")
        #expect(desk.table.find(1)?.status == .unknown && desk.table.unresolvedOrders == 1)
        desk.hear(Script.report(.order_status, .new_order, cum: 0, leaves: 10, time: 1, flags: status))
        #expect(desk.table.find(1)?.status == .new_order && desk.table.unresolvedOrders == 0)
    }

    @Test("an order that the venue does not know never arrived; the gate gets its lots back")
    func neverArrived() {
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.plain(.session_down))
        var answer = Script.report(.order_status, .rejected, cum: 0, leaves: 0, time: 1, flags: status)
        answer.reason = .unknown_order
        let outcome = desk.hear(answer)
        #expect(outcome.leavesChange == -10 && outcome.openOrdersChange == -1 && outcome.isTerminal)
        #expect(outcome.reject == .none && outcome.anomaly == .none)
        #expect(desk.table.openOrders == 0 && desk.table.unresolvedOrders == 0)
    }

    @Test("after a lost session only an answer makes an order known again, a resent report does not")
    func lostSession() {
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1))
        desk.hear(Script.plain(.session_down))
        #expect(desk.table.unresolvedOrders == 1)
        desk.hear(Script.fill(3, cum: 3, leaves: 7, time: 2, execution: 1))
        #expect(desk.table.unresolvedOrders == 1 && desk.position == 3)
        desk.hear(Script.report(.order_status, .partially_filled, cum: 3, leaves: 7, time: 3, flags: status))
        #expect(desk.table.unresolvedOrders == 0 && desk.table.find(1)?.status == .partially_filled)
    }

    @Test("a fill that was never told is seen in the next cumulative quantity and booked once when it comes")
    func missingExecution() {
        var desk = Desk()
        desk.send(Script.new())
        let outcome = desk.hear(Script.fill(2, cum: 5, leaves: 5, time: 2, execution: 2))
        #expect(outcome.anomaly == .missingExecution && outcome.anomaly.remedy == .trades && desk.table.unresolvedOrders == 1)
        #expect(desk.position == 2 && desk.table.find(1)?.missing == 3)
        var recovered = Script.fill(3, cum: 0, leaves: 0, time: 1, execution: 1)
        recovered.kind = .trade_report
        recovered.exec_type = .none
        recovered.status = .unknown
        #expect(desk.hear(recovered).positionChange == 3)
        #expect(desk.hear(recovered).isDuplicate)
        #expect(desk.position == 5 && desk.table.unresolvedOrders == 0 && desk.table.find(1)?.leaves == 5)
    }

    @Test("a canceled order with an untold fill stays open until the fill is booked")
    func canceledWithGap() {
        var desk = Desk()
        desk.send(Script.new())
        let outcome = desk.hear(Script.report(.canceled, .canceled, cum: 4, leaves: 0, time: 2))
        #expect(outcome.anomaly == .missingExecution && !outcome.isTerminal && desk.reserved == 4)
        #expect(desk.hear(Script.fill(4, cum: 4, leaves: 6, time: 1, execution: 1)).isTerminal)
        #expect(desk.position == 4 && desk.reserved == 0 && desk.table.find(1)?.status == .canceled)
    }

    @Test("a fill after the cancel's acknowledgement is booked and named")
    func fillAfterCancel() {
        var desk = Desk()
        desk.send(Script.new())
        #expect(desk.hear(Script.report(.canceled, .canceled, cum: 0, leaves: 0, time: 2)).isTerminal)
        let outcome = desk.hear(Script.fill(4, cum: 4, leaves: 0, time: 1, execution: 1))
        #expect(outcome.anomaly == .fillAfterClose && outcome.positionChange == 4 && outcome.leavesChange == 0)
        #expect(desk.violation() == nil)
    }

    @Test("a fill for an order that we do not have goes to the books and asks for a reconciliation")
    func foreignFill() {
        var desk = Desk()
        let fill = Script.fill(4, cum: 4, leaves: 0, time: 1, execution: 1, id: 99)
        let outcome = desk.hear(fill)
        #expect(outcome.isForeign && outcome.anomaly == .foreignFill && outcome.anomaly.remedy == .reconcile)
        #expect(outcome.positionChange == 4 && desk.hear(fill).isDuplicate && desk.position == 4)
    }

    @Test("a working order that is not ours is adopted with its lots, and can be canceled")
    func foreignOrder() {
        var desk = Desk()
        let outcome = desk.hear(Script.report(.order_status, .new_order, cum: 0, leaves: 6, time: 1, id: 99, flags: status))
        #expect(outcome.anomaly == .foreignOrder && outcome.leavesChange == 6 && outcome.openOrdersChange == 1)
        #expect(desk.send(Script.cancel(100, of: 99)) == .ok)
        desk.hear(Script.report(.canceled, .canceled, cum: 0, leaves: 0, time: 2, id: 100))
        #expect(desk.table.openOrders == 0 && desk.violation() == nil)
    }

    @Test("a late report of a closed order of ours does not bring it back")
    func lateReport() {
        var desk = Desk()
        let outcome = desk.hear(Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1))
        #expect(outcome.anomaly == .late && desk.table.openOrders == 0)
    }

    @Test("more than ordered is booked and named")
    func overfill() {
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.fill(10, cum: 10, leaves: 0, time: 1, execution: 1))
        #expect(desk.hear(Script.fill(2, cum: 12, leaves: 0, time: 2, execution: 2)).anomaly == .overfill)
        #expect(desk.position == 12)
    }

    @Test("impossible reports are set aside and nothing stops")
    func poison() {
        var desk = Desk()
        desk.send(Script.new())
        var absurd = Script.fill(.max, cum: .max, leaves: .max, time: 1, execution: 1)
        #expect(desk.hear(absurd).anomaly == .malformed)
        absurd = Script.fill(3, cum: 3, leaves: 7, time: 1, execution: 1)
        absurd.execution = martlet.Identifier16(high: 0, low: 0)
        #expect(desk.hear(absurd).anomaly == .malformed)
        var mismatch = Script.fill(3, cum: 3, leaves: 7, time: 1, execution: 1)
        mismatch.side = .sell
        #expect(desk.hear(mismatch).anomaly == .mismatch)
        #expect(desk.position == -3 && desk.table.find(1)?.cumulative == .zero)
        #expect(desk.hear(Script.fill(3, cum: 3, leaves: 7, time: 1, execution: 2)).anomaly == .none)
        var conflict = Script.fill(4, cum: 4, leaves: 6, time: 1, execution: 2)
        conflict.price(101)
        #expect(desk.hear(conflict).anomaly == .conflictingDuplicate)
        #expect(desk.position == 0)
    }

    @Test("a rejected order frees its lots and says why; so does one that could not be sent")
    func rejects() {
        var desk = Desk()
        desk.send(Script.new())
        var reject = Script.report(.rejected, .rejected, cum: 0, leaves: 0, time: 1)
        reject.reason = .bad_price
        let outcome = desk.hear(reject)
        #expect(outcome.reject == .bad_price && outcome.leavesChange == -10 && outcome.status == .rejected)
        desk.send(Script.new(5))
        #expect(desk.hear(Script.plain(.send_failed, id: 5)).leavesChange == -10)
        desk.send(Script.new(6))
        desk.hear(Script.plain(.session_down))
        var query = Script.plain(.send_failed, id: 6)
        query.reference_number = 9
        #expect(desk.hear(query).leavesChange == 0)
        #expect(desk.table.find(6)?.status == .unknown)
    }

    @Test("an order that we took for never sent and that works at the venue lives again, unknown")
    func resurrected() {
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.plain(.send_failed, id: 1))
        let outcome = desk.hear(Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1))
        #expect(outcome.anomaly == .resurrected && outcome.leavesChange == 10 && desk.table.unresolvedOrders == 1)
        #expect(desk.violation() == nil)
    }

    @Test("ids are used once, changes wait for each other, and a full table refuses")
    func refusals() {
        var desk = Desk()
        #expect(desk.send(Script.new()) == .ok)
        #expect(desk.send(Script.new()) == .duplicateClientOrder)
        #expect(desk.send(Script.replace()) == .ok)
        #expect(desk.send(Script.replace(9)) == .alreadyPending)
        #expect(desk.send(Script.cancel()) == .ok)
        #expect(desk.send(Script.cancel(8)) == .alreadyPending)
        #expect(desk.send(Script.cancel(8, of: 55)) == .unknownOrder)
        for id in UInt64(20)..<23 { #expect(desk.send(Script.new(id)) == .ok) }
        #expect(desk.send(Script.new(30)) == .full)
    }

    @Test("closed orders leave the table, and a thousand orders pass through a table of four")
    func turnover() {
        var desk = Desk()
        for id in UInt64(100)..<1_100 {
            #expect(desk.send(Script.new(id)) == .ok)
            var fill = Script.fill(10, cum: 10, leaves: 0, time: Int64(id), execution: id, id: id)
            fill.venue_order = martlet.Identifier16(high: 1, low: id)
            #expect(desk.hear(fill).isTerminal)
        }
        #expect(desk.table.openOrders == 0 && desk.position == 10_000 && desk.violation() == nil)
        #expect(desk.table.find(100) == nil && desk.table.find(1_099) != nil)
        var ancient = Script.fill(10, cum: 10, leaves: 0, time: 100, execution: 100, id: 100)
        ancient.kind = .trade_report
        #expect(desk.hear(ancient).anomaly == .beyondMemory && desk.position == 10_000)
    }

    private static let day: Int64 = 86_400_000_000_000

    @Test("an execution id of an order on another day is another execution, a repetition of it is not")
    func anotherDay() {
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.fill(3, cum: 3, leaves: 7, time: Self.day, execution: 7))
        #expect(desk.hear(Script.fill(3, cum: 3, leaves: 7, time: 2 * Self.day - 1, execution: 7)).isDuplicate)
        #expect(desk.position == 3)
        let fill = Script.fill(3, cum: 6, leaves: 4, time: 2 * Self.day + 1, execution: 7)
        #expect(!desk.hear(fill).isDuplicate)
        #expect(desk.position == 6)
        #expect(desk.hear(fill).isDuplicate)
        for flag in [martlet.order_flag_possible_duplicate, martlet.order_flag_possible_resend, martlet.order_flag_recovered] {
            var again = fill
            again.flags = UInt16(flag.rawValue)
            again.exchange_time = 9 * Self.day
            #expect(desk.hear(again).isDuplicate && desk.position == 6)
        }
    }

    @Test("an execution id that a venue uses for two orders is two executions, however often each is told")
    func anotherOrder() {
        var desk = Desk()
        var fills: [martlet.OrderEvent] = []
        for id in UInt64(1)...3 {
            desk.send(Script.new(id))
            var fill = Script.fill(10, cum: 10, leaves: 0, time: 100 + Int64(id), execution: 7, id: id, price: 100 + Int64(id))
            fill.venue_order = martlet.Identifier16(high: 77, low: id)
            #expect(!desk.hear(fill).isDuplicate)
            fills.append(fill)
        }
        #expect(desk.position == 30)
        for fill in fills {
            var trade = fill
            trade.kind = .trade_report
            for again in [fill, trade] {
                let outcome = desk.hear(again)
                #expect(outcome.isDuplicate && outcome.anomaly == .none)
            }
        }
        var nameless = fills[0]
        nameless.client_order = 0
        #expect(desk.hear(nameless).isDuplicate, "the venue's own id names the order too")
        var bust = Script.bust(7, cum: 0, leaves: 0, time: 200)
        bust.client_order = 2
        bust.venue_order = fills[1].venue_order
        #expect(desk.hear(bust).reversed.price == 102)
        #expect(desk.position == 20)
    }

    @Test("an execution id that many orders bear is known for as long as it is remembered")
    func anotherOrderForgotten() {
        var desk = Desk()
        for id in UInt64(100)..<300 {
            desk.send(Script.new(id))
            var fill = Script.fill(10, cum: 10, leaves: 0, time: Int64(id), execution: id % 3, id: id)
            fill.venue_order = martlet.Identifier16(high: 77, low: id)
            #expect(!desk.hear(fill).isDuplicate)
            for known in max(100, id - 4)...id {
                fill = Script.fill(10, cum: 10, leaves: 0, time: Int64(known), execution: known % 3, id: known)
                fill.venue_order = martlet.Identifier16(high: 77, low: known)
                #expect(desk.hear(fill).isDuplicate)
            }
        }
        #expect(desk.position == 2_000)
    }

    @Test("an order that a refused message ended lives again where the venue shows it working; one that it rejected does not")
    func refusedAndWorking() {
        for kind in [martlet.EventKind.business_reject, .session_reject] {
            var desk = Desk()
            desk.send(Script.new())
            #expect(desk.hear(Script.plain(kind, id: 1)).status == .rejected)
            let outcome = desk.hear(Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1))
            #expect(outcome.anomaly == .resurrected && outcome.leavesChange == 10)
            #expect(desk.violation() == nil)
        }
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.report(.rejected, .rejected, cum: 0, leaves: 0, time: 1))
        desk.hear(Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 2))
        #expect(desk.table.openOrders == 0)
    }

    @Test("two hundred replacements of one order keep its first fills known and the table bounded")
    func chain() {
        var desk = Desk()
        desk.send(Script.new())
        var current: UInt64 = 1
        for id in UInt64(10)..<210 {
            #expect(desk.send(Script.replace(id, of: current, quantity: 14)) == .ok)
            desk.hear(Script.report(.replaced, .replaced, cum: 0, leaves: 14, time: Int64(id), id: id))
            current = id
        }
        #expect(desk.hear(Script.fill(3, cum: 3, leaves: 11, time: 500, execution: 1, id: 1)).positionChange == 3)
        #expect(desk.table.find(current)?.cumulative.lots == 3 && desk.violation() == nil)
    }
}

extension martlet.OrderEvent {
    fileprivate mutating func price(_ price: Int64) { last_price = price }
}
