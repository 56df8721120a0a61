import CxxEvent
import Execution
import Risk

// What may happen next, and its happening.
extension World {
    /// Whether a move is possible now and within the budget.
    func allows(_ move: Move) -> Bool {
        switch move {
        case .buy: return isUp && budget.orders > 0 && isFree
        case .sell: return isUp && budget.orders > 0 && isFree && position > 0
        case .replaceUp: return canReplace(to: 3)
        case .replaceDown: return canReplace(to: 1)
        case .cancel: return isUp && budget.cancels > 0 && open.map { $0.pendingCancel == 0 } ?? false
        case .wait: return isUp && budget.waits > 0 && (table.openOrders > 0 || reconciliation.phase != .idle)
        case .accept:
            guard isServed, let command = commands.first else { return false }
            return command.command == .new_order || (isChange(command) && venue.canChange(command))
        case .refuse: return isServed && commands.first.map { $0.command == .new_order || isChange($0) } ?? false
        case .refuseUnknown:
            guard isServed, let command = commands.first, isChange(command) else { return false }
            return !venue.canChange(command)
        case .answer: return isServed && commands.first.map { $0.command != .new_order && !isChange($0) } ?? false
        case .fail: return isUp && budget.failures > 0 && commands.first.map { $0.command == .new_order || isChange($0) } ?? false
        case .hear: return isUp && !reports.isEmpty
        case .hearSecond:
            return isUp && budget.overtakes > 0 && reports.count > 1 && reports[0].count == 1 && reports[1].count == 1
        case .fillOne: return venue.live.last.map { $0.leaves > 1 } ?? false
        case .fillRest, .expire: return !venue.live.isEmpty
        case .bust, .bustForGood, .correct: return budget.revisions > 0 && venue.hasExecution && venue.live.count < 2
        case .repeatMarked, .repeatPlain: return isUp && budget.repeats > 0 && venue.last != nil
        case .breakLosingAll: return isUp && budget.breaks > 0
        case .breakLosingCommands: return isUp && budget.breaks > 0 && !commands.isEmpty
        case .breakLosingReports: return isUp && budget.breaks > 0 && !commands.isEmpty
        case .breakLosingNothing: return isUp && budget.breaks > 0
        case .restore: return !isUp && (budget.hasLists || commands.isEmpty)
        }
    }

    /// The venue goes through what it was sent. Where answers are told apart by their order alone, what it was sent before a
    /// session broke it has gone through before there is another.
    private var isServed: Bool { isUp || !budget.hasLists }

    /// One order at a time, as the engine trades.
    private var isFree: Bool { table.openOrders == 0 }

    private func isChange(_ command: martlet.Command) -> Bool { command.command == .cancel || command.command == .replace }

    private func canReplace(to lots: Int64) -> Bool {
        guard isUp, budget.replaces > 0, let order = open else { return false }
        return order.pendingCancel == 0 && order.pendingReplace == 0 && order.quantity != lots && order.side == .buy
    }

    /// Makes an allowed move.
    mutating func make(_ move: Move) {
        now += 1
        told = ""
        spend(move)
        switch move {
        case .buy: trade(.buy, 2)
        case .sell: trade(.sell, position)
        case .replaceUp: if let order = open { replace(order, 3) }
        case .replaceDown: if let order = open { replace(order, 1) }
        case .cancel: if let order = open { cancel(order) }
        case .wait: tick()
        case .accept: acceptNext()
        case .refuse, .refuseUnknown: refuseNext(move)
        case .answer: answerNext()
        case .fail: failNext()
        case .hear: for report in reports.removeFirst() { hear(report) }
        case .hearSecond: for report in reports.remove(at: 1) { hear(report) }
        case .fillOne: say(venue.fill(1, at: stamp))
        case .fillRest: say(venue.fill(nil, at: stamp))
        case .expire: say(venue.expire(at: stamp))
        case .bust, .bustForGood, .correct: revise(move)
        case .repeatMarked, .repeatPlain: repeatLast(move)
        case .breakLosingAll, .breakLosingCommands, .breakLosingReports, .breakLosingNothing: breakSession(move)
        case .restore:
            isUp = true
            losesReports = false
            restart()
        }
    }

    private mutating func spend(_ move: Move) {
        switch move {
        case .buy, .sell: budget.orders -= 1
        case .replaceUp, .replaceDown: budget.replaces -= 1
        case .cancel: budget.cancels -= 1
        case .wait: budget.waits -= 1
        case .fail: budget.failures -= 1
        case .hearSecond: budget.overtakes -= 1
        case .bust, .bustForGood, .correct: budget.revisions -= 1
        case .repeatMarked, .repeatPlain: budget.repeats -= 1
        case .breakLosingAll, .breakLosingCommands, .breakLosingReports, .breakLosingNothing: budget.breaks -= 1
        default: break
        }
    }

    private mutating func acceptNext() {
        let command = commands.removeFirst()
        say(command.command == .new_order ? venue.take(command, at: stamp, refused: false) : venue.change(command, at: stamp))
    }

    private mutating func refuseNext(_ move: Move) {
        let command = commands.removeFirst()
        if command.command == .new_order {
            say(venue.take(command, at: stamp, refused: true))
        } else {
            say(venue.refuseChange(command, at: stamp, forgotten: move == .refuseUnknown))
        }
    }

    /// The trader's own side says that the command did not leave.
    private mutating func failNext() {
        let command = commands.removeFirst()
        var report = martlet.OrderEvent()
        report.kind = .send_failed
        report.client_order = command.client_order
        hear(report)
    }

    private mutating func answerNext() {
        let command = commands.removeFirst()
        switch command.command {
        case .order_status: send([venue.status(command.client_order, at: stamp)])
        case .mass_status: send(venue.live.map { venue.status($0.id, at: stamp) } + [end(command)])
        case .trades: send(venue.trades() + [end(command)])
        default:
            var report = martlet.OrderEvent()
            report.kind = .position_report
            report.cumulative_quantity = venue.position
            send([report, end(command)])
        }
    }

    private func end(_ command: martlet.Command) -> martlet.OrderEvent {
        var report = martlet.OrderEvent()
        report.kind = .report_end
        report.reference_number = UInt32(command.request)
        return report
    }

    private mutating func revise(_ move: Move) {
        surprises += 1
        everRevised = true
        say(venue.revise(busts: move != .correct, closes: move == .bustForGood, at: stamp))
    }

    private mutating func repeatLast(_ move: Move) {
        guard var report = venue.last?.report else { return }
        if move == .repeatMarked { report.flags |= UInt16(martlet.order_flag_possible_duplicate.rawValue) }
        if report.exec_type == .trade_cancel || report.exec_type == .trade_correct { surprises += 1 }
        send([report])
    }

    private mutating func breakSession(_ move: Move) {
        isUp = false
        if move == .breakLosingAll || move == .breakLosingCommands { commands.removeAll() }
        losesReports = move == .breakLosingAll || move == .breakLosingReports
        if losesReports {
            lostRevision = lostRevision || surprises > 0
            reports.removeAll()
        }
        // What comes after all comes marked.
        let mark = UInt16(martlet.order_flag_possible_duplicate.rawValue)
        for at in reports.indices {
            for which in reports[at].indices { reports[at][which].flags |= mark }
        }
        table.markAllUnverified()
        reconciliation.sessionLost()
        block()
    }

    /// One report, on its way.
    private mutating func say(_ report: martlet.OrderEvent) { send([report]) }

    private mutating func send(_ answer: [martlet.OrderEvent]) {
        if !isUp && losesReports {
            lostRevision = lostRevision || surprises > 0
            return
        }
        guard isUp else {
            let mark = UInt16(martlet.order_flag_possible_duplicate.rawValue)
            reports.append(answer.map { var report = $0; report.flags |= mark; return report })
            return
        }
        reports.append(answer)
    }

    /// Lets everything on its way arrive, and everything be asked and answered, until nothing is left to do.
    mutating func settle() {
        for _ in 0..<200 {
            now += 1
            if allows(.restore) {
                make(.restore)
            } else if !commands.isEmpty {
                if allows(.accept) { acceptNext() } else if allows(.answer) { answerNext() } else { refuseNext(.refuse) }
            } else if !reports.isEmpty {
                for report in reports.removeFirst() { hear(report) }
            } else {
                tick()
                guard commands.isEmpty else { continue }
                guard gate.isBlocked && rounds < 4 else { return }
                rounds += 1
                restart()
            }
            if broken != nil { return }
        }
        broken = "no end to questions and answers"
    }

}
