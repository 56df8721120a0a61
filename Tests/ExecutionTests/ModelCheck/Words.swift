import CxxEvent

// Statuses and kinds in the words of a scenario file.

extension martlet.OrderStatus {
    var word: String {
        let words = [
            "unknown", "pending_new", "new", "partially_filled", "filled", "canceled", "replaced", "pending_cancel", "pending_replace",
            "rejected", "expired", "done_for_day",
        ]
        return Int(rawValue) < words.count ? words[Int(rawValue)] : "status \(rawValue)"
    }
}

extension martlet.ExecType {
    var word: String {
        let words = [
            "none", "pending_new", "accepted", "fill", "canceled", "replaced", "pending_cancel", "pending_replace", "rejected", "expired",
            "done_for_day", "stopped", "suspended", "restated", "bust", "correction", "status",
        ]
        return Int(rawValue) < words.count ? words[Int(rawValue)] : "type \(rawValue)"
    }
}

extension martlet.OrderEvent {
    /// The report in a line.
    var words: String {
        switch kind {
        case .execution_report:
            let execution = execution.high == 5 ? " of \(last_quantity) at \(last_price), execution \(self.execution.low)" : ""
            return "order \(client_order): \(exec_type.word)\(execution); \(status.word), cumulative \(cumulative_quantity), leaves \(leaves_quantity)"
        case .cancel_reject: return "change \(client_order) of order \(original_client_order) refused; the order is \(status.word)"
        case .trade_report: return "execution \(execution.low) of \(last_quantity), recovered"
        case .position_report: return "position \(cumulative_quantity)"
        case .report_end: return "end of answer \(reference_number)"
        case .send_failed: return "command \(client_order) did not leave"
        default: return "report of kind \(kind.rawValue)"
        }
    }
}
