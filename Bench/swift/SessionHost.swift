internal import Agents
internal import Core
internal import CxxEvent
internal import CxxJournal
internal import CxxTelemetry
internal import Engine
internal import Features
internal import Foundation
internal import MarketData
internal import Risk

/// What a session's thread does with each event, without its network: number, digest, journal, engine, journal; the
/// council answers on the same thread. Writes a real journal at `process` durability into a folder that goes with it.
struct SessionHost: ~Copyable {
    var engine: Engine
    private var journal = martlet.Journal()
    private var digests = StreamDigests()
    private var sequencer = Sequencer()
    private let council: Council
    private let folder: String
    /// Commands said and not yet taken.
    var commands: [martlet.Command] = []
    /// Wall nanoseconds from an event's arrival until the command that it led to was journalled …
    var tickToOrder = martlet.Histogram()
    /// … and until it was durable and could be sent.
    var tickToRelease = martlet.Histogram()

    init(
        _ configuration: EngineConfiguration, instruments: [martlet.InstrumentDefinition], sources: [SourceKind], policy: RiskPolicy,
        council: Council, time: Int64
    ) throws {
        folder = NSTemporaryDirectory() + "martlet-bench-\(ProcessInfo.processInfo.globallyUniqueString)"
        self.council = council
        engine = try Engine(configuration, instruments: instruments, sources: sources, policy: policy, time: time)
        var options = martlet.JournalOptions()
        options.created_at = time
        options.instrument_count = instruments.count
        let status = folder.withCString { path in
            instruments.withUnsafeBufferPointer { instruments in
                options.directory = path
                options.instruments = instruments.baseAddress
                return journal.open(options)
            }
        }
        precondition(status == .ok, "the bench's journal cannot be written")
        var start = martlet.HostEvent()
        start.kind = .run_start
        start.instrument = .max
        start.id = 1
        host(&start, at: time)
    }

    /// Closes the journal and removes it.
    mutating func end() throws {
        _ = journal.close()
        try FileManager.default.removeItem(atPath: folder)
    }

    mutating func market(_ event: UnsafePointer<martlet.MarketEvent>, at time: Int64) {
        let received = Measure.monotonic()
        var event = event.pointee
        let stamp = sequencer.next(at: time)
        event.sequence = stamp.sequence
        event.receive_time = stamp.time
        record(input: &event)
        engine.consume(market: &event)
        drain(received)
    }

    mutating func order(_ event: martlet.OrderEvent, at time: Int64) {
        let received = Measure.monotonic()
        var event = event
        let stamp = sequencer.next(at: time)
        event.sequence = stamp.sequence
        event.receive_time = stamp.time
        record(input: &event)
        engine.consume(order: event)
        drain(received)
    }

    mutating func host(_ event: inout martlet.HostEvent, payload: [Double] = [], at time: Int64, received: Int64 = Measure.monotonic()) {
        let stamp = sequencer.next(at: time)
        event.sequence = stamp.sequence
        event.receive_time = stamp.time
        event.payload_size = UInt32(payload.count * MemoryLayout<Double>.size)
        record(input: &event, payload)
        if event.kind == .decision { digests.output(&event, payload) }
        engine.consume(host: event)
        drain(received)
    }

    mutating func timers(upTo time: Int64) {
        while engine.nextTimer <= time, let kind = engine.nextTimerKind {
            var event = martlet.HostEvent()
            event.kind = .timer
            event.instrument = .max
            event.id = kind.rawValue
            event.due_time = engine.nextTimer
            host(&event, at: engine.nextTimer)
        }
    }

    /// Waits until all that was said is durable.
    mutating func makeDurable() { precondition(journal.wait_durable(sequencer.last, 1_000_000_000)) }

    private mutating func drain(_ received: Int64) {
        guard engine.output.count > 0 else { return }
        var said = false
        var requests: [(UInt64, Observation)] = []
        for index in 0..<engine.output.count {
            let output = engine.output[index]
            if output.isCommand {
                var command = output.command
                command.sequence = sequencer.nextNumber()
                record(output: &command)
                if command.command == .new_order || command.command == .cancel {
                    tickToOrder.record(Measure.monotonic() - received)
                    said = true
                }
                commands.append(command)
            } else {
                var event = output.host
                let payload = Array(engine.output.payload(of: output))
                event.sequence = sequencer.nextNumber()
                record(output: &event, payload)
                if event.kind == .decision_request, let observation = try? Observation(payload: payload) {
                    requests.append((event.id, observation))
                }
            }
        }
        let now = sequencer.time
        engine.output.removeAll()
        engine.fills.removeAll()
        if said {
            makeDurable()
            tickToRelease.record(Measure.monotonic() - received)
        }
        for (request, observation) in requests {
            let decision = council.decide(observation)
            var event = decision.event(request: request, instrument: observation.instrument)
            host(&event, payload: decision.payload, at: now, received: received)
        }
    }

    private mutating func record<Record>(input record: inout Record, _ payload: [Double] = []) {
        digests.input(&record, payload)
        append(&record, payload)
    }

    private mutating func record<Record>(output record: inout Record, _ payload: [Double] = []) {
        digests.output(&record, payload)
        append(&record, payload)
    }

    private mutating func append<Record>(_ record: inout Record, _ payload: [Double]) {
        let written = payload.withUnsafeBytes { payload in
            withUnsafeBytes(of: &record) { record in
                journal.append(record.baseAddress, record.count, payload.baseAddress, payload.count)
            }
        }
        precondition(written, "the bench's journal refused a record")
    }
}
