import Risk
import Testing

/// Ten million commands, among market moves and reports, against the naive gate.
@Suite struct GateWalkTests {
    private static let commands = 1_000_000

    @Test("no sequence of commands, moves and reports gets an order past a limit", arguments: UInt64(1)...10)
    func walk(seed: UInt64) {
        var walk = GateWalk(seed: seed)
        walk.run(commands: Self.commands)
        let (failure, checked, passed) = (walk.failure, walk.commands, walk.passed)
        #expect(failure == nil)
        #expect(checked >= Self.commands && passed > checked / 100)
    }

    @Test("the walk meets every check, so that none goes untested")
    func coverage() {
        var verdicts = [Int](repeating: 0, count: DenyReason.allCases.count)
        for seed in UInt64(11)...30 {
            var walk = GateWalk(seed: seed)
            walk.run(commands: 30_000)
            for index in verdicts.indices { verdicts[index] += walk.verdicts[index] }
        }
        for reason in DenyReason.allCases {
            #expect(verdicts[Int(reason.rawValue)] > 50, "\(reason.name)")
        }
    }
}
