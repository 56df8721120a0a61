import CxxEvent
import Execution

/// What a venue says, in short, for one order of ten lots: ids, quantities and times filled in.
enum Script {
    static let order: UInt64 = 1
    static let replacement: UInt64 = 2
    static let cancelId: UInt64 = 3

    static func new(_ id: UInt64 = order, quantity: Int64 = 10, side: martlet.Side = .buy, sequence: UInt64 = 1) -> martlet.Command {
        var command = martlet.Command()
        command.kind = .command
        command.command = .new_order
        command.client_order = id
        command.side = side
        command.type = .limit
        command.quantity = quantity
        command.price = 100
        command.sequence = sequence
        return command
    }

    static func replace(_ id: UInt64 = replacement, of original: UInt64 = order, quantity: Int64 = 14) -> martlet.Command {
        var command = new(id, quantity: quantity)
        command.command = .replace
        command.original_client_order = original
        command.price = 101
        return command
    }

    static func cancel(_ id: UInt64 = cancelId, of original: UInt64 = order) -> martlet.Command {
        var command = new(id)
        command.command = .cancel
        command.original_client_order = original
        return command
    }

    static func report(
        _ type: martlet.ExecType, _ status: martlet.OrderStatus, cum: Int64, leaves: Int64, time: Int64,
        id: UInt64 = order, flags: UInt16 = 0
    ) -> martlet.OrderEvent {
        var report = martlet.OrderEvent()
        report.kind = .execution_report
        report.exec_type = type
        report.status = status
        report.side = .buy
        report.client_order = id
        report.venue_order = martlet.Identifier16(high: 77, low: 7)
        report.execution = martlet.Identifier16(high: 1_000, low: UInt64(time))
        report.cumulative_quantity = cum
        report.leaves_quantity = leaves
        report.exchange_time = time
        report.flags = flags
        return report
    }

    static func fill(
        _ lots: Int64, cum: Int64, leaves: Int64, time: Int64, execution: UInt64, id: UInt64 = order, price: Int64 = 100
    ) -> martlet.OrderEvent {
        var report = report(.trade, leaves == 0 ? .filled : .partially_filled, cum: cum, leaves: leaves, time: time, id: id)
        report.execution = martlet.Identifier16(high: 5, low: execution)
        report.last_quantity = lots
        report.last_price = price
        report.fee = lots
        return report
    }

    static func bust(_ execution: UInt64, cum: Int64, leaves: Int64, time: Int64) -> martlet.OrderEvent {
        var report = report(.trade_cancel, .partially_filled, cum: cum, leaves: leaves, time: time)
        report.execution = martlet.Identifier16(high: 5, low: execution)
        return report
    }

    static func correct(_ execution: UInt64, to lots: Int64, cum: Int64, leaves: Int64, time: Int64) -> martlet.OrderEvent {
        var report = report(.trade_correct, .partially_filled, cum: cum, leaves: leaves, time: time)
        report.execution = martlet.Identifier16(high: 5, low: execution)
        report.last_quantity = lots
        report.last_price = 90
        report.fee = lots
        return report
    }

    static func changeReject(
        _ id: UInt64, of original: UInt64 = order, status: martlet.OrderStatus, reason: martlet.RejectReason, time: Int64
    ) -> martlet.OrderEvent {
        var report = martlet.OrderEvent()
        report.kind = .cancel_reject
        report.client_order = id
        report.original_client_order = original
        report.status = status
        report.reason = reason
        report.exchange_time = time
        return report
    }

    static func plain(_ kind: martlet.EventKind, id: UInt64 = 0) -> martlet.OrderEvent {
        var report = martlet.OrderEvent()
        report.kind = kind
        report.client_order = id
        return report
    }
}

/// A table with what ledger and gate would have made of its outcomes.
struct Desk: ~Copyable {
    var table = OrderTable(openLimit: 4, closedLimit: 4, executionLimit: 64)
    var position: Int64 = 0
    var fees: Int64 = 0
    var money: Int64 = 0
    /// Lots that the gate holds reserved, by the outcomes alone.
    var reserved: Int64 = 0
    var openOrders = 0
    var overfilled = false
    var orders = 0

    @discardableResult
    mutating func send(_ command: martlet.Command) -> ReleaseStatus {
        let before = table.find(command.original_client_order)
        let status = table.release(command)
        guard status == .ok else { return status }
        if command.command == .new_order {
            reserved += command.quantity
            openOrders += 1
            orders += 1
        } else if command.command == .replace, let before {
            reserved += max(0, max(0, command.quantity - before.cumulative.lots) - before.leaves)
        }
        return status
    }

    @discardableResult
    mutating func hear(_ report: martlet.OrderEvent) -> OrderOutcome {
        book(table.apply(report))
    }

    @discardableResult
    mutating func book(_ outcome: OrderOutcome) -> OrderOutcome {
        position += outcome.positionChange
        fees += outcome.filled.fee - outcome.reversed.fee
        money += outcome.filled.quantity.lots * outcome.filled.price - outcome.reversed.quantity.lots * outcome.reversed.price
        money -= outcome.replaced.quantity.lots * outcome.replaced.price
        reserved += outcome.leavesChange
        openOrders += outcome.openOrdersChange
        if outcome.anomaly == .overfill { overfilled = true }
        return outcome
    }

    /// What must hold after every step, whatever was said.
    func violation() -> String? {
        if table.openOrders != openOrders { return "open orders \(table.openOrders), outcomes say \(openOrders)" }
        if reserved < 0 { return "reserved \(reserved)" }
        var leaves: Int64 = 0
        var unresolved = 0
        var at = table.nextOpen(after: -1)
        while at >= 0 {
            guard let view = table.view(at) else { return "open but not there" }
            leaves += view.leaves
            if view.isUnknown || view.missing > 0 { unresolved += 1 }
            if view.leaves <= 0 { return "open with leaves \(view.leaves)" }
            if view.cumulative.lots > view.quantity && !overfilled && view.pendingReplace == 0 {
                return "filled \(view.cumulative.lots) of \(view.quantity) unnoticed"
            }
            at = table.nextOpen(after: at)
        }
        if leaves != reserved { return "leaves \(leaves), gate holds \(reserved)" }
        if unresolved != table.unresolvedOrders { return "unresolved \(table.unresolvedOrders), counted \(unresolved)" }
        if orders == 1, let view = table.find(Script.order), view.cumulative.lots != position {
            return "filled \(view.cumulative.lots), position \(position)"
        }
        return nil
    }

    /// Everything that must not depend on the order or number of reports.
    func state() -> String {
        let view = table.find(Script.order)
        return "\(position) \(fees) \(money) \(reserved) \(openOrders) \(table.unresolvedOrders) "
            + (view.map {
                "\($0.client) \($0.status.rawValue) \($0.quantity) \($0.price) \($0.cumulative.lots) \($0.leaves) \($0.pendingCancel) \($0.pendingReplace)"
            } ?? "gone")
    }
}
