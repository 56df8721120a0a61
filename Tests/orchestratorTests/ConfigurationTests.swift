import Agents
import Domain
import Risk
import Testing
import orchestrator

/// The problems of a configuration text, as a user reads them.
func problems(_ text: String, _ overrides: [ConfigurationDocument.Override] = []) -> [String] {
    do {
        _ = try load(text, overrides)
        return []
    } catch {
        return error.problems.map(\.text)
    }
}

func load(
    _ text: String, _ overrides: [ConfigurationDocument.Override] = []
) throws(ConfigurationError) -> (configuration: RunConfiguration, entries: [ConfigurationReader.Entry]) {
    try RunConfiguration.load(ConfigurationDocument(text: text, path: "m.yaml", overrides: overrides))
}

@Suite struct ConfigurationTests {
    @Test("an empty file configures the main job on a generated market of four instruments", arguments: ["", "# nothing\n", "\n\n"])
    func empty(text: String) throws {
        let (configuration, entries) = try load(text)
        #expect(configuration.market.source == .generated)
        #expect(configuration.instruments.count == 4)
        #expect(configuration.venue.embedded)
        #expect(entries.allSatisfy { $0.origin == .standard })
    }

    @Test("a value of the file wins over the default and says where it stands")
    func fileValue() throws {
        let (configuration, entries) = try load("run:\n  seed: 7\n  duration: 90s\nrisk:\n  maximum_position: 7.5%\n")
        #expect(configuration.run.seed == 7)
        #expect(configuration.run.duration == .seconds(90))
        #expect(configuration.risk.maximumPosition == PartsPerMillion(75_000))
        let seed = try #require(entries.first { $0.key == "run.seed" })
        #expect(seed.origin == .file(path: "m.yaml", line: 2, column: 9))
    }

    @Test(
        "what several values or a range rule out is refused with its place",
        arguments: [
            ("run:\n  duration: 0h\n", "m.yaml:2:13: run.duration: expected more than 0, was 0; write none to run until it is stopped"),
            ("venue:\n  port: 99999\n", "m.yaml:2:9: venue.port: expected a whole number from 0 to 65535, was '99999'"),
            ("venue: {speed: 10001x}\n", "m.yaml:1:16: venue.speed: expected 0.001x to 10000x, was '10001x'"),
            (
                "run:\n  capital: 1000 EUR\n",
                "m.yaml:2:12: run.capital: expected the currency of the default instruments (USD), was EUR; or list instruments of your own that are traded in EUR"
            ),
        ])
    func refused(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test("a section in the place of a value is named as one")
    func sectionAsValue() {
        #expect(problems("", [.init(option: "run=3")!]).first?.contains("it is a section: give a value in it, such as run.name") == true)
    }

    @Test("the command line wins over the environment, which wins over the file")
    func precedence() throws {
        let environment = ConfigurationDocument.overrides(environment: ["MARTLET__RUN__SEED": "8", "MARTLET_DATA": "required", "HOME": "/"])
        #expect(environment.count == 1)
        #expect(try load("run: {seed: 7}", environment).configuration.run.seed == 8)
        let option = try #require(ConfigurationDocument.Override(option: "run.seed=9"))
        let (configuration, entries) = try load("run: {seed: 7}", environment + [option])
        #expect(configuration.run.seed == 9)
        #expect(entries.first { $0.key == "run.seed" }?.origin.text == "--set")
        #expect(try load("reports: {formats: [json]}", [.init(option: "reports.formats=[html, json]")!]).configuration.reports.formats == [.html, .json])
    }

    @Test("an unknown key is refused with its place and the nearest key that exists")
    func unknownKey() {
        #expect(problems("risk:\n  maximum_positon: 10%\n") == ["m.yaml:2:3: risk.maximum_positon: is not a key; did you mean maximum_position?"])
        #expect(problems("riks:\n  daily_loss: 1%\n") == ["m.yaml:1:1: riks: is not a key; did you mean risk?"])
        #expect(problems("run:\n  daily_loss: 1%\n") == ["m.yaml:2:3: run.daily_loss: is not a key; did you mean risk.daily_loss?"])
        #expect(problems("seed: 3\n") == ["m.yaml:1:1: seed: is not a key; did you mean run.seed?"])
        #expect(problems("", [.init(option: "run.sed=3")!]) == ["--set: run.sed: is not a key; did you mean seed?"])
        #expect(problems("", ConfigurationDocument.overrides(environment: ["MARTLET__RUN__SPEED": "3"]))
            == ["$MARTLET__RUN__SPEED: run.speed: is not a key; did you mean seed?"])
    }

    @Test("a value without its unit, or with one of another kind, is refused")
    func units() {
        #expect(problems("agents:\n  deadline: 5\n")
            == ["m.yaml:2:13: agents.deadline: expected a duration with its unit (ns, us, ms, s, m, h or d), such as 5ms, was '5'"])
        for bad in ["maximum_position: 10", "maximum_position: 0.1", "maximum_position: 10ms", "maximum_position: ten", "stale_after: 10%"] {
            #expect(problems("risk:\n  \(bad)\n").count == 1, "\(bad)")
        }
        #expect(problems("venue: {speed: 60}\n").count == 1)
        #expect(problems("run: {capital: 1000}\n").count == 1)
        #expect(problems("run: {capital: 1000 INR}\nmarket: {source: recorded, recorded: {instruments: [NIFTY]}}\n") == [], "it brings its own")
        #expect(problems("run: {journal_segment: 64}\n").count == 1)
    }

    @Test("a value outside of its bounds is refused with the bounds")
    func bounds() {
        #expect(problems("risk:\n  daily_loss: 101%\n") == ["m.yaml:2:15: risk.daily_loss: expected 1bp to 100%, was '101%'"])
        #expect(problems("venue: {port: 65536}\n").count == 1)
        #expect(problems("venue: {port: -1}\n").count == 1)
        #expect(problems("agents: {trend: {weight: nan}}\n").count == 1)
    }

    @Test("a value of the wrong shape is refused with what came")
    func shapes() {
        #expect(problems("run: 5\n") == ["m.yaml:1:6: run: expected a section of `key: value` lines, was '5'"])
        #expect(problems("run:\n  seed: [1, 2]\n") == ["m.yaml:2:9: run.seed: expected a whole number, was a list of 2"])
        #expect(problems("run:\n  seed:\n") == ["m.yaml:2:8: run.seed: expected a whole number, was nothing"])
        #expect(problems("- run\n").first?.contains("expected a section") == true)
        #expect(problems("instruments: []\n").first?.contains("expected a list of 1 to 1000 sections") == true)
        #expect(problems("reports: {formats: [json, pdf]}\n") == ["m.yaml:1:27: reports.formats: expected one of terminal, json, html, candles, was 'pdf'"])
    }

    @Test("text that is not YAML is refused with its place", arguments: ["run:\n\tseed: 1\n", "run: {seed: 1\n", "a: 'x\n", "run: {seed: 1}\nrun: {seed: 2}\n"])
    func malformed(text: String) {
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("m.yaml:") == true)
    }

    @Test("all problems are told at once, from the top of the file")
    func allAtOnce() {
        let found = problems("venue:\n  heartbeat: 30\nrun:\n  sed: 1\n  durability: disk\n")
        #expect(found.count == 3)
        #expect(found.map { $0.split(separator: ":")[1] } == ["2", "4", "5"])
    }

    @Test("a file that is not there, not text or too large is refused")
    func files() {
        #expect(throws: ConfigurationError.self) { try RunConfiguration.load(file: "/nonexistent/m.yaml") }
        #expect(throws: ConfigurationError.self) { try RunConfiguration.load(file: "/proc/self/exe") }
        #expect(throws: ConfigurationError.self) { try RunConfiguration.load(file: "/") }
    }

    @Test("a secret in the file is refused, and the message does not repeat it")
    func secrets() throws {
        let found = problems("venue:\n  password: hunter2\n")
        #expect(found.count == 1)
        #expect(!found[0].contains("hunter2"))
        #expect(try load("venue: {password: environment:BROKER}").configuration.venue.password == .environment("BROKER"))
        #expect(try Secret.read(.environment("BROKER"), environment: ["BROKER": "x"]).get() == "x")
        #expect(throws: CommandFailure.self) { try Secret.read(.environment("BROKER"), environment: [:]).get() }
    }

    @Test("words that YAML takes for booleans stay words")
    func words() throws {
        let text = "instruments:\n  - symbol: NO\n  - symbol: on\n  - {symbol: \"1e3\"}\n"
        #expect(try load(text).configuration.instruments.map(\.symbol) == ["NO", "on", "1e3"])
    }
}

@Suite struct ConfigurationCheckTests {
    @Test("the instruments of the file replace the default ones, and each has a symbol")
    func instruments() throws {
        let one = try load("instruments:\n  - symbol: XYZ\n    tick: 0.05\n    start_price: 12.35\n").configuration.instruments
        #expect(one.count == 1)
        #expect(one[0].tick.multiple(of: one[0].priceIncrement) == 5)
        #expect(problems("instruments:\n  - tick: 0.05\n").first == "m.yaml:2:5: instruments[0]: has no symbol; add a line symbol: …")
    }

    @Test("what only several values together show is refused at its place", arguments: [
        ("instruments:\n  - {symbol: X}\n  - {symbol: X}\n", "more than once"),
        ("instruments:\n  - {symbol: X, tick: 0.015, start_price: 99}\n", "multiple of price_increment"),
        ("instruments:\n  - {symbol: X, start_price: 1.001}\n", "multiple of tick"),
        ("instruments:\n  - {symbol: X, start_price: none}\n", "a generated market needs one"),
        ("instruments:\n  - {symbol: 'A B'}\n", "letters, digits"),
        ("instruments:\n  - {symbol: X, lot_increment: 0}\n", "more than 0"),
        ("market: {source: recorded}\n", "at least one instrument"),
        ("market: {recorded: {first_day: 2024-01-02, last_day: 2024-01-01}}\n", "from first_day"),
        ("venue: {host: fix.broker.com, embedded: false, port: 4001}\n", "this machine"),
        ("venue: {embedded: false}\n", "the port of the venue"),
        ("venue: {sender_comp_id: A, target_comp_id: A}\n", "another name"),
        ("venue: {heartbeat: 1500ms}\n", "whole seconds"),
        ("agents: {trend: {enabled: false}, mean_reversion: {enabled: false}}\n", "no agent votes"),
        ("agents: {mean_reversion: {exit: 3, stop: 4}}\n", "agents.mean_reversion.entry: expected more than exit"),
        ("agents: {trend: {minimum_adx: 50}}\n", "agents.trend.strong_adx: expected 50"),
        ("features: {sma_fast: 30}\n", "less than sma_slow"),
        ("risk: {net_exposure: 300%}\n", "at most gross_exposure"),
        ("risk: {maximum_open_orders: 500}\n", "at least maximum_open_orders"),
        ("risk: {restricted: [DELTE]}\n", "did you mean DELTA?"),
        ("risk: {day_start: 90s}\n", "whole minutes"),
        ("instruments:\n  - {symbol: X, contract: inverse}\n", "linear or quanto"),
        ("instruments:\n  - {symbol: X, currency: EUR}\n", "the currency of run.capital"),
        ("run: {money_unit: 3}\n", "of which run.capital is a multiple"),
        ("run: {name: a/b}\n", "file names"),
        ("run: {timeframe: 1500ms}\n", "whole seconds"),
        ("reports: {formats: []}\n", "at least one form"),
    ])
    func together(text: String, expected: String) {
        let found = problems(text)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test("live trading is confirmed by one sentence alone")
    func live() throws {
        #expect(try !load("").configuration.live.isConfirmed)
        #expect(try !load("live: {confirm: yes}").configuration.live.isConfirmed)
        #expect(try load("live: {confirm: \"\(LiveSettings.confirmation)\"}").configuration.live.isConfirmed)
    }
}

@Suite struct SettingsTests {
    @Test("the risk settings without a file are the policy's own defaults")
    func riskDefaults() throws {
        #expect(try load("").configuration.risk.policy == RiskPolicy())
    }

    @Test("each risk setting reaches the policy")
    func riskSettings() throws {
        let text = """
            risk:
              maximum_position: 1%
              maximum_order_notional: 2%
              gross_exposure: 150%
              net_exposure: 50%
              daily_loss: 3%
              drawdown_30_days: 4%
              drawdown: 6%
              price_collar: 75bp
              maximum_order_lots: 11
              maximum_position_lots: 12
              duplicate_window: 13ms
              stale_after: 14s
              day_start: 15m
              orders_per_second: 16
              cancel_reserve_per_second: 18
              maximum_open_orders: 17
              restricted: [BRAVO]
              risk_per_trade: 1.25%
              stop_ranges: 2.5
            """
        var expected = RiskPolicy()
        expected.positionPercent = 1
        expected.orderNotionalPercent = 2
        expected.grossExposureMultiple = 1.5
        expected.netExposureMultiple = 0.5
        expected.dailyLossPercent = 3
        expected.monthlyDrawdownPercent = 4
        expected.peakDrawdownPercent = 6
        expected.collarBasisPoints = 75
        expected.maximumOrderLots = 11
        expected.maximumPositionLots = 12
        expected.duplicateWindowNanoseconds = 13_000_000
        expected.staleNanoseconds = 14_000_000_000
        expected.dayStartMinutes = 15
        expected.ordersPerSecond = 16
        expected.cancelReservePerSecond = 18
        expected.maximumOpenOrders = 17
        expected.restricted = ["BRAVO"]
        expected.riskPerTradePercent = 1.25
        expected.stopRanges = 2.5
        #expect(try load(text).configuration.risk.policy == expected)
    }

    @Test("an instrument reaches the other modules in their units")
    func instrument() throws {
        let text = "instruments:\n  - {symbol: X, price_increment: 0.005, tick: 0.01, lot_increment: 0.1, maximum_quantity: 50, start_price: 20, maker_fee: -1bp}\n"
        let configuration = try load(text).configuration
        let settings = try #require(configuration.instruments.first)
        let instrument = settings.instrument(moneyUnit: configuration.run.moneyUnit)
        #expect(instrument.fault == nil)
        #expect(instrument.tick == 2)
        #expect(instrument.maximumQuantity == 500)
        #expect(instrument.makerFeePpm == -100)
        #expect(settings.startIncrements == 4_000)
        #expect(configuration.capitalUnits == 10_000_000_000)
    }

    @Test("the configured agents sit in the council")
    func council() throws {
        #expect(try load("").configuration.agents.council().members.map(\.agent.name) == ["trend", "mean reversion"])
        let one = try load("agents: {trend: {enabled: false}, mean_reversion: {weight: 3}}").configuration.agents.council()
        #expect(one.members.map(\.weight) == [3])
    }
}
