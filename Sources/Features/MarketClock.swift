internal import CxxFeature

/// Events of the market by which a kernel moves, instead of bars. A feature names one (`clock: trades`) for kernels of times; those of quotes, depth
/// and trades have theirs.
public enum MarketClock: String, Sendable, Hashable, CaseIterable {
    /// Each execution or trade.
    case trades
    /// Each change of the best bid or ask, or of what is there.
    case quotes
    /// Each packet that changed the book.
    case depth
    /// Each order that came into the book, where it is told order by order.
    case arrivals
    /// Each order that was cancelled, in whole or part, where it is told order by order.
    case cancels
}

extension Kernel {
    /// By what it moves where nobody says otherwise; nil: by bars.
    var marketClock: MarketClock? {
        switch record {
        case .quote: .quotes
        case .depth: .depth
        case .trade: .trades
        default: nil
        }
    }

    /// Whether it takes the times of events, whichever.
    var takesTimes: Bool { record == .series && seriesInputs == 1 && inputUnit(0) == .seconds }
}
