internal import Synchronization

/// How far long work is: set by the thread that does it, read by one that shows it. A store of a few nanoseconds.
public final class ProgressCounter: Sendable {
    private let value = Atomic<Int64>(0)

    public init() {}

    /// In the unit of the work: events, bytes, nanoseconds of session time.
    public var done: Int64 { value.load(ordering: .relaxed) }

    public func set(_ done: Int64) { value.store(done, ordering: .relaxed) }
}
