public import Features

/// Why a council cannot be formed.
public enum CouncilError: Error, Equatable, CustomStringConvertible {
    case empty
    case tooMany(Int)
    case duplicate(AgentID)
    case parameter(ParameterError)

    public var description: String {
        switch self {
        case .empty: "expected at least one agent, were none"
        case .tooMany(let count): "expected at most \(CouncilDecision.maximumVotes) agents, were \(count)"
        case .duplicate(let agent): "agent \(agent.rawValue) sits in the council twice"
        case .parameter(let error): error.description
        }
    }
}

/// The agents and how they vote.
///
///     let council = try Council.ruleBased()
///     let decision = council.decide(observation)
///
/// It holds no state: the same observation gives the same decision, bit for bit, on any thread.
public struct Council: Sendable {
    /// An agent and what its vote weighs, more than 0, at most 1000.
    public struct Member: Sendable {
        public let agent: any Agent
        public let weight: Double

        public init(_ agent: any Agent, weight: Double = 1) {
            self.agent = agent
            self.weight = weight
        }
    }

    public let members: [Member]
    /// Who answers where the council missed its deadline: rules, which cost microseconds.
    public let fallbackMembers: [Member]
    public let consensus: Consensus

    /// Without `fallback` the trend and the mean reversion agent with their defaults are it.
    public init(
        _ members: [Member], consensus: Consensus = Consensus(), fallback: [Member]? = nil
    ) throws(CouncilError) {
        do {
            try consensus.validate()
            if let fallback {
                fallbackMembers = fallback
            } else {
                fallbackMembers = [Member(try TrendAgent()), Member(try MeanReversionAgent())]
            }
            for member in members + fallbackMembers {
                try ParameterError.check("weight of \(member.agent.name)", member.weight, in: 1e-6...1000)
            }
        } catch {
            throw .parameter(error)
        }
        self.members = members
        self.consensus = consensus
        try Self.check(members)
        try Self.check(fallbackMembers)
    }

    /// The two rule agents, which are their own fallback.
    public static func ruleBased(
        trend: TrendAgent.Parameters = .init(), meanReversion: MeanReversionAgent.Parameters = .init(),
        consensus: Consensus = Consensus()
    ) throws(CouncilError) -> Council {
        let members: [Member]
        do {
            members = [Member(try TrendAgent(trend)), Member(try MeanReversionAgent(meanReversion))]
        } catch {
            throw .parameter(error)
        }
        return try Council(members, consensus: consensus, fallback: members)
    }

    /// Asks every member, in order. Microseconds for rules; what the agents cost.
    public func decide(_ observation: Observation) -> CouncilDecision {
        consensus.decision(of: ballots(members, observation))
    }

    /// The rules' answer where the council's did not come in time, marked as such.
    public func fallback(_ observation: Observation) -> CouncilDecision {
        consensus.decision(of: ballots(fallbackMembers, observation), isFallback: true)
    }

    /// The agent's name, its number where it is not one of ours.
    public func name(of agent: AgentID) -> String {
        (members + fallbackMembers).first { $0.agent.identifier == agent }?.agent.name ?? "agent \(agent.rawValue)"
    }

    private func ballots(_ members: [Member], _ observation: Observation) -> [Consensus.Ballot] {
        members.map { member in
            Consensus.Ballot(
                agent: member.agent.identifier, opinion: member.agent.decide(observation), weight: member.weight,
                fit: member.agent.fit(observation))
        }
    }

    private static func check(_ members: [Member]) throws(CouncilError) {
        guard !members.isEmpty else { throw .empty }
        guard members.count <= CouncilDecision.maximumVotes else { throw .tooMany(members.count) }
        for (place, member) in members.enumerated()
        where members[..<place].contains(where: { $0.agent.identifier == member.agent.identifier }) {
            throw .duplicate(member.agent.identifier)
        }
    }
}
