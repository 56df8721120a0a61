import CxxEvent
import CxxFeed

/// A LEAN factor file: what a price and a quantity of a past day are in today's shares and after dividends paid since.
struct LeanFactors {
    private let rows: [martlet.AdjustmentFactors]

    /// Reads the file; a bad row goes to the log.
    init(_ path: String, _ log: inout martlet.DefectLog) throws(MarketDataError) {
        var read = [martlet.AdjustmentFactors](repeating: martlet.AdjustmentFactors(), count: 4_096)
        var count = 0
        log.set_source(path)
        try require(martlet.read_factor_file(path, &read, read.count, &count, &log), path: path)
        guard count <= read.count else { throw .tooLarge("\(path): more than \(read.count) rows") }
        guard count > 0 else { throw .corrupt(path: path, reason: "has no row that is date, price factor, split factor") }
        rows = read.prefix(count).sorted { $0.day < $1.day }
    }

    /// Adjusts the events from `start` on. `day`: of all of them; `nil`: of daily bars, which end at its midnight.
    func adjust(_ events: inout martlet.EventBuffer, from start: Int, day: CatalogDay?) {
        guard let data = events.data() else { return }
        let halfDay: Int64 = 43_200_000_000_000
        for index in start..<events.size() {
            let of = day ?? CatalogDay(time: data[index].exchange_time - halfDay)
            guard let row = rows.first(where: { of.number <= $0.day }) else { continue } // after the last row nothing is adjusted
            data[index] = adjusted(data[index], row)
        }
    }

    private func adjusted(_ event: martlet.MarketEvent, _ row: martlet.AdjustmentFactors) -> martlet.MarketEvent {
        let factor = scale(row.price_factor, row.split_factor)
        switch event.kind {
        case .bar:
            var bar = martlet.as_bar(event)
            let (open, high, close) = (scale(bar.open(), factor), scale(bar.high(), factor), scale(bar.close(), factor))
            bar.low = scale(bar.low, factor)
            bar.open_above_low = UInt32(clamping: open - bar.low)
            bar.high_above_low = UInt32(clamping: high - bar.low)
            bar.close_above_low = UInt32(clamping: close - bar.low)
            bar.volume = unscale(bar.volume, row.split_factor)
            return martlet.as_market_event(bar)
        case .quote:
            var quote = martlet.as_quote(event)
            quote.bid_price = scale(quote.bid_price, factor)
            quote.ask_price = scale(quote.ask_price, factor)
            quote.bid_quantity = unscale(quote.bid_quantity, row.split_factor)
            quote.ask_quantity = unscale(quote.ask_quantity, row.split_factor)
            return martlet.as_market_event(quote)
        default:
            var trade = event
            trade.price = scale(event.price, factor)
            trade.quantity = unscale(event.quantity, row.split_factor)
            return trade
        }
    }

    /// value × factor / 10⁹, to the nearest; a product beyond 64 bits is the largest number there is.
    private func scale(_ value: Int64, _ factor: Int64) -> Int64 { Self.ratio(value, factor, 1_000_000_000) }
    /// value / factor × 10⁹, to the nearest.
    private func unscale(_ value: Int64, _ factor: Int64) -> Int64 { Self.ratio(value, 1_000_000_000, factor) }

    /// All three are zero or positive, the divisor positive.
    private static func ratio(_ value: Int64, _ factor: Int64, _ divisor: Int64) -> Int64 {
        let by = divisor.magnitude
        let product = value.magnitude.multipliedFullWidth(by: factor.magnitude)
        guard product.high < by else { return .max }
        let (quotient, remainder) = by.dividingFullWidth(product)
        return Int64(clamping: quotient + (remainder >= by - remainder ? 1 : 0))
    }
}
