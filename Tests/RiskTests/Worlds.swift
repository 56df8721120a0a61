import CxxEvent
import Risk

/// Small worlds for the tests: money units, increments and lots are all 1, so the numbers in a test are
/// the numbers in the gate.
enum World {
    static let second: Int64 = 1_000_000_000
    static let hour = 3600 * second
    static let day = 24 * hour
    /// Noon of a day, so that nothing rolls by accident.
    static let start: Int64 = 20_000 * day + 12 * hour

    static func row() -> InstrumentLimits {
        InstrumentLimits(
            moneyNumerator: 1, moneyDenominator: 1, tick: 1, maximumOrderLots: 1_000, maximumOrderNotional: 50_000,
            maximumPositionLots: 2_000, positionParts: 100_000, collarParts: 30_000, staleNanoseconds: 5 * second,
            restricted: false)
    }

    /// A million of capital: positions up to 100,000, gross 200,000 and net 150,000 of it.
    static func limits(instruments: Int = 1) -> GateLimits {
        GateLimits(
            instruments: Array(repeating: row(), count: instruments), capital: 1_000_000, grossParts: 200_000,
            netParts: 150_000, dailyLossParts: 50_000, monthlyDrawdownParts: 100_000, peakDrawdownParts: 150_000,
            ordersPerSecond: 10, cancelReserve: 5, maximumOpenOrders: 20, duplicateWindow: second, dayOffset: 0)
    }

    /// A gate whose instruments are all marked at 100.
    static func gate(_ limits: GateLimits = limits(), killSwitch: KillSwitch = KillSwitch()) -> Gate {
        var gate = Gate(limits, time: start, killSwitch: killSwitch)
        for instrument in limits.instruments.indices { gate.mark(instrument: instrument, price: 100, time: start) }
        return gate
    }

    static func order(
        _ side: martlet.Side, _ quantity: Int64, at price: Int64 = 100, instrument: UInt32 = 0,
        type: martlet.OrderType = .limit
    ) -> martlet.Command {
        var command = martlet.Command()
        command.kind = .command
        command.command = .new_order
        command.instrument = instrument
        command.side = side
        command.type = type
        command.price = type == .limit ? price : 0
        command.quantity = quantity
        return command
    }

    static func cancel() -> martlet.Command {
        var command = martlet.Command()
        command.command = .cancel
        command.side = .buy
        return command
    }

    static func replace(_ side: martlet.Side, _ quantity: Int64, at price: Int64 = 100) -> martlet.Command {
        var command = order(side, quantity, at: price)
        command.command = .replace
        command.original_client_order = 7
        return command
    }

    static func definition(_ id: UInt32, _ symbol: String, contract: martlet.ContractKind = .linear) -> martlet.InstrumentDefinition {
        var definition = martlet.InstrumentDefinition()
        definition.id = id
        definition.contract = contract
        definition.price_increment = martlet.Decimal(mantissa: 1, exponent: -2)
        definition.lot_increment = martlet.Decimal(mantissa: 1, exponent: 0)
        definition.multiplier = martlet.Decimal(mantissa: 1, exponent: 0)
        definition.money_unit = martlet.Decimal(mantissa: 1, exponent: -4)
        definition.tick = 1
        withUnsafeMutableBytes(of: &definition.symbol) { $0.copyBytes(from: symbol.utf8) }
        withUnsafeMutableBytes(of: &definition.currency) { $0.copyBytes(from: "USD".utf8) }
        return definition
    }
}
