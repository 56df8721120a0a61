internal import Core
public import CxxEvent
internal import Domain
internal import Execution
public import Engine
internal import Portfolio
internal import Risk

/// Collects what a run's report is made of while the host runs.
///
/// The host calls `take` after each event that had an answer. Bounded: at most `maximumFills` fills are kept (further ones
/// are counted in the engine's totals alone), and the samples of equity and price are thinned to twice as far
/// apart whenever there are `maximumSamples`.
public struct RunRecorder {
    public static let maximumFills = 1_000_000
    public static let maximumSamples = 1 << 15
    /// Changes of the kill switch that a report tells.
    public static let maximumKillSwitches = 100

    let instruments: [martlet.InstrumentDefinition]
    let agentNames: [String]
    let waitsForMarket: Bool
    /// Market events consumed.
    public var marketEvents: UInt64 = 0
    var fills = FillLog()
    var unkeptFills: UInt64 = 0
    var denials: [UInt64]
    var killSwitches: [(time: Int64, cause: KillCause, reason: DenyReason)] = []
    var samples: [EquitySample] = []
    var prices: [[(time: Int64, twiceMiddle: Int64)]]
    var spacing: Int64
    var nextSample = Int64.min
    var firstTime = Int64.max
    var lastTime = Int64.min
    var spreadCost: Int128 = 0
    var slippageCost: Int128 = 0
    var fallbacks: UInt64 = 0
    var vetoes: UInt64 = 0
    var councils: UInt64 = 0
    var attribution: Attribution
    var weights: [[Double]]
    var profits: [Int64]
    var votes: [(votes: UInt64, abstentions: UInt64, weight: Double)]

    /// - Parameters:
    ///   - agentNames: the council's members in its order.
    ///   - waitsForMarket: what comes before the first market event has no time that means anything, since the
    ///     market states it.
    ///   - spacing: nanoseconds between samples to begin with.
    public init(
        instruments: [martlet.InstrumentDefinition], agentNames: [String], waitsForMarket: Bool = false, spacing: Int64 = 1_000_000_000
    ) {
        precondition(spacing > 0)
        self.waitsForMarket = waitsForMarket
        self.instruments = instruments
        self.agentNames = agentNames
        self.spacing = spacing
        denials = [UInt64](repeating: 0, count: DenyReason.allCases.count)
        prices = Array(repeating: [], count: instruments.count)
        attribution = Attribution(agents: agentNames.count)
        weights = Array(repeating: [Double](repeating: 0, count: agentNames.count), count: instruments.count)
        profits = [Int64](repeating: 0, count: instruments.count)
        votes = Array(repeating: (0, 0, 0), count: agentNames.count)
    }

    /// Takes what the engine booked and, where one is due, a sample. Empties the engine's fills.
    public mutating func take(_ engine: inout Engine, time: Int64) {
        for index in 0..<engine.fills.count { take(engine.fills[index], engine) }
        engine.fills.removeAll()
        guard marketEvents > 0 || !waitsForMarket else { return }
        firstTime = min(firstTime, time)
        lastTime = max(lastTime, time)
        if time >= nextSample { sample(engine, time: time) }
    }

    private mutating func take(_ fill: BookedFill, _ engine: borrowing Engine) {
        share(Int(fill.instrument), engine)
        if fills.count < Self.maximumFills { fills.append(fill) } else { unkeptFills += 1 }
        let instrument = Int(fill.instrument)
        guard fill.ask > 0 && fill.bid > 0 else { return }
        // Twice, so that half a spread stays whole.
        let spread = Int128(fill.ask - fill.bid) * Int128(fill.lots)
        spreadCost += money(twice: spread, instrument)
        guard fill.decisionMiddle > 0 else { return }
        let sign: Int128 = fill.side == .buy ? 1 : -1
        slippageCost += money(twice: sign * (2 * Int128(fill.price) - Int128(fill.decisionMiddle)) * Int128(fill.lots) - spread, instrument)
    }

    /// Money units of half of `increments × lots`, rounded down.
    private func money(twice amount: Int128, _ instrument: Int) -> Int128 {
        let ratio = martlet.money_ratio(instruments[instrument])
        return amount * Int128(ratio.numerator) / (2 * Int128(ratio.denominator))
    }

    /// Takes a note of the engine's.
    public mutating func note(_ event: martlet.HostEvent) {
        if event.kind == .note, event.flags == NoteKind.killSwitch.rawValue { noteKillSwitch(event) }
        guard event.kind == .note, event.flags == NoteKind.denial.rawValue, Int(event.code) < denials.count else { return }
        denials[Int(event.code)] += 1
    }

    private mutating func noteKillSwitch(_ event: martlet.HostEvent) {
        guard killSwitches.count < Self.maximumKillSwitches else { return }
        let cause = KillCause(rawValue: UInt8(truncatingIfNeeded: event.code)) ?? .none
        let reason = DenyReason(rawValue: UInt16(truncatingIfNeeded: event.id)) ?? .none
        killSwitches.append((event.due_time, cause, cause == .limit ? reason : .none))
    }

    /// Takes a decision: from here on the instrument's profit is its voters'. `weights` are the members' shares of
    /// the vote, 0 for who abstained; `isHeld`: nobody decided anything and the position stays as it is.
    public mutating func decision(
        instrument: Int, isFallback: Bool, isVeto: Bool, isHeld: Bool, weights new: [Double], engine: borrowing Engine
    ) {
        if isFallback { fallbacks += 1 } else { councils += 1 }
        if isVeto { vetoes += 1 }
        for (index, weight) in new.enumerated() where index < votes.count {
            if weight > 0 { votes[index].votes += 1 } else { votes[index].abstentions += 1 }
            votes[index].weight += weight
        }
        share(instrument, engine)
        if !isHeld, new.count == weights[instrument].count { weights[instrument] = new }
    }

    /// Gives the instrument's profit since the last time to those whose decision holds.
    private mutating func share(_ instrument: Int, _ engine: borrowing Engine) {
        let summary = engine.ledger.summary(instrument)
        let profit = summary.realised + summary.unrealised - summary.fees
        attribution.add(profit - profits[instrument], weights: weights[instrument])
        profits[instrument] = profit
    }

    private mutating func sample(_ engine: borrowing Engine, time: Int64) {
        guard let equity = try? engine.ledger.equity() else { return }
        nextSample = (time / spacing + 1) * spacing
        var gross: Int128 = 0
        var net: Int128 = 0
        for instrument in instruments.indices {
            let summary = engine.ledger.summary(instrument)
            let value = money(twice: 2 * Int128(summary.position) * Int128(summary.mark), instrument)
            gross += value.magnitude > 0 ? Int128(value.magnitude) : 0
            net += value
            let top = engine.top(instrument)
            if top.bid > 0 && top.ask > 0 { prices[instrument].append((time, top.bid + top.ask)) }
        }
        samples.append(EquitySample(time: time, equity: equity, gross: Int64(clamping: gross), net: Int64(clamping: net)))
        if samples.count >= Self.maximumSamples { thin() }
    }

    private mutating func thin() {
        spacing *= 2
        samples = everyOther(samples)
        for instrument in prices.indices { prices[instrument] = everyOther(prices[instrument]) }
    }

    private func everyOther<Element>(_ elements: [Element]) -> [Element] {
        stride(from: 0, to: elements.count, by: 2).map { elements[$0] }
    }
}

extension RunRecorder {
    /// Writes what was collected into a report. Call once, at the end.
    public mutating func finish(_ report: inout RunReport, _ engine: borrowing Engine, time: Int64) {
        sample(engine, time: max(time, lastTime))
        for instrument in instruments.indices { share(instrument, engine) }
        report.period = RunReport.Period(start: min(firstTime, time), end: max(lastTime, time))
        report.events = marketEvents
        report.fills = engine.ledger.fills
        report.fees = report.amount(engine.ledger.fees)
        report.costs = RunReport.Costs(
            fees: report.amount(engine.ledger.fees), spread: report.amount(Int64(clamping: spreadCost)),
            slippage: report.amount(Int64(clamping: slippageCost)), funding: report.amount(0))
        orders(&report, engine)
        report.decisions.council = councils
        report.decisions.fallback = fallbacks
        report.decisions.vetoed = vetoes
        report.denials = DenyReason.allCases.filter { denials[Int($0.rawValue)] > 0 }
            .map { RunReport.Denial(reason: $0.name, count: denials[Int($0.rawValue)]) }
        report.reconciliation.runs = engine.counters.reconciliations
        report.reconciliation.differences = engine.counters.differences
        let all = fills.all
        report.instruments = instruments.indices.map { result(of: $0, all, engine, report) }
        report.agents = agentNames.indices.map { agent($0, report) }
        report.prices = instruments.indices.map { series($0) }
        report.setHistory(samples: samples, trades: all.map { trade($0, report) })
        noteKillSwitches(&report, engine)
        if unkeptFills > 0 { report.notes.append("\(unkeptFills) fills beyond the first \(Self.maximumFills) are in the totals alone") }
        if attribution.unattributed != 0 {
            report.notes.append("\(report.amount(attribution.unattributed)) of the profit came before any decision")
        }
    }

    private func noteKillSwitches(_ report: inout RunReport, _ engine: borrowing Engine) {
        for change in killSwitches {
            let time = "\(UTCTime(change.time).date) \(UTCTime(change.time).clockWithMilliseconds) UTC"
            let reason = change.reason == .none ? "" : ", \(change.reason.name)"
            report.notes.append(
                change.cause == .none ? "the kill switch was lifted at \(time)" : "the kill switch was thrown at \(time) by \(change.cause.name)\(reason)")
        }
        if engine.killSwitch.isTripped {
            report.notes.append(
                "the kill switch is thrown (\(engine.killSwitch.cause.name)): no order that adds risk passes until an operator lifts it with `orchestrator risk resume`")
        }
    }

    private func orders(_ report: inout RunReport, _ engine: borrowing Engine) {
        let counters = engine.counters
        report.orders.submitted = counters.ordersSubmitted
        report.orders.filled = counters.ordersFilled
        report.orders.partiallyFilled = counters.ordersPartiallyFilled
        report.orders.canceled = counters.ordersCanceled
        report.orders.rejected = counters.ordersRejected
        report.orders.denied = counters.denials
        report.orders.unknown = UInt64(engine.orders.unresolvedOrders)
    }

    private func result(of index: Int, _ fills: [BookedFill], _ engine: borrowing Engine, _ report: RunReport) -> RunReport.InstrumentResult {
        let summary = engine.ledger.summary(index)
        let definition = instruments[index]
        let own = fills.filter { Int($0.instrument) == index }
        let turnover = own.reduce(Int128(0)) { $0 + money(twice: 2 * Int128($1.price) * Int128($1.lots), index) }
        return RunReport.InstrumentResult(
            symbol: definition.symbolText, venue: definition.venueText, fills: UInt64(own.count),
            position: decimal(summary.position, definition.lot_increment), turnover: report.amount(Int64(clamping: turnover)),
            realised: report.amount(summary.realised), unrealised: report.amount(summary.unrealised),
            fees: report.amount(summary.fees))
    }

    private func agent(_ index: Int, _ report: RunReport) -> RunReport.AgentResult {
        let vote = votes[index]
        return RunReport.AgentResult(
            name: agentNames[index], votes: vote.votes, abstentions: vote.abstentions,
            meanWeight: vote.votes > 0 ? vote.weight / Double(vote.votes) : 0,
            netProfit: report.amount(attribution.profits[index]))
    }

    private func series(_ index: Int) -> RunReport.PriceSeries {
        let increment = instruments[index].price_increment
        return RunReport.PriceSeries(
            symbol: instruments[index].symbolText,
            points: prices[index].map { .init(time: $0.time, price: decimal($0.twiceMiddle / 2, increment)) })
    }

    private func trade(_ fill: BookedFill, _ report: RunReport) -> Trade {
        let index = Int(fill.instrument)
        let definition = instruments[index]
        let notional = money(twice: 2 * Int128(fill.price) * Int128(fill.lots), index)
        return Trade(
            time: fill.time, instrument: definition.symbolText, venue: definition.venueText, side: fill.side == .buy ? .buy : .sell,
            price: decimal(fill.price, definition.price_increment), quantity: decimal(fill.lots, definition.lot_increment),
            notional: report.amount(Int64(clamping: notional)), fee: report.amount(fill.fee), realised: report.amount(fill.realised))
    }

    private func decimal(_ count: Int64, _ increment: martlet.Decimal) -> ExactDecimal {
        var mantissa = increment.mantissa
        var exponent = increment.exponent
        while exponent > 0 {
            mantissa *= 10
            exponent -= 1
        }
        return ExactDecimal(units: count * mantissa, scale: Int(-exponent))
    }
}
