/// Who or what tripped the kill switch. The raw value is part of its file.
public enum KillCause: UInt8, Sendable, CaseIterable {
    /// Not tripped.
    case none = 0
    /// A risk limit was breached: `KillSwitch.reason` names it. Orders that reduce risk still pass.
    case limit = 1
    /// An operator, by command.
    case `operator` = 2
    /// SIGUSR1.
    case signal = 3
    /// The journal cannot be written: nothing that we did could be accounted for.
    case journalFailure = 4
    /// Our books and the venue's differ in a way that trading cannot go on with, or an invariant broke.
    case reconciliation = 5
    /// The kill switch's own file was unreadable at start.
    case damagedFile = 6

    /// Stable name in the file and in reports.
    public var name: String {
        switch self {
        case .none: "none"
        case .limit: "limit"
        case .operator: "operator"
        case .signal: "signal"
        case .journalFailure: "journal_failure"
        case .reconciliation: "reconciliation"
        case .damagedFile: "damaged_file"
        }
    }

    /// Whether orders that reduce risk pass without the emergency flag.
    package var allowsReducing: Bool { self == .none || self == .limit }
}

/// The kill switch's state: a value that the gate reads first of all and a file keeps over restarts.
///
/// Only `resume` lifts it, and only an operator's command may call that.
public struct KillSwitch: Sendable, Equatable {
    public internal(set) var cause: KillCause = .none
    /// The limit that was breached where `cause` is `.limit`.
    public internal(set) var reason: DenyReason = .none
    /// When it was tripped or lifted, nanoseconds since the Unix epoch.
    public internal(set) var time: Int64 = 0

    public init() {}

    init(cause: KillCause, reason: DenyReason, time: Int64) {
        self.cause = cause
        self.reason = reason
        self.time = time
    }

    public var isTripped: Bool { cause != .none }

    /// Trips it. A trip that is already stricter stays: a limit never loosens an operator's stop.
    /// Returns whether the state changed.
    @discardableResult
    public mutating func trip(_ cause: KillCause, reason: DenyReason = .none, time: Int64) -> Bool {
        guard cause != .none else { return false }
        if isTripped && !(self.cause.allowsReducing && !cause.allowsReducing) { return false }
        self = KillSwitch(cause: cause, reason: reason, time: time)
        return true
    }

    /// Lifts it: an operator's action. What the limits say is not lifted with it.
    public mutating func resume(time: Int64) {
        self = KillSwitch(cause: .none, reason: .none, time: time)
    }
}
