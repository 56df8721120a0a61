internal import ArgumentParser
internal import Foundation
internal import Live
internal import Risk

struct RiskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "risk",
        abstract: "Shows, throws or lifts the kill switch, of a running process too.",
        subcommands: [ShowRisk.self, Kill.self, Resume.self, Accept.self])
}

/// The kill switch of one data folder: a running process through its socket, else the file that the next
/// start reads.
struct KillSwitchControl {
    let folder: DataFolder

    init(_ source: ConfigurationOptions) throws { folder = DataFolder(try source.load().configuration.run.data) }

    /// Whether a process took the request; else `change` is what the file becomes.
    func order(_ request: ControlRequest, change: (inout KillSwitch, Int64) -> Void) throws -> Bool {
        do {
            try ControlClient(folder: folder.path).send(request)
            return true
        } catch .notRunning {
            try write(change)
            return false
        } catch {
            throw CommandFailure(.unavailable, "\(error)")
        }
    }

    private func write(_ change: (inout KillSwitch, Int64) -> Void) throws {
        guard FileManager.default.fileExists(atPath: folder.path) else {
            throw CommandFailure(.missingInput, "there is no data folder \(folder.path): name it with --set run.data=FOLDER")
        }
        let file = KillSwitchFile(path: folder.killSwitch)
        var state = file.load()
        change(&state, Int64(Date().timeIntervalSince1970 * 1_000_000_000))
        do { try file.save(state) } catch { throw CommandFailure(.inputOutput, "\(error)") }
    }

    /// What a running process says of itself, or nil where none runs.
    func processStatus() throws -> ProcessStatus? {
        do {
            return ProcessStatus(answer: try ControlClient(folder: folder.path).send(.status))
        } catch .notRunning {
            return nil
        } catch {
            throw CommandFailure(.unavailable, "\(error)")
        }
    }

    var stored: KillSwitch { KillSwitchFile(path: folder.killSwitch).load() }
}

/// What the commands answer.
private struct KillSwitchDocument: Encodable {
    var folder: String
    var running: Bool
    var tripped: Bool
    var cause: String
    var reason: String
    var time: Int64
    /// What it says of itself; `nil`: none runs.
    var process: ProcessStatus?
}

/// What a process that runs on the data folder answers of itself.
struct ProcessStatus: Codable {
    /// Name of the run; `nil` where the answer is not understood.
    var run: String?

    init(answer: String) { self = (try? JSONDecoder().decode(ProcessStatus.self, from: Data(answer.utf8))) ?? ProcessStatus() }

    private init() {}

    var text: String { run.map { "runs: \($0)" } ?? "runs" }
}

extension KillSwitchControl {
    fileprivate func show(_ format: OutputFormat) throws {
        let process = try processStatus()
        let state = stored
        switch format {
        case .text:
            var rows = [
                ["data folder", folder.path], ["process", process?.text ?? "none runs"],
                ["kill switch", state.isTripped ? "thrown: \(state.cause.name)" : "not thrown"],
            ]
            if state.reason != .none { rows.append(["reason", "\(state.reason.name): \(state.reason.explanation)"]) }
            if state.time != 0 { rows.append(["since", Timestamp(nanoseconds: state.time).configurationText]) }
            Output.table(rows)
        case .json:
            Output.json(
                KillSwitchDocument(
                    folder: folder.path, running: process != nil, tripped: state.isTripped, cause: state.cause.name,
                    reason: state.reason.name, time: state.time, process: process))
        }
    }

    fileprivate func tell(_ what: String, taken: Bool, next: String, _ format: OutputFormat) {
        let place = taken ? "the running process took it" : "no process runs, the next one \(next)"
        switch format {
        case .text: Output.line("\(what): \(place)")
        case .json: Output.json(["result": what, "taken": taken ? "process" : "file"])
        }
    }
}

struct ShowRisk: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows the kill switch's state and the process that runs.",
        discussion: "\n  orchestrator risk show --set run.data=martlet-data\n")

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() throws { try KillSwitchControl(source).show(output.format) }
}

struct Kill: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "Throws the kill switch: cancels everything, takes no new risk until an operator lifts it.",
        discussion: """
            Where no process runs, the next one starts with the switch thrown. SIGUSR1 to a process does the same.

              orchestrator risk kill
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let control = try KillSwitchControl(source)
        let taken = try control.order(.kill) { state, time in state.trip(.operator, time: time) }
        control.tell("kill switch thrown", taken: taken, next: "starts with it", output.format)
    }
}

struct Resume: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lifts the kill switch. A limit that is still breached throws it again.",
        discussion: "\n  orchestrator risk resume\n")

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let control = try KillSwitchControl(source)
        let taken = try control.order(.resume) { state, time in state.resume(time: time) }
        control.tell("kill switch lifted", taken: taken, next: "may trade", output.format)
    }
}

struct Accept: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Takes the venue's positions over, where they differ from ours: the venue is right, we were wrong.",
        discussion: """
            While the venue's positions differ from ours, no order that adds risk is sent. Where the venue cannot tell the
            executions that explain it, only an operator can end this: who has looked at both books. The running process
            books the difference at the present price, without a fee, and compares anew.

              orchestrator journal dump --kind note    # what differs
              orchestrator risk accept
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let control = try KillSwitchControl(source)
        do {
            try ControlClient(folder: control.folder.path).send(.accept)
        } catch {
            throw CommandFailure(.unavailable, "\(error): only a running process can compare and accept")
        }
        switch output.format {
        case .text: Output.line("the running process takes the venue's positions over and compares anew")
        case .json: Output.json(["result": "accepted", "taken": "process"])
        }
    }
}
