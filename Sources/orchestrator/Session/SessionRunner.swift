internal import Agents
internal import ArgumentParser
internal import Core
internal import CxxEvent
internal import Domain
internal import Engine
internal import Foundation
internal import Live
internal import MarketData
internal import Reports
internal import Risk

/// Brings up what a paper session consists of, runs it, and writes its reports.
struct SessionRunner {
    let configuration: RunConfiguration
    /// Of this session: journal, venue, message store, reports.
    let folder: String
    /// The market to replay; `nil`: a generated one.
    let series: EventSeries?
    let mode: String
    /// Where the kill switch's file and the control socket are.
    let controlFolder: String
    let source: ConfigurationSource
    /// An operator's word: both ends of the FIX session count from 1 again.
    var resetsSequenceNumbers = false
    var resetsDropCopyNumbers = false
    /// The folder is this run's alone, and `latest` becomes its name.
    var isLatest = false

    /// Runs the session to its end and writes its reports, to `output` too.
    ///
    /// Throws what ended it before its time, and, once all is written, `ExitCode` where a signal ended it in order.
    func run(_ output: OutputOptions) throws {
        let signals = StopSignals.blocked()
        let council = try configuration.agents.council()
        var session = try sessionConfiguration()
        try refuseSecond()
        let venue = try prepared(&session)
        defer { venue?.stop() }
        let trading = TradingSession(session, council: council)
        let interruption = Interruption(of: trading, by: signals)
        let result: SessionResult
        do {
            let length: Int64 = session.duration == .max ? 0 : session.duration
            result = try ProgressBar.during(mode, total: length, session.progress) { try trading.run() }
        } catch let error as SessionError {
            throw CommandFailure(error)
        }
        var report = result.report
        report.featureSet = configuration.featureSet?.ofReport
        if let failure = result.failure {
            // What ended the session, a full disk, may well keep the report from being written: the cause is what counts.
            try? write(&report, session)
            throw CommandFailure(failure)
        }
        try write(&report, session)
        configuration.reports.show(report, output.format)
        switch result.agreement {
        case .equal: break
        case .different:
            throw CommandFailure(.finding, "the venue's books and ours differ at the end of the session; the report names the differences")
        case .unknown:
            throw CommandFailure(.finding, "the session ended before its books could be compared with the venue's; the next one does so first")
        }
        if interruption.came { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if result.isKilled {
            throw CommandFailure(.killed, "the kill switch is thrown, see the report's notes: `orchestrator risk resume` lifts it")
        }
    }

    private func write(_ report: inout RunReport, _ session: SessionConfiguration) throws {
        let end = report.period.end
        try configuration.write(&report, of: folder, session.instruments, session.sources) { candles throws(CommandFailure) in
            try candles.read(journal: session.dataFolder + "/journal", until: end)
        }
    }

    /// One process at a time has a data folder. Another one is found before anything of this one is written.
    private func refuseSecond() throws(CommandFailure) {
        guard (try? ControlClient(folder: controlFolder).send(.status)) != nil else { return }
        throw CommandFailure(.inputOutput, ControlError.alreadyRunning(folder: controlFolder).description)
    }

    /// Makes the folder and starts the exchange, where it is in this process. Folders that this made go again where the
    /// exchange cannot start.
    private func prepared(_ session: inout SessionConfiguration) throws -> EmbeddedVenue? {
        let made = [configuration.run.data, folder].first { !FileManager.default.fileExists(atPath: $0) }
        try Folders.make(folder)
        var venue: EmbeddedVenue?
        if configuration.venue.embedded {
            do {
                venue = try EmbeddedVenue(configuration, instruments: session.instruments, series: series, folder: folder + "/venue")
            } catch {
                if let made { try? FileManager.default.removeItem(atPath: made) }
                throw error
            }
        }
        if isLatest { RunFolder.nameLatest(folder, in: configuration.run.data) }
        if let venue {
            session.venue.port = venue.port
            session.venue.dropCopy?.port = venue.port
            session.startTime = venue.time
        }
        return venue
    }

    private func sessionConfiguration() throws(CommandFailure) -> SessionConfiguration {
        var session = SessionConfiguration(settings: RunText.settings(of:))
        session.name = configuration.run.name
        session.mode = mode
        session.seed = configuration.run.seed
        session.engine = configuration.engine(speed: configuration.venue.speed.factor)
        session.policy = configuration.risk.policy
        if let series {
            session.instruments = series.instruments
            // Whatever was recorded, the exchange shows it order by order.
            session.sources = series.kinds.map { _ in .byOrder }
            session.market = "recorded market, \(names(series.instruments))"
        } else {
            session.instruments = configuration.definitions
            session.sources = session.instruments.map { _ in .byOrder }
            session.market = "generated market, \(names(session.instruments))"
        }
        try configuration.checkFeatureSet(session.instruments, session.sources)
        if let problem = configuration.featureSet?.problemOfSession { throw CommandFailure(.configuration, problem) }
        session.dataFolder = folder
        session.segmentBytes = UInt64(configuration.run.journalSegment.count)
        session.compressionLevel = Int32(configuration.run.journalCompression)
        session.retainBytes = UInt64(configuration.run.journalRetain?.count ?? 0)
        session.retainNanoseconds = configuration.run.journalRetainTime?.count ?? 0
        session.snapshotEvery = configuration.run.snapshotEvery
        session.survivesMachine = configuration.run.durability == .machine
        session.speed = configuration.venue.speed.factor
        session.duration = min(configuration.run.duration?.count ?? .max, series.map(Self.length) ?? .max)
        session.controlFolder = controlFolder
        session.runText = RunText(mode: mode, market: session.market, speed: session.speed, source: source).json
        session.venue = try connection()
        return session
    }

    /// Nanoseconds that a recorded market lasts.
    private static func length(_ series: EventSeries) -> Int64 {
        guard let first = series.events.first, let last = series.events.last else { return 0 }
        return last.receive_time - first.receive_time
    }

    private func names(_ instruments: [martlet.InstrumentDefinition]) -> String {
        instruments.map(\.symbolText).joined(separator: ", ")
    }

    private func connection() throws(CommandFailure) -> VenueConnection {
        let venue = configuration.venue
        var connection = VenueConnection()
        connection.host = venue.host
        connection.port = venue.port
        connection.isFIX42 = venue.version == .fix42
        connection.sender = venue.senderCompID
        connection.target = venue.targetCompID
        if venue.version != .fix42 { connection.username = venue.username }
        connection.password = try venue.readPassword() ?? ""
        connection.logonTimeout = venue.logonTimeout?.count
        connection.deployment = venue.deployment
        connection.heartbeatSeconds = UInt32(venue.heartbeat.count / 1_000_000_000)
        connection.cancelOnDisconnect = venue.cancelOnDisconnect
        connection.dictionaries = venue.dictionaries
        if venue.tls.enabled {
            var encryption = VenueEncryption()
            encryption.authorities = venue.tls.authorities
            encryption.serverName = venue.tls.serverName
            encryption.certificate = venue.tls.certificate
            encryption.key = venue.tls.key
            connection.encryption = encryption
        }
        connection.hours = venue.hours.session
        if venue.dropCopy.enabled {
            connection.dropCopy = DropCopy(
                host: venue.dropCopy.host ?? venue.host, port: venue.dropCopy.port ?? venue.port, sender: venue.dropCopy.senderCompID,
                target: venue.dropCopy.targetCompID ?? venue.targetCompID)
        }
        connection.resetsSequenceNumbers = resetsSequenceNumbers
        connection.dropCopy?.resetsSequenceNumbers = resetsDropCopyNumbers
        return connection
    }
}
