import CxxEvent
import Risk
import Testing

/// Every check at its limit and one step beyond it.
@Suite struct GateCheckTests {
    let now = World.start

    @Test("a record that cannot be an order is malformed")
    func malformed() {
        var gate = World.gate()
        #expect(gate.check(World.order(.buy, 0), now: now) == .malformed)
        #expect(gate.check(World.order(.buy, -5), now: now) == .malformed)
        #expect(gate.check(World.order(.none, 5), now: now) == .malformed)
        #expect(gate.check(World.order(.buy, 5, instrument: 1), now: now) == .malformed)
        #expect(gate.check(World.order(.buy, 5, type: .none), now: now) == .malformed)
        var limits = World.limits()
        limits.instruments[0].tick = 5
        var coarse = World.gate(limits)
        #expect(coarse.check(World.order(.buy, 5, at: 101), now: now) == .malformed)
        #expect(coarse.check(World.order(.buy, 5, at: 100), now: now) == .none)
    }

    @Test("a restricted instrument takes no order, not even one that reduces risk")
    func restricted() {
        var limits = World.limits()
        limits.instruments[0].restricted = true
        var gate = World.gate(limits)
        gate.restate(instrument: 0, position: 100, openBuy: 0, openSell: 0)
        #expect(gate.check(World.order(.sell, 5), now: now) == .restricted)
    }

    @Test("a halted instrument takes no order but one that leaves it, until the halt is lifted")
    func halted() {
        var gate = World.gate()
        gate.setHalted(instrument: 0, true)
        #expect(gate.check(World.order(.buy, 5), now: now) == .instrumentHalted)
        gate.restate(instrument: 0, position: 5, openBuy: 0, openSell: 0)
        #expect(gate.evaluate(World.order(.sell, 5), now: now) == .none)
        #expect(gate.evaluate(World.order(.sell, 6), now: now) == .instrumentHalted)
        gate.restate(instrument: 0, position: 0, openBuy: 0, openSell: 0)
        gate.setHalted(instrument: 0, false)
        #expect(gate.check(World.order(.buy, 5), now: now) == .none)
    }

    @Test("an order may have as many lots as allowed and not one more")
    func size() {
        var limits = World.limits()
        limits.instruments[0].maximumOrderLots = 50
        var gate = World.gate(limits)
        #expect(gate.check(World.order(.buy, 51), now: now) == .orderSize)
        #expect(gate.check(World.order(.buy, 50), now: now) == .none)
    }

    @Test("an order may cost as much as allowed at its worst price and not one unit more")
    func notional() {
        var gate = World.gate()
        #expect(gate.check(World.order(.buy, 500, at: 101), now: now) == .orderNotional)
        #expect(gate.check(World.order(.buy, 501, at: 99), now: now) == .orderNotional)
        #expect(gate.check(World.order(.buy, 500, at: 100), now: now) == .none)
        #expect(gate.check(World.order(.sell, 486, type: .market), now: now) == .orderNotional)
        #expect(gate.check(World.order(.sell, 485, type: .market), now: now) == .none)
    }

    @Test("a price may be as far from the reference as the collar and not one increment more", arguments: [martlet.Side.buy, .sell])
    func collar(side: martlet.Side) {
        var gate = World.gate()
        #expect(gate.check(World.order(side, 1, at: 104), now: now) == .priceCollar)
        #expect(gate.check(World.order(side, 1, at: 96), now: now) == .priceCollar)
        #expect(gate.check(World.order(side, 1, at: 103), now: now) == .none)
        #expect(gate.check(World.order(side, 1, at: 97), now: now) == .none)
    }

    @Test("the limit of a stop order is measured from its stop price")
    func stopCollar() {
        var gate = World.gate()
        var command = World.order(.sell, 1, type: .stop_limit)
        command.stop_price = 50
        command.price = 47
        #expect(gate.check(command, now: now) == .priceCollar)
        command.price = 49
        #expect(gate.check(command, now: now) == .none)
    }

    @Test("a reference price may be as old as allowed and not one nanosecond more")
    func stale() {
        var gate = World.gate()
        #expect(gate.check(World.order(.buy, 1), now: now + 5 * World.second + 1) == .staleMarketData)
        var fresh = World.gate()
        #expect(fresh.check(World.order(.buy, 1), now: now + 5 * World.second) == .none)
        var never = Gate(World.limits(), time: now)
        #expect(never.check(World.order(.buy, 1), now: now) == .staleMarketData)
        #expect(never.check(World.order(.buy, 1, type: .market), now: now) == .staleMarketData)
    }

    @Test("a crossed market and a market without sides leave the old reference")
    func crossed() {
        var gate = World.gate()
        gate.mark(instrument: 0, bid: 203, ask: 201, time: now + 1)
        gate.mark(instrument: 0, bid: Gate.noPrice, ask: Gate.noPrice, time: now + 1)
        #expect(gate.reference(0) == 100)
        gate.mark(instrument: 0, bid: 103, ask: 106, time: now + 1)
        #expect(gate.reference(0) == 104)
        gate.mark(instrument: 0, bid: Gate.noPrice, ask: 110, time: now + 2)
        #expect(gate.reference(0) == 110)
        gate.mark(instrument: 0, bid: -7, ask: -4, time: now + 3)
        #expect(gate.reference(0) == -6)
    }

    @Test("the same order within the window is a duplicate, at the window's end it is not")
    func duplicates() {
        var gate = World.gate()
        #expect(gate.check(World.order(.buy, 3), now: now) == .none)
        #expect(gate.check(World.order(.buy, 3), now: now) == .duplicateOrder)
        #expect(gate.check(World.order(.sell, 3), now: now) == .none)
        #expect(gate.check(World.order(.buy, 4), now: now) == .none)
        #expect(gate.check(World.order(.buy, 3, at: 99), now: now) == .none)
        #expect(gate.check(World.order(.buy, 3), now: now + World.second - 1) == .duplicateOrder)
        #expect(gate.check(World.order(.buy, 3), now: now + World.second) == .none)
    }

    @Test("no second holds more orders than allowed, and the budget comes back to the nanosecond")
    func rate() {
        var gate = World.gate()
        for index in 0..<10 {
            #expect(gate.check(World.order(.buy, Int64(index + 1)), now: now + Int64(index)) == .none)
        }
        #expect(gate.check(World.order(.buy, 11), now: now + World.second - 1) == .orderRate)
        #expect(gate.check(World.order(.buy, 11), now: now + World.second) == .none)
        #expect(gate.check(World.order(.buy, 12), now: now + World.second) == .orderRate)
    }

    @Test("cancels have their reserve when orders used up their budget, and emergency cancels always pass")
    func cancelReserve() {
        var gate = World.gate()
        for index in 0..<10 { #expect(gate.check(World.order(.buy, Int64(index + 1)), now: now) == .none) }
        for _ in 0..<5 { #expect(gate.check(World.cancel(), now: now) == .none) }
        #expect(gate.check(World.cancel(), now: now) == .cancelBudget)
        #expect(gate.cancelWait(now: now + 1) == World.second - 1)
        var emergency = World.cancel()
        emergency.flags = UInt16(martlet.command_flag_emergency.rawValue)
        #expect(gate.check(emergency, now: now) == .none)
        #expect(gate.check(World.cancel(), now: now + World.second) == .none)
    }

    @Test("cancels that used the common budget leave none for orders")
    func cancelsUseOrders() {
        var gate = World.gate()
        for _ in 0..<15 { #expect(gate.check(World.cancel(), now: now) == .none) }
        #expect(gate.check(World.order(.buy, 1), now: now) == .orderRate)
    }

    @Test("as many orders may be open as allowed and not one more")
    func openOrders() {
        var limits = World.limits()
        limits.maximumOpenOrders = 3
        var gate = World.gate(limits)
        for index in 0..<3 { #expect(gate.check(World.order(.buy, Int64(index + 1)), now: now) == .none) }
        #expect(gate.check(World.order(.buy, 4), now: now) == .openOrders)
        #expect(gate.check(World.replace(.buy, 5), now: now) == .none)
        gate.orderClosed(instrument: 0, side: .buy, lots: 1, time: now)
        #expect(gate.check(World.order(.buy, 4), now: now) == .none)
    }

    @Test("the position limit counts position, open orders and the order, on its own side", arguments: [martlet.Side.buy, .sell])
    func position(side: martlet.Side) {
        let sign: Int64 = side == .buy ? 1 : -1
        var limits = World.limits()
        limits.grossParts = 10_000_000
        limits.netParts = 10_000_000
        var gate = World.gate(limits)
        gate.adjust(instrument: 0, side: side, position: sign * 600, openLots: 300, openOrders: 1, time: now)
        #expect(gate.check(World.order(side, 101), now: now) == .positionLimit)
        #expect(gate.check(World.order(side, 100), now: now) == .none)
        #expect(gate.check(World.order(side, 1), now: now) == .positionLimit)
        let opposite: martlet.Side = side == .buy ? .sell : .buy
        #expect(gate.check(World.order(opposite, 500), now: now) == .none)
    }

    @Test("the position limit in lots binds where it is tighter")
    func positionLots() {
        var limits = World.limits()
        limits.instruments[0].maximumPositionLots = 40
        var gate = World.gate(limits)
        #expect(gate.check(World.order(.sell, 41), now: now) == .positionLimit)
        #expect(gate.check(World.order(.sell, 40), now: now) == .none)
        gate.restate(instrument: 0, position: Int64.max - 5, openBuy: 0, openSell: 0)
        #expect(gate.check(World.order(.buy, 40), now: now) == .positionLimit)
    }

    @Test("a reversal is checked as new risk, a reduction is not")
    func reversal() {
        var gate = World.gate()
        gate.restate(instrument: 0, position: 900, openBuy: 0, openSell: 0)
        gate.equity(10_000, time: now)
        gate.resume(time: now)
        #expect(gate.check(World.order(.sell, 101), now: now) == .none)
        #expect(gate.check(World.order(.sell, 400), now: now) == .none)
        #expect(gate.check(World.order(.sell, 399), now: now) == .none)
        #expect(gate.check(World.order(.sell, 1), now: now) != .none)
    }

    @Test("gross exposure sums worst cases over instruments and sides")
    func gross() {
        var gate = World.gate(World.limits(instruments: 3))
        gate.restate(instrument: 0, position: 0, openBuy: 900, openSell: 0)
        gate.restate(instrument: 1, position: -900, openBuy: 0, openSell: 0)
        #expect(gate.check(World.order(.buy, 201, instrument: 2), now: now) == .grossExposure)
        #expect(gate.check(World.order(.sell, 201, instrument: 2), now: now) == .grossExposure)
        #expect(gate.check(World.order(.buy, 200, instrument: 2), now: now) == .none)
    }

    @Test("net exposure sums signed worst cases over instruments", arguments: [martlet.Side.buy, .sell])
    func net(side: martlet.Side) {
        let sign: Int64 = side == .buy ? 1 : -1
        var gate = World.gate(World.limits(instruments: 3))
        gate.restate(instrument: 0, position: sign * 900, openBuy: 0, openSell: 0)
        gate.restate(instrument: 1, position: sign * 500, openBuy: 0, openSell: 0)
        #expect(gate.check(World.order(side, 101, instrument: 2), now: now) == .netExposure)
        #expect(gate.check(World.order(side, 100, instrument: 2), now: now) == .none)
        #expect(gate.check(World.order(side, 1, instrument: 2), now: now) == .netExposure)
    }

    @Test("a replacement reserves only what it adds, partial fills counted")
    func replacement() {
        var gate = World.gate()
        gate.restate(instrument: 0, position: 30, openBuy: 70, openSell: 0)
        #expect(gate.check(World.replace(.buy, 250), now: now, originalLeaves: 70, originalCumulative: 30) == .none)
        #expect(gate.openBuyLots(0) == 220)
        #expect(gate.check(World.replace(.buy, 60), now: now, originalLeaves: 220, originalCumulative: 30) == .none)
        #expect(gate.openBuyLots(0) == 220)
    }

    @Test("new risk is refused while something is unresolved, reductions pass")
    func unresolved() {
        var gate = World.gate()
        gate.restate(instrument: 0, position: 10, openBuy: 0, openSell: 0)
        gate.setBlocked(true)
        #expect(gate.check(World.order(.buy, 1), now: now) == .unresolved)
        #expect(gate.check(World.order(.sell, 11), now: now) == .unresolved)
        #expect(gate.check(World.order(.sell, 10), now: now) == .none)
        #expect(gate.check(World.order(.sell, 1), now: now) == .unresolved)
        gate.setBlocked(false)
        #expect(gate.check(World.order(.buy, 1), now: now) == .none)
    }

    @Test("what is denied is not reserved")
    func nothingReserved() {
        var gate = World.gate()
        gate.setBlocked(true)
        for _ in 0..<30 { #expect(gate.check(World.order(.buy, 5), now: now) == .unresolved) }
        #expect(gate.openOrders == 0 && gate.openBuyLots(0) == 0 && gate.grossWorst == 0)
        gate.setBlocked(false)
        #expect(gate.evaluate(World.order(.buy, 5), now: now) == .none)
        #expect(gate.check(World.order(.buy, 5), now: now) == .none)
    }

    @Test("a report that closes more than is open trips the kill switch")
    func invariant() {
        var gate = World.gate()
        gate.orderClosed(instrument: 0, side: .buy, lots: 1, time: now)
        #expect(gate.killSwitch.cause == .reconciliation && gate.invariantFailures == 1)
        #expect(gate.openBuyLots(0) == 0 && gate.openOrders == 0)
    }
}
