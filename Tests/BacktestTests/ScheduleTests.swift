package import Backtest
import Testing

@Suite struct ScheduleTests {
    @Test("items leave in the order of time, then rank, then insertion, whatever the order they came in")
    func order() {
        var state: UInt64 = 7
        func random(_ n: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % n
        }
        for _ in 0..<200 {
            var schedule = Schedule<Int>(bound: 64)
            var expected: [(time: Int64, rank: Int, number: Int)] = []
            for number in 0..<Int(1 + random(63)) {
                let time = Int64(random(5))
                let rank = Int(random(3))
                schedule.insert(number, at: time, rank: rank)
                expected.append((time, rank, number))
            }
            expected.sort { ($0.time, $0.rank, $0.number) < ($1.time, $1.rank, $1.number) }
            for item in expected {
                #expect(schedule.nextTime == item.time)
                let first = schedule.removeFirst()
                #expect(first.item == item.number && first.time == item.time)
            }
            #expect(schedule.isEmpty && schedule.nextTime == .max)
        }
    }
}
