import Foundation
import Testing

/// One process of a test, ended with the test whatever happens.
final class Child {
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    let pid: pid_t
    private let outputPath: String
    private let errorPath: String
    private var ended: End?

    /// Starts `program` in `folder`. Its output goes to files there, named after `name`, so that no pipe can fill.
    init(_ program: String, _ arguments: [String], in folder: String, name: String, environment: [String: String] = [:]) throws {
        outputPath = "\(folder)/\(name).out"
        errorPath = "\(folder)/\(name).err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addchdir_np(&actions, folder)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var values = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for case let text? in words + values { free(text) } }
        var started: pid_t = 0
        let status = posix_spawn(&started, program, &actions, nil, &words, &values)
        try #require(status == 0, "cannot start \(program): \(String(cString: strerror(status)))")
        pid = started
    }

    deinit { if end == nil { kill() } }

    /// How it ended; nil while it runs.
    var end: End? {
        if ended == nil {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid { note(status) }
        }
        return ended
    }

    var isRunning: Bool { end == nil }

    /// `kill -9`, and gone.
    func kill() {
        guard end == nil else { return }
        Foundation.kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
        note(status)
    }

    func send(_ signal: Int32) { if isRunning { Foundation.kill(pid, signal) } }

    /// Waits for its end; kills it and fails the test where it takes longer.
    @discardableResult
    func wait(seconds: Double = 30) throws -> End {
        let came = waits(seconds) { !isRunning }
        if !came { kill() }
        return try #require(came ? end : nil, "did not end within \(seconds) s: \(errors)")
    }

    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    private func note(_ status: Int32) {
        let signal = status & 0x7F
        ended = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
    }
}

/// Whether `condition` came true within `seconds`, looked at every half millisecond.
func waits(_ seconds: Double, for condition: () throws -> Bool) rethrows -> Bool {
    let deadline = DispatchTime.now().uptimeNanoseconds + UInt64(seconds * 1e9)
    while true {
        if try condition() { return true }
        if DispatchTime.now().uptimeNanoseconds >= deadline { return false }
        usleep(500)
    }
}
