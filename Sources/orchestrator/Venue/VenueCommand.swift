internal import ArgumentParser
internal import Core
internal import CxxEvent
internal import Foundation
internal import Live
internal import MarketData

/// The simulated exchange by itself.
struct VenueCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "venue",
        abstract: "The simulated exchange as a process of its own, or its books.",
        discussion: """
            Serves FIX on a loopback port until SIGINT or SIGTERM. Its journal in DIR keeps orders, executions, \
            positions, cash and sequence numbers, so that it goes on after a restart. --state prints its books; it need \
            not run.

              orchestrator venue --port 9880 --folder venue
              orchestrator venue --state --folder venue --format json
            """)

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var market: MarketOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions
    @Option(help: ArgumentHelp("Where it keeps its books; without it, `venue` in run.data.", valueName: "dir")) var folder: String?
    @Option(parsing: .unconditional, help: "The TCP port on 127.0.0.1 (venue.port), up to 65535; 0 takes a free one.") var port: UInt16?
    @Flag(help: "Print its books and end.") var state = false
    @Option(help: ArgumentHelp("Serve TLS with this certificate and its chain (PEM).", valueName: "file")) var certificate: String?
    @Option(help: ArgumentHelp("The certificate's private key (PEM).", valueName: "file")) var key: String?
    @Option(help: ArgumentHelp("Ask clients for a certificate of these authorities (PEM).", valueName: "file")) var clientAuthorities: String?
    @Flag(help: ArgumentHelp("Serve session tests instead: send orders back as they came.", visibility: .hidden)) var echo = false
    @Option(help: ArgumentHelp("Where FIX42.xml and FIX44.xml are, for --echo.", valueName: "dir", visibility: .hidden)) var dictionaries: String?

    func validate() throws {
        if echo && dictionaries == nil { throw ValidationError("--echo needs --dictionaries DIR, a folder with FIX42.xml and FIX44.xml") }
        if echo && state { throw ValidationError("--echo keeps no books that --state could print") }
        if (certificate == nil) != (key == nil) { throw ValidationError("--certificate and --key belong together") }
        if clientAuthorities != nil && certificate == nil { throw ValidationError("--client-authorities needs --certificate and --key: only TLS asks for certificates") }
        if encryption != nil && (echo || state) { throw ValidationError("--certificate is for a venue that serves clients, not for --echo or --state") }
        if !echo && dictionaries != nil { throw ValidationError("--dictionaries is for --echo; a session's dictionary is venue.dictionaries") }
    }

    private var encryption: VenueEncryption? {
        guard let certificate, let key else { return nil }
        var encryption = VenueEncryption()
        encryption.certificate = certificate
        encryption.key = key
        encryption.authorities = clientAuthorities
        return encryption
    }

    func run() throws {
        if echo, let dictionaries { return try serveSessionTests(dictionaries) }
        // This process is the exchange, whatever the session's file says of where it finds one.
        var own = try market.overrides(configured: seed.overrides)
        own.append(.init(key: "venue.embedded", text: "true", origin: .commandLine(option: "venue")))
        if let port { own.append(.init(key: "venue.port", text: "\(port)", origin: .commandLine(option: "--port"))) }
        let configuration = try source.loadWithSource(own).configuration
        if state { return try printState(folder ?? Self.latest(configuration.run.data)) }
        let folder = folder ?? DataFolder(configuration.run.data).venue
        let names = configuration.market.source == .recorded ? market.instruments(configuration) : []
        let series = names.isEmpty ? nil : try configuration.exchangeSeries(names)
        try Folders.make(folder)
        var signals = StopSignals.blocked()
        let venue = try EmbeddedVenue(
            configuration, instruments: series?.instruments ?? configuration.definitions, series: series, folder: folder, encryption: encryption)
        switch output.format {
        case .text: Output.line("venue listens on 127.0.0.1:\(venue.port), books in \(folder)")
        case .json: Output.json(Listening(port: venue.port, folder: folder))
        }
        signals.wait()
        venue.stop()
    }

    private func serveSessionTests(_ dictionaries: String) throws {
        var signals = StopSignals.blocked()
        let venue = try EchoVenue(port: port ?? 0, dictionaries: dictionaries)
        switch output.format {
        case .text: Output.line("venue listens on 127.0.0.1:\(venue.port) as ISLD for TW42 (FIX.4.2) and TW44 (FIX.4.4), and echoes")
        case .json: Output.json(Listening(port: venue.port, folder: nil))
        }
        signals.wait()
        venue.stop()
    }

    /// Books in the data folder itself, or in the latest run's.
    private static func latest(_ data: String) -> String {
        let own = DataFolder(data).venue
        return FileManager.default.fileExists(atPath: own + "/venue.journal") ? own : DataFolder(data + "/latest").venue
    }

    private func printState(_ folder: String) throws {
        let state = try VenueState(folder: folder)
        switch output.format {
        case .text: state.write(folder: folder)
        case .json: Output.json(state)
        }
    }

    private struct Listening: Encodable {
        var port: UInt16
        /// Its books; none where it echoes.
        var folder: String?
    }
}

/// SIGINT, SIGTERM and SIGHUP (a closed terminal) as something to wait for.
struct StopSignals {
    private var set: sigset_t

    /// Blocks them for all threads that start from here on.
    static func blocked() -> StopSignals {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGHUP)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        return StopSignals(set: set)
    }

    /// Returns when one of them comes.
    mutating func wait() {
        var signal: Int32 = 0
        while sigwait(&set, &signal) != 0 {}
    }
}
