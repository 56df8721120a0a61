import CxxEvent

/// One execution as the venue has it: no lots once busted.
struct VenueExecution: Hashable {
    let id: UInt64
    var lots: Int64
    var price: Int64
}

/// One order as the venue has it. `ids`: every client order id that it went by, the present one last.
struct VenueOrder: Hashable {
    var ids: [UInt64]
    let buys: Bool
    var quantity: Int64
    var price: Int64
    var isLive = true
    /// How it ended, or was refused; `unknown` while it works.
    var ended: UInt8 = 0
    var time: Int64
    var executions: [VenueExecution] = []
    var reopened = false

    var id: UInt64 { ids[ids.count - 1] }
    var cumulative: Int64 { executions.reduce(0) { $0 + $1.lots } }
    var leaves: Int64 { isLive ? quantity - cumulative : 0 }
    var status: martlet.OrderStatus {
        if !isLive { return martlet.OrderStatus(rawValue: ended) ?? .unknown }
        return cumulative > 0 ? .partially_filled : .new_order
    }
}

/// The truth: a venue that matches the orders of one client in one instrument, and says so. Pure: a value that moves by
/// its methods, each of which returns what it says.
struct VenueModel: Hashable {
    private(set) var orders: [VenueOrder] = []
    private var executions: UInt64 = 0
    /// What it said last of an order, for repetitions.
    private(set) var last: Said?

    /// Signed lots traded.
    var position: Int64 { orders.reduce(0) { $0 + ($1.buys ? $1.cumulative : -$1.cumulative) } }
    var live: [VenueOrder] { orders.filter(\.isLive) }
    var hasExecution: Bool { lastExecution != nil }
    private var liveIndex: Int? { orders.lastIndex { $0.isLive } }
    private var lastExecution: (order: Int, at: Int)? {
        guard let order = orders.lastIndex(where: { $0.cumulative > 0 }) else { return nil }
        return orders[order].executions.lastIndex { $0.lots > 0 }.map { (order, $0) }
    }

    /// The order that went by an id, refused ones too.
    func order(_ id: UInt64) -> VenueOrder? { orders.first { $0.ids.contains(id) } }

    // What a command makes of it.

    mutating func take(_ command: martlet.Command, at time: Int64, refused: Bool) -> martlet.OrderEvent {
        var order = VenueOrder(
            ids: [command.client_order], buys: command.side == .buy, quantity: command.quantity, price: command.price, time: time)
        if refused {
            order.isLive = false
            order.ended = martlet.OrderStatus.rejected.rawValue
        }
        orders.append(order)
        return say(order, refused ? .rejected : .new_order, reason: refused ? .other : .none)
    }

    /// Whether a change of the order named can be made; a replacement must leave something to fill.
    func canChange(_ command: martlet.Command) -> Bool {
        guard let order = order(command.original_client_order), order.isLive else { return false }
        return command.command == .cancel || command.quantity > order.cumulative
    }

    mutating func change(_ command: martlet.Command, at time: Int64) -> martlet.OrderEvent {
        let at = orders.firstIndex { $0.ids.contains(command.original_client_order) } ?? 0
        orders[at].time = time
        let former = orders[at].id
        if command.command == .replace {
            orders[at].ids.append(command.client_order)
            orders[at].quantity = command.quantity
            orders[at].price = command.price
            return say(orders[at], .replaced, original: former)
        }
        orders[at].isLive = false
        orders[at].ended = martlet.OrderStatus.canceled.rawValue
        return say(orders[at], .canceled, id: command.client_order, original: former)
    }

    /// A refusal of a cancel or replacement. `forgotten`: the venue says that it does not know the order.
    mutating func refuseChange(_ command: martlet.Command, at time: Int64, forgotten: Bool) -> martlet.OrderEvent {
        let order = order(command.original_client_order)
        var report = martlet.OrderEvent()
        report.kind = .cancel_reject
        report.side = command.side
        report.client_order = command.client_order
        report.original_client_order = command.original_client_order
        report.exchange_time = time
        let isUnknown = forgotten || order == nil
        report.status = isUnknown ? .rejected : order?.status ?? .rejected
        report.reason = isUnknown ? .unknown_order : order?.isLive == true ? .other : .too_late
        last = Said(report)
        return report
    }

    // What it does by itself, to the order that works.

    mutating func fill(_ lots: Int64?, at time: Int64) -> martlet.OrderEvent {
        let at = liveIndex ?? 0
        let lots = lots ?? orders[at].leaves
        executions += 1
        orders[at].executions.append(VenueExecution(id: executions, lots: lots, price: orders[at].price))
        orders[at].time = time
        if orders[at].leaves == 0 {
            orders[at].isLive = false
            orders[at].ended = martlet.OrderStatus.filled.rawValue
        }
        return say(orders[at], .trade, execution: executions, lots: lots, price: orders[at].price)
    }

    mutating func expire(at time: Int64) -> martlet.OrderEvent {
        let at = liveIndex ?? 0
        orders[at].isLive = false
        orders[at].ended = martlet.OrderStatus.expired.rawValue
        orders[at].time = time
        return say(orders[at], .expired)
    }

    /// Takes the last execution back, or corrects it: to one lot less, or to another price where it has only one. An order
    /// that had filled works again unless `closes`.
    mutating func revise(busts: Bool, closes: Bool, at time: Int64) -> martlet.OrderEvent {
        let (at, which) = lastExecution ?? (0, 0)
        var execution = orders[at].executions[which]
        if busts {
            execution.lots = 0
        } else if execution.lots > 1 {
            execution.lots -= 1
        } else {
            execution.price -= 1
        }
        orders[at].executions[which] = execution
        orders[at].time = time
        if orders[at].ended == martlet.OrderStatus.filled.rawValue, orders[at].cumulative < orders[at].quantity {
            orders[at].isLive = !closes
            orders[at].reopened = !closes
            orders[at].ended = closes ? martlet.OrderStatus.canceled.rawValue : 0
        }
        return say(orders[at], busts ? .trade_cancel : .trade_correct, execution: execution.id, lots: execution.lots, price: execution.price)
    }

    // What it answers.

    func status(_ id: UInt64, at time: Int64) -> martlet.OrderEvent {
        var report: martlet.OrderEvent
        if let order = order(id) {
            report = Self.report(order, .order_status, id: order.id, original: order.id == id ? 0 : id)
        } else {
            report = martlet.OrderEvent()
            report.kind = .execution_report
            report.exec_type = .order_status
            report.status = .rejected
            report.reason = .unknown_order
            report.client_order = id
            report.exchange_time = time
        }
        report.flags = UInt16(martlet.order_flag_status.rawValue)
        return report
    }

    /// All executions that count, under the id that the order had at the end.
    func trades() -> [martlet.OrderEvent] {
        orders.flatMap { order in
            order.executions.filter { $0.lots > 0 }.map { execution in
                var report = Self.report(order, .none, execution: execution.id, lots: execution.lots, price: execution.price)
                report.kind = .trade_report
                report.status = .unknown
                report.cumulative_quantity = 0
                report.leaves_quantity = 0
                report.flags = UInt16(martlet.order_flag_recovered.rawValue)
                return report
            }
        }
    }

    // What it says.

    private mutating func say(
        _ order: VenueOrder, _ type: martlet.ExecType, id: UInt64 = 0, original: UInt64 = 0, execution: UInt64 = 0, lots: Int64 = 0,
        price: Int64 = 0, reason: martlet.RejectReason = .none
    ) -> martlet.OrderEvent {
        var report = Self.report(order, type, id: id, original: original, execution: execution, lots: lots, price: price)
        report.reason = reason
        last = Said(report)
        return report
    }

    private static func report(
        _ order: VenueOrder, _ type: martlet.ExecType, id: UInt64 = 0, original: UInt64 = 0, execution: UInt64 = 0, lots: Int64 = 0,
        price: Int64 = 0
    ) -> martlet.OrderEvent {
        var report = martlet.OrderEvent()
        report.kind = .execution_report
        report.exec_type = type
        report.side = order.buys ? .buy : .sell
        report.client_order = id == 0 ? order.id : id
        report.original_client_order = original
        report.venue_order = martlet.Identifier16(high: 77, low: order.ids[0])
        report.execution = martlet.Identifier16(high: execution == 0 ? 1_000 : 5, low: execution == 0 ? UInt64(order.time) : execution)
        report.last_quantity = lots
        report.last_price = price
        report.cumulative_quantity = order.cumulative
        report.leaves_quantity = order.leaves
        report.status = order.status
        report.exchange_time = order.time
        return report
    }
}

/// A report that can be compared and hashed.
struct Said: Hashable {
    let report: martlet.OrderEvent
    init(_ report: martlet.OrderEvent) { self.report = report }

    /// All of it but the time.
    var facts: [Int64] {
        [
            Int64(report.kind.rawValue), Int64(report.exec_type.rawValue), Int64(report.status.rawValue), Int64(report.reason.rawValue),
            Int64(report.flags), Int64(report.client_order), Int64(report.original_client_order), Int64(report.execution.high == 5 ? report.execution.low : 0),
            report.last_quantity, report.last_price, report.cumulative_quantity, report.leaves_quantity, Int64(report.side.rawValue),
        ]
    }
    static func == (a: Said, b: Said) -> Bool { a.facts == b.facts && a.report.exchange_time == b.report.exchange_time }
    func hash(into hasher: inout Hasher) {
        hasher.combine(facts)
        hasher.combine(report.exchange_time)
    }
}
