import Domain
import Reports

/// Random numbers for tests: the same seed, the same numbers.
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 2 &+ 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var mixed = state
        mixed = (mixed ^ (mixed >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return mixed ^ (mixed >> 33)
    }
}

let second: Int64 = 1_000_000_000

/// A report as a session of some hours would give it: three instruments, positions that open and close.
struct SampleReport {
    private var dice: Dice
    private var samples: [EquitySample] = []
    private var trades: [Trade] = []
    private let start: Int64 = 1_704_186_000 * second // 2024-01-02 09:00 UTC
    private let minutes: Int

    private struct Market {
        let symbol: String
        let priceScale: Int
        let lot: Int64
        var price: Int64
        var position: Int64 = 0
        var cost: Int64 = 0
        var realised: Int64 = 0
        var fees: Int64 = 0
        var turnover: Int64 = 0
        var fills: UInt64 = 0
        var points: [RunReport.PriceSeries.Point] = []

        /// Money units of 1e-4.
        func worth(_ price: Int64, _ quantity: Int64) -> Int64 { price * quantity * (priceScale == 2 ? 100 : 1) }
    }

    private var markets = [
        Market(symbol: "ALPHA", priceScale: 2, lot: 240, price: 10_000), Market(symbol: "BRAVO", priceScale: 2, lot: 600, price: 4_250),
        Market(symbol: "CHARLIE", priceScale: 4, lot: 9_000, price: 13_370),
    ]

    init(seed: UInt64 = 7, minutes: Int = 510) {
        dice = Dice(seed)
        self.minutes = minutes
    }

    static func make(seed: UInt64 = 7, minutes: Int = 510) -> RunReport {
        var sample = SampleReport(seed: seed, minutes: minutes)
        return sample.run()
    }

    private mutating func run() -> RunReport {
        for minute in 0..<minutes {
            let time = start + Int64(minute) * 60 * second
            for place in markets.indices { step(place, time) }
            sampleAccount(time)
        }
        var report = RunReport(
            run: "paper-20240102-7f3a", mode: "paper", market: "generated market, 3 instruments", seed: 42, currency: "USD", decimals: 4)
        report.period = .init(start: start, end: start + Int64(minutes) * 60 * second)
        fill(&report)
        return report
    }

    private mutating func step(_ place: Int, _ time: Int64) {
        let drift = Int64(minutes / 2 > samples.count ? 1 : -1) * (place == 1 ? -1 : 1)
        let size = max(2, markets[place].price / 1_200)
        markets[place].price += Int64.random(in: -size...size, using: &dice) + drift
        markets[place].points.append(.init(time: time, price: ExactDecimal(units: markets[place].price, scale: markets[place].priceScale)))
        guard Int.random(in: 0..<11, using: &dice) == 0 else { return }
        let lot = markets[place].lot
        let targets: [Int64] = [drift * lot, drift * 2 * lot, 0, 0, -drift * lot]
        let wanted = targets.randomElement(using: &dice) ?? 0
        trade(place, to: wanted, time: time + Int64.random(in: 0..<(30 * second), using: &dice))
    }

    private mutating func trade(_ place: Int, to wanted: Int64, time: Int64) {
        var market = markets[place]
        let change = wanted - market.position
        guard change != 0 else { return }
        let price = market.price + change.signum()
        let notional = market.worth(price, abs(change))
        let fee = notional / 20_000
        var realised: Int64 = 0
        let closing = market.position.signum() == -change.signum() ? min(abs(change), abs(market.position)) : 0
        if closing > 0 {
            let share = market.cost * closing / abs(market.position)
            realised = market.worth(price, closing) * market.position.signum() - share
            market.cost -= share
        }
        market.cost += market.worth(price, abs(change) - closing) * change.signum()
        market.position = wanted
        market.realised += realised
        market.fees += fee
        market.turnover += notional
        market.fills += 1
        markets[place] = market
        trades.append(
            Trade(
                time: time, instrument: market.symbol, venue: "EMBEDDED", side: change > 0 ? .buy : .sell,
                price: ExactDecimal(units: price, scale: market.priceScale), quantity: ExactDecimal(units: abs(change), scale: 0),
                notional: ExactDecimal(units: notional, scale: 4), fee: ExactDecimal(units: fee, scale: 4),
                realised: ExactDecimal(units: realised, scale: 4)))
    }

    private mutating func sampleAccount(_ time: Int64) {
        var equity: Int64 = 100_000_0000
        var gross: Int64 = 0
        var net: Int64 = 0
        for market in markets {
            let value = market.worth(market.price, market.position)
            equity += market.realised - market.fees + value - market.cost
            gross += abs(value)
            net += value
        }
        samples.append(EquitySample(time: time, equity: equity, gross: gross, net: net))
    }

    private func fill(_ report: inout RunReport) {
        let fees = markets.reduce(0) { $0 + $1.fees }
        report.wallSeconds = 12.4
        report.events = 5_012_338
        report.eventsPerSecond = 404_220
        report.fills = UInt64(trades.count)
        report.fees = report.amount(fees)
        report.costs = .init(
            fees: report.amount(fees), spread: report.amount(fees * 7 / 5), slippage: report.amount(fees / 3), funding: report.amount(0))
        report.instruments = markets.map { market in
            .init(
                symbol: market.symbol, venue: "EMBEDDED", fills: market.fills, position: ExactDecimal(units: market.position, scale: 0),
                turnover: report.amount(market.turnover), realised: report.amount(market.realised),
                unrealised: report.amount(market.worth(market.price, market.position) - market.cost), fees: report.amount(market.fees))
        }
        report.orders.submitted = UInt64(trades.count) + 41
        report.orders.filled = UInt64(trades.count) - 6
        report.orders.partiallyFilled = 6
        report.orders.canceled = 35
        report.orders.rejected = 2
        report.orders.denied = 19
        report.decisions.council = 1_530
        report.decisions.fallback = 4
        report.decisions.vetoed = 87
        report.denials = [
            .init(reason: "POSITION_LIMIT", count: 11), .init(reason: "PRICE_COLLAR", count: 5), .init(reason: "ORDER_RATE", count: 3),
        ]
        report.reconciliation.runs = 18
        report.latency.tickToOrder = .init(count: 1_530, p50: 640, p99: 3_900, p999: 11_200, maximum: 48_000)
        report.latency.tickToRelease = .init(count: 1_530, p50: 14_300, p99: 61_000, p999: 240_000, maximum: 1_900_000)
        report.journal.path = "martlet-data/runs/paper-20240102-7f3a/journal"
        report.journal.digest.inputs = "9f2b6c1e0d7a4f5583e1c0b9a7d6e5f4c3b2a1908f7e6d5c4b3a29181706f5e4"
        report.journal.digest.decisions = "04c1d2e3f4a5b6c7d8e9f00112233445566778899aabbccddeeff0011223344f"
        report.notes = ["4 decisions came from the rule-based fallback: the council missed its deadline."]
        report.prices = markets.map { .init(symbol: $0.symbol, points: $0.points) }
        report.setHistory(samples: samples, trades: trades)
        report.featureSet = .init(name: "swing", contentHash: "5c4b3a29181706f5e49f2b6c1e0d7a4f5583e1c0b9a7d6e5f4c3b2a1908f7e6d")
        report.candles = markets.prefix(2).map { .init(symbol: $0.symbol, venue: "EMBEDDED", page: "candles-EMBEDDED-\($0.symbol).html") }
        let profit = report.metrics.netProfit.units
        report.agents = [
            .init(name: "trend", votes: 1_212, abstentions: 318, meanWeight: 0.58, netProfit: report.amount(profit + 1_840_0000)),
            .init(name: "mean reversion", votes: 988, abstentions: 542, meanWeight: 0.42, netProfit: report.amount(-1_840_0000)),
        ]
    }
}
