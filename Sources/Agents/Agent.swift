public import Features

/// The stable number of an agent. It is journalled with every vote: never given to another agent.
public struct AgentID: RawRepresentable, Sendable, Hashable, Codable, Comparable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The rule agents, which are always there.
    public static let trend = AgentID(rawValue: 1)
    public static let meanReversion = AgentID(rawValue: 2)

    public static func < (left: AgentID, right: AgentID) -> Bool { left.rawValue < right.rawValue }
}

/// One that looks at an observation and says what position it would like.
///
/// An agent answers from the observation alone: no clock, no random source, nothing remembered. The same
/// observation gives the same opinion, which is what lets a decision be computed again.
///
///     struct Contrarian: Agent {
///         let identifier = AgentID(rawValue: 900)
///         let name = "contrarian"
///         func decide(_ observation: Observation) -> Opinion {
///             Opinion(strength: observation[.rsi] > 70 ? -1 : 0, confidence: 0.5)
///         }
///     }
public protocol Agent: Sendable {
    var identifier: AgentID { get }
    /// Short, for reports.
    var name: String { get }
    func decide(_ observation: Observation) -> Opinion
    /// How well the market's present regime suits this agent, 0 … 1. It scales the agent's vote.
    func fit(_ observation: Observation) -> Double
}

extension Agent {
    public func fit(_ observation: Observation) -> Double { 1 }
}

/// What an agent says.
public struct Opinion: Sendable, Equatable {
    /// The position that it would like: −2 (strongly short) … 2 (strongly long), 0 is flat.
    public let strength: Double
    /// 0 … 1. 0 abstains: the opinion counts for nothing.
    public let confidence: Double
    /// Why, most important first.
    public let explanation: [Reason]

    public static let strengths = -2.0...2.0

    /// Most reasons that are kept.
    public static let maximumReasons = 8

    /// Out of range is brought into range; what is not a number abstains.
    public init(strength: Double, confidence: Double, explanation: [Reason] = []) {
        let valid = !strength.isNaN && !confidence.isNaN
        self.strength = valid ? min(max(strength, -2), 2) + 0 : 0
        self.confidence = valid ? min(max(confidence, 0), 1) + 0 : 0
        self.explanation = Array(explanation.prefix(Self.maximumReasons))
    }

    public static func abstain(_ reason: Reason) -> Opinion {
        Opinion(strength: 0, confidence: 0, explanation: [reason])
    }

    public var abstains: Bool { confidence == 0 }
}
