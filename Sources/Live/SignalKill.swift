internal import Glibc

/// A pipe that wakes a thread in `poll`. Bytes that do not fit are not needed: one is enough to wake.
struct WakePipe {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws(ControlError) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { throw ControlSocket.failure("cannot make a pipe") }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    func wake() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    func drain() {
        var bytes: UInt64 = 0
        while read(readEnd, &bytes, 8) > 0 {}
    }

    func close() {
        Glibc.close(readEnd)
        Glibc.close(writeEnd)
    }
}

/// SIGUSR1 as the kill switch's last resort: it works from any shell, without the socket and without the
/// program. The handler does the one thing that a handler may: it writes a byte to a pipe.
enum SignalKill {
    /// Process-wide, as signals are. Read by the handler, so it is a plain number that is set while the handler is not
    /// installed.
    nonisolated(unsafe) private static var descriptor: Int32 = -1

    /// Every SIGUSR1 from now on wakes the pipe.
    static func install(notifying pipe: WakePipe) {
        descriptor = pipe.writeEnd
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            let saved = errno
            var byte: UInt8 = 1
            _ = write(SignalKill.descriptor, &byte, 1)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        sigaction(SIGUSR1, &action, nil)
    }

    /// The calling thread takes SIGUSR1 from now on. Whoever starts the process may block it for the process's first
    /// thread, and every thread inherits that.
    static func admit() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGUSR1)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// SIGUSR1 is ignored from now on: a late one must not end the process while it shuts down in order.
    static func uninstall() {
        signal(SIGUSR1, SIG_IGN)
        descriptor = -1
    }
}
