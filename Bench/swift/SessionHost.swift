internal import Agents
internal import Core
internal import CxxEvent
internal import CxxJournal
internal import CxxTelemetry
internal import Engine
internal import Features
internal import Foundation
internal import Live
internal import MarketData
internal import Reports
internal import Risk

/// What a session's thread does with each event, without its network: number, digest, journal, engine, journal; the
/// council answers on the same thread. Writes a real journal at `process` durability into a folder that goes with it.
struct SessionHost: ~Copyable {
    var engine: Engine
    private var journal = martlet.Journal()
    private var digests = StreamDigests()
    private var sequencer = Sequencer()
    private let council: Council
    /// The journal's.
    let folder: String
    /// Collects a report where one is wanted.
    private var recorder: RunRecorder?
    private var lastTime: Int64 = 0
    private var requests: [(UInt64, Observation)] = []
    /// Commands said and not yet taken.
    var commands: [martlet.Command] = []
    /// Wall nanoseconds from an event's arrival until the order that it led to was journalled, the council asked between …
    var tickToOrder = martlet.Histogram()
    /// … and where the event led to it by itself: a fill, a stop …
    var eventToOrder = martlet.Histogram()
    /// … and until it was durable and could be sent.
    var tickToRelease = martlet.Histogram()

    init(
        _ configuration: EngineConfiguration, instruments: [martlet.InstrumentDefinition], sources: [SourceKind], policy: RiskPolicy,
        council: Council, time: Int64, recorder: RunRecorder? = nil
    ) throws {
        self.recorder = recorder
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
        // A text of one digit, filled up with spaces.
        take(&start, payload: [Double(bitPattern: 0x2020_2020_2020_2030)], at: time)
        answer(Measure.monotonic())
    }

    mutating func close() { precondition(journal.close() == .ok) }

    /// The state as a session takes it.
    mutating func snapshot(into buffer: StateBuffer) -> SnapshotJob {
        guard let recorder else { preconditionFailure("a session's snapshot has a report's part") }
        var head = SnapshotHead()
        head.sequence = sequencer.last
        head.recordTime = lastTime
        head.lastTime = sequencer.time
        head.runs = 1
        head.runText = "0"
        return SnapshotJob.take(head, engine: &engine, digests: &digests, recorder: recorder, into: buffer)
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
        recorder?.marketEvents += 1
        answer(received)
    }

    mutating func order(_ event: martlet.OrderEvent, at time: Int64) {
        let received = Measure.monotonic()
        var event = event
        let stamp = sequencer.next(at: time)
        event.sequence = stamp.sequence
        event.receive_time = stamp.time
        record(input: &event)
        engine.consume(order: event)
        answer(received)
    }

    mutating func host(_ event: inout martlet.HostEvent, at time: Int64) {
        let received = Measure.monotonic()
        take(&event, at: time)
        answer(received)
    }

    private mutating func take(_ event: inout martlet.HostEvent, payload: [Double] = [], at time: Int64) {
        let stamp = sequencer.next(at: time)
        event.sequence = stamp.sequence
        event.receive_time = stamp.time
        event.payload_size = UInt32(payload.count * MemoryLayout<Double>.size)
        record(input: &event, payload)
        if event.kind == .decision { digests.output(&event, payload) }
        engine.consume(host: event)
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

    /// Journals what the engine said to an event; decides where it asked; then waits until the orders are durable.
    private mutating func answer(_ received: Int64) {
        let before = commands.count
        if engine.output.count > 0 {
            drain(received, direct: true)
            while let (request, observation) = requests.popLast() {
                let decision = council.decide(observation)
                var event = decision.event(request: request, instrument: observation.instrument)
                take(&event, payload: decision.payload, at: sequencer.time)
                drain(received, direct: false)
            }
            if commands.count > before {
                makeDurable()
                for _ in before..<commands.count { tickToRelease.record(Measure.monotonic() - received) }
            }
        }
        digests.settle()
    }

    private mutating func drain(_ received: Int64, direct: Bool) {
        for index in 0..<engine.output.count {
            let output = engine.output[index]
            if output.isCommand {
                var command = output.command
                command.sequence = sequencer.nextNumber()
                record(output: &command)
                let waited = Measure.monotonic() - received
                if direct { eventToOrder.record(waited) } else { tickToOrder.record(waited) }
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
        recorder?.take(&engine, time: sequencer.time)
        engine.output.removeAll()
        engine.fills.removeAll()
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
        lastTime = withUnsafeBytes(of: &record) { $0.loadUnaligned(fromByteOffset: 8, as: Int64.self) }
        let written = payload.withUnsafeBytes { payload in
            withUnsafeBytes(of: &record) { record in
                journal.append(record.baseAddress, record.count, payload.baseAddress, payload.count)
            }
        }
        precondition(written, "the bench's journal refused a record")
    }
}
