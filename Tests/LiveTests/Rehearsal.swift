import Agents
import Core
import CxxEvent
import CxxJournal
import Domain
import Engine
import Features
import Foundation
import Live
import MarketData
import Reports
import Risk

/// A session without clock, network or threads: what happens is drawn from a seed, what it comes to is journalled as a session
/// does it, and at drawn moments its state is taken.
///
/// Four instruments, one of each kind of source; a venue that accepts, fills in parts, refuses, busts, corrects, repeats, forgets and
/// loses its session; runs with changing configurations; every order that an operator has.
struct Rehearsal: ~Copyable {
    static let sources: [SourceKind] = [.byOrder, .byPrice, .quotes, .bars]
    static let start: Int64 = 1_700_000_000_000_000_000

    let folder: String
    var engine: Engine
    var journal = martlet.Journal()
    var digests = StreamDigests()
    var recorder: RunRecorder
    var sequencer = Sequencer(last: 0, time: Self.start)
    var random: SeededNumbers
    var market = DrawnMarket()
    var venue = DrawnVenue()
    var questions: [(request: UInt64, observation: Observation)] = []
    var runs: UInt64 = 0
    var runText = ""
    var lastRecordTime: Int64 = 0
    private(set) var lastInputTime: Int64 = 0
    /// States taken, by the last record before them.
    private(set) var snapshots: [(sequence: UInt64, bytes: [UInt8])] = []
    private(set) var commands = 0
    private var isDying = false

    init(seed: UInt64, folder: String) throws {
        self.folder = folder
        random = SeededNumbers(state: seed)
        let settings = try Self.settings("0")
        engine = try Self.engine(settings)
        recorder = Self.recorder()
        var options = martlet.JournalOptions()
        options.segment_bytes = 1 << 16
        let status = journal.open(directory: folder, instruments: Self.definitions, runText: "0", settings: options)
        precondition(status == .ok, "\(status)")
    }

    static let definitions: [martlet.InstrumentDefinition] = sources.indices.map { index in
        var definition = martlet.InstrumentDefinition()
        definition.id = UInt32(index)
        definition.price_increment = martlet.Decimal(mantissa: 1, exponent: -2)
        definition.lot_increment = martlet.Decimal(mantissa: 1, exponent: 0)
        definition.multiplier = martlet.Decimal(mantissa: 1, exponent: 0)
        definition.money_unit = martlet.Decimal(mantissa: 1, exponent: -4)
        definition.tick = 1
        withUnsafeMutableBytes(of: &definition.symbol) { $0.copyBytes(from: "TEST\(index)".utf8) }
        withUnsafeMutableBytes(of: &definition.currency) { $0.copyBytes(from: "USD".utf8) }
        return definition
    }

    static func recorder() -> RunRecorder {
        RunRecorder(instruments: definitions, agentNames: ["first", "second"], waitsForMarket: true)
    }

    /// The configuration that a run's text stands for: a number, of which the lowest digits say what is other than usual.
    static func settings(_ text: String) throws -> SessionSettings {
        let number = Int(text) ?? 0
        var engine = EngineConfiguration()
        engine.timeframe = number % 3 == 1 ? 7_000_000_000 : 5_000_000_000
        engine.periods.smaFast = 2
        engine.periods.smaSlow = 3
        engine.periods.emaFast = 2
        engine.periods.emaSlow = number % 4 == 1 ? 4 : 3
        engine.periods.macdSignal = 2
        engine.periods.rsi = 2
        engine.periods.bollinger = 3
        engine.periods.atr = 2
        engine.periods.adx = 2
        engine.periods.realisedVolatility = 2
        engine.periods.channel = 2
        engine.periods.orderFlow = 4
        engine.reconcileInterval = 60_000_000_000
        engine.expectedBookOrders = 16
        if number % 3 > 0 { engine.featureSet = try featureSet(engine.timeframe, number % 7 == 0 ? 3 : 4) }
        var policy = RiskPolicy()
        policy.duplicateWindowNanoseconds = number % 2 == 1 ? 0 : 250_000_000
        policy.dailyLossPercent = number % 5 == 4 ? 0.05 : 5
        policy.ordersPerSecond = number % 2 == 1 ? 5 : 50
        let council = try Council([.init(Whim(identifier: AgentID(rawValue: 901), name: "first")), .init(Whim(identifier: AgentID(rawValue: 902), name: "second"))])
        return SessionSettings(engine: engine, policy: policy, council: council)
    }

    /// A set whose features need all of it: longer bars, all instruments, windows.
    private static func featureSet(_ length: Int64, _ period: Double) throws -> FeaturePlan {
        guard let timeframe = Timeframe(seconds: Int32(length / 1_000_000_000)), let longer = Timeframe(seconds: 3 * timeframe.seconds) else {
            preconditionFailure("a length of some seconds")
        }
        return try FeaturePlan(
            FeatureSet(
                name: "rehearsal", timeframe: timeframe, resetAfter: 60_000_000_000,
                features: [
                    Feature(name: "rate", kernel: "roc", parameters: ["period": period], normalisation: Normalisation(method: .rank, window: 5)),
                    Feature(name: "slow", kernel: "rsi", parameters: ["period": 2], timeframe: longer, lag: 1),
                    Feature(name: "place", across: .rank, input: .feature(name: "rate", output: nil)),
                ]))
    }

    static func engine(_ settings: SessionSettings) throws(SessionError) -> Engine {
        do {
            return try Engine(settings.engine, instruments: definitions, sources: sources, policy: settings.policy, time: 0)
        } catch {
            throw .risk("\(error)")
        }
    }

    /// An agent whose mood the time of day tells.
    struct Whim: Agent {
        let identifier: AgentID
        let name: String
        func decide(_ observation: Observation) -> Opinion {
            let mood = (observation.time / 1_000_000_000 + Int64(identifier.rawValue)) % 7
            return mood == 0 ? Opinion(strength: 0, confidence: 0) : Opinion(strength: mood % 2 == 0 ? 2 : -2, confidence: 0.5 + Double(mood) / 20)
        }
    }
}

// What a session does.
extension Rehearsal {
    /// So many drawn steps, of which one in `cut` is followed by taking the state. A crash takes outputs of the last input.
    mutating func play(steps: Int, cut: Int) throws {
        try beginRun()
        for _ in 0..<steps {
            try step()
            if random.below(cut) == 0 { take() }
        }
    }

    mutating func beginRun() throws {
        runs += 1
        runText = "\(random.below(60))"
        questions.removeAll()
        let settings = try Self.settings(runText)
        try engine.reconfigure(settings.engine, policy: settings.policy)
        var event = martlet.HostEvent()
        event.kind = .run_start
        event.instrument = .max
        event.id = runs
        host(event, payload: Self.payload(runText))
    }

    /// A text as a run's first record bears it.
    static func payload(_ text: String) -> [Double] {
        let bytes = Array((text + String(repeating: " ", count: (8 - text.utf8.count % 8) % 8)).utf8)
        return stride(from: 0, to: bytes.count, by: 8).map { at in
            Double(bitPattern: bytes[at..<at + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
    }

    mutating func market(_ event: martlet.MarketEvent) {
        fireTimers()
        var event = event
        let stamp = sequencer.next(at: sequencer.time)
        (event.sequence, event.receive_time) = stamp
        append(input: &event)
        engine.consume(market: &event)
        recorder.marketEvents += 1
        drain()
    }

    mutating func order(_ event: martlet.OrderEvent) {
        fireTimers()
        var event = event
        let stamp = sequencer.next(at: sequencer.time)
        (event.sequence, event.receive_time) = stamp
        append(input: &event)
        engine.consume(order: event)
        drain()
    }

    mutating func host(_ event: martlet.HostEvent, payload: [Double] = []) {
        var event = event
        let stamp = sequencer.next(at: sequencer.time)
        (event.sequence, event.receive_time) = stamp
        event.payload_size = UInt32(payload.count * 8)
        append(input: &event, payload)
        if event.kind == .decision { digests.output(&event, payload) }
        engine.consume(host: event)
        drain()
    }

    mutating func decide(_ index: Int, isFallback: Bool) throws {
        let question = questions.remove(at: index)
        let council = try Self.settings(runText).council
        let decision = isFallback ? council.fallback(question.observation) : council.decide(question.observation)
        host(decision.event(request: question.request, instrument: question.observation.instrument), payload: decision.payload)
        recorder.decision(decision, instrument: Int(question.observation.instrument), engine: engine)
    }

    mutating func advance(_ nanoseconds: Int64) {
        let later = sequencer.time + nanoseconds
        fireTimers(upTo: later)
        sequencer = Sequencer(last: sequencer.last, time: max(later, sequencer.time))
    }

    private mutating func fireTimers(upTo time: Int64? = nil) {
        while engine.nextTimer <= time ?? sequencer.time, let kind = engine.nextTimerKind {
            sequencer = Sequencer(last: sequencer.last, time: max(sequencer.time, engine.nextTimer))
            var event = martlet.HostEvent()
            event.kind = .timer
            event.instrument = .max
            event.id = kind.rawValue
            event.due_time = engine.nextTimer
            host(event)
        }
    }

    /// A last input whose answer the process did not live to journal; how much it was.
    mutating func dieSpeaking() -> UInt64 {
        isDying = true
        var event = martlet.HostEvent()
        event.kind = .control
        event.instrument = .max
        event.code = engine.killSwitch.isTripped ? martlet.ControlAction.resume.rawValue : martlet.ControlAction.kill.rawValue
        event.id = 2
        host(event)
        return UInt64(engine.output.count)
    }

    private mutating func drain() {
        if isDying { return }
        for index in 0..<engine.output.count {
            let output = engine.output[index]
            if output.isCommand {
                var command = output.command
                command.sequence = sequencer.nextNumber()
                digests.output(&command)
                append(&command, [])
                venue.inbox.append(command)
                commands += 1
            } else {
                var event = output.host
                let payload = Array(engine.output.payload(of: output))
                event.sequence = sequencer.nextNumber()
                digests.output(&event, payload)
                append(&event, payload)
                recorder.note(event)
                if event.kind == .decision_request, let observation = try? Observation(payload: payload) {
                    questions.removeAll { $0.observation.instrument == event.instrument }
                    questions.append((event.id, observation))
                }
            }
        }
        if engine.output.count > 0 || engine.fills.count > 0 { recorder.take(&engine, time: sequencer.time) }
        engine.output.removeAll()
    }

    private mutating func append<Record>(input record: inout Record, _ payload: [Double] = []) {
        digests.input(&record, payload)
        append(&record, payload)
        lastInputTime = lastRecordTime
    }

    private mutating func append<Record>(_ record: inout Record, _ payload: [Double]) {
        lastRecordTime = withUnsafeBytes(of: &record) { $0.loadUnaligned(fromByteOffset: 8, as: Int64.self) }
        let written = payload.withUnsafeBytes { payload in
            withUnsafeBytes(of: &record) { record in
                journal.append(record.baseAddress, record.count, payload.baseAddress, payload.count)
            }
        }
        precondition(written, "the journal refused a record")
    }

    /// Takes the state as a session does, and the bytes that it would write.
    mutating func take() {
        snapshots.append((sequencer.last, state()))
    }

    mutating func state() -> [UInt8] {
        var head = SnapshotHead()
        head.sequence = sequencer.last
        head.recordTime = lastRecordTime
        head.lastTime = lastInputTime
        head.runs = runs
        head.runText = runText
        head.questions = questions.map {
            SnapshotHead.Question(request: $0.request, instrument: $0.observation.instrument, observation: $0.observation.payload)
        }
        let job = SnapshotJob.take(head, engine: &engine, digests: &digests, recorder: recorder, into: StateBuffer(capacity: 100))
        var end = StateCoder(appendingTo: job.buffer)
        var recorder = job.recorder
        recorder.code(&end)
        return job.buffer.withBytes { Array($0) }
    }
}

/// The same numbers for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
