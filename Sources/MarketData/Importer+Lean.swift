import Core
import CxxEvent
import CxxFeed
import Domain

// LEAN's zips: a file a day, or one file of daily bars; what the rows are follows from their columns.

/// Whose data the zips are: it gives the unit of prices and the zone of times.
public enum LeanMarket: String, Sendable, Codable, CaseIterable {
    /// US equities: dollars × 10,000, times of New York.
    case us
    /// Indian equities: rupees × 10,000, Indian times.
    case india
    /// Plain decimals, UTC.
    case crypto
    /// Plain decimals, UTC.
    case forex

    var options: martlet.TextOptions {
        var options = martlet.TextOptions()
        options.zone = self == .us ? .new_york : .fixed
        options.zone_offset_seconds = self == .india ? 19_800 : 0
        options.price_unit = martlet.Decimal(mantissa: 1, exponent: isEquity ? -4 : 0)
        return options
    }

    private var isEquity: Bool { self == .us || self == .india }

    /// What the market's rules say where nothing was stated. Equities are priced in ten-thousandths, their tick is a cent,
    /// in India five.
    func completed(_ stated: InstrumentSpecification) -> InstrumentSpecification {
        var full = stated
        full.currency = stated.currency ?? (self == .us ? "USD" : self == .india ? "INR" : quoteCurrency(of: stated.key.symbol))
        guard isEquity else { return full }
        if stated.priceIncrement == nil {
            full.priceIncrement = Increment("0.0001")
            full.tick = stated.tick ?? (self == .us ? 100 : 500)
        }
        full.lotIncrement = stated.lotIncrement ?? .one
        return full
    }
}

/// Imports zips of one kind of bars, or of ticks: trades, quotes or both.
func importLean(
    _ paths: [String], _ market: LeanMarket, factorsPath: String?, _ request: ImportRequest, _ stated: InstrumentSpecification, into catalog: Catalog
) throws(MarketDataError) -> ImportReport {
    var sources: [TextSource] = []
    for path in paths {
        var options = market.options
        options.layout = try leanLayout(of: path, market)
        options.bar_seconds = UInt32((request.timeframe ?? .minute).seconds)
        if !options.layout.isDaily {
            guard let day = (paths.count == 1 ? request.day : nil) ?? dayInName(of: path) else {
                throw .invalidRequest("\(path): the name bears no day such as 20131007: import it alone and state it with --day")
            }
            options.day = day.number
        }
        sources.append(TextSource(path: path, options: options))
    }
    let layouts = sources.map(\.options.layout)
    guard layouts.allSatisfy({ $0 == layouts[0] || !($0.isBars || layouts[0].isBars) }) else {
        throw .invalidRequest("\(paths[0]) and others hold different things: bars of trades and bars of quotes are imported apart, under instruments of their own")
    }
    var specification = market.completed(stated)
    // What was adjusted falls between ten-thousandths.
    if factorsPath != nil, request.instrument.priceIncrement == nil { (specification.priceIncrement, specification.tick) = (Increment("0.000001"), request.instrument.tick ?? 1) }
    if layouts[0] == .lean_forex_ticks { specification.lotIncrement = specification.lotIncrement ?? .one } // they state no sizes
    let instrument = try inferTextInstrument(sources, specification)
    var staged = StagedLog(catalog, instrument.key, source: paths[0])
    var feed = DecodedFeed(layout: "lean-\(market.rawValue)" + (factorsPath == nil ? "" : ", adjusted"))
    let factors: LeanFactors?
    if let factorsPath { factors = try LeanFactors(factorsPath, &staged.log) } else { factors = nil }
    for source in sources {
        let start = feed.events.size()
        try decodeText(source, instrument, &feed, &staged.log)
        factors?.adjust(&feed.events, from: start, day: source.options.layout.isDaily ? nil : CatalogDay(number: source.options.day))
    }
    feed.sort()
    let isBars = layouts[0].isBars
    if isBars { dropHalfBars(&feed) }
    guard feed.events.size() > 0 else {
        throw .corrupt(path: paths[0], reason: "no event in \(feed.rows) rows, \(staged.log.total(.rejected)) rejected")
    }
    let timeframe: Timeframe? = isBars ? layouts[0].isDaily ? .day : request.timeframe ?? .minute : nil
    if let timeframe {
        try checkSpacing(UnsafeBufferPointer(start: feed.events.data(), count: feed.events.size()), path: paths[0], stated: timeframe)
    }
    return try store(feed, instrument, kind: isBars ? .bars : .quotes, timeframe: timeframe, staged, request, into: catalog)
}

/// Bars of one side only have no middle price: they are left out, and counted.
private func dropHalfBars(_ feed: inout DecodedFeed) {
    guard let data = feed.events.data() else { return }
    let count = feed.events.size()
    var kept = 0
    var index = 0
    while index < count {
        let isPair = index + 1 < count && data[index].side == .buy && data[index + 1].side == .sell
            && data[index].exchange_time == data[index + 1].exchange_time
        let taken = data[index].side == .none ? 1 : isPair ? 2 : 0
        for offset in 0..<taken { data[kept + offset] = data[index + offset] }
        kept += taken
        index += max(1, taken)
    }
    feed.omit(UInt64(count - kept), "bars of one side without the other")
    feed.events.truncate(kept)
}

extension martlet.TextLayout {
    fileprivate var isDaily: Bool { self == .lean_daily_trade_bars || self == .lean_daily_quote_bars }
    fileprivate var isBars: Bool { isDaily || self == .lean_trade_bars || self == .lean_quote_bars }
}

/// What the rows of a zip are, by their columns. Source: LEAN's description of its formats.
private func leanLayout(of path: String, _ market: LeanMarket) throws(MarketDataError) -> martlet.TextLayout {
    let lines = try FileBeginning(path).lines
    let fields = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
    let isDated = fields.first?.contains(" ") == true
    if isDated, lines.contains(where: { $0.prefix { $0 != "," }.suffix(5) != "00:00" }) {
        throw .unknownLayout(path: path, seen: "\(lines[0]); LEAN's hourly bars are not read: import minutes, and build them with `orchestrator data bars`")
    }
    switch (fields.count, isDated) {
    case (6, true): return .lean_daily_trade_bars
    case (11, true): return .lean_daily_quote_bars
    case (6, false): return Double(fields[3]) == nil ? .lean_trade_ticks : .lean_trade_bars
    case (11, false): return .lean_quote_bars
    case (8, false): return .lean_quote_ticks
    case (3, false) where market == .forex: return .lean_forex_ticks
    default:
        throw .unknownLayout(path: path, seen: "it begins with '\(lines.first?.prefix(100) ?? "")', which is no row of lean-\(market.rawValue)")
    }
}
