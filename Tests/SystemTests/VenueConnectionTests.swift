import Foundation
import Testing

/// How a session reaches a venue: encrypted, at its hours, numbers agreed anew. Real processes on loopback.
@Suite struct VenueConnectionTests {
    private static let unavailable: Child.End = .exit(69)
    private static let configuration: Child.End = .exit(78)

    /// A certificate for `names` with its key, PEM, made while the test runs: its own authority.
    private func certificate(_ name: String, names: String, in market: Market) throws -> (certificate: String, key: String) {
        let (certificate, key) = (market.path("\(name).pem"), market.path("\(name).key"))
        let made = try Child(
            "/usr/bin/openssl",
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
             "-addext", "subjectAltName=\(names)", "-keyout", key, "-out", certificate],
            in: market.folder, name: "openssl-\(name)")
        try #require(try made.wait() == .exit(0), "\(made.errors)")
        return (certificate, key)
    }

    private func session(_ market: Market, _ settings: [String], _ more: [String] = []) throws -> (end: Child.End, said: String) {
        let all = ["run.duration=2m", "venue.logon_timeout=2s"] + settings
        let child = try market.openSession(all.flatMap { ["--set", $0] } + more)
        return (try child.wait(), child.output + child.errors)
    }

    @Test("a session trades over TLS with a venue whose certificate leads to the named authority and bears its name, and with no other")
    func encrypted() throws {
        let market = try Market()
        let venue = try certificate("venue", names: "DNS:exchange.test,IP:127.0.0.1", in: market)
        let other = try certificate("other", names: "DNS:exchange.test,IP:127.0.0.1", in: market)
        let client = try certificate("client", names: "DNS:client.test", in: market)
        try market.openVenue(["--certificate", venue.certificate, "--key", venue.key, "--client-authorities", client.certificate])
        let tls = ["venue.tls.enabled=true", "venue.tls.ca_file=\(venue.certificate)"]
        let own = ["venue.tls.certificate=\(client.certificate)", "venue.tls.key=\(client.key)"]

        for (wrong, why) in [
            (["venue.tls.enabled=true", "venue.tls.ca_file=\(other.certificate)"] + own, "certificate"),
            (tls + own + ["venue.tls.server_name=elsewhere.test"], "elsewhere.test"),
        ] {
            let result = try session(market, wrong)
            #expect(result.end == Self.unavailable, "\(wrong): \(result.said)")
            #expect(result.said.contains(why), "\(result.said)")
        }
        #expect(try session(market, tls).end == Self.unavailable, "without the certificate that the venue asks for")
        #expect(try session(market, []).end == Self.unavailable, "in plain text")
        let missing = try session(market, ["venue.tls.enabled=true", "venue.tls.ca_file=\(market.path("none.pem"))"])
        #expect(missing.end != .exit(0) && missing.said.contains("none.pem"), "\(missing.said)")

        for name in [[], ["venue.tls.server_name=exchange.test"]] {
            let result = try session(market, tls + own + name)
            #expect(result.end == .exit(0), "\(result.said)")
        }
        #expect(try market.closeVenue().ours().orders.count > 0)
    }

    @Test("outside the hours of the session nobody connects; within them it trades")
    func hours() throws {
        let market = try Market()
        try market.openVenue()
        let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
        let today = Calendar(identifier: .gregorian).dateComponents(in: TimeZone(identifier: "UTC")!, from: Date()).weekday! - 1
        let whole = ["venue.hours.start=00:00", "venue.hours.end=00:00"]
        let closed = try session(market, whole + ["venue.hours.days=[\(days[(today + 3) % 7])]"])
        #expect(closed.end == Self.unavailable)
        #expect(closed.said.contains("no logon in time"), "\(closed.said)")
        let zone = try session(market, whole + ["venue.hours.zone=Atlantis/Capital"])
        #expect(zone.end == Self.unavailable && zone.said.contains("Atlantis/Capital"), "\(zone.said)")
        let half = try session(market, ["venue.hours.start=08:00"])
        #expect(half.end == Self.configuration && half.said.contains("venue.hours.end"), "\(half.said)")
        let open = try session(market, whole + ["venue.hours.zone=America/New_York"])
        #expect(open.end == .exit(0), "\(open.said)")
        #expect(try market.closeVenue().ours().orders.count > 0)
    }

    @Test("a venue that lost its message numbers refuses ours until an operator begins them anew at both ends")
    func numbersAnew() throws {
        let market = try Market()
        try market.openVenue()
        #expect(try session(market, []).end == .exit(0))
        _ = try market.closeVenue()
        try FileManager.default.removeItem(atPath: market.path("venue/fix"))
        try market.openVenue()
        let refused = try session(market, [])
        #expect(refused.end == Self.unavailable, "\(refused.said)")
        let agreed = try session(market, [], ["--reset-sequence-numbers"])
        #expect(agreed.end == .exit(0), "\(agreed.said)")
        _ = try market.closeVenue()
    }

    @Test("sessions over FIX 4.2 trade, end and go on with one journal, and the books are the venue's")
    func olderVersion() throws {
        let market = try Market()
        let version = ["--set", "venue.version=FIX.4.2"]
        try market.openVenue(version)
        for round in 1...3 {
            let running = try market.openSession(version)
            try market.trades(market.ordersStored() + round, session: running)
            running.send(SIGTERM)
            try running.wait()
        }
        let last = try market.openSession(version + ["--set", "run.duration=5m"])
        try #require(try last.wait(seconds: 60) == .exit(0), "\(last.output.suffix(2_000))\(last.errors)")
        #expect(last.output.contains("FIX 4.2 has no question for them"))
        let report = try JSONDecoder().decode(Report.self, from: Data(last.output.utf8))
        _ = try market.expectEqualBooks(report: report, books: try market.closeVenue())
        let password = try session(market, ["venue.version=FIX.4.2", "venue.password=environment:NOBODY"])
        #expect(password.end == Self.configuration && password.said.contains("venue.password"), "\(password.said)")
    }

    @Test("a session that also listens to a drop copy hears every execution twice, books it once, and ends with the venue's books", arguments: ["FIX.4.4", "FIX.4.2"])
    func dropCopy(version: String) throws {
        let market = try Market()
        let settings = ["--set", "venue.drop_copy.enabled=true", "--set", "venue.version=\(version)"]
        try market.openVenue(settings)
        let first = try market.openSession(settings + ["--set", "venue.drop_copy.port=\(market.port)"])
        try market.trades(3, session: first)
        first.send(SIGTERM)
        try first.wait()
        let last = try market.openSession(settings + ["--set", "run.duration=5m"])
        try #require(try last.wait(seconds: 60) == .exit(0), "\(last.output.suffix(2_000))\(last.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(last.output.utf8))
        _ = try market.expectEqualBooks(report: report, books: try market.closeVenue())
        let dump = try market.run("journal", "dump", "data/journal", "--kind", "execution_report", "--format", "json")
        let lines = dump.output.split(separator: "\n").filter { $0.contains("\"exec_type\": \"trade\"") || $0.contains("\"exec_type\":\"trade\"") }
        let copies = lines.filter { $0.contains("copy") }
        // When the sessions ended the copy may have been some behind.
        #expect(copies.count > 0 && copies.count * 10 >= (lines.count - copies.count) * 9, "\(copies.count) copies of \(lines.count - copies.count)")
    }
}
