/// Numbers of a file of the user's, which bars know nothing of: funding rates, open interest, an index, weather.
///
///     time,known,instrument,rate            known, instrument: where there are such columns
///     2024-01-01T08:00:00Z,,FTX:BTC-PERP,0.0001
///
/// A value is there from its `known` time on (`time` where there is none), until the next one is known. Of an earlier time that becomes
/// known later nothing is taken: the last is what was last known of the latest time.
public struct OutsideSeries: Sendable, Hashable, Codable {
    /// A column of the file and what it is measured in.
    public struct Column: Sendable, Hashable, Codable {
        public var name: String
        /// As kernels name it: `price`, `ratio` …
        public var unit: String

        public init(name: String, unit: String) {
            self.name = name
            self.unit = unit
        }
    }

    /// What features call it by: `funding`, or `funding.rate` where it has several columns.
    public var name: String
    /// As the set's file says it: from the folder of that file, where it does not begin with `/`.
    public var file: String
    /// Those that are read; none: all, and each is measured in `unit`.
    public var columns: [Column]
    public var unit: String?
    /// A value that was known longer ago is there no more; nil: it stays. Nanoseconds.
    public var validFor: Int64?
    /// SHA-256 of the file; empty before it is read.
    public var sha256: String

    /// Most columns of a file that are read.
    public static let maximumColumns = 64

    public init(name: String, file: String, unit: String? = nil, columns: [Column] = [], validFor: Int64? = nil, sha256: String = "") {
        self.name = name
        self.file = file
        self.unit = unit
        self.columns = columns
        self.validFor = validFor
        self.sha256 = sha256
    }
}
