import Foundation

/// Who may include or import whom.
enum DependencyRules {
    // MARK: C++

    /// `owners` tells the family of each public header: `martlet/book.hpp` is of `book`.
    static func cxxViolations(in file: SourceFile, family: String, owners: [String: String]) -> [Violation] {
        let known = Map.closure(of: family)
        let isPublic = file.path.contains("/include/")
        // Includes are read from the text, since a quoted one is a literal; a commented one is blank in the code.
        return SourceFile.matches(#"^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]"#, in: file.text).compactMap { match in
            let line = file.line(at: match.offset)
            let name = match.groups[2]
            let codeLine = file.code.split(separator: "\n", omittingEmptySubsequences: false)[line - 1]
            guard codeLine.contains("include") else { return nil }
            func violation(_ message: String) -> Violation { Violation(path: file.path, line: line, message: message) }

            if let rule = Map.thirdParty.first(where: { name.hasPrefix($0.include) }) {
                if !rule.families.contains(family) {
                    return violation("\(family) may not include \(name): only \(rule.families.joined(separator: ", ")) may")
                }
                return isPublic ? violation("a public header may not include \(name): hide it in src/") : nil
            }
            if name.hasPrefix("martlet/") {
                guard let owner = owners[name] else { return violation("no family has the header \(name)") }
                return known.contains(owner)
                    ? nil : violation("\(family) may not include \(name) of \(owner): it knows \(listed(known.subtracting([family])))")
            }
            if isPublic, match.groups[1] == "\"" { return violation("a public header includes public headers alone, as martlet/…: not \(name)") }
            if isPublic, name.contains("/") || name.hasSuffix(".h") {
                return violation("a public header may include the standard library alone, not \(name): hide it in src/")
            }
            return nil
        }
    }

    private static func listed(_ names: Set<String>) -> String { names.isEmpty ? "nothing" : names.sorted().joined(separator: ", ") }

    /// `martlet_family(name … KNOWS a b …)` of CMakeLists.txt, whose comments are not C++'s.
    static func cmakeTable(_ file: SourceFile) -> [(name: String, knows: [String], line: Int)] {
        SourceFile.matches(#"^martlet_family\(([^)]*)\)"#, in: file.text).map { match in
            let words = match.groups[1].split(whereSeparator: \.isWhitespace).map(String.init)
            let rest = words.drop { $0 != "KNOWS" }.dropFirst()
            return (words[0], Array(rest.prefix { !["LINK", "DEFINE", "THREADS"].contains($0) }), file.line(at: match.offset))
        }
    }

    /// `family("name", knows: ["a", "b"] …)` of Package.swift; its literals are blank in the code.
    static func packageFamilies(_ file: SourceFile) -> [(name: String, knows: [String], line: Int)] {
        SourceFile.matches(#"^ +family\("(\w+)"(?:, knows: \[([^\]]*)\])?"#, in: file.text).map {
            ($0.groups[1], words($0.groups[2]), file.line(at: $0.offset))
        }
    }

    /// A build file's table against the map's: it may name less, never more.
    static func tableViolations(_ rows: [(name: String, knows: [String], line: Int)], path: String) -> [Violation] {
        let table = rows.map { (name: $0.name, knows: $0.knows) }
        return rows.compactMap { row in
            guard Map.families.contains(where: { $0.name == row.name }) else {
                return Violation(path: path, line: row.line, message: "the map has no family \(row.name)")
            }
            let excess = Map.closure(of: row.name, in: table).subtracting(Map.closure(of: row.name))
            guard !excess.isEmpty else { return nil }
            return Violation(
                path: path, line: row.line,
                message: "\(row.name) may not know \(listed(excess)): the map lets it know \(listed(Map.closure(of: row.name).subtracting([row.name])))")
        }
    }

    // MARK: Swift

    /// `module("Name", ["A", "B", …])`, `program(…)` of Package.swift: what each target depends on.
    static func packageModules(_ file: SourceFile) -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        let pattern = #"^ +(?:module|program)\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?"#
        for match in SourceFile.matches(pattern, in: file.text) { found[match.groups[1]] = Set(words(match.groups[2])) }
        return found
    }

    private static func words(_ list: String) -> [String] {
        SourceFile.matches(#""(\w+)""#, in: list).map { $0.groups[1] }
    }

    static func swiftViolations(in file: SourceFile, module: String, declared: Set<String>) -> [Violation] {
        let pattern =
            #"^[ \t]*(?:@\w+(?:\([^)]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|var|let)[ \t]+)?(\w+)"#
        return file.matches(pattern).compactMap { match in
            swiftProblem(module: module, imported: match.groups[1], declared: declared).map {
                Violation(path: file.path, line: match.line, message: $0)
            }
        }
    }

    private static func swiftProblem(module: String, imported: String, declared: Set<String>) -> String? {
        if let package = Map.packages.first(where: { $0.module == imported }) {
            return package.users.contains(module) ? nil : "\(module) may not import \(imported): only \(package.users.joined(separator: ", ")) may"
        }
        let isFamily = imported.hasPrefix("Cxx")
        if isFamily {
            if module == "Domain" { return "Domain imports nothing of the core: values that need it belong into Core" }
            if Map.sessionFamilies.contains(imported), !Map.withSessions.contains(module) {
                return "\(module) may not import \(imported): only \(Map.withSessions.joined(separator: ", ")) see sessions"
            }
        } else {
            guard let there = Map.modules.firstIndex(of: imported), let here = Map.modules.firstIndex(of: module) else { return nil }
            guard there < here else {
                let above = Map.modules[..<here].joined(separator: ", ")
                return "\(module) may not import \(imported): only what stands above it (\(above.isEmpty ? "nothing" : above))"
            }
        }
        return declared.contains(imported) ? nil : "\(module) imports \(imported) without naming it in Package.swift: add it to the target's list"
    }
}
