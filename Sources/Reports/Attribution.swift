/// Shares profit among agents by the weight of their votes, without losing or making a unit: the shares of
/// each amount add up to it exactly.
///
/// The weight of a vote says how much of the decision was the agent's, not whether it was right: an agent
/// that was outvoted shares in the result of what was done.
public struct Attribution: Sendable {
    /// Money units by agent, in the order that weights are given.
    public internal(set) var profits: [Int64]
    /// What no agent decided: no weights, or none above zero.
    public internal(set) var unattributed: Int64 = 0

    public init(agents: Int) { profits = [Int64](repeating: 0, count: agents) }

    /// Shares `units` by `weights` (one per agent; those not above zero get nothing). Rounded down in size, the
    /// rest one by one to the largest weights, the first among equals. O(agents²) in the worst case.
    public mutating func add(_ units: Int64, weights: [Double]) {
        precondition(weights.count == profits.count, "expected \(profits.count) weights, were \(weights.count)")
        let total = weights.reduce(0) { $1 > 0 && $1.isFinite ? $0 + $1 : $0 }
        guard total > 0, total.isFinite else {
            unattributed += units
            return
        }
        var rest = Int64(units.magnitude)
        var shares = [Int64](repeating: 0, count: weights.count)
        for (agent, weight) in weights.enumerated() where weight > 0 && weight.isFinite {
            shares[agent] = min(rest, Int64((Double(units.magnitude) * (weight / total)).rounded(.down)))
            rest -= shares[agent]
        }
        let order = weights.indices.filter { weights[$0] > 0 && weights[$0].isFinite }
            .sorted { (weights[$1], $0) < (weights[$0], $1) }
        let each = rest / Int64(order.count)
        let odd = Int(rest % Int64(order.count))
        for (rank, agent) in order.enumerated() {
            shares[agent] += each + (rank < odd ? 1 : 0)
            profits[agent] += units < 0 ? -shares[agent] : shares[agent]
        }
    }
}
