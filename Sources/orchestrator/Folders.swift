internal import Foundation

enum Folders {
    /// Makes a folder and those above it; one that is there is fine. An error names the part of the path that is in the way.
    static func make(_ path: String) throws(CommandFailure) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made == "/" ? "" : "/") + part
            guard mkdir(made, 0o777) != 0 else { continue }
            let reason = errno
            var facts = stat()
            if reason == EEXIST, stat(made, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR { continue }
            let text = reason == EEXIST ? "is a file; a folder is needed here" : String(cString: strerror(reason))
            throw CommandFailure(.inputOutput, "\(made): \(text)")
        }
    }
}
