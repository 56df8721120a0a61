extension Gate {
    /// Takes other limits for the same instruments: what the gate knows of positions, open orders, equity and the kill
    /// switch stays, and so does a breach. The windows of rate and duplicates begin anew.
    ///
    /// - Precondition: the instruments and the capital are those that the gate was made for.
    public mutating func adopt(_ new: GateLimits) {
        precondition(new.instruments.count == count)
        for (index, limits) in new.instruments.enumerated() {
            precondition(limits.moneyNumerator > 0 && limits.moneyDenominator > 0 && limits.tick > 0 && limits.maximumOrderLots > 0)
            (rows + index).pointee.limits = limits
            refresh(rows + index)
        }
        limits = GateTotals(new)
        orders.deallocate()
        messages.deallocate()
        duplicates.deallocate()
        orders = .allocate(new.ordersPerSecond)
        messages = .allocate(new.ordersPerSecond + new.cancelReserve)
        duplicates = .allocate(new.duplicateCapacity, length: new.duplicateWindow)
    }
}
