/// What stored values came from: the set, the data, the code. With the same three they are the same bits again.
public struct Lineage: Sendable, Hashable, Codable {
    /// One series that was read.
    public struct Input: Sendable, Hashable, Codable {
        /// `VENUE:SYMBOL`.
        public var instrument: String
        /// As the catalog calls it, such as `bars-1m`.
        public var series: String
        /// SHA-256 of each of its files, in the order of the days.
        public var sha256: [String]

        public init(instrument: String, series: String, sha256: [String]) {
            self.instrument = instrument
            self.series = series
            self.sha256 = sha256
        }
    }

    public var set: FeatureSet
    /// `FeatureSet.contentHash` of it.
    public var setHash: String
    /// The instrument's own bars first, then those of others that its features refer to; of a set with steps over the universe, all of
    /// its members, in their order.
    public var inputs: [Input]
    /// Of the kernels that computed the values (`Kernel.digest`), 16 hexadecimal digits.
    public var kernels: String
    /// Of what joins bars and steps over the universe (`FeaturePlan.version`).
    public var plan: Int
    /// The program's version.
    public var program: String

    public init(set: FeatureSet, inputs: [Input], program: String) {
        self.set = set
        setHash = set.contentHash
        self.inputs = inputs
        kernels = Self.text(Kernel.digest)
        plan = FeaturePlan.version
        self.program = program
    }

    /// Whether the kernels of this process would give the stored values again.
    public var isOfThisCode: Bool { kernels == Self.text(Kernel.digest) && plan == FeaturePlan.version && setHash == set.contentHash }

    private static func text(_ digest: UInt64) -> String {
        let digits = String(digest, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
