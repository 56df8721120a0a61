internal import CxxEvent
public import Domain
public import Engine
public import MarketData
public import Risk

/// What a paper or live session needs to know. Times in nanoseconds of the session's clock.
public struct SessionConfiguration: Sendable {
    /// For the report: the run's name, `paper` or `live`, what is traded on, the seed of what is generated.
    public var name = "run"
    public var mode = "paper"
    public var market = ""
    public var seed: UInt64 = 0
    public var engine = EngineConfiguration()
    public var policy = RiskPolicy()
    public var instruments: [martlet.InstrumentDefinition] = []
    public var sources: [SourceKind] = []
    /// Journal and message store live here.
    public var dataFolder = ""
    /// Where the kill switch's file and the control socket are; the same for all sessions of a deployment.
    public var controlFolder = ""
    /// Commands are released once they survive: false, the process's death; true, the machine's.
    public var survivesMachine = false
    /// The journal begins a new file beyond so many bytes; 0: 128 MiB.
    public var segmentBytes: UInt64 = 0
    /// zstd level of sealed files, 0 … 19; 0: they stay as written.
    public var compressionLevel: Int32 = 0
    /// The journal's first files are removed while all take more bytes, or are older by so many nanoseconds than the last;
    /// 0: no limit. Nothing goes that the older of two snapshots needs.
    public var retainBytes: UInt64 = 0
    public var retainNanoseconds: Int64 = 0
    /// Records between two snapshots of the state; nil: none is written.
    public var snapshotEvery: UInt64? = 1_000_000
    /// What a reader of the journal must know, in words that `settings` reads.
    public var runText = "{}"
    /// The settings that a run text says: this run's own, and those of the runs before it.
    public var settings: @Sendable (String) throws -> SessionSettings
    /// Runs this many times as fast as the wall clock; 1: it is the wall clock.
    public var speed: Double = 1
    /// The session ends this long after its first event; `Int64.max`: when told to.
    public var duration: Int64 = .max
    /// The venue's virtual time now, where it is known beforehand; 0: the market's first event tells.
    public var startTime: Int64 = 0
    public var venue = VenueConnection()
    /// Told the session's time since its first event, nanoseconds.
    public var progress = ProgressCounter()
    /// Records that may wait for the engine.
    public var ringCapacity = 1 << 16

    public init(settings: @escaping @Sendable (String) throws -> SessionSettings) { self.settings = settings }
}

/// Why a session could not start or go on.
public enum SessionError: Error, CustomStringConvertible {
    /// The journal cannot be opened or written.
    case journal(String)
    /// The journal is damaged where a crash does not explain it.
    case damaged(String)
    case venue(String)
    case risk(String)
    case control(String)
    /// The journal cannot be replayed into an engine: the record's number and what is wrong.
    case recovery(sequence: UInt64, problem: String)

    public var description: String {
        switch self {
        case .journal(let text), .damaged(let text): "journal: \(text)"
        case .venue(let text): "venue: \(text)"
        case .risk(let text): "risk: \(text)"
        case .control(let text): "control: \(text)"
        case .recovery(let sequence, let problem): "recovery at record \(sequence): \(problem)"
        }
    }
}
