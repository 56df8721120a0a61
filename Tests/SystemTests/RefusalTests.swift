import Foundation
import Testing

/// Bad input and bad surroundings, through the command line: each ends with its own exit code and says what is wrong.
@Suite struct RefusalTests {
    // Numbers of the table in docs/commands.md.
    private static let badData: Child.End = .exit(65)
    private static let unavailable: Child.End = .exit(69)
    private static let inputOutput: Child.End = .exit(74)
    private static let refused: Child.End = .exit(77)
    private static let configuration: Child.End = .exit(78)

    private func session(_ market: Market, _ more: [String] = [], environment: [String: String] = [:]) throws -> (end: Child.End, said: String) {
        let child = try market.openSession(["--set", "run.duration=2m"] + more, environment: environment)
        let end = try child.wait()
        return (end, child.output + child.errors)
    }

    @Test("a wrong password is refused by the venue, and the session says so and ends")
    func wrongPassword() throws {
        let market = try Market()
        let password = ["--set", "venue.password=environment:MARTLET_TEST_PASSWORD"]
        try market.openVenue(password, environment: ["MARTLET_TEST_PASSWORD": "right"])
        let patience = ["--set", "venue.logon_timeout=2s"]
        let wrong = try session(market, password + patience, environment: ["MARTLET_TEST_PASSWORD": "wrong"])
        #expect(wrong.end == Self.unavailable)
        #expect(wrong.said.contains("wrong username or password"), "\(wrong.said)")
        #expect(!wrong.said.contains("right"))
        #expect(try session(market, patience).end == Self.unavailable, "no password at all")
        #expect(try session(market, password, environment: ["MARTLET_TEST_PASSWORD": ""]).end == Self.refused)
        #expect(try session(market, password, environment: ["MARTLET_TEST_PASSWORD": "right"]).end == .exit(0))
        #expect(try market.closeVenue().ours().orders.count > 0)
    }

    @Test("a venue that does not know our name, is not the one named, or is not there at all ends the session with a reason")
    func wrongNames() throws {
        let market = try Market()
        try market.openVenue()
        let patience = ["--set", "venue.logon_timeout=2s"]
        for wrong in ["venue.sender_comp_id=NOBODY", "venue.target_comp_id=NOWHERE"] {
            let result = try session(market, patience + ["--set", wrong])
            #expect(result.end == Self.unavailable, "\(wrong)")
            #expect(result.said.contains("no logon in time: "), "\(result.said)")
        }
        _ = try market.closeVenue()
        let result = try session(market, patience)
        #expect(result.end == Self.unavailable)
        #expect(result.said.contains("cannot connect to 127.0.0.1 port \(market.port): Connection refused"), "\(result.said)")
    }

    @Test("a port or a folder that another venue has is refused")
    func inUse() throws {
        let market = try Market()
        try market.openVenue()
        let port = try market.run("venue", "--config", "m.yaml", "--port", "\(market.port)", "--folder", "other")
        #expect(port.end == Self.unavailable)
        #expect(port.errors.contains("cannot listen on 127.0.0.1 port \(market.port): Address already in use"), "\(port.errors)")
        let folder = try market.run("venue", "--config", "m.yaml", "--port", "0", "--folder", "venue")
        #expect(folder.end == Self.inputOutput)
        #expect(folder.errors.contains("venue.journal is in use by another process"), "\(folder.errors)")
    }

    @Test("a second session on a data folder is refused and does not disturb the first")
    func secondSession() throws {
        let market = try Market()
        try market.openVenue()
        let first = try market.openSession()
        try market.trades(1, session: first)
        let second = try session(market)
        #expect(second.end == Self.inputOutput)
        #expect(second.said.contains("another process runs on"), "\(second.said)")
        try market.trades(market.ordersStored() + 2, session: first)
        first.send(SIGTERM)
        #expect(try first.wait() == .exit(130))
    }

    @Test("a typo in the configuration starts nothing, and the right word is proposed")
    func typo() throws {
        let market = try Market()
        let result = try session(market, ["--set", "venue.port=1", "--set", "run.timefame=5s"])
        #expect(result.end == Self.configuration)
        #expect(result.said.contains("run.timefame: is not a key; did you mean timeframe?") || result.said.contains("timeframe"), "\(result.said)")
        #expect(!FileManager.default.fileExists(atPath: market.path("data")))
    }

    @Test("a session does not start on a journal with a flipped bit, and says where it is")
    func corruptJournal() throws {
        let market = try Market()
        try market.openVenue()
        _ = try market.lastSession(duration: "10m")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: market.path("data/journal")).first { $0.hasSuffix(".segment") })
        let file = URL(fileURLWithPath: market.path("data/journal/\(name)"))
        let whole = try Data(contentsOf: file)
        var bytes = whole
        bytes[bytes.count / 2] ^= 4
        try bytes.write(to: file)
        let result = try session(market)
        #expect(result.end == Self.badData)
        #expect(result.said.contains("damaged inside: segment 1 at byte"), "\(result.said)")
        #expect(try Data(contentsOf: file) == bytes, "nothing is changed")
        try whole.write(to: file)
        let report = try market.lastSession()
        _ = try market.expectEqualBooks(report: report, books: try market.closeVenue())
    }

    @Test("a session whose journal is lost, but not its message store, is refused: order numbers could be used twice")
    func lostJournal() throws {
        let market = try Market()
        try market.openVenue()
        _ = try market.lastSession(duration: "2m")
        try FileManager.default.removeItem(atPath: market.path("data/journal"))
        let result = try session(market)
        #expect(result.end == Self.badData)
        #expect(result.said.contains("MARTLET-MSIM.fixstore has a past"), "\(result.said)")
    }

    /// A market whose venue has forgotten a position of ours, running again.
    private func forgetfulMarket() throws -> Market {
        let market = try Market()
        try market.openVenue()
        for _ in 1...10 {
            _ = try market.lastSession(duration: "1m")
            if try market.books().ours().accounts.contains(where: { $0.position != 0 }) { break }
        }
        _ = try market.closeVenue()
        try FileManager.default.removeItem(atPath: market.path("venue/venue.journal"))
        try market.openVenue()
        return market
    }

    @Test("an operator's accept reaches the session, which takes the venue's position over and compares anew")
    func accepted() throws {
        // This venue begins its execution ids anew too, which no venue may within a day: what comes after is not looked at.
        let market = try forgetfulMarket()
        let session = try market.openSession()
        func says(_ words: String) throws -> Bool {
            try market.run("journal", "dump", "data/journal", "--kind", "note").output.contains(words)
        }
        let differs = try waits(20) { try says("difference=position") || !session.isRunning }
        try #require(differs && session.isRunning, "\(session.output)")
        #expect(try market.run("risk", "accept", "--config", "m.yaml").end == .exit(0))
        let took = try waits(20) { try says("note=accepted") || !session.isRunning }
        #expect(took && session.isRunning)
        session.send(SIGTERM)
        _ = try session.wait()
        #expect(try market.run("risk", "accept", "--config", "m.yaml").end == .exit(69), "nobody is there to accept")
    }

    @Test("a session that ends at odds with the venue's books says so and ends with 1")
    func venueForgets() throws {
        let market = try forgetfulMarket()
        let result = try session(market)
        #expect(result.end == .exit(1), "\(result.said)")
        #expect(result.said.contains("the venue's books and ours differ"), "\(result.said)")
    }

    @Test("markets without a moment in common are not replayed together, and each is named with its days")
    func otherYears() throws {
        let market = try Market()
        for (symbol, year) in [("OLD", 2012), ("NEW", 2022)] {
            let rows = (0..<60).map { "\(year)-03-01 10:\($0 < 10 ? "0" : "")\($0):00,100.0,100.5,99.5,100.25,10" }
            try (["timestamp,open,high,low,close,volume"] + rows).joined(separator: "\n")
                .write(toFile: market.path("\(symbol).csv"), atomically: true, encoding: .utf8)
            let imported = try market.run("data", "import", "--instrument", "X:\(symbol)", "\(symbol).csv", "--set", "run.data=data")
            try #require(imported.end == .exit(0), "\(imported.output)\(imported.errors)")
        }
        let result = try market.run("run", "--market", "OLD,NEW", "--set", "run.data=data")
        #expect(result.end == .exit(64))
        #expect(result.errors.contains("no time in common: X:OLD 2012-03-01 to 2012-03-01, X:NEW 2022-03-01 to 2022-03-01"), "\(result.errors)")
    }

    @Test("a full disk halts the session safely; with more space it goes on and the books agree")
    func fullDisk() throws {
        let market = try Market()
        guard let disk = try Disk(at: market.path("data"), size: "3m") else { return }
        defer { disk.remove() }
        try market.openVenue()
        let full = try session(market, ["--set", "run.duration=10h"])
        #expect(full.end == Self.inputOutput)
        #expect(full.said.contains("journal: no space left"), "\(full.said)")
        let again = try session(market)
        #expect(again.end == Self.inputOutput, "still full: \(again.said)")
        try disk.remount("size=64m")
        let report = try market.lastSession()
        _ = try market.expectEqualBooks(report: report, books: try market.closeVenue())
    }

    @Test("a read-only data folder is refused, nothing is lost")
    func readOnly() throws {
        let market = try Market()
        guard let disk = try Disk(at: market.path("data"), size: "64m") else { return }
        defer { disk.remove() }
        try market.openVenue()
        _ = try market.lastSession()
        try disk.remount("ro")
        let result = try session(market)
        #expect(result.end == Self.inputOutput)
        #expect(result.said.contains("Read-only file system"), "\(result.said)")
        try disk.remount("rw")
        let report = try market.lastSession()
        _ = try market.expectEqualBooks(report: report, books: try market.closeVenue())
    }
}

/// A small disk of its own, in memory.
final class Disk {
    private let folder: String
    private var isMounted = true

    /// nil, with a line that says so, where this user may not mount.
    init?(at folder: String, size: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard mount("tmpfs", folder, "tmpfs", 0, "size=\(size)") == 0 else {
            print("skipped: mounting a tmpfs is not permitted here (\(String(cString: strerror(errno))))")
            return nil
        }
    }

    /// `ro`, `rw` or `size=…`.
    func remount(_ what: String) throws {
        let flags = UInt(MS_REMOUNT) | (what == "ro" ? UInt(MS_RDONLY) : 0)
        let done = mount("tmpfs", folder, "tmpfs", flags, what.hasPrefix("size") ? what : nil)
        try #require(done == 0, "remount \(what): \(String(cString: strerror(errno)))")
    }

    func remove() {
        guard isMounted else { return }
        isMounted = false
        umount2(folder, Int32(MNT_DETACH))
    }
}
