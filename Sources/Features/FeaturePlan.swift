public import Domain

/// What one column of a set's values is.
public struct FeatureColumn: Sendable, Hashable, Codable {
    /// `rsi`, or `macd.signal` of a feature with several outputs.
    public var name: String
    /// Place of the feature in the set.
    public var feature: Int
    /// Length of the bars that it moves with.
    public var timeframe: Timeframe
    /// What it is measured in: `price`, `ratio`, `percent` …
    public var unit: String
    /// What its number means, in the kernel's words.
    public var meaning: String
}

/// A feature set, checked and laid out as a chain of kernels: each feature is its kernel, then its normalisation, then its
/// lag, and each of those is a kernel of the core that takes what stands before it.
///
///     bars of a length ─► kernel ─► slots ─► normalisation ─► slots ─► lag ─► slots ─► a column of the row
///
/// A slot holds one number of one instrument. Immutable; shared by batch and stream, which is why they agree.
public struct FeaturePlan: Sendable, Equatable {
    /// Where one input of a node comes from.
    package enum Source: Sendable, Hashable {
        /// A column of the bars of the node's length.
        case column(Int)
        /// A slot of the same instrument, as last known.
        case slot(Int)
        /// A column of another instrument's bars of the node's length, as last known. The first is its place in `references`.
        case reference(Int, column: Int)
        /// A number that is there without a bar, as last known at the close of the node's bar. The first is its place in `moments`.
        case moment(Int, column: Int)
    }

    /// What a node does.
    package enum Work: Sendable {
        case kernel(Kernel)
        /// Over all instruments whose bar closes at one moment; one input.
        case across(CrossSection)
        /// A kernel that takes the market's events of a clock one by one, as it stands at the close of the node's bar. No inputs.
        case event(Kernel, MarketClock)
        /// All numbers of one of `moments`, as they are at the close of the node's bar. No inputs.
        case moment(Int)
    }

    /// One step of the chain.
    package struct Node: Sendable {
        package var work: Work
        /// One value for each parameter of a kernel.
        package var values: [Double]
        /// Place in `timeframes`.
        package var timeframe: Int
        /// Of a series: one, or two with the reference. Of a bar's kernel: none.
        package var inputs: [Source]
        /// Its outputs stand in `firstSlot ..< firstSlot + outputs`.
        package var firstSlot: Int
        package var outputs: Int
        /// The longest way from a bar to it, in nodes; what it reads has a smaller one.
        package var depth: Int
        /// Place of its feature in the set.
        package var feature: Int
    }

    public let set: FeatureSet
    /// The columns of a row, in the order of the set.
    public let columns: [FeatureColumn]
    /// Lengths of bars, ascending; the first is the set's.
    package let timeframes: [Timeframe]
    package let nodes: [Node]
    package let slotCount: Int
    /// The slot of each column.
    package let columnSlots: [Int]
    /// Keys of the instruments that others refer to, in the order of their first mention.
    public let references: [String]
    /// What is there without a bar.
    package let moments: [MomentSource]
    /// What the set's files hold.
    let outside: OutsideData

    /// Rises when joins, longer bars or steps over the universe give other values than before.
    public static let version = 2
    /// Most columns of a set.
    public static let maximumColumns = 4_096

    /// Plans of equal sets are equal.
    public static func == (left: FeaturePlan, right: FeaturePlan) -> Bool { left.set == right.set }

    /// Checks the set whole and lays it out, with what its files hold. Throws with every problem there is.
    public init(_ set: FeatureSet, _ outside: OutsideData = .none) throws(FeatureSetError) {
        var builder = PlanBuilder(set, outside)
        builder.build()
        guard builder.problems.isEmpty else { throw FeatureSetError(problems: builder.problems) }
        self.set = builder.set
        columns = builder.columns
        timeframes = builder.timeframes
        nodes = builder.nodes
        slotCount = builder.slotCount
        columnSlots = builder.columnSlots
        references = builder.references
        moments = builder.moments
        self.outside = outside
    }
}
