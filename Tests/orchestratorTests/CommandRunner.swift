import Foundation
import Testing

/// Runs the built program as a user would, in a folder of its own.
struct CommandRunner {
    struct Result {
        var status: Int32
        var output: String
        var errors: String

        /// The output as one JSON object.
        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }
    }

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-command-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    }

    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = path("stdout")
        let errors = path("stderr")
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }

    /// The program beside the test bundle: both are products of the same build.
    private static var program: URL {
        let tests = ProcessInfo.processInfo.arguments.first.map(URL.init(fileURLWithPath:)) ?? Bundle.main.bundleURL
        let candidates = [tests.deletingLastPathComponent(), Bundle.main.bundleURL, Bundle.main.executableURL?.deletingLastPathComponent()]
        for case let folder? in candidates {
            let file = folder.appendingPathComponent("orchestrator")
            if FileManager.default.isExecutableFile(atPath: file.path) { return file }
        }
        preconditionFailure("orchestrator is not beside the tests: \(candidates)")
    }
}
