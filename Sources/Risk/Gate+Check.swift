import CxxEvent

extension Gate {
    /// Checks a command and, where it passes, reserves what it uses: message budget, duplicate memory, an
    /// open order and its lots.
    ///
    /// - Parameters:
    ///   - command: new orders, replacements and cancels are checked; requests and timers always pass.
    ///   - now: nanoseconds since the Unix epoch; a time before the last one seen counts as that.
    ///   - originalLeaves: replacement only: lots that the order may still fill, as reserved so far.
    ///   - originalCumulative: replacement only: lots that the order has filled.
    /// - Returns: `.none`, or the first check that refused. Nothing is reserved then.
    /// - Complexity: O(orders within the duplicate window); never allocates.
    public mutating func check(
        _ command: martlet.Command, now: Int64, originalLeaves: Int64 = 0, originalCumulative: Int64 = 0
    ) -> DenyReason {
        clock = max(clock, now)
        switch command.command {
        case .new_order, .replace:
            guard let order = Candidate(command, self, originalLeaves, originalCumulative) else { return .malformed }
            let reason = verdict(order)
            if reason == .none { reserve(order) }
            return reason
        case .cancel:
            if messages.isFull(clock) && !order(command, has: martlet.command_flag_emergency) { return .cancelBudget }
            messages.record(clock)
            return .none
        default:
            return .none
        }
    }

    /// As `check`, without reserving anything: what would be said now.
    public func evaluate(
        _ command: martlet.Command, now: Int64, originalLeaves: Int64 = 0, originalCumulative: Int64 = 0
    ) -> DenyReason {
        let time = max(clock, now)
        switch command.command {
        case .new_order, .replace:
            guard var order = Candidate(command, self, originalLeaves, originalCumulative) else { return .malformed }
            order.fingerprint.time = time
            return verdict(order)
        case .cancel:
            return messages.isFull(time) && !order(command, has: martlet.command_flag_emergency) ? .cancelBudget : .none
        default:
            return .none
        }
    }

    /// Whether a new order of this side and size could only bring the position nearer to flat, whatever
    /// else of that side fills: the test behind every exemption.
    public func reducesRisk(instrument: Int, side: martlet.Side, lots: Int64) -> Bool {
        reduces(row(instrument).pointee, buys: side == .buy, lots: lots)
    }

    /// The checks, in their fixed order.
    @inline(__always)
    func verdict(_ order: Candidate) -> DenyReason {
        let row = rows + order.instrument
        let reason = denyByOrder(order, row)
        if reason != .none { return reason }
        let traffic = denyByTraffic(order)
        if traffic != .none || order.reduces { return traffic }
        let exposure = denyByExposure(order, row)
        if exposure != .none { return exposure }
        return denyByState()
    }

    /// What the order itself says.
    @inline(__always)
    func denyByOrder(_ order: Candidate, _ row: UnsafeMutablePointer<GateRow>) -> DenyReason {
        if killSwitch.isTripped {
            let mayReduce = killSwitch.cause.allowsReducing || (order.isEmergency && killSwitch.cause != .journalFailure)
            if !order.reduces || !mayReduce { return .killSwitch }
        }
        if row.pointee.limits.restricted { return .restricted }
        if row.pointee.isHalted && !order.reduces { return .instrumentHalted }
        if order.quantity > row.pointee.limits.maximumOrderLots { return .orderSize }
        if row.pointee.money(order.quantity, at: order.worstPrice) > row.pointee.limits.maximumOrderNotional {
            return .orderNotional
        }
        if order.isPriced, order.hasBase {
            let distance = (Int128(order.price) - Int128(order.base)).magnitude
            if distance * 1_000_000 > UInt128(UInt64(row.pointee.limits.collarParts)) * UInt128(order.base.magnitude) {
                return .priceCollar
            }
        }
        if !row.pointee.hasReference || order.fingerprint.time - row.pointee.referenceTime > row.pointee.limits.staleNanoseconds {
            return .staleMarketData
        }
        return .none
    }

    /// What was sent of late and is open.
    @inline(__always)
    func denyByTraffic(_ order: Candidate) -> DenyReason {
        if duplicates.contains(order.fingerprint) { return .duplicateOrder }
        if orders.isFull(order.fingerprint.time) || messages.isFull(order.fingerprint.time) { return .orderRate }
        if order.isNew, openOrders >= limits.maximumOpenOrders { return .openOrders }
        return .none
    }

    /// The worst case: all open orders of the order's side fill, and it too.
    @inline(__always)
    func denyByExposure(_ order: Candidate, _ row: UnsafeMutablePointer<GateRow>) -> DenyReason {
        let table = row.pointee.limits
        let (buy, sell) = order.buys ? (order.addedLots, 0) : (0, order.addedLots)
        guard let long = sum(row.pointee.position, row.pointee.openBuy, buy),
            let short = difference(row.pointee.position, row.pointee.openSell, sell)
        else { return .positionLimit }
        let worst = order.buys ? max(long, 0) : max(-short, 0)
        if worst > table.maximumPositionLots { return .positionLimit }
        if exceeds(Int128(row.pointee.money(worst, at: order.worstPrice)), table.positionParts, of: equityMoney) {
            return .positionLimit
        }
        let gross = row.pointee.money(Int64(clamping: max(long.magnitude, short.magnitude)), at: order.worstPrice)
        if exceeds(grossWorst - Int128(row.pointee.gross) + Int128(gross), limits.grossParts, of: equityMoney) {
            return .grossExposure
        }
        let net = order.buys
            ? netLongWorst - Int128(row.pointee.netLong) + Int128(row.pointee.money(long, at: order.worstPrice))
            : -(netShortWorst - Int128(row.pointee.netShort) + Int128(row.pointee.money(short, at: order.worstPrice)))
        if exceeds(net, limits.netParts, of: equityMoney) { return .netExposure }
        return .none
    }

    /// What forbids any new risk.
    @inline(__always)
    func denyByState() -> DenyReason {
        if dailyLossBreached { return .dailyLoss }
        if monthlyDrawdownBreached { return .monthlyDrawdown }
        if peakDrawdownBreached { return .peakDrawdown }
        if isBlocked { return .unresolved }
        return .none
    }

    /// Counts an order that passed.
    @inline(__always)
    mutating func reserve(_ order: Candidate) {
        let row = rows + order.instrument
        orders.record(clock)
        messages.record(clock)
        if duplicates.length > 0 { duplicates.record(order.fingerprint) }
        if order.isNew { openOrders += 1 }
        if order.buys { row.pointee.openBuy += order.addedLots } else { row.pointee.openSell += order.addedLots }
        refresh(row)
    }
}

/// One order as the gate sees it: prices resolved, direction and worst case known.
struct Candidate {
    let instrument: Int
    let buys: Bool
    let isNew: Bool
    /// Has a limit price.
    let isPriced: Bool
    let isEmergency: Bool
    let reduces: Bool
    let hasBase: Bool
    let quantity: Int64
    /// Lots that the order adds to what may fill on its side.
    let addedLots: Int64
    let price: Int64
    /// What the collar is measured from: the reference, or the stop price of a stop order.
    let base: Int64
    /// The largest absolute price at which the order or the position may be valued.
    let worstPrice: UInt64
    var fingerprint: Fingerprint

    /// Fails where the record cannot be an order.
    @inline(__always)
    init?(_ command: martlet.Command, _ gate: borrowing Gate, _ leaves: Int64, _ cumulative: Int64) {
        guard command.instrument < gate.count, command.quantity > 0, command.side == .buy || command.side == .sell else {
            return nil
        }
        instrument = Int(command.instrument)
        let row = gate.rows + instrument
        let type = command.type
        let stops = type == .stop || type == .stop_limit
        isPriced = type == .limit || type == .stop_limit
        guard isPriced || stops || type == .market else { return nil }
        if isPriced, command.price == Gate.noPrice || command.price % row.pointee.limits.tick != 0 { return nil }
        if stops, command.stop_price == Gate.noPrice || command.stop_price % row.pointee.limits.tick != 0 { return nil }
        buys = command.side == .buy
        isNew = command.command == .new_order
        isEmergency = order(command, has: martlet.command_flag_emergency)
        quantity = command.quantity
        guard leaves >= 0, cumulative >= 0 else { return nil }
        addedLots = isNew ? quantity : max(0, max(0, quantity - cumulative) - leaves)
        price = command.price
        base = stops ? command.stop_price : row.pointee.reference
        hasBase = base != Gate.noPrice
        let reference = row.pointee.hasReference ? row.pointee.reference.magnitude : 0
        let own = isPriced ? price.magnitude : collared(hasBase ? base.magnitude : 0, row.pointee.limits.collarParts)
        worstPrice = max(own, max(reference, stops ? base.magnitude : 0))
        reduces = Risk.reduces(row.pointee, buys: buys, lots: addedLots)
        fingerprint = Fingerprint(
            time: gate.clock, price: isPriced ? price : 0, stopPrice: stops ? command.stop_price : 0, quantity: quantity,
            original: isNew ? 0 : command.original_client_order, instrument: command.instrument,
            side: command.side.rawValue, type: type.rawValue)
    }
}

/// Whether lots on one side, with all that is open there, cannot carry the position past flat.
@inline(__always)
func reduces(_ row: GateRow, buys: Bool, lots: Int64) -> Bool {
    let open = buys ? row.openBuy : row.openSell
    let room = buys ? -Int128(row.position) : Int128(row.position)
    return Int128(open) + Int128(lots) <= room
}

/// The price that the collar allows at worst, rounded away from the base.
@inline(__always)
func collared(_ base: UInt64, _ parts: Int64) -> UInt64 {
    let (product, overflow) = base.multipliedReportingOverflow(by: UInt64(bitPattern: parts))
    if overflow { return UInt64.max / 2 }
    let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 1_000_000)
    return base &+ quotient &+ (remainder == 0 ? 0 : 1)
}

@inline(__always)
func order(_ command: martlet.Command, has flag: martlet.CommandFlags) -> Bool {
    UInt32(command.flags) & UInt32(flag.rawValue) != 0
}

/// a + b + c where it fits, magnitude below 2^63.
@inline(__always)
func sum(_ a: Int64, _ b: Int64, _ c: Int64) -> Int64? {
    let (first, one) = a.addingReportingOverflow(b)
    let (second, two) = first.addingReportingOverflow(c)
    return one || two || second == Int64.min ? nil : second
}

/// a − b − c where it fits, magnitude below 2^63.
@inline(__always)
func difference(_ a: Int64, _ b: Int64, _ c: Int64) -> Int64? {
    let (first, one) = a.subtractingReportingOverflow(b)
    let (second, two) = first.subtractingReportingOverflow(c)
    return one || two || second == Int64.min ? nil : second
}
