import Foundation
import Testing
import orchestrator

/// One short session, seen afterwards by every command that shows what happened in it.
@Suite(.serialized) struct SessionViewTests {
    /// Rows of a table by their first cell.
    private func rows(_ text: String) -> [String: [String]] {
        text.split(separator: "\n").reduce(into: [:]) { rows, line in
            let cells = line.split(separator: " ").map(String.init)
            rows[cells[0]] = cells
        }
    }

    @Test("report, the venue's books, journal dump and explain say the same of a session, in words and in units")
    func views() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        let ran = try runner.run("run", "--set", "run.duration=45m", "--set", "venue.speed=600x", "--format", "json")
        try #require(ran.status == 0, "\(ran.errors)")
        let report = try ran.object()

        let books = try runner.run("venue", "--state")
        try #require(books.status == 0, "\(books.errors)")
        let accounts = rows(books.output)
        for instrument in instruments(report) {
            let account = try #require(accounts[instrument["symbol"] ?? ""])
            #expect(account[1] == instrument["position"] && account[3] == instrument["fees"] && account[4] == "USD")
        }
        let state = try runner.run("venue", "--state", "--format", "json").object()
        let delta = try #require((state["instruments"] as? [[String: Any]])?.first { $0["symbol"] as? String == "DELTA" })
        #expect(delta["priceIncrement"] as? String == "0.5" && delta["lotIncrement"] as? String == "0.001" && delta["moneyUnit"] as? String == "0.0001")

        let dump = try runner.run("journal", "dump", "--kind", "command").output
        #expect(dump.contains("command=positions") && dump.contains("command=mass_status"))
        #expect(try runner.run("journal", "dump", "--kind", "control").output.contains("action=stop"))
        #expect(try runner.run("journal", "dump", "--kind", "note").output.contains("note=reconciliation differences=0"))
        #expect(try runner.run("journal", "dump", "--kind", "position_report").output.contains("cash="))
        let order = try #require(accounts["1"], "the session made no order")
        #expect(order[1] == "M1-1-1" && dump.contains("command=new_order") && dump.contains("client_order=M1-1-1 type=limit price=\(order[5])"))
        #expect(try runner.run("journal", "dump", "--kind", "execution_report").output.contains("execution=E"))

        let explained = try runner.run("explain", "M1-1-1")
        #expect(explained.output.hasPrefix("order M1-1-1: \(order[3]) \(order[6]) \(order[2]), limit at \(order[5]), "))
        #expect(explained.output.contains("\noutcome: \(order[4]), ") && !explained.output.contains("nan"))
        let missing = try runner.run("explain", "M1-1-ZZ")
        #expect(missing.status == ExitStatus.missingInput.rawValue && missing.errors.contains("no order M1-1-ZZ"))
    }

    @Test("what a client sent as UTF-8 is read as that; what is none stays as its bytes")
    func characters() {
        #expect(VenueState.characters("M1-\u{C3}\u{A9}") == "M1-é")
        #expect(VenueState.characters("M1-\u{E9}") == "M1-\u{E9}")
    }

    private func instruments(_ report: [String: Any]) -> [[String: String]] {
        (report["instruments"] as? [[String: Any]] ?? []).map { $0.compactMapValues { $0 as? String } }
    }
}
