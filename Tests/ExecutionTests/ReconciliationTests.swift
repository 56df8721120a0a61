import CxxEvent
import Execution
import Testing

@Suite struct ReconciliationTests {
    private let status = UInt16(martlet.order_flag_status.rawValue)

    private func end(_ number: UInt32) -> martlet.OrderEvent {
        var report = Script.plain(.report_end)
        report.reference_number = number
        return report
    }

    private func stated(_ position: Int64, cash: Int64 = 0) -> martlet.OrderEvent {
        var report = Script.plain(.position_report)
        report.cumulative_quantity = position
        report.fee = cash
        return report
    }

    /// One whole reconciliation against what a venue answers.
    private func run(
        _ desk: inout Desk, _ reconciliation: inout Reconciliation, orders: [martlet.OrderEvent],
        trades: [martlet.OrderEvent] = [], position: Int64, cash: Int64 = 0
    ) {
        reconciliation.begin(&desk.table, now: 0, sequence: 100)
        for expected in [martlet.CommandKind.mass_status, .trades] {
            let request = reconciliation.nextRequest(&desk.table)
            #expect(request?.command == expected)
            for answer in expected == .trades ? trades : orders {
                let outcome = desk.hear(answer)
                #expect(reconciliation.observe(answer, outcome, position: desk.position) == .none)
            }
            let step = reconciliation.observe(end(request!.number), OrderOutcome(), position: 0)
            #expect(step == (expected == .trades ? .resolveAbsent : .none))
        }
        let nothing = reconciliation.nextRequest(&desk.table)
        #expect(nothing == nil)
        while let outcome = reconciliation.nextAbsent(&desk.table) { desk.book(outcome) }
        let asksPositions = reconciliation.requestPositions(now: 0)
        #expect(asksPositions)
        var ended = false
        while !ended {
            let request = reconciliation.nextRequest(&desk.table)
            #expect(request?.command == .positions)
            _ = reconciliation.observe(stated(position, cash: cash), OrderOutcome(), position: desk.position)
            #expect(reconciliation.observe(end(request!.number), OrderOutcome(), position: 0) == .conclude)
            ended = withUnsafePointer(to: desk.position) {
                reconciliation.conclude(desk.table, positions: UnsafeBufferPointer(start: $0, count: 1), cash: 0, now: 0)
            }
        }
        #expect(desk.violation() == nil)
    }

    @Test("it blocks until the first one is clean, and again when the session is lost")
    func clean() {
        var desk = Desk()
        var reconciliation = Reconciliation(instruments: 1, since: 0)
        #expect(reconciliation.isBlocking == true)
        run(&desk, &reconciliation, orders: [], position: 0)
        #expect(!reconciliation.isBlocking && reconciliation.differences.isEmpty && reconciliation.clean == 1)
        reconciliation.sessionLost()
        #expect(reconciliation.isBlocking == true)
    }

    @Test("an order that never arrived is closed, one that filled meanwhile is booked, one that works goes on")
    func unknownOrders() {
        var desk = Desk()
        var reconciliation = Reconciliation(instruments: 1, since: 0)
        for id in UInt64(1)...3 { desk.send(Script.new(id)) }
        desk.hear(Script.plain(.session_down))
        #expect(desk.table.unresolvedOrders == 3)
        var trade = Script.fill(10, cum: 10, leaves: 0, time: 5, execution: 4, id: 2)
        trade.kind = .trade_report
        trade.venue_order = martlet.Identifier16(high: 2, low: 2)
        run(
            &desk, &reconciliation,
            orders: [Script.report(.order_status, .new_order, cum: 0, leaves: 10, time: 6, id: 3, flags: status)],
            trades: [trade], position: 10)
        #expect(desk.table.unresolvedOrders == 0 && !reconciliation.isBlocking && desk.position == 10)
        #expect(desk.table.find(1)?.isOpen == false && desk.table.find(2)?.status == .filled && desk.table.find(3)?.isOpen == true)
        #expect(reconciliation.differences.map(\.kind) == [.absentOrder])
    }

    @Test("a foreign order is adopted and listed")
    func foreign() {
        var desk = Desk()
        var reconciliation = Reconciliation(instruments: 1, since: 0)
        run(
            &desk, &reconciliation,
            orders: [Script.report(.order_status, .new_order, cum: 0, leaves: 4, time: 6, id: 77, flags: status)], position: 0)
        #expect(reconciliation.differences.map(\.kind) == [.foreignOrder] && desk.table.openOrders == 1)
    }

    @Test("a position that differs twice blocks with both numbers until it is accepted and asked again")
    func position() {
        var desk = Desk()
        var reconciliation = Reconciliation(instruments: 1, since: 0)
        run(&desk, &reconciliation, orders: [], position: -65, cash: 7)
        #expect(reconciliation.isBlocking == true)
        #expect(reconciliation.differences == [
            Difference(kind: .position, instrument: 0, client: 0, ours: 0, venue: -65),
            Difference(kind: .cash, instrument: .max, client: 0, ours: 0, venue: 7),
        ])
        desk.position = -65
        reconciliation.accepted()
        #expect(reconciliation.isBlocking == true)
        run(&desk, &reconciliation, orders: [], position: -65)
        #expect(reconciliation.isBlocking == false)
    }

    @Test("an order released after the question is not taken for absent")
    func crossing() {
        var desk = Desk()
        var reconciliation = Reconciliation(instruments: 1, since: 0)
        desk.send(Script.new(1, sequence: 100))
        run(&desk, &reconciliation, orders: [], position: 0)
        #expect(desk.table.find(1)?.isOpen == true)
    }

    @Test("a question without an answer is asked again, then given up, and goes on blocking")
    func silence() {
        var desk = Desk()
        var reconciliation = Reconciliation(instruments: 1, since: 0, firstRequest: .max)
        reconciliation.begin(&desk.table, now: 0, sequence: 1)
        var numbers: [UInt32] = []
        for round in Int64(1)...3 {
            while let request = reconciliation.nextRequest(&desk.table) { numbers.append(request.number) }
            reconciliation.tick(&desk.table, now: round * 5_000_000_000, sequence: 1)
        }
        #expect(numbers == [.max, 1, 2, 3, 4, 5])
        #expect(reconciliation.phase == .idle && reconciliation.isBlocking)
        #expect(reconciliation.differences.map(\.kind) == [.noAnswer])
        #expect(reconciliation.observe(end(4), OrderOutcome(), position: 0) == .none)
    }

    @Test("late rows of a question that was asked again are not the answer")
    func lateRows() {
        var desk = Desk()
        var reconciliation = Reconciliation(instruments: 1, since: 0)
        reconciliation.begin(&desk.table, now: 0, sequence: 1)
        while let request = reconciliation.nextRequest(&desk.table) { _ = reconciliation.observe(end(request.number), OrderOutcome(), position: 0) }
        let asksPositions = reconciliation.requestPositions(now: 0)
        #expect(asksPositions)
        let first = reconciliation.nextRequest(&desk.table)
        reconciliation.tick(&desk.table, now: 5_000_000_000, sequence: 1)
        let second = reconciliation.nextRequest(&desk.table)
        var late = stated(5, cash: 9)
        late.reference_number = first!.number
        _ = reconciliation.observe(late, OrderOutcome(), position: 0)
        #expect(reconciliation.venueCash == nil)
        var row = stated(0, cash: 3)
        row.reference_number = second!.number
        _ = reconciliation.observe(row, OrderOutcome(), position: 0, cash: 3)
        _ = reconciliation.observe(late, OrderOutcome(), position: 0)
        #expect(reconciliation.venueCash == 3)
        #expect(reconciliation.observe(end(second!.number), OrderOutcome(), position: 0) == .conclude)
        let ended = withUnsafePointer(to: desk.position) {
            reconciliation.conclude(desk.table, positions: UnsafeBufferPointer(start: $0, count: 1), cash: 50, now: 0)
        }
        #expect(ended, "an execution may have changed our cash since the venue stated its own")
        #expect(reconciliation.differences.isEmpty)
    }

    @Test("an execution that the venue counts and cannot tell is listed, and can be accepted with the position")
    func acceptMissing() {
        var desk = Desk()
        var reconciliation = Reconciliation(instruments: 1, since: 0)
        desk.send(Script.new())
        run(
            &desk, &reconciliation,
            orders: [Script.report(.order_status, .partially_filled, cum: 4, leaves: 6, time: 6, flags: status)], position: 4)
        #expect(reconciliation.differences.map(\.kind) == [.position, .missingExecution])
        let outcome = desk.table.acceptMissing(desk.table.nextOpen(after: -1))
        #expect(outcome.leavesChange == -4 && outcome.positionChange == 0 && desk.table.unresolvedOrders == 0)
    }

    @Test("identical refusals within the window halt, anything else begins the count anew")
    func loopBreaker() {
        var breaker = LoopBreaker(instruments: 2, limit: 3, window: 100)
        var refusal = OrderOutcome()
        refusal.instrument = 1
        refusal.reject = .bad_price
        var accepted = OrderOutcome()
        accepted.instrument = 1
        accepted.status = .new_order
        var other = refusal
        other.reject = .throttled
        let steps: [(OrderOutcome, Int64)] = [
            (refusal, 0), (refusal, 1), (refusal, 99), (refusal, 101), (other, 102), (refusal, 103), (refusal, 104),
            (accepted, 105), (refusal, 106), (refusal, 107), (refusal, 108),
        ]
        let halts = steps.map { breaker.observe($0.0, time: $0.1) }
        #expect(halts.indices.filter { halts[$0] } == [2, 10])
        breaker.reset(instrument: 1)
        let afterReset = breaker.observe(refusal, time: 109)
        #expect(!afterReset)
    }

    @Test("a venue without lists is asked for each open order, and the comparison ends when each is answered")
    func oneByOne() {
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1))
        var settings = Reconciliation.Settings()
        settings.answers = []
        var reconciliation = Reconciliation(instruments: 1, since: 0, settings: settings)
        desk.hear(Script.plain(.session_down))
        reconciliation.begin(&desk.table, now: 0, sequence: 100)
        let question = reconciliation.nextRequest(&desk.table)
        #expect(question?.command == .order_status && question?.client == Script.order && question?.side == .buy)
        let nothing = reconciliation.nextRequest(&desk.table)
        #expect(nothing == nil)
        #expect(reconciliation.isEachAnswered(desk.table) == false)
        let answer = Script.report(.order_status, .partially_filled, cum: 4, leaves: 6, time: 2, flags: status)
        let outcome = desk.hear(answer)
        #expect(reconciliation.observe(answer, outcome, position: 0) == .none)
        #expect(reconciliation.isEachAnswered(desk.table) == true)
        let absent = reconciliation.nextAbsent(&desk.table)
        #expect(absent == nil)
        let asksPositions = reconciliation.requestPositions(now: 0)
        #expect(!asksPositions)
        let ended = withUnsafePointer(to: desk.position) {
            reconciliation.conclude(desk.table, positions: UnsafeBufferPointer(start: $0, count: 1), cash: 5, now: 0)
        }
        #expect(ended)
        // Four lots that the venue counts were never told: somebody has to decide.
        #expect(reconciliation.differences.map(\.kind) == [.missingExecution])
        #expect(reconciliation.isBlocking == true)
        desk.hear(Script.fill(4, cum: 4, leaves: 6, time: 2, execution: 1))
        reconciliation.begin(&desk.table, now: 1, sequence: 200)
        let again = reconciliation.nextRequest(&desk.table)
        #expect(again?.client == Script.order)
        _ = desk.hear(Script.report(.order_status, .partially_filled, cum: 4, leaves: 6, time: 3, flags: status))
        #expect(reconciliation.isEachAnswered(desk.table) == true)
        _ = reconciliation.requestPositions(now: 1)
        _ = withUnsafePointer(to: desk.position) {
            reconciliation.conclude(desk.table, positions: UnsafeBufferPointer(start: $0, count: 1), cash: 5, now: 1)
        }
        #expect(!reconciliation.isBlocking && reconciliation.differences.isEmpty)
    }

    @Test("a venue without lists that does not answer for an order is asked again, then the answer is missing")
    func oneByOneUnanswered() {
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1))
        var settings = Reconciliation.Settings()
        settings.answers = []
        var reconciliation = Reconciliation(instruments: 1, since: 0, settings: settings)
        reconciliation.begin(&desk.table, now: 0, sequence: 100)
        var asked = 0
        for attempt in 0..<settings.attempts {
            while reconciliation.nextRequest(&desk.table) != nil { asked += 1 }
            reconciliation.tick(&desk.table, now: Int64(attempt + 1) * settings.timeout, sequence: UInt64(200 + attempt))
        }
        #expect(asked == settings.attempts)
        #expect(reconciliation.phase == .idle && reconciliation.isBlocking)
        #expect(reconciliation.differences.map(\.kind) == [.noAnswer])
    }

    @Test("a late answer to a question that was given up voids no cancel that was sent after it; the next one does")
    func lateAnswer() {
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1))
        var settings = Reconciliation.Settings()
        settings.answers = []
        var reconciliation = Reconciliation(instruments: 1, since: 0, settings: settings)
        reconciliation.begin(&desk.table, now: 0, sequence: 100)
        var questions = 0
        while reconciliation.nextRequest(&desk.table) != nil { questions += 1 }
        var cancel = Script.cancel()
        cancel.sequence = 150
        desk.send(cancel)
        reconciliation.tick(&desk.table, now: settings.timeout, sequence: 200)
        while reconciliation.nextRequest(&desk.table) != nil { questions += 1 }
        #expect(questions == 2)
        // As it was before the cancel.
        let working = Script.report(.order_status, .new_order, cum: 0, leaves: 10, time: 2, flags: status)
        desk.hear(working)
        #expect(reconciliation.isEachAnswered(desk.table) == true)
        while let outcome = reconciliation.nextAbsent(&desk.table) { desk.book(outcome) }
        #expect(desk.table.find(Script.order)?.pendingCancel == Script.cancelId, "it would be sent once more")
        // The venue answers the second question, which came after the cancel, and knows of none: it never arrived.
        desk.hear(working)
        _ = reconciliation.requestPositions(now: settings.timeout)
        _ = withUnsafePointer(to: desk.position) {
            reconciliation.conclude(desk.table, positions: UnsafeBufferPointer(start: $0, count: 1), cash: 0, now: settings.timeout)
        }
        reconciliation.begin(&desk.table, now: settings.timeout, sequence: 300)
        while reconciliation.nextRequest(&desk.table) != nil {}
        desk.hear(working)
        #expect(reconciliation.isEachAnswered(desk.table) == true)
        while let outcome = reconciliation.nextAbsent(&desk.table) { desk.book(outcome) }
        #expect(desk.table.find(Script.order)?.pendingCancel == 0)
        #expect(desk.violation() == nil)
    }
}
