public import Domain

/// What an import found and did.
public struct ImportReport: Sendable, Hashable, Codable {
    /// One file that was read.
    public struct Source: Sendable, Hashable, Codable {
        public var path: String
        /// As read, after decompression.
        public var bytes: Int
        /// Lines or records.
        public var rows: Int
    }

    /// How often one defect was met.
    public struct Defect: Sendable, Hashable, Codable {
        /// The reason's code, such as `inconsistent_ohlc`.
        public var code: String
        /// What it means.
        public var text: String
        public var count: Int
        /// `rejected`: kept aside in the side file; `repaired`: imported after a stated repair; `noted`: imported as it was.
        public var treatment: String
    }

    /// Sound records of which no event was made.
    public struct Omission: Sendable, Hashable, Codable {
        /// Which they are.
        public var what: String
        public var count: Int
    }

    public var instrument: Instrument
    public var kind: SourceKind
    public var timeframe: Timeframe?
    /// The layout that was used.
    public var layout: String
    public var sources: [Source]
    public var rows: Int
    public var rejectedRows: Int
    /// Bars that the calendar of the gap rule asks for and the source lacks.
    public var missingBars: Int
    /// Gaps that are longer than the gap rule's bound: closed markets.
    public var sessionBreaks: Int
    /// Orderbook rows at which a side had to be stated anew (LOBSTER, order by order).
    public var reseededSides: Int
    /// Every defect that was met at least once.
    public var defects: [Defect]
    /// Rejected and missing rows, outliers and jumps, per cent of the rows that should be there.
    public var defectPercent: Double
    /// The goal that `defectPercent` is held against.
    public var goalPercent: Double
    public var events: Int
    public var partitions: [CatalogPartition]
    /// The file that keeps rejected and noted rows with their reasons; `nil` where there is none.
    public var rejectsPath: String?
    /// What the files hold beyond the series: other instruments, records that say nothing new.
    public var notImported: [Omission] = []

    public var meetsGoal: Bool { defectPercent < goalPercent }
}
