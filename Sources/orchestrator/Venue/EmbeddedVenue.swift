internal import Core
internal import CxxEvent
internal import CxxExchange
internal import CxxFix
internal import Live
internal import MarketData

/// The simulated exchange in this process: a real matching engine behind a real FIX acceptor on a loopback port.
final class EmbeddedVenue {
    private let server: UnsafeMutablePointer<martlet.VenueServer>
    private let strings = CStrings()
    /// The replayed events, which the server reads while it runs.
    private let series: EventSeries?

    /// Starts the venue; `series` is the market to replay, `nil` generates one.
    ///
    /// - Parameter encryption: the venue's own certificate and key, and with authorities: clients need one of theirs.
    init(
        _ configuration: RunConfiguration, instruments: [martlet.InstrumentDefinition], series: EventSeries?, folder: String,
        encryption: VenueEncryption? = nil
    ) throws(CommandFailure) {
        self.series = series
        server = .allocate(capacity: 1)
        server.initialize(to: martlet.VenueServer())
        var options = martlet.VenueOptions()
        options.venue = strings.pointer(configuration.venue.targetCompID)
        options.port = configuration.venue.port
        if let encryption { options.tls = encryption.settings(strings) }
        options.data_directory = strings.pointer(folder)
        options.dictionary_directory = strings.pointer(configuration.venue.dictionaries ?? "")
        options.speed = configuration.venue.speed.factor
        options.machine_durability = configuration.run.durability == .machine
        options.exchange.seed = configuration.run.seed
        options.exchange.instrument_count = UInt32(instruments.count)
        if let series {
            options.exchange.recorded = series.events.baseAddress
            options.exchange.recorded_count = UInt64(series.events.count)
        } else {
            configuration.generate(&options.exchange)
        }
        let password = try configuration.venue.readPassword()
        var account = martlet.VenueAccount()
        account.client = strings.pointer(configuration.venue.senderCompID)
        if configuration.venue.version == .fix42 {
            account.version = .fix42
        } else {
            account.username = strings.pointer(configuration.venue.username)
            account.password = password.map { strings.pointer($0) } ?? nil
        }
        if let hours = configuration.venue.hours.session { account.schedule = hours.schedule(strings) }
        var listener = account
        listener.client = strings.pointer(configuration.venue.dropCopy.senderCompID)
        listener.copies_of = account.client
        let accounts = configuration.venue.dropCopy.enabled ? [account, listener] : [account]
        let profiles = series == nil ? instruments.indices.map { configuration.generatedProfile($0) } : []
        let status = withElements(accounts) { accounts in
            withElements(instruments) { instruments in
                withElements(profiles) { profiles in
                    options.accounts = accounts.baseAddress
                    options.account_count = UInt32(accounts.count)
                    options.exchange.instruments = instruments.baseAddress
                    options.exchange.profiles = series == nil ? profiles.baseAddress : nil
                    return server.pointee.start(options)
                }
            }
        }
        guard status == .ok else {
            let reason = CStrings.text { server.pointee.last_error($0, $1) }
            throw CommandFailure(Self.exit(status), "venue: \(String(cString: martlet.venue_status_text(status))): \(reason)")
        }
    }

    private static func exit(_ status: martlet.VenueStatus) -> ExitStatus {
        switch status {
        case .journal_damaged: .badData
        case .directory_unusable: .inputOutput
        default: .unavailable
        }
    }

    deinit {
        server.deinitialize(count: 1)
        server.deallocate()
    }

    var port: UInt16 { server.pointee.port() }
    /// Virtual time, nanoseconds since the Unix epoch.
    var time: Int64 { server.pointee.virtual_time() }

    /// Logs its clients out and joins its thread; its books stay in its folder.
    func stop() { server.pointee.stop(1_000) }
}
