/// Why market data could not be read, imported or found. Every text says what was expected and what came.
public enum MarketDataError: Error, Sendable, Hashable {
    /// No such instrument, series, day or file.
    case notFound(String)
    /// The request itself does not hold together.
    case invalidRequest(String)
    /// A file could not be opened, read or written.
    case unreadable(path: String, reason: String)
    /// A file's bytes are not what its format demands; `reason` names the place.
    case corrupt(path: String, reason: String)
    /// The columns of a file fit no known layout; `seen` is how it begins.
    case unknownLayout(path: String, seen: String)
    /// A stated bound was met.
    case tooLarge(String)
}

extension MarketDataError: CustomStringConvertible {
    /// What is wrong, without the file's name.
    var reason: String {
        switch self {
        case .unreadable(_, let reason), .corrupt(_, let reason): reason
        default: description
        }
    }

    public var description: String {
        switch self {
        case .notFound(let what): what
        case .invalidRequest(let what): what
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .corrupt(let path, let reason): "\(path): \(reason)"
        case .unknownLayout(let path, let seen): "\(path): no known layout fits: \(seen)"
        case .tooLarge(let what): what
        }
    }
}
