internal import Core
internal import CxxEvent
internal import CxxJournal
internal import Features
internal import Live
package import MarketData
internal import Reports

extension RunCandles {
    /// Takes the events of a backtest as its engine saw them: `feed` nanoseconds after they happened, and never back in time.
    package mutating func take(_ series: EventSeries, feed: Int64) {
        guard !isEmpty else { return }
        var time = Int64.min
        for event in series.events {
            var event = event
            time = max(time, event.exchange_time &+ feed)
            event.receive_time = time
            take(event)
        }
    }

    /// Reads a journal: the rows that the council was shown in runs of this set, and the market's events, of which a backtest's has none.
    ///
    /// Begins so many bars before `end` as a page shows: of a journal of years the last part alone is read.
    package mutating func read(journal folder: String, until end: Int64) throws(CommandFailure) {
        guard !isEmpty else { return }
        var reader = martlet.JournalReader()
        let opened = reader.open(folder)
        guard opened == .ok else { throw failure(opened, "\(folder): \(opened.text)") }
        Self.go(&reader, to: end - Int64(CandlePage.maximumBars + 1) * barLength)
        var isOurs = false
        var isFirst = true
        while reader.next() {
            if isFirst {
                isFirst = false
                isOurs = hasOurSet(String(decoding: UnsafeRawBufferPointer(start: reader.run_text(), count: reader.run_text_size()), as: UTF8.self))
            }
            switch reader.kind() {
            case .run_start:
                let text = TextPayload.text(OrderTrail.payload(reader))
                // A backtest's first record leaves it to the header.
                if !text.isEmpty { isOurs = hasOurSet(text) }
            case .decision_request where isOurs:
                guard let observation = try? Observation(payload: OrderTrail.payload(reader)) else { continue }
                take(row: observation.setValues, of: Int(observation.instrument), time: observation.time)
            case let kind where kind.rawValue < martlet.EventKind.execution_report.rawValue: take(reader.market())
            default: continue
            }
        }
        guard reader.status() == .end else { throw failure(reader.status(), "\(folder): \(reader.status().text) \(reader.errorText)") }
    }

    /// Goes before the last record that is older than `time`, or before the first: by halving over their numbers.
    private static func go(_ reader: inout martlet.JournalReader, to time: Int64) {
        guard reader.next() else { return }
        var older = reader.sequence()
        if reader.market().receive_time < time {
            var newer = older + 1 << 48
            while newer - older > 1 {
                let middle = older + (newer - older) / 2
                if reader.seek(middle) == .ok, reader.next(), reader.market().receive_time < time { older = middle } else { newer = middle }
            }
        }
        _ = reader.seek(older)
    }
}
