internal import Glibc

/// Speaks to the process that runs on a data folder, from another process.
///
///     try ControlClient(folder: "martlet-data").send(.kill)
public struct ControlClient: Sendable {
    public let folder: String

    public init(folder: String) { self.folder = folder }

    /// Sends one request and returns the answer: empty, or for `status` what the process says of itself.
    /// An answer to an order means that it is in the engine's stream. Waits up to five seconds.
    @discardableResult
    public func send(_ request: ControlRequest) throws(ControlError) -> String {
        guard let descriptor = try ControlSocket(folder: folder).connected() else { throw .notRunning(folder: folder) }
        defer { close(descriptor) }
        ControlSocket.setTimeout(descriptor, seconds: 5)
        ControlSocket.writeLine(descriptor, request.rawValue)
        guard let answer = ControlSocket.readLine(descriptor, limit: ControlSocket.longestAnswer) else {
            throw .failed("the process on \(folder) does not answer: SIGUSR1 to it throws the kill switch as well")
        }
        if answer.hasPrefix("error ") { throw .refused(String(answer.dropFirst(6))) }
        guard answer.hasPrefix("ok") else { throw .failed("expected ok or error from the process on \(folder), was '\(answer)'") }
        return String(answer.dropFirst(answer.hasPrefix("ok ") ? 3 : 2))
    }
}
