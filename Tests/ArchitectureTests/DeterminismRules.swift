import Foundation

/// What the path to a decision must not contain: a clock, a system random source, an order that differs
/// from one process to the next. A line that is right all the same says why: `// ordered: …`.
enum DeterminismRules {
    struct Rule {
        var pattern: String
        var message: String
    }

    static let swift: [Rule] = [
        Rule(pattern: #"\bDate\s*\(\s*\)"#, message: "Date() reads the clock: take the time from the event"),
        Rule(pattern: #"\.now\b"#, message: ".now reads the clock: take the time from the event"),
        Rule(
            pattern: #"\b(?:clock_gettime|gettimeofday|ContinuousClock|SuspendingClock|systemUptime|mach_absolute_time)\b"#,
            message: "reads a clock: take the time from the event"),
        Rule(
            pattern: #"\.random\s*\((?![^()]*(?:\([^()]*\)[^()]*)*using\s*:)"#,
            message: "random without a generator: pass a seeded one with using:"),
        Rule(
            pattern: #"\.(?:shuffled|shuffle|randomElement)\s*\(\s*\)"#,
            message: "a shuffle without a generator: pass a seeded one with using:"),
        Rule(pattern: #"\bSystemRandomNumberGenerator\b"#, message: "the system's random source: use a seeded generator"),
        Rule(pattern: #"\bUUID\s*\(\s*\)"#, message: "UUID() is random: derive identifiers from counters"),
        Rule(pattern: #"\bHasher\s*\(|\.hashValue\b"#, message: "Swift's hashes are seeded anew in every process: use a stable digest"),
    ]

    static let cxx: [Rule] = [
        Rule(pattern: #"(?<![\w:.>])(?:std::)?s?rand\s*\("#, message: "rand(): use martlet's counter-based generators"),
        Rule(pattern: #"\brandom_device\b"#, message: "std::random_device: use martlet's counter-based generators"),
        Rule(
            pattern: #"(?<![\w:.>])(?:std::|::)?time\s*\(\s*(?:nullptr|NULL|0|&\w+)\s*\)"#,
            message: "time() reads the clock: take the time from the event"),
        Rule(
            pattern: #"\b(?:system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday)\b"#,
            message: "reads a clock: take the time from the event"),
    ]

    static func violations(in file: SourceFile, _ rules: [Rule]) -> [Violation] {
        rules.flatMap { rule in
            file.matches(rule.pattern).map { Violation(path: file.path, line: $0.line, message: rule.message) }
        }.filter { !isAnswered(file, $0.line) }
    }

    // MARK: unordered containers

    /// Names that a Swift file declares as a dictionary or set.
    static func unorderedNames(inSwift file: SourceFile) -> Set<String> {
        // A list of tuples with names has colons too.
        let type = #"(?:\[(?!\s*\()[^\[\]:]+:[^\]]*\]|(?:Dictionary|Set)\s*<)"#
        let value = #"(?:\[\s*:\s*\]|\[[\w.]+\s*:[^\]]+\]\s*\(|(?:Dictionary|Set)\s*[<(])"#
        let patterns = [#"\b(?:var|let)\s+(\w+)\s*:\s*\#(type)"#, #"\b(?:var|let)\s+(\w+)\s*=\s*\#(value)"#, #"[(,]\s*(?:\w+\s+)?(\w+)\s*:\s*(?:inout\s+)?\#(type)"#]
        return Set(patterns.flatMap { file.matches($0).map { $0.groups[1] } })
    }

    /// Names that a Swift file declares as something with an order, which win over another file's.
    static func orderedNames(inSwift file: SourceFile) -> Set<String> {
        let pattern = #"\b(?:var|let)\s+(\w+)\s*(?::\s*(?:\[[^\[\]:]+\]|Array\s*<|Ordered\w+\s*<)|=\s*(?:\[\s*\]|\[[\w.]+\]\s*\(|Ordered\w+\s*[<(]))"#
        return Set(file.matches(pattern).map { $0.groups[1] })
    }

    /// Iteration over names of dictionaries and sets of the whole module.
    static func swiftIteration(in file: SourceFile, unordered: Set<String>) -> [Violation] {
        let names = unordered.subtracting(orderedNames(inSwift: file)).union(unorderedNames(inSwift: file))
        guard !names.isEmpty else { return [] }
        let name = "(?:" + names.sorted().joined(separator: "|") + ")"
        let patterns = [
            #"\bin\s+(?:[\w]+[.?!]+)*\#(name)(?:\.(?:keys|values))?(?:\.enumerated\(\))?\s*(?:\{|\bwhere\b|$)"#,
            #"(?<![\w])\#(name)(?:\.(?:keys|values))?\.(?:map|flatMap|compactMap|forEach|reduce|first|prefix|dropFirst|enumerated|makeIterator|randomElement|lazy|joined|popFirst)\b"#,
            #"\bArray\s*\(\s*(?:\w+\.)*\#(name)(?:\.(?:keys|values))?\s*\)"#,
        ]
        return found(patterns, in: file, "a dictionary or set has another order in every process: iterate an array, an Ordered collection, or .sorted")
    }

    static func unorderedNames(inCxx file: SourceFile) -> Set<String> {
        let pattern = #"\bunordered_(?:multi)?(?:map|set)\s*<[^;{}()]*>\s*&?\s*(\w+)\s*[;{=,)(]"#
        return Set(file.matches(pattern).map { $0.groups[1] })
    }

    static func cxxIteration(in file: SourceFile, unordered: Set<String>) -> [Violation] {
        let names = unordered.union(unorderedNames(inCxx: file))
        guard !names.isEmpty else { return [] }
        let name = "(?:" + names.sorted().joined(separator: "|") + ")"
        let patterns = [#"\bfor\s*\([^;()]*:\s*(?:\w+(?:\.|->))*\#(name)\s*\)"#, #"(?<!\w)\#(name)(?:\.|->)c?begin\s*\("#]
        return found(patterns, in: file, "an unordered container has no order to rely on: iterate a vector or sort the keys first")
    }

    private static func found(_ patterns: [String], in file: SourceFile, _ message: String) -> [Violation] {
        let lines = Set(patterns.flatMap { file.matches($0).map(\.line) })
        return lines.sorted().filter { !isAnswered(file, $0) }.map { Violation(path: file.path, line: $0, message: message) }
    }

    /// Whether the line says why it is right all the same.
    private static func isAnswered(_ file: SourceFile, _ line: Int) -> Bool {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let comment = lines[line - 1].range(of: "// ordered: ") else { return false }
        return lines[line - 1][comment.upperBound...].count > 8
    }
}
