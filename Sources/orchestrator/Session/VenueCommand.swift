internal import ArgumentParser
internal import Core
internal import CxxEvent
internal import CxxExchange
internal import Foundation
internal import Live
internal import MarketData

/// The simulated exchange by itself.
struct VenueCommand: FormattedCommand {
    static let configuration = CommandConfiguration(
        commandName: "venue",
        abstract: "The simulated exchange as a process of its own, or its books.",
        discussion: """
            Serves FIX 4.4 on a loopback port until SIGINT or SIGTERM. Its journal in DIR keeps orders, executions, \
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
    @Option(help: "The TCP port on 127.0.0.1 (venue.port); 0 takes a free one.") var port: UInt16?
    @Flag(help: "Print its books and end.") var state = false

    func run() throws {
        // This process is the exchange, whatever the session's file says of where it finds one.
        var own = try market.overrides(configured: seed.overrides)
        own.append(.init(key: "venue.embedded", text: "true", origin: .commandLine(option: "venue")))
        if let port { own.append(.init(key: "venue.port", text: "\(port)", origin: .commandLine(option: "--port"))) }
        let configuration = try source.loadWithSource(own).configuration
        let folder = folder ?? DataFolder(configuration.run.data).venue
        if state { return try printState(folder) }
        let names = configuration.market.source == .recorded ? market.instruments(configuration) : []
        let series = names.isEmpty ? nil : try configuration.exchangeSeries(names)
        try Folders.make(folder)
        var signals = StopSignals.blocked()
        let venue = try EmbeddedVenue(
            configuration, instruments: series?.instruments ?? configuration.definitions, series: series, folder: folder)
        switch output.format {
        case .text: Output.line("venue listens on 127.0.0.1:\(venue.port), books in \(folder)")
        case .json: Output.json(Listening(port: venue.port, folder: folder))
        }
        signals.wait()
        venue.stop()
    }

    private func printState(_ folder: String) throws {
        var text = [CChar](repeating: 0, count: 1 << 16)
        var length = 0
        while true {
            let status = folder.withCString { martlet.read_venue_state($0, &text, text.count, &length) }
            guard status == .ok else {
                throw CommandFailure(
                    status == .journal_damaged ? .finding : .missingInput,
                    "\(folder): \(String(cString: martlet.venue_status_text(status)))")
            }
            if length < text.count { break }
            text = [CChar](repeating: 0, count: length + 1)
        }
        Output.line(String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    private struct Listening: Encodable {
        var port: UInt16
        var folder: String
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
