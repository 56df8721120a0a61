public import Agents
package import Core
internal import CxxEvent
internal import CxxJournal
public import Engine
internal import Features
internal import MarketData
public import Reports

/// What a replay found.
public struct ReplaySummary: Sendable, Equatable {
    /// Inputs fed to the engine.
    public var inputs: UInt64 = 0
    /// Commands, requests and notes that came out the same as journalled.
    public var outputs: UInt64 = 0
    /// Commands among them.
    public var commands: UInt64 = 0
    /// Decisions among the inputs.
    public var decisions: UInt64 = 0
    /// Decisions that the council, asked again, made the same.
    public var decidedAgain: UInt64 = 0
    /// Outputs at the end that the journal does not hold because the process died before it wrote them. A session
    /// that goes on writes them first.
    public var unwritten: UInt64 = 0
    public var runs: UInt64 = 0
    /// The record of the snapshot that it began from; 0: from the first record.
    public var snapshot: UInt64 = 0
    public var lastSequence: UInt64 = 0
    public var lastTime = Int64.min
    public var inputDigest = ""
    public var decisionDigest = ""

    public init() {}
}

/// Feeds a journal's inputs to an engine and compares what comes out with what was journalled, bit for bit.
///
/// The way back after a crash, and the proof that a session can be accounted for: one path for both. No network
/// and no clock take part. Decisions are inputs; a council that is given is shown again what it was shown, and must
/// decide as it did.
public struct JournalReplay: ~Copyable {
    /// At the end: where the journal ends; the last `summary.unwritten` records of its output are not in the journal.
    public var engine: Engine
    var reader = martlet.JournalReader()
    private var folder = ""
    /// Time of the record of the snapshot that it begins from.
    var snapshotTime: Int64 = 0
    /// Of all records so far.
    package var digests = StreamDigests()
    /// What of the venue's messages the journal holds.
    var received = ReceivedPlaces()
    /// Takes what the session's recorder took.
    package var recorder: RunRecorder?
    /// The decision whose outputs are being compared.
    private(set) var taken: (instrument: Int, decision: CouncilDecision)?
    let settings: (String) throws -> SessionSettings
    let decidesAgain: Bool
    /// Of the run at work, where everything is decided again.
    var council: Council?
    /// Questions that no decision has answered, at most one an instrument.
    var open: [(request: UInt64, observation: Observation)] = []
    public internal(set) var summary = ReplaySummary()

    /// - Parameters:
    ///   - engine: as the session made it before its first event.
    ///   - decidesAgain: whether the council is asked again, or decisions are taken as they are.
    ///   - recorder: to be shown what the session's own was shown.
    ///   - settings: reads the text of a run's first record.
    public init(
        engine: consuming Engine, decidesAgain: Bool = false, recorder: RunRecorder? = nil,
        settings: @escaping (String) throws -> SessionSettings
    ) {
        self.engine = engine
        self.decidesAgain = decidesAgain
        self.settings = settings
        self.recorder = recorder
    }

    /// Replays the journal in `folder` to its end, from its first record or from where `resume` put it. Throws at the first
    /// difference, saying where and what.
    public mutating func run(folder: String) throws(SessionError) {
        self.folder = folder
        let status = reader.open(folder)
        guard status == .ok else { throw .journal("\(folder): \(String(cString: martlet.journal_status_text(status)))") }
        try checkInstruments()
        try goToBeginning()
        // Outputs that the last input brought about and the journal has not shown yet.
        var pending = 0
        while reader.next() {
            summary.lastSequence = reader.sequence()
            let kind = reader.kind()
            if kind.rawValue >= martlet.EventKind.command.rawValue {
                try compare(engine.output.count - pending)
                pending -= 1
                if pending == 0 { complete() }
                continue
            }
            guard pending == 0 else {
                throw .recovery(sequence: reader.sequence(), problem: "the engine says \(pending) more records than were journalled")
            }
            try feed(kind)
            pending = engine.output.count
            if pending == 0 { complete() }
        }
        guard reader.status() == .end else { throw .journal(errorText) }
        summary.unwritten = UInt64(pending)
    }

    /// Both digests of the whole journal. Call once, at the end.
    public mutating func finishDigests() {
        let texts = digests.finish()
        summary.inputDigest = texts.inputs
        summary.decisionDigest = texts.decisions
    }

    /// A journal without its beginning says what was done, and not to what: without a snapshot nothing can be told of it.
    private mutating func goToBeginning() throws(SessionError) {
        if summary.snapshot > 0 { return try goToSnapshot() }
        var first = martlet.JournalReader()
        guard first.open(folder) == .ok, first.next(), first.sequence() > 1 else { return }
        throw .recovery(
            sequence: first.sequence(),
            problem: "the journal begins here: what came before was removed (run.journal_retain), and no snapshot tells what it led to")
    }

    private func checkInstruments() throws(SessionError) {
        let definitions = engine.instruments
        guard reader.instrument_count() == definitions.count else {
            throw .recovery(
                sequence: 0,
                problem: "the journal has \(reader.instrument_count()) instruments, the configuration \(definitions.count); a journal goes on with those that it began with")
        }
        for index in definitions.indices where !sameBytes(reader.instrument(index), definitions[index]) {
            throw .recovery(
                sequence: 0,
                problem: "instrument \(index) of the journal, \(reader.instrument(index).symbolText), is not the configuration's \(definitions[index].symbolText), or has other increments, fees or limits")
        }
    }

    private func sameBytes(_ left: martlet.InstrumentDefinition, _ right: martlet.InstrumentDefinition) -> Bool {
        withUnsafeBytes(of: left) { left in withUnsafeBytes(of: right) { left.elementsEqual($0) } }
    }

    /// All that the last input brought about is in the journal.
    private mutating func complete() {
        if engine.output.count > 0 || engine.fills.count > 0 { recorder?.take(&engine, time: summary.lastTime) }
        if let taken {
            recorder?.decision(taken.decision, instrument: taken.instrument, engine: engine)
            self.taken = nil
        }
        engine.output.removeAll()
        engine.fills.removeAll()
    }

    private mutating func feed(_ kind: martlet.EventKind) throws(SessionError) {
        summary.inputs += 1
        if kind.rawValue < martlet.EventKind.execution_report.rawValue {
            var event = reader.market()
            summary.lastTime = event.receive_time
            digests.input(&event)
            engine.consume(market: &event)
            recorder?.marketEvents += 1
        } else if kind.rawValue < martlet.EventKind.timer.rawValue {
            var event = reader.order()
            summary.lastTime = event.receive_time
            received.take(event, place: reader.place)
            digests.input(&event)
            engine.consume(order: event)
        } else {
            var event = reader.host()
            let payload = payload()
            summary.lastTime = event.receive_time
            digests.input(&event, payload)
            if kind == .decision {
                summary.decisions += 1
                try decideAgain(event, payload)
                if recorder != nil { try note(event, payload) }
                digests.output(&event, payload)
            }
            if kind == .run_start {
                summary.runs += 1
                open.removeAll()
                try reconfigure(TextPayload.text(payload))
            }
            engine.consume(host: event)
        }
    }

    /// Compares the engine's output at `index` with the journal's present record.
    private mutating func compare(_ index: Int) throws(SessionError) {
        guard index >= 0 && index < engine.output.count else {
            throw .recovery(sequence: reader.sequence(), problem: "journalled, but the engine does not say it")
        }
        let record = engine.output[index]
        var same: Bool
        if record.isCommand {
            var command = record.command
            command.sequence = reader.sequence()
            same = equals(&command)
            digests.output(&command)
            summary.commands += 1
        } else {
            var event = record.host
            event.sequence = reader.sequence()
            let payload = Array(engine.output.payload(of: record))
            same = equals(&event) && equals(payload)
            digests.output(&event, payload)
            recorder?.note(event)
            if event.kind == .decision_request { try ask(event, payload) }
        }
        guard same else {
            throw .recovery(sequence: reader.sequence(), problem: "the engine says something else than was journalled")
        }
        summary.outputs += 1
    }

    private mutating func reconfigure(_ text: String) throws(SessionError) {
        guard !text.isEmpty else {
            throw .recovery(sequence: reader.sequence(), problem: "the run's first record does not say its configuration")
        }
        do {
            let settings = try settings(text)
            try engine.reconfigure(settings.engine, policy: settings.policy)
            if decidesAgain { council = settings.council }
        } catch {
            throw .recovery(sequence: reader.sequence(), problem: "the run that begins here cannot be configured again: \(error)")
        }
    }

    private mutating func note(_ event: martlet.HostEvent, _ payload: [Double]) throws(SessionError) {
        guard let decision = try? CouncilDecision(payload: payload) else {
            throw .recovery(sequence: event.sequence, problem: "the decision does not read back")
        }
        taken = (Int(event.instrument), decision)
    }

    private mutating func ask(_ event: martlet.HostEvent, _ payload: [Double]) throws(SessionError) {
        guard council != nil else { return }
        guard let observation = try? Observation(payload: payload) else {
            throw .recovery(sequence: reader.sequence(), problem: "the observation does not read back")
        }
        open.removeAll { $0.observation.instrument == event.instrument }
        open.append((event.id, observation))
    }

    /// Asks the council, or the fallback where that answered, and compares with the journal's present record.
    private mutating func decideAgain(_ event: martlet.HostEvent, _ payload: [Double]) throws(SessionError) {
        // An answer to a superseded question came late and changed nothing.
        guard let council, let index = open.firstIndex(where: { $0.request == event.id }) else { return }
        let observation = open.remove(at: index).observation
        let isFallback = event.flags & UInt16(martlet.host_flag_fallback.rawValue) != 0
        let decision = isFallback ? council.fallback(observation) : council.decide(observation)
        var again = decision.event(request: event.id, instrument: event.instrument)
        again.sequence = event.sequence
        again.receive_time = event.receive_time
        again.payload_size = event.payload_size
        guard equals(&again) && equals(decision.payload) else {
            throw .recovery(sequence: event.sequence, problem: "the council decides otherwise when shown the same again")
        }
        summary.decidedAgain += 1
    }

    private func equals<Record>(_ record: inout Record) -> Bool {
        withUnsafeBytes(of: &record) { bytes in
            reader.record_size() == bytes.count
                && bytes.elementsEqual(UnsafeRawBufferPointer(start: reader.record(), count: reader.record_size()))
        }
    }

    private func equals(_ payload: [Double]) -> Bool {
        payload.withUnsafeBytes { bytes in
            reader.payload_size() == bytes.count
                && bytes.elementsEqual(UnsafeRawBufferPointer(start: reader.payload(), count: reader.payload_size()))
        }
    }

    private func payload() -> [Double] {
        let count = reader.payload_size() / MemoryLayout<Double>.size
        guard count > 0, let start = reader.payload() else { return [] }
        return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(start: start, count: count * MemoryLayout<Double>.size))
            initialized = count
        }
    }

    private var errorText: String {
        CStrings.text { reader.error_text($0, $1) }
    }
}

extension RunRecorder {
    /// Takes a decision of the council's or the fallback's, once the engine has consumed it.
    package mutating func decision(_ decision: CouncilDecision, instrument: Int, engine: borrowing Engine) {
        self.decision(
            instrument: instrument, isFallback: decision.isFallback, isVeto: decision.outcome == .veto, isHeld: decision.outcome != .act,
            weights: decision.votes.map(\.weight), engine: engine)
    }
}
