import CxxEvent
import Execution
import Testing

/// Small worlds, exhausted.
@Suite struct ModelCheckTests {
    /// Whatever a venue might say of an order that was sent with a replacement and a cancel behind it.
    private static let alphabet: [martlet.OrderEvent] = [
        Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1),
        Script.fill(3, cum: 3, leaves: 7, time: 2, execution: 1),
        Script.fill(4, cum: 7, leaves: 7, time: 3, execution: 2, id: Script.replacement),
        Script.fill(7, cum: 10, leaves: 0, time: 4, execution: 3),
        Script.report(.canceled, .canceled, cum: 3, leaves: 0, time: 5, id: Script.cancelId),
        Script.report(.replaced, .replaced, cum: 3, leaves: 11, time: 6, id: Script.replacement),
        Script.report(.rejected, .rejected, cum: 0, leaves: 0, time: 7),
        Script.changeReject(Script.cancelId, status: .partially_filled, reason: .too_late, time: 8),
        Script.changeReject(Script.replacement, status: .filled, reason: .too_late, time: 9),
        Script.bust(1, cum: 0, leaves: 10, time: 10),
        Script.report(.order_status, .new_order, cum: 3, leaves: 7, time: 11, flags: 4),
        Script.plain(.session_down),
    ]

    /// Every sequence of `depth` letters in which a letter may come again (a duplicate): invariants after
    /// each step, and the whole sequence once more changes nothing that was booked.
    private func exhaust(first: Int, depth: Int) -> (sequences: Int, violation: String?) {
        let letters = Self.alphabet
        var word = [Int](repeating: 0, count: depth)
        word[0] = first
        var sequences = 0
        while true {
            var desk = Desk()
            desk.send(Script.new())
            desk.send(Script.replace())
            desk.send(Script.cancel())
            for at in 0..<depth {
                desk.hear(letters[word[at]])
                if let violation = desk.violation() { return (sequences, "\(word[...at]): \(violation)") }
            }
            let booked = (desk.position, desk.fees, desk.money)
            for letter in word { desk.hear(letters[letter]) }
            if let violation = desk.violation() { return (sequences, "\(word) twice: \(violation)") }
            if booked != (desk.position, desk.fees, desk.money) { return (sequences, "\(word) twice: booked again") }
            sequences += 1
            var at = depth - 1
            while at > 0, word[at] == letters.count - 1 {
                word[at] = 0
                at -= 1
            }
            if at == 0 { return (sequences, nil) }
            word[at] += 1
        }
    }

    @Test("no sequence of six reports, possible or not, breaks an invariant or books anything twice", arguments: 0..<12)
    func everySequence(first: Int) {
        let result = exhaust(first: first, depth: 6)
        #expect(result.violation == nil)
        #expect(result.sequences == 12 * 12 * 12 * 12 * 12)
    }

    private static let histories: [[martlet.OrderEvent]] = [
        [   // partial fills
            Script.report(.pending_new, .pending_new, cum: 0, leaves: 10, time: 1),
            Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 2),
            Script.fill(3, cum: 3, leaves: 7, time: 3, execution: 1),
            Script.fill(2, cum: 5, leaves: 5, time: 4, execution: 2),
            Script.fill(5, cum: 10, leaves: 0, time: 5, execution: 3),
        ],
        [   // a partial fill while the replacement is under way, then one after it, then the cancel
            Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1),
            Script.report(.pending_replace, .pending_replace, cum: 0, leaves: 10, time: 2, id: Script.replacement),
            Script.fill(3, cum: 3, leaves: 7, time: 3, execution: 1),
            Script.report(.replaced, .replaced, cum: 3, leaves: 11, time: 4, id: Script.replacement),
            Script.fill(4, cum: 7, leaves: 7, time: 5, execution: 2, id: Script.replacement),
            Script.report(.canceled, .canceled, cum: 7, leaves: 0, time: 6, id: Script.cancelId),
        ],
        [   // the cancel comes too late
            Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1),
            Script.fill(3, cum: 3, leaves: 7, time: 2, execution: 1),
            Script.fill(7, cum: 10, leaves: 0, time: 3, execution: 2),
            Script.changeReject(Script.cancelId, status: .filled, reason: .too_late, time: 4),
            Script.changeReject(Script.replacement, status: .filled, reason: .too_late, time: 5),
        ],
        [   // a bust while the order works
            Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1),
            Script.changeReject(Script.replacement, status: .new_order, reason: .bad_price, time: 2),
            Script.fill(3, cum: 3, leaves: 7, time: 3, execution: 1),
            Script.bust(1, cum: 0, leaves: 10, time: 4),
            Script.fill(5, cum: 5, leaves: 5, time: 5, execution: 2),
            Script.report(.canceled, .canceled, cum: 5, leaves: 0, time: 6, id: Script.cancelId),
        ],
        [   // a correction of quantity and price
            Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1),
            Script.fill(3, cum: 3, leaves: 7, time: 2, execution: 1),
            Script.correct(1, to: 2, cum: 2, leaves: 8, time: 3),
            Script.correct(1, to: 4, cum: 4, leaves: 6, time: 4),
            Script.fill(6, cum: 10, leaves: 0, time: 5, execution: 2),
        ],
        [   // a bust opens a filled order again
            Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1),
            Script.fill(6, cum: 6, leaves: 4, time: 2, execution: 1),
            Script.fill(4, cum: 10, leaves: 0, time: 3, execution: 2),
            Script.bust(2, cum: 6, leaves: 4, time: 4),
            Script.report(.canceled, .canceled, cum: 6, leaves: 0, time: 5, id: Script.cancelId),
        ],
        [Script.report(.rejected, .rejected, cum: 0, leaves: 0, time: 1)],
        [   // expired with a fill that is told after
            Script.report(.new_order, .new_order, cum: 0, leaves: 10, time: 1),
            Script.report(.expired, .expired, cum: 8, leaves: 0, time: 3),
            Script.fill(8, cum: 8, leaves: 2, time: 2, execution: 1),
        ],
    ]

    private func final(_ reports: [martlet.OrderEvent]) -> String {
        var desk = Desk()
        desk.send(Script.new())
        desk.send(Script.replace())
        desk.send(Script.cancel())
        for report in reports { desk.hear(report) }
        #expect(desk.violation() == nil)
        return desk.state()
    }

    @Test("reports of one history in any order give the same final state", arguments: 0..<8)
    func everyOrder(history: Int) {
        let reports = Self.histories[history]
        let expected = final(reports)
        var permutations = 0
        permute(reports) { permuted in
            permutations += 1
            #expect(final(permuted) == expected, "\(permuted.map(\.exchange_time))")
        }
        #expect(permutations == (1...reports.count).reduce(1, *))
    }

    @Test("any interleaving of a history with its replay gives the same final state", arguments: 0..<8)
    func everyInterleaving(history: Int) {
        let live = Self.histories[history]
        let replay = live.map { report in
            var copy = report
            copy.flags |= UInt16(martlet.order_flag_possible_duplicate.rawValue | martlet.order_flag_recovered.rawValue)
            return copy
        }
        let expected = final(live)
        for choice in 0..<(1 << (2 * live.count)) where choice.nonzeroBitCount == live.count {
            var merged: [martlet.OrderEvent] = []
            var (a, b) = (0, 0)
            for bit in 0..<(2 * live.count) {
                if choice >> bit & 1 == 1 {
                    merged.append(live[a])
                    a += 1
                } else {
                    merged.append(replay[b])
                    b += 1
                }
            }
            #expect(final(merged) == expected)
        }
    }

    private func permute(_ reports: [martlet.OrderEvent], _ visit: ([martlet.OrderEvent]) -> Void) {
        var list = reports
        func step(_ at: Int) {
            if at == list.count { return visit(list) }
            for other in at..<list.count {
                list.swapAt(at, other)
                step(at + 1)
                list.swapAt(at, other)
            }
        }
        step(0)
    }
}
