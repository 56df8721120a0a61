import Foundation
import Testing

/// The tree against the map.
@Suite struct DependencyTests {
    private static func owners() throws -> [String: String] {
        var owners: [String: String] = [:]
        for family in try SourceTree.folders(in: "cpp") {
            for header in try SourceTree.files(under: "cpp/\(family)/include", "hpp") {
                owners[header.path.replacingOccurrences(of: "cpp/\(family)/include/", with: "")] = family
            }
        }
        return owners
    }

    @Test("every folder of cpp/ and Sources/ is a part of the map")
    func folders() throws {
        #expect(try SourceTree.folders(in: "cpp").filter { name in !Map.families.contains { $0.name == name } } == [])
        #expect(try SourceTree.folders(in: "Sources").filter { !Map.modules.contains($0) } == [])
    }

    @Test("a C++ family includes only headers of families that it knows, and only fix sees QuickFIX")
    func cxx() throws {
        let owners = try Self.owners()
        #expect(owners.count > 5)
        var found: [Violation] = []
        for family in try SourceTree.folders(in: "cpp") {
            for file in try SourceTree.files(under: "cpp/\(family)", "hpp", "cpp") {
                found += DependencyRules.cxxViolations(in: file, family: family, owners: owners)
            }
        }
        #expect(found.isEmpty, "\(lines(found))")
    }

    @Test("a Swift module imports only modules above it, all of them named in Package.swift")
    func swift() throws {
        let declared = DependencyRules.packageModules(try SourceTree.file("Package.swift"))
        var found: [Violation] = []
        for module in try SourceTree.folders(in: "Sources") {
            for file in try SourceTree.files(under: "Sources/\(module)", "swift") {
                found += DependencyRules.swiftViolations(in: file, module: module, declared: declared[module] ?? [])
            }
        }
        #expect(found.isEmpty, "\(lines(found))")
    }

    @Test("CMakeLists.txt and Package.swift name no more than the map's table allows, and it has no circle")
    func tables() throws {
        let cmake = DependencyRules.cmakeTable(try SourceTree.file("CMakeLists.txt"))
        let package = DependencyRules.packageFamilies(try SourceTree.file("Package.swift"))
        #expect(cmake.count >= 10)
        #expect(package.count >= 2)
        let found =
            DependencyRules.tableViolations(cmake, path: "CMakeLists.txt") + DependencyRules.tableViolations(package, path: "Package.swift")
        #expect(found.isEmpty, "\(lines(found))")
        #expect(Map.circle(in: Map.families) == nil)
        #expect(Map.circle(in: cmake.map { (name: $0.name, knows: $0.knows) }) == nil)
    }
}

/// One violation a line, as a compiler would print them.
func lines(_ violations: [Violation]) -> String { "\n" + violations.map(\.description).joined(separator: "\n") }

/// The rules against what they must catch.
@Suite struct DependencyRuleTests {
    private let owners = ["martlet/event.hpp": "event", "martlet/book.hpp": "book", "martlet/wide.hpp": "math", "martlet/journal.hpp": "journal"]

    private func cxx(_ text: String, family: String, path: String = "src/x.cpp") -> [Violation] {
        DependencyRules.cxxViolations(in: SourceFile(path: "cpp/\(family)/\(path)", text: text), family: family, owners: owners)
    }

    private func swift(_ text: String, module: String, declared: Set<String> = []) -> [Violation] {
        DependencyRules.swiftViolations(in: SourceFile(path: "Sources/\(module)/x.swift", text: text), module: module, declared: declared)
    }

    @Test("an include upward is caught with its line")
    func includeUpward() {
        let found = cxx("#include <cstddef>\n#include \"martlet/book.hpp\"\n", family: "event")
        #expect(found == [Violation(path: "cpp/event/src/x.cpp", line: 2, message: "event may not include martlet/book.hpp of book: it knows math")])
        #expect(cxx("#include \"martlet/journal.hpp\"\n", family: "book").count == 1)
    }

    @Test("an include downward, direct or transitive, is allowed")
    func includeDownward() {
        #expect(cxx("#include \"martlet/wide.hpp\"\n#include \"martlet/event.hpp\"\n#include \"own.hpp\"\n", family: "book").isEmpty)
    }

    @Test("an include in a comment is none")
    func commentedInclude() {
        #expect(cxx("// #include \"martlet/book.hpp\"\n/*\n#include \"martlet/book.hpp\"\n*/\n", family: "event").isEmpty)
    }

    @Test("a header that no family has is caught")
    func unknownHeader() {
        #expect(cxx("#include <martlet/nothing.hpp>\n", family: "book").count == 1)
    }

    @Test("QuickFIX outside of fix, and in a public header of fix, is caught")
    func quickfix() {
        #expect(cxx("#include <quickfix/Session.h>\n", family: "exchange").count == 1)
        #expect(cxx("#include <quickfix/Session.h>\n", family: "fix").isEmpty)
        #expect(cxx("#include <quickfix/Session.h>\n", family: "fix", path: "include/martlet/x.hpp").count == 1)
        #expect(cxx("#include <openssl/evp.h>\n", family: "book").count == 1)
    }

    @Test("a public header includes the standard library and public headers alone")
    func publicHeader() {
        for text in ["#include \"../src/own.hpp\"\n", "#include <sys/mman.h>\n", "#include <immintrin.h>\n"] {
            #expect(cxx(text, family: "book", path: "include/martlet/x.hpp").count == 1, "\(text)")
        }
        #expect(cxx("#include <cstddef>\n#include \"martlet/event.hpp\"\n", family: "book", path: "include/martlet/x.hpp").isEmpty)
    }

    @Test("an import upward or of itself is caught with its line", arguments: [
        "import Engine", "public import Engine", "internal import struct Engine.Lane", "@_exported import Engine", "  import Risk",
    ])
    func importUpward(text: String) {
        let found = swift("import Domain\n\(text)\n", module: "Risk", declared: ["Domain", "Engine", "Risk"])
        #expect(found.map(\.line) == [2], "\(found)")
    }

    @Test("an import downward is allowed where Package.swift names it, and caught where it does not")
    func importDownward() {
        #expect(swift("import Risk\nimport CxxBook\nimport Foundation\n", module: "Engine", declared: ["Risk", "CxxBook"]).isEmpty)
        #expect(swift("import Risk\n", module: "Engine").count == 1)
        #expect(swift("import CxxBook\n", module: "Engine").count == 1)
    }

    @Test("the core in Domain, a session in the engine, and a package out of its place are caught")
    func places() {
        #expect(swift("import CxxEvent\n", module: "Domain", declared: ["CxxEvent"]).count == 1)
        #expect(swift("import CxxFix\n", module: "Engine", declared: ["CxxFix"]).count == 1)
        #expect(swift("import CxxFix\n", module: "Live", declared: ["CxxFix"]).isEmpty)
        #expect(swift("import Yams\n", module: "Risk", declared: ["Yams"]).count == 1)
    }

    @Test("a build file that lets a family know more than the map does is caught")
    func tables() {
        let cmake = SourceFile(path: "CMakeLists.txt", text: "martlet_family(math)\nmartlet_family(event THREADS KNOWS math book LINK z)\nmartlet_family(novel)\n")
        let rows = DependencyRules.cmakeTable(cmake)
        #expect(rows.map(\.knows) == [[], ["math", "book"], []])
        #expect(DependencyRules.tableViolations(rows, path: "CMakeLists.txt").map(\.line) == [2, 3])
        let package = SourceFile(path: "Package.swift", text: "        family(\"math\"),\n        family(\"book\", knows: [\"feed\"], link: [\"z\"]),\n")
        #expect(DependencyRules.packageFamilies(package).map(\.knows) == [[], ["feed"]])
        #expect(DependencyRules.tableViolations(DependencyRules.packageFamilies(package), path: "Package.swift").map(\.line) == [2])
    }

    @Test("the dependencies of a module are read over several lines")
    func packageModules() {
        let package = SourceFile(path: "Package.swift", text: "        module(\"Domain\"),\n        module(\n            \"Core\",\n            [\"Domain\",\n \"CxxMath\"]),\n")
        #expect(DependencyRules.packageModules(package) == ["Domain": [], "Core": ["Domain", "CxxMath"]])
    }

    @Test("a circle is found, wherever it begins")
    func circle() {
        #expect(Map.circle(in: [("a", ["b"]), ("b", ["c"]), ("c", ["b"])]) == ["b", "c", "b"])
        #expect(Map.circle(in: [("a", ["a"])]) == ["a", "a"])
        #expect(Map.circle(in: [("a", ["b", "c"]), ("b", ["c"]), ("c", [])]) == nil)
    }
}
