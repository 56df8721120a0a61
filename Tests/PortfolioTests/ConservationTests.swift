import CxxEvent
import Portfolio
import Testing

/// One random fill of the conservation tests.
private struct Fill {
    var instrument: Int
    var side: martlet.Side
    var price: Int64
    var lots: Int64
    var fee: Int64
}

/// Nothing is made or lost, on any sequence of fills.
@Suite struct ConservationTests {
    private let definitions = [
        definition(0), definition(1, multiplier: martlet.Decimal(mantissa: 333, exponent: -5)),
        definition(2, multiplier: martlet.Decimal(mantissa: 7, exponent: 2)),
    ]

    private func fills(_ count: Int, _ generator: inout Generator) -> [Fill] {
        (0..<count).map { _ in
            Fill(
                instrument: Int.random(in: 0..<3, using: &generator), side: Bool.random(using: &generator) ? .buy : .sell,
                price: Int64.random(in: -50...10_000, using: &generator), lots: Int64.random(in: 1...40, using: &generator),
                fee: Int64.random(in: -20...100, using: &generator))
        }
    }

    /// Money of an exact sum by another road: scaled by 2, compared with twice the floor.
    private func money(_ sum: Int128, _ index: Int) -> Int64 {
        let ratio = martlet.money_ratio(definitions[index])
        let numerator = sum * Int128(ratio.numerator)
        let denominator = Int128(ratio.denominator)
        var floor = numerator / denominator
        if floor * denominator > numerator { floor -= 1 }
        let rest = (numerator - floor * denominator) * 2
        return Int64(rest > denominator || (rest == denominator && floor % 2 != 0) ? floor + 1 : floor)
    }

    @Test("equity is what a naive sum over all fills says, after every fill", arguments: 0..<40)
    func naive(seed: Int) throws {
        var generator = Generator(state: UInt64(seed))
        var books = try ledger(definitions)
        var flow = [Int128](repeating: 0, count: 3)
        var position = [Int64](repeating: 0, count: 3)
        var fees: Int64 = 0
        let marks: [Int64] = [4_000, 70, 9_999]
        for (index, mark) in marks.enumerated() { try books.mark(instrument: index, price: mark) }
        for fill in fills(500, &generator) {
            try books.apply(
                instrument: fill.instrument, side: fill.side, price: fill.price, lots: fill.lots, fee: fill.fee)
            let signed = fill.side == .buy ? fill.lots : -fill.lots
            flow[fill.instrument] -= Int128(signed * fill.price)
            position[fill.instrument] += signed
            fees += fill.fee
            var expected = 1_000_000 - fees
            for index in 0..<3 {
                expected += money(flow[index] + Int128(position[index] * marks[index]), index)
                #expect(books.realised(index) + books.unrealised(index) == flow[index] + Int128(position[index] * marks[index]))
                let summary = books.summary(index)
                #expect(summary.realised + summary.unrealised == books.profit(index))
                #expect(summary.boughtLots - summary.soldLots == position[index] && summary.position == position[index])
                if position[index] == 0 { #expect(books.cost(index) == 0) }
            }
            #expect(try books.equity() == expected)
        }
    }

    @Test("the order of marks and of fills of different instruments does not matter", arguments: 0..<40)
    func order(seed: Int) throws {
        var generator = Generator(state: UInt64(seed) &+ 1_000)
        let list = fills(60, &generator)
        var first = try ledger(definitions)
        var second = try ledger(definitions)
        for fill in list {
            try first.mark(instrument: fill.instrument, price: Int64.random(in: 1...9_000, using: &generator))
            try first.apply(instrument: fill.instrument, side: fill.side, price: fill.price, lots: fill.lots, fee: fill.fee)
        }
        for instrument in (0..<3).reversed() {
            for fill in list where fill.instrument == instrument {
                try second.apply(instrument: instrument, side: fill.side, price: fill.price, lots: fill.lots, fee: fill.fee)
            }
        }
        for instrument in 0..<3 { try first.mark(instrument: instrument, price: 77) }
        for instrument in (0..<3).reversed() { try second.mark(instrument: instrument, price: 77) }
        #expect(try first.equity() == second.equity() && first.cash() == second.cash())
        for instrument in 0..<3 { #expect(first.summary(instrument) == second.summary(instrument)) }
    }

    @Test("a fill and its reversal, anywhere in a sequence, leave equity and positions unchanged", arguments: 0..<40)
    func reversals(seed: Int) throws {
        var generator = Generator(state: UInt64(seed) &+ 2_000)
        let list = fills(40, &generator)
        var plain = try ledger(definitions)
        var busted = try ledger(definitions)
        for fill in list {
            try plain.apply(instrument: fill.instrument, side: fill.side, price: fill.price, lots: fill.lots, fee: fill.fee)
            try busted.apply(instrument: fill.instrument, side: fill.side, price: fill.price, lots: fill.lots, fee: fill.fee)
            let wrong = fills(1, &generator)[0]
            try busted.apply(instrument: wrong.instrument, side: wrong.side, price: wrong.price, lots: wrong.lots, fee: wrong.fee)
            try busted.reverse(instrument: wrong.instrument, side: wrong.side, price: wrong.price, lots: wrong.lots, fee: wrong.fee)
        }
        for instrument in 0..<3 {
            try plain.mark(instrument: instrument, price: 3)
            try busted.mark(instrument: instrument, price: 3)
            #expect(plain.position(instrument) == busted.position(instrument) && plain.flow(instrument) == busted.flow(instrument))
        }
        #expect(try plain.equity() == busted.equity())
    }

    @Test("the order that reaches a target counts open orders and never lets two sides work together")
    func delta() {
        for target in Int64(-4)...4 {
            for position in Int64(-4)...4 {
                for openBuy in Int64(0)...3 {
                    for openSell in Int64(0)...3 {
                        let delta = OrderDelta(target: target, position: position, openBuy: openBuy, openSell: openSell)
                        let long = position + openBuy + max(0, delta.lots)
                        let short = position - openSell + min(0, delta.lots)
                        if delta.cancelsOpen {
                            #expect(delta.lots == 0 && (long > max(target, position) || short < min(target, position)))
                        } else {
                            #expect(target >= position ? (long == target && short == position) : (short == target && long == position))
                        }
                    }
                }
            }
        }
        #expect(OrderDelta(target: 10, position: 8, openBuy: 0, openSell: 0, minimum: 3).lots == 0)
        #expect(OrderDelta(target: 0, position: 2, openBuy: 0, openSell: 0, minimum: 3).lots == -2)
    }
}
