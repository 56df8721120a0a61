internal import Features

/// Why an agent or the council said what it said: a code and up to three numbers, small in the journal and
/// read as a sentence.
public struct Reason: Sendable, Equatable {
    /// The raw value is journalled: never renumber, only append.
    public enum Code: UInt16, Sendable, CaseIterable {
        /// A feature that the agent needs is not warm: its place.
        case notWarm = 1
        case noMarket = 2
        /// Close, the channel's edge, the distance between them in ATR.
        case breakoutUp = 3
        case breakoutDown = 4
        /// Distance and what it should be, in ATR.
        case breakoutTooSmall = 5
        /// ADX and the least or the most that the agent acts on.
        case trendTooWeak = 6
        case trendTooStrong = 7
        /// Close and the middle of the channel.
        case trendGoesOn = 8
        case trendEnded = 9
        /// Close, low and high of the channel.
        case insideChannel = 10
        /// z-score and the entry threshold.
        case stretchedDown = 11
        case stretchedUp = 12
        /// z-score, the exit threshold.
        case reverting = 13
        case reverted = 14
        /// z-score, the stop threshold.
        case stretchedTooFar = 15
        /// z-score, the entry threshold.
        case notStretched = 16
        /// Expected move and spread, price units, and the least ratio.
        case edgeBelowCost = 17
        /// The market does not move: standard deviation or ATR is zero.
        case noMovement = 18

        /// The council. Disagreement and the most that is allowed.
        case disagreement = 32
        /// Confidence and the least that is needed.
        case confidenceTooLow = 33
        /// Weight of those who voted and the least that is needed.
        case noQuorum = 34
        case missedDeadline = 35
    }

    public let code: Code
    public let first: Double
    public let second: Double
    public let third: Double

    public init(_ code: Code, _ first: Double = 0, _ second: Double = 0, _ third: Double = 0) {
        self.code = code
        self.first = first
        self.second = second
        self.third = third
    }
}

extension Reason: CustomStringConvertible {
    public var description: String {
        let (a, b, c) = (shortText(first), shortText(second), shortText(third))
        return switch code {
        case .notWarm: "\(featureName) has not enough history yet"
        case .noMarket: "no two-sided market"
        case .breakoutUp: "close \(a) broke above the channel's high \(b) by \(c) ATR"
        case .breakoutDown: "close \(a) broke below the channel's low \(b) by \(c) ATR"
        case .breakoutTooSmall: "breakout of \(a) ATR is below the filter of \(b)"
        case .trendTooWeak: "ADX \(a) is below \(b)"
        case .trendTooStrong: "ADX \(a) is above \(b): no bet against a trend"
        case .trendGoesOn: "close \(a) stays beyond the channel's middle \(b)"
        case .trendEnded: "close \(a) fell back through the channel's middle \(b)"
        case .insideChannel: "close \(a) is inside the channel \(b) to \(c)"
        case .stretchedDown: "z-score \(a) is below −\(b)"
        case .stretchedUp: "z-score \(a) is above \(b)"
        case .reverting: "z-score \(a) has not come back within \(b)"
        case .reverted: "z-score \(a) has come back past the exit at \(b)"
        case .stretchedTooFar: "z-score \(a) is beyond the stop at \(b)"
        case .notStretched: "z-score \(a) is within \(b)"
        case .edgeBelowCost: "expected move \(a) is less than \(c) spreads of \(b)"
        case .noMovement: "the market does not move"
        case .disagreement: "disagreement \(a) is above \(b)"
        case .confidenceTooLow: "confidence \(a) is below \(b)"
        case .noQuorum: "votes weigh \(a), at least \(b) is needed"
        case .missedDeadline: "the council missed its deadline; the rules answered"
        }
    }

    private var featureName: String {
        guard let place = Int(exactly: first), let feature = ObservationFeature(rawValue: place) else { return "a feature" }
        return "\(feature)"
    }
}

/// Up to six significant digits, without an exponent between 10⁻⁴ and 10¹⁵.
func shortText(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var scale = 1.0
    let size = value.magnitude
    guard size < 1e15, size >= 1e-4 else { return "\(value)" }
    while size * scale < 1e5, scale < 1e9 { scale *= 10 }
    let text = "\((value * scale).rounded() / scale)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
