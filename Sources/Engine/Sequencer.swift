/// Numbers every record of the ordered stream and stamps inputs with a receive time that never goes back.
///
/// One per stream; the host's engine thread alone uses it.
public struct Sequencer: Sendable {
    /// Number of the last record; the first is 1.
    public private(set) var last: UInt64
    /// Receive time of the last input, ns since the Unix epoch.
    public private(set) var time: Int64
    /// Inputs whose time lay before the last one's and was raised to it.
    public private(set) var clamped: UInt64 = 0

    /// Continues after record `last`, no earlier than `time`.
    public init(last: UInt64 = 0, time: Int64 = .min) {
        self.last = last
        self.time = time
    }

    /// The number and time of the next input, received at `now`.
    @inlinable
    public mutating func next(at now: Int64) -> (sequence: UInt64, time: Int64) {
        if now < time { noteClamp() } else { advance(to: now) }
        return (nextNumber(), time)
    }

    /// The number of the next output; outputs bear the time of their cause.
    @inlinable
    public mutating func nextNumber() -> UInt64 {
        increment()
        return last
    }

    @usableFromInline mutating func noteClamp() { clamped += 1 }
    @usableFromInline mutating func advance(to now: Int64) { time = now }
    @usableFromInline mutating func increment() { last += 1 }
}
