import CxxEvent
import Execution
import Testing

/// Executions that the venue counted, that an operator accepted, and that are told after all.
@Suite struct AcceptanceTests {
    private let status = UInt16(martlet.order_flag_status.rawValue)
    private let repeated = UInt16(martlet.order_flag_possible_duplicate.rawValue)

    /// An operator's word: what the venue counts is booked at a price of the moment, without a fee.
    private func accept(_ desk: inout Desk, price: Int64) {
        var index = desk.table.nextOpen(after: -1)
        while index >= 0 {
            let missing = desk.table.view(index)?.missing ?? 0
            if missing > 0 {
                desk.position += missing
                desk.money += missing * price
                desk.book(desk.table.acceptMissing(index, bookedAt: price))
            }
            index = desk.table.nextOpen(after: index)
        }
    }

    @Test("whatever of the accepted lots is told after all, in whatever order, repeated or between new fills, ends as if it had been told in time")
    func toldAfterAll() {
        var random = SplitMix(seed: 11)
        for round in 0..<4_000 {
            // Ten lots in executions of one to four; the venue's count and clock after each.
            var fills: [martlet.OrderEvent] = []
            var cumulative: Int64 = 0
            while cumulative < 10 {
                let lots = min(Int64(random.next(4)) + 1, 10 - cumulative)
                cumulative += lots
                let number = Int64(fills.count)
                // A clock that ticks in seconds now and then gives two executions one time.
                fills.append(
                    Script.fill(
                        lots, cum: cumulative, leaves: 10 - cumulative, time: 10 + (round % 2 == 0 ? number : number / 2), execution: UInt64(number + 1),
                        price: 90 + number))
            }
            let counted = random.next(fills.count) + 1
            let told = fills[..<counted].filter { _ in random.next(2) == 0 }
            var desk = Desk()
            desk.send(Script.new())
            for fill in told { desk.hear(fill) }
            let count = fills[counted - 1].cumulative_quantity
            desk.hear(
                Script.report(
                    .order_status, count == 10 ? .filled : .partially_filled, cum: count, leaves: 10 - count, time: fills[counted - 1].exchange_time,
                    flags: status))
            accept(&desk, price: 200)
            #expect(desk.position == count && desk.table.unresolvedOrders == 0)
            var late = fills[..<counted].filter { fill in !told.contains { $0.execution.low == fill.execution.low } }
            var news = Array(fills[counted...])
            var all: [martlet.OrderEvent] = []
            while !late.isEmpty || !news.isEmpty {
                if news.isEmpty || (!late.isEmpty && random.next(2) == 0) {
                    var fill = late.remove(at: random.next(late.count))
                    if random.next(2) == 0 { fill.flags |= repeated }
                    all.append(fill)
                } else {
                    all.append(news.removeFirst())
                }
            }
            for fill in all {
                desk.hear(fill)
                if random.next(3) == 0 { desk.hear(fill) }
            }
            let (violation, overfilled, position, fees, money) = (desk.violation(), desk.overfilled, desk.position, desk.fees, desk.money)
            #expect(violation == nil && !overfilled, "round \(round)")
            #expect(position == 10 && fees == 10, "round \(round)")
            #expect(money == fills.reduce(0) { $0 + $1.last_quantity * $1.last_price }, "round \(round)")
        }
    }

    @Test("the bust of an execution that was accepted and never told takes the accepted lots back; its correction takes their place")
    func revised() {
        for isBust in [true, false] {
            var desk = Desk()
            desk.send(Script.new())
            desk.hear(Script.fill(2, cum: 2, leaves: 8, time: 1, execution: 1))
            desk.hear(Script.report(.order_status, .partially_filled, cum: 5, leaves: 5, time: 2, flags: status))
            accept(&desk, price: 200)
            #expect(desk.position == 5 && desk.money == 800)
            desk.hear(isBust ? Script.bust(2, cum: 2, leaves: 8, time: 3) : Script.correct(2, to: 4, cum: 6, leaves: 4, time: 3))
            #expect(desk.position == (isBust ? 2 : 6) && desk.money == (isBust ? 200 : 560))
            #expect(desk.violation() == nil)
        }
    }

    @Test("more executed than ordered is still named")
    func overfill() {
        var desk = Desk()
        desk.send(Script.new())
        desk.hear(Script.report(.order_status, .partially_filled, cum: 5, leaves: 5, time: 2, flags: status))
        accept(&desk, price: 200)
        desk.hear(Script.fill(8, cum: 13, leaves: 0, time: 3, execution: 9))
        #expect(desk.overfilled == true && desk.position == 13)
    }
}

/// Numbers that are the same in every run.
struct SplitMix {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next(_ below: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(below))
    }
}
