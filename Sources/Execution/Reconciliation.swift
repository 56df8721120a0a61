import CxxEvent

/// Compares our books with the venue's: at every logon before anything else, and on a timer.
///
///     begin ─► orders and executions asked ─► both answered ─► absent orders closed
///           ─► positions asked ─► answered ─► compared ─► clean, or differences
///
/// What a venue cannot be asked for (`Settings.answers`) is done without: open orders are asked for one by one, executions
/// that it counts in an order's status and never told stay missing until somebody decides, positions go uncompared.
///
/// Positions are asked last: a session keeps its order, so when they come every execution before them has
/// been booked, and what still differs really differs. A difference in positions is asked once more (an
/// execution may have crossed the question) before it counts.
///
/// It sends nothing itself: `nextRequest` tells what to ask. It blocks new risk from the loss of a session
/// until a reconciliation ended without a blocking difference. Bounds: `differenceLimit` entries, the rest
/// counted; `attempts` questions without an answer.
public struct Reconciliation: ~Copyable {
    public enum Phase: UInt8, Sendable { case idle, orders, positions }

    /// A question for the venue: the command's kind, request number, start of the period for trades, and the order where
    /// the question is about one.
    public struct Request: Sendable, Equatable {
        public var command: martlet.CommandKind
        public var number: UInt32
        public var since: Int64 = 0
        public var client: UInt64 = 0
        public var instrument: UInt32 = .max
        public var side = martlet.Side.none
    }

    /// What a venue can be asked for as a whole.
    public struct Answers: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let openOrders = Answers(rawValue: 1)
        public static let executions = Answers(rawValue: 2)
        /// Positions, and with them cash.
        public static let positions = Answers(rawValue: 4)
        public static let all: Answers = [.openOrders, .executions, .positions]
    }

    struct PositionRow {
        /// An operator has seen that the position differs, and takes the venue's over.
        var isAccepted = false
        var isStated = false
        var difference: Int64 = 0
        var venue: Int64 = 0
    }

    public struct Settings: Sendable, Equatable {
        /// Nanoseconds until an unanswered question is asked again.
        public var timeout: Int64 = 5_000_000_000
        /// Times that a question is asked before `noAnswer` is the result.
        public var attempts = 3
        /// Executions are asked from this long before the last one booked.
        public var overlap: Int64 = 600_000_000_000
        /// Money units by which cash may differ.
        public var cashTolerance: Int64 = 0
        public var differenceLimit = 256
        /// What the venue can be asked for.
        public var answers = Answers.all
        public init() {}
    }

    /// Those of the run at work.
    public var settings: Settings
    let rows: UnsafeMutablePointer<PositionRow>
    let instruments: Int
    var number: UInt32
    var waiting: (orders: UInt32, trades: UInt32, positions: UInt32) = (0, 0, 0)
    var unsent: (orders: Bool, trades: Bool, positions: Bool) = (false, false, false)
    /// The order asked for last, where orders are asked for one by one; nil: there is none left to ask for.
    var asking: Int?
    var askedTime: Int64 = 0
    var attempt = 0
    var since: Int64
    var isRecheck = false
    var isVerified = false

    public internal(set) var phase = Phase.idle
    /// The result of the last reconciliation that ended, in order of finding.
    public internal(set) var differences: [Difference] = []
    /// Differences beyond the limit.
    public internal(set) var unlisted = 0
    /// What the one at work has found so far.
    var found: [Difference] = []
    var unlistedFound = 0
    /// What the venue's cash is more than ours by an operator's word; the next statement of it is to say.
    var cashOffset: Int64 = 0
    var adoptsCash = false
    /// Our cash when the venue stated its own: an execution may come between that and the end of the answer.
    var statedCash: Int64?
    /// An operator has accepted the venue's books: the differences that the next comparison finds are to be taken over.
    public internal(set) var isAccepting = false
    /// A part of the answer at work was lost: the rest of it is not the whole.
    var isIncomplete = false
    /// Something came up that the comparison at work may have missed, or the venue did not answer.
    public internal(set) var wantsAnother = false
    /// Comparisons in a row that left another wanted, and when the last one ended.
    var repeats = 0
    var endedTime: Int64 = 0
    /// What a drop copy told of and the books do not have.
    public internal(set) var copies = CopyWatch()
    /// Reconciliations that ended, and those of them without a blocking difference.
    public internal(set) var completed: UInt64 = 0
    public internal(set) var clean: UInt64 = 0
    /// Cash as the venue last stated it, money units: the sum over its position reports, each of which states
    /// what trading one instrument paid and earned. nil before the first statement.
    public internal(set) var venueCash: Int64?

    /// - Parameters:
    ///   - since: executions before this time (nanoseconds) are not ours to ask for.
    ///   - firstRequest: request numbers start here; one counter for all requests of a session.
    public init(instruments: Int, since: Int64, firstRequest: UInt32 = 1, settings: Settings = Settings()) {
        precondition(instruments > 0 && settings.attempts > 0 && settings.timeout > 0 && settings.differenceLimit > 0)
        self.settings = settings
        self.instruments = instruments
        self.since = since
        number = firstRequest
        rows = .allocate(capacity: instruments)
        rows.initialize(repeating: PositionRow(), count: instruments)
        differences.reserveCapacity(settings.differenceLimit)
        found.reserveCapacity(settings.differenceLimit)
    }

    deinit { rows.deallocate() }

    /// New risk must wait. (So it must for `OrderTable.unresolvedOrders` and `overflowedOrders`.)
    public var isBlocking: Bool { !isVerified }

    /// A request number for the owner's own questions, from the same counter.
    public mutating func takeNumber() -> UInt32 {
        let taken = number
        number = number == UInt32.max ? 1 : number + 1
        return taken
    }

    /// The session was lost: nothing is certain until a reconciliation has ended well.
    public mutating func sessionLost() {
        phase = .idle
        isVerified = false
        wantsAnother = false
        repeats = 0
        unsent = (false, false, false)
        asking = nil
    }

    /// An anomaly that calls for a comparison met the one at work, whose questions may have been answered before it. A
    /// report that nobody could read and that names no order may have been a part of the answer.
    public mutating func disturbed(by report: martlet.OrderEvent, _ outcome: OrderOutcome) {
        // What was adopted needs no other look, and executions that are still being asked for none either.
        guard phase != .idle, outcome.anomaly != .foreignOrder else { return }
        guard outcome.anomaly.remedy != .trades || waiting.trades == 0 else { return }
        if outcome.anomaly == .unreadable && outcome.index < 0 {
            // That of somebody else's order would be as unreadable again.
            let isElsewhere = report.reason == .unknown_instrument || report.flags & UInt16(martlet.order_flag_foreign_id.rawValue) != 0
            guard report.client_order == 0 && !isElsewhere else { return }
            isIncomplete = true
        }
        wantsAnother = true
    }

    /// Whether it is time for the comparison that is wanted. Each in a row waits twice as long as the one before.
    public func isAnotherDue(now: Int64) -> Bool {
        wantsAnother && phase == .idle && now - endedTime >= settings.timeout << Int64(repeats - 1)
    }

    /// Takes in a report of a session that only listens. The trading session has as long as for an answer to tell it too.
    public mutating func hear(copy report: martlet.OrderEvent, _ table: borrowing OrderTable, now: Int64) {
        copies.hear(report, table, due: now + settings.timeout)
    }

    /// Forgets the copies whose executions were booked. Whether a comparison is to be begun: for one that the session should
    /// have told of by now, or because one that the last comparison missed has come.
    public mutating func settle(copies table: borrowing OrderTable, now: Int64) -> Bool {
        copies.settle(table) || copies.isDue(now: now)
    }

    static let repeatLimit = 6

    /// Begins anew. `sequence`: number in the ordered stream; orders released later are not compared.
    public mutating func begin(_ table: inout OrderTable, now: Int64, sequence: UInt64) {
        table.beginSweep(sequence: sequence)
        wantsAnother = false
        found.removeAll(keepingCapacity: true)
        unlistedFound = 0
        attempt = 0
        isRecheck = false
        hasBlocking = false
        copies.ask(now: now)
        let last = table.lastExecutionTime
        let from = last == Int64.min ? since : max(since, last - settings.overlap)
        askOrders(now, from)
    }

    /// The next question to send, nil: none now.
    public mutating func nextRequest(_ table: inout OrderTable) -> Request? {
        if unsent.orders {
            unsent.orders = false
            return Request(command: .mass_status, number: waiting.orders)
        }
        if let order = nextOrder(table) {
            table.asked(order.client)
            return Request(command: .order_status, number: takeNumber(), client: order.client, instrument: order.instrument, side: order.side)
        }
        if unsent.trades {
            unsent.trades = false
            return Request(command: .trades, number: waiting.trades, since: tradesSince)
        }
        if unsent.positions {
            unsent.positions = false
            return Request(command: .positions, number: waiting.positions)
        }
        return nil
    }

    /// The next order to ask for by itself. One without an id of a client cannot be named, and is left to the venue's own reports.
    private mutating func nextOrder(_ table: borrowing OrderTable) -> OrderView? {
        while let last = asking {
            let index = table.nextAbsent(after: last)
            asking = index < 0 ? nil : index
            if index >= 0, let order = table.view(index), order.client != 0 { return order }
        }
        return nil
    }

    /// All that was asked of orders, one by one, has been answered: the caller goes on as after `Step.resolveAbsent`.
    public func isEachAnswered(_ table: borrowing OrderTable) -> Bool {
        phase == .orders && !settings.answers.contains(.openOrders) && !isIncomplete && waiting.trades == 0 && table.isEachStated
    }

    var tradesSince: Int64 = 0

    private mutating func askOrders(_ now: Int64, _ from: Int64) {
        phase = .orders
        isIncomplete = false
        tradesSince = from
        let answers = settings.answers
        unsent = (answers.contains(.openOrders), answers.contains(.executions), false)
        waiting = (unsent.orders ? takeNumber() : 0, unsent.trades ? takeNumber() : 0, 0)
        asking = unsent.orders ? nil : -1
        askedTime = now
    }

    mutating func askPositions(_ now: Int64) {
        phase = .positions
        isIncomplete = false
        for index in 0..<instruments { rows[index] = PositionRow(isAccepted: rows[index].isAccepted) }
        venueCash = nil
        statedCash = nil
        unsent = (false, false, settings.answers.contains(.positions))
        waiting = (0, 0, unsent.positions ? takeNumber() : 0)
        askedTime = now
    }

    /// Call on a timer: asks again what was not answered in time, and gives up after `attempts`.
    public mutating func tick(_ table: inout OrderTable, now: Int64, sequence: UInt64) {
        guard phase != .idle, now - askedTime >= settings.timeout else { return }
        attempt += 1
        if attempt >= settings.attempts {
            let open = phase == .positions ? waiting.positions : (waiting.orders != 0 ? waiting.orders : waiting.trades)
            list(Difference(kind: .noAnswer, instrument: .max, client: 0, ours: 0, venue: Int64(open)))
            wantsAnother = true
            finish(now)
            return
        }
        if phase == .orders {
            table.beginSweep(sequence: sequence)
            table.forgetQuestions()
            askOrders(now, tradesSince)
        } else {
            askPositions(now)
        }
    }

    mutating func list(_ difference: Difference) {
        if found.count < settings.differenceLimit { found.append(difference) } else { unlistedFound += 1 }
        if difference.kind.isBlocking { hasBlocking = true }
    }

    var hasBlocking = false

    mutating func finish(_ now: Int64) {
        phase = .idle
        endedTime = now
        repeats = wantsAnother ? min(repeats + 1, Reconciliation.repeatLimit) : 0
        swap(&differences, &found)
        unlisted = unlistedFound
        completed += 1
        isVerified = !hasBlocking
        if isVerified { clean += 1 }
        hasBlocking = false
    }
}
