import Foundation
import Reports
import Testing

@Suite("The axes of the page")
struct AxisTests {
    @Test("on an axis of any place and width the labels differ, are short, and say the values that they stand at")
    func labels() throws {
        var dice = Dice(11)
        for _ in 0..<5_000 {
            let middle = Double.random(in: -1...1, using: &dice) * [1, 1e3, 1e6, 1e9].randomElement(using: &dice)!
            let width = [0, 0.02, 5, 500, 400_000, 3e9].randomElement(using: &dice)! * Double.random(in: 0.1...1, using: &dice)
            let axis = Axis(covering: [middle, middle + width], count: Int.random(in: 2...6, using: &dice), leastStep: 0.01)
            #expect(axis.low <= middle && axis.high >= middle + width && axis.low < axis.high)
            let labels = axis.ticks.map(\.label)
            #expect(labels.count >= 2 && Set(labels).count == labels.count, "\(labels) from \(middle), \(width) wide")
            #expect(labels.allSatisfy { $0.count <= 15 })
            let step = (axis.high - axis.low) / Double(labels.count)
            for tick in axis.ticks {
                let stated = try #require(Self.number(tick.label), "\(tick.label)")
                #expect(abs(stated - (axis.low + tick.place * (axis.high - axis.low))) < step / 10, "\(labels)")
            }
        }
    }

    @Test("an account of a million that moves by hundreds is told to the hundred")
    func account() {
        let axis = Axis(covering: [999_830, 1_000_380], count: 5, including: 1_000_000, leastStep: 0.01)
        #expect(axis.ticks.map(\.label) == ["999,800", "1,000,000", "1,000,200", "1,000,400"])
    }

    @Test("a flat line has an axis that is not finer than what it shows", arguments: [(1_000_000.0, false), (0, false), (0, true), (0.02, true)])
    func flat(value: Double, isPercent: Bool) {
        let axis = Axis(covering: [value, value], leastStep: isPercent ? 1e-6 : 0.01, isPercent: isPercent)
        #expect(axis.low < value && axis.high > value && axis.high - axis.low >= 0.0004)
        #expect(axis.ticks.map(\.label).allSatisfy { $0.count <= 9 })
    }

    @Test(
        "times along the bottom do not touch each other, on a phone neither",
        arguments: [90, 3_600, 21_600, 86_400, 5 * 86_400, 90 * 86_400, 800 * 86_400] as [Int64])
    func times(seconds: Int64) throws {
        var report = RunReport(run: "r", mode: "backtest", market: "m", seed: 1, currency: "USD", decimals: 2)
        let start: Int64 = 1_736_173_804
        report.period = .init(start: start * second, end: (start + seconds) * second)
        let samples = (0...60).map { EquitySample(time: (start + seconds * Int64($0) / 60) * second, equity: 100_000 + Int64($0), gross: 0, net: 0) }
        report.setHistory(samples: samples, trades: [])
        let label = /<i( class="(?<room>\w+)")? style="left:(?<place>[0-9.]+)%">(?<text>[^<]+)<\/i>/
        let axis = try #require(report.html().components(separatedBy: "<div class=\"x\">").dropFirst().first?.components(separatedBy: "</div>").first)
        let labels = axis.matches(of: label).map { (room: $0.room.map(String.init) ?? "any", place: Double($0.place) ?? -1, text: String($0.text)) }
        for (pixels, rooms) in [(200.0, ["any"]), (400, ["any", "medium"]), (700, ["any", "medium", "wide"])] {
            let shown = labels.filter { rooms.contains($0.room) }
            #expect(shown.count >= (pixels == 200 ? 1 : 2), "\(labels)")
            for (left, right) in zip(shown, shown.dropFirst()) {
                #expect((right.place - left.place) / 100 * pixels >= 6.5 * Double(max(left.text.count, right.text.count)), "\(left) \(right), \(pixels) wide")
            }
        }
    }

    @Test("a report without an order says in words what there is nothing to draw of")
    func nothing() {
        var report = RunReport(run: "r", mode: "paper", market: "m", seed: 1, currency: "USD", decimals: 4)
        report.period = .init(start: 0, end: 600 * second)
        let samples = (0..<600).map { EquitySample(time: Int64($0) * second, equity: 1_000_000_0000, gross: 0, net: 0) }
        report.setHistory(samples: samples, trades: [])
        let page = report.html()
        #expect(page.contains("Equity never fell below its highest.") && page.contains("No position was held."))
        #expect(page.contains(">1,000,000</i>") && page.contains(">995,000</i>"))
    }

    /// What a label says: `1,000.5`, `−12.5 M`, `0.01 %`.
    static func number(_ label: String) -> Double? {
        let parts = label.replacingOccurrences(of: ",", with: "").replacingOccurrences(of: "−", with: "-").split(separator: " ")
        let factor: Double? = parts.count == 1 ? 1 : ["M": 1e6, "G": 1e9, "%": 0.01][String(parts[1])]
        return Double(parts[0]).flatMap { value in factor.map { value * $0 } }
    }
}
