/// Round places to draw lines at.
struct Axis {
    struct Tick {
        /// 0 … 1 along the axis.
        let place: Double
        let label: String
    }

    let low: Double
    let high: Double
    let ticks: [Tick]

    func place(_ value: Double) -> Double { (value - low) / (high - low) }

    /// Covers `values` with room around them, ticks at 1, 2 or 5 times a power of ten, about `count` of them.
    init(covering values: some Sequence<Double>, count: Int = 5, including fixed: Double? = nil, label: (Double, Int) -> String) {
        var least = Double.infinity
        var most = -Double.infinity
        for value in values where value.isFinite {
            least = min(least, value)
            most = max(most, value)
        }
        if let fixed {
            least = min(least, fixed)
            most = max(most, fixed)
        }
        if least > most { (least, most) = (0, 1) }
        if least == most {
            let room = max(least.magnitude * 0.01, 1e-9)
            (least, most) = (least - room, most + room)
        }
        let room = (most - least) * 0.06
        low = least == fixed ? least : least - room
        high = most == fixed ? most : most + room
        // A round step may be up to twice the asked one: ask finer until there are enough lines to read by.
        var asked = count
        var found = Self.ticks(low, high, count: asked, label: label)
        while found.count < min(count, 3), asked < count + 8 {
            asked += 1
            found = Self.ticks(low, high, count: asked, label: label)
        }
        ticks = found
    }

    private static func ticks(_ low: Double, _ high: Double, count: Int, label: (Double, Int) -> String) -> [Tick] {
        let (step, digits) = step((high - low) / Double(count))
        var ticks: [Tick] = []
        var multiple = (low / step).rounded(.up)
        while multiple * step <= high, ticks.count < 20 {
            let value = multiple * step
            ticks.append(Tick(place: (value - low) / (high - low), label: label(value == 0 ? 0 : value, digits)))
            multiple += 1
        }
        return ticks
    }

    /// The round step at least as large, and the digits after the point that it needs.
    private static func step(_ rough: Double) -> (Double, Int) {
        var power = 1.0
        var exponent = 0
        while power * 10 <= rough, exponent < 18 {
            power *= 10
            exponent += 1
        }
        while power > rough, exponent > -12 {
            power /= 10
            exponent -= 1
        }
        for factor in [1.0, 2, 5] where power * factor >= rough { return (power * factor, max(0, -exponent)) }
        return (power * 10, max(0, -exponent - 1))
    }
}

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
        var time = start.quotientFloored(by: step) * step
        while time <= end, ticks.count < 30 {
            defer { time += step }
            guard time >= start else { continue }
            let moment = UTCTime(time)
            let atMidnight = moment.hour == 0 && moment.minute == 0 && moment.second == 0
            let label = step >= day || (atMidnight && end - start > day / 2)
                ? moment.dayAndMonth : step >= 60 * second ? moment.clock : moment.clockWithSeconds
            ticks.append(.init(place: Double(time - start) / Double(end - start), label: label))
        }
        return ticks
    }

    private static func months(_ start: Int64, _ end: Int64, _ count: Int64) -> [Axis.Tick] {
        let rough = (end - start) / (30 * day) / count
        let every = rough < 1 ? 1 : rough < 3 ? 3 : rough < 6 ? 6 : 12 * Int(1 + rough / 12)
        var ticks: [Axis.Tick] = []
        var time = start.quotientFloored(by: day) * day
        while time <= end, ticks.count < 40 {
            defer { time += day }
            let moment = UTCTime(time)
            guard time >= start, moment.day == 1, (moment.year * 12 + moment.month - 1) % every == 0 else { continue }
            ticks.append(.init(place: Double(time - start) / Double(end - start), label: moment.monthAndYear))
        }
        return ticks
    }
}
