/// What a run did: one value that the terminal table, the JSON and the page are written from.
///
/// `docs/report.md` describes the JSON. Keys are only ever added; `schema` rises when one changes its
/// meaning. Money is exact decimal text in `money.currency`; times are nanoseconds since the Unix epoch, UTC.
/// There is no Sharpe ratio: one without its deflated value says nothing.
public struct RunReport: Codable, Sendable, Equatable {
    public static let schema = 1

    public var schema = RunReport.schema
    /// Name of the run.
    public var run: String
    /// `paper`, `backtest`, `live`, `replay`.
    public var mode: String
    /// What was traded on, for people: "generated market, 3 instruments".
    public var market: String
    public var seed: UInt64
    /// Path of the page; empty where none was written.
    public var report = ""
    public var journal = Journal()
    /// What observations showed beside the engine's own features; nil: nothing.
    public var featureSet: FeatureSet?
    public var money: MoneyUnit
    /// First and last time of the ordered stream.
    public var period = Period()
    /// Wall time that the run took.
    public var wallSeconds = 0.0
    /// Market events that the engine consumed; the journal numbers fills, timers and decisions too.
    public var events: UInt64 = 0
    public var eventsPerSecond = 0.0
    public var instruments: [InstrumentResult] = []
    public var orders = Orders()
    public var fills: UInt64 = 0
    public var fees: ExactDecimal
    public var costs: Costs
    public var decisions = Decisions()
    public var denials: [Denial] = []
    public var reconciliation = Reconciliation()
    public var metrics: Metrics
    public var latency = Latency()
    public var agents: [AgentResult] = []
    /// Equity and exposure, at most `maximumPoints`.
    public var curve: [CurvePoint] = []
    /// Prices beneath the trades, one series an instrument.
    public var prices: [PriceSeries] = []
    /// The last `maximumTrades`; `fills` counts all.
    public var trades: [Trade] = []
    /// Pages of candles beside this report's own, those with the most fills first.
    public var candles: [Candles] = []
    /// What a reader must know, one sentence each.
    public var notes: [String] = []

    public static let maximumPoints = 2_000
    public static let maximumTrades = 5_000

    /// A report of nothing yet; `decimals` are the digits of one money unit (4: a unit is 0.0001).
    public init(run: String, mode: String, market: String, seed: UInt64, currency: String, decimals: Int) {
        let nothing = ExactDecimal(units: 0, scale: decimals)
        self.run = run
        self.mode = mode
        self.market = market
        self.seed = seed
        money = MoneyUnit(currency: currency, decimals: decimals)
        fees = nothing
        costs = Costs(fees: nothing, spread: nothing, slippage: nothing, funding: nothing)
        metrics = Metrics(samples: [], trades: [], costs: nothing, decimals: decimals)
    }

    /// An amount of this report's money.
    public func amount(_ units: Int64) -> ExactDecimal { ExactDecimal(units: units, scale: money.decimals) }

    /// Computes the metrics from the whole history and keeps as much of it as a report holds. `samples` in
    /// order of time, `costs` set before. O(samples + trades).
    public mutating func setHistory(samples: [EquitySample], trades: [Trade]) {
        metrics = Metrics(samples: samples, trades: trades, costs: costs.total, decimals: money.decimals)
        curve = CurvePoint.curve(of: samples, maximum: Self.maximumPoints, decimals: money.decimals)
        self.trades = Array(trades.suffix(Self.maximumTrades))
    }
}

extension RunReport {
    public struct Journal: Codable, Sendable, Equatable {
        public var path = ""
        public var digest = Digest()
        public init() {}

        public struct Digest: Codable, Sendable, Equatable {
            /// Hexadecimal SHA-256 of the inputs, of the decisions and orders.
            public var inputs = ""
            public var decisions = ""
            public init() {}
        }
    }

    public struct FeatureSet: Codable, Sendable, Equatable {
        public var name: String
        /// SHA-256 of all that decides its values, hexadecimal.
        public var contentHash: String

        public init(name: String, contentHash: String) {
            self.name = name
            self.contentHash = contentHash
        }
    }

    public struct MoneyUnit: Codable, Sendable, Equatable {
        public var currency: String
        /// Digits of every amount after its point.
        public var decimals: Int
    }

    public struct Period: Codable, Sendable, Equatable {
        public var start: Int64 = 0
        public var end: Int64 = 0
        public init(start: Int64 = 0, end: Int64 = 0) {
            self.start = start
            self.end = end
        }
    }

    public struct Orders: Codable, Sendable, Equatable {
        public var submitted: UInt64 = 0
        /// Wholly.
        public var filled: UInt64 = 0
        /// In part, and then ended or still open.
        public var partiallyFilled: UInt64 = 0
        public var canceled: UInt64 = 0
        /// By the venue.
        public var rejected: UInt64 = 0
        /// By our gate: never sent.
        public var denied: UInt64 = 0
        /// Of which the venue's word is missing.
        public var unknown: UInt64 = 0
        public init() {}
    }

    /// What trading cost, each positive where it was paid.
    public struct Costs: Codable, Sendable, Equatable {
        public let fees: ExactDecimal
        /// Half the spread at each fill.
        public let spread: ExactDecimal
        /// From the price at the decision to the fill, beyond the spread.
        public let slippage: ExactDecimal
        public let funding: ExactDecimal
        public let total: ExactDecimal

        public init(fees: ExactDecimal, spread: ExactDecimal, slippage: ExactDecimal, funding: ExactDecimal) {
            self.fees = fees
            self.spread = spread
            self.slippage = slippage
            self.funding = funding
            total = fees + spread + slippage + funding
        }
    }

    public struct Decisions: Codable, Sendable, Equatable {
        public var council: UInt64 = 0
        /// Answered by the rules because the council was late.
        public var fallback: UInt64 = 0
        public var vetoed: UInt64 = 0
        public init() {}
    }

    /// How often the gate refused, by its reason code.
    public struct Denial: Codable, Sendable, Equatable {
        public var reason: String
        public var count: UInt64
        public init(reason: String, count: UInt64) {
            self.reason = reason
            self.count = count
        }
    }

    public struct Reconciliation: Codable, Sendable, Equatable {
        public var runs: UInt64 = 0
        public var differences: UInt64 = 0
        public init() {}
    }

    /// One instrument's part.
    public struct InstrumentResult: Codable, Sendable, Equatable {
        public let symbol: String
        public let venue: String
        public let fills: UInt64
        /// At the end, signed.
        public let position: ExactDecimal
        public let turnover: ExactDecimal
        /// Before fees.
        public let realised: ExactDecimal
        public let unrealised: ExactDecimal
        public let fees: ExactDecimal
        /// realised + unrealised − fees.
        public let netProfit: ExactDecimal

        public init(
            symbol: String, venue: String, fills: UInt64, position: ExactDecimal, turnover: ExactDecimal,
            realised: ExactDecimal, unrealised: ExactDecimal, fees: ExactDecimal
        ) {
            self.symbol = symbol
            self.venue = venue
            self.fills = fills
            self.position = position
            self.turnover = turnover
            self.realised = realised
            self.unrealised = unrealised
            self.fees = fees
            netProfit = realised + unrealised - fees
        }
    }

    /// One agent's part: how it voted, and its share of the profit of what was decided (`Attribution`).
    public struct AgentResult: Codable, Sendable, Equatable {
        public var name: String
        public var votes: UInt64
        public var abstentions: UInt64
        /// Mean share of the votes in the decisions that it voted on, 0 … 1; those of several agents need not sum to 1.
        public var meanWeight: Double
        public var netProfit: ExactDecimal

        public init(name: String, votes: UInt64, abstentions: UInt64, meanWeight: Double, netProfit: ExactDecimal) {
            self.name = name
            self.votes = votes
            self.abstentions = abstentions
            self.meanWeight = meanWeight
            self.netProfit = netProfit
        }
    }

    public struct Latency: Codable, Sendable, Equatable {
        /// Event in → command emitted.
        public var tickToOrder = Percentiles()
        /// Event in → command durable and released.
        public var tickToRelease = Percentiles()
        public init() {}
    }

    /// Nanoseconds of wall time; all 0 where `count` is.
    public struct Percentiles: Codable, Sendable, Equatable {
        public var count: UInt64
        public var p50: Int64
        public var p99: Int64
        public var p999: Int64
        public var maximum: Int64

        public init(count: UInt64 = 0, p50: Int64 = 0, p99: Int64 = 0, p999: Int64 = 0, maximum: Int64 = 0) {
            self.count = count
            self.p50 = p50
            self.p99 = p99
            self.p999 = p999
            self.maximum = maximum
        }
    }

    /// What the price of an instrument did, at most `maximumPoints`.
    public struct PriceSeries: Codable, Sendable, Equatable {
        public struct Point: Codable, Sendable, Equatable {
            public var time: Int64
            public var price: ExactDecimal
            public init(time: Int64, price: ExactDecimal) {
                self.time = time
                self.price = price
            }
        }

        public var symbol: String
        public var points: [Point]

        /// Keeps the highs and lows where there are more points than a report holds. O(points).
        public init(symbol: String, points: [Point]) {
            self.symbol = symbol
            self.points = downsampled(points, maximum: RunReport.maximumPoints) { $0.price.value }
        }
    }

    /// A page of candles of one instrument.
    public struct Candles: Codable, Sendable, Equatable {
        public var symbol: String
        public var venue: String
        /// Name of its file, which lies in the folder of the report. Letters, digits, `-`, `.` and `_` alone.
        public var page: String

        public init(symbol: String, venue: String, page: String) {
            self.symbol = symbol
            self.venue = venue
            self.page = page
        }
    }
}
