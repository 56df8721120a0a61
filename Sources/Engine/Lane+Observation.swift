internal import MarketData
internal import CxxBook
internal import CxxFeature
internal import Features

extension Lane {
    /// What an agent is shown of this instrument now. Prices in price units; not a number where not warm.
    /// Mutating only so that the lane is passed where it stands: a borrow would copy its 17 kB.
    mutating func observation(position: Int64, time: Int64, sequence: UInt64) -> Observation {
        var observation = Observation(
            instrument: definition.id, time: time, sequence: sequence, position: position, bid: Double(bid) * increment,
            ask: Double(ask) * increment, mid: Double(bid + ask) * increment / 2,
            tick: Double(definition.tick) * increment)
        observation[.close] = kernels.lastClose
        observation[.smaFast] = kernels.smaFast.value()
        observation[.smaSlow] = kernels.smaSlow.value()
        observation[.emaFast] = kernels.emaFast.value()
        observation[.emaSlow] = kernels.emaSlow.value()
        observation[.rsi] = kernels.rsi.value()
        observation[.macd] = kernels.macd.value()
        observation[.macdSignal] = kernels.macd.signal()
        observation[.bollingerMean] = kernels.bollinger.value()
        observation[.bollingerDeviation] = kernels.bollinger.deviation()
        observation[.atr] = kernels.atr.value()
        observation[.adx] = kernels.adx.value()
        observation[.plusDI] = kernels.adx.plus_di()
        observation[.minusDI] = kernels.adx.minus_di()
        observation[.realisedVolatility] = kernels.realised.value()
        observation[.donchianHigh] = kernels.channel.prior_high()
        observation[.donchianLow] = kernels.channel.prior_low()
        observation[.spread] = Double(ask - bid) * increment
        observation[.imbalance] = source == .bars ? .nan : book.pointee.imbalance(imbalanceLevels)
        observation[.orderFlowImbalance] = flow.relative()
        observation[.barsSeen] = Double(kernels.bars)
        return observation
    }
}
