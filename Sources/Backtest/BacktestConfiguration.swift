public import Agents
public import Engine
public import Risk
public import Simulation

/// Everything that a backtest needs besides its events.
public struct BacktestConfiguration: Sendable {
    /// For the report: the run's name, what it traded on, the seed of what was generated.
    public var name = "backtest"
    public var market = ""
    public var seed: UInt64 = 0
    public var engine = EngineConfiguration()
    public var policy = RiskPolicy()
    public var latency = LatencyModel()
    public var costs = BarCosts()
    /// Folder of the run's journal; `nil` keeps none. It names the events by their content hashes and holds
    /// only what is not in them: reports, decisions, requests, commands, notes.
    public var journalFolder: String?
    /// What else a reader of the journal must know, as JSON.
    public var runText = "{}"

    public init() {
        engine.reconciles = false
    }
}

/// What an order pays where only bars are known, in ticks a side: the market itself is not in the data.
public struct BarCosts: Sendable, Equatable {
    /// Half of the bid-ask spread.
    public var halfSpreadTicks: Int64 = 1
    /// Beyond it, for size and haste.
    public var slippageTicks: Int64 = 1

    public init() {}
}

/// Why a backtest could not run.
public enum BacktestError: Error, CustomStringConvertible {
    case noEvents
    case risk(RiskError)
    case engine(String)
    case journal(String)

    public var description: String {
        switch self {
        case .noEvents: "the selection has no events: expected at least one"
        case .risk(let error): error.description
        case .engine(let text): text
        case .journal(let text): "journal: \(text)"
        }
    }
}
