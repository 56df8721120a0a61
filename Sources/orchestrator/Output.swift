internal import Foundation

/// Where results and messages go: results to standard output, all else to standard error, so that a
/// pipe carries results alone.
enum Output {
    static func line(_ text: String = "") { write(text + "\n", to: .standardOutput) }

    static func error(_ text: String) {
        write(text.split(separator: "\n").map { "orchestrator: \($0)\n" }.joined(), to: .standardError)
    }

    static func json(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n", to: .standardOutput)
        } catch {
            preconditionFailure("a result that cannot be written as JSON: \(error)")
        }
    }

    /// One line of a stream of JSON objects.
    static func jsonLine(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            line(String(decoding: try encoder.encode(value), as: UTF8.self))
        } catch {
            preconditionFailure("a result that cannot be written as JSON: \(error)")
        }
    }

    /// Aligned columns, two spaces apart; those of `numbers` to the right.
    static func table(_ rows: [[String]], numbers: Set<Int> = []) {
        guard let columns = rows.map(\.count).max() else { return }
        let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { index, cell in
                let space = String(repeating: " ", count: widths[index] - cell.count)
                return numbers.contains(index) ? space + cell : index == row.count - 1 ? cell : cell + space
            }
            line(cells.joined(separator: "  "))
        }
    }

    /// A result that cannot be written is lost, and whoever asked for it must hear of it: the process ends with
    /// `inputOutput`. (A closed pipe ends it by SIGPIPE before, as it does every filter.)
    private static func write(_ text: String, to file: FileHandle) {
        do {
            try file.write(contentsOf: Data(text.utf8))
        } catch {
            guard file === FileHandle.standardOutput else { return }
            self.error("standard output: \(error.localizedDescription)")
            Foundation.exit(ExitStatus.inputOutput.rawValue)
        }
    }
}
