public import Agents
internal import Core
internal import CxxEvent
internal import CxxFix
internal import CxxJournal
internal import CxxTelemetry
public import Engine
internal import Glibc
internal import MarketData
public import Reports
internal import Risk

/// How our books stand to the venue's when a session ends.
public enum BookAgreement: Sendable {
    /// The last comparison ended and all it found was resolved.
    case equal
    /// It found what only somebody's decision resolves; the report's notes name it.
    case different
    /// None has ended since the connection was last lost, or the fate of an order is open.
    case unknown
}

/// What a session came to.
public struct SessionResult: Sendable {
    public var report: RunReport
    /// Why it ended before its time; `nil`: it ran its course.
    public var failure: SessionError?
    public var agreement: BookAgreement
    /// The kill switch is thrown at the end.
    public var isKilled: Bool
    /// What the journal gave back at the start; `nil`: it was new.
    public var recovered: ReplaySummary?
}

/// A paper or live session: the engine, its journal, a FIX session with a venue and the council.
///
///     let session = try TradingSession(configuration, council: council)
///     let result = try session.run()          // on the thread that becomes the engine's
///
/// Starting and recovering are one path: the journal in the data folder, empty or not, is replayed into a new
/// engine, then a new run begins, and nothing that adds risk is sent until the venue's books have been compared.
public final class TradingSession {
    private let configuration: SessionConfiguration
    private let council: Council
    private let ring: UnsafeMutablePointer<martlet.InboundRing>
    private let broker: UnsafeMutablePointer<martlet.BrokerSession>
    /// Only listens.
    private var copy = martlet.BrokerSession()
    private let strings = CStrings()

    public init(_ configuration: SessionConfiguration, council: Council) {
        self.configuration = configuration
        self.council = council
        ring = .allocate(capacity: 1)
        ring.initialize(to: martlet.InboundRing(configuration.ringCapacity))
        broker = .allocate(capacity: 1)
        broker.initialize(to: martlet.BrokerSession())
    }

    deinit {
        broker.deinitialize(count: 1)
        broker.deallocate()
        ring.deinitialize(count: 1)
        ring.deallocate()
    }

    /// Puts an operator's order into the stream; any thread. False where the ring is full.
    public func control(_ action: martlet.ControlAction, cause: UInt64 = 0) -> Bool {
        var event = martlet.HostEvent()
        event.kind = .control
        event.instrument = .max
        event.code = action.rawValue
        event.id = cause
        return ring.pointee.try_push(event)
    }

    /// Ends the session in order; any thread, also before `run`. Waits while the ring is full.
    public func stop() {
        while !control(.stop) { usleep(1_000) }
    }

    /// Runs the session to its end on the calling thread.
    public func run() throws(SessionError) -> SessionResult {
        let killSwitchFile = KillSwitchFile(path: DataFolder(configuration.controlFolder).killSwitch)
        let killSwitch = killSwitchFile.load()
        let now = VirtualClock.realtime()
        var journal = martlet.Journal()
        try open(&journal, now: now)
        try checkPast(journal.recovery().last_sequence)
        var notes: [String] = []
        let replay = try recover(journal.recovery().last_sequence, &notes)
        let recovered = replay.summary
        guard let recorder = replay.recorder else { preconditionFailure("a session records") }
        let taken = replay.taken
        let received = replay.received
        let worker = CouncilWorker(council: council, bound: 4 * configuration.instruments.count + 16) { [ring = Ring(ring)] in
            ring.pointer.pointee.wake()
        }
        defer { worker.stop() }
        let isVirtual = configuration.speed != 1
        var loop = SessionLoop(
            engine: replay.engine, journal: journal, ring: ring, broker: broker, council: worker, fallback: council,
            killSwitchFile: killSwitchFile,
            sequencer: Sequencer(last: recovered.lastSequence, time: recovered.lastTime),
            clock: VirtualClock(
                anchoredAt: max(isVirtual ? configuration.startTime : VirtualClock.realtime(), recovered.lastTime, 0), speed: configuration.speed),
            speed: configuration.speed, duration: configuration.duration, staleNanoseconds: configuration.policy.staleNanoseconds, progress: configuration.progress, logonTimeout: configuration.venue.logonTimeout,
            savedKillSwitch: killSwitch,
            recorder: recorder, digests: replay.digests,
            snapshots: SnapshotSchedule(
                every: configuration.snapshotEvery, folder: configuration.dataFolder + "/journal", last: recovered.lastSequence,
                snapshot: recovered.snapshot),
            received: received, runs: recovered.runs + 1, runText: configuration.runText)
        let started = VirtualClock.monotonic()
        let control = try listen()
        defer { control.stop() }
        do {
            try loop.begin(configuration, epoch: recovered.runs + 1, unwritten: Int(recovered.unwritten), taken: taken)
        } catch {
            throw .risk("\(error)")
        }
        loop.flush()
        try connect(recovered.lastSequence > 0 ? received : nil)
        loop.run()
        broker.pointee.stop(2_000)
        if configuration.venue.dropCopy != nil { copy.stop(2_000) }
        let failure = loop.end(folder: configuration.dataFolder + "/journal")
        var report = loop.report(configuration, wallNanoseconds: VirtualClock.monotonic() - started)
        report.notes.insert(contentsOf: notes, at: 0)
        return SessionResult(
            report: report, failure: failure, agreement: loop.agreement, isKilled: loop.engine.killSwitch.isTripped, recovered: recovered.lastSequence > 0 ? recovered : nil)
    }

    /// The ring's address on its way to another thread; the ring itself is made for that.
    private struct Ring: @unchecked Sendable {
        let pointer: UnsafeMutablePointer<martlet.InboundRing>
        init(_ pointer: UnsafeMutablePointer<martlet.InboundRing>) { self.pointer = pointer }
    }

    /// The kill switch's ways in: the control socket and SIGUSR1.
    private func listen() throws(SessionError) -> ControlServer {
        do {
            return try ControlServer(folder: configuration.controlFolder, ring: ring) { [name = configuration.name] in
                "{\"run\": \"\(name)\"}"
            }
        } catch {
            throw .control(error.description)
        }
    }

    private func open(_ journal: inout martlet.Journal, now: Int64) throws(SessionError) {
        var options = martlet.JournalOptions()
        options.directory = strings.pointer(configuration.dataFolder + "/journal")
        options.key_file = strings.pointer(configuration.dataFolder + "/journal.key")
        options.durability = configuration.survivesMachine ? .machine : .process
        options.created_at = now
        options.segment_bytes = configuration.segmentBytes
        options.compression_level = configuration.compressionLevel
        options.retain_bytes = configuration.retainBytes
        options.retain_nanoseconds = configuration.retainNanoseconds
        options.run_text = strings.pointer(configuration.runText)
        options.instrument_count = configuration.instruments.count
        let status = configuration.instruments.withUnsafeBufferPointer { instruments in
            options.instruments = instruments.baseAddress
            return journal.open(options)
        }
        guard status == .ok else {
            let text = CStrings.text { journal.error_text($0, $1) }
            throw status == .damaged_inside ? .damaged(text) : .journal(text)
        }
    }

    /// A message store without a journal: the journal is lost, and with it what order numbers were used. The run's
    /// first record is durable before the store is made, so no crash explains it.
    private func checkPast(_ lastSequence: UInt64) throws(SessionError) {
        let store = "\(configuration.dataFolder)/fix/\(configuration.venue.sender)-\(configuration.venue.target).fixstore"
        guard lastSequence == 0, access(store, F_OK) == 0 else { return }
        throw .damaged(
            "\(configuration.dataFolder)/journal is empty, but \(store) has a past: put the journal back, or begin in another data folder with "
                + "another venue.deployment, so that no order number is used twice")
    }

    /// An engine brought to where the journal ends, with all that the report and the digests know of it; `notes` says from where, if
    /// not from the first record.
    private func recover(_ lastSequence: UInt64, _ notes: inout [String]) throws(SessionError) -> JournalReplay {
        let folder = configuration.dataFolder + "/journal"
        let recorder = RunRecorder(instruments: configuration.instruments, agentNames: council.members.map(\.agent.name), waitsForMarket: true)
        // What lies beyond the journal's end is of records that a crash took back.
        let lost = martlet.remove_snapshots_after(folder, SnapshotFiles.name, lastSequence)
        if lost > 0 { notes.append("\(lost) snapshots of records that the journal does not have were removed") }
        guard lastSequence > 0 else {
            return JournalReplay(engine: try Self.engine(configuration), recorder: recorder, settings: configuration.settings)
        }
        var recovery = JournalRecovery(
            folder: folder, initial: SessionSettings(engine: configuration.engine, policy: configuration.policy, council: council),
            recorder: recorder, settings: configuration.settings
        ) { [configuration] settings throws(SessionError) in
            try Self.engine(configuration, settings)
        }
        let replay = try recovery.replay(from: .newestSnapshot)
        notes += recovery.notes
        if replay.summary.snapshot > 0 {
            let behind = replay.summary.lastSequence - replay.summary.snapshot
            notes.append("the session went on from the snapshot at record \(replay.summary.snapshot) and the \(behind) records behind it")
        }
        return replay
    }

    /// The engine of a session with another run's settings.
    public static func engine(_ configuration: SessionConfiguration, _ settings: SessionSettings) throws(SessionError) -> Engine {
        var own = configuration
        own.engine = settings.engine
        own.policy = settings.policy
        return try engine(own)
    }

    /// The engine as a session makes it before its first event.
    public static func engine(_ configuration: SessionConfiguration) throws(SessionError) -> Engine {
        do {
            return try Engine(
                configuration.engine, instruments: configuration.instruments, sources: configuration.sources,
                policy: configuration.policy, time: 0)
        } catch {
            throw .risk("\(error)")
        }
    }

    /// - Parameter received: what of earlier processes' messages is in the journal; nil: there were none.
    private func connect(_ received: ReceivedPlaces?) throws(SessionError) {
        let venue = configuration.venue
        var settings = martlet.BrokerSettings()
        settings.host = strings.pointer(venue.host)
        settings.port = venue.port
        settings.version = venue.isFIX42 ? .fix42 : .fix44
        if let encryption = venue.encryption { settings.tls = encryption.settings(strings) }
        if let hours = venue.hours { settings.schedule = hours.schedule(strings) }
        settings.machine_durability = configuration.survivesMachine
        settings.reset_sequence_numbers = venue.resetsSequenceNumbers
        settings.sender = strings.pointer(venue.sender)
        settings.target = strings.pointer(venue.target)
        settings.username = strings.pointer(venue.username)
        settings.password = strings.pointer(venue.password)
        settings.deployment = strings.pointer(venue.deployment)
        settings.data_directory = strings.pointer(configuration.dataFolder + "/fix")
        settings.dictionary_directory = strings.pointer(venue.dictionaries ?? "")
        settings.heartbeat_seconds = venue.heartbeatSeconds
        settings.cancel_on_disconnect = venue.cancelOnDisconnect
        settings.instrument_count = UInt32(configuration.instruments.count)
        settings.ring = ring
        settings.recorded = received?.trading ?? martlet.all_recorded
        try start(&broker.pointee, settings)
        guard let listening = venue.dropCopy else { return }
        settings.drop_copy = true
        settings.recorded = received?.copies ?? martlet.all_recorded
        settings.reset_sequence_numbers = listening.resetsSequenceNumbers
        settings.host = strings.pointer(listening.host)
        settings.port = listening.port
        settings.sender = strings.pointer(listening.sender)
        settings.target = strings.pointer(listening.target)
        try start(&copy, settings)
    }

    private func start(_ session: inout martlet.BrokerSession, _ settings: martlet.BrokerSettings) throws(SessionError) {
        var settings = settings
        let status = configuration.instruments.withUnsafeBufferPointer { instruments in
            settings.instruments = instruments.baseAddress
            return session.start(settings)
        }
        guard status == .ok else {
            let reason = CStrings.text { session.last_error($0, $1) }
            throw .venue("\(String(cString: martlet.fix_status_text(status))): \(reason)")
        }
    }
}
