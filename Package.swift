// swift-tools-version: 6.2
import PackageDescription

// Martlet: the C++ core (cpp/) and the Swift modules that call it (Sources/). DESIGN: docs/architecture.md.
// The tables below are the map: each target may import only what its row names. A test checks them.

let cxx: [CXXSetting] = [
    .unsafeFlags([
        "-O3", "-falign-functions=64", "-fno-omit-frame-pointer", "-ffp-contract=off", "-fno-cxx-modules", "-Wall", "-Wextra", "-Werror",
    ])
]

/// One C++ family: `cpp/<name>`, module `Cxx<Name>`.
func family(_ name: String, knows: [String] = [], link: [String] = []) -> Target {
    .target(
        name: cxxModule(name),
        dependencies: knows.map { .target(name: cxxModule($0)) },
        path: "cpp/\(name)",
        exclude: [],
        publicHeadersPath: "include",
        cxxSettings: cxx,
        linkerSettings: link.map { .linkedLibrary($0) })
}

func cxxModule(_ family: String) -> String { "Cxx" + family.prefix(1).uppercased() + family.dropFirst() }

let swift: [SwiftSetting] = [
    .interoperabilityMode(.Cxx),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-Xcc", "-ffp-contract=off"]),
]

/// One Swift module of the map, with its tests in `Tests/<name>Tests` where `tested`.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies, swiftSettings: swift)
}

/// The program, the last row of the map.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: swift)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")

let package = Package(
    name: "martlet",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        family("math"),
        family("event", knows: ["math"]),
        family("telemetry", knows: ["event", "math"]),
        family("journal", knows: ["event", "math", "telemetry"], link: ["crypto", "zstd"]),
        family("book", knows: ["event"]),
        family("matching", knows: ["book"]),
        family("feature", knows: ["math", "event", "book"], link: ["tbb"]),
        family("feed", knows: ["event", "math"], link: ["simdjson", "zstd", "z"]),
        family("fix", knows: ["event", "math", "telemetry"], link: ["quickfix", "ssl", "crypto"]),
        family("exchange", knows: ["event", "math", "telemetry", "book", "matching", "fix"]),
        module("Domain"),
        module("Core", ["Domain", "CxxMath", "CxxEvent", "CxxTelemetry", "CxxJournal"]),
        tests("Core", ["Domain", "CxxMath", "CxxEvent", "CxxTelemetry", "CxxJournal"]),
        module("MarketData", ["Domain", "Core", "CxxEvent", "CxxFeed", "CxxJournal"]),
        tests("MarketData", ["Domain", "Core", "CxxEvent", "CxxFeed"]),
        module("Features", ["Domain", "Core", "MarketData", "CxxEvent", "CxxBook", "CxxFeature", "CxxJournal"]),
        tests("Features", ["Domain", "Core", "MarketData", "CxxEvent", "AllocationCounter"]),
        module("Risk", ["Core", "CxxMath", "CxxEvent"]),
        tests("Risk", ["CxxMath", "CxxEvent"]),
        module("Portfolio", ["Core", "CxxMath", "CxxEvent"]),
        tests("Portfolio", ["CxxMath", "CxxEvent"]),
        module("Execution", ["Core", "CxxEvent"]),
        tests("Execution", ["CxxEvent"]),
        module(
            "Engine",
            [
                "Domain", "Core", "MarketData", "Features", "Risk", "Portfolio", "Execution", "CxxMath", "CxxEvent", "CxxBook",
                "CxxFeature",
            ]),
        tests(
            "Engine",
            ["Domain", "Core", "MarketData", "Features", "Risk", "Portfolio", "Execution", "CxxEvent", "CxxBook", "AllocationCounter"]),
        // Before the C library's allocator in the tests' process, and counts.
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        module("Reports", ["Domain", "Core", "Risk", "Portfolio", "Execution", "Engine", "CxxEvent"]),
        tests("Reports", ["Domain"]),
        module("Simulation"),
        module("Agents", ["Domain", "Features", "CxxEvent"]),
        tests("Agents", ["Domain", "Features"]),
        // Who holds an engine by value names all that it is made of: where one of them changes its layout, an incremental
        // build must compile the holder anew.
        module(
            "Backtest",
            [
                "Domain", "Core", "MarketData", "Features", "Risk", "Portfolio", "Execution", "Engine", "Reports", "Simulation", "Agents",
                "CxxEvent", "CxxJournal", "CxxMatching", "CxxBook",
            ]),
        tests(
            "Backtest",
            [
                "Core", "MarketData", "Features", "Risk", "Portfolio", "Execution", "Engine", "Reports", "Simulation", "Agents", "CxxEvent",
                "CxxExchange",
            ]),
        module(
            "Live",
            [
                "Domain", "Core", "MarketData", "Features", "Risk", "Portfolio", "Execution", "Engine", "Reports", "Agents",
                "CxxEvent", "CxxTelemetry", "CxxJournal", "CxxFix",
            ]),
        tests(
            "Live",
            [
                "Domain", "Core", "MarketData", "Features", "Risk", "Portfolio", "Execution", "Engine", "Reports", "Agents", "CxxEvent", "CxxTelemetry",
                "CxxJournal", "CxxFix",
            ]),
        program(
            "orchestrator",
            [
                "Domain", "Core", "MarketData", "Features", "Risk", "Portfolio", "Execution", "Engine", "Reports", "Simulation", "Agents",
                "Backtest", "Live",
                "CxxEvent", "CxxJournal", "CxxFix", "CxxMatching", "CxxExchange", argumentParser, yams,
            ]),
        tests("orchestrator", ["Domain", "Core", "MarketData", "Features", "Risk", "Reports", "Agents", "CxxEvent", "CxxFeed", "CxxJournal"]),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Domain", "Core", "MarketData", "Features", "Risk", "Portfolio", "Execution", "Engine", "Reports", "Agents", "Backtest", "Live", "CxxEvent",
                "CxxBook", "CxxTelemetry", "CxxJournal", "CxxMatching", "CxxExchange", "CxxFix",
            ],
            path: "Bench/swift", swiftSettings: swift),
        .testTarget(name: "ArchitectureTests", swiftSettings: swift),
        // Runs the program; its C file is built by the test itself and loaded into a session.
        .testTarget(name: "SystemTests", dependencies: ["orchestrator"], exclude: ["crash_point.c"], swiftSettings: swift),
    ],
    cxxLanguageStandard: .cxx20
)
