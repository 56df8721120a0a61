import Core
import CxxEvent
import Domain
import MarketData
import Testing

@Suite struct ValueTests {
    @Test("a timeframe is written as it is read", arguments: ["1s", "30s", "1m", "5m", "15m", "1h", "4h", "1d", "7d"])
    func timeframe(text: String) throws {
        #expect(try #require(Timeframe(text)).description == text)
    }

    @Test("what is no timeframe is refused", arguments: ["", "m", "0m", "-1m", "1w", "8d", "1.5h", "99999999999d", "m1"])
    func badTimeframe(text: String) { #expect(Timeframe(text) == nil) }

    @Test("an increment is written as plain decimal text", arguments: ["0.0001", "5", "0.05", "1000", "0.000005", "12.5"])
    func increment(text: String) throws {
        #expect(try #require(Increment(text)).description == text)
    }

    @Test("what is no positive decimal is no increment", arguments: ["", "0", "-1", "1e-5", ".5", "1.", "1.2.3", "a", "0.0"])
    func badIncrement(text: String) { #expect(Increment(text) == nil) }

    @Test("a day is the number of days since 1970 and the date of the calendar")
    func days() throws {
        #expect(try #require(CatalogDay("1970-01-01")).number == 0)
        #expect(try #require(CatalogDay("2012-06-21")).number == 15_512)
        #expect(CatalogDay(time: -1).description == "1969-12-31")
        for bad in ["2012-6-21", "2011-02-29", "2012-13-01", "2012-00-10", "12-01-01", ""] { #expect(CatalogDay(bad) == nil) }
        for number in Int32(-200_000)...200_000 where number % 37 == 0 {
            let day = CatalogDay(number: number)
            let (year, month, date) = day.civil
            #expect(CatalogDay(year: year, month: month, day: date) == day)
        }
    }

    @Test("an instrument survives the way into the core's record and back")
    func instrument() throws {
        let instrument = Instrument(
            key: InstrumentKey(venue: "XNAS", symbol: "AMZN"), currency: "USD",
            priceIncrement: try #require(Increment("0.0001")), tick: 100, maximumQuantity: 1_000, makerFeePpm: -20,
            takerFeePpm: 30)
        #expect(instrument.fault == nil)
        let definition = martlet.InstrumentDefinition(instrument, id: 3)
        #expect(definition.id == 3)
        #expect(definition.symbolText == "AMZN")
        #expect(Instrument(definition) == instrument)
    }

    @Test("names that the core's record cannot hold are refused in words")
    func faults() throws {
        var instrument = Instrument(
            key: InstrumentKey(venue: "XNAS", symbol: "AMZN"), currency: "USD", priceIncrement: .one)
        instrument.key.symbol = String(repeating: "A", count: 24)
        #expect(try #require(instrument.fault).hasPrefix("symbol:"))
        instrument.key.symbol = "A"
        instrument.key.venue = "A B"
        #expect(try #require(instrument.fault).hasPrefix("venue:"))
        instrument.key.venue = "X"
        instrument.tick = 0
        #expect(try #require(instrument.fault).hasPrefix("tick:"))
    }
}
