internal import ArgumentParser
internal import CxxEvent
internal import CxxJournal
internal import Engine
internal import Foundation
internal import Live
internal import MarketData

/// A session again, from its journal alone.
struct ReplayCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replays a session's journal and compares every decision and order bit for bit.",
        discussion: """
            Feeds the journalled inputs to a new engine, made from the configuration in the journal's header, and shows the \
            council again what it was shown. No network and no clock take part. Ends with 1 where the engine or the council says \
            anything else than was journalled.

              orchestrator replay martlet-data/latest/journal

            Where the journal's beginning was removed (run.journal_retain) it begins at the oldest snapshot that can be used, and \
            says so: of what came before nothing is proved, but both digests are those of the whole. With --from-snapshot it begins \
            at the newest one, as a restart does.
            """)

    @Flag(help: "Begin at the newest snapshot, not at the first record.") var fromSnapshot = false
    @OptionGroup var location: JournalLocation
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = try location.path()
        var reader = martlet.JournalReader()
        let status = reader.open(path)
        guard status == .ok else { throw failure(status, "\(path): \(String(cString: martlet.journal_status_text(status)))") }
        let text = try RunText(
            json: String(
                decoding: UnsafeRawBufferPointer(start: reader.run_text(), count: reader.run_text_size()), as: UTF8.self))
        guard text.mode != "backtest" else {
            throw CommandFailure(.usage, "a backtest's journal names its events in the catalog: run `orchestrator backtest` again and compare the digests")
        }
        var session = SessionConfiguration(settings: RunText.settings(of:))
        session.instruments = (0..<reader.instrument_count()).map { reader.instrument($0) }
        session.sources = session.instruments.map { _ in .byOrder }
        var recovery = JournalRecovery(
            folder: path, initial: try text.settings(), decidesAgain: true, settings: RunText.settings(of:)
        ) { [session] settings throws(SessionError) in
            try TradingSession.engine(session, settings)
        }
        do {
            var replay = try recovery.replay(from: fromSnapshot ? .newestSnapshot : .firstRecord)
            replay.finishDigests()
            write(Replayed(path: path, replay.summary, notes: recovery.notes))
        } catch {
            throw CommandFailure(.finding, ([("\(path): \(error)")] + recovery.notes).joined(separator: "; "))
        }
    }

    private func write(_ result: Replayed) {
        switch output.format {
        case .json: Output.json(result)
        case .text:
            Output.table([
                ["journal", result.journal], ["same", "yes"], ["from", result.beginning], ["inputs", "\(result.inputs)"],
                ["decisions", "\(result.decisions), \(result.decidedAgain) decided again"],
                ["outputs", "\(result.outputs), \(result.commands) commands"], ["runs", "\(result.runs)"],
                ["digest", "inputs     \(result.digest.inputs)"], ["", "decisions  \(result.digest.decisions)"],
            ] + result.notes.map { ["note", $0] })
        }
    }

    private struct Replayed: Encodable {
        struct Digest: Encodable {
            var inputs: String
            var decisions: String
        }
        var journal: String
        var inputs: UInt64
        var outputs: UInt64
        var commands: UInt64
        var decisions: UInt64
        var decidedAgain: UInt64
        var runs: UInt64
        var unwritten: UInt64
        /// The record of the snapshot that it began from; 0: it began at the first record.
        var snapshot: UInt64
        var digest: Digest
        /// Snapshots that were passed over.
        var notes: [String]

        var beginning: String {
            snapshot == 0 ? "record 1" : "record \(snapshot + 1), from a snapshot: what came before is in the digests and is not proved"
        }

        init(path: String, _ summary: ReplaySummary, notes: [String]) {
            journal = path
            inputs = summary.inputs
            outputs = summary.outputs
            commands = summary.commands
            decisions = summary.decisions
            decidedAgain = summary.decidedAgain
            runs = summary.runs
            unwritten = summary.unwritten
            snapshot = summary.snapshot
            self.notes = notes
            digest = Digest(inputs: summary.inputDigest, decisions: summary.decisionDigest)
        }
    }
}
