/// What is wrong with a policy, an instrument or the kill switch's file.
public enum RiskError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A setting is out of range: its name, what would be right, what was there.
    case invalidSetting(name: String, expected: String, found: String)
    /// An instrument cannot be traded under this policy.
    case invalidInstrument(symbol: String, problem: String)
    /// The kill switch's file cannot be written: the path and the system's reason.
    case file(path: String, problem: String)

    public var description: String {
        switch self {
        case .invalidSetting(let name, let expected, let found): "risk setting \(name): expected \(expected), was \(found)"
        case .invalidInstrument(let symbol, let problem): "instrument \(symbol): \(problem)"
        case .file(let path, let problem): "\(path): \(problem)"
        }
    }
}
