import CxxEvent
import CxxFeed
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

    @Test("the layouts and the defects in the docs are those that the importer knows")
    func data() throws {
        let layouts = (0..<martlet.layout_count()).compactMap { martlet.layout_at($0)?.pointee }
        let rows = layouts.map { layout in
            let header = Self.text(layout.header)
            let gaps =
                switch layout.gaps {
                case .continuous: "continuous"
                case .sparse: "sparse"
                default: "\(layout.longest_gap_seconds / 60)m"
                }
            return "| `\(Self.text(layout.name))` | \(header.isEmpty ? "none" : "`\(header)`") | \(Self.text(layout.description)) | `\(gaps)` |\n"
        }
        try check("data.md", "layouts", "| Layout | Header, word for word | What it is | `--gaps` by default |\n|---|---|---|---|\n" + rows.joined())
        try check("data.md", "formats", ImportDocumentation.layouts)
        let defects = (1..<martlet.defect_count).compactMap { martlet.Defect(rawValue: UInt8($0)) }.map { defect in
            let treatment =
                switch martlet.defect_treatment(defect) {
                case .rejected: "rejected"
                case .repaired: "repaired"
                default: "noted"
                }
            return "| `\(String(cString: martlet.defect_code(defect)))` | \(String(cString: martlet.defect_text(defect))) | \(treatment) |\n"
        }
        try check("data.md", "defects", "| Code | What it is | What is done |\n|---|---|---|\n" + defects.joined())
    }

    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    @Test("docs/commands.md has a row for every command that the help lists")
    func commands() throws {
        let runner = try CommandRunner()
        defer { runner.remove() }
        let help = try runner.run("--help").output
        let listed = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").last).split(separator: "\n")
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(listed.count >= 12 && listed.contains("explain"))
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/commands.md"), encoding: .utf8)
        for command in listed where command != "See" { #expect(text.contains("| `\(command)"), "\(command)") }
    }

    @Test("docs/risk.md names every setting as the configuration does")
    func riskSettings() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/risk.md"), encoding: .utf8)
        for entry in try RunConfiguration.load(file: nil).entries where entry.key.hasPrefix("risk.") {
            #expect(text.contains("`\(entry.key)`"), "docs/risk.md does not name \(entry.key)")
        }
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
