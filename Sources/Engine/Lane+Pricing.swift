internal import MarketData
internal import CxxEvent

extension Lane {
    /// Type, price and time in force of an order that is to trade now. Mutating so as not to copy the lane.
    mutating func price(_ command: inout martlet.Command, style: OrderStyle) {
        guard case .marketableLimit(let ticks) = style, source != .bars else {
            command.type = .market
            command.time_in_force = .immediate_or_cancel
            return
        }
        command.type = .limit
        command.time_in_force = .immediate_or_cancel
        let tick = definition.tick
        let distance = ticks * tick
        // Away from the market to the next valid price: a buy up, a sell down.
        command.price = command.side == .buy
            ? (ask + distance + tick - 1) / tick * tick
            : max((bid - distance) / tick * tick, tick)
    }
}
