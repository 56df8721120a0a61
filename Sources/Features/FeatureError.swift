/// Why features could not be computed, stored or found. Every text says what was expected and what came.
public enum FeatureError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bars are not what the set wants.
    case input(String)
    /// A stated bound was met.
    case tooLarge(String)
    /// The core refused.
    case core(String)
    /// No such set, instrument or column.
    case notFound(String)
    /// A file of the store cannot be read or written, or is not what was stored.
    case file(path: String, reason: String)

    public var description: String {
        switch self {
        case .input(let what), .tooLarge(let what), .core(let what), .notFound(let what): what
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
