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

    /// Whether it needs the set's groups.
    var takesGroups: Bool {
        switch self {
        case .groupMean, .groupMedian, .groupRank, .lessGroup: true
        default: false
        }
    }

    /// What it is measured in, of values that are measured in `input`.
    func unit(of input: martlet.FeatureUnit) -> martlet.FeatureUnit {
        switch self {
        case .rank, .breadth, .netBreadth, .groupRank: .ratio
        case .zScore, .robust: .score
        case .residual, .dispersion, .groupMean, .groupMedian, .lessGroup: input
        }
    }

    var meaning: String {
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
        }
    }
}
