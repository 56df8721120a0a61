import Testing

/// A field that a snapshot forgets comes back as it is in a new engine, and nobody may notice for a year. So each is named.
@Suite struct SnapshotFieldTests {
    @Test("every stored property of a type that a snapshot holds is named in the file that codes it")
    func named() throws {
        let sources = try SourceTree.files(under: "Sources", "swift")
        var types = 0
        for file in sources where file.path.hasSuffix("+Snapshot.swift") {
            for type in Self.coded(in: file) {
                let properties = Self.storedProperties(of: type, in: sources.filter { Self.module($0.path) == Self.module(file.path) })
                #expect(!properties.isEmpty, "\(file.path): where is \(type) declared?")
                types += 1
                let forgotten = properties.filter { SourceFile.matches("\\b\($0)\\b", in: file.text).isEmpty }
                #expect(forgotten.isEmpty, "\(file.path) does not name \(forgotten) of \(type): code it, or say where it comes from")
            }
        }
        #expect(types >= 25)
    }

    @Test("every type that the engine holds has a file that codes it")
    func complete() throws {
        let sources = try SourceTree.files(under: "Sources", "swift")
        let coded = Set(sources.filter { $0.path.hasSuffix("+Snapshot.swift") }.flatMap(Self.coded(in:)))
        for type in ["Engine", "Lane", "Gate", "Ledger", "OrderTable", "Reconciliation", "LoopBreaker", "RunRecorder", "StreamDigests"] {
            #expect(coded.contains(type), "\(type)")
        }
    }

    @Test("the list of what is coded changes with its version")
    func version() throws {
        let sources = try SourceTree.files(under: "Sources", "swift").filter { $0.path.hasSuffix("Snapshot.swift") }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for file in sources {
            for match in SourceFile.matches("(state|coder)\\.(value|choice|plain|count|array|expect|section)\\([^\\n]*|\\w+\\.code\\(&[^\\n]*", in: file.text) {
                for byte in match.groups[0].utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            }
        }
        let engine = try SourceTree.file("Sources/Engine/Engine+Snapshot.swift")
        let version = SourceFile.matches("stateVersion: UInt32 = (\\d+)", in: engine.text).first?.groups[1]
        #expect(
            "version \(version ?? "?"), fields \(String(hash, radix: 16))" == "version 4, fields 5ec4be12c075ebc0",
            "what is coded has changed: raise Engine.stateVersion, so that older snapshots are passed over, and write this line here")
    }

    // MARK: reading sources

    private static func module(_ path: String) -> String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    /// Types with a `code` of their own in a file.
    static func coded(in file: SourceFile) -> [String] {
        let extensions = SourceFile.matches("^extension ([\\w.]+) \\{", in: file.code)
        let functions = SourceFile.matches("^    (?:public |package )?mutating func code\\(", in: file.code)
        return extensions.enumerated().compactMap { index, found in
            let end = index + 1 < extensions.count ? extensions[index + 1].offset : .max
            return functions.contains { found.offset < $0.offset && $0.offset < end } ? found.groups[1] : nil
        }
    }

    /// Names of the `let` and `var` in the body of a struct, computed ones left out.
    static func storedProperties(of type: String, in files: [SourceFile]) -> [String] {
        let name = type.split(separator: ".").last.map(String.init) ?? type
        for file in files {
            guard let start = SourceFile.matches("struct \(name)\\b[^\\n]*\\{", in: file.code).first else { continue }
            var depth = 0
            var names: [String] = []
            for line in file.code.utf16.dropFirst(start.offset).split(separator: 0x0A, omittingEmptySubsequences: false) {
                let text = String(decoding: Array(line), as: UTF16.self)
                let head = text.prefix { $0 != "{" }
                let isComputed = head.count < text.count && !head.contains("=") && !text.contains("didSet")
                if depth == 1, !text.contains("static "), !isComputed {
                    names += SourceFile.matches("^ *(?:@\\w+ )*(?:(?:public|package|internal|private|fileprivate)(?:\\(set\\))? )*(?:let|var) (\\w+)", in: text).map { $0.groups[1] }
                }
                depth += text.count { $0 == "{" } - text.count { $0 == "}" }
                if depth == 0 { return names }
            }
        }
        return []
    }
}
