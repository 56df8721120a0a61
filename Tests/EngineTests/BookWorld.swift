import CxxEvent
import MarketData

/// Two small markets of one kind of source, whose best prices it knows.
struct BookWorld {
    let source: SourceKind
    var draw: FeatureRowTests.Draw
    /// The top of a book from a time on.
    struct Top: Equatable {
        var bid, bidLots, ask, askLots: Int64
    }
    /// The top after each packet that touched the book, in order, of each market; nil: the book began anew.
    private(set) var tops: [[(time: Int64, top: Top?)]] = [[], []]
    /// Price to quantity of each side, and to the order that is all of it.
    private var bids: [[Int64: (lots: Int64, order: UInt64)]] = [[:], [:]]
    private var asks: [[Int64: (lots: Int64, order: UInt64)]] = [[:], [:]]
    private var orders: UInt64 = 0

    init(source: SourceKind, seed: UInt64) {
        self.source = source
        draw = FeatureRowTests.Draw(state: seed)
    }

    mutating func step(_ harness: inout EngineHarness) {
        let market = Int(draw.below(2))
        if bids[market].isEmpty && asks[market].isEmpty && source == .byOrder { send(.clear, market, &harness) }
        var touches = true
        switch draw.below(100) {
        case 0 where source != .quotes: begin(market, &harness)
        case 1..<25:
            trade(market, &harness)
            touches = source == .byOrder
        default: move(market, &harness)
        }
        guard touches else { return }
        guard let bid = bids[market].keys.max(), let ask = asks[market].keys.min() else { return }
        let top = Top(bid: bid, bidLots: bids[market][bid]?.lots ?? 0, ask: ask, askLots: asks[market][ask]?.lots ?? 0)
        tops[market].append((harness.time, top))
    }

    private mutating func move(_ market: Int, _ harness: inout EngineHarness) {
        let middle = 10_000 + 200 * Int64(market)
        if source == .quotes {
            let (bid, ask) = (middle - 1 - draw.below(5), middle + 1 + draw.below(5))
            bids[market] = [bid: (1 + draw.below(9), 0)]
            asks[market] = [ask: (1 + draw.below(9), 0)]
            var quote = martlet.QuoteEvent()
            quote.kind = .quote
            quote.flags = UInt16(martlet.market_flag_last.rawValue)
            quote.instrument = UInt32(market)
            quote.exchange_time = harness.time
            (quote.bid_price, quote.bid_quantity, quote.ask_price, quote.ask_quantity) = (bid, bids[market][bid]!.lots, ask, asks[market][ask]!.lots)
            harness.market(martlet.as_market_event(quote))
            return
        }
        // One packet of one to three changes.
        let changes = 1 + draw.below(3)
        for change in 0..<changes {
            let isBid = draw.below(2) == 0
            let price = isBid ? middle - 1 - draw.below(14) : middle + 1 + draw.below(14)
            set(market, isBid, price, draw.below(4) == 0 ? 0 : 1 + draw.below(9), &harness, last: change + 1 == changes)
        }
    }

    /// A level comes, changes or goes. One that goes and is not there is a level that comes.
    private mutating func set(_ market: Int, _ isBid: Bool, _ price: Int64, _ lots: Int64, _ harness: inout EngineHarness, last: Bool) {
        let known = isBid ? bids[market][price] : asks[market][price]
        let lots = known == nil ? max(lots, 1) : lots
        var event = self.event(.level_set, market, isBid, price, lots, last: last)
        if source == .byOrder {
            event.kind = known == nil ? .order_add : lots == 0 ? .order_cancel : .order_modify
            if known == nil { orders += 1 }
            event.order = known?.order ?? orders
            if lots == 0 { event.quantity = known?.lots ?? 0 }
        }
        harness.market(event)
        let level = lots == 0 ? nil : (lots: lots, order: event.order)
        if isBid { bids[market][price] = level } else { asks[market][price] = level }
    }

    private mutating func trade(_ market: Int, _ harness: inout EngineHarness) {
        let isBid = draw.below(2) == 0
        guard let price = isBid ? bids[market].keys.max() : asks[market].keys.min(), let level = isBid ? bids[market][price] : asks[market][price] else { return }
        let lots = 1 + draw.below(level.lots)
        guard source == .byOrder else {
            var print = event(.trade, market, isBid, price, lots, last: true)
            print.side = .none
            harness.market(print)
            return
        }
        var execution = event(.order_execute, market, isBid, price, lots, last: false)
        execution.order = level.order
        harness.market(execution)
        // As some venues do, the trade is told once more.
        var print = event(.trade, market, isBid, price, lots, last: true)
        print.order = level.order
        harness.market(print)
        let left = lots == level.lots ? nil : (lots: level.lots - lots, order: level.order)
        if isBid { bids[market][price] = left } else { asks[market][price] = left }
    }

    /// The feed begins anew.
    private mutating func begin(_ market: Int, _ harness: inout EngineHarness) {
        tops[market].append((harness.time, nil))
        if draw.below(2) == 0 { send(.discontinuity, market, &harness) }
        send(.snapshot_begin, market, &harness)
        let levels = [(true, bids[market]), (false, asks[market])].flatMap { side, levels in levels.sorted { $0.key < $1.key }.map { (side, $0.key, $0.value) } }
        for (isBid, price, level) in levels {
            var event = self.event(source == .byOrder ? .order_add : .level_set, market, isBid, price, level.lots, last: false)
            event.order = level.order
            event.flags = UInt16(martlet.market_flag_snapshot.rawValue)
            harness.market(event)
        }
        send(.snapshot_end, market, &harness)
    }

    private func send(_ kind: martlet.EventKind, _ market: Int, _ harness: inout EngineHarness) {
        harness.market(event(kind, market, true, 0, 0, last: true))
    }

    private func event(_ kind: martlet.EventKind, _ market: Int, _ isBid: Bool, _ price: Int64, _ lots: Int64, last: Bool) -> martlet.MarketEvent {
        var event = martlet.MarketEvent()
        event.kind = kind
        event.instrument = UInt32(market)
        event.side = isBid ? .buy : .sell
        event.price = price
        event.quantity = lots
        event.flags = last ? UInt16(martlet.market_flag_last.rawValue) : 0
        return event
    }
}

extension BookWorld.Top {
    /// Order flow from `before` to here, by its definition (Cont, Kukanov and Stoikov 2014).
    func flow(after before: Self) -> Double {
        var flow: Int64 = 0
        if bid >= before.bid { flow += bidLots }
        if bid <= before.bid { flow -= before.bidLots }
        if ask <= before.ask { flow -= askLots }
        if ask >= before.ask { flow += before.askLots }
        return Double(flow)
    }
}
