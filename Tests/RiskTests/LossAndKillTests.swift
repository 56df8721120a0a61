import CxxEvent
import Glibc
import Risk
import Testing

@Suite struct LossAndKillTests {
    let now = World.start

    @Test("a daily loss trips at the limit and not one unit before, and only once")
    func daily() {
        var gate = World.gate()
        #expect(gate.equity(950_001, time: now) == .none)
        #expect(gate.equity(950_000, time: now) == .dailyLoss)
        #expect(gate.killSwitch.cause == .limit && gate.killSwitch.reason == .dailyLoss)
        #expect(gate.equity(949_000, time: now) == .none)
        gate.resume(time: now)
        #expect(gate.check(World.order(.buy, 1), now: now) == .dailyLoss)
        #expect(gate.equity(949_000, time: now + 12 * World.hour) == .none)
        gate.mark(instrument: 0, price: 100, time: now + 12 * World.hour)
        #expect(gate.check(World.order(.buy, 1), now: now + 12 * World.hour) == .none)
    }

    @Test("the day rolls at the offset, and begins with the equity before it")
    func offset() {
        var limits = World.limits()
        limits.dayOffset = 13 * World.hour
        var gate = World.gate(limits)
        gate.equity(1_050_000, time: now)
        gate.equity(1_045_000, time: now + World.hour)
        #expect(gate.dayStartEquity == 1_050_000)
    }

    @Test("a peak counts for thirty days and then no longer")
    func monthly() {
        var gate = World.gate()
        gate.equity(1_100_000, time: now)
        var time = now
        for day in 0..<29 {
            time += World.day
            #expect(gate.equity(day == 0 ? 1_060_000 : 1_040_000, time: time) == .none)
        }
        #expect(gate.equity(990_001, time: time + 23 * World.hour) == .none)
        #expect(gate.equity(990_000, time: time + World.day - 1) == .monthlyDrawdown)
        gate.equity(990_001, time: time + World.day + World.hour)
        gate.resume(time: time)
        #expect(gate.equity(990_000, time: time + World.day + World.hour) == .none)
    }

    @Test("the highest equity ever counts for ever, until an operator measures anew")
    func peak() {
        var gate = World.gate()
        gate.equity(1_200_000, time: now)
        var money: Int64 = 1_200_000
        var tripped = DenyReason.none
        for day in Int64(1)...200 where tripped == .none {
            money -= 1_000
            tripped = gate.equity(money, time: now + day * World.day)
        }
        #expect(tripped == .peakDrawdown && money == 1_020_000)
        gate.resume(time: now + 300 * World.day)
        gate.rebaseDrawdowns(time: now + 300 * World.day)
        #expect(gate.equity(1_019_000, time: now + 301 * World.day) == .none)
    }

    @Test("tripped by a limit reductions pass, by an operator only emergencies, by the journal nothing")
    func causes() {
        var limits = World.limits()
        limits.duplicateWindow = 0
        for cause in KillCause.allCases where cause != .none {
            var gate = World.gate(limits)
            gate.restate(instrument: 0, position: 10, openBuy: 0, openSell: 0)
            gate.trip(cause, time: now)
            var emergency = World.order(.sell, 1)
            emergency.flags = UInt16(martlet.command_flag_emergency.rawValue)
            #expect(gate.check(World.order(.buy, 1), now: now) == .killSwitch)
            #expect(gate.check(World.cancel(), now: now) == .none)
            #expect((gate.check(World.order(.sell, 1), now: now) == .none) == (cause == .limit))
            #expect((gate.check(emergency, now: now) == .none) == (cause != .journalFailure))
        }
    }

    @Test("an operator's stop replaces a limit's, and a limit never an operator's")
    func severity() {
        var state = KillSwitch()
        state.trip(.limit, reason: .dailyLoss, time: 1)
        let replaced = state.trip(.operator, time: 2)
        #expect(replaced)
        let changed = state.trip(.limit, reason: .peakDrawdown, time: 3)
        #expect(!changed && state.cause == .operator && state.time == 2)
        state.resume(time: 4)
        #expect(!state.isTripped)
    }

    @Test("the kill switch's file survives, and any damage to it counts as tripped")
    func file() throws {
        var template = Array("/tmp/martlet-kill-XXXXXX".utf8CString)
        let folder = try #require(template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }.map { String(cString: $0) })
        defer { rmdir(folder) }
        let file = KillSwitchFile(path: folder + "/kill")
        defer { unlink(file.path) }
        #expect(!file.load().isTripped)
        var state = KillSwitch()
        state.trip(.limit, reason: .monthlyDrawdown, time: 77)
        try file.save(state)
        #expect(file.load() == state)
        let size = try length(file.path)
        for at in 0..<size {
            try flip(file.path, at)
            #expect(file.load().cause == .damagedFile, "byte \(at)")
            try flip(file.path, at)
        }
        #expect(file.load() == state)
        truncate(file.path, size - 1)
        #expect(file.load().cause == .damagedFile)
        #expect(throws: RiskError.self) { try KillSwitchFile(path: folder + "/no/kill").save(state) }
    }

    private func length(_ path: String) throws -> Int {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        return ftell(file)
    }

    private func flip(_ path: String, _ at: Int) throws {
        let file = try #require(fopen(path, "r+"))
        defer { fclose(file) }
        fseek(file, at, SEEK_SET)
        let byte = getc(file)
        fseek(file, at, SEEK_SET)
        putc(byte ^ 1, file)
    }
}
