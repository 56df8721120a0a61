internal import Foundation

/// The standalone build of Lightweight Charts, which a page of candles has in it. The front door fetches it; it is no part of the
/// repository, and everything but pictures of candles does without.
package enum ChartLibrary {
    /// Where the front door puts it, below the folder of the package.
    package static let place = "build/web/lightweight-charts.js"
    /// A larger file is not it (5.2.1 has 0.2 MB).
    static let maximumBytes = 4 << 20
    /// The page's script calls what came with this version.
    static let version = "v5."

    /// Its text: out of `file` where that is given, else where the front door put it.
    package static func text(_ file: String?) throws(CommandFailure) -> String {
        if let file { return try read(file) }
        do {
            return try fetched()
        } catch where error.status == .missingInput {
            throw CommandFailure(.missingInput, "a page of candles needs Lightweight Charts: \(error.message), or name it with --charts FILE")
        }
    }

    /// The text of what the front door fetched: `place` of the package whose `.build` has this program.
    package static func fetched() throws(CommandFailure) -> String {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw CommandFailure(.missingInput, "where this program lies, beside which it would be, cannot be told")
        }
        guard let package = package(of: program) else {
            throw CommandFailure(.missingInput, "it is looked for beside the .build that has the program, and \(program) is in none: run it out of its package")
        }
        let path = package + "/" + place
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(.missingInput, "\(path) is not there: let `./martlet run` fetch it")
        }
        return try read(path)
    }

    /// The folder that has the `.build` in which `program` lies, the innermost where there are several.
    package static func package(of program: String) -> String? {
        let parts = program.split(separator: "/", omittingEmptySubsequences: false)
        guard let build = parts.dropLast().lastIndex(of: ".build") else { return nil }
        return parts[..<build].joined(separator: "/")
    }

    private static func read(_ path: String) throws(CommandFailure) -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw CommandFailure(isThere ? .inputOutput : .missingInput, "\(path): \(isThere ? "cannot be read" : "there is no such file")")
        }
        defer { try? handle.close() }
        let bytes: Data
        do {
            bytes = try handle.read(upToCount: maximumBytes + 1) ?? Data()
        } catch {
            throw CommandFailure(.inputOutput, "\(path): cannot be read")
        }
        guard bytes.count <= maximumBytes, let text = String(data: bytes, encoding: .utf8), isLibrary(text) else {
            throw CommandFailure(.badData, "\(path): expected the standalone build of Lightweight Charts 5, of at most \(maximumBytes) bytes")
        }
        return text
    }

    /// Whether the notice at its head and the name that it defines are those of the library.
    static func isLibrary(_ text: String) -> Bool {
        let head = text.prefix(300)
        return head.contains("TradingView Lightweight Charts") && head.contains(version) && text.contains("LightweightCharts=")
    }
}
