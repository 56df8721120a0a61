/// One thing that is wrong with a feature set: where, what, and what would be right.
public struct FeatureSetProblem: Sendable, Hashable, CustomStringConvertible {
    /// Place of the feature in the set; nil: the set as a whole.
    public var feature: Int?
    /// What of it, as a file names it: `kernel`, `parameters.period`.
    public var key: String
    /// What was expected and what came.
    public var message: String
    /// What to write instead; empty where nothing can be proposed.
    public var mend: String

    public var description: String {
        (feature.map { "features[\($0)].\(key)" } ?? key) + ": " + message + (mend.isEmpty ? "" : "; " + mend)
    }
}

/// Everything that is wrong with a feature set; it is checked whole before anything is computed.
public struct FeatureSetError: Error, Sendable, Hashable, CustomStringConvertible {
    public var problems: [FeatureSetProblem]

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
