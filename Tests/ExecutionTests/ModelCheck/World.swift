import CxxEvent
import Execution
import Risk

/// One trader, one venue, one instrument and a session between them that keeps the order of what it carries but may
/// break. The trader's side is the shipped order table, gate and reconciliation, wired as the engine wires them.
///
///     trader ── commands, in order ──► venue (the truth)
///       ▲                               │
///       └────── reports, in order ──────┘
///
/// The gate allows positions of three lots; the first order is for two and may be replaced to three.
struct World: ~Copyable {
    static let maximumPosition: Int64 = 3

    var table = OrderTable(openLimit: 3, closedLimit: 5, executionLimit: 16)
    var gate: Gate
    var reconciliation = Reconciliation(instruments: 1, since: 0)
    var venue = VenueModel()
    var budget: Budget

    /// On their way to the venue.
    var commands: [martlet.Command] = []
    /// On their way to the trader; an answer to one question travels as one.
    var reports: [[martlet.OrderEvent]] = []
    var isUp = true
    var losesReports = false
    var now: Int64 = 1
    var clients: UInt64 = 0
    var outputs: UInt64 = 0
    /// Number of the last question of a reconciliation.
    var asked: UInt32 = 0
    /// Reconciliations that the settling began because new risk was blocked.
    var rounds = 0

    /// Signed lots by the outcomes, as the ledger would have them.
    var position: Int64 = 0
    /// Lots of each execution heard of, by id: the position anew, from the reports alone.
    var heard: [(execution: UInt64, lots: Int64)] = []
    /// Ids under which the orders were sent.
    var sent: [UInt64] = []
    /// A bust or correction is on its way or was lost: nobody but the venue knows the truth.
    var surprises = 0
    var lostRevision = false
    var everRevised = false
    var anomalies: Set<OrderAnomaly> = []
    var denial = DenyReason.none
    /// Set by the steps, read by `violation`.
    var broken: String?
    /// What the last move did, for who reads a scenario.
    var told = ""
    var tells = false

    private static let limits = GateLimits(
        instruments: [InstrumentLimits(
            moneyNumerator: 1, moneyDenominator: 1, tick: 1, maximumOrderLots: 3, maximumOrderNotional: 1_000_000,
            maximumPositionLots: maximumPosition, positionParts: 1_000_000, collarParts: 500_000, staleNanoseconds: .max / 2,
            restricted: false)],
        capital: 1_000_000_000, grossParts: 1_000_000, netParts: 1_000_000, dailyLossParts: 1_000_000, monthlyDrawdownParts: 1_000_000,
        peakDrawdownParts: 1_000_000, ordersPerSecond: 64, cancelReserve: 64, maximumOpenOrders: 2, duplicateWindow: 0, dayOffset: 0)

    init(_ budget: Budget) {
        self.budget = budget
        gate = Gate(Self.limits, time: 0)
        gate.mark(instrument: 0, price: 100, time: 0)
        if !budget.hasLists { reconciliation.settings.answers = [] }
        // As after a logon whose reconciliation found nothing.
        restart()
        settle()
    }

    /// What the venue writes beside what it says.
    var stamp: Int64 { budget.isCoarse ? 1 : now }
}

// The trader.
extension World {
    /// The order that the trader would change: the last one that is open.
    var open: OrderView? {
        var found: OrderView?
        var at = table.nextOpen(after: -1)
        while at >= 0 {
            found = table.view(at)
            at = table.nextOpen(after: at)
        }
        return found
    }

    /// Sends an order if the gate passes it, as the engine does.
    mutating func trade(_ side: martlet.Side, _ lots: Int64) {
        var command = command(.new_order, side)
        command.quantity = lots
        command.price = 100
        denial = gate.check(command, now: now)
        if tells { tell("gate: \(denial.name)") }
        guard denial == .none else { return }
        release(command)
        sent.append(command.client_order)
    }

    mutating func replace(_ order: OrderView, _ lots: Int64) {
        var command = command(.replace, order.side)
        command.original_client_order = order.client
        command.quantity = lots
        command.price = 101
        denial = gate.check(command, now: now, originalLeaves: order.leaves, originalCumulative: order.cumulative.lots)
        if tells { tell("gate: \(denial.name)") }
        guard denial == .none else { return }
        release(command)
    }

    mutating func cancel(_ order: OrderView) {
        var command = command(.cancel, order.side)
        command.original_client_order = order.client
        denial = gate.check(command, now: now)
        if tells { tell("gate: \(denial.name)") }
        guard denial == .none else { return }
        release(command)
    }

    private func command(_ kind: martlet.CommandKind, _ side: martlet.Side) -> martlet.Command {
        var command = martlet.Command()
        command.kind = .command
        command.command = kind
        command.type = .limit
        command.time_in_force = .good_till_cancel
        command.side = side
        command.client_order = clients + 1
        command.receive_time = now
        return command
    }

    private mutating func release(_ command: martlet.Command) {
        var command = command
        clients += 1
        outputs += 1
        command.sequence = outputs
        let status = table.release(command)
        if status != .ok { broken = "the gate passed what the table refused: \(status)" }
        commands.append(command)
    }

    /// What the engine's timer does: questions again, orders that are owed an answer asked after.
    mutating func tick() {
        now += reconciliation.settings.timeout
        outputs += 1
        reconciliation.tick(&table, now: now, sequence: outputs)
        ask()
        goOn()
        var index = -1
        while let outcome = table.nextOverdue(after: index, since: now, now: now) {
            index = outcome.index
            anomalies.insert(outcome.anomaly)
            askStatus(outcome)
        }
        block()
    }

    /// Begins a reconciliation unless one is at work.
    mutating func restart() {
        guard isUp, reconciliation.phase == .idle else { return }
        outputs += 1
        reconciliation.begin(&table, now: now, sequence: outputs)
        ask()
        goOn()
        block()
    }

    private mutating func askStatus(_ outcome: OrderOutcome) {
        guard isUp else { return }
        var command = command(.order_status, outcome.side)
        command.client_order = outcome.client
        table.asked(outcome.client)
        commands.append(command)
    }

    mutating func ask() {
        while let question = reconciliation.nextRequest(&table) {
            asked = question.number
            var command = command(question.command, question.side)
            command.client_order = question.client
            command.request = UInt64(question.number)
            commands.append(command)
        }
    }

    /// As the engine does: new risk waits while anything is unresolved.
    mutating func block() {
        gate.setBlocked(table.unresolvedOrders > 0 || table.overflowedOrders > 0 || !isUp || reconciliation.isBlocking)
    }

    mutating func tell(_ text: String) { told += (told.isEmpty ? "" : "; ") + text }
}

// What the trader hears.
extension World {
    mutating func hear(_ report: martlet.OrderEvent) {
        if report.exec_type == .trade_cancel || report.exec_type == .trade_correct { surprises = max(0, surprises - 1) }
        let before = sent.map { table.find($0) }
        let outcome = table.apply(report)
        note(report)
        if tells { tell(outcome.anomaly == .none ? report.words : "\(report.words) (\(outcome.anomaly.name))") }
        book(outcome)
        watch(before, report, outcome)
        switch reconciliation.observe(report, outcome, position: position) {
        case .none: break
        case .resolveAbsent: resolveAbsent()
        case .conclude: conclude()
        }
        ask()
        goOn()
        block()
    }

    /// Where orders are asked for one by one: each is answered.
    private mutating func goOn() {
        if reconciliation.isEachAnswered(table) { resolveAbsent() }
    }

    private mutating func resolveAbsent() {
        while let outcome = reconciliation.nextAbsent(&table) { book(outcome) }
        if !reconciliation.requestPositions(now: now) { conclude() }
    }

    private mutating func conclude() {
        var held = position
        let ended = withUnsafeMutablePointer(to: &held) {
            reconciliation.conclude(table, positions: UnsafeBufferPointer(start: $0, count: 1), cash: 0, now: now)
        }
        if ended && tells { tell("reconciled: \(reconciliation.differences.map(\.kind.name))") }
    }

    /// Tells ledger and gate, and asks what an anomaly calls for.
    mutating func book(_ outcome: OrderOutcome) {
        if outcome.anomaly != .none {
            anomalies.insert(outcome.anomaly)
            switch outcome.anomaly.remedy {
            case .none: break
            case .orderStatus: askStatus(outcome)
            case .trades, .reconcile: restart()
            }
        }
        position += outcome.positionChange
        gate.adjust(
            instrument: 0, side: outcome.side, position: outcome.positionChange, openLots: outcome.leavesChange,
            openOrders: outcome.openOrdersChange, time: now)
    }

    /// The executions heard of, each once, as last told.
    private mutating func note(_ report: martlet.OrderEvent) {
        let isRevision = report.exec_type == .trade_cancel || report.exec_type == .trade_correct
        guard report.last_quantity > 0 || isRevision, report.execution.high == 5 else { return }
        let lots = report.side == .buy ? report.last_quantity : -report.last_quantity
        if let at = heard.firstIndex(where: { $0.execution == report.execution.low }) {
            if isRevision { heard[at].lots = lots }
        } else {
            heard.append((report.execution.low, lots))
        }
    }

    /// What one report may not do to an order.
    private mutating func watch(_ before: [OrderView?], _ report: martlet.OrderEvent, _ outcome: OrderOutcome) {
        let isRevision = report.exec_type == .trade_cancel || report.exec_type == .trade_correct
        for (id, old) in zip(sent, before) {
            guard let old, let new = table.find(id) else {
                broken = "order \(id) is not remembered"
                continue
            }
            if new.cumulative < old.cumulative && !isRevision {
                broken = "order \(id) had filled \(old.cumulative.lots), has \(new.cumulative.lots) without a bust"
            }
            if !old.isOpen && new.isOpen && new.missing == 0 && outcome.anomaly != .reopened && !isRevision {
                broken = "order \(id) was \(old.status.word), is open again without a bust"
            }
            if !old.isOpen && !new.isOpen && old.status == .filled && new.status != .filled && !isRevision {
                broken = "order \(id) was filled, is \(new.status.word) without a bust"
            }
        }
    }
}
