public import Features

/// Bets on the way back: against a close that is far from the mean of its window, out when it has come back.
///
/// Distance is the z-score, (close − mean) ÷ standard deviation. It does not enter against a trend, nor
/// where the way back would hardly pay the spread, and gives up when the distance passes a stop. It
/// remembers nothing: the position says whether it is in.
public struct MeanReversionAgent: Agent {
    public struct Parameters: Sendable, Hashable, Codable {
        /// z-score that opens a position against it.
        public var entry = 2.0
        /// z-score within which the way back is done.
        public var exit = 0.5
        /// z-score from which the strength is 2 and not 1.
        public var strong = 3.0
        /// z-score beyond which the bet is lost: flat.
        public var stop = 4.5
        /// No entry while the ADX is above; 100 asks for none.
        public var maximumADX = 30.0
        /// Least expected move (from entry to exit) in spreads.
        public var minimumEdge = 2.0

        public init() {}

        /// Refuses what makes no sense.
        public func validate() throws(ParameterError) {
            try ParameterError.check("exit", exit, in: 0...100)
            try ParameterError.check("entry", entry, in: 0...100)
            try ParameterError.check("entry", entry, above: exit, "exit")
            try ParameterError.check("strong", strong, in: entry...1000)
            try ParameterError.check("stop", stop, in: 0...10_000)
            try ParameterError.check("stop", stop, above: entry, "entry")
            try ParameterError.check("maximumADX", maximumADX, in: 0...100)
            try ParameterError.check("minimumEdge", minimumEdge, in: 0...1000)
        }
    }

    public let identifier = AgentID.meanReversion
    public let name = "mean reversion"
    public let parameters: Parameters

    public init(_ parameters: Parameters = Parameters()) throws(ParameterError) {
        try parameters.validate()
        self.parameters = parameters
    }

    /// The opposite of the trend agent's.
    public func fit(_ observation: Observation) -> Double {
        1.1 - Regime.trendiness(adx: observation[.adx])
    }

    public func decide(_ observation: Observation) -> Opinion {
        let needed = [ObservationFeature.close, .bollingerMean, .bollingerDeviation]
        for feature in needed where !observation[feature].isFinite {
            return .abstain(Reason(.notWarm, Double(feature.rawValue)))
        }
        guard observation[.bollingerDeviation] > 0 else { return .abstain(Reason(.noMovement)) }
        let z = (observation[.close] - observation[.bollingerMean]) / observation[.bollingerDeviation]
        guard z.isFinite else { return .abstain(Reason(.noMovement)) }
        let direction = z < 0 ? 1.0 : -1.0
        let distance = z.magnitude
        if distance >= parameters.stop {
            return Opinion(strength: 0, confidence: 0.7, explanation: [Reason(.stretchedTooFar, z, parameters.stop)])
        }
        if distance >= parameters.entry {
            return enter(observation, z: z, direction: direction)
        }
        return wait(observation, z: z, direction: direction)
    }

    private func enter(_ observation: Observation, z: Double, direction: Double) -> Opinion {
        let distance = z.magnitude
        var reasons = [Reason(z < 0 ? .stretchedDown : .stretchedUp, z, parameters.entry)]
        if Double(observation.position.signum()) != direction {
            guard observation.hasMarket else { return .abstain(Reason(.noMarket)) }
            if observation[.adx] > parameters.maximumADX {
                reasons.append(Reason(.trendTooStrong, observation[.adx], parameters.maximumADX))
            }
            let move = (distance - parameters.exit) * observation[.bollingerDeviation]
            let spread = observation.ask - observation.bid
            if move < parameters.minimumEdge * spread {
                reasons.append(Reason(.edgeBelowCost, move, spread, parameters.minimumEdge))
            }
            if reasons.count > 1 {
                // Held against the stretch, the position has reached its aim; flat is as good as it gets.
                let aimReached = observation.position != 0
                return Opinion(strength: 0, confidence: aimReached ? 0.6 : 0.2, explanation: reasons)
            }
        }
        let share = min((distance - parameters.entry) / (parameters.stop - parameters.entry), 1)
        return Opinion(
            strength: direction * (distance >= parameters.strong ? 2 : 1), confidence: 0.5 + 0.5 * share,
            explanation: reasons)
    }

    /// Not far enough to enter: hold what is on its way back, close what has arrived.
    private func wait(_ observation: Observation, z: Double, direction: Double) -> Opinion {
        let holds = Double(observation.position.signum())
        guard holds != 0 else {
            return Opinion(strength: 0, confidence: 0.2, explanation: [Reason(.notStretched, z, parameters.entry)])
        }
        if holds == direction, z.magnitude > parameters.exit {
            return Opinion(strength: holds, confidence: 0.5, explanation: [Reason(.reverting, z, parameters.exit)])
        }
        return Opinion(strength: 0, confidence: 0.6, explanation: [Reason(.reverted, z, parameters.exit)])
    }
}
