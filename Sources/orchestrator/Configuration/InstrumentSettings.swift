/// What profit and loss of an instrument are counted in.
package enum ContractType: String, ConfigurationChoice {
    case linear, inverse, quanto
}

/// One item of `instruments`.
package struct InstrumentSettings: Sendable, Hashable {
    package var symbol = ""
    package var venue = "MSIM"
    package var contract = ContractType.linear
    package var currency = CurrencyCode("USD")
    /// One unit of every price. It never changes for an instrument.
    package var priceIncrement = ExactDecimal(1, -2)
    /// Distance between valid order prices, a multiple of the increment.
    package var tick = ExactDecimal(1, -2)
    /// One unit of every quantity.
    package var lotIncrement = ExactDecimal(1, 0)
    /// Money per price unit and quantity unit.
    package var multiplier = ExactDecimal(1, 0)
    /// Largest order that the venue takes, in units of the instrument; nil: none stated.
    package var maximumQuantity: ExactDecimal?
    package var makerFee = PartsPerMillion(20)
    package var takerFee = PartsPerMillion(50)
    /// Where a generated market starts.
    package var startPrice: ExactDecimal? = ExactDecimal(100, 0)

    package init() {}

    package init(
        symbol: String, tick: ExactDecimal, lot: ExactDecimal, start: ExactDecimal, maker: PartsPerMillion, taker: PartsPerMillion
    ) {
        self.symbol = symbol
        self.tick = tick
        priceIncrement = tick
        lotIncrement = lot
        startPrice = start
        makerFee = maker
        takerFee = taker
    }

    /// The instruments of the generated market: unlike in price, tick and lot, like what is traded.
    package static let generated = [
        InstrumentSettings(
            symbol: "ALFA", tick: ExactDecimal(1, -2), lot: ExactDecimal(1, 0), start: ExactDecimal(100, 0),
            maker: PartsPerMillion(0), taker: PartsPerMillion(50)),
        InstrumentSettings(
            symbol: "BRAVO", tick: ExactDecimal(1, -2), lot: ExactDecimal(1, 0), start: ExactDecimal(40, 0),
            maker: PartsPerMillion(0), taker: PartsPerMillion(50)),
        InstrumentSettings(
            symbol: "CHARLIE", tick: ExactDecimal(5, -2), lot: ExactDecimal(1, 0), start: ExactDecimal(250, 0),
            maker: PartsPerMillion(0), taker: PartsPerMillion(50)),
        InstrumentSettings(
            symbol: "DELTA", tick: ExactDecimal(5, -1), lot: ExactDecimal(1, -3), start: ExactDecimal(30_000, 0),
            maker: PartsPerMillion(-20), taker: PartsPerMillion(50)),
    ]

    mutating func read(_ reader: inout ConfigurationReader) {
        let fee = PartsPerMillion.percent(-1)...PartsPerMillion.percent(5)
        reader.value("symbol", &symbol, "the venue's name of the instrument, at most 23 letters, digits and - _ . / :")
        reader.value("venue", &venue, "the venue's own name, at most 15 letters, digits, - and _")
        reader.value("contract", &contract, "what profit is counted in: the price's currency, the base, or another")
        reader.value("currency", &currency, "currency of profit and fees")
        reader.value("price_increment", &priceIncrement, "one unit of every price; never changes for an instrument")
        reader.value("tick", &tick, "distance between valid order prices, a multiple of price_increment")
        reader.value("lot_increment", &lotIncrement, "one unit of every quantity")
        reader.value("multiplier", &multiplier, "money per price unit and quantity unit")
        reader.optional("maximum_quantity", &maximumQuantity, "largest order that the venue takes")
        reader.value("maker_fee", &makerFee, in: fee, "fee of an order that rested, of the notional; below zero: a rebate")
        reader.value("taker_fee", &takerFee, in: fee, "fee of an order that took liquidity, of the notional")
        reader.optional("start_price", &startPrice, "where a generated market starts")
    }
}
