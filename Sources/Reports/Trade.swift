public import Domain

/// One fill of ours.
public struct Trade: Codable, Sendable, Equatable {
    public enum Side: String, Codable, Sendable, CaseIterable {
        case buy, sell
    }

    /// Nanoseconds since the Unix epoch.
    public var time: Int64
    /// Symbol.
    public var instrument: String
    public var venue: String
    public var side: Side
    public var price: ExactDecimal
    /// Positive.
    public var quantity: ExactDecimal
    /// Price × quantity in money, positive.
    public var notional: ExactDecimal
    /// Negative: a rebate.
    public var fee: ExactDecimal
    /// What the fill realised by closing, before fees; 0 for one that opens.
    public var realised: ExactDecimal

    public init(
        time: Int64, instrument: String, venue: String, side: Domain.Side, price: ExactDecimal, quantity: ExactDecimal,
        notional: ExactDecimal, fee: ExactDecimal, realised: ExactDecimal
    ) {
        self.time = time
        self.instrument = instrument
        self.venue = venue
        self.side = side == .buy ? .buy : .sell
        self.price = price
        self.quantity = quantity
        self.notional = notional
        self.fee = fee
        self.realised = realised
    }
}

/// The account at one moment, as the host samples it. Money units.
public struct EquitySample: Sendable, Equatable {
    /// Nanoseconds since the Unix epoch; never goes back within a series.
    public var time: Int64
    public var equity: Int64
    /// Sum of the absolute values of the positions.
    public var gross: Int64
    /// Sum of the signed values.
    public var net: Int64

    public init(time: Int64, equity: Int64, gross: Int64, net: Int64) {
        self.time = time
        self.equity = equity
        self.gross = gross
        self.net = net
    }
}

/// The same in a report.
public struct CurvePoint: Codable, Sendable, Equatable {
    public var time: Int64
    public var equity: ExactDecimal
    public var gross: ExactDecimal
    public var net: ExactDecimal
    /// Fall from the highest equity so far, as a fraction of it, 0 where that is not positive.
    public var drawdown: Double

    /// Samples as points, thinned to `maximum`; the drawdown is measured on all of them. O(samples).
    static func curve(of samples: [EquitySample], maximum: Int, decimals: Int) -> [CurvePoint] {
        var peak = Int64.min
        var points: [CurvePoint] = []
        points.reserveCapacity(samples.count)
        for sample in samples {
            peak = max(peak, sample.equity)
            points.append(
                CurvePoint(
                    time: sample.time, equity: ExactDecimal(units: sample.equity, scale: decimals),
                    gross: ExactDecimal(units: sample.gross, scale: decimals),
                    net: ExactDecimal(units: sample.net, scale: decimals), drawdown: fall(from: peak, to: sample.equity)))
        }
        return downsampled(points, maximum: maximum) { $0.equity.value }
    }
}

/// Fall as a fraction of the peak; 0 where the peak is not positive or nothing fell.
func fall(from peak: Int64, to equity: Int64) -> Double {
    peak > 0 && equity < peak ? (Double(peak) - Double(equity)) / Double(peak) : 0
}

/// At most `maximum` elements (at least 4) in their order: the first, the last, and of each stretch between
/// the one of the least and the one of the greatest value. O(elements).
func downsampled<Element>(_ elements: [Element], maximum: Int, by value: (Element) -> Double) -> [Element] {
    precondition(maximum >= 4, "expected room for at least 4 points, was \(maximum)")
    guard elements.count > maximum else { return elements }
    let inner = elements.count - 2
    let stretches = (maximum - 2) / 2
    var kept = [elements[0]]
    kept.reserveCapacity(maximum)
    for stretch in 0..<stretches {
        let range = (1 + inner * stretch / stretches)..<(1 + inner * (stretch + 1) / stretches)
        var least = range.lowerBound
        var greatest = range.lowerBound
        for place in range {
            if value(elements[place]) < value(elements[least]) { least = place }
            if value(elements[place]) > value(elements[greatest]) { greatest = place }
        }
        kept.append(elements[min(least, greatest)])
        if least != greatest { kept.append(elements[max(least, greatest)]) }
    }
    kept.append(elements[elements.count - 1])
    return kept
}
