internal import CxxEvent
internal import Risk

/// What an operator may ask of a running process, by the word that travels through the socket.
public enum ControlRequest: String, Sendable, CaseIterable {
    /// Throws the kill switch: cancels everything, takes no new risk.
    case kill
    /// Lifts the kill switch.
    case resume
    /// Cancels open orders and goes on trading.
    case cancelAll = "cancel_all"
    /// Ends the run in order.
    case stop
    /// Compares with the venue now.
    case reconcile
    /// Takes the venue's positions over as ours, where the last comparison found others.
    case accept
    /// Answers what the process says of itself; changes nothing.
    case status

    /// What the engine is told; nil: nothing, the question is answered beside it.
    public var action: martlet.ControlAction? {
        switch self {
        case .kill: .kill
        case .resume: .resume
        case .cancelAll: .cancel_all
        case .stop: .stop
        case .reconcile: .reconcile
        case .accept: .accept
        case .status: nil
        }
    }

    /// The event that carries `action` into the ordered stream. A kill says its cause in `id`.
    static func event(_ action: martlet.ControlAction, cause: KillCause) -> martlet.HostEvent {
        var event = martlet.HostEvent()
        event.kind = .control
        event.instrument = .max
        event.code = action.rawValue
        event.id = action == .kill ? UInt64(cause.rawValue) : 0
        return event
    }
}

/// Why a control request or the socket failed.
public enum ControlError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No process answers in this folder.
    case notRunning(folder: String)
    /// Another process answers in this folder.
    case alreadyRunning(folder: String)
    /// The process refused, and says why.
    case refused(String)
    /// A call of the system failed.
    case failed(String)

    public var description: String {
        switch self {
        case .notRunning(let folder): "no running process answers in \(folder)"
        case .alreadyRunning(let folder): "another process runs on \(folder): stop it, or set run.data to another folder"
        case .refused(let text): "refused: \(text)"
        case .failed(let text): text
        }
    }
}
