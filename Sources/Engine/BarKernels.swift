internal import CxxFeature

/// The features of one instrument that move with its decision bars. Prices in price units.
struct BarKernels {
    var smaFast: martlet.Sma
    var smaSlow: martlet.Sma
    var emaFast: martlet.Ema
    var emaSlow: martlet.Ema
    var macd: martlet.Macd
    var rsi: martlet.Rsi
    var bollinger: martlet.Bollinger
    var atr: martlet.Atr
    var adx: martlet.Adx
    var realised: martlet.RealisedVolatility
    var channel: martlet.RollingExtrema
    var bars: Int64 = 0
    var lastClose = Double.nan

    init(_ periods: FeaturePeriods) {
        smaFast = martlet.Sma(periods.smaFast)
        smaSlow = martlet.Sma(periods.smaSlow)
        emaFast = martlet.Ema(periods.emaFast)
        emaSlow = martlet.Ema(periods.emaSlow)
        macd = martlet.Macd(periods.emaFast, periods.emaSlow, periods.macdSignal)
        rsi = martlet.Rsi(periods.rsi)
        bollinger = martlet.Bollinger(periods.bollinger, 2)
        atr = martlet.Atr(periods.atr)
        adx = martlet.Adx(periods.adx)
        realised = martlet.RealisedVolatility(periods.realisedVolatility)
        channel = martlet.RollingExtrema(periods.channel)
    }

    mutating func update(high: Double, low: Double, close: Double) {
        smaFast.update(close)
        smaSlow.update(close)
        emaFast.update(close)
        emaSlow.update(close)
        macd.update(close)
        rsi.update(close)
        bollinger.update(close)
        atr.update(high, low, close)
        adx.update(high, low, close)
        realised.update(close)
        channel.update(high, low)
        bars += 1
        lastClose = close
    }
}
