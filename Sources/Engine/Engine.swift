internal import Core
package import CxxBook
public import CxxEvent
package import Execution
public import Features
public import MarketData
package import Portfolio
public import Risk

/// The one engine: consumes one ordered stream of events and answers with commands.
///
///     market ──► lane: book ─► bar ─► features ─► stop ─┐
///     reports ─► order table ─► ledger ─► gate          ├─► target ─► intent ─► gate ─► order table ─► output
///     decision ─► sizing ───────────────────────────────┤
///     timer, control ───────────────────────────────────┘
///
/// It reads no clock, random source, file or socket and runs no model: everything reaches it as an event, so
/// the same events give the same output bit for bit, in backtest, paper, live and replay. An event is finished
/// before the next is read. The host numbers events (`sequence`, `receive_time` set, never going back), drains
/// `output` after each, and delivers a timer event before any other whose time is at or past `nextTimer`.
///
/// One thread. Memory is allocated in `init` from the configuration; a market event allocates nothing.
public struct Engine: ~Copyable {
    package internal(set) var configuration: EngineConfiguration
    let lanes: UnsafeMutablePointer<Lane>
    /// Instruments; their ids are 0 ..< laneCount.
    public let laneCount: Int
    var rule: Sizing.Rule
    var limits: GateLimits

    package internal(set) var gate: Gate
    package internal(set) var ledger: Ledger
    package internal(set) var orders: OrderTable
    package internal(set) var reconciliation: Reconciliation
    package internal(set) var loopBreaker: LoopBreaker
    /// What the last event brought about; the host empties it.
    public var output: OutputBuffer
    /// Executions that the last event booked; the host reads and empties it.
    public var fills: FillBuffer
    /// Values of the run's feature set.
    var rows: FeatureRows

    /// Sequence of the event at work: the cause of what it brings about.
    var cause: UInt64 = 0
    /// Its receive time.
    var now: Int64 = .min
    var epoch: UInt32 = 0
    var orderCounter: UInt64 = 0
    var requestCounter: UInt64 = 0
    /// Orders the engine's own commands; the host numbers them anew in the stream.
    var outputCounter: UInt64 = 0
    @usableFromInline var timers = EngineTimers()
    var isStopping = false
    var sessionIsUp = false
    /// What happened so far; for reports and metrics.
    public internal(set) var counters = EngineCounters()

    /// - Parameters:
    ///   - instruments: their ids are their indices.
    ///   - sources: what feeds each.
    ///   - policy: compiled to the gate's table here; no agent sees either.
    ///   - killSwitch: as its file had it.
    ///   - time: nanoseconds since the Unix epoch at which the stream begins.
    /// - Throws: `RiskError` where the policy or an instrument cannot be enforced.
    public init(
        _ configuration: EngineConfiguration, instruments: [martlet.InstrumentDefinition], sources: [SourceKind],
        policy: RiskPolicy, killSwitch: KillSwitch = KillSwitch(), time: Int64
    ) throws {
        precondition(instruments.count == sources.count && !instruments.isEmpty)
        // All that can fail comes first: a half-made non-copyable value cannot be taken back.
        let limits = try instruments.withUnsafeBufferPointer { buffer throws(RiskError) in
            try policy.compile(buffer, capital: configuration.initialCash)
        }
        let rule = try Sizing.Rule(policy)
        let ledger = try withElements(instruments) { definitions throws(LedgerError) in
            try Ledger(definitions, initialEquity: configuration.initialCash)
        }
        self.configuration = configuration
        self.limits = limits
        self.rule = rule
        self.ledger = ledger
        laneCount = instruments.count
        lanes = .allocate(capacity: instruments.count)
        gate = Gate(limits, time: time, killSwitch: killSwitch)
        orders = OrderTable(openLimit: configuration.maximumOpenOrders)
        reconciliation = Reconciliation(
            instruments: instruments.count, since: time, settings: configuration.reconciliation)
        loopBreaker = LoopBreaker(instruments: instruments.count)
        rows = FeatureRows(configuration.featureSet, instruments: instruments, sources: sources)
        fills = FillBuffer(capacity: 2 * configuration.maximumOpenOrders + 64)
        output = OutputBuffer(
            // The risk timer at its worst: each open order asked after, with a note, and canceled, with a denial; each
            // instrument pursued; and the end of a reconciliation tells every difference.
            capacity: 5 * configuration.maximumOpenOrders + 8 * instruments.count + configuration.reconciliation.differenceLimit + 64,
            payloadCapacity: instruments.count * 2 * Observation.payloadCount(setColumns: configuration.setColumns))
        for index in instruments.indices {
            (lanes + index).initialize(
                to: Lane(definition: instruments[index], source: sources[index], configuration: configuration))
        }
    }

    deinit {
        lanes.deinitialize(count: laneCount)
        lanes.deallocate()
    }

    /// The earliest time at which the engine wants to be woken; `Int64.max` before the first event.
    @inlinable
    public var nextTimer: Int64 { timers.next }
    /// What it wants to be woken for then.
    @inlinable
    public var nextTimerKind: TimerKind? { timers.first }
    /// Orders that may still execute.
    public var openOrders: Int { orders.openOrders }
    public var killSwitch: KillSwitch { gate.killSwitch }

    /// Best prices of an instrument in increments; 0 where there is none. Lanes fed by bars give the last close.
    public func top(_ instrument: Int) -> (bid: Int64, ask: Int64) {
        precondition(instrument >= 0 && instrument < laneCount)
        return (lanes[instrument].bid, lanes[instrument].ask)
    }

    /// What is traded, by index.
    public var instruments: [martlet.InstrumentDefinition] { (0..<laneCount).map { lanes[$0].definition } }

    /// The book of an instrument, as of the last event; valid while the engine lives. For a backtest's venue.
    package func book(_ instrument: Int) -> UnsafePointer<martlet.Book> {
        precondition(instrument >= 0 && instrument < laneCount)
        return UnsafePointer(lanes[instrument].book)
    }

    /// Begins an event: everything it brings about bears its number and time.
    @inline(__always)
    mutating func begin(sequence: UInt64, time: Int64) {
        precondition(time >= now, "receive time goes back")
        cause = sequence
        now = time
    }
}

/// Counts of what an engine did since it was made.
public struct EngineCounters: Sendable, Equatable {
    public var decisionsRequested: UInt64 = 0
    public var decisionsTaken: UInt64 = 0
    /// Decisions that came for a request that was no longer open.
    public var decisionsLate: UInt64 = 0
    public var fallbackDecisions: UInt64 = 0
    public var bookFaults: UInt64 = 0
    public var ordersSubmitted: UInt64 = 0
    public var cancelsSubmitted: UInt64 = 0
    public var denials: UInt64 = 0
    public var stopsFired: UInt64 = 0
    public var anomalies: UInt64 = 0
    public var reconciliations: UInt64 = 0
    /// Reports that a drop copy told.
    public var copies: UInt64 = 0
    public var differences: UInt64 = 0
    /// Orders that ended, by how.
    public var ordersFilled: UInt64 = 0
    public var ordersPartiallyFilled: UInt64 = 0
    public var ordersCanceled: UInt64 = 0
    public var ordersRejected: UInt64 = 0
}
