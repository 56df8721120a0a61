import CxxEvent
import Risk

/// The gate written a second time, as plainly as possible: it keeps lists of everything that happened and
/// works every verdict out from scratch. The fast gate must say the same, always.
struct NaiveGate {
    struct Order {
        var id: UInt64
        var instrument: Int
        var buys: Bool
        var filled: Int64
        /// Lots that may still fill, a pending replacement counted.
        var leaves: Int64
        /// What the venue will make of them when it answers a replacement; −1: nothing pending.
        var pendingLeaves: Int64 = -1
    }
    struct Sent {
        var time: Int64
        var isOrder: Bool
    }
    enum Kill { case no, limit, hard, journal }

    let limits: GateLimits
    var position: [Int64]
    var reference: [Int64?]
    var referenceTime: [Int64]
    var halted: [Bool]
    var open: [Order] = []
    var sent: [Sent] = []
    var released: [(time: Int64, order: martlet.Command)] = []
    var equities: [(time: Int64, money: Int64)]
    var peakFrom = 0
    var kill = Kill.no
    var blocked = false
    var breached: (daily: Bool, monthly: Bool, peak: Bool) = (false, false, false)

    init(_ limits: GateLimits, time: Int64) {
        self.limits = limits
        let count = limits.instruments.count
        position = Array(repeating: 0, count: count)
        reference = Array(repeating: nil, count: count)
        referenceTime = Array(repeating: 0, count: count)
        halted = Array(repeating: false, count: count)
        equities = [(time, limits.capital)]
    }

    var equity: Int64 { equities[equities.count - 1].money }

    /// Money of some lots at some price, rounded away from zero.
    func money(_ lots: Int64, _ price: Int64, _ instrument: Int) -> Int64 {
        let row = limits.instruments[instrument]
        let amount = Int128(abs(lots)) * Int128(abs(price)) * Int128(row.moneyNumerator)
        let units = Int64((amount + Int128(row.moneyDenominator) - 1) / Int128(row.moneyDenominator))
        return lots < 0 ? -units : units
    }

    func openLots(_ instrument: Int, buys: Bool) -> Int64 {
        var sum: Int64 = 0
        for order in open where order.instrument == instrument && order.buys == buys { sum += order.leaves }
        return sum
    }

    func verdict(_ command: martlet.Command, now: Int64, leaves: Int64, filled: Int64) -> DenyReason {
        switch command.command {
        case .cancel:
            return messages(now, ordersToo: true) >= limits.ordersPerSecond + limits.cancelReserve && !emergency(command)
                ? .cancelBudget : .none
        case .new_order, .replace: break
        default: return .none
        }
        let isNew = command.command == .new_order
        let instrument = Int(command.instrument)
        guard instrument < limits.instruments.count, command.quantity > 0, command.side != .none, command.type != .none
        else { return .malformed }
        let row = limits.instruments[instrument]
        let limited = command.type == .limit || command.type == .stop_limit
        let stopped = command.type == .stop || command.type == .stop_limit
        if limited && command.price % row.tick != 0 || stopped && command.stop_price % row.tick != 0 { return .malformed }
        let buys = command.side == .buy
        let added = isNew ? command.quantity : max(0, max(0, command.quantity - filled) - leaves)
        let sameSide = openLots(instrument, buys: buys)
        let reduces = sameSide + added <= (buys ? -position[instrument] : position[instrument])

        switch kill {
        case .no: break
        case .limit: if !reduces { return .killSwitch }
        case .hard: if !(reduces && emergency(command)) { return .killSwitch }
        case .journal: return .killSwitch
        }
        if row.restricted { return .restricted }
        if halted[instrument] && !reduces { return .instrumentHalted }
        if command.quantity > row.maximumOrderLots { return .orderSize }
        let anchor = stopped ? command.stop_price : reference[instrument]
        let collar = (Int128(abs(anchor ?? 0)) * Int128(row.collarParts) + 999_999) / 1_000_000
        let own = limited ? abs(command.price) : abs(anchor ?? 0) + Int64(collar)
        let worst = max(own, max(abs(reference[instrument] ?? 0), stopped ? abs(command.stop_price) : 0))
        if money(command.quantity, worst, instrument) > row.maximumOrderNotional { return .orderNotional }
        if limited, let anchor,
            Int128(abs(command.price - anchor)) * 1_000_000 > Int128(row.collarParts) * Int128(abs(anchor))
        { return .priceCollar }
        guard reference[instrument] != nil, now - referenceTime[instrument] <= row.staleNanoseconds else { return .staleMarketData }

        for old in released where now - old.time < limits.duplicateWindow && same(old.order, command) { return .duplicateOrder }
        if messages(now, ordersToo: false) >= limits.ordersPerSecond { return .orderRate }
        if messages(now, ordersToo: true) >= limits.ordersPerSecond + limits.cancelReserve { return .orderRate }
        if isNew && open.count >= limits.maximumOpenOrders { return .openOrders }
        if reduces { return .none }
        let exposed = exposure(adding: added, buys, instrument, worst)
        if exposed.side > row.maximumPositionLots { return .positionLimit }
        if Int128(exposed.sideMoney) * 1_000_000 > Int128(row.positionParts) * Int128(equity) { return .positionLimit }
        if Int128(exposed.gross) * 1_000_000 > Int128(limits.grossParts) * Int128(equity) { return .grossExposure }
        if Int128(exposed.net) * 1_000_000 > Int128(limits.netParts) * Int128(equity) { return .netExposure }
        if breached.daily { return .dailyLoss }
        if breached.monthly { return .monthlyDrawdown }
        if breached.peak { return .peakDrawdown }
        return blocked ? .unresolved : .none
    }

    /// Worst cases if the order is added: lots and money of its side, gross, and net of its side.
    func exposure(adding added: Int64, _ buys: Bool, _ instrument: Int, _ worst: Int64)
        -> (side: Int64, sideMoney: Int64, gross: Int64, net: Int64)
    {
        var (side, sideMoney, gross, net): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
        for index in position.indices {
            let price = index == instrument ? worst : (reference[index] ?? 0)
            let long = position[index] + openLots(index, buys: true) + (index == instrument && buys ? added : 0)
            let short = position[index] - openLots(index, buys: false) - (index == instrument && !buys ? added : 0)
            gross += money(max(abs(long), abs(short)), price, index)
            net += buys ? money(long, price, index) : -money(short, price, index)
            if index == instrument {
                side = max(0, buys ? long : -short)
                sideMoney = money(side, price, index)
            }
        }
        return (side, sideMoney, gross, net)
    }

    private func messages(_ now: Int64, ordersToo: Bool) -> Int {
        var count = 0
        for message in sent where now - message.time < 1_000_000_000 && (ordersToo || message.isOrder) { count += 1 }
        return count
    }

    private func emergency(_ command: martlet.Command) -> Bool { command.flags & 2 != 0 }

    private func same(_ a: martlet.Command, _ b: martlet.Command) -> Bool {
        let limited = a.type == .limit || a.type == .stop_limit
        let stopped = a.type == .stop || a.type == .stop_limit
        return a.instrument == b.instrument && a.side == b.side && a.type == b.type && a.quantity == b.quantity
            && (!limited || a.price == b.price) && (!stopped || a.stop_price == b.stop_price)
            && (a.command == .new_order ? 0 : a.original_client_order)
                == (b.command == .new_order ? 0 : b.original_client_order)
    }

    /// Counts a command that passed.
    mutating func pass(_ command: martlet.Command, now: Int64) {
        let isOrder = command.command == .new_order || command.command == .replace
        sent.append(Sent(time: now, isOrder: isOrder))
        while let first = sent.first, now - first.time >= 1_000_000_000 { sent.removeFirst() }
        guard isOrder else { return }
        released.append((now, command))
        while let first = released.first, now - first.time >= limits.duplicateWindow { released.removeFirst() }
    }

    /// The loss limits from the whole history; returns the one that trips.
    mutating func hear(equity money: Int64, now: Int64) -> DenyReason {
        equities.append((now, money))
        let today = floor(now - limits.dayOffset, 86_400_000_000_000)
        var dayStart = limits.capital
        var peak = Int64.min
        var monthly = Int64.min
        let hour = floor(now, 3_600_000_000_000)
        for (index, entry) in equities.enumerated() {
            if floor(entry.time - limits.dayOffset, 86_400_000_000_000) < today { dayStart = entry.money }
            if index < peakFrom { continue }
            peak = max(peak, entry.money)
            if hour - floor(entry.time, 3_600_000_000_000) <= 720 { monthly = max(monthly, entry.money) }
        }
        let before = breached
        breached.daily = fell(money, from: dayStart, limits.dailyLossParts)
        breached.monthly = fell(money, from: monthly, limits.monthlyDrawdownParts)
        breached.peak = fell(money, from: peak, limits.peakDrawdownParts)
        let tripped: DenyReason =
            breached.daily && !before.daily
            ? .dailyLoss
            : breached.monthly && !before.monthly ? .monthlyDrawdown : breached.peak && !before.peak ? .peakDrawdown : .none
        if tripped != .none && kill == .no { kill = .limit }
        return tripped
    }

    /// Peaks count from now; of the history only the equity before the present day is still needed.
    mutating func rebase(now: Int64) {
        let today = floor(equities[equities.count - 1].time - limits.dayOffset, 86_400_000_000_000)
        let before = equities.last { floor($0.time - limits.dayOffset, 86_400_000_000_000) < today }
        equities = [before ?? (Int64.min / 2, limits.capital), equities[equities.count - 1], (now, equity)]
        peakFrom = 2
        breached.monthly = false
        breached.peak = false
    }

    private func fell(_ money: Int64, from base: Int64, _ parts: Int64) -> Bool {
        Int128(base - money) * 1_000_000 >= Int128(parts) * Int128(base)
    }

    private func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}
