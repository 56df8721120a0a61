import Core
import CxxEvent
import CxxJournal
import Foundation
import Risk
import Testing
import orchestrator

@Suite struct CommandTests {
    @Test("config check tells all problems on standard error and ends with the configuration's code")
    func check() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        try runner.write("m.yaml", "run:\n  sed: 1\nvenue:\n  heartbeat: 30\n")
        let result = try runner.run("config", "check", "m.yaml")
        #expect(result.status == ExitStatus.configuration.rawValue)
        #expect(result.output == "")
        #expect(result.errors.contains("m.yaml:2:3: run.sed: is not a key; did you mean seed?"))
        #expect(result.errors.contains("m.yaml:4:14: venue.heartbeat: expected a duration"))
        try runner.write("m.yaml", "run: {seed: 1}\n")
        #expect(try runner.run("config", "check", "m.yaml").status == 0)
    }

    @Test("a failure in JSON is one object on standard output")
    func jsonFailure() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        try runner.write("m.yaml", "run:\n  sed: 1\n")
        let error = try #require(try runner.run("config", "check", "m.yaml", "--format", "json").object()["error"] as? [String: Any])
        #expect(error["code"] as? Int == 78)
        #expect((error["problems"] as? [[String: Any]])?.first?["at"] as? String == "m.yaml:2:3")
    }

    @Test("config explain names the origin of each value")
    func explain() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        try runner.write("m.yaml", "run:\n  name: one\n")
        let result = try runner.run(
            "config", "explain", "--config", "m.yaml", "--set", "risk.drawdown=9%", environment: ["MARTLET__RUN__SEED": "5"])
        #expect(result.status == 0)
        let rows = result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.contains(["run.name", "one", "m.yaml:2:9"]))
        #expect(rows.contains(["run.seed", "5", "$MARTLET__RUN__SEED"]))
        #expect(rows.contains(["risk.drawdown", "9%", "--set"]))
        #expect(rows.contains(["risk.daily_loss", "5%", "default"]))
    }

    @Test("an unknown command is a usage error")
    func usage() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        let nonsense = try runner.run("nonsense")
        #expect(nonsense.status == ExitStatus.usage.rawValue && nonsense.errors.contains("`orchestrator --help` lists the commands"))
        #expect(try runner.run("backtset").errors.contains("did you mean `orchestrator backtest`?"))
        #expect(try runner.run("journal", "verfiy").errors.contains("did you mean `orchestrator journal verify`?"))
        #expect(try runner.run("--seed", "-1").errors.contains("'-1' is invalid"))
        #expect(try runner.run("--version").output.hasPrefix("orchestrator "))
        #expect(try runner.run("config", "explain", "--set", "noequals").status == ExitStatus.usage.rawValue)
    }

    @Test("a configuration file that is not there is missing input; a folder in its place is named as one; a pipe is a file")
    func configurationFiles() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        let missing = try runner.run("config", "explain", "--config", "none.yaml")
        #expect(missing.status == ExitStatus.missingInput.rawValue && missing.errors.contains("no such file"))
        let folder = try runner.run("config", "explain", "--config", ".")
        #expect(folder.status == ExitStatus.configuration.rawValue && folder.errors.contains("is a folder"))
        #expect(try runner.run("config", "explain", "--config", "/dev/null").status == 0)
    }

    @Test("a start that is refused leaves nothing behind")
    func refusedStart() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        let refused = try runner.run("run", "--set", "venue.password=file:nowhere")
        #expect(refused.status == ExitStatus.refused.rawValue, "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: runner.path("martlet-data")))
        for command in ["run", "paper"] {
            let blocked = try runner.run(command, "--set", "venue.dictionaries=nowhere")
            #expect(blocked.status == ExitStatus.unavailable.rawValue)
            #expect(!FileManager.default.fileExists(atPath: runner.path("martlet-data")), "\(command): \(blocked.errors)")
        }
    }

    @Test("a backtest needs no venue, so it is not asked where one is; a session is")
    func backtestWithoutVenue() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        try runner.write("m.yaml", "venue:\n  embedded: false\nrun:\n  duration: 5m\n")
        #expect(try runner.run("backtest", "--config", "m.yaml").status == 0)
        let paper = try runner.run("paper", "--config", "m.yaml")
        #expect(paper.status == ExitStatus.configuration.rawValue && paper.errors.contains("venue.port: expected the port of the venue"))
    }

    @Test("the report is written in the forms and to the place that are configured")
    func reports() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        let result = try runner.run(
            "backtest", "--keep", "--set", "run.duration=5m", "--set", "reports.folder=kept", "--set", "reports.formats=[json]")
        #expect(result.status == 0 && result.output == "", "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: runner.path("kept/session-0001")) == ["report.json"])
        #expect(!FileManager.default.fileExists(atPath: runner.path("martlet-data/session-0001/report.json")))
    }

    @Test("live trading is confirmed in the file, not on the command line")
    func liveConfirmation() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        let result = try runner.run("live", "--set", "live.confirm=\(LiveSettings.confirmation)")
        #expect(result.status == ExitStatus.refused.rawValue && result.errors.contains("must stand in the configuration file"))
    }

    @Test("every command has a help with an example")
    func help() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        for command in [["config", "explain"], ["config", "check"], ["doctor"], ["journal", "verify"], ["journal", "dump"],
            ["data", "import"], ["data", "list"], ["data", "verify"], ["data", "bars"], ["risk", "show"], ["risk", "kill"], ["risk", "resume"]]
        {
            let text = try runner.help(command)
            #expect(text.contains("orchestrator " + command.joined(separator: " ")), "\(command)")
            #expect(text.contains("--format"), "\(command)")
        }
    }

    @Test("without a process the kill switch is thrown and lifted in its file")
    func killSwitch() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        let data = "run.data=\(runner.folder.path)"
        #expect(try runner.run("risk", "show", "--set", data, "--format", "json").object()["tripped"] as? Bool == false)
        #expect(try runner.run("risk", "kill", "--set", data).status == 0)
        #expect(KillSwitchFile(path: runner.path("kill-switch")).load().cause == .operator)
        let shown = try runner.run("risk", "show", "--set", data, "--format", "json").object()
        #expect(shown["tripped"] as? Bool == true)
        #expect(shown["cause"] as? String == "operator" && shown["process"] == nil)
        #expect(try runner.run("risk", "resume", "--set", data).status == 0)
        #expect(!KillSwitchFile(path: runner.path("kill-switch")).load().isTripped)
        #expect(try runner.run("risk", "kill", "--set", "run.data=/nonexistent").status == ExitStatus.missingInput.rawValue)
    }
}

@Suite struct JournalCommandTests {
    /// A journal of `count` trades of ALFA.
    private func write(_ folder: String, count: UInt64) {
        var instrument = martlet.InstrumentDefinition()
        withUnsafeMutableBytes(of: &instrument.symbol) { $0.copyBytes(from: "ALFA".utf8) }
        instrument.price_increment = martlet.Decimal(mantissa: 1, exponent: -2)
        var journal = martlet.Journal()
        #expect(journal.open(directory: folder, instruments: [instrument], settings: martlet.JournalOptions()) == .ok)
        for sequence in 1...count {
            var event = martlet.MarketEvent()
            event.sequence = sequence
            event.receive_time = Int64(sequence) * 1_000
            event.kind = sequence % 2 == 0 ? .trade : .order_add
            event.side = .buy
            event.price = 10_001
            event.quantity = 3
            #expect(journal.append(&event, 64, nil, 0))
        }
        #expect(journal.close() == .ok)
    }

    @Test("a journal that is whole is verified and printed")
    func whole() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        write(runner.path("journal"), count: 10)
        let verdict = try runner.run("journal", "verify", "journal", "--format", "json")
        #expect(verdict.status == 0)
        #expect(try verdict.object()["records"] as? Int == 10)
        #expect(try runner.run("journal", "verify", "--set", "run.data=.").status == 0)
        let dump = try runner.run("journal", "dump", "journal", "--from", "3", "--count", "2")
        #expect(dump.output == "3 3000 order_add ALFA side=buy price=100.01 quantity=3\n4 4000 trade ALFA side=buy price=100.01 quantity=3\n")
        let trades = try runner.run("journal", "dump", "journal", "--kind", "trade", "--format", "json")
        #expect(trades.output.split(separator: "\n").count == 5)
        #expect(trades.output.hasPrefix("{\"instrument\":\"ALFA\",\"kind\":\"trade\",\"price\":\"100.01\""))
    }

    @Test("a flipped bit is found, with its place")
    func damaged() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        write(runner.path("journal"), count: 100)
        let segment = try #require(try FileManager.default.contentsOfDirectory(atPath: runner.path("journal")).first { $0.hasSuffix(".segment") })
        let file = URL(fileURLWithPath: runner.path("journal/\(segment)"))
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 4
        try bytes.write(to: file)
        let verdict = try runner.run("journal", "verify", "journal", "--format", "json")
        #expect(verdict.status == ExitStatus.finding.rawValue)
        let damage = try #require(try verdict.object()["damage"] as? [String: Any])
        #expect((damage["offset"] as? Int ?? 0) > 0)
        let dump = try runner.run("journal", "dump", "journal")
        #expect(dump.status == ExitStatus.finding.rawValue)
        #expect(!dump.output.isEmpty)
        #expect(dump.errors.contains("journal"))
    }

    @Test("a journal or record that is not there is missing input")
    func missing() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        let nothing = try runner.run("journal", "verify", "nothing")
        #expect(nothing.status == ExitStatus.missingInput.rawValue && nothing.output == "" && nothing.errors.contains("no journal is here"))
        #expect(try runner.run("journal", "dump", "nothing").status == ExitStatus.missingInput.rawValue)
        write(runner.path("journal"), count: 10)
        #expect(try runner.run("journal", "dump", "journal", "--from", "11").status == ExitStatus.missingInput.rawValue)
        #expect(try runner.run("journal", "dump", "journal", "--kind", "nonsense").status == ExitStatus.usage.rawValue)
    }
}

extension CommandRunner {
    fileprivate func help(_ command: [String]) throws -> String {
        let result = command.count == 1 ? try run(command[0], "--help") : try run(command[0], command[1], "--help")
        #expect(result.status == 0)
        return result.output
    }
}
