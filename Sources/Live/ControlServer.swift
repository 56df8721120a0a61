internal import CxxTelemetry
internal import CxxEvent
internal import Dispatch
internal import Foundation
internal import Glibc
internal import Risk

/// Takes control requests from the socket and SIGUSR1 and passes them into the engine's stream, on a thread
/// of its own that sleeps until one comes. One a process, since a signal has one handler.
///
///     let server = try ControlServer(folder: data, ring: ring) { "{\"events\": 12}" }
///     …
///     server.stop()
public final class ControlServer: @unchecked Sendable {
    // All state is set before the thread starts and never again.
    private let ring: UnsafeMutablePointer<martlet.InboundRing>
    private let status: @Sendable () -> String
    private let listener: Int32
    private let signals: WakePipe
    private let stops: WakePipe
    private let folder: String
    private let ended = DispatchSemaphore(value: 0)

    /// Listens in `folder`, which must exist, and takes over SIGUSR1.
    ///
    /// - Parameters:
    ///   - ring: where the events go; it must outlive the server.
    ///   - status: one line that answers `status`, called on the server's thread.
    public init(
        folder: String, ring: UnsafeMutablePointer<martlet.InboundRing>, status: @escaping @Sendable () -> String
    ) throws(ControlError) {
        self.folder = folder
        self.ring = ring
        self.status = status
        listener = try ControlSocket(folder: folder).listen()
        signals = try WakePipe()
        stops = try WakePipe()
        SignalKill.install(notifying: signals)
        let thread = Thread { [self] in
            serve()
            ended.signal()
        }
        thread.name = "control"
        thread.start()
    }

    /// Ends the thread, gives SIGUSR1 back and removes the socket. Call it once.
    public func stop() {
        SignalKill.uninstall()
        stops.wake()
        ended.wait()
        unlink("\(folder)/\(ControlSocket.fileName)")
        close(listener)
        signals.close()
        stops.close()
    }

    private func serve() {
        SignalKill.admit()
        var wanted = [listener, signals.readEnd, stops.readEnd].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            let ready = poll(&wanted, nfds_t(wanted.count), -1)
            if ready < 0 && errno == EINTR { continue }
            guard ready >= 0, wanted[2].revents == 0 else { return }
            if wanted[1].revents != 0 { takeSignal() }
            if wanted[0].revents != 0 { takeConnection() }
        }
    }

    private func takeSignal() {
        signals.drain()
        // Nobody can be told that the stream is full: only delivery or the end of the server ends this.
        while !deliver(.kill, cause: .signal), !isStopping {}
    }

    private func takeConnection() {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        ControlSocket.setTimeout(connection, seconds: 1)
        guard ControlSocket.peerIsOwner(connection) else { return ControlSocket.writeLine(connection, "error only the owner may") }
        guard let word = ControlSocket.readLine(connection, limit: ControlSocket.longestRequest) else { return }
        ControlSocket.writeLine(connection, answer(to: word))
    }

    private func answer(to word: String) -> String {
        guard let request = ControlRequest(rawValue: word) else {
            let known = ControlRequest.allCases.map(\.rawValue).joined(separator: ", ")
            return "error expected one of \(known), was '\(word.prefix(32))'"
        }
        guard let action = request.action else {
            return "ok " + status().replacingOccurrences(of: "\n", with: " ").prefix(ControlSocket.longestAnswer - 8)
        }
        return deliver(action, cause: .operator) ? "ok" : "error the engine's stream is full"
    }

    /// Tries for a second: market data may fill the ring for a moment.
    private func deliver(_ action: martlet.ControlAction, cause: KillCause) -> Bool {
        let event = ControlRequest.event(action, cause: cause)
        for _ in 0..<1_000 {
            if ring.pointee.try_push(event) { return true }
            usleep(1_000)
        }
        return false
    }

    private var isStopping: Bool {
        var descriptor = pollfd(fd: stops.readEnd, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) > 0
    }
}
