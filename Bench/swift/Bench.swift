internal import Glibc

/// The benches of what Swift and C++ do together. Without names, all of them.
///
///     bench [backtest] [bars] [tick-to-order] [kill-switch] [recovery] [feature-stream]
@main
struct Bench {
    private static let all: [(name: String, run: @Sendable () throws -> Void)] = [
        ("backtest", BacktestBench.run), ("bars", BarsBench.run), ("tick-to-order", TickToOrderBench.run), ("kill-switch", KillSwitchBench.run),
        ("recovery", RecoveryBench.run), ("feature-stream", FeatureStreamBench.run),
    ]

    static func main() throws {
        let names = Array(CommandLine.arguments.dropFirst())
        for name in names where !all.contains(where: { $0.name == name }) {
            let text = "no bench is named '\(name)'; there are \(all.map(\.name).joined(separator: ", "))\n"
            _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
            exit(64)
        }
        for bench in all where names.isEmpty || names.contains(bench.name) {
            print("== \(bench.name)")
            try bench.run()
        }
    }
}

/// How benches tell time and figures.
enum Measure {
    /// Processor time of this thread in nanoseconds: another process's load does not count.
    static func threadTime() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Wall nanoseconds from an arbitrary start.
    static func monotonic() -> Int64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Prints the median, least and most of some rates, in millions a second, against what was aimed at.
    static func report(_ name: String, millions: [Double], goal: Double? = nil) {
        let sorted = millions.sorted()
        let median = sorted[sorted.count / 2]
        func text(_ value: Double) -> String { "\((value * 100).rounded() / 100) M" }
        let verdict = goal.map { "; goal \($0) M, \(median >= $0 ? "met" : "not met")" } ?? ""
        print("\(name): median \(text(median)), least \(text(sorted[0])), most \(text(sorted[sorted.count - 1]))" + verdict)
    }
}
