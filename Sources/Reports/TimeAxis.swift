/// Time along the bottom: ticks at whole seconds, minutes, hours, days, months.
struct TimeAxis {
    let start: Int64
    let end: Int64
    let ticks: [Axis.Tick]

    private static let second: Int64 = 1_000_000_000
    private static let day = 86_400 * second
    private static let steps: [Int64] =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map { $0 * second }
        + [1, 2, 3, 7, 14].map { $0 * day }

    func place(_ time: Int64) -> Double { Double(time - start) / Double(end - start) }

    /// About `count` ticks, never many more.
    init(from start: Int64, to end: Int64, count: Int64) {
        self.start = start
        self.end = max(end, start + 1)
        let span = self.end - start
        ticks = span > 100 * Self.day ? Self.months(start, self.end, count) : Self.even(start, self.end, span / count)
    }

    private static func even(_ start: Int64, _ end: Int64, _ rough: Int64) -> [Axis.Tick] {
        let step = steps.first { $0 >= rough } ?? 14 * day
        var ticks: [Axis.Tick] = []
        var numbers: [Int64] = []
        var time = start.quotientFloored(by: step) * step
        while time <= end, ticks.count < 30 {
            defer { time += step }
            guard time >= start else { continue }
            let moment = UTCTime(time)
            let atMidnight = moment.hour == 0 && moment.minute == 0 && moment.second == 0
            let label = step >= day || (atMidnight && end - start > day / 2)
                ? moment.dayAndMonth : step >= 60 * second ? moment.clock : moment.clockWithSeconds
            ticks.append(.init(place: Double(time - start) / Double(end - start), label: label))
            numbers.append(time / step)
        }
        return thinned(ticks, numbers)
    }

    private static func months(_ start: Int64, _ end: Int64, _ count: Int64) -> [Axis.Tick] {
        let rough = (end - start) / (30 * day) / count
        let every = rough < 1 ? 1 : rough < 3 ? 3 : rough < 6 ? 6 : 12 * Int(1 + rough / 12)
        var ticks: [Axis.Tick] = []
        var numbers: [Int64] = []
        var time = start.quotientFloored(by: day) * day
        while time <= end, ticks.count < 40 {
            defer { time += day }
            let moment = UTCTime(time)
            guard time >= start, moment.day == 1, (moment.year * 12 + moment.month - 1) % every == 0 else { continue }
            ticks.append(.init(place: Double(time - start) / Double(end - start), label: moment.monthAndYear))
            numbers.append(Int64(moment.year * 12 + moment.month - 1) / Int64(every))
        }
        return thinned(ticks, numbers)
    }

    /// Says of each label how wide the plot must be for it: on a narrow one those of every second, fourth, … tick stay, so
    /// that none touches the next. `numbers` count the steps since the epoch, so that the roundest times stay longest.
    private static func thinned(_ ticks: [Axis.Tick], _ numbers: [Int64]) -> [Axis.Tick] {
        var thinned = ticks
        for (pixels, room) in [(400.0, Axis.Room.wide), (200, .medium)] {
            let stride = [1, 2, 4, 8, 16].first { stride in
                let kept = zip(ticks, numbers).filter { $0.1 % Int64(stride) == 0 }.map(\.0)
                return zip(kept, kept.dropFirst()).allSatisfy { left, right in
                    (right.place - left.place) * pixels >= labelPixels(max(left.label.count, right.label.count)) + 8
                }
            }
            for place in ticks.indices where numbers[place] % Int64(stride ?? 32) != 0 && thinned[place].room == .any {
                thinned[place].room = room
            }
        }
        return thinned
    }
}
