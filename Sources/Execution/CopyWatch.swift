import CxxEvent

/// Executions that a drop copy told of and our books do not have: the session may tell of them yet, or has lost them.
///
///     copy heard ─► booked already: nothing
///                └► held `patience` long ─► booked meanwhile: nothing
///                                        └► a reconciliation ─► booked: nothing
///                                                            └► a difference, which blocks new risk
///
/// A copy is never booked. Bound: `limit` copies; with one more all are due at once, and those beyond are counted.
public struct CopyWatch: Sendable {
    struct Held: Sendable {
        var report: martlet.OrderEvent
        var due: Int64
        /// A reconciliation has begun since it was due.
        var isAsked = false
    }

    static let limit = 256

    var held: [Held] = []
    var isOverflowed = false
    /// Copies that found no room since an operator last decided.
    public internal(set) var overflowed: UInt64 = 0

    init() { held.reserveCapacity(Self.limit) }

    public var isEmpty: Bool { held.isEmpty }

    /// Takes in a report from a session that only listens. Only executions, busts and corrections of instruments that
    /// are traded here are watched: what else happens to an order, its executions do not depend on.
    mutating func hear(_ report: martlet.OrderEvent, _ table: borrowing OrderTable, due: Int64) {
        guard report.kind == .execution_report, Self.isExecution(report), !table.hasBooked(report) else { return }
        guard held.count < Self.limit else {
            overflowed += 1
            isOverflowed = true
            return
        }
        guard !held.contains(where: { Self.isSame($0.report, report) }) else { return }
        held.append(Held(report: report, due: due))
    }

    /// Forgets those that the books have by now. Whether one of them had been asked for: a comparison would find them equal.
    mutating func settle(_ table: borrowing OrderTable) -> Bool {
        var wasAsked = false
        var kept = 0
        for index in held.indices {
            if table.hasBooked(held[index].report) {
                wasAsked = wasAsked || held[index].isAsked
            } else {
                held[kept] = held[index]
                kept += 1
            }
        }
        held.removeLast(held.count - kept)
        return wasAsked
    }

    /// Whether one has waited long enough and nobody was asked.
    func isDue(now: Int64) -> Bool { held.contains { !$0.isAsked && (isOverflowed || $0.due <= now) } }

    /// A reconciliation begins, which will tell of those that are due.
    mutating func ask(now: Int64) {
        for index in held.indices where isOverflowed || held[index].due <= now { held[index].isAsked = true }
        isOverflowed = false
    }

    /// Calls `body` with each that a reconciliation was to tell of and that the books still do not have.
    func forEachUntold(_ table: borrowing OrderTable, _ body: (martlet.OrderEvent) -> Void) {
        for entry in held where entry.isAsked && !table.hasBooked(entry.report) { body(entry.report) }
    }

    /// An operator has decided of what a reconciliation was to tell; what was heard since is watched on.
    mutating func accept() {
        held.removeAll { $0.isAsked }
        isOverflowed = false
        overflowed = 0
    }

    /// Takes out the next execution or bust that a reconciliation was to tell of, and makes it known to the table.
    mutating func nextAcceptable(_ table: inout OrderTable) -> martlet.OrderEvent? {
        let found = held.firstIndex { $0.isAsked && $0.report.exec_type != .trade_correct && !table.hasBooked($0.report) }
        guard let found else { return nil }
        let report = held.remove(at: found).report
        table.rememberAccepted(report)
        return report
    }

    private static func isExecution(_ report: martlet.OrderEvent) -> Bool {
        guard report.execution.high != 0 || report.execution.low != 0 else { return false }
        return report.exec_type == .trade || report.exec_type == .trade_cancel || report.exec_type == .trade_correct
    }

    private static func isSame(_ left: martlet.OrderEvent, _ right: martlet.OrderEvent) -> Bool {
        left.execution.high == right.execution.high && left.execution.low == right.execution.low && left.instrument == right.instrument
            && left.exec_type == right.exec_type && left.client_order == right.client_order
    }
}

extension OrderTable {
    /// An execution or bust that an operator took over: whoever tells it later tells nothing new.
    mutating func rememberAccepted(_ report: martlet.OrderEvent) {
        let found = find(report)
        let index = found >= 0 && matches(report, found) ? found : -1
        let key = ExecutionMemory.key(report.execution, report.instrument)
        if report.exec_type == .trade_cancel, let entry = known(report, index, key, isToldAsNew: false) {
            entry.pointee.quantity = 0
            entry.pointee.state = .busted
        } else {
            remember(report, index, key, report.exec_type == .trade_cancel ? .busted : .booked)
        }
    }

    /// Whether the books have what an execution report tells of: the execution, its bust, or a correction of it.
    func hasBooked(_ report: martlet.OrderEvent) -> Bool {
        let found = find(report)
        let index = found >= 0 && matches(report, found) ? found : -1
        guard let entry = known(report, index, ExecutionMemory.key(report.execution, report.instrument), isToldAsNew: false) else {
            // What is older than the memory was booked or reconciled long ago.
            return report.exec_type == .trade && report.exchange_time <= executions.horizon
        }
        return switch report.exec_type {
        case .trade_cancel: entry.pointee.state == .busted
        case .trade_correct: entry.pointee.state != .booked
        default: true
        }
    }
}
