internal import ArgumentParser
internal import Features
internal import Foundation
internal import Live

struct ComputeFeatures: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute",
        abstract: "Computes a feature set and stores the values, or writes them as CSV.",
        discussion: """
            Stored values know their set, data and code (`features lineage`). In CSV a value that is not there yet is empty.

              orchestrator features compute --set swing.yaml --input FTX:BTC-PERP
              orchestrator features compute --set swing.yaml --input prices.csv.gz --output values.csv
            """)

    @OptionGroup var inputs: FeatureInputs
    @Option(name: .customLong("output"), help: ArgumentHelp("Write CSV to this file (- for standard output) and store nothing.", valueName: "file"))
    var file: String?
    @OptionGroup var output: OutputOptions

    private struct Result: Encodable {
        var instrument: String
        var rows: Int
        var columns: Int
        var path: String
    }

    func run() throws {
        let (plan, own, references) = try inputs.load()
        let batch = FeatureBatch(plan)
        var results: [Result] = []
        let store = try inputs.place.store()
        let text = try file.map { try CSVFile($0, plan, severalInstruments: own.count > 1) }
        defer { text?.abandon() }
        // Eight at a time fill the core's lanes, and no more has to be held — unless a feature wants the whole universe.
        let together = plan.set.features.contains { $0.across != nil } ? own.count : 8
        for first in stride(from: 0, to: own.count, by: together) {
            let piece = own[first..<min(first + together, own.count)]
            let others = (own + references).map { (instrument: $0.instrument, bars: $0.bars) }
            let frames = try failing { () throws(FeatureError) in
                try batch.compute(piece.map { (instrument: $0.instrument, bars: $0.bars) }, references: others)
            }
            for (source, frame) in zip(piece, frames) {
                var path = file ?? ""
                if let text {
                    try text.write(frame)
                } else {
                    let lineage = Lineage(set: plan.set, inputs: Self.inputs(source, plan, own + references), program: Version.text)
                    path = try failing { () throws(FeatureError) in try store.write(frame, lineage) }
                }
                results.append(Result(instrument: frame.instrument, rows: frame.times.count, columns: frame.columns.count, path: path))
            }
        }
        try text?.finish()
        if file == "-" { return }
        switch output.format {
        case .text:
            Output.table(
                [["instrument", "rows", "columns", "written to"]] + results.map { [$0.instrument, "\($0.rows)", "\($0.columns)", $0.path] }, numbers: [1, 2])
        case .json: Output.json(results)
        }
    }

    /// What one instrument's values were computed from.
    private static func inputs(_ source: BarSource, _ plan: FeaturePlan, _ all: [BarSource]) -> [Lineage.Input] {
        // A place in the universe depends on who else is in it.
        let others = plan.set.features.contains { $0.across != nil }
            ? all.filter { $0.instrument != source.instrument }
            : plan.references.compactMap { key in all.first { $0.instrument == key && key != source.instrument } }
        return ([source] + others).map { Lineage.Input(instrument: $0.instrument, series: $0.series, sha256: $0.contentHashes) }
    }
}

/// Values as CSV: `time`, the instrument where there are several, then the columns. Written piece by piece.
final class CSVFile {
    private let handle: FileHandle
    private let path: String
    private let hasInstrument: Bool
    /// What becomes the file when it is whole; nil where it is written in place or done.
    private var temporary: String?

    init(_ path: String, _ plan: FeaturePlan, severalInstruments: Bool) throws {
        // A link stays a link.
        let path = path == "-" ? path : URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        self.path = path
        hasInstrument = severalInstruments
        if path == "-" {
            handle = .standardOutput
            temporary = nil
        } else if Self.isSpecial(path) {
            guard let handle = FileHandle(forWritingAtPath: path) else { throw CommandFailure(.inputOutput, "\(path): cannot be written") }
            self.handle = handle
            temporary = nil
        } else {
            // A file that is there stays until the new one is whole.
            let new = "\(path).\(getpid()).new"
            guard FileManager.default.createFile(atPath: new, contents: nil), let handle = FileHandle(forWritingAtPath: new) else {
                throw CommandFailure(.inputOutput, "\(path): cannot be written")
            }
            self.handle = handle
            temporary = new
        }
        try put((["time"] + (severalInstruments ? ["instrument"] : []) + plan.columns.map(\.name)).joined(separator: ",") + "\n")
    }

    /// A device or a pipe, which is written as it is.
    private static func isSpecial(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT != S_IFREG
    }

    func write(_ frame: FeatureFrame) throws {
        var text = ""
        for (row, time) in frame.times.enumerated() {
            text += timeText(time)
            if hasInstrument { text += "," + frame.instrument }
            for column in frame.values {
                text += ","
                if !column[row].isNaN { text += "\(column[row])" }
            }
            text += "\n"
            if text.utf8.count > 1 << 20 {
                try put(text)
                text = ""
            }
        }
        try put(text)
    }

    func finish() throws {
        guard let temporary else { return }
        try handle.close()
        guard rename(temporary, path) == 0 else { throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))") }
        self.temporary = nil
    }

    /// Removes what was not finished.
    func abandon() {
        if let temporary { unlink(temporary) }
    }

    private func put(_ text: String) throws {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            throw CommandFailure(.inputOutput, "\(path): \(error.localizedDescription)")
        }
    }
}
