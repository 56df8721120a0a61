/// Visits every state that a world can reach within a number of moves, nearest first, so that the first counterexample
/// is a shortest one.
///
/// A world cannot be copied (its table and gate own memory), so it is made anew for every move and brought to its state by
/// the moves that led there. States are told apart by `World.fingerprint`; one that was seen is not gone on from.
struct Explorer {
    struct Result {
        var states = 0
        var moves = 0
        /// States first seen at each depth.
        var levels: [Int] = []
        /// The moves that led to a violation, and its text.
        var counterexample: (moves: [Move], violation: String)?
    }

    private struct Node {
        let parent: Int32
        let move: Move
    }

    let budget: Budget
    let depth: Int

    func explore() -> Result {
        var result = Result()
        var nodes = [Node(parent: -1, move: .wait)]
        var seen: Set<UInt64> = [World(budget).fingerprint()]
        var frontier = 0..<1
        for _ in 0..<depth {
            for at in frontier {
                let path = path(to: at, nodes)
                for move in choices(after: path) {
                    var world = arrive(path)
                    world.make(move)
                    result.moves += 1
                    if let violation = world.violation() {
                        result.counterexample = (path + [move], violation)
                        return result
                    }
                    guard seen.insert(world.fingerprint()).inserted else { continue }
                    nodes.append(Node(parent: Int32(at), move: move))
                    world.settle()
                    if let violation = world.disagreement() {
                        result.counterexample = (path + [move], "when all has been said: " + violation)
                        return result
                    }
                }
            }
            result.levels.append(nodes.count - frontier.upperBound)
            frontier = frontier.upperBound..<nodes.count
        }
        result.states = nodes.count
        return result
    }

    private func path(to node: Int, _ nodes: [Node]) -> [Move] {
        var path: [Move] = []
        var at = node
        while at > 0 {
            path.append(nodes[at].move)
            at = Int(nodes[at].parent)
        }
        return path.reversed()
    }

    private func choices(after path: [Move]) -> [Move] {
        let world = arrive(path)
        return Move.allCases.filter { world.allows($0) }
    }

    private func arrive(_ path: [Move]) -> World {
        var world = World(budget)
        for move in path { world.make(move) }
        return world
    }
}
