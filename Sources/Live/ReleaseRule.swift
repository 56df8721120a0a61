package import Risk

/// What keeps an order from leaving though it is durable.
package enum ReleaseRule {
    /// Longest that an order may wait to become durable, wall nanoseconds: after that it is another market's order.
    package static let longestHold: Int64 = 1_000_000_000

    /// Whether an order is withheld: where the session has failed, where the kill switch was thrown after it was said, and
    /// where it waited too long. An exit does not wait too long: said again it would wait again, on a slow disk
    /// without end.
    ///
    /// - Parameters:
    ///   - said: session time of the event behind the order.
    ///   - waited: wall nanoseconds since that event came.
    ///   - reduces: the order can only bring its position nearer to flat.
    package static func withholds(said: Int64, waited: Int64, hasFailed: Bool, killSwitch: KillSwitch, reduces: Bool) -> Bool {
        if hasFailed || (killSwitch.isTripped && said < killSwitch.time) { return true }
        return waited > longestHold && !reduces
    }
}
