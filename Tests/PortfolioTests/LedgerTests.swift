import CxxEvent
import Portfolio
import Testing

/// Deterministic numbers for the property tests: SplitMix64.
struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A dollar in ten-thousandths, prices in cents: one increment and lot is `100 × multiplier` money units.
func definition(
    _ id: UInt32, contract: martlet.ContractKind = .linear, multiplier: martlet.Decimal = martlet.Decimal(mantissa: 1, exponent: 0)
) -> martlet.InstrumentDefinition {
    var definition = martlet.InstrumentDefinition()
    definition.id = id
    definition.contract = contract
    definition.price_increment = martlet.Decimal(mantissa: 1, exponent: -2)
    definition.lot_increment = martlet.Decimal(mantissa: 1, exponent: 0)
    definition.multiplier = multiplier
    definition.money_unit = martlet.Decimal(mantissa: 1, exponent: -4)
    definition.tick = 1
    return definition
}

func ledger(_ definitions: [martlet.InstrumentDefinition], equity: Int64 = 1_000_000) throws -> Ledger {
    let copy = UnsafeMutableBufferPointer<martlet.InstrumentDefinition>.allocate(capacity: definitions.count)
    defer { copy.deallocate() }
    _ = copy.initialize(from: definitions)
    return try Ledger(UnsafeBufferPointer(copy), initialEquity: equity)
}

@Suite struct LedgerTests {
    @Test("a round trip realises its profit, fees apart")
    func roundTrip() throws {
        var books = try ledger([definition(0)])
        try books.apply(instrument: 0, side: .buy, price: 1_000, lots: 10, fee: 25)
        try books.mark(instrument: 0, price: 1_050)
        #expect(books.position(0) == 10 && books.unrealised(0) == 500 && books.realised(0) == 0)
        #expect(try books.equity() == 1_000_000 + 50_000 - 25)
        #expect(try books.cash() == 1_000_000 - 1_000_000 - 25)
        try books.apply(instrument: 0, side: .sell, price: 1_100, lots: 10, fee: -5)
        #expect(books.position(0) == 0 && books.realised(0) == 1_000 && books.cost(0) == 0)
        #expect(try books.equity() == 1_000_000 + 100_000 - 20)
        #expect(try books.cash() == books.equity())
    }

    @Test("a fill through zero closes at the old cost and opens at the new price")
    func reversal() throws {
        var books = try ledger([definition(0)])
        try books.apply(instrument: 0, side: .sell, price: 200, lots: 4, fee: 0)
        try books.apply(instrument: 0, side: .buy, price: 150, lots: 10, fee: 0)
        #expect(books.position(0) == 6 && books.realised(0) == 200 && books.cost(0) == 900)
        #expect(books.summary(0).averagePrice == 150)
    }

    @Test("a share of the cost that is not whole is rounded half to even and nothing is lost")
    func averageCost() throws {
        var books = try ledger([definition(0)])
        try books.apply(instrument: 0, side: .buy, price: 1, lots: 1, fee: 0)
        try books.apply(instrument: 0, side: .buy, price: 2, lots: 1, fee: 0)
        try books.apply(instrument: 0, side: .sell, price: 2, lots: 1, fee: 0)
        #expect(books.cost(0) == 2 && books.realised(0) == 1)
        try books.apply(instrument: 0, side: .sell, price: 2, lots: 1, fee: 0)
        #expect(books.cost(0) == 0 && books.realised(0) == 1)
    }

    @Test("inverse contracts, wrong ids, no side, no lots and unknown instruments are refused, nothing changes")
    func refusals() throws {
        #expect(throws: LedgerError.self) { _ = try ledger([definition(0, contract: .inverse)]).count }
        #expect(throws: LedgerError.self) { _ = try ledger([definition(3)]).count }
        var books = try ledger([definition(0)])
        #expect(refusal { () throws(LedgerError) in
            try books.apply(instrument: 0, side: .none, price: 1, lots: 1, fee: 0) } == .malformedFill(instrument: 0))
        #expect(refusal { () throws(LedgerError) in
            try books.apply(instrument: 0, side: .buy, price: 1, lots: 0, fee: 0) } == .malformedFill(instrument: 0))
        #expect(refusal { () throws(LedgerError) in
            try books.apply(instrument: 1, side: .buy, price: 1, lots: 1, fee: 0) } == .unknownInstrument(1))
        #expect(try books.equity() == 1_000_000 && books.fills == 0)
    }

    @Test("amounts that do not fit are an error and leave the books as they were")
    func overflow() throws {
        var books = try ledger([definition(0)])
        try books.apply(instrument: 0, side: .buy, price: 5, lots: 7, fee: 3)
        let before = try books.equity()
        #expect(refusal { () throws(LedgerError) in
            try books.apply(instrument: 0, side: .buy, price: 1, lots: .max, fee: 0) } == .overflow(instrument: 0))
        #expect(refusal { () throws(LedgerError) in
            try books.mark(instrument: 0, price: .max) } == .overflow(instrument: 0))
        #expect(refusal { () throws(LedgerError) in
            try books.apply(instrument: 0, side: .sell, price: 1, lots: 1, fee: .max) } == .overflow(instrument: 0))
        #expect(refusal { () throws(LedgerError) in try books.deposit(.max) } == .overflow(instrument: -1))
        #expect(try books.equity() == before && books.position(0) == 7 && books.fills == 1 && books.deposits == 0)
    }

    @Test("a busted fill leaves equity and position as if it had not been")
    func bust() throws {
        var books = try ledger([definition(0)])
        try books.apply(instrument: 0, side: .buy, price: 100, lots: 10, fee: 4)
        try books.mark(instrument: 0, price: 120)
        let before = try books.equity()
        try books.apply(instrument: 0, side: .sell, price: 130, lots: 4, fee: 2)
        try books.reverse(instrument: 0, side: .sell, price: 130, lots: 4, fee: 2)
        #expect(try books.equity() == before && books.position(0) == 10)
        #expect(books.summary(0).soldLots == 0)
    }

    @Test("the venue's position is adopted at a price, without making profit at that price")
    func restate() throws {
        var books = try ledger([definition(0)])
        try books.apply(instrument: 0, side: .buy, price: 100, lots: 10, fee: 0)
        try books.mark(instrument: 0, price: 100)
        #expect(try books.restate(instrument: 0, position: -5, price: 100) == -15)
        #expect(books.position(0) == -5)
        #expect(try books.equity() == 1_000_000)
    }

    private func refusal(_ work: () throws(LedgerError) -> Void) -> LedgerError? {
        do throws(LedgerError) { try work() } catch { return error }
        return nil
    }
}
