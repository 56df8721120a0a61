/// The map: which part may know which. docs/architecture.md draws it; this is what is checked.
enum Map {
    /// The C++ families and what each names; knowing is transitive.
    static let families: [(name: String, knows: [String])] = [
        ("math", []),
        ("event", ["math"]),
        ("telemetry", ["event"]),
        ("journal", ["event", "telemetry"]),
        ("book", ["event"]),
        ("matching", ["book"]),
        ("feature", ["event", "book"]),
        ("feed", ["event"]),
        ("fix", ["event", "telemetry"]),
        ("exchange", ["matching", "fix"]),
        ("neural", []),
    ]

    /// Third-party headers, by the folder or file that an include begins with, and the families that may
    /// include them, in their sources alone.
    static let thirdParty: [(include: String, families: [String])] = [
        ("quickfix/", ["fix"]),
        ("openssl/", ["journal", "feed", "fix"]),
        ("simdjson", ["feed"]),
        ("zstd", ["feed", "journal"]),
        ("zlib", ["feed"]),
    ]

    /// The Swift modules: each imports only what stands above it.
    static let modules = [
        "Domain", "Core", "MarketData", "Features", "Risk", "Portfolio", "Execution", "Engine", "Reports", "Simulation",
        "Learning", "Agents", "Backtest", "Live", "Research", "Storage", "Registry", "Monitoring", "Server", "orchestrator",
    ]

    /// Modules that decide nothing by themselves and therefore may see sockets and sessions.
    static let withSessions = ["Core", "Execution", "Live", "Server", "orchestrator"]
    static let sessionFamilies = ["CxxFix", "CxxExchange"]

    /// Packages that belong to one place.
    static let packages: [(module: String, users: [String])] = [
        ("ArgumentParser", ["orchestrator"]),
        ("Yams", ["orchestrator"]),
    ]

    /// Modules on the path to a decision: no clock, no system random source, no unordered iteration.
    static let deterministicModules = ["Features", "Risk", "Portfolio", "Execution", "Engine", "Simulation", "Agents", "Backtest"]
    static let deterministicFamilies = ["book", "matching", "feature", "exchange"]

    /// Whether a file of a deterministic family is exempt: the exchange's server runs threads and a clock.
    static func isExempt(_ path: String) -> Bool { path.hasPrefix("cpp/exchange/") && path.contains("venue_") }

    /// Everything that `family` knows, itself included.
    static func closure(of family: String, in table: [(name: String, knows: [String])] = families) -> Set<String> {
        var known: Set<String> = []
        var open = [family]
        while let next = open.popLast() {
            guard known.insert(next).inserted else { continue }
            open += table.first { $0.name == next }?.knows ?? []
        }
        return known
    }

    /// A path that leads back to its start, or nil.
    static func circle(in table: [(name: String, knows: [String])]) -> [String]? {
        var done: Set<String> = []
        func visit(_ name: String, _ path: [String]) -> [String]? {
            if let start = path.firstIndex(of: name) { return Array(path[start...]) + [name] }
            if done.contains(name) { return nil }
            for next in table.first(where: { $0.name == name })?.knows ?? [] {
                if let found = visit(next, path + [name]) { return found }
            }
            done.insert(name)
            return nil
        }
        for row in table {
            if let found = visit(row.name, []) { return found }
        }
        return nil
    }
}
