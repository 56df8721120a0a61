internal import Foundation
internal import Live
internal import Synchronization

/// SIGINT, SIGTERM and SIGHUP end a session in order: orders canceled, logged out, journal closed, report written. A second one
/// ends the process at once, which the next start recovers from.
final class Interruption: Sendable {
    private let isSet = Atomic(false)

    /// Whether a signal came.
    var came: Bool { isSet.load(ordering: .acquiring) }

    /// Waits for the signals on a thread of its own, which lasts as long as the process.
    init(of session: TradingSession, by signals: StopSignals) {
        // Its `stop` is made for any thread.
        nonisolated(unsafe) let session = session
        let thread = Thread { [self] in
            var signals = signals
            signals.wait()
            isSet.store(true, ordering: .releasing)
            session.stop()
            signals.wait()
            _exit(ExitStatus.interrupted.rawValue)
        }
        thread.name = "signals"
        thread.start()
    }
}
