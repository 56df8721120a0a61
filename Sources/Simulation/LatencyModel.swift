/// Delays of a simulated session, in nanoseconds; each at least zero, the same every time.
///
///     exchange ──feed──► engine ──decision──► council ──► engine ──order──► exchange ──report──► engine
public struct LatencyModel: Sendable, Equatable {
    /// From the venue's event to our receiving it.
    public var feed: Int64
    /// From a decision request to the council's answer.
    public var decision: Int64
    /// From a command's release to its arrival at the venue.
    public var order: Int64
    /// From the venue's report to our receiving it.
    public var report: Int64

    public init(feed: Int64 = 0, decision: Int64 = 1_000_000, order: Int64 = 500_000, report: Int64 = 500_000) {
        precondition(feed >= 0 && decision >= 0 && order >= 0 && report >= 0, "a latency is never negative")
        self.feed = feed
        self.decision = decision
        self.order = order
        self.report = report
    }
}
