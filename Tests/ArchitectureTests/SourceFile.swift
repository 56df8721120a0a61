import Foundation

/// One source file, with a second text in which comments and string literals are blanked out so that a
/// rule sees code alone. Both have the same length and line breaks.
struct SourceFile {
    /// Relative to the package's root.
    let path: String
    let text: String
    let code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = SourceFile.blanked(text, isCxx: !path.hasSuffix(".swift"))
    }

    /// The line, counted from 1, of an offset in UTF-16 units.
    func line(at offset: Int) -> Int {
        1 + text.utf16.prefix(offset).count { $0 == 0x0A }
    }

    /// The matches of `pattern` in the code: line and captured groups (the whole match first).
    func matches(_ pattern: String) -> [(line: Int, groups: [String])] {
        SourceFile.matches(pattern, in: code).map { (line(at: $0.offset), $0.groups) }
    }

    static func matches(_ pattern: String, in text: String) -> [(offset: Int, groups: [String])] {
        guard let expression = try? NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines]) else {
            preconditionFailure("a rule's pattern is not a regular expression: \(pattern)")
        }
        let whole = text as NSString
        return expression.matches(in: text, range: NSRange(location: 0, length: whole.length)).map { match in
            let groups = (0..<match.numberOfRanges).map { index in
                let range = match.range(at: index)
                return range.location == NSNotFound ? "" : whole.substring(with: range)
            }
            return (match.range.location, groups)
        }
    }

    // MARK: comments and strings

    private static func blanked(_ text: String, isCxx: Bool) -> String {
        var scanner = Blanker(Array(text.utf16), isCxx: isCxx)
        return scanner.run()
    }
}

/// Blanks comments and literals. It knows as much of the two languages as this needs: line and nested
/// block comments, strings with escapes, multi-line strings, C++ character literals and digit separators.
private struct Blanker {
    var units: [UInt16]
    let isCxx: Bool
    var at = 0

    init(_ units: [UInt16], isCxx: Bool) {
        self.units = units
        self.isCxx = isCxx
    }

    mutating func run() -> String {
        while at < units.count {
            if starts("//") {
                blank { $0.units[$0.at] == 0x0A }
            } else if starts("/*") {
                blockComment()
            } else if starts("\"\"\"") {
                blankThrough("\"\"\"")
            } else if isCxx, starts("R\"(") {
                blankThrough(")\"")
            } else if starts("\"") {
                literal(closing: 0x22)
            } else if isCxx, starts("'"), !previousIsAlphanumeric {
                literal(closing: 0x27)
            } else {
                at += 1
            }
        }
        return String(decoding: units, as: UTF16.self)
    }

    private func starts(_ text: String) -> Bool {
        let wanted = Array(text.utf16)
        return at + wanted.count <= units.count && units[at..<at + wanted.count].elementsEqual(wanted)
    }

    private var previousIsAlphanumeric: Bool {
        at > 0 && Character(UnicodeScalar(units[at - 1]) ?? " ").isLetter || at > 0 && (0x30...0x39).contains(units[at - 1])
    }

    private mutating func erase(_ count: Int) {
        for _ in 0..<count where at < units.count {
            if units[at] != 0x0A { units[at] = 0x20 }
            at += 1
        }
    }

    private mutating func blank(until done: (Blanker) -> Bool) {
        while at < units.count, !done(self) { erase(1) }
    }

    private mutating func blankThrough(_ end: String) {
        erase(3)
        blank { $0.starts(end) }
        erase(end.utf16.count)
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += isCxx && depth > 0 ? 0 : 1
                erase(2)
            } else if starts("*/") {
                depth -= 1
                erase(2)
            } else {
                erase(1)
            }
        } while depth > 0 && at < units.count
    }

    /// A literal on one line; the line's end ends it in any case.
    private mutating func literal(closing: UInt16) {
        erase(1)
        while at < units.count, units[at] != 0x0A {
            if units[at] == 0x5C {
                erase(2)
            } else if units[at] == closing {
                return erase(1)
            } else {
                erase(1)
            }
        }
    }
}

/// What a rule found.
struct Violation: Hashable, CustomStringConvertible {
    var path: String
    var line: Int
    var message: String

    var description: String { "\(path):\(line): \(message)" }
}
