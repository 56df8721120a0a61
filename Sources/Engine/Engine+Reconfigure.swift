internal import CxxEvent
internal import Execution
internal import Features
public import Risk

/// What of an engine's configuration cannot change while its journal goes on.
public enum ReconfigurationError: Error, Equatable, CustomStringConvertible {
    /// Equity at the start, money units: the ledger counts from it.
    case capital(was: Int64, now: Int64)
    /// The order table has its size for good.
    case maximumOpenOrders(was: Int, now: Int)
    case risk(String)

    public var description: String {
        switch self {
        case .capital(let was, let now):
            "run.capital: \(was) money units when the journal began, \(now) now; a journal goes on with the capital that it began with"
        case .maximumOpenOrders(let was, let now):
            "risk.maximum_open_orders: \(was) when the journal began, \(now) now; a journal goes on with the limit that it began with"
        case .risk(let text): text
        }
    }
}

extension Engine {
    /// Goes on under another configuration and policy: at the start of a run, before its first event.
    ///
    /// Ledger, orders, limits already breached, the kill switch and protective stops stay. Where bars or features are
    /// other ones they begin anew, and so do the books, which a run's first snapshots state again.
    public mutating func reconfigure(_ new: EngineConfiguration, policy: RiskPolicy) throws(ReconfigurationError) {
        guard new.initialCash == configuration.initialCash else {
            throw .capital(was: configuration.initialCash, now: new.initialCash)
        }
        guard new.maximumOpenOrders == configuration.maximumOpenOrders else {
            throw .maximumOpenOrders(was: configuration.maximumOpenOrders, now: new.maximumOpenOrders)
        }
        let (limits, rule) = try compiled(policy, new)
        if limits != self.limits { gate.adopt(limits) }
        self.limits = limits
        self.rule = rule
        reconciliation.settings = new.reconciliation
        let keepsLanes =
            new.timeframe == configuration.timeframe && new.periods == configuration.periods
            && new.expectedBookOrders == configuration.expectedBookOrders
        let keepsInterval = new.reconciles == configuration.reconciles && new.reconcileInterval == configuration.reconcileInterval
        let keepsRows = keepsLanes && new.featureSet == configuration.featureSet
        configuration = new
        if !keepsInterval && timers.marked != .min { armReconcileTimer() }
        if !keepsRows { renewRows() }
        guard !keepsLanes else { return }
        for index in 0..<laneCount { renewLane(index) }
    }

    /// Features of a set begin anew with the bars that they are made of, and with another set.
    private mutating func renewRows() {
        let indices = 0..<laneCount
        rows = FeatureRows(configuration.featureSet, instruments: indices.map { lanes[$0].definition }, sources: indices.map { lanes[$0].source })
        timers.rows = .max
        output.reservePayloads(laneCount * 2 * Observation.payloadCount(setColumns: configuration.setColumns))
    }

    private func compiled(_ policy: RiskPolicy, _ new: EngineConfiguration) throws(ReconfigurationError) -> (GateLimits, Sizing.Rule) {
        let definitions = (0..<laneCount).map { lanes[$0].definition }
        do {
            let limits = try definitions.withUnsafeBufferPointer { buffer throws(RiskError) in
                try policy.compile(buffer, capital: new.initialCash)
            }
            return (limits, try Sizing.Rule(policy))
        } catch {
            throw .risk("\(error)")
        }
    }

    private mutating func renewLane(_ index: Int) {
        let lane = lanes + index
        var fresh = Lane(definition: lane.pointee.definition, source: lane.pointee.source, configuration: configuration)
        fresh.status = lane.pointee.status
        fresh.faults = lane.pointee.faults
        fresh.stop = lane.pointee.stop
        fresh.stopIsBelow = lane.pointee.stopIsBelow
        fresh.stopDistance = lane.pointee.stopDistance
        fresh.stopFired = lane.pointee.stopFired
        fresh.openOrders = lane.pointee.openOrders
        fresh.pursuing = lane.pointee.stopFired
        lane.pointee = fresh
    }
}
