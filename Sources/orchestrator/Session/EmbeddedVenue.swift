internal import Core
internal import CxxEvent
internal import CxxExchange
internal import CxxFix
internal import MarketData

/// The simulated exchange in this process: a real matching engine behind a real FIX acceptor on a loopback port.
final class EmbeddedVenue {
    private let server: UnsafeMutablePointer<martlet.VenueServer>
    private let strings = CStrings()
    /// The replayed events, which the server reads while it runs.
    private let series: EventSeries?

    /// Starts the venue; `series` is the market to replay, `nil` generates one.
    init(_ configuration: RunConfiguration, instruments: [martlet.InstrumentDefinition], series: EventSeries?, folder: String) throws(CommandFailure) {
        self.series = series
        server = .allocate(capacity: 1)
        server.initialize(to: martlet.VenueServer())
        var options = martlet.VenueOptions()
        options.venue = strings.pointer(configuration.venue.targetCompID)
        options.port = configuration.venue.port
        options.data_directory = strings.pointer(folder)
        options.dictionary_directory = strings.pointer(configuration.venue.dictionaries ?? "")
        options.speed = configuration.venue.speed.factor
        options.machine_durability = configuration.run.durability == .machine
        options.exchange.seed = configuration.run.seed
        options.exchange.instrument_count = UInt32(instruments.count)
        market(&options.exchange, configuration)
        let account = martlet.VenueAccount(
            client: strings.pointer(configuration.venue.senderCompID), username: strings.pointer(configuration.venue.username),
            password: nil)
        let profiles = instruments.indices.map { profile(configuration, $0) }
        let status = withElements([account]) { accounts in
            withElements(instruments) { instruments in
                withElements(profiles) { profiles in
                    options.accounts = accounts.baseAddress
                    options.account_count = 1
                    options.exchange.instruments = instruments.baseAddress
                    options.exchange.profiles = profiles.baseAddress
                    return server.pointee.start(options)
                }
            }
        }
        guard status == .ok else {
            let reason = CStrings.text { server.pointee.last_error($0, $1) }
            throw CommandFailure(.unavailable, "venue: \(String(cString: martlet.venue_status_text(status))): \(reason)")
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

    private func market(_ exchange: inout martlet.ExchangeOptions, _ configuration: RunConfiguration) {
        if let series {
            exchange.recorded = series.events.baseAddress
            exchange.recorded_count = UInt64(series.events.count)
            exchange.half_spread = 0
            return
        }
        let generated = configuration.market.generated
        exchange.start_time = Self.startTime
        exchange.correlation = generated.correlation
        exchange.regime_minutes = Double(generated.regimeLength.count) / 60e9
        exchange.regime =
            switch generated.regime {
            case .switching: .switching
            case .range: .range
            case .trendUp: .trend_up
            case .trendDown: .trend_down
            case .storm: .storm
            }
    }

    /// Where the generated market's virtual time begins: Monday, 6 January 2025, 14:30 UTC.
    static let startTime: Int64 = 1_736_173_800_000_000_000

    private func profile(_ configuration: RunConfiguration, _ index: Int) -> martlet.MarketProfile {
        let generated = configuration.market.generated
        var profile = martlet.MarketProfile()
        if series == nil { profile.start_price = configuration.instruments[index].startIncrements ?? 0 }
        profile.typical_lots = generated.typicalLots
        profile.daily_volatility = generated.dailyVolatility.fraction
        profile.events_per_second = generated.eventsPerSecond
        profile.resting_orders = UInt32(generated.restingOrders)
        profile.maker_levels = UInt32(generated.makerLevels)
        return profile
    }
}
