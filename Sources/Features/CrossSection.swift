internal import CxxFeature

/// Where an instrument stands among those of the universe whose bar closes at the same moment.
public enum CrossSection: String, Sendable, Hashable, Codable, CaseIterable {
    /// 0 the lowest … 1 the highest.
    case rank
    /// Distance from the mean in standard deviations.
    case zScore = "z_score"
    /// Distance from the median in (scaled) median absolute deviations.
    case robust
    /// Value less the mean of the others.
    case residual
    /// Share of those above zero.
    case breadth
    /// Share of those above zero less that of those below.
    case netBreadth = "net_breadth"
    /// Standard deviation.
    case dispersion
    /// Mean of the instrument's group.
    case groupMean = "group_mean"
    /// Median of its group.
    case groupMedian = "group_median"
    /// Rank of its group's mean among the groups', 0 … 1.
    case groupRank = "group_rank"
    /// Value less its group's mean.
    case lessGroup = "less_group"
    /// Sum over all moments so far of those above zero less those below: the advance/decline line.
    case advanceDecline = "advance_decline"
    /// Who moves with whom: clusters by the correlation of the last values.
    case cluster

    /// Whether it needs the set's groups.
    public var takesGroups: Bool {
        switch self {
        case .groupMean, .groupMedian, .groupRank, .lessGroup: true
        default: false
        }
    }

    /// Names of what it gives, each with what it is measured in, of values that are measured in `input`.
    func outputs(of input: martlet.FeatureUnit) -> [(name: String, unit: martlet.FeatureUnit)] {
        switch self {
        case .rank, .breadth, .netBreadth, .groupRank: [("value", .ratio)]
        case .zScore, .robust: [("value", .score)]
        case .residual, .dispersion, .groupMean, .groupMedian, .lessGroup: [("value", input)]
        case .advanceDecline: [("value", .count)]
        case .cluster: [("number", .count), ("size", .count), ("inside", .ratio)]
        }
    }

    /// Names of what it gives; `value` where it gives one thing.
    public var outputs: [String] { outputs(of: .any).map(\.name) }

    /// What shapes it.
    public var parameters: [Kernel.Parameter] {
        guard self == .cluster else { return [] }
        return [
            .init(name: "window", initial: 100, allowed: 3...10_000, isWhole: true, meaning: "moments that are correlated"),
            .init(name: "threshold", initial: 0.5, allowed: 0...1, isWhole: false, meaning: "correlation, in size, from which two belong together"),
            .init(name: "pairs", initial: 20, allowed: 3...10_000, isWhole: true, meaning: "moments at which both must have been there"),
        ]
    }

    public var meaning: String {
        switch self {
        case .rank: "rank among the universe, 0 the lowest, 1 the highest"
        case .zScore: "distance from the universe's mean in its standard deviations"
        case .robust: "distance from the universe's median in its median absolute deviations"
        case .residual: "value less the mean of the others"
        case .breadth: "share of the universe above zero"
        case .netBreadth: "share of the universe above zero less the share below"
        case .dispersion: "standard deviation over the universe"
        case .groupMean: "mean of the instrument's group"
        case .groupMedian: "median of the instrument's group"
        case .groupRank: "rank of the group's mean among the groups, 0 to 1"
        case .lessGroup: "value less the mean of the instrument's group"
        case .advanceDecline: "advance/decline line: those above zero less those below, summed over all moments"
        case .cluster: "cluster of the instrument, numbered by its first member, its size and its mean correlation with the other members"
        }
    }
}
