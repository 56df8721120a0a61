internal import Core
internal import CxxEvent
internal import Foundation
internal import MarketData

extension RunConfiguration {
    /// `recordedSeries` for an exchange, which has one clock: instruments that no moment has in common are refused, since
    /// all but one would be silent for a session and nothing would say so.
    func exchangeSeries(_ names: [String]) throws -> EventSeries {
        let series = try recordedSeries(names)
        let spans = series.spans
        guard let begin = spans.map(\.lowerBound).max(), let end = spans.map(\.upperBound).min(), begin > end else { return series }
        let described = zip(series.instruments, spans).map { "\($0.venueText):\($0.symbolText) \(Self.text($1))" }
        throw CommandFailure(
            .usage,
            "the markets have no time in common: \(described.joined(separator: ", ")); a session replays one span of time: run them one at a time, or backtest them together")
    }

    private static func text(_ span: ClosedRange<Int64>) -> String {
        let style = Date.ISO8601FormatStyle().dateSeparator(.dash).year().month().day()
        func day(_ time: Int64) -> String { Date(timeIntervalSince1970: Double(time) / 1e9).formatted(style) }
        return "\(day(span.lowerBound)) to \(day(span.upperBound))"
    }
}

extension EventSeries {
    /// First and last time of each instrument.
    var spans: [ClosedRange<Int64>] {
        var first = [Int64?](repeating: nil, count: instruments.count)
        var last = [Int64](repeating: .min, count: instruments.count)
        for event in events {
            let index = Int(event.instrument)
            if first[index] == nil { first[index] = event.receive_time }
            last[index] = event.receive_time
        }
        return instruments.indices.map { (first[$0] ?? 0)...max(last[$0], first[$0] ?? 0) }
    }
}
