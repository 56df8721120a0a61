internal import CxxEvent
internal import Engine
internal import Execution
internal import Features
internal import MarketData
internal import Risk

extension RunConfiguration {
    /// The engine's part of the configuration. `speed`: seconds of the session in a second of wall time; what waits
    /// for a network waits that much longer.
    func engine(speed: Double) -> EngineConfiguration {
        var engine = EngineConfiguration()
        engine.timeframe = run.timeframe.count
        engine.periods = features.periods
        engine.featureSet = featureSet?.plan
        switch execution.orderType {
        case .marketableLimit: engine.style = .marketableLimit(ticks: execution.throughTicks)
        case .market: engine.style = .market
        }
        engine.decisionDeadline = agents.deadline.count
        engine.attemptsPerDecision = execution.attempts
        engine.reconcileInterval = execution.reconcileInterval.count
        engine.reconciliation.timeout = Int64(Double(engine.reconciliation.timeout) * max(speed, 1))
        // Asked one by one, orders say how they stand; for the rest FIX 4.2 has no question.
        if venue.version == .fix42 { engine.reconciliation.answers = [] }
        engine.orderTimeout = Int64(Double(engine.orderTimeout) * max(speed, 1))
        engine.riskInterval = execution.riskInterval.count
        engine.initialCash = capitalUnits
        engine.maximumOpenOrders = risk.maximumOpenOrders
        engine.algorithm = UInt32(execution.algorithm)
        return engine
    }
}

extension RunConfiguration {
    /// Refuses a feature set that does not go with what is traded.
    func checkFeatureSet(_ instruments: [martlet.InstrumentDefinition], _ sources: [SourceKind]) throws(CommandFailure) {
        if let problem = featureSet?.problem(instruments: instruments, sources: sources) { throw CommandFailure(.configuration, problem) }
    }
}

extension RunConfiguration {
    /// The same of a backtest's market, whose events are there to be looked at.
    func checkFeatureSet(_ series: EventSeries) throws(CommandFailure) {
        try checkFeatureSet(series.instruments, series.kinds)
        guard let featureSet else { return }
        if let problem = featureSet.problem(bars: series.events, instruments: series.instruments, sources: series.kinds) { throw CommandFailure(.configuration, problem) }
        // A row is made before bars that are late by the feed have come.
        if latency.feed.count > 0, series.kinds.contains(.bars), series.kinds.contains(where: { $0 != .bars }) {
            throw CommandFailure(.configuration, "features.set: \(featureSet.path): with latency.feed, instruments that come as bars and others that come as ticks have no row at one moment; set latency.feed=0, or trade them apart")
        }
    }
}

extension FeatureSettings {
    var periods: FeaturePeriods {
        var periods = FeaturePeriods()
        periods.smaFast = Int32(smaFast)
        periods.smaSlow = Int32(smaSlow)
        periods.emaFast = Int32(emaFast)
        periods.emaSlow = Int32(emaSlow)
        periods.macdSignal = Int32(macdSignal)
        periods.rsi = Int32(rsi)
        periods.bollinger = Int32(bollinger)
        periods.atr = Int32(atr)
        periods.adx = Int32(adx)
        periods.realisedVolatility = Int32(realisedVolatility)
        periods.channel = Int32(channel)
        periods.imbalanceLevels = Int32(imbalanceLevels)
        periods.orderFlow = Int32(orderFlow)
        return periods
    }
}
