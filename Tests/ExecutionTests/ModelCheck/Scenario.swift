/// A history as a text that a trader can read:
///
///     # What this is about.
///     clock coarse
///     trader buys 2
///     venue accepts
///     expect order 1 pending_new, 0 of 2, may fill 2
///     …
///
/// One move a line (`Move.phrase`); `expect` compares with `World.facts`; `clock coarse` (first) gives all reports one
/// time, `venue lists nothing` (first) only says how one order stands; `#` begins a comment. Every invariant is checked after each move, and at the end that all comes to agree.
struct Scenario {
    enum Line {
        case move(Move)
        case expect(String)
        case settle
    }

    struct Malformed: Error, CustomStringConvertible { let description: String }

    var lines: [(number: Int, line: Line)] = []
    var isCoarse = false
    var hasLists = true

    init(_ text: String) throws {
        for (at, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String((raw.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first ?? "").trimmed)
            if line.isEmpty { continue }
            if line == "clock coarse" {
                isCoarse = true
            } else if line == "venue lists nothing" {
                hasLists = false
            } else if line == "all is said" {
                lines.append((at + 1, .settle))
            } else if line.hasPrefix("expect ") {
                lines.append((at + 1, .expect(String(line.dropFirst(7)))))
            } else if let move = Move(phrase: line) {
                lines.append((at + 1, .move(move)))
            } else {
                throw Malformed(description: "expected a move, 'expect …', 'all is said', 'clock coarse' or 'venue lists nothing', was '\(line)' (line \(at + 1))")
            }
        }
    }

    /// Plays it; nil, or what went wrong and at which line.
    func play() -> String? {
        var budget = Budget.scenario
        budget.isCoarse = isCoarse
        budget.hasLists = hasLists
        var world = World(budget)
        for (number, line) in lines {
            switch line {
            case .move(let move):
                guard world.allows(move) else { return "line \(number): '\(move.phrase)' cannot happen here: \(world.facts())" }
                world.make(move)
            case .expect(let fact):
                guard world.facts().contains(fact) else { return "line \(number): expected '\(fact)', found \(world.facts())" }
            case .settle:
                world.settle()
            }
            if let violation = world.violation() { return "line \(number): \(violation)" }
        }
        world.settle()
        return world.disagreement().map { "when all has been said: " + $0 }
    }

    /// A history as such a text, each line with what it did behind it.
    static func text(_ moves: [Move], _ budget: Budget, violation: String) -> String {
        var world = World(budget)
        world.tells = true
        var text = "# Found by the model check: \(violation)\n"
        if budget.isCoarse { text += "clock coarse\n" }
        if !budget.hasLists { text += "venue lists nothing\n" }
        for move in moves {
            world.make(move)
            text += world.told.isEmpty ? "\(move.phrase)\n" : "\(move.phrase)".padded(40) + "# \(world.told)\n"
        }
        world.told = ""
        if violation.hasPrefix("when all") {
            world.settle()
            text += "# then: \(world.told)\n"
        }
        return text + world.facts().map { "# found \($0)\n" }.joined()
    }
}

extension StringProtocol {
    fileprivate var trimmed: SubSequence {
        var part = self[...]
        while part.last?.isWhitespace == true { part = part.dropLast() }
        while part.first?.isWhitespace == true { part = part.dropFirst() }
        return part
    }
    fileprivate func padded(_ width: Int) -> String { String(self) + String(repeating: " ", count: Swift.max(1, width - count)) }
}
