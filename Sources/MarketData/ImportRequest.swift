public import Domain

/// What is known of an instrument when its data is imported. What is left `nil` is taken from the table of
/// known samples (by symbol), and after that inferred: increments from the decimals in the file.
public struct InstrumentSpecification: Sendable, Hashable, Codable {
    public var key: InstrumentKey
    public var currency: String?
    public var contract: Contract?
    public var priceIncrement: Increment?
    public var lotIncrement: Increment?
    public var multiplier: Increment?
    /// Price increments between valid order prices.
    public var tick: Int64?
    public var makerFeePpm: Int32?
    public var takerFeePpm: Int32?
    /// The source's volume is of money, not of the thing traded; it then becomes lots by division by the close.
    public var volumeIsMoney: Bool?

    public init(
        key: InstrumentKey, currency: String? = nil, contract: Contract? = nil, priceIncrement: Increment? = nil,
        lotIncrement: Increment? = nil, multiplier: Increment? = nil, tick: Int64? = nil, makerFeePpm: Int32? = nil,
        takerFeePpm: Int32? = nil, volumeIsMoney: Bool? = nil
    ) {
        self.key = key
        self.currency = currency
        self.contract = contract
        self.priceIncrement = priceIncrement
        self.lotIncrement = lotIncrement
        self.multiplier = multiplier
        self.tick = tick
        self.makerFeePpm = makerFeePpm
        self.takerFeePpm = takerFeePpm
        self.volumeIsMoney = volumeIsMoney
    }
}

/// How a LOBSTER message and orderbook file pair, or a FIX log, becomes events.
public enum LobsterMode: String, Sendable, Codable, CaseIterable {
    /// Order by order, seeded from the orderbook file. The default for more than one level.
    case orders
    /// The orderbook file's levels (or, of one level, quotes) and the message file's trades. The default for
    /// one level: there the message file lacks most cancels of what it shows.
    case levels
}

/// Which absent bars are called missing.
public enum GapRule: Sendable, Hashable {
    /// The market never closes: every absent bar is missing.
    case continuous
    /// A gap of at most so many seconds is missing bars; a longer one is a closed market.
    case sessions(longestGapSeconds: Int32)
    /// Bars without trades are absent by design: none is missing.
    case sparse
}

/// One import: which files, in which format, of which instrument.
public struct ImportRequest: Sendable {
    public enum Source: Sendable, Hashable {
        /// OHLCV as CSV, plain, `.gz` or `.zst`. `layout` names a preset; `nil`: found from the file's beginning.
        case bars(path: String, layout: String? = nil)
        /// Bid bars and ask bars in two files. Both are kept: one bid and one ask bar at each close.
        case bidAskBars(bidPath: String, askPath: String, layout: String? = nil)
        /// A JSON array of [ms since 1970 UTC, open, high, low, close, volume], stamped with the bar's open.
        case jsonBars(path: String)
        /// LOBSTER. `mode` `nil`: by the number of levels. `seedPath`: an orderbook file of the same start with more
        /// levels than `orderbookPath`, of which only the first row is used.
        case lobster(messagePath: String, orderbookPath: String, mode: LobsterMode? = nil, seedPath: String? = nil)
        /// A day of NASDAQ TotalView-ITCH 5.0; the instrument's symbol is the stock.
        case itch(path: String)
        /// DBN (mbo, mbp-1, tbbo or trades); the instrument's symbol is the raw symbol of the file's metadata.
        case dbn(path: String)
        /// The records of a DBN file as CSV, of one instrument, or with a column `symbol`.
        case dbnCsv(path: String)
        /// FIX messages: market data by price or, `orders`, order by order. `rewritten`: lengths and checksums are not
        /// judged. `fills`: the fills of execution reports are trades.
        case fixLog(path: String, mode: LobsterMode = .levels, rewritten: Bool = false, fills: Bool = false)
        /// Captured streams of a venue, merged by the time of receipt. `kind`: levels or quotes, each with the trades;
        /// `nil`: levels where there is a book.
        case stream(paths: [String], venue: StreamVenue, kind: SourceKind? = nil)
        /// Binance's files of historical futures books, one after the other.
        case binanceDepth(paths: [String])
        /// Ticks or daily bars as text.
        case text(path: String, format: TextFormat)
        /// LEAN zips of one instrument, of one kind of bars or of ticks. `factorsPath`: prices and quantities are adjusted
        /// by this factor file.
        case lean(paths: [String], market: LeanMarket, factorsPath: String? = nil)
    }

    public var source: Source
    public var instrument: InstrumentSpecification
    /// Length of the bars; `nil`: the shortest distance between neighbouring rows.
    public var timeframe: Timeframe?
    /// `nil`: by the layout.
    public var gaps: GapRule?
    /// LOBSTER, ITCH and LEAN: the day at the exchange; `nil`: from the file's name.
    public var day: CatalogDay?
    /// LOBSTER: levels that the message file covers; `nil`: from the file's name.
    public var levels: Int?

    /// Days in the catalog that have more events than this import give way to it.
    public var replacesMore: Bool

    public init(
        source: Source, instrument: InstrumentSpecification, timeframe: Timeframe? = nil, gaps: GapRule? = nil,
        day: CatalogDay? = nil, levels: Int? = nil, replacesMore: Bool = false
    ) {
        self.replacesMore = replacesMore
        self.source = source
        self.instrument = instrument
        self.timeframe = timeframe
        self.gaps = gaps
        self.day = day
        self.levels = levels
    }
}
