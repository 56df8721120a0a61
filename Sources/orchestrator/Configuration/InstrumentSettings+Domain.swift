package import Domain

extension InstrumentSettings {
    /// The instrument as the other modules know it. Only for settings that were checked: the increments
    /// are positive, and tick and maximum are multiples of them.
    package func instrument(moneyUnit: ExactDecimal) -> Instrument {
        Instrument(
            key: InstrumentKey(venue: venue, symbol: symbol), contract: contract.domain, currency: currency.code,
            priceIncrement: priceIncrement.increment, lotIncrement: lotIncrement.increment, multiplier: multiplier.increment,
            tick: checked(tick.multiple(of: priceIncrement)),
            maximumQuantity: maximumQuantity.map { checked($0.multiple(of: lotIncrement)) } ?? 0,
            makerFeePpm: Int32(makerFee.count), takerFeePpm: Int32(takerFee.count), moneyUnit: moneyUnit.increment)
    }

    /// Where a generated market starts, in price increments.
    package var startIncrements: Int64? { startPrice.map { checked($0.multiple(of: priceIncrement)) } }

    private func checked(_ value: Int64?) -> Int64 {
        guard let value else { preconditionFailure("\(symbol): the settings were not checked") }
        return value
    }
}

extension ExactDecimal {
    fileprivate var increment: Increment {
        guard let increment = Increment(mantissa: mantissa, exponent: exponent) else {
            preconditionFailure("\(configurationText): the settings were not checked")
        }
        return increment
    }
}

extension ContractType {
    /// The same in the other modules' words.
    package var domain: Contract {
        switch self {
        case .linear: .linear
        case .inverse: .inverse
        case .quanto: .quanto
        }
    }
}

extension RunConfiguration {
    /// The capital at the start in money units.
    package var capitalUnits: Int64 {
        guard let units = run.capital.amount.multiple(of: run.moneyUnit) else {
            preconditionFailure("\(run.capital.configurationText): the settings were not checked")
        }
        return units
    }
}
