import Foundation
import Testing

/// A crash at every boundary of an order's life: before, in the middle of and after each call that journals its
/// intent, stores and sends its message, receives and journals its reports.
@Suite struct BoundaryTests {
    /// One boundary, and where the order must be found afterwards.
    struct Boundary: CustomStringConvertible {
        var at: String
        /// nil where that depends on whether the decision behind it was recorded: if it was, recovery says the order again
        /// and records it, unsent.
        var isRecorded: Bool?
        var isAtVenue: Bool
        var description: String { at }
    }

    private static let boundaries: [Boundary] = [
        Boundary(at: "command:before", isRecorded: nil, isAtVenue: false),
        Boundary(at: "command:half", isRecorded: nil, isAtVenue: false),
        Boundary(at: "command:after", isRecorded: true, isAtVenue: false),
        Boundary(at: "store:before", isRecorded: true, isAtVenue: false),
        Boundary(at: "store:half", isRecorded: true, isAtVenue: false),
        Boundary(at: "store:after", isRecorded: true, isAtVenue: false),
        Boundary(at: "send:before", isRecorded: true, isAtVenue: false),
        Boundary(at: "send:half", isRecorded: true, isAtVenue: false),
        Boundary(at: "send:after", isRecorded: true, isAtVenue: true),
        Boundary(at: "receive:before", isRecorded: true, isAtVenue: true),
        Boundary(at: "receive:half", isRecorded: true, isAtVenue: true),
        Boundary(at: "receive:after", isRecorded: true, isAtVenue: true),
        Boundary(at: "report:before", isRecorded: true, isAtVenue: true),
        Boundary(at: "report:half", isRecorded: true, isAtVenue: true),
        Boundary(at: "report:after", isRecorded: true, isAtVenue: true),
    ]

    @Test("after a crash at any boundary of an order's life the order is where it must be, once, and the books agree")
    func everyBoundary() throws {
        let market = try Market()
        let library = try Self.crashPoint(in: market)
        try market.openVenue()
        // Each run recovers from the crash before it, and then crashes itself: run n has epoch n.
        var epoch: Int64 = 0
        var crashes: [(boundary: Boundary, order: String)] = []
        for counter in 1...3 as ClosedRange<Int64> {
            for boundary in Self.boundaries {
                epoch += 1
                let order = epoch << 40 | counter
                let session = try market.openSession(
                    environment: [
                        "LD_PRELOAD": library, "MARTLET_CRASH_AT": boundary.at, "MARTLET_CRASH_ORDER": "\(order)",
                        "MARTLET_CRASH_TEXT": SessionJournal.text(order),
                    ])
                #expect(waits(30) { !session.isRunning }, "\(boundary), order \(counter): goes on without the crash")
                if session.isRunning { session.kill() }
                let end = session.end
                try #require(end == .signal(SIGKILL), "\(boundary), order \(counter): \(end) \(session.output.suffix(500)) \(session.errors)")
                crashes.append((boundary, SessionJournal.text(order)))
            }
        }
        let report = try market.lastSession()
        let books = try market.closeVenue()
        let journal = try market.expectEqualBooks(report: report, books: books)
        let atVenue = Set(try books.ours().orders.map(\.clientOrder))
        for crash in crashes {
            if let isRecorded = crash.boundary.isRecorded {
                #expect(journal.newOrders.contains(crash.order) == isRecorded, "\(crash.boundary) \(crash.order)")
            }
            #expect(atVenue.contains(crash.order) == crash.boundary.isAtVenue, "\(crash.boundary) \(crash.order)")
        }
        print("\(crashes.count) boundaries, \(journal.newOrders.count) orders")
    }

    @Test(
        "a fill that counts as received and that the journal does not hold when the process dies is booked once by the next one, without an operator",
        arguments: ["FIX.4.4", "FIX.4.2"])
    func countedFill(version: String) throws {
        let market = try Market()
        let library = try Self.crashPoint(in: market)
        let settings = ["--set", "venue.version=\(version)"]
        try market.openVenue(settings)
        for round in 1...3 {
            let session = try market.openSession(
                settings,
                environment: [
                    "LD_PRELOAD": library, "MARTLET_CRASH_AT": "count:after", "MARTLET_CRASH_ORDER": "0", "MARTLET_CRASH_TEXT": "-",
                ])
            #expect(waits(30) { !session.isRunning }, "round \(round): no fill came")
            if session.isRunning { session.kill() }
            try #require(session.end == .signal(SIGKILL), "round \(round): \(session.output.suffix(500)) \(session.errors)")
            #expect(try SessionJournal(market).executions.count < market.fillsReceived(), "round \(round): the journal has them all")
        }
        let last = try market.openSession(settings + ["--set", "run.duration=5m"])
        try #require(try last.wait(seconds: 60) == .exit(0), "\(last.output.suffix(2_000))\(last.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(last.output.utf8))
        let journal = try market.expectEqualBooks(report: report, books: try market.closeVenue())
        #expect(journal.executions.count >= 3)
    }

    /// Builds the library that crashes a session, with the toolchain's clang, and returns its path.
    private static func crashPoint(in market: Market) throws -> String {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("crash_point.c").path
        let library = market.path("crash_point.so")
        let clang = try #require(Self.clang(), "no clang: neither beside swiftc in PATH nor in PATH")
        let build = try Child(
            clang, ["-Wall", "-Wextra", "-Werror", "-O1", "-fno-builtin", "-shared", "-fPIC", "-o", library, source, "-ldl"], in: market.folder, name: "clang")
        try #require(try build.wait(seconds: 60) == .exit(0), "\(build.errors)")
        return library
    }

    private static func clang() -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let beside = folders.map { "\($0)/swiftc" }.filter { FileManager.default.isExecutableFile(atPath: $0) }
            .map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent().path }
        return (beside + folders).map { "\($0)/clang" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
