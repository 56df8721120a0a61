public import CxxEvent
public import Domain

extension Increment {
    /// The core's decimal of this increment.
    public var decimal: martlet.Decimal { martlet.Decimal(mantissa: mantissa, exponent: exponent) }

    /// `nil` where the core's decimal is not a positive one.
    public init?(_ decimal: martlet.Decimal) { self.init(mantissa: decimal.mantissa, exponent: decimal.exponent) }
}

extension martlet.InstrumentDefinition {
    /// The core's record of an instrument under its dense session number. Texts that do not fit are cut;
    /// `instrument.fault` says so beforehand.
    public init(_ instrument: Instrument, id: UInt32) {
        self.init()
        self.id = id
        contract = martlet.ContractKind(rawValue: instrument.contract.rawValue) ?? .linear
        Self.write(instrument.key.symbol, to: &symbol)
        Self.write(instrument.key.venue, to: &venue)
        Self.write(instrument.currency, to: &currency)
        price_increment = instrument.priceIncrement.decimal
        lot_increment = instrument.lotIncrement.decimal
        multiplier = instrument.multiplier.decimal
        tick = instrument.tick
        maximum_quantity = instrument.maximumQuantity
        maker_fee_ppm = instrument.makerFeePpm
        taker_fee_ppm = instrument.takerFeePpm
        money_unit = instrument.moneyUnit.decimal
    }

    /// `SYMBOL` as text.
    public var symbolText: String { Self.text(symbol) }
    /// `VENUE` as text.
    public var venueText: String { Self.text(venue) }
    /// `VENUE:SYMBOL`, as features refer to it.
    public var keyText: String { "\(venueText):\(symbolText)" }
    /// Currency of profit and fees as text.
    public var currencyText: String { Self.text(currency) }

    private static func write<Field>(_ text: String, to field: inout Field) {
        withUnsafeMutableBytes(of: &field) { bytes in
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            for (index, byte) in text.utf8.prefix(bytes.count - 1).enumerated() { bytes[index] = byte }
        }
    }

    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

extension Instrument {
    /// The instrument of a core record; `nil` where an increment is not positive.
    public init?(_ definition: martlet.InstrumentDefinition) {
        guard let price = Increment(definition.price_increment), let lot = Increment(definition.lot_increment),
            let multiplier = Increment(definition.multiplier), let money = Increment(definition.money_unit)
        else { return nil }
        self.init(
            key: InstrumentKey(venue: definition.venueText, symbol: definition.symbolText),
            contract: Contract(rawValue: definition.contract.rawValue) ?? .linear,
            currency: definition.currencyText, priceIncrement: price, lotIncrement: lot, multiplier: multiplier,
            tick: definition.tick, maximumQuantity: definition.maximum_quantity,
            makerFeePpm: definition.maker_fee_ppm, takerFeePpm: definition.taker_fee_ppm, moneyUnit: money)
    }
}

extension Bar {
    /// The bar that a `bar` event says; `nil` where its length is none.
    public init?(_ event: martlet.BarEvent) {
        guard let timeframe = Timeframe(seconds: Int32(clamping: event.seconds)) else { return nil }
        self.init(
            closeTime: event.exchange_time, timeframe: timeframe, basis: Basis(rawValue: event.side.rawValue) ?? .trades,
            open: event.open(), high: event.high(), low: event.low, close: event.close(), volume: event.volume)
    }
}
