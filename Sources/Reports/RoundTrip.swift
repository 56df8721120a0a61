/// From flat to flat again: the fills of one instrument between. A fill that goes through zero ends one round
/// trip and begins the next.
public struct RoundTrip: Sendable, Equatable {
    public let instrument: String
    public let opened: Int64
    public let closed: Int64
    /// Realised profit less the fees of its fills, money.
    public let profit: ExactDecimal

    /// The completed ones, in order of their close. Positions start flat; what is open at the end is no
    /// round trip. The fee of a fill through zero is shared by quantity, the odd unit staying with the
    /// closing side. O(trades × instruments).
    public static func all(in trades: [Trade]) -> [RoundTrip] {
        var open: [Open] = []
        var done: [RoundTrip] = []
        for trade in trades {
            let place = open.firstIndex { $0.instrument == trade.instrument } ?? open.count
            if place == open.count { open.append(Open(instrument: trade.instrument)) }
            if let trip = open[place].take(trade) { done.append(trip) }
        }
        return done
    }

    private struct Open {
        let instrument: String
        var position: Int64 = 0
        var opened: Int64 = 0
        var profit: Int64 = 0

        init(instrument: String) { self.instrument = instrument }

        mutating func take(_ trade: Trade) -> RoundTrip? {
            let change = trade.side == .buy ? trade.quantity.units : -trade.quantity.units
            let before = position
            position += change
            if before == 0 { opened = trade.time }
            let crosses = before != 0 && position != 0 && before.signum() != position.signum()
            guard before != 0, position == 0 || crosses else {
                profit += trade.realised.units - trade.fee.units
                return nil
            }
            let opening = crosses ? trade.fee.units * Int64(position.magnitude) / Int64(change.magnitude) : 0
            let trip = RoundTrip(
                instrument: instrument, opened: opened, closed: trade.time,
                profit: ExactDecimal(
                    units: profit + trade.realised.units - (trade.fee.units - opening), scale: trade.fee.scale))
            opened = trade.time
            profit = -opening
            return trip
        }
    }
}
