import CxxEvent
import Risk

/// Deterministic numbers: SplitMix64.
struct Dice {
    var state: UInt64
    mutating func roll() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    /// 0 ..< count.
    mutating func below(_ count: Int) -> Int { Int(roll().multipliedFullWidth(by: UInt64(count)).high) }
    mutating func one(in count: Int) -> Bool { below(count) == 0 }
    mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }
}

/// A random walk of gate and naive gate through commands, market moves and reports, compared at every step.
///
/// The world is small and its numbers are round, so that every limit is met exactly as often as it is
/// passed: that is where a comparison that is off by one shows.
struct GateWalk: ~Copyable {
    var gate: Gate
    var naive: NaiveGate
    var dice: Dice
    var now: Int64
    var nextId: UInt64 = 1
    /// The last new order that passed, to be sent once more.
    private var last = martlet.Command()
    /// Commands checked, and those that passed.
    private(set) var commands = 0
    private(set) var passed = 0
    /// Verdicts by reason: none may stay at zero, or the walk would prove nothing about it.
    private(set) var verdicts = [Int](repeating: 0, count: DenyReason.allCases.count)
    /// The first thing that went wrong.
    private(set) var failure: String?

    static let second: Int64 = 1_000_000_000

    static func limits(_ seed: UInt64) -> GateLimits {
        var dice = Dice(state: seed &* 77)
        func row(_ numerator: Int64, _ denominator: Int64, tick: Int64) -> InstrumentLimits {
            InstrumentLimits(
                moneyNumerator: numerator, moneyDenominator: denominator, tick: tick, maximumOrderLots: 20,
                maximumOrderNotional: 2_200, maximumPositionLots: dice.pick([40, 60, 1_000]), positionParts: 40_000,
                collarParts: 100_000, staleNanoseconds: second, restricted: false)
        }
        var rows = [row(1, 1, tick: 1), row(3, 2, tick: 5), row(7, 10, tick: 1), row(1, 1, tick: 1)]
        rows[3].restricted = dice.one(in: 2)
        return GateLimits(
            instruments: rows, capital: 100_000, grossParts: dice.pick([70_000, 100_000]), netParts: dice.pick([30_000, 60_000]),
            dailyLossParts: 50_000, monthlyDrawdownParts: 100_000, peakDrawdownParts: 150_000,
            ordersPerSecond: dice.pick([5, 30]), cancelReserve: dice.pick([2, 12]), maximumOpenOrders: dice.pick([6, 12]),
            duplicateWindow: dice.pick([0, 200_000_000]), dayOffset: dice.pick([0, 3_600_000_000_000]))
    }

    init(seed: UInt64) {
        let limits = GateWalk.limits(seed)
        now = 20_000 * 86_400 * GateWalk.second
        gate = Gate(limits, time: now)
        naive = NaiveGate(limits, time: now)
        dice = Dice(state: seed)
    }

    /// Walks until so many commands were checked or something differs.
    mutating func run(commands count: Int) {
        while commands < count && failure == nil {
            now += dice.pick([0, 0, 1, 50_000_000, 50_000_000, 100_000_000, 200_000_000])
            switch dice.below(40) {
            case 0..<20: order()
            case 20..<22: cancel()
            case 22..<31: report()
            case 31..<37:
                market()
                market()
            case 37: equity()
            case 38: control()
            default: compareSums()
            }
        }
        compareSums()
    }

    private mutating func order() {
        var command = martlet.Command()
        command.kind = .command
        command.command = .new_order
        command.instrument = UInt32(dice.one(in: 200) ? 4 : dice.below(4))
        command.side = dice.one(in: 300) ? .none : dice.one(in: 2) ? .buy : .sell
        command.type = dice.pick([.limit, .limit, .limit, .limit, .market, .stop, .stop_limit])
        command.price = price()
        command.stop_price = price()
        command.quantity = dice.pick([1, 1, 2, 2, 3, 5, 5, 10, 10, 15, 20, 20, 21, dice.one(in: 50) ? 0 : 4])
        if dice.one(in: 20) { command.flags = 2 }
        if dice.one(in: 8), last.command == .new_order { command = last }
        var leaves: Int64 = 0
        var filled: Int64 = 0
        var replaced = -1
        if dice.one(in: 4), !naive.open.isEmpty {
            replaced = dice.below(naive.open.count)
            let original = naive.open[replaced]
            guard original.pendingLeaves < 0 else { return }
            command.command = .replace
            command.original_client_order = original.id
            command.instrument = UInt32(original.instrument)
            command.side = original.buys ? .buy : .sell
            leaves = original.leaves
            filled = original.filled
        }
        // Now and then toward flat, by just the lots that are there, or one more.
        if replaced < 0, dice.one(in: 5), command.instrument < 4, command.side != .none {
            let held = naive.position[Int(command.instrument)]
            if held != 0 {
                command.side = held > 0 ? .sell : .buy
                let open = naive.openLots(Int(command.instrument), buys: held < 0)
                command.quantity = max(1, abs(held) - open + Int64(dice.below(3)) - 1)
            }
        }
        let newLeaves = max(0, command.quantity - filled)
        let buys = command.side == .buy
        let reduces = command.instrument < 4
            && naive.openLots(Int(command.instrument), buys: buys) + max(0, newLeaves - leaves)
                <= (buys ? -1 : 1) * naive.position[Int(command.instrument)]
        guard judge(command, leaves: leaves, filled: filled) == .none else { return }
        if replaced < 0 { last = command }
        if replaced >= 0 {
            naive.open[replaced].pendingLeaves = newLeaves
            naive.open[replaced].leaves = max(leaves, newLeaves)
        } else {
            naive.open.append(
                NaiveGate.Order(
                    id: nextId, instrument: Int(command.instrument), buys: command.side == .buy, filled: 0, leaves: newLeaves))
            nextId += 1
        }
        if !reduces { boundsHold(Int(command.instrument), buys: buys) }
    }

    private mutating func cancel() {
        var command = martlet.Command()
        command.command = .cancel
        if dice.one(in: 10) { command.flags = 2 }
        for _ in 0...dice.below(4) { _ = judge(command, leaves: 0, filled: 0) }
    }

    private mutating func judge(_ command: martlet.Command, leaves: Int64, filled: Int64) -> DenyReason {
        let expected = naive.verdict(command, now: now, leaves: leaves, filled: filled)
        if dice.one(in: 8) {
            let foreseen = gate.evaluate(command, now: now, originalLeaves: leaves, originalCumulative: filled)
            if foreseen != expected { fail("evaluate said \(foreseen.name), expected \(expected.name)") }
        }
        let verdict = gate.check(command, now: now, originalLeaves: leaves, originalCumulative: filled)
        commands += 1
        verdicts[Int(verdict.rawValue)] += 1
        if verdict != expected { fail("check said \(verdict.name), expected \(expected.name)") }
        if verdict == .none {
            passed += 1
            naive.pass(command, now: now)
        }
        return verdict
    }

    /// What may be held at worst is within the limits, at the market's prices, after an order passed that
    /// did not reduce risk: said apart from any verdict.
    private mutating func boundsHold(_ instrument: Int, buys: Bool) {
        let row = naive.limits.instruments[instrument]
        let worst = naive.exposure(adding: 0, buys, instrument, naive.reference[instrument] ?? 0)
        let equity = Int128(naive.equity)
        if worst.side > row.maximumPositionLots || Int128(worst.sideMoney) * 1_000_000 > Int128(row.positionParts) * equity {
            fail("instrument \(instrument): \(worst.side) lots may be held, beyond the limit")
        }
        if Int128(worst.gross) * 1_000_000 > Int128(naive.limits.grossParts) * equity { fail("gross \(worst.gross), beyond the limit") }
        if Int128(worst.net) * 1_000_000 > Int128(naive.limits.netParts) * equity { fail("net \(worst.net), beyond the limit") }
        if naive.kill != .no || naive.blocked || naive.breached.daily { fail("new risk while it is forbidden") }
    }

    /// The venue fills, closes or answers a replacement of some open order.
    private mutating func report() {
        guard !naive.open.isEmpty else { return }
        let at = dice.below(naive.open.count)
        var order = naive.open[at]
        let before = order.leaves
        var held: Int64 = 0
        switch dice.below(5) {
        case 0, 1:
            let lots = min(order.leaves, Int64(1 + dice.below(20)))
            order.filled += lots
            order.leaves -= lots
            if order.pendingLeaves >= 0 { order.pendingLeaves = max(0, order.pendingLeaves - lots) }
            held = order.buys ? lots : -lots
        case 2: order.leaves = 0
        default:
            guard order.pendingLeaves >= 0 else { return }
            order.leaves = order.pendingLeaves
            order.pendingLeaves = -1
        }
        naive.position[order.instrument] += held
        if order.leaves == 0 { naive.open.remove(at: at) } else { naive.open[at] = order }
        gate.adjust(
            instrument: order.instrument, side: order.buys ? .buy : .sell, position: held, openLots: order.leaves - before,
            openOrders: order.leaves == 0 ? -1 : 0, time: now)
    }

    private mutating func market() {
        let instrument = dice.below(4)
        if dice.one(in: 2) {
            let price = price()
            gate.mark(instrument: instrument, price: price, time: now)
            naive.reference[instrument] = price
        } else {
            let bid = price()
            let ask = bid + Int64(dice.below(12)) - 1
            gate.mark(instrument: instrument, bid: bid, ask: ask, time: now)
            if bid > ask { return }
            naive.reference[instrument] = bid + (ask - bid) / 2
        }
        naive.referenceTime[instrument] = now
    }

    private mutating func equity() {
        if dice.one(in: 6) { now += Int64(dice.pick([1, 5, 13, 24, 25, 240, 719, 720, 721])) * 3_600 * GateWalk.second }
        let money = Int64(dice.one(in: 4)
            ? dice.pick([101, 102, 105, 98, 96, 95, 95, 94, 90, 90, 89, 85, 110, 120]) : dice.pick([100, 100, 99])) * 1_000
        let expected = naive.hear(equity: money, now: now)
        let tripped = gate.equity(money, time: now)
        if tripped != expected { fail("equity tripped \(tripped.name), expected \(expected.name)") }
        // The history is worked through from its begin: begin it anew before that takes long.
        if naive.equities.count > 400 { rebase() }
    }

    private mutating func rebase() {
        gate.rebaseDrawdowns(time: now)
        naive.rebase(now: now)
        let expected = naive.hear(equity: naive.equity, now: now)
        let tripped = gate.equity(naive.equity, time: now)
        if tripped != expected { fail("equity after rebasing tripped \(tripped.name), expected \(expected.name)") }
    }

    private mutating func control() {
        switch dice.below(10) {
        case 0:
            naive.blocked = dice.one(in: 6)
            gate.setBlocked(naive.blocked)
        case 1:
            let instrument = dice.below(4)
            naive.halted[instrument] = dice.one(in: 8)
            gate.setHalted(instrument: instrument, naive.halted[instrument])
        case 2:
            guard dice.one(in: 3) else { return }
            let cause = dice.pick([KillCause.operator, .signal, .journalFailure, .reconciliation, .limit])
            gate.trip(cause, time: now)
            if naive.kill == .no || naive.kill == .limit {
                naive.kill = cause == .journalFailure ? .journal : cause == .limit ? .limit : .hard
            }
        case 3...7:
            gate.resume(time: now)
            naive.kill = .no
        default:
            if dice.one(in: 8) { rebase() }
        }
    }

    /// The gate's own sums against sums over everything.
    private mutating func compareSums() {
        var (gross, long, short): (Int128, Int128, Int128) = (0, 0, 0)
        for index in naive.position.indices {
            let buys = naive.openLots(index, buys: true)
            let sells = naive.openLots(index, buys: false)
            let price = naive.reference[index] ?? 0
            long += Int128(naive.money(naive.position[index] + buys, price, index))
            short += Int128(naive.money(naive.position[index] - sells, price, index))
            gross += Int128(naive.money(max(abs(naive.position[index] + buys), abs(naive.position[index] - sells)), price, index))
            if gate.openBuyLots(index) != buys || gate.openSellLots(index) != sells || gate.position(index) != naive.position[index] {
                fail("instrument \(index): lots differ")
            }
        }
        if gate.grossWorst != gross || gate.netLongWorst != long || gate.netShortWorst != short { fail("sums differ") }
        if gate.openOrders != naive.open.count || gate.invariantFailures != 0 { fail("open orders differ") }
        if gate.killSwitch.isTripped != (naive.kill != .no) { fail("kill switch differs") }
    }

    private mutating func price() -> Int64 { Int64(dice.pick([100, 100, 100, 95, 105, 90, 110, 110, 111, 89, 99, 121, 102])) }

    private mutating func fail(_ what: String) {
        if failure == nil { failure = "after \(commands) commands: \(what)" }
    }
}
