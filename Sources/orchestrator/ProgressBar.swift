internal import Domain
internal import Foundation

/// One line on a terminal that shows how far long work is and how long it will still take. Where standard
/// error is no terminal it writes nothing at all. Not thread-safe: one owner updates it.
///
///     var bar = ProgressBar("import", total: rows)
///     bar.update(done)      // as often as you like: drawn ten times a second
///     bar.finish()
package struct ProgressBar {
    /// Does `work` on this thread while another one draws how far `progress` is.
    static func during<Result>(_ label: String, total: Int64, _ progress: ProgressCounter, _ work: () throws -> Result) rethrows -> Result {
        guard total > 0, isatty(FileHandle.standardError.fileDescriptor) == 1 else { return try work() }
        let ended = DispatchSemaphore(value: 0)
        let cleared = DispatchSemaphore(value: 0)
        let thread = Thread {
            var bar = ProgressBar(label, total: total)
            while ended.wait(timeout: .now() + .milliseconds(200)) == .timedOut { bar.update(progress.done) }
            bar.finish()
            cleared.signal()
        }
        thread.name = "progress"
        thread.start()
        defer {
            ended.signal()
            cleared.wait()
        }
        return try work()
    }

    let label: String
    let total: Int64
    private let isShown: Bool
    private let started: UInt64
    private var drawn: UInt64 = 0

    /// `total` of 0 means unknown: the bar then shows the count alone.
    package init(_ label: String, total: Int64) {
        self.label = label
        self.total = total
        isShown = isatty(FileHandle.standardError.fileDescriptor) == 1
        started = DispatchTime.now().uptimeNanoseconds
    }

    package mutating func update(_ done: Int64) {
        guard isShown else { return }
        let now = DispatchTime.now().uptimeNanoseconds
        guard now - drawn >= 100_000_000 else { return }
        drawn = now
        let text = Self.text(label, done: done, total: total, seconds: Double(now - started) / 1e9, width: 30)
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(text)".utf8))
    }

    /// Clears the line.
    package mutating func finish() {
        guard isShown, drawn != 0 else { return }
        drawn = 0
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
    }

    /// `import  [=======>      ]  45 %  3 s left`
    static func text(_ label: String, done: Int64, total: Int64, seconds: Double, width: Int) -> String {
        guard total > 0 else { return "\(label)  \(done)" }
        let share = min(1, max(0, Double(done) / Double(total)))
        let filled = Int(share * Double(width))
        let bar = String(repeating: "=", count: filled) + (filled < width ? ">" : "")
        let rest = String(repeating: " ", count: max(0, width - bar.count))
        let left = share > 0.01 ? "  \(Int((seconds / share - seconds).rounded(.up))) s left" : ""
        return "\(label)  [\(bar)\(rest)]  \(Int(share * 100)) %\(left)"
    }
}
