/// Round places to draw lines at.
package struct Axis {
    package struct Tick {
        /// 0 … 1 along the axis.
        package let place: Double
        package let label: String
        /// The narrowest plot that has room for the label.
        var room: Room = .any
    }

    /// How wide a plot must be for a label to be shown; the line is always drawn. The style sheet knows the names.
    enum Room: String { case any, medium, wide }

    package let low: Double
    package let high: Double
    package let ticks: [Tick]

    func place(_ value: Double) -> Double { (value - low) / (high - low) }

    /// Covers `values` with room around them, ticks at 1, 2 or 5 times a power of ten, about `count` of them.
    ///
    /// - Parameters:
    ///   - fixed: a value that the axis covers too, and ends at where no value lies beyond.
    ///   - leastStep: no ticks closer than that: the smallest difference that means anything.
    package init(
        covering values: some Sequence<Double>, count: Int = 5, including fixed: Double? = nil, leastStep: Double = 1e-9, isPercent: Bool = false
    ) {
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
        if most - least < leastStep {
            // A flat line, in the middle of what would be a small change of it.
            let room = max(least.magnitude * 0.01, isPercent ? 0.01 : 1, leastStep)
            (least, most) = (least - room, most + room)
        }
        let room = max((most - least) * 0.06, most - least < 2 * leastStep ? 1.5 * leastStep : 0)
        low = least == fixed ? least : least - room
        high = most == fixed ? most : most + room
        // A round step may be up to twice the asked one: ask finer until there are enough lines to read by.
        var asked = count
        var found = Self.ticks(low, high, asked, leastStep, isPercent)
        while found.count < min(count, 3), asked < count + 8 {
            asked += 1
            found = Self.ticks(low, high, asked, leastStep, isPercent)
        }
        ticks = found
    }

    private static func ticks(_ low: Double, _ high: Double, _ count: Int, _ leastStep: Double, _ isPercent: Bool) -> [Tick] {
        let (step, digits) = step(max((high - low) / Double(count), leastStep))
        let words = AxisWords(largest: max(low.magnitude, high.magnitude), step: step, digits: digits, isPercent: isPercent)
        var ticks: [Tick] = []
        var multiple = (low / step).rounded(.up)
        while multiple * step <= high, ticks.count < 20 {
            let value = multiple * step
            ticks.append(Tick(place: (value - low) / (high - low), label: words.label(value == 0 ? 0 : value)))
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
        for factor in [1.0, 2, 5] where power * factor >= rough * (1 - 1e-12) { return (power * factor, max(0, -exponent)) }
        return (power * 10, max(0, -exponent - 1))
    }
}

/// How the values of one axis are written: as exactly as its step needs, so that no two labels are the same.
private struct AxisWords {
    private let factor: Double
    private let places: Int
    private let unit: String

    init(largest: Double, step: Double, digits: Int, isPercent: Bool) {
        if isPercent {
            (factor, places, unit) = (100, max(0, digits - 2), " %")
            return
        }
        // Millions only where the step is not lost behind more than two digits.
        for (size, name) in [(1e9, " G"), (1e6, " M")] where largest >= 10 * size && step >= size / 100 * (1 - 1e-12) {
            let needed = [1.0, 10, 100].firstIndex { step * $0 >= size * (1 - 1e-12) } ?? 2
            (factor, places, unit) = (1 / size, needed, name)
            return
        }
        (factor, places, unit) = (1, digits, "")
    }

    func label(_ value: Double) -> String { NumberText.fixed(value * factor, places: places) + unit }
}
