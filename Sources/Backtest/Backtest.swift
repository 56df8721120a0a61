public import Agents
internal import Core
internal import CxxEvent
internal import CxxJournal
internal import CxxMatching
public import Domain
public import Engine
internal import Features
public import MarketData
internal import Reports
internal import Risk
internal import Simulation

/// The backtest host: the engine of live trading over stored events, in virtual time.
///
///     events ──► recorded market ──reports, later──►┐
///        └────────── feed, later ──────────────────►├─► engine ──commands, later──► recorded market
///                          timers, decisions, later►┘
///
/// What happens first is decided by time alone; of what happens at once, timers come first, then what is
/// scheduled in the order (rank, insertion), then the market. One thread, no clock: the same events,
/// configuration and binary give the same digests.
///
/// Orders meet the market as it was recorded; it does not react to them (`RecordedMarket` says how they fill).
public struct Backtest: ~Copyable {
    let configuration: BacktestConfiguration
    let series: EventSeries
    let council: Council
    var engine: Engine
    var market: martlet.RecordedMarket
    var journal: BacktestJournal?
    var sequencer = Sequencer()
    var schedule: Schedule<Scheduled>
    var recorder: RunRecorder
    var digests = StreamDigests()
    /// Told the virtual time since the first event, nanoseconds.
    public let progress = ProgressCounter()
    let start: Int64
    /// Virtual time of what is at work.
    var now = Int64.min

    /// What is on its way; the raw rank orders what arrives at the same time.
    enum Scheduled {
        case report(martlet.OrderEvent)
        case decision(request: UInt64, instrument: UInt32, CouncilDecision)
        case command(martlet.Command)

        var rank: Int {
            switch self {
            case .report: 0
            case .decision: 1
            case .command: 2
            }
        }
    }

    /// In the sequence of an event that is in the catalog and not in the journal: the rest is its place in the
    /// merge order.
    public static let catalogFlag: UInt64 = 1 << 63

    public init(_ configuration: BacktestConfiguration, series: EventSeries, council: Council) throws(BacktestError) {
        // All that can fail comes first: a half-made non-copyable value cannot be taken back.
        guard let first = series.events.first else { throw .noEvents }
        let engine = try Self.engine(configuration, series, time: first.exchange_time)
        let journal = try configuration.journalFolder.map { folder throws(BacktestError) in
            try BacktestJournal(folder: folder, series: series, configuration: configuration)
        }
        self.configuration = configuration
        self.series = series
        self.council = council
        start = first.exchange_time
        self.engine = engine
        self.journal = journal
        market = Self.market(series, configuration, engine: self.engine)
        schedule = Schedule(bound: 16 * configuration.engine.maximumOpenOrders + 8 * series.instruments.count + 64)
        recorder = RunRecorder(instruments: series.instruments, agentNames: council.members.map(\.agent.name))
    }

    private static func engine(
        _ configuration: BacktestConfiguration, _ series: EventSeries, time: Int64
    ) throws(BacktestError) -> Engine {
        do {
            return try Engine(
                configuration.engine, instruments: series.instruments, sources: series.kinds, policy: configuration.policy,
                time: time)
        } catch {
            throw .engine("\(error)")
        }
    }

    /// Where venue and engine see an event at the same time, the market reads the engine's books: building
    /// each twice would cost as much as all the rest.
    private static func market(
        _ series: EventSeries, _ configuration: BacktestConfiguration, engine: borrowing Engine
    ) -> martlet.RecordedMarket {
        let options = series.instruments.indices.map { index in
            var options = martlet.RecordedOptions()
            let tick = series.instruments[index].tick
            switch series.kinds[index] {
            case .byOrder: options.source = .by_order
            case .byPrice: options.source = .by_price
            case .quotes: options.source = .top
            case .bars:
                options.source = .bars
                options.half_spread = configuration.costs.halfSpreadTicks * tick
                options.slippage = configuration.costs.slippageTicks * tick
            }
            options.expected_orders = configuration.engine.expectedBookOrders
            if configuration.latency.feed == 0 { options.shared_book = engine.book(index) }
            return options
        }
        return withElements(series.instruments) { definitions in
            withElements(options) { options in
                martlet.RecordedMarket(definitions.baseAddress, options.baseAddress, definitions.count)
            }
        }
    }

    /// Runs over all events and returns what came of it.
    public mutating func run() throws(BacktestError) -> BacktestResult {
        digests.input(hashes: series.contentHashes)
        let events = series.events
        // Stated at once: the time is the market's from the first record on.
        recorder.marketEvents = UInt64(events.count)
        begin()
        if configuration.latency.feed == 0 { replay(events) } else { replayDelayed(events) }
        try finish()
        return result()
    }

    /// Venue and engine see an event at the same time: one cursor, one set of books.
    private mutating func replay(_ events: UnsafeBufferPointer<martlet.MarketEvent>) {
        guard var next = events.baseAddress else { return }
        for index in events.indices {
            var event = next.pointee
            let time = max(event.exchange_time, now)
            if min(schedule.nextTime, engine.nextTimer) <= time { work(upTo: time) }
            now = time
            market.before(next)
            event.sequence = Self.catalogFlag | UInt64(index)
            event.receive_time = time
            engine.consume(market: &event)
            if market.after(next) > 0 { collectReports() }
            if engine.output.count > 0 { drain() }
            next += 1
        }
    }

    /// The engine sees an event `feed` later than the venue: two cursors over the same array.
    private mutating func replayDelayed(_ events: UnsafeBufferPointer<martlet.MarketEvent>) {
        let feed = configuration.latency.feed
        var venue = events.startIndex
        for index in events.indices {
            let time = max(events[index].exchange_time &+ feed, now)
            while venue < events.endIndex, events[venue].exchange_time < time {
                venueSees(events[venue])
                venue += 1
            }
            if min(schedule.nextTime, engine.nextTimer) <= time { work(upTo: time) }
            now = time
            var event = events[index]
            event.sequence = Self.catalogFlag | UInt64(index)
            event.receive_time = time
            engine.consume(market: &event)
            if engine.output.count > 0 { drain() }
        }
    }

    private mutating func venueSees(_ event: martlet.MarketEvent) {
        let time = max(event.exchange_time, now)
        if min(schedule.nextTime, engine.nextTimer) <= time { work(upTo: time) }
        now = time
        _ = market.on_market(event)
        if market.report_count() > 0 { collectReports() }
    }

    /// Delivers every timer and everything scheduled up to `time`.
    @inline(never)
    mutating func work(upTo time: Int64) {
        progress.set(time - start)
        while true {
            let timer = engine.nextTimer
            if timer <= time && timer <= schedule.nextTime {
                now = max(now, timer)
                fireTimer()
            } else if schedule.nextTime <= time {
                let next = schedule.removeFirst()
                now = max(now, next.time)
                deliver(next.item)
            } else {
                return
            }
        }
    }

    private mutating func fireTimer() {
        guard let kind = engine.nextTimerKind else { return }
        var event = martlet.HostEvent()
        event.kind = .timer
        event.instrument = .max
        event.id = kind.rawValue
        event.due_time = engine.nextTimer
        host(&event)
    }

    private mutating func deliver(_ item: Scheduled) {
        switch item {
        case .report(var event):
            let stamp = sequencer.next(at: now)
            event.sequence = stamp.sequence
            event.receive_time = stamp.time
            journal?.append(&event)
            engine.consume(order: event)
            drain()
        case .decision(let request, let instrument, let decision):
            var event = decision.event(request: request, instrument: instrument)
            host(&event, payload: decision.payload)
            recorder.decision(
                instrument: Int(instrument), isFallback: decision.isFallback, isVeto: decision.outcome == .veto, isHeld: decision.outcome != .act,
                weights: decision.votes.map(\.weight), engine: engine)
        case .command(let command):
            market.submit(command, now)
            collectReports()
        }
    }

    mutating func host(_ event: inout martlet.HostEvent, payload: [Double] = []) {
        let stamp = sequencer.next(at: now)
        event.sequence = stamp.sequence
        event.receive_time = stamp.time
        event.payload_size = UInt32(payload.count * MemoryLayout<Double>.size)
        journal?.append(&event, payload)
        if event.kind == .decision { digests.output(&event, payload) }
        engine.consume(host: event)
        drain()
    }

    /// Puts what the venue said on its way to the engine.
    @inline(never)
    mutating func collectReports() {
        let count = market.report_count()
        let reports = UnsafeBufferPointer(start: market.reports(), count: count)
        for report in reports { insert(.report(report), at: now + configuration.latency.report) }
        market.clear_reports()
    }

    private mutating func insert(_ item: Scheduled, at time: Int64) {
        schedule.insert(item, at: time, rank: item.rank)
    }

    /// Numbers what the engine said; commands set out for the venue, questions for the council.
    @inline(never)
    mutating func drain() {
        for index in 0..<engine.output.count {
            let record = engine.output[index]
            if record.isCommand {
                var command = record.command
                command.sequence = sequencer.nextNumber()
                digests.output(&command, [])
                journal?.append(&command)
                insert(.command(command), at: now + configuration.latency.order)
            } else {
                say(record.host, Array(engine.output.payload(of: record)))
            }
        }
        recorder.take(&engine, time: now)
        engine.output.removeAll()
    }

    private mutating func say(_ event: martlet.HostEvent, _ payload: [Double]) {
        var event = event
        event.sequence = sequencer.nextNumber()
        digests.output(&event, payload)
        journal?.append(&event, payload)
        recorder.note(event)
        guard event.kind == .decision_request else { return }
        guard let observation = try? Observation(payload: payload) else {
            preconditionFailure("the engine's observation does not read back")
        }
        insert(
            .decision(request: event.id, instrument: event.instrument, council.decide(observation)),
            at: now + configuration.latency.decision)
    }

    private mutating func begin() {
        now = series.events[0].exchange_time
        var event = martlet.HostEvent()
        event.kind = .run_start
        event.instrument = .max
        event.id = 1
        host(&event)
    }

    private mutating func result() -> BacktestResult {
        let definition = series.instruments[0]
        var report = RunReport(
            run: configuration.name, mode: "backtest", market: configuration.market, seed: configuration.seed,
            currency: definition.currencyText, decimals: max(0, Int(-definition.money_unit.exponent)))
        recorder.finish(&report, engine, time: now)
        let texts = digests.finish()
        report.journal.path = configuration.journalFolder ?? ""
        report.journal.digest.inputs = texts.inputs
        report.journal.digest.decisions = texts.decisions
        return BacktestResult(
            report: report, inputDigest: texts.inputs, decisionDigest: texts.decisions, events: recorder.marketEvents)
    }

    /// Stops the engine, lets cancels reach the venue and reports come back.
    private mutating func finish() throws(BacktestError) {
        // The rows of the last moment, and the questions that wait for them.
        if engine.nextTimerKind == .rows { work(upTo: engine.nextTimer) }
        var event = martlet.HostEvent()
        event.kind = .control
        event.instrument = .max
        event.code = martlet.ControlAction.stop.rawValue
        host(&event)
        while !schedule.isEmpty {
            let next = schedule.removeFirst()
            now = max(now, next.time)
            deliver(next.item)
        }
        event.kind = .run_end
        event.code = 0
        host(&event)
        try journal?.close()
    }
}
