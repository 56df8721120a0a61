internal import ArgumentParser
internal import Core
internal import CxxJournal
internal import Foundation
internal import Live

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Checks or prints the record of a session.",
        subcommands: [VerifyJournal.self, DumpJournal.self])
}

/// Which journal is meant: a folder that is named, or that of the configuration.
struct JournalLocation: ParsableArguments {
    @Argument(help: "The journal's folder; without it, that of the configured data folder.") var folder: String?
    @OptionGroup var source: ConfigurationOptions

    func path() throws -> String {
        if let folder { return folder }
        let data = try source.load().configuration.run.data
        let own = DataFolder(data).journal
        return FileManager.default.fileExists(atPath: own) ? own : DataFolder(data + "/latest").journal
    }
}

/// How a status of the journal ends a command.
func failure(_ status: martlet.JournalStatus, _ text: String) -> CommandFailure {
    switch status {
    case .not_found: CommandFailure(.missingInput, text)
    case .damaged_tail, .damaged_inside: CommandFailure(.finding, text)
    case .unsupported, .key_error: CommandFailure(.badData, text)
    default: CommandFailure(.inputOutput, text)
    }
}

struct VerifyJournal: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks every byte of a journal: checksums, the hash chain, the signatures, the numbering.",
        discussion: """
            Changes nothing. A damaged tail, what a crash leaves and the next start cuts, is told apart from damage \
            inside. With --key every segment must be signed with that key, which shows a journal that was written anew.

              orchestrator journal verify martlet-data/latest/journal --key audit.pem
            """)

    @OptionGroup var location: JournalLocation
    @Option(help: ArgumentHelp("The public key (PEM) that must have signed.", valueName: "file")) var key: String?
    @Flag(help: "Earlier segments may have been archived elsewhere.") var allowMissingFront = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = try location.path()
        let report = verifyJournal(directory: path, publicKeyFile: key, allowMissingFront: allowMissingFront)
        guard report.status != .not_found else {
            throw CommandFailure(.missingInput, "\(path): no journal is here; name its folder, such as martlet-data/latest/journal")
        }
        let result = JournalVerdict(path: path, report)
        switch output.format {
        case .text: Output.table(result.rows)
        case .json: Output.json(result)
        }
        guard report.status == .ok else {
            throw ExitCode(failure(report.status, "").status.rawValue)
        }
    }
}

/// What `journal verify` found.
private struct JournalVerdict: Encodable {
    struct Damage: Encodable {
        var segment: UInt64
        var offset: UInt64
        var what: String
        var tailBytes: UInt64
        var tailRecords: UInt64
    }

    var path: String
    var status: String
    var sealed: Bool
    var keyChecked: Bool
    var publicKey: String
    var head: String
    var segments, blocks, records, openRecords, bytes, firstSequence, lastSequence: UInt64
    /// Of `segments`, those that lie compressed; and those before the first, which the journal's own anchor says were removed.
    var compressed, removed: UInt64
    var damage: Damage?

    init(path: String, _ report: martlet.VerifyReport) {
        self.path = path
        status = report.status.text
        sealed = report.sealed
        keyChecked = report.key_checked
        publicKey = withUnsafeBytes(of: report.public_key) { $0.map(hexadecimal).joined() }
        head = report.head.hexText
        (segments, blocks, records, openRecords) = (report.segments, report.blocks, report.records, report.open_records)
        (bytes, firstSequence, lastSequence) = (report.bytes, report.first_sequence, report.last_sequence)
        (compressed, removed) = (report.compressed, report.removed)
        guard report.status != .ok else { return }
        damage = Damage(
            segment: report.bad_segment, offset: report.bad_offset, what: report.whatText, tailBytes: report.tail_bytes,
            tailRecords: report.tail_records)
    }

    /// What it means that the first record is not record 1; nil: it is.
    private var beginning: String? {
        guard firstSequence > 1 else { return nil }
        let whose = removed > 0
            ? "the \(removed) segments before were removed by the journal itself (run.journal_retain), which its signed anchor says"
            : "what came before is not here"
        return "at record \(firstSequence): \(whose); of them nothing can be replayed or explained"
    }

    var rows: [[String]] {
        var rows = [
            ["journal", path], ["status", status], ["records", "\(records) (\(firstSequence) to \(lastSequence))"],
            ["segments", "\(segments), \(blocks) blocks, \(bytes) bytes" + (compressed > 0 ? "; \(compressed) compressed" : "")],
            ["sealed", sealed ? "yes" : "no: it is being written, or its writer died"],
            ["key", publicKey + (keyChecked ? " (the one that was asked for)" : "")], ["head", head],
        ]
        if let beginning { rows.insert(["begins", beginning], at: 3) }
        if let damage {
            rows.append(["damage", "segment \(damage.segment), byte \(damage.offset): \(damage.what)"])
            if damage.tailBytes > 0 { rows.append(["", "\(damage.tailBytes) bytes and \(damage.tailRecords) records are in the torn tail"]) }
        }
        return rows
    }
}

private func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
