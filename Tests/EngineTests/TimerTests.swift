import CxxEvent
import Engine
import Risk
import Testing

/// Timers sleep while nothing happens, and nobody can tell.
@Suite struct TimerTests {
    /// A long position, bought at 100.01, with no protective stop: only the marks move.
    private func holder() throws -> EngineHarness {
        var configuration = EngineHarness.configuration()
        configuration.protectiveStops = false
        var harness = try EngineHarness(configuration)
        harness.warm()
        harness.decide(1)
        let order = try #require(harness.orders.last)
        harness.fill(order, at: 10_001, execution: 1)
        harness.quote(9_999, 10_001)
        return harness
    }

    @Test("after a last bar and a last look at the equity no timer is due")
    func silence() throws {
        var harness = try holder()
        #expect(harness.engine.nextTimer < .max)
        harness.advance(seconds: 61)
        #expect(harness.engine.nextTimer == .max)
        harness.quote(9_999, 10_001)
        #expect(harness.engine.nextTimer - harness.time <= EngineHarness.second)
    }

    @Test("timers wake on the grid on which they would have fired")
    func grid() throws {
        var harness = try holder()
        harness.advance(seconds: 61)
        let awake = harness.time
        harness.quote(9_999, 10_001)
        let first = harness.engine.nextTimer
        harness.advance(to: awake + 1_000 * EngineHarness.second + 300_000_000)
        harness.quote(9_999, 10_001)
        #expect((harness.engine.nextTimer - first) % EngineHarness.second == 0)
        #expect(harness.engine.nextTimer > harness.time)
    }

    @Test("another interval of comparisons counts from the next run on, none among them", arguments: [(300, 0), (0, 300), (300, 70), (70, 300)] as [(Int64, Int64)])
    func reconcileInterval(was: Int64, becomes: Int64) throws {
        var configuration = EngineHarness.configuration()
        configuration.reconciles = true
        configuration.reconcileInterval = was * EngineHarness.second
        var harness = try EngineHarness(configuration)
        harness.warm()
        configuration.reconcileInterval = becomes * EngineHarness.second
        try harness.engine.reconfigure(configuration, policy: RiskPolicy())
        var fired = 0
        let end = harness.time + 1_000 * EngineHarness.second
        while harness.engine.nextTimer <= end, fired < 100 {
            if harness.engine.nextTimerKind == .reconcile { fired += 1 }
            harness.advance(to: harness.engine.nextTimer)
        }
        let expected = becomes == 0 ? 0 : Int(1_000 / becomes)
        #expect((expected - 1...expected + 1).contains(fired) && (becomes > 0 || fired == 0), "\(fired)")
    }

    @Test("a fall after silent days is judged as if every second had been looked at", arguments: [0, 1, 2, 31] as [Int64],
        [9_990, 9_000, 100] as [Int64])
    func gap(days: Int64, bid: Int64) throws {
        var sleeper = try holder()
        var watcher = try holder()
        let wake = sleeper.time + days * 86_400 * EngineHarness.second + 3_600 * EngineHarness.second
        sleeper.advance(to: wake)
        // Not every second, which nothing would gain by: every quarter of an hour, and the last second before.
        for due in stride(from: watcher.time + EngineHarness.second, to: wake, by: 900 * Int(EngineHarness.second)) {
            watcher.look(at: due)
        }
        watcher.look(at: wake)
        sleeper.crash(to: bid)
        watcher.crash(to: bid)
        #expect(sleeper.engine.gate.dailyLossParts == watcher.engine.gate.dailyLossParts)
        #expect(sleeper.engine.gate.monthlyDrawdownParts == watcher.engine.gate.monthlyDrawdownParts)
        #expect(sleeper.engine.gate.peakDrawdownParts == watcher.engine.gate.peakDrawdownParts)
        #expect(sleeper.engine.killSwitch.isTripped == watcher.engine.killSwitch.isTripped)
        #expect(sleeper.notes.map(\.code) == watcher.notes.map(\.code))
        #expect(sleeper.commands.count == watcher.commands.count)
    }
}

extension EngineHarness {
    /// Delivers a risk timer, due or not.
    fileprivate mutating func look(at due: Int64) {
        advance(to: due)
        var event = martlet.HostEvent()
        event.kind = .timer
        event.id = TimerKind.risk.rawValue
        event.due_time = due
        host(event)
    }

    /// The market opens lower, and the equity is looked at.
    fileprivate mutating func crash(to bid: Int64) {
        quote(bid, bid + 2)
        advance(seconds: 2)
    }
}
