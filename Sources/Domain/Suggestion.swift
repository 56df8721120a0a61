/// What somebody may have meant by a key that does not exist.
package enum Suggestion {
    /// The mend for the unknown path `key`: the nearest known key, the section that has a key of that
    /// name, or the list of what the section takes.
    package static func mend(_ key: String, known: [String]) -> String {
        if let inside = known.first(where: { $0.hasPrefix(key + ".") }) { return "it is a section: give a value in it, such as \(inside)" }
        let (section, name) = split(key)
        let siblings = known.filter { split($0).section == section }.map { split($0).name }
        if let near = nearest(name, among: siblings) { return "did you mean \(near)?" }
        let elsewhere = known.filter { split($0).name == name && !$0.contains("[") }
        if let first = elsewhere.first { return "did you mean \(first)?" }
        if let near = nearest(key, among: known) { return "did you mean \(near)?" }
        let sections = section.isEmpty ? known.map { topLevel($0) } : siblings
        let list = sections.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        if section.isEmpty, let near = nearest(name, among: list) { return "did you mean \(near)?" }
        return list.isEmpty ? "remove it" : "known here: " + list.joined(separator: ", ")
    }

    /// The candidate that differs least, where it differs by at most a third of its letters.
    package static func nearest(_ text: String, among candidates: [String]) -> String? {
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let distance = distance(Array(text.utf8), Array(candidate.utf8))
            if distance <= max(1, candidate.utf8.count / 3), distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.candidate
    }

    private static func split(_ key: String) -> (section: String, name: String) {
        guard let dot = key.lastIndex(of: ".") else { return ("", key) }
        return (String(key[..<dot]), String(key[key.index(after: dot)...]))
    }

    private static func topLevel(_ key: String) -> String { String(key.prefix { $0 != "." && $0 != "[" }) }

    /// The number of insertions, deletions, substitutions and swaps of neighbours between the two.
    /// O(n·m), n and m ≤ 64 bytes; longer ones are as far apart as can be.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        guard a.count <= 64, b.count <= 64 else { return .max }
        var rows = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count { rows[i][0] = i }
        for j in 0...b.count { rows[0][j] = j }
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        for i in 1...a.count {
            for j in 1...b.count {
                let substitution = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                rows[i][j] = min(substitution, rows[i - 1][j] + 1, rows[i][j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
                }
            }
        }
        return rows[a.count][b.count]
    }
}
