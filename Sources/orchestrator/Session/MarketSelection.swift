internal import ArgumentParser
internal import Core
internal import CxxEvent
internal import CxxExchange
internal import CxxJournal
internal import Domain
internal import Live
internal import MarketData

/// `--market`, where a recorded market may take the generated one's place.
struct MarketOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Imported instruments to replay as the exchange's market, as VENUE:SYMBOL or SYMBOL with commas between; without it, as configured.",
            valueName: "instruments"))
    var market: String?

    /// `own` and what the option says: `--market generated` is the generated one whatever the file says.
    func overrides(configured own: [ConfigurationDocument.Override] = []) throws -> [ConfigurationDocument.Override] {
        guard let market else { return own }
        let origin = Origin.commandLine(option: "--market")
        if market == "generated" { return own + [.init(key: "market.source", text: "generated", origin: origin)] }
        return own + [
            .init(key: "market.source", text: "recorded", origin: origin),
            .init(key: "market.recorded.instruments", text: "[\(market)]", origin: origin),
        ]
    }

    /// The instruments named.
    func instruments(_ configuration: RunConfiguration) -> [String] { configuration.market.recorded.instruments }
}

extension RunConfiguration {
    /// Loads what `market` names from the catalog, in the range of time that is configured.
    func recordedSeries(_ names: [String]) throws -> EventSeries {
        let catalog = try Catalog(root: DataFolder(run.data).catalog)
        var recorded = market.recorded
        recorded.instruments = names
        let series: EventSeries
        do {
            series = try catalog.load(recorded.selections)
        } catch {
            throw CommandFailure(.missingInput, "\(error); `orchestrator data import` brings a file in, `orchestrator data list` shows what is there")
        }
        for definition in series.instruments where definition.currencyText != run.capital.currency {
            throw CommandFailure(
                .configuration,
                "run.capital is \(run.capital.configurationText), but \(definition.venueText):\(definition.symbolText) is traded in \(definition.currencyText): set it in that currency, such as --set 'run.capital=1000000 \(definition.currencyText)'")
        }
        return series
    }

    var definitions: [martlet.InstrumentDefinition] {
        instruments.enumerated().map {
            martlet.InstrumentDefinition($0.element.instrument(moneyUnit: run.moneyUnit), id: UInt32($0.offset))
        }
    }

    /// The generated market of the configuration and seed, without us in it, as a series: what a backtest replays.
    func generatedSeries(length: Int64) throws(CommandFailure) -> EventSeries {
        let definitions = definitions
        var exchange = martlet.Exchange()
        var options = martlet.ExchangeOptions()
        options.seed = run.seed
        options.instrument_count = UInt32(definitions.count)
        generate(&options)
        let profiles = instruments.indices.map { generatedProfile($0) }
        let status = withElements(definitions) { definitions in
            withElements(profiles) { profiles in
                options.instruments = definitions.baseAddress
                options.profiles = profiles.baseAddress
                return exchange.open(options)
            }
        }
        guard status == .ok else { throw CommandFailure(.broken, "the generated market does not open: status \(status.rawValue)") }
        var events: [martlet.MarketEvent] = []
        var time = options.start_time
        let end = options.start_time + length
        while time < end {
            time = min(time + 1_000_000_000, end)
            while true {
                let status = exchange.advance(time)
                for event in exchange.market_events() {
                    var event = event
                    event.receive_time = max(event.exchange_time, events.last?.receive_time ?? .min)
                    events.append(event)
                }
                exchange.clear_market_events()
                exchange.clear_reports()
                if status != .buffer_full { break }
            }
        }
        let hash = events.withUnsafeBytes { martlet.sha256($0.baseAddress, $0.count) }
        return EventSeries(
            instruments: definitions, kinds: definitions.map { _ in .byOrder }, contentHashes: [StreamDigests.hexadecimal(hash)],
            events: events)
    }

    func generate(_ exchange: inout martlet.ExchangeOptions) {
        let generated = market.generated
        exchange.start_time = Self.generatedStart
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
        exchange.adversaries = generated.adversaries.reduce(0) { $0 | $1.bit }
        exchange.adversary_orders = generated.adversaryOrders
    }

    /// Where a generated market's virtual time begins: Monday, 6 January 2025, 14:30 UTC.
    static let generatedStart: Int64 = 1_736_173_800_000_000_000

    func generatedProfile(_ index: Int) -> martlet.MarketProfile {
        let generated = market.generated
        var profile = martlet.MarketProfile()
        profile.start_price = instruments[index].startIncrements ?? 0
        profile.typical_lots = generated.typicalLots
        profile.daily_volatility = generated.dailyVolatility.fraction
        profile.events_per_second = generated.eventsPerSecond
        profile.resting_orders = UInt32(generated.restingOrders)
        profile.maker_levels = UInt32(generated.makerLevels)
        return profile
    }
}

extension MarketAdversary {
    /// The exchange's bit for it.
    fileprivate var bit: UInt32 {
        switch self {
        case .spoofing: martlet.adversary_spoofer.rawValue
        case .ignition: martlet.adversary_igniter.rawValue
        case .stuffing: martlet.adversary_stuffer.rawValue
        }
    }
}
