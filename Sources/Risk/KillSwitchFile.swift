import Glibc

/// The kill switch on disk: a few lines of text that survive a restart.
///
///     martlet-kill-switch 1
///     cause limit
///     reason daily_loss
///     time 1700000000000000000
///     check 1f2e3d4c5b6a7988
///
/// Written to a temporary file beside it, synced and renamed, so that a crash leaves the old or the new
/// state. A file that cannot be read or understood counts as tripped: doubt never lifts a kill switch.
public struct KillSwitchFile: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// The stored state. No file: never tripped. Damaged or unreadable: tripped with `.damagedFile`.
    public func load() -> KillSwitch {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            return errno == ENOENT ? KillSwitch() : KillSwitch(cause: .damagedFile, reason: .none, time: 0)
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        var length = 0
        while length < buffer.count {
            let got = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + length, $0.count - length) }
            if got < 0 && errno == EINTR { continue }
            if got <= 0 { break }
            length += got
        }
        let text = String(decoding: buffer[..<length], as: UTF8.self)
        return KillSwitchFile.parse(text) ?? KillSwitch(cause: .damagedFile, reason: .none, time: 0)
    }

    /// Replaces the stored state and returns once it is on the disk.
    public func save(_ state: KillSwitch) throws(RiskError) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot create \(temporary)") }
        var bytes = Array(KillSwitchFile.text(state).utf8)[...]
        while !bytes.isEmpty {
            let wrote = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
            if wrote < 0 && errno == EINTR { continue }
            guard wrote > 0 else {
                let error = failure("cannot write")
                close(descriptor)
                throw error
            }
            bytes = bytes.dropFirst(wrote)
        }
        let synced = fsync(descriptor) == 0
        guard close(descriptor) == 0, synced else { throw failure("cannot sync") }
        guard rename(temporary, path) == 0 else { throw failure("cannot rename \(temporary)") }
        try syncFolder()
    }

    private func syncFolder() throws(RiskError) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot open \(folder)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot sync \(folder)") }
    }

    private func failure(_ what: String) -> RiskError {
        .file(path: path, problem: "kill switch: \(what): \(String(cString: strerror(errno)))")
    }

    static func text(_ state: KillSwitch) -> String {
        let body = "martlet-kill-switch 1\ncause \(state.cause.name)\nreason \(state.reason.name)\ntime \(state.time)\n"
        return body + "check \(String(checksum(body), radix: 16))\n"
    }

    static func parse(_ text: String) -> KillSwitch? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 6, lines[0] == "martlet-kill-switch 1", lines[5].isEmpty else { return nil }
        func value(_ line: Substring, _ key: String) -> Substring? {
            line.hasPrefix(key + " ") ? line.dropFirst(key.count + 1) : nil
        }
        guard let causeName = value(lines[1], "cause"), let cause = KillCause.allCases.first(where: { $0.name == causeName }),
            let reasonName = value(lines[2], "reason"),
            let reason = DenyReason.allCases.first(where: { $0.name == reasonName }),
            let timeText = value(lines[3], "time"), let time = Int64(timeText)
        else { return nil }
        let state = KillSwitch(cause: cause, reason: reason, time: time)
        return KillSwitchFile.text(state) == text ? state : nil
    }

    /// FNV-1a, 64 bits: against torn and edited text, not against an adversary.
    private static func checksum(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
