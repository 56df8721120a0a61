internal import CxxEvent
internal import Engine
internal import Execution
internal import Risk

// What the numbers of a record mean, in the words of the core's headers (event.hpp, order_event.hpp, command.hpp). A number
// that has no name yet is printed as it is.

private func name(_ number: Int, _ names: [String]) -> String { names.indices.contains(number) ? names[number] : "\(number)" }

extension martlet.CommandKind {
    var name: String {
        orchestrator.name(
            Int(rawValue),
            ["none", "new_order", "cancel", "replace", "order_status", "mass_status", "positions", "trades", "set_timer", "market_data"])
    }
}

extension martlet.OrderType {
    var name: String { orchestrator.name(Int(rawValue), ["none", "market", "limit", "stop", "stop_limit", "trailing_stop"]) }
}

extension martlet.TimeInForce {
    var name: String {
        orchestrator.name(
            Int(rawValue),
            ["day", "good_till_cancel", "immediate_or_cancel", "fill_or_kill", "good_till_date", "at_the_opening", "at_the_close"])
    }
}

extension martlet.ExecType {
    var name: String {
        orchestrator.name(
            Int(rawValue),
            [
                "none", "pending_new", "new", "trade", "canceled", "replaced", "pending_cancel", "pending_replace", "rejected", "expired",
                "done_for_day", "stopped", "suspended", "restated", "trade_cancel", "trade_correct", "order_status", "calculated",
            ])
    }
}

extension martlet.OrderStatus {
    var name: String {
        orchestrator.name(
            Int(rawValue),
            [
                "unknown", "pending_new", "new", "partially_filled", "filled", "canceled", "replaced", "pending_cancel", "pending_replace",
                "rejected", "expired", "done_for_day", "stopped", "suspended", "calculated", "accepted_for_bidding",
            ])
    }
}

extension martlet.RejectReason {
    var name: String {
        orchestrator.name(
            Int(rawValue),
            [
                "none", "other", "unknown_instrument", "exchange_closed", "order_exceeds_limit", "too_late", "unknown_order",
                "duplicate_order", "bad_price", "bad_quantity", "unsupported", "no_liquidity", "already_pending", "not_logged_on",
                "throttled", "malformed", "would_trade", "self_match", "minimum_quantity", "expired",
            ])
    }
}

extension martlet.ControlAction {
    var name: String { orchestrator.name(Int(rawValue), ["none", "kill", "resume", "cancel_all", "stop", "reconcile", "accept"]) }
}

extension martlet.TradingStatus {
    var name: String { orchestrator.name(Int(rawValue), ["unknown", "pre_open", "auction", "open", "halted", "closed"]) }
}

extension NoteKind {
    var name: String {
        switch self {
        case .denial: "denial"
        case .killSwitch: "kill_switch"
        case .stop: "stop"
        case .anomaly: "anomaly"
        case .reconciliation: "reconciliation"
        case .invariant: "invariant"
        case .difference: "difference"
        case .accepted: "accepted"
        case .halt: "halt"
        }
    }
}

/// The bits of a `flags` field by name, in the order of the bits.
enum FlagNames {
    static let market = ["last", "snapshot", "implied", "priority", "late"]
    static let order = [
        "possible_duplicate", "possible_resend", "status", "recovered", "unsolicited", "taker", "foreign_id", "undecodable",
        "uncertain", "copy",
    ]
    static let command = ["reduces_risk", "emergency"]
    static let host = ["fallback", "veto"]

    /// `taker`, `last+snapshot`; a bit without a name as its number.
    static func text(_ flags: UInt16, _ names: [String]) -> String {
        (0..<16).filter { flags & (1 << $0) != 0 }
            .map { names.indices.contains($0) ? names[$0] : "\(1 << $0)" }
            .joined(separator: "+")
    }
}
