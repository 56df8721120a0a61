internal import Agents
internal import Core
internal import CxxEvent
internal import CxxFix
internal import CxxJournal
internal import CxxTelemetry
internal import Engine
internal import Execution
internal import MarketData
internal import Reports
internal import Risk

extension SessionLoop {
    /// Begins a run: its epoch, and the kill switch as its file has it.
    ///
    /// A file that lifts rules over the journal only where it is the later word: the process may have died, or the disk
    /// been full, between the trip in the journal and its file. Doubt never lifts a kill switch.
    mutating func begin(
        _ configuration: SessionConfiguration, epoch: UInt64, unwritten: Int, taken: (instrument: Int, decision: CouncilDecision)?
    ) throws(ReconfigurationError) {
        try engine.reconfigure(configuration.engine, policy: configuration.policy)
        completeJournal(unwritten)
        if let taken { recorder.decision(taken.decision, instrument: taken.instrument, engine: engine) }
        var event = martlet.HostEvent()
        event.kind = .run_start
        event.instrument = .max
        event.id = epoch
        let filed = savedKillSwitch
        host(&event, payload: TextPayload.payload(configuration.runText))
        let isStricter = filed.isTripped && engine.killSwitch.cause.allowsReducing && !filed.cause.allowsReducing
        guard isStricter || filed.isTripped != engine.killSwitch.isTripped else { return }
        if !filed.isTripped && filed.time <= engine.killSwitch.time { return saveKillSwitch() }
        event = martlet.HostEvent()
        event.kind = .control
        event.instrument = .max
        event.code = (filed.isTripped ? martlet.ControlAction.kill : .resume).rawValue
        event.id = UInt64(filed.cause.rawValue)
        host(&event)
    }

    /// Journals what the engine said to the last input before a crash and the journal does not hold, so that journal and
    /// engine agree. Its commands were never released and are not now: to the engine they are orders of unknown
    /// fate, as all are that were open in the crash.
    private mutating func completeJournal(_ unwritten: Int) {
        let count = engine.output.count
        for index in count - unwritten..<count {
            let record = engine.output[index]
            if record.isCommand {
                _ = journaled(record.command)
            } else if let event = journaled(record.host, payload: Array(engine.output.payload(of: record))) {
                recorder.note(event)
            }
        }
        recorder.take(&engine, time: sequencer.time)
        engine.output.removeAll()
    }

    /// Waits until all that was said is durable, after loss of power too: the number of this run is in it, and with it
    /// the order ids that may not be used again. A journal that cannot be written fails the session.
    mutating func flush() {
        if journal.sync() != .ok { fail(.journal(CStrings.text { journal.error_text($0, $1) })) }
        while failure == nil, !journal.wait_durable(sequencer.last, 1_000_000_000) {
            if journal.status() != .ok { fail(.journal(CStrings.text { journal.error_text($0, $1) })) }
        }
    }

    /// How our books stand to the venue's at the end. An order that died with a venue, or that was not ours, was closed
    /// or adopted when it was found: the report tells it, and the books agree since.
    var agreement: BookAgreement {
        let open = engine.reconciliation.differences.contains { $0.kind.isBlocking || $0.kind == .cash }
        if open { return .different }
        return engine.reconciliation.isBlocking || engine.orders.unresolvedOrders > 0 ? .unknown : .equal
    }

    /// Ends a run: its last record, the journal signed and closed, a snapshot in its `folder`. Returns what went wrong, if
    /// anything did.
    mutating func end(folder: String) -> SessionError? {
        if failure == nil {
            var event = martlet.HostEvent()
            event.kind = .run_end
            event.instrument = .max
            host(&event)
        }
        let status = journal.close()
        if status != .ok { fail(.journal(String(cString: martlet.journal_status_text(status)))) }
        writeLastSnapshot(folder: folder)
        return failure
    }

    mutating func report(_ configuration: SessionConfiguration, wallNanoseconds: Int64) -> RunReport {
        let definition = configuration.instruments[0]
        var report = RunReport(
            run: configuration.name, mode: configuration.mode, market: configuration.market, seed: configuration.seed,
            currency: definition.currencyText, decimals: max(0, Int(-definition.money_unit.exponent)))
        recorder.finish(&report, engine, time: sequencer.time)
        report.wallSeconds = Double(wallNanoseconds) / 1e9
        report.eventsPerSecond = report.wallSeconds > 0 ? Double(report.events - eventsBefore) / report.wallSeconds : 0
        report.latency.tickToOrder = percentiles(latency.tickToOrder)
        report.latency.tickToRelease = percentiles(latency.tickToRelease)
        let texts = digests.finish()
        report.journal.path = configuration.dataFolder + "/journal"
        report.journal.digest.inputs = texts.inputs
        report.journal.digest.decisions = texts.decisions
        for difference in engine.reconciliation.differences {
            report.notes.append(
                "the venue's books differ: \(difference.kind.name), ours \(difference.ours), the venue's \(difference.venue)")
        }
        if !engine.reconciliation.settings.answers.contains(.positions) {
            report.notes.append("positions, cash and past executions were not compared with the venue's: FIX 4.2 has no question for them")
        }
        if let snapshotNote { report.notes.append(snapshotNote) }
        if let failure { report.notes.append("the session ended early: \(failure.description)") }
        return report
    }

    private func percentiles(_ histogram: borrowing martlet.Histogram) -> RunReport.Percentiles {
        guard histogram.count() > 0 else { return RunReport.Percentiles() }
        return RunReport.Percentiles(
            count: histogram.count(), p50: histogram.value_at_percentile(50), p99: histogram.value_at_percentile(99),
            p999: histogram.value_at_percentile(99.9), maximum: histogram.max())
    }
}

/// Wall nanoseconds from an event's arrival to its command.
struct SessionLatency: ~Copyable {
    /// … said by the engine.
    var tickToOrder = martlet.Histogram()
    /// … durable, about to be handed to the socket.
    var tickToRelease = martlet.Histogram()
}
