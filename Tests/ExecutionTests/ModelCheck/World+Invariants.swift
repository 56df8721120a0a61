import CxxEvent
import Execution
import Risk

// What must hold after every move, and what must hold when all has been said.
extension World {
    /// The first invariant that does not hold, nil: none.
    func violation() -> String? {
        broken ?? countersViolation() ?? booksViolation() ?? venueViolation() ?? gateViolation()
    }

    /// Counts of open orders and reserved lots, of the table and of the gate, against the orders themselves.
    private func countersViolation() -> String? {
        var (count, unresolved) = (0, 0)
        var (buys, sells) = (Int64(0), Int64(0))
        var at = table.nextOpen(after: -1)
        while at >= 0 {
            guard let order = table.view(at) else { return "an open order is not there" }
            count += 1
            if order.isUnknown || order.missing > 0 { unresolved += 1 }
            if order.side == .buy { buys += order.leaves } else { sells += order.leaves }
            if order.leaves <= 0 { return "order \(order.client) is open with \(order.leaves) left" }
            if order.isForeign { return "order \(order.client) is taken for somebody else's" }
            at = table.nextOpen(after: at)
        }
        if table.openOrders != count || gate.openOrders != count {
            return "open orders: \(count), the table counts \(table.openOrders), the gate \(gate.openOrders)"
        }
        if gate.openBuyLots(0) != buys || gate.openSellLots(0) != sells {
            return "open lots: \(buys) to buy, \(sells) to sell; the gate holds \(gate.openBuyLots(0)) and \(gate.openSellLots(0))"
        }
        if table.unresolvedOrders != unresolved { return "unresolved orders: \(unresolved), the table counts \(table.unresolvedOrders)" }
        if !gate.isBlocked && (unresolved > 0 || !isUp) { return "new risk is allowed while orders are unresolved" }
        if gate.invariantFailures > 0 { return "a report contradicted the gate's numbers" }
        return nil
    }

    /// Positions are sums of executions; no order filled more than was ordered.
    private func booksViolation() -> String? {
        let sum = heard.reduce(0) { $0 + $1.lots }
        if position != sum { return "position \(position), the executions heard of sum to \(sum)" }
        if gate.position(0) != position { return "position \(position), the gate has \(gate.position(0))" }
        for id in sent {
            guard let order = table.find(id) else { return "order \(id) is not remembered" }
            if order.cumulative.lots < 0 { return "order \(id) filled \(order.cumulative.lots)" }
            if order.cumulative.lots > max(order.quantity, order.cumulative.lots + order.leaves) {
                return "order \(id) filled \(order.cumulative.lots) of \(order.quantity)"
            }
        }
        return nil
    }

    /// What works at the venue is open here, once.
    private func venueViolation() -> String? {
        let live = venue.live
        for order in live where surprises == 0 && !lostRevision {
            guard let ours = table.find(order.ids[0]) else { return "order \(order.id) works at the venue and is not known here" }
            if !ours.isOpen { return "order \(order.id) works at the venue and is \(ours.status.word) here" }
        }
        if live.count > 1 && !everRevised { return "two orders work at the venue" }
        return nil
    }

    /// The limit holds if all that is open fills, and the gate's worst case is no better than the truth's.
    private func gateViolation() -> String? {
        let long = gate.position(0) + gate.openBuyLots(0)
        let short = gate.position(0) - gate.openSellLots(0)
        if !everRevised && (long > Self.maximumPosition || short < 0) { return "the gate's worst case is \(short) to \(long)" }
        guard surprises == 0, !lostRevision else { return nil }
        var (mostLong, mostShort) = (venue.position, venue.position)
        for order in venue.live {
            let arriving = commands.filter { $0.command == .replace && order.ids.contains($0.original_client_order) }
            let lots = max(order.quantity, arriving.map(\.quantity).max() ?? 0) - order.cumulative
            if order.buys { mostLong += lots } else { mostShort -= lots }
        }
        for command in commands where command.command == .new_order {
            let change = commands.first { $0.command == .replace && $0.original_client_order == command.client_order }
            let lots = max(command.quantity, change?.quantity ?? 0)
            if command.side == .buy { mostLong += lots } else { mostShort -= lots }
        }
        if mostLong > long || mostShort < short {
            return "the truth's worst case is \(mostShort) to \(mostLong), the gate's \(short) to \(long)"
        }
        return nil
    }

    /// What must hold once everything has arrived and been answered: table, gate and venue agree, and new risk is free.
    /// A bust that was lost on the way is nowhere listed: then positions differ, and new risk waits for somebody.
    func disagreement() -> String? {
        if let broken { return broken }
        if lostRevision && gate.isBlocked && reconciliation.differences.contains(where: { $0.kind.isBlocking }) { return nil }
        // An execution that was lost on the way, where nobody can list executions: the order's own count tells of it.
        if !budget.hasLists && gate.isBlocked && reconciliation.differences.contains(where: { $0.kind == .missingExecution }) { return nil }
        if lostRevision && everRevised && position != venue.position { return "a lost bust or correction was not noticed" }
        for id in sent {
            guard let ours = table.find(id) else { return "order \(id) is not remembered" }
            let theirs = venue.order(id)
            if ours.isOpen != (theirs?.isLive ?? false) {
                return "order \(id) is \(ours.status.word) here, \(theirs?.status.word ?? "unknown") at the venue"
            }
            if ours.cumulative.lots != theirs?.cumulative ?? 0 {
                return "order \(id) filled \(ours.cumulative.lots) here, \(theirs?.cumulative ?? 0) at the venue"
            }
            if ours.isOpen && ours.leaves != theirs?.leaves ?? 0 {
                return "order \(id) may fill \(ours.leaves) here, \(theirs?.leaves ?? 0) at the venue"
            }
            if ours.isOpen && (ours.pendingCancel != 0 || ours.pendingReplace != 0) { return "a change of order \(id) waits for ever" }
        }
        if position != venue.position { return "position \(position) here, \(venue.position) at the venue" }
        if gate.isBlocked { return "new risk is blocked for ever: \(table.unresolvedOrders) unresolved, \(reconciliation.differences.map(\.kind.name))" }
        return violation()
    }

    /// What a scenario may expect.
    func facts() -> [String] {
        var facts = sent.enumerated().compactMap { number, id in
            table.find(id).map {
                "order \(number + 1) \($0.status.word), \($0.cumulative.lots) of \($0.quantity), may fill \($0.leaves)"
            }
        }
        facts.append("position \(position)")
        facts.append("gate holds \(gate.openBuyLots(0)) to buy, \(gate.openSellLots(0)) to sell")
        facts.append("new risk \(gate.isBlocked ? "blocked" : "free")")
        if denial != .none { facts.append("denied \(denial.name)") }
        facts += OrderAnomaly.allCases.filter { anomalies.contains($0) }.map { "anomaly \($0.name)" }
        return facts
    }

    /// Everything on which the future depends, in few numbers; times by their rank.
    func fingerprint() -> UInt64 {
        var facts: [Int64] = []
        var times: [Int64] = [.min]
        for id in sent {
            guard let state = table.state(of: id) else { continue }
            facts += state.facts
            times += state.times
        }
        facts += heard.flatMap { [Int64($0.execution), $0.lots] }
        for report in reports {
            facts.append(Int64(report.count))
            for part in report {
                facts += Said(part).facts
                facts.append(Int64(part.reference_number == 0 ? 0 : Int64(part.reference_number) - Int64(asked)))
                times.append(part.exchange_time)
            }
        }
        for command in commands {
            facts += [Int64(command.command.rawValue), Int64(command.client_order), Int64(command.original_client_order), command.quantity]
            facts.append(command.request == 0 ? 0 : Int64(command.request) - Int64(asked))
        }
        facts += [Int64(venue.orders.count), isUp ? 1 : 0, losesReports ? 1 : 0, Int64(reconciliation.phase.rawValue), reconciliation.isBlocking ? 1 : 0]
        for order in venue.orders {
            facts += order.ids.map { Int64($0) } + [order.quantity, order.isLive ? 1 : 0, Int64(order.ended), order.reopened ? 1 : 0, order.buys ? 1 : 0]
            facts += order.executions.flatMap { [$0.lots, $0.price] }
            times.append(order.time)
        }
        if let last = venue.last {
            facts += last.facts
            times.append(last.report.exchange_time)
        }
        facts += [Int64(surprises), lostRevision ? 1 : 0, Int64(clients)]
        facts += [budget.orders, budget.replaces, budget.cancels, budget.waits, budget.failures, budget.breaks, budget.repeats, budget.revisions, budget.overtakes].map { Int64($0) }
        let ranks = Array(Set(times)).sorted()
        for time in times { facts.append(Int64(ranks.firstIndex(of: time) ?? 0)) }
        return facts.reduce(into: UInt64(0x9E37_79B9_7F4A_7C15)) { hash, fact in
            var z = hash ^ UInt64(bitPattern: fact)
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            hash = (z ^ (z >> 31)) &+ 0x9E37_79B9_7F4A_7C15
        }
    }
}
