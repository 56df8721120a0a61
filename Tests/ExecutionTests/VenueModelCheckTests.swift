import Foundation
import Testing

/// The order table and the gate against a venue, in every order in which things can happen.
@Suite struct VenueModelCheckTests {
    /// What is searched: how far, and how many different states that must at least be.
    struct Search: Sendable, CustomTestStringConvertible {
        let name: String
        let budget: Budget
        let depth: Int
        let leastStates: Int
        var testDescription: String { "\(name), \(depth) moves" }
    }

    static let searches = [
        Search(name: "one of everything", budget: Budget(), depth: 9, leastStates: 300_000),
        Search(name: "a clock of seconds", budget: Budget(isCoarse: true), depth: 8, leastStates: 80_000),
        Search(name: "a report overtakes another", budget: Budget(overtakes: 1), depth: 8, leastStates: 100_000),
        Search(name: "two replacements, timeouts and lost sessions", budget: Budget(replaces: 2, waits: 2, breaks: 2), depth: 8, leastStates: 100_000),
        Search(name: "a venue without lists", budget: Budget(revisions: 0, hasLists: false), depth: 9, leastStates: 100_000),
    ]

    /// A failure prints the shortest history that leads there as a scenario file: kept in `Tests/scenarios/orders`, it is
    /// played by the test below from then on.
    @Test("no history of orders, reports and lost sessions breaks an invariant, and all come to agree", arguments: searches)
    func everyHistory(_ search: Search) {
        let result = Explorer(budget: search.budget, depth: search.depth).explore()
        if let found = result.counterexample {
            Issue.record("\n\(Scenario.text(found.moves, search.budget, violation: found.violation))")
        } else {
            #expect(result.states >= search.leastStates)
            print("model check: \(search.name): \(result.states) states, \(result.moves) moves, new at each depth \(result.levels)")
        }
    }

    static let scenarios = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("scenarios/orders")

    static let files = ((try? FileManager.default.contentsOfDirectory(atPath: scenarios.path)) ?? []).sorted()

    @Test("scenarios of orders go as they are written", arguments: files)
    func scenario(_ file: String) throws {
        let text = try String(contentsOf: Self.scenarios.appendingPathComponent(file), encoding: .utf8)
        let failure = try Scenario(text).play()
        #expect(failure == nil)
    }

    @Test("there are scenarios to play, and each says what it is about and expects something")
    func folder() throws {
        #expect(Self.files.count >= 25)
        for file in Self.files {
            let text = try String(contentsOf: Self.scenarios.appendingPathComponent(file), encoding: .utf8)
            #expect(text.hasPrefix("# ") && text.contains("\nexpect "), "\(file)")
        }
    }

    @Test("a counterexample is a scenario that can be played")
    func roundTrip() throws {
        let moves: [Move] = [.buy, .accept, .hear, .cancel, .fillRest, .refuse, .breakLosingNothing, .restore]
        let text = Scenario.text(moves, Budget(), violation: "none")
        let lines = try Scenario(text).lines.map(\.line)
        #expect(lines.count == moves.count)
        for (line, move) in zip(lines, moves) {
            guard case .move(let read) = line else { Issue.record("not a move"); continue }
            #expect(read == move)
        }
        #expect(try Scenario(text).play() == nil)
    }

    @Test("a line that is no move is refused with its number")
    func malformed() {
        #expect(throws: Scenario.Malformed.self) { try Scenario("trader buys 2\nvenue shrugs\n") }
    }
}
