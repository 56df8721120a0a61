import CxxEvent

/// How an order ended. The larger number wins where reports disagree, so that the order of reports does not
/// matter. The first four are our own conclusions; a venue that shows the order working overrules them.
enum Ending: UInt8 {
    case none = 0
    case notSent = 1
    /// The venue could not process the message, which need not be the last word on the order.
    case refused = 2
    case neverArrived = 3
    case absent = 4
    case rejected = 5
    case expired = 6
    case doneForDay = 7
    case canceled = 8
    case filled = 9

    var isOurs: Bool { self == .notSent || self == .refused || self == .neverArrived || self == .absent }

    var status: martlet.OrderStatus {
        switch self {
        case .none: .unknown
        case .notSent, .refused, .neverArrived, .rejected: .rejected
        case .expired: .expired
        case .doneForDay: .done_for_day
        case .absent, .canceled: .canceled
        case .filled: .filled
        }
    }
}


/// One order as the table keeps it. Lots, increments, nanoseconds.
struct OrderRecord {
    static let aliasLimit = 4
    static let doubtLimit: UInt32 = 8

    var client: UInt64 = 0
    var instrument: UInt32 = 0
    var side: martlet.Side = .none
    var type: martlet.OrderType = .none
    /// How it ended short of being filled, as far as anybody said.
    var ended = Ending.none
    /// When the venue last said that it is filled, and when it last said that a bust opened it again.
    var filledTime = Int64.min
    var reopenedTime = Int64.min
    var isUsed = false
    var isForeign = false
    var isAcknowledged = false
    /// Fills at once or not at all: it has no business being open for long.
    var isImmediate = false
    /// Sent, and no answer within the time allowed.
    var isUnanswered = false
    /// The session was lost since the venue last spoke of it.
    var isUnverified = false
    var quantity: Int64 = 0
    var price: Int64 = 0
    var pendingReplace: UInt64 = 0
    var pendingQuantity: Int64 = 0
    var pendingPrice: Int64 = 0
    var pendingCancel: UInt64 = 0
    /// The venue's last answer was that it is still thinking about a change.
    var holdsChange = false
    /// Sum of the executions, busts and corrections counted.
    var filled = CumulativeQuantity.zero
    /// Cumulative quantity of the venue's latest statement by exchange time; `Tie` says which of equal times.
    var reported = CumulativeQuantity.zero
    var reportedTime = Int64.min
    /// Lots that were booked on an operator's word alone, since the venue counted them and told no execution, and the price that they
    /// were booked at. An execution that is told after all takes their place.
    var accepted: Int64 = 0
    var acceptedPrice: Int64 = 0
    var venue = martlet.Identifier16(high: 0, low: 0)
    var aliases: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var nextAlias = 0
    var decision: UInt64 = 0
    var sentSequence: UInt64 = 0
    var sentTime: Int64 = 0
    /// When its status was last asked because nothing had been heard.
    var askedTime = Int64.min
    var sweep: UInt32 = 0
    /// Questions after its status, of this session, that were not answered yet.
    var questions: UInt32 = 0
    /// The same with those that were given up, `doubtLimit` at most: their answers may still come.
    var unanswered: UInt32 = 0
    /// Answers that are still to come before one is certainly later than its last change.
    var changeDoubt: UInt32 = 0
    /// Neighbours in the list of closed orders, oldest first; −1: none.
    var older: Int32 = -1
    var newer: Int32 = -1
    var isListedClosed = false

    /// Executed lots that the venue counts and we were not told of.
    var missing: Int64 { max(0, reported.lots - filled.lots) }

    /// Lots that may still be booked on this order: the worst case that the gate holds against its limits.
    var leaves: Int64 {
        if ending != .none { return missing }
        return max(missing, max(quantity, pendingReplace != 0 ? pendingQuantity : 0) - filled.lots)
    }

    var hasPendingChange: Bool { pendingReplace != 0 || pendingCancel != 0 }

    var ending: Ending { filledTime > reopenedTime ? .filled : ended }

    /// Takes an ending over where it is stronger than what is known; `time` is the exchange's.
    mutating func end(_ new: Ending, time: Int64) {
        if new == .filled {
            filledTime = max(filledTime, time)
        } else if new.rawValue > ended.rawValue {
            ended = new
        }
    }

    /// Which of two statements of one time counts: a venue's clock may tick in seconds, and a fill and its bust fall into
    /// one of them.
    enum Tie {
        /// The one that came later: the session keeps the order in which they were said.
        case later
        /// The higher one, where the order is not certain.
        case higher
        /// The one that was there: the other was heard before.
        case former
    }

    /// Takes a statement of the cumulative quantity over where it is the latest.
    mutating func state(_ cumulative: CumulativeQuantity, time: Int64, tie: Tie) {
        if time < reportedTime { return }
        if time == reportedTime && (tie == .former || (tie == .higher && cumulative <= reported)) { return }
        reported = cumulative
        reportedTime = time
    }

    var isOpen: Bool { isUsed && leaves > 0 }
    var isUnknown: Bool { isOpen && (isUnanswered || isUnverified) }
    var isUnresolved: Bool { isOpen && (isUnanswered || isUnverified || missing > 0) }

    var status: martlet.OrderStatus {
        if isUnknown { return .unknown }
        if !isOpen { return ending != .none && filled.lots < quantity ? ending.status : .filled }
        if ending != .none { return ending.status }
        if pendingCancel != 0 { return .pending_cancel }
        if pendingReplace != 0 { return .pending_replace }
        if filled.lots > 0 { return .partially_filled }
        return isAcknowledged ? .new_order : .pending_new
    }
}

/// An order for those who only look.
public struct OrderView: Sendable {
    /// Index in the table, stable while the order is open.
    public let index: Int
    /// Client order id by which the venue knows it now.
    public let client: UInt64
    public let instrument: UInt32
    public let side: martlet.Side
    public let type: martlet.OrderType
    public let status: martlet.OrderStatus
    /// Lots ordered, filled lots included.
    public let quantity: Int64
    /// Increments.
    public let price: Int64
    public let cumulative: CumulativeQuantity
    /// Lots that may still fill in the worst case: pending replacement and missing executions counted.
    public let leaves: Int64
    /// Executed lots that the venue counts and we were not told of.
    public let missing: Int64
    public let isOpen: Bool
    public let isUnknown: Bool
    public let isForeign: Bool
    /// Id of the cancel under way, 0: none.
    public let pendingCancel: UInt64
    /// Id of the replacement under way, 0: none.
    public let pendingReplace: UInt64
    public let decision: UInt64
    /// When the order or the last change of it was released; `Int64.min`: never by us.
    public let sentTime: Int64
    public let venue: martlet.Identifier16

    init(_ record: OrderRecord, _ index: Int) {
        self.index = index
        client = record.client
        instrument = record.instrument
        side = record.side
        type = record.type
        status = record.status
        quantity = record.quantity
        price = record.price
        cumulative = record.filled
        leaves = record.leaves
        missing = record.missing
        isOpen = record.isOpen
        isUnknown = record.isUnknown
        isForeign = record.isForeign
        pendingCancel = record.pendingCancel
        pendingReplace = record.pendingReplace
        decision = record.decision
        sentTime = record.sentTime
        venue = record.venue
    }
}
