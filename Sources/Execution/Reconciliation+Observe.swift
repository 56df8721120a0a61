import CxxEvent

extension Reconciliation {
    /// What to do after a report was observed.
    public enum Step: UInt8, Sendable {
        case none
        /// Both lists came: call `nextAbsent` until it is nil, tell the gate, then `requestPositions`. (Where orders are asked
        /// for one by one, `isEachAnswered` tells when.)
        case resolveAbsent
        /// All positions came: call `conclude`.
        case conclude
    }

    /// Takes in a report after `OrderTable.apply` did, whose outcome is needed here too.
    ///
    /// - Parameters:
    ///   - position: our signed lots in the report's instrument, for position reports.
    ///   - cash: ours now, for position reports; nil: as it is when all have come.
    public mutating func observe(
        _ report: martlet.OrderEvent, _ outcome: OrderOutcome, position: Int64, cash: Int64? = nil
    ) -> Step {
        switch report.kind {
        case .position_report:
            // A row of a question that was given up comes late: it says what was so before.
            guard phase == .positions, report.instrument < instruments,
                report.reference_number == 0 || report.reference_number == waiting.positions
            else { return .none }
            let index = Int(report.instrument)
            if !rows[index].isStated { venueCash = (venueCash ?? 0) &+ report.fee }
            if let cash { statedCash = cash }
            rows[index].isStated = true
            rows[index].venue = report.cumulative_quantity
            rows[index].difference = report.cumulative_quantity &- position
            return .none
        case .report_end:
            return ended(report.reference_number)
        default:
            if outcome.anomaly == .foreignOrder {
                list(Difference(
                    kind: .foreignOrder, instrument: outcome.instrument, client: outcome.client, ours: 0,
                    venue: report.leaves_quantity))
            }
            return .none
        }
    }

    private mutating func ended(_ number: UInt32) -> Step {
        // The end of an answer of which a part was lost ends nothing: it is asked for again, as if none had come.
        guard number != 0, !isIncomplete else { return .none }
        switch phase {
        case .idle: return .none
        case .orders:
            if number == waiting.orders { waiting.orders = 0 }
            if number == waiting.trades { waiting.trades = 0 }
            let isListed = settings.answers.contains(.openOrders)
            return isListed && waiting.orders == 0 && waiting.trades == 0 ? .resolveAbsent : .none
        case .positions:
            return number == waiting.positions ? .conclude : .none
        }
    }

    /// Closes the next order that the venue did not mention, then voids the next change that it did not. nil: no more.
    /// Every outcome goes to the gate.
    public mutating func nextAbsent(_ table: inout OrderTable) -> OrderOutcome? {
        precondition(phase == .orders)
        var index = table.nextAbsent(after: -1)
        // What cannot be asked for by itself was not asked for: it is not absent.
        while index >= 0, !settings.answers.contains(.openOrders), table.view(index)?.client == 0 {
            table.markSeen(index)
            index = table.nextAbsent(after: index)
        }
        guard index >= 0, let view = table.view(index) else {
            let unsettled = table.nextVoid(after: -1, isNumbered: settings.answers.contains(.openOrders))
            return unsettled < 0 ? nil : table.voidChanges(unsettled)
        }
        let outcome = table.resolveAbsent(index)
        list(Difference(
            kind: .absentOrder, instrument: view.instrument, client: view.client, ours: view.leaves, venue: 0))
        if !outcome.isTerminal { table.markSeen(index) }
        return outcome
    }

    /// Goes on to positions when the absent orders are closed. False where the venue cannot be asked: call `conclude`.
    public mutating func requestPositions(now: Int64) -> Bool {
        precondition(phase == .orders)
        attempt = 0
        askPositions(now)
        return settings.answers.contains(.positions)
    }

    /// Compares what was stated; `positions` and `cash` are ours now, one position an instrument. Differences
    /// in positions are asked for once more; then the reconciliation ends. Returns whether it did.
    @discardableResult
    public mutating func conclude(
        _ table: borrowing OrderTable, positions: UnsafeBufferPointer<Int64>, cash: Int64, now: Int64
    ) -> Bool {
        precondition(phase == .positions && positions.count == instruments)
        if settings.answers.contains(.positions), !comparePositions(positions, now) { return false }
        listMissing(table)
        listUntold(table)
        if settings.answers.contains(.positions) { compareCash(cash) }
        finish(now)
        return true
    }

    /// False where a difference is asked for once more.
    private mutating func comparePositions(_ positions: UnsafeBufferPointer<Int64>, _ now: Int64) -> Bool {
        for index in 0..<instruments where !rows[index].isStated { rows[index].difference = 0 &- positions[index] }
        let differ = (0..<instruments).contains { rows[$0].difference != 0 }
        if differ && !isRecheck {
            isRecheck = true
            askPositions(now)
            return false
        }
        for index in 0..<instruments where rows[index].difference != 0 {
            list(Difference(
                kind: .position, instrument: UInt32(index), client: 0,
                ours: rows[index].venue &- rows[index].difference, venue: rows[index].venue))
        }
        return true
    }

    private mutating func compareCash(_ cash: Int64) {
        let ours = statedCash ?? cash
        if adoptsCash, let stated = venueCash {
            cashOffset = stated &- ours
            adoptsCash = false
        }
        let cash = ours &+ cashOffset
        if let stated = venueCash, (Int128(stated) - Int128(cash)).magnitude > UInt128(UInt64(max(0, settings.cashTolerance))) {
            list(Difference(kind: .cash, instrument: .max, client: 0, ours: cash, venue: stated))
        }
    }

    private mutating func listMissing(_ table: borrowing OrderTable) {
        var at = table.nextOpen(after: -1)
        while at >= 0 {
            if let view = table.view(at), view.missing > 0 {
                list(Difference(
                    kind: .missingExecution, instrument: view.instrument, client: view.client,
                    ours: view.cumulative.lots, venue: view.cumulative.lots + view.missing))
            }
            at = table.nextOpen(after: at)
        }
    }

    private mutating func listUntold(_ table: borrowing OrderTable) {
        var untold: [Difference] = []
        copies.forEachUntold(table) { report in
            untold.append(Difference(
                kind: .untoldExecution, instrument: report.instrument, client: report.client_order, ours: 0,
                venue: report.exec_type == .trade_cancel ? 0 : report.last_quantity))
        }
        for difference in untold { list(difference) }
        // Copies that found no room may have told of anything, and here nobody else does.
        if copies.overflowed > 0, !settings.answers.contains(.executions) {
            list(Difference(kind: .untoldExecution, instrument: .max, client: 0, ours: 0, venue: Int64(clamping: copies.overflowed)))
        }
    }

    /// The next execution that only a drop copy told, to be taken over on an operator's word; from then on it is known,
    /// so that nobody's telling books it again. nil: no more.
    public mutating func nextAcceptable(_ table: inout OrderTable) -> martlet.OrderEvent? { copies.nextAcceptable(&table) }

    /// An operator takes the venue's books over where the last comparison found others. Since then executions may have
    /// explained what it found, so the next one is to say what there is to take over.
    public mutating func accept() {
        isAccepting = true
        for difference in differences where difference.kind == .position && Int(difference.instrument) < instruments {
            rows[Int(difference.instrument)].isAccepted = true
        }
        phase = .idle
    }

    /// Signed lots by which an operator's acceptance changes an instrument's position, as the comparison found that has
    /// just ended; nil: nothing is to be taken over.
    public func acceptedDifference(instrument: Int) -> Int64? {
        precondition(phase == .idle && instrument >= 0 && instrument < instruments)
        return rows[instrument].isAccepted && rows[instrument].difference != 0 ? rows[instrument].difference : nil
    }

    /// What an operator accepted was taken over: ledger, gate and order table were restated. The next
    /// reconciliation begins from there, and from the cash that the venue states then; new risk waits for it.
    public mutating func accepted() {
        isAccepting = false
        for index in 0..<instruments { rows[index].isAccepted = false }
        adoptsCash = true
        copies.accept()
        differences.removeAll(keepingCapacity: true)
        unlisted = 0
        hasBlocking = false
        isVerified = false
        phase = .idle
    }
}

extension OrderTable {
    /// The sweep has dealt with this order.
    mutating func markSeen(_ index: Int) { records[index].sweep = sweep }
}
