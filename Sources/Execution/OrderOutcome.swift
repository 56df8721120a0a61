import CxxEvent

/// What a report had in it that should not have been, or that somebody must ask about. Journalled by number.
public enum OrderAnomaly: UInt16, Sendable, CaseIterable {
    case none = 0
    /// The venue counts more executed lots than we were told of: ask for trades.
    case missingExecution = 1
    /// More lots executed than ordered: booked, and to be reconciled.
    case overfill = 2
    /// An execution of an order that we do not have: booked, and to be reconciled.
    case foreignFill = 3
    /// A working order at the venue that we do not have: adopted, to be canceled.
    case foreignOrder = 4
    /// The report contradicts the order's instrument or side; an execution in it is booked as foreign.
    case mismatch = 5
    /// An execution of an order that was closed: booked.
    case fillAfterClose = 6
    /// The venue has an order working that we took for never arrived, or for refused.
    case resurrected = 7
    /// A bust or correction of an execution that is not remembered: nothing booked, to be reconciled.
    case bustOfUnknown = 8
    /// The same execution id with other numbers: the first stays booked, to be reconciled.
    case conflictingDuplicate = 9
    /// Not a possible report: no execution id, absurd quantity. Set aside.
    case malformed = 10
    /// A replayed execution older than the dedupe memory: not booked, to be reconciled.
    case beyondMemory = 11
    /// A foreign order did not fit in the table.
    case tableFull = 12
    /// The venue does not know an order that it had acknowledged: ask for trades.
    case lostAtVenue = 13
    /// A report about an order that left the table: nothing to do.
    case late = 14
    /// A cancel or replacement was refused because the order is done, and we did not know: ask for its status.
    case tooLate = 15
    /// The session layer refused a message: whatever was in it is unknown.
    case sessionReject = 16
    /// A bust opened a filled order again.
    case reopened = 17
    /// A report that could not be read in full: what it told is unknown.
    case unreadable = 18
    /// No answer in the time allowed, or a message that may or may not have left: ask for the order's status.
    case unanswered = 19
    /// The venue stated an order, and not what became of a cancel or replacement that it has owed an answer for too
    /// long: a reconciliation tells whether it arrived.
    case changeUnanswered = 20
    /// A drop copy told of an execution that the trading session has not told of: to be reconciled.
    case untold = 21

    /// Stable name for reports.
    public var name: String {
        switch self {
        case .none: "none"
        case .missingExecution: "missing_execution"
        case .overfill: "overfill"
        case .foreignFill: "foreign_fill"
        case .foreignOrder: "foreign_order"
        case .mismatch: "mismatch"
        case .fillAfterClose: "fill_after_close"
        case .resurrected: "resurrected"
        case .bustOfUnknown: "bust_of_unknown"
        case .conflictingDuplicate: "conflicting_duplicate"
        case .malformed: "malformed"
        case .beyondMemory: "beyond_memory"
        case .tableFull: "table_full"
        case .lostAtVenue: "lost_at_venue"
        case .late: "late"
        case .tooLate: "too_late"
        case .sessionReject: "session_reject"
        case .reopened: "reopened"
        case .unreadable: "unreadable"
        case .unanswered: "unanswered"
        case .changeUnanswered: "change_unanswered"
        case .untold: "untold"
        }
    }

    /// What to ask the venue.
    public var remedy: OrderRemedy {
        switch self {
        case .none, .late, .fillAfterClose: .none
        case .missingExecution, .lostAtVenue: .trades
        case .tooLate, .unanswered: .orderStatus
        default: .reconcile
        }
    }
}

/// What an anomaly asks for.
public enum OrderRemedy: UInt8, Sendable { case none, orderStatus, trades, reconcile }

/// One execution's numbers; no lots: none.
public struct ExecutionLeg: Sendable, Equatable {
    public var quantity = LastQuantity.zero
    /// Increments.
    public var price: Int64 = 0
    /// Money units.
    public var fee: Int64 = 0
    public init() {}
    init(_ lots: Int64, _ price: Int64, _ fee: Int64) {
        quantity = LastQuantity(lots)
        self.price = price
        self.fee = fee
    }
    public var isEmpty: Bool { quantity.lots == 0 }
}

/// What one report changed: exactly what the ledger and the gate must be told, once.
public struct OrderOutcome: Sendable {
    /// Index of the order in the table, −1: none.
    public var index = -1
    /// Its client order id, 0: none.
    public var client: UInt64 = 0
    public var instrument: UInt32 = 0
    public var side: martlet.Side = .none
    /// An execution to take back first (bust, correction).
    public var reversed = ExecutionLeg()
    /// Lots that were booked on an operator's word, to take back first: what came now is what they stood for.
    public var replaced = ExecutionLeg()
    /// An execution to book.
    public var filled = ExecutionLeg()
    /// Change of the lots that the order may still fill: for the gate, on `side`.
    public var leavesChange: Int64 = 0
    /// −1: the order closed; +1: one was adopted or opened again.
    public var openOrdersChange = 0
    public var status: martlet.OrderStatus = .unknown
    /// Lots filled so far.
    public var cumulative = CumulativeQuantity.zero
    /// The order closed or was closed already.
    public var isTerminal = false
    /// Not an order of ours.
    public var isForeign = false
    /// An execution that was booked before: nothing is booked again.
    public var isDuplicate = false
    public var anomaly = OrderAnomaly.none
    /// The venue's or our own refusal in this report, of an order, a cancel or a replacement.
    public var reject: martlet.RejectReason = .none
    /// Whether the refusal was of a cancel or replacement.
    public var rejectsChange = false

    public init() {}

    /// Signed lots that the position changed by.
    public var positionChange: Int64 {
        let lots = filled.quantity.lots - reversed.quantity.lots - replaced.quantity.lots
        return side == .buy ? lots : -lots
    }
    /// Whether ledger or gate have anything to do.
    public var changesBooks: Bool { !filled.isEmpty || !reversed.isEmpty || !replaced.isEmpty || leavesChange != 0 || openOrdersChange != 0 }
}
