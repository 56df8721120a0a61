public import Features

/// Follows breakouts: in when the close leaves the channel of the bars before it by enough of an average
/// true range, out when it comes back through the channel's middle.
///
/// The rule is Donchian's channel breakout with a volatility filter. It remembers nothing: the position says
/// whether it is in. It looks only at differences of prices, so the mirrored market gives the mirrored
/// opinion.
public struct TrendAgent: Agent {
    public struct Parameters: Sendable, Hashable, Codable {
        /// Least distance of the close beyond the channel, in ATR.
        public var minimumBreakout = 0.1
        /// Distance that gives full confidence, in ATR.
        public var fullBreakout = 1.0
        /// No entry while the ADX is below; 0 asks for none.
        public var minimumADX = 0.0
        /// ADX from which the strength is 2 and not 1.
        public var strongADX = 40.0

        public init() {}

        /// Refuses what makes no sense.
        public func validate() throws(ParameterError) {
            try ParameterError.check("minimumBreakout", minimumBreakout, in: 0...100)
            try ParameterError.check("fullBreakout", fullBreakout, in: 0...1000)
            try ParameterError.check("fullBreakout", fullBreakout, above: minimumBreakout, "minimumBreakout")
            try ParameterError.check("minimumADX", minimumADX, in: 0...100)
            try ParameterError.check("strongADX", strongADX, in: minimumADX...1000)
        }
    }

    public let identifier = AgentID.trend
    public let name = "trend"
    public let parameters: Parameters

    public init(_ parameters: Parameters = Parameters()) throws(ParameterError) {
        try parameters.validate()
        self.parameters = parameters
    }

    /// Grows with the ADX: a tenth below 15, all of it above 30, half where it is not known.
    public func fit(_ observation: Observation) -> Double {
        Regime.trendiness(adx: observation[.adx])
    }

    public func decide(_ observation: Observation) -> Opinion {
        for feature in [ObservationFeature.close, .donchianHigh, .donchianLow, .atr] where !observation[feature].isFinite {
            return .abstain(Reason(.notWarm, Double(feature.rawValue)))
        }
        let atr = observation[.atr]
        guard atr > 0 else { return .abstain(Reason(.noMovement)) }
        let close = observation[.close]
        let high = observation[.donchianHigh]
        let low = observation[.donchianLow]
        if close > high {
            return breakout(observation, direction: 1, distance: (close - high) / atr, edge: high)
        }
        if close < low {
            return breakout(observation, direction: -1, distance: (low - close) / atr, edge: low)
        }
        return inside(observation, close: close, low: low, high: high)
    }

    private func strength(_ observation: Observation) -> Double { observation[.adx] >= parameters.strongADX ? 2 : 1 }

    private func breakout(_ observation: Observation, direction: Double, distance: Double, edge: Double) -> Opinion {
        let isIn = Double(observation.position.signum()) == direction
        var reasons = [
            Reason(direction > 0 ? .breakoutUp : .breakoutDown, observation[.close], edge, distance)
        ]
        if !isIn {
            if distance < parameters.minimumBreakout {
                reasons.append(Reason(.breakoutTooSmall, distance, parameters.minimumBreakout))
            }
            if observation[.adx] < parameters.minimumADX {
                reasons.append(Reason(.trendTooWeak, observation[.adx], parameters.minimumADX))
            }
            // Too weak to enter, yet the other side has lost: whoever holds against it should be flat.
            if reasons.count > 1 {
                let against = observation.position != 0
                return Opinion(strength: 0, confidence: against ? 0.6 : 0.2, explanation: reasons)
            }
        }
        let span = parameters.fullBreakout - parameters.minimumBreakout
        let excess = min(max((distance - parameters.minimumBreakout) / span, 0), 1)
        return Opinion(
            strength: direction * strength(observation), confidence: 0.5 + 0.5 * excess, explanation: reasons)
    }

    private func inside(_ observation: Observation, close: Double, low: Double, high: Double) -> Opinion {
        let direction = Double(observation.position.signum())
        guard direction != 0 else {
            return Opinion(strength: 0, confidence: 0.2, explanation: [Reason(.insideChannel, close, low, high)])
        }
        let middle = low * 0.5 + high * 0.5
        let beyond = (close - middle) * direction
        guard beyond >= 0 else {
            return Opinion(strength: 0, confidence: 0.6, explanation: [Reason(.trendEnded, close, middle)])
        }
        let half = (high - low) * 0.5
        let share = half > 0 ? min(beyond / half, 1) : 0
        return Opinion(
            strength: direction * strength(observation), confidence: 0.4 + 0.3 * share,
            explanation: [Reason(.trendGoesOn, close, middle)])
    }
}

/// What the market is like, as far as the rules tell it apart.
enum Regime {
    /// 0.1 (a range) … 1 (a trend), a straight line of the ADX between 15 and 30; ½ where it is not known.
    static func trendiness(adx: Double) -> Double {
        guard !adx.isNaN else { return 0.5 }
        return 0.1 + 0.9 * min(max((adx - 15) / 15, 0), 1)
    }
}
