/// The table of checks in `docs/risk.md`, made from the code that it describes.
public enum RiskDocumentation {
    /// Lines of the file between which the table stands.
    public static let begin = "<!-- checks: generated from DenyReason, a test compares -->"
    public static let end = "<!-- checks: end -->"

    /// One row a check in the order in which the gate asks, Markdown.
    public static func table() -> String {
        var lines = [
            "| code | name | denied when | setting (default) | reducing orders |",
            "|---:|---|---|---|---|",
        ]
        let policy = RiskPolicy()
        for reason in DenyReason.allCases where reason != .none {
            let setting = reason.setting(of: policy)
            lines.append(
                "| \(reason.rawValue) | `\(reason.name)` | \(reason.explanation) | \(setting) | \(reason.exemptsReducing ? "exempt" : "checked") |")
        }
        return lines.joined(separator: "\n")
    }
}

extension DenyReason {
    /// The settings behind the check with their values in `policy`.
    fileprivate func setting(of policy: RiskPolicy) -> String {
        switch self {
        case .none, .malformed, .killSwitch, .instrumentHalted, .unresolved: ""
        case .restricted: "`restricted` (none)"
        case .orderSize: "`maximumOrderLots` (\(policy.maximumOrderLots))"
        case .orderNotional: "`orderNotionalPercent` (\(policy.orderNotionalPercent) % of capital)"
        case .priceCollar: "`collarBasisPoints` (\(policy.collarBasisPoints))"
        case .staleMarketData: "`staleNanoseconds` (\(policy.staleNanoseconds))"
        case .duplicateOrder: "`duplicateWindowNanoseconds` (\(policy.duplicateWindowNanoseconds))"
        case .orderRate: "`ordersPerSecond` (\(policy.ordersPerSecond))"
        case .openOrders: "`maximumOpenOrders` (\(policy.maximumOpenOrders))"
        case .positionLimit:
            "`positionPercent` (\(policy.positionPercent) % of equity), `maximumPositionLots` (\(policy.maximumPositionLots))"
        case .grossExposure: "`grossExposureMultiple` (\(policy.grossExposureMultiple) × equity)"
        case .netExposure: "`netExposureMultiple` (\(policy.netExposureMultiple) × equity)"
        case .dailyLoss: "`dailyLossPercent` (\(policy.dailyLossPercent) %)"
        case .monthlyDrawdown: "`monthlyDrawdownPercent` (\(policy.monthlyDrawdownPercent) %)"
        case .peakDrawdown: "`peakDrawdownPercent` (\(policy.peakDrawdownPercent) %)"
        case .cancelBudget: "`cancelReservePerSecond` (\(policy.cancelReservePerSecond))"
        }
    }
}
