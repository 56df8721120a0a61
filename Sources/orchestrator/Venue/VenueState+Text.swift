internal import CxxEvent
internal import Foundation

extension VenueState {
    /// The books as tables, every number in its unit.
    func write(folder: String) {
        Output.table([
            ["books", folder], ["time", "\(Timestamp(nanoseconds: time).configurationText) of the venue's clock, process \(run)"],
            ["executions", "\(executions); the next order is number \(nextOrder)"],
        ])
        for owner in owners {
            Output.line("\n\(owner.name): \(owner.executions) executions\n")
            Output.table(accounts(owner), numbers: [1, 2, 3])
            let sums = cash(owner)
            if !sums.isEmpty { Output.line("\ncash after fees: " + sums.joined(separator: ", ")) }
            guard !owner.orders.isEmpty else {
                Output.line("\nno orders")
                continue
            }
            Output.line()
            Output.table(orders(owner), numbers: [0, 5, 6, 7, 8])
        }
        if owners.isEmpty { Output.line("\nno client has logged on") }
    }

    private func accounts(_ owner: Owner) -> [[String]] {
        [["instrument", "position", "cash", "fees", "currency"]]
            + owner.accounts.map { account in
                let facts = facts(account.symbol)
                return [
                    account.symbol, facts.quantity(account.position), facts.money(account.cash), facts.money(account.fees), facts.currency,
                ]
            }
    }

    /// One sum per currency and money unit, in the order of the instruments.
    private func cash(_ owner: Owner) -> [String] {
        var sums: [(currency: String, facts: VenueFacts, units: Int64)] = []
        for account in owner.accounts {
            let facts = facts(account.symbol)
            let place = sums.firstIndex { $0.currency == facts.currency && $0.facts.moneyUnit == facts.moneyUnit }
            if let place { sums[place].units &+= account.cash } else { sums.append((facts.currency, facts, account.cash)) }
        }
        return sums.map { "\($0.facts.money($0.units)) \($0.currency)" }
    }

    private func orders(_ owner: Owner) -> [[String]] {
        [["order", "client order", "instrument", "side", "status", "price", "quantity", "filled", "open"]]
            + owner.orders.map { order in
                let facts = facts(order.symbol)
                return [
                    "\(order.order)", order.clientOrder, order.symbol, order.side, order.status, order.price == 0 ? "market" : facts.price(order.price),
                    facts.quantity(order.quantity), facts.quantity(order.cumulative), facts.quantity(order.leaves),
                ]
            }
    }

    private func facts(_ symbol: String) -> VenueFacts {
        guard let found = instruments?.first(where: { $0.symbol == symbol }) else { return VenueFacts() }
        return VenueFacts(
            currency: found.currency, priceIncrement: ExactDecimal(configuration: found.priceIncrement),
            lotIncrement: ExactDecimal(configuration: found.lotIncrement), moneyUnit: ExactDecimal(configuration: found.moneyUnit))
    }
}

/// How one instrument's numbers are written; without its increments they stay as they are.
private struct VenueFacts {
    var currency = ""
    var priceIncrement, lotIncrement, moneyUnit: ExactDecimal?

    func price(_ units: Int64) -> String { Self.text(units, priceIncrement) }
    func quantity(_ units: Int64) -> String { Self.text(units, lotIncrement) }
    func money(_ units: Int64) -> String { Self.text(units, moneyUnit) }

    private static func text(_ units: Int64, _ increment: ExactDecimal?) -> String {
        guard let increment else { return "\(units)" }
        return martlet.Decimal(mantissa: increment.mantissa, exponent: increment.exponent).text(units)
    }
}
