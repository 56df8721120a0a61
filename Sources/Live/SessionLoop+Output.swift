internal import Core
internal import Agents
internal import CxxEvent
internal import CxxFix
internal import CxxJournal
internal import CxxTelemetry
internal import Engine
internal import Features
internal import Reports
internal import Risk

extension SessionLoop {
    /// Journals an input. False where the journal refused it: then the session fails, and nothing was consumed.
    mutating func append<Record>(input record: inout Record, payload: [Double] = []) -> Bool {
        digests.input(&record, payload)
        return append(&record, payload)
    }

    /// Journals an order event of a FIX session with its place in what that session told, which is no part of the digests.
    mutating func append(input event: inout martlet.OrderEvent, place: UInt64) -> Bool {
        guard place != 0 else { return append(input: &event) }
        digests.input(&event)
        var place = place
        received.take(event, place: place)
        return withUnsafeBytes(of: &place) { append(&event, $0) }
    }

    private mutating func append<Record>(_ record: inout Record, _ payload: [Double]) -> Bool {
        payload.withUnsafeBytes { append(&record, $0) }
    }

    private mutating func append<Record>(_ record: inout Record, _ payload: UnsafeRawBufferPointer) -> Bool {
        let written = withUnsafeBytes(of: &record) { record in
            journal.append(record.baseAddress, record.count, payload.baseAddress, payload.count)
        }
        if !written { journalFailed() }
        lastRecordTime = withUnsafeBytes(of: &record) { $0.loadUnaligned(fromByteOffset: 8, as: Int64.self) }
        return written
    }

    /// The journal cannot be written: nothing more may be risked. What is open is canceled without a record,
    /// since leaving it would be worse.
    private mutating func journalFailed() {
        fail(.journal(journalErrorText))
        // Not told by the failure: another one, that of the kill switch's file, may have come first.
        guard !hasCanceled else { return }
        hasCanceled = true
        for cancel in engine.emergencyCancels() { _ = broker.pointee.send(cancel) }
    }

    private var journalErrorText: String {
        CStrings.text { journal.error_text($0, $1) }
    }

    /// Numbers and journals what the engine said, asks the council, holds the commands.
    mutating func drain(received: Int64) {
        let count = engine.output.count
        guard count > 0 || engine.fills.count > 0 else { return }
        for index in 0..<count {
            let record = engine.output[index]
            if record.isCommand {
                hold(record.command, received: received)
            } else {
                say(record.host, payload: Array(engine.output.payload(of: record)))
            }
        }
        recorder.take(&engine, time: sequencer.time)
        engine.output.removeAll()
        saveKillSwitch()
    }

    /// Numbers and journals a command of the engine's. nil where the journal refused it.
    mutating func journaled(_ command: martlet.Command) -> martlet.Command? {
        var command = command
        command.sequence = sequencer.nextNumber()
        digests.output(&command)
        return append(&command, []) ? command : nil
    }

    /// Numbers and journals a request or note of the engine's. nil where the journal refused it.
    mutating func journaled(_ event: martlet.HostEvent, payload: [Double]) -> martlet.HostEvent? {
        var event = event
        event.sequence = sequencer.nextNumber()
        digests.output(&event, payload)
        return append(&event, payload) ? event : nil
    }

    private mutating func hold(_ command: martlet.Command, received: Int64) {
        guard let command = journaled(command) else { return }
        latency.tickToOrder.record(VirtualClock.monotonic() - received)
        held.append(command)
        heldSince.append(received)
    }

    private mutating func say(_ event: martlet.HostEvent, payload: [Double]) {
        guard let event = journaled(event, payload: payload) else { return }
        recorder.note(event)
        if event.kind == .decision_request { ask(event, payload) }
    }

    private mutating func ask(_ event: martlet.HostEvent, _ payload: [Double]) {
        guard let observation = try? Observation(payload: payload) else {
            return fail(.journal("the engine's observation does not read back"))
        }
        lastAsked[Int(event.instrument)] = event.id
        open.append(
            OpenRequest(request: event.id, instrument: event.instrument, deadline: event.due_time, observation: observation))
        _ = council.ask(CouncilQuestion(request: event.id, observation: observation))
    }

    /// Delivers the council's answers.
    mutating func takeAnswers() {
        while let answer = council.answer() {
            guard let index = open.firstIndex(where: { $0.request == answer.request }) else { continue }
            open.remove(at: index)
            decide(answer.request, answer.instrument, answer.decision)
        }
    }

    /// Answers in the council's stead where its deadline has passed.
    mutating func missDeadlines() {
        while let first = open.first, first.deadline <= clock.now(), failure == nil {
            open.removeFirst()
            decide(first.request, first.instrument, fallback.fallback(first.observation))
        }
    }

    private mutating func decide(_ request: UInt64, _ instrument: UInt32, _ decision: CouncilDecision) {
        var event = decision.event(request: request, instrument: instrument)
        host(&event, payload: decision.payload)
        recorder.decision(decision, instrument: Int(instrument), engine: engine)
    }

    /// Sends every held command that is durable. New orders are withheld where the session has failed, where the kill
    /// switch was thrown after they were said, and, unless they lead out of a position, where the disk made them wait
    /// too long.
    mutating func release() {
        guard !held.isEmpty else { return }
        let last = held[held.count - 1].sequence
        guard journal.wait_durable(last, 1_000_000_000) else {
            // A session that has failed waits for no disk: what it holds now are cancels.
            if failure != nil || journal.status() != .ok { journalFailed() }
            return
        }
        let commands = held
        let since = heldSince
        held.removeAll(keepingCapacity: true)
        heldSince.removeAll(keepingCapacity: true)
        for (index, command) in commands.enumerated() {
            let waited = VirtualClock.monotonic() - since[index]
            guard !isWithheld(command, waited: waited) else {
                if failure == nil { sendFailed(command, .withheld) }
                continue
            }
            latency.tickToRelease.record(waited)
            let status = broker.pointee.send(command)
            if status != .sent && failure == nil { sendFailed(command, status) }
        }
    }

    private func isWithheld(_ command: martlet.Command, waited: Int64) -> Bool {
        guard command.command == .new_order || command.command == .replace else { return false }
        // The order itself is among the gate's open lots already.
        return ReleaseRule.withholds(
            said: command.receive_time, waited: waited, hasFailed: failure != nil, killSwitch: engine.killSwitch,
            reduces: engine.gate.reducesRisk(instrument: Int(command.instrument), side: command.side, lots: 0))
    }

    private mutating func sendFailed(_ command: martlet.Command, _ status: martlet.SendStatus) {
        var event = martlet.make_send_failed(command, status)
        let stamp = sequencer.next(at: clock.now())
        event.sequence = stamp.sequence
        event.receive_time = stamp.time
        guard append(input: &event) else { return }
        engine.consume(order: event)
        drain(received: VirtualClock.monotonic())
    }

    /// Keeps the kill switch's file in step with its state, so that a restart does not lift it.
    mutating func saveKillSwitch() {
        let state = engine.killSwitch
        guard state != savedKillSwitch else { return }
        do throws(RiskError) {
            try killSwitchFile.save(state)
            savedKillSwitch = state
        } catch {
            fail(.control(error.description))
        }
    }
}
