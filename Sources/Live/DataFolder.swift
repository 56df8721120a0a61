/// What lies where in the data folder (`run.data`).
///
///     martlet-data/
///       journal/         the session's journal, its key and snapshots
///       catalog/         imported market data
///       features/        computed features
///       fix/             the broker session's message store
///       venue/           what the simulated exchange keeps of itself
///       reports/         run reports, unless reports.folder says otherwise
///       kill-switch      the kill switch's state, which survives restarts
///       control.socket   while a process runs
public struct DataFolder: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var journal: String { "\(path)/journal" }
    public var catalog: String { "\(path)/catalog" }
    public var features: String { "\(path)/features" }
    public var messageStore: String { "\(path)/fix" }
    public var venue: String { "\(path)/venue" }
    public var reports: String { "\(path)/reports" }
    public var killSwitch: String { "\(path)/kill-switch" }
}
