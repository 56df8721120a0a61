package import Domain

/// What is known of the instruments whose samples the documentation uses, by symbol. Fees are round examples, to be
/// set for one's own account. A price increment is fine enough for midpoints, so the tick is a multiple of it.
public enum KnownInstruments {
    /// The specification with this symbol; `nil` where there is none.
    public static func specification(symbol: String) -> InstrumentSpecification? {
        all.first { $0.key.symbol == symbol }
    }

    public static let all: [InstrumentSpecification] = [
        equity("AMZN"),
        equity("AAPL"),
        InstrumentSpecification(
            key: InstrumentKey(venue: "FTX", symbol: "BTC-PERP"), currency: "USD", priceIncrement: Increment("0.001"),
            lotIncrement: Increment("0.0001"), tick: 1_000, makerFeePpm: 200, takerFeePpm: 700, volumeIsMoney: true),
        InstrumentSpecification(
            key: InstrumentKey(venue: "FXCM", symbol: "GBPUSD"), currency: "USD", priceIncrement: Increment("0.000005"),
            lotIncrement: Increment("1000"), tick: 2),
        InstrumentSpecification(
            key: InstrumentKey(venue: "XNSE", symbol: "NIFTY"), currency: "INR", priceIncrement: Increment("0.01"),
            tick: 5, makerFeePpm: 20, takerFeePpm: 20),
        InstrumentSpecification(
            key: InstrumentKey(venue: "XCME", symbol: "ESH4"), currency: "USD", priceIncrement: Increment("0.125"),
            multiplier: Increment("50"), tick: 2, makerFeePpm: 5, takerFeePpm: 5),
    ]

    private static func equity(_ symbol: String) -> InstrumentSpecification {
        InstrumentSpecification(
            key: InstrumentKey(venue: "XNAS", symbol: symbol), currency: "USD", priceIncrement: Increment("0.0001"),
            tick: 100, takerFeePpm: 15)
    }
}

extension InstrumentSpecification {
    /// This specification, its gaps filled from the table of known samples.
    package func completed() -> InstrumentSpecification {
        guard let known = KnownInstruments.specification(symbol: key.symbol) else { return self }
        var full = self
        full.currency = currency ?? known.currency
        full.contract = contract ?? known.contract
        full.lotIncrement = lotIncrement ?? known.lotIncrement
        full.multiplier = multiplier ?? known.multiplier
        full.makerFeePpm = makerFeePpm ?? known.makerFeePpm
        full.takerFeePpm = takerFeePpm ?? known.takerFeePpm
        full.volumeIsMoney = volumeIsMoney ?? known.volumeIsMoney
        // The tick counts in price increments: the two belong together.
        if priceIncrement == nil {
            full.priceIncrement = known.priceIncrement
            full.tick = tick ?? known.tick
        }
        return full
    }

    /// The instrument, where what is still unknown is taken from the file's decimals.
    package func instrument(
        inferredPrice: Increment, inferredLot: Increment, inferredTick: Int64
    ) throws(MarketDataError) -> Instrument {
        let instrument = Instrument(
            key: key, contract: contract ?? .linear, currency: currency ?? "USD",
            priceIncrement: priceIncrement ?? inferredPrice, lotIncrement: lotIncrement ?? inferredLot,
            multiplier: multiplier ?? .one, tick: tick ?? (priceIncrement == nil ? inferredTick : 1),
            makerFeePpm: makerFeePpm ?? 0, takerFeePpm: takerFeePpm ?? 0)
        if let fault = instrument.fault { throw .invalidRequest(fault) }
        return instrument
    }
}
