internal import Agents
internal import Core
internal import CxxEvent
internal import CxxFix
internal import CxxJournal
internal import CxxTelemetry
internal import Domain
internal import Engine
internal import Features
internal import Reports
internal import Risk

/// The engine's thread of a paper or live session.
///
///     ring ─┐
///     timers┼─► stamp ─► journal ─► engine ─► output ─► stamp ─► journal ─► held ─► durable? ─► venue
///     votes ┘                                    └─► questions ─► council's thread
///
/// Everything here runs on the thread that called `run`. What comes from elsewhere comes through the ring and
/// the council's mailbox, both bounded.
struct SessionLoop: ~Copyable {
    var engine: Engine
    var journal: martlet.Journal
    let ring: UnsafeMutablePointer<martlet.InboundRing>
    let broker: UnsafeMutablePointer<martlet.BrokerSession>
    let council: CouncilWorker
    let fallback: Council
    let killSwitchFile: KillSwitchFile
    var sequencer: Sequencer
    var clock: VirtualClock
    let speed: Double
    let duration: Int64
    /// Wall nanoseconds that a market event may have waited for this thread.
    let staleNanoseconds: Int64
    let progress: ProgressCounter
    /// Monotonic; none once logged on for the first time. A session that is lost later is waited for.
    var logonDeadline: Int64?

    /// Commands that are journalled and not yet released, oldest first.
    var held: [martlet.Command] = []
    /// When the events that caused them arrived, monotonic.
    var heldSince: [Int64] = []
    /// Requests that the council has not answered, oldest first.
    var open: [OpenRequest] = []
    var savedKillSwitch: KillSwitch
    var isAnchored = false
    var endTime = Int64.max
    var stopDeadline = Int64.max
    var failure: SessionError?
    /// All that was open has been canceled past the journal: once is enough.
    var hasCanceled = false
    var recorder: RunRecorder
    var digests: StreamDigests
    let eventsBefore: UInt64
    var snapshots: SnapshotSchedule
    /// What of the venue's messages is journalled.
    var received: ReceivedPlaces
    /// Runs begun, this one included, and what this one says of its configuration.
    let runs: UInt64
    let runText: String
    /// Of the last record journalled.
    var lastRecordTime: Int64
    /// The last request of each instrument.
    var lastAsked: [UInt64]
    var latency = SessionLatency()

    /// A decision that is due: what the fallback would answer from.
    struct OpenRequest {
        var request: UInt64
        var instrument: UInt32
        var deadline: Int64
        var observation: Observation
    }

    init(
        engine: consuming Engine, journal: consuming martlet.Journal, ring: UnsafeMutablePointer<martlet.InboundRing>,
        broker: UnsafeMutablePointer<martlet.BrokerSession>, council: CouncilWorker, fallback: Council,
        killSwitchFile: KillSwitchFile, sequencer: Sequencer, clock: VirtualClock, speed: Double, duration: Int64, staleNanoseconds: Int64,
        progress: ProgressCounter, logonTimeout: Int64?,
        savedKillSwitch: KillSwitch, recorder: RunRecorder, digests: consuming StreamDigests, snapshots: SnapshotSchedule,
        received: ReceivedPlaces, runs: UInt64, runText: String
    ) {
        self.engine = engine
        self.journal = journal
        self.ring = ring
        self.broker = broker
        self.council = council
        self.fallback = fallback
        self.killSwitchFile = killSwitchFile
        self.sequencer = sequencer
        self.clock = clock
        self.speed = speed
        self.duration = duration
        self.staleNanoseconds = staleNanoseconds
        self.progress = progress
        logonDeadline = logonTimeout.map { VirtualClock.monotonic() + $0 }
        self.savedKillSwitch = savedKillSwitch
        self.recorder = recorder
        self.digests = digests
        eventsBefore = recorder.marketEvents
        self.snapshots = snapshots
        self.received = received
        self.runs = runs
        self.runText = runText
        lastRecordTime = sequencer.time
        lastAsked = [UInt64](repeating: 0, count: self.engine.laneCount)
    }

    /// Longest sleep of the loop, wall nanoseconds: the kill switch and the end are looked at so often.
    static let longestWait: Int64 = 50_000_000

    /// Runs until the session has ended.
    mutating func run() {
        while !isFinished {
            let busy = takeInputs()
            takeAnswers()
            missDeadlines()
            fireTimers(upTo: clock.now())
            release()
            digests.settle()
            endWhenDue()
            giveUpLogon()
            keepSnapshots(isIdle: !busy)
            if endTime != .max { progress.set(duration - (endTime - clock.now())) }
            if !busy { sleep() }
        }
        release()
    }

    /// The run has been told to stop and nothing is left open, or waiting longer makes no sense.
    var isFinished: Bool {
        if failure != nil { return true }
        guard stopDeadline != .max else { return false }
        return VirtualClock.monotonic() >= stopDeadline || (engine.openOrders == 0 && held.isEmpty)
    }

    /// Takes a batch from the ring; whether there was anything.
    private mutating func takeInputs() -> Bool {
        var record = martlet.InboundRecord()
        var taken = 0
        while taken < 256, ring.pointee.try_pop(&record) {
            taken += 1
            input(record)
            if !held.isEmpty { release() }
            digests.settle()
        }
        return taken > 0
    }

    private mutating func input(_ record: martlet.InboundRecord) {
        let received = VirtualClock.monotonic()
        if record.family() == .market { follow(record.exchange_time) }
        let now = clock.now()
        // A timer's own record may be stamped later than `now`, and this event no earlier than that: what is due by then goes first.
        repeat { fireTimers(upTo: max(now, sequencer.time)) } while engine.nextTimer <= max(now, sequencer.time) && engine.nextTimerKind != nil && failure == nil
        let stamp = sequencer.next(at: now)
        switch record.family() {
        case .market:
            var event = record.market()
            event.sequence = stamp.sequence
            // Until here the record bore the monotonic time at which it came.
            if record.receive_time != 0 && received - record.receive_time > staleNanoseconds {
                event.flags |= UInt16(martlet.market_flag_late.rawValue)
            }
            event.receive_time = stamp.time
            guard append(input: &event) else { return }
            engine.consume(market: &event)
            recorder.marketEvents += 1
        case .order:
            var event = record.order()
            event.sequence = stamp.sequence
            event.receive_time = stamp.time
            // Until here the record bore its place in what the session told.
            guard append(input: &event, place: UInt64(bitPattern: record.receive_time)) else { return }
            if event.kind == .session_up && event.flags & UInt16(martlet.order_flag_copy.rawValue) == 0 { logonDeadline = nil }
            engine.consume(order: event)
        case .host:
            var event = record.host()
            event.sequence = stamp.sequence
            event.receive_time = stamp.time
            guard append(input: &event) else { return }
            if event.kind == .control && event.code == martlet.ControlAction.stop.rawValue { beginStop() }
            engine.consume(host: event)
        default:
            return fail(.journal("a record of unknown kind \(record.kind.rawValue) reached the sequencer"))
        }
        drain(received: received)
    }

    /// A virtual clock starts at the first time that the venue's market states, and is never behind it: nothing is
    /// received before it happened.
    private mutating func follow(_ exchangeTime: Int64) {
        guard exchangeTime > 0, !isAnchored || (speed != 1 && exchangeTime > clock.now()) else { return }
        if speed != 1 { clock = VirtualClock(anchoredAt: max(exchangeTime, sequencer.time), speed: speed) }
        if !isAnchored && duration != .max { endTime = clock.now() + duration }
        isAnchored = true
    }

    /// Delivers the engine's timers that are due at `time`, earliest first.
    mutating func fireTimers(upTo time: Int64) {
        while engine.nextTimer <= time, failure == nil, let kind = engine.nextTimerKind {
            var event = martlet.HostEvent()
            event.kind = .timer
            event.instrument = .max
            event.id = kind.rawValue
            event.due_time = engine.nextTimer
            host(&event)
        }
    }

    /// Numbers, journals and consumes an event that this thread made itself.
    mutating func host(_ event: inout martlet.HostEvent, payload: [Double] = []) {
        let received = VirtualClock.monotonic()
        let stamp = sequencer.next(at: clock.now())
        event.sequence = stamp.sequence
        event.receive_time = stamp.time
        event.payload_size = UInt32(payload.count * MemoryLayout<Double>.size)
        guard append(input: &event, payload: payload) else { return }
        if event.kind == .decision { digests.output(&event, payload) }
        engine.consume(host: event)
        drain(received: received)
    }

    private mutating func beginStop() {
        // Two wall seconds for cancels to be answered.
        stopDeadline = VirtualClock.monotonic() + 2_000_000_000
    }

    private mutating func endWhenDue() {
        guard stopDeadline == .max, clock.now() >= endTime else { return }
        var event = martlet.HostEvent()
        event.kind = .control
        event.instrument = .max
        event.code = martlet.ControlAction.stop.rawValue
        host(&event)
        beginStop()
    }

    /// A venue that was never reached is not one to trade on: the one who started the session must hear of it.
    private mutating func giveUpLogon() {
        guard let deadline = logonDeadline, VirtualClock.monotonic() >= deadline, stopDeadline == .max else { return }
        let reason = CStrings.text { broker.pointee.last_error($0, $1) }
        fail(.venue("no logon in time: \(reason.isEmpty ? "the venue does not answer" : reason)"))
    }

    private mutating func sleep() {
        let timer = clock.wallNanoseconds(until: min(engine.nextTimer, open.first?.deadline ?? .max, endTime))
        _ = ring.pointee.wait(min(timer, Self.longestWait))
    }

    mutating func fail(_ error: SessionError) {
        if failure == nil { failure = error }
    }
}
