import Foundation
import Testing
import orchestrator

/// The generated parts of docs/ against what they are generated from.
@Suite struct DocumentationTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Compares the lines between `<!-- NAME -->` and `<!-- end -->` of a page with `expected`. With
    /// MARTLET_WRITE_DOCS set the page is written instead.
    private func check(_ page: String, _ name: String, _ expected: String) throws {
        let file = Self.root.appendingPathComponent("docs/\(page)")
        var text = try String(contentsOf: file, encoding: .utf8)
        let begin = try #require(text.range(of: "<!-- \(name) -->\n"))
        let end = try #require(text.range(of: "<!-- end -->", range: begin.upperBound..<text.endIndex))
        if ProcessInfo.processInfo.environment["MARTLET_WRITE_DOCS"] != nil {
            text.replaceSubrange(begin.upperBound..<end.lowerBound, with: expected)
            try text.write(to: file, atomically: true, encoding: .utf8)
        } else {
            let there = String(text[begin.upperBound..<end.lowerBound])
            #expect(there == expected, "docs/\(page) is out of date: MARTLET_WRITE_DOCS=1 ./martlet lint writes it")
        }
    }

    @Test("the table of exit codes in the docs is the enum")
    func exitCodes() throws {
        let rows = ExitStatus.allCases.map { "| \($0.rawValue) | `\($0.name)` | \($0.meaning) |\n" }
        try check("commands.md", "exit codes", "| Code | Name | Meaning |\n|---|---|---|\n" + rows.joined())
    }

    @Test("the table of the configuration in the docs is the schema")
    func configuration() throws {
        let entries = try RunConfiguration.load(file: nil).entries.filter { !$0.key.hasPrefix("instruments[") || $0.key.hasPrefix("instruments[0]") }
        let rows = entries.map { entry in
            let key = entry.key.replacingOccurrences(of: "[0]", with: "[]")
            return "| `\(key)` | `\(entry.text)` | \(entry.meaning) | \(entry.expectation) |\n"
        }
        try check("configuration.md", "keys", "| Key | Default | Meaning | Written as |\n|---|---|---|---|\n" + rows.joined())
    }

    @Test("the example in the docs is a valid configuration")
    func example() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
        let begin = try #require(text.range(of: "```yaml\n"))
        let end = try #require(text.range(of: "```", range: begin.upperBound..<text.endIndex))
        let example = String(text[begin.upperBound..<end.lowerBound])
        #expect(problems(example) == [])
        #expect(try load(example).entries.contains { $0.origin != .standard })
    }
}
