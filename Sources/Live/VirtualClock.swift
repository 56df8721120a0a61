internal import Glibc

/// Time of a session, in nanoseconds since the Unix epoch: the wall clock, or a virtual one that runs at a
/// fixed multiple of it from an anchor.
///
/// The only clock of the paper and live host. Built on the monotonic clock, so that it never steps back when
/// the machine's date is set.
struct VirtualClock {
    private var anchorMonotonic: Int64
    private var anchorTime: Int64
    let speed: Double

    /// A clock that shows `time` now (never before the last run's end, though the machine's date was set back) and runs `speed` times as fast as the wall clock.
    init(anchoredAt time: Int64, speed: Double) {
        precondition(speed > 0)
        anchorMonotonic = Self.monotonic()
        anchorTime = time
        self.speed = speed
    }

    func now() -> Int64 {
        let elapsed = Self.monotonic() - anchorMonotonic
        return anchorTime + (speed == 1 ? elapsed : Int64(Double(elapsed) * speed))
    }

    /// Wall nanoseconds until the clock shows `time`; at least 0.
    func wallNanoseconds(until time: Int64) -> Int64 {
        let remaining = time - now()
        return remaining <= 0 ? 0 : Int64(Double(remaining) / speed)
    }

    /// Monotonic nanoseconds: for latencies.
    static func monotonic() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Wall-clock nanoseconds since the Unix epoch.
    static func realtime() -> Int64 { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
