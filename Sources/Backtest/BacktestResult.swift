internal import Agents
internal import Core
internal import CxxEvent
internal import MarketData
public import Reports

/// What a backtest came to.
public struct BacktestResult: Sendable {
    public var report: RunReport
    /// SHA-256 of the partitions' hashes in merge order.
    public var inputDigest: String
    /// SHA-256 of decisions, requests, notes and commands.
    public var decisionDigest: String
    public var events: UInt64
}
