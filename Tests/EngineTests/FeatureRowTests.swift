import Core
import CxxBook
import CxxEvent
import Domain
import Engine
import Features
import MarketData
import Testing

/// What observations show of a feature set is what a computation over the same history gives, bit for bit.
@Suite struct FeatureRowTests {
    static let keys = (0..<3).map { "T:TEST\($0)" }

    /// Everything that can go wrong with what is known when: longer bars, other instruments, places in the universe, holes, lags.
    static func plan(_ timeframe: Timeframe = .minute, price: FeaturePrice = .trades) throws -> FeaturePlan {
        try FeaturePlan(
            FeatureSet(
                name: "all", timeframe: timeframe, price: price, resetAfter: 3_600_000_000_000,
                features: [
                    Feature(name: "rsi", kernel: "rsi", parameters: ["period": 5]),
                    Feature(name: "slow", kernel: "atr", parameters: ["period": 3], timeframe: .minutes15),
                    Feature(name: "rate", kernel: "roc", parameters: ["period": 2]),
                    Feature(name: "flow", kernel: "obv"),
                    Feature(name: "rank", across: .rank, input: .feature(name: "rate", output: nil)),
                    Feature(name: "breadth", across: .breadth, timeframe: .minutes15, input: .feature(name: "rate", output: nil)),
                    Feature(name: "beta", kernel: "correlation", parameters: ["period": 5], reference: .instrument(.close, key: keys[2]), output: "beta"),
                    Feature(name: "score", kernel: "rsi", normalisation: Normalisation(method: .zScore, window: 8), lag: 2),
                ]))
    }

    /// One that is shown to the council: when, of whom, and the row.
    struct Shown {
        var time: Int64
        var instrument: Int
        var values: [Double]
    }

    static func harness(_ plan: FeaturePlan, source: [SourceKind]) throws -> EngineHarness {
        var configuration = EngineHarness.configuration()
        configuration.timeframe = plan.set.timeframe.nanoseconds
        configuration.featureSet = plan
        return try EngineHarness(configuration, sources: source)
    }

    /// Compares what was shown with the batch over `tables`, and says how often it was the row of that very moment.
    static func compare(_ shown: [Shown], _ plan: FeaturePlan, _ tables: [BarTable]) throws -> Int {
        let frames = try FeatureBatch(plan, threads: 1).compute(tables.enumerated().map { (keys[$0.offset], $0.element) })
        var warm = 0
        for one in shown {
            let frame = frames[one.instrument]
            let row = try #require(frame.times.lastIndex { $0 <= one.time })
            #expect(one.time - frame.times[row] <= 1, "asked at the bar's close")
            for (column, about) in plan.columns.enumerated() {
                let (online, offline) = (one.values[column], frame.values[column][row])
                #expect(online.bitPattern == offline.bitPattern || online.isNaN && offline.isNaN, "\(about.name) of \(one.instrument) at \(one.time): \(online), \(offline)")
                warm += offline.isNaN ? 0 : 1
            }
        }
        return warm
    }

    struct Draw {
        var state: UInt64
        mutating func below(_ bound: Int64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 33) % bound
        }
    }

    @Test("ticks: quotes and trades of three instruments, some silent for minutes or hours", arguments: [1, 2, 3] as [UInt64])
    func ticks(seed: UInt64) throws {
        let plan = try Self.plan()
        var harness = try Self.harness(plan, source: [.quotes, .quotes, .quotes])
        var draw = Draw(state: seed)
        var tables = (0..<3).map { _ in BarTable(timeframe: .minute) }
        /// The bar in progress of each, by the plainest rule: whose minute it is.
        var open: [(minute: Int64, prices: [Int64], volume: Int64)?] = [nil, nil, nil]
        let minute = Int64(60) * EngineHarness.second
        func close(_ instrument: Int) {
            guard let bar = open[instrument] else { return }
            open[instrument] = nil
            let value = { (number: Int64) in Double(number) * 0.01 }
            let closed = (bar.minute + 1) * minute
            let last = tables[instrument].times.last
            tables[instrument].append(
                time: closed,
                BarValues(
                    open: value(bar.prices[0]), high: value(bar.prices.max()!), low: value(bar.prices.min()!), close: value(bar.prices.last!), volume: Double(bar.volume)),
                startsAnew: last.map { closed - minute - $0 > plan.set.resetAfter! } ?? false)
        }
        for step in 0..<6_000 {
            let jump = step % 900 == 899 ? 2 * 3_600 : step % 151 == 150 ? 400 : draw.below(13)
            harness.advance(seconds: jump)
            let instrument = Int(draw.below(step % 300 < 40 ? 2 : 3))
            let price = 10_000 + 50 * Int64(instrument) + draw.below(200)
            harness.quote(price - 1, price + 1, instrument: UInt32(instrument))
            guard draw.below(3) > 0 else { continue }
            let place = harness.time / minute
            if let bar = open[instrument], bar.minute != place { close(instrument) }
            open[instrument] = (place, (open[instrument]?.prices ?? []) + [price], (open[instrument]?.volume ?? 0) + 7)
            harness.trade(price, quantity: 7, instrument: UInt32(instrument))
        }
        harness.advance(seconds: 120)
        for instrument in 0..<3 { close(instrument) }
        let shown = try harness.shown()
        #expect(shown.count > 500)
        #expect(shown.count == tables.map(\.count).reduce(0, +), "every bar asks")
        #expect(try Self.compare(shown, plan, tables) > 2_000)
    }

    @Test("bars: one after the other at one moment, some absent, of minutes and of five", arguments: [(1, Timeframe.minute), (2, .minutes5), (3, .minutes5)] as [(UInt64, Timeframe)])
    func bars(seed: UInt64, timeframe: Timeframe) throws {
        let plan = try Self.plan(timeframe)
        var harness = try Self.harness(plan, source: [.bars, .bars, .bars])
        var draw = Draw(state: seed)
        let minute = Int64(60) * EngineHarness.second
        var minutes = (0..<3).map { _ in BarTable(timeframe: .minute) }
        var time = (EngineHarness.start / (15 * minute) + 1) * 15 * minute
        for step in 0..<4_000 {
            time += step % 700 == 699 ? 121 * minute : minute
            harness.advance(to: time)
            // Whose bar of a moment comes first is nobody's to say.
            let first = Int(draw.below(3))
            for place in 0..<3 {
                let instrument = (first + place) % 3
                // Of five minutes the last one may be the absent one, and everybody's.
                guard draw.below(6) > 0, step % 40 != 4 else { continue }
                var bar = martlet.BarEvent()
                bar.kind = .bar
                bar.instrument = UInt32(instrument)
                bar.exchange_time = time
                bar.seconds = 60
                bar.low = 10_000 + draw.below(100)
                bar.high_above_low = UInt32(draw.below(50) + 3)
                bar.open_above_low = UInt32(draw.below(Int64(bar.high_above_low) + 1))
                bar.close_above_low = UInt32(draw.below(Int64(bar.high_above_low) + 1))
                bar.volume = draw.below(100)
                harness.market(martlet.as_market_event(bar))
                let value = { (number: Int64) in Double(number) * 0.01 }
                minutes[instrument].append(
                    time: time, BarValues(open: value(bar.open()), high: value(bar.high()), low: value(bar.low), close: value(bar.close()), volume: Double(bar.volume)))
            }
        }
        harness.advance(seconds: 3_600)
        let shown = try harness.shown()
        let tables = minutes.map { Self.longer($0, timeframe, plan.set.resetAfter!) }
        #expect(shown.count > 1_000)
        #expect(try Self.compare(shown, plan, tables) > 5_000)
    }

    /// Longer bars by the plainest rule, and holes between them.
    private static func longer(_ minutes: BarTable, _ timeframe: Timeframe, _ hole: Int64) -> BarTable {
        var table = BarTable(timeframe: timeframe)
        let length = timeframe.nanoseconds
        var row = 0
        while row < minutes.count {
            let end = (minutes.times[row] + length - 1) / length * length
            var last = row
            while last + 1 < minutes.count, minutes.times[last + 1] <= end { last += 1 }
            let bars = (row...last).map { minutes[$0] }
            let startsAnew = table.times.last.map { end - length - $0 > hole } ?? false
            table.append(
                time: end,
                BarValues(
                    open: bars[0].open, high: bars.map(\.high).max()!, low: bars.map(\.low).min()!, close: bars.last!.close, volume: bars.map(\.volume).reduce(0, +)),
                startsAnew: startsAnew)
            row = last + 1
        }
        return table
    }

    /// Kernels of each kind of event, sampled at bars of two lengths, and what is made of them.
    static func eventPlan(depth: Bool, orders: Bool = false) throws -> FeaturePlan {
        var features = [
            Feature(name: "top", kernel: "microprice"), Feature(name: "width", kernel: "quoted_spread"),
            Feature(name: "flow", kernel: "order_flow_imbalance", parameters: ["period": 10]),
            Feature(name: "slow_flow", kernel: "order_flow_imbalance", parameters: ["period": 5], timeframe: .minutes5, output: "flow", normalisation: Normalisation(method: .rank, window: 4), lag: 1),
            Feature(name: "paid", kernel: "effective_spread", parameters: ["period": 5]),
            Feature(name: "signed", kernel: "volume_delta", parameters: ["period": 6]),
            Feature(name: "rank", across: .rank, input: .feature(name: "flow", output: "flow")),
            Feature(name: "rsi", kernel: "rsi", parameters: ["period": 5], input: .feature(name: "width", output: "spread")),
        ]
        features.append(Feature(name: "pace", kernel: "event_rate", parameters: ["period": 4], clock: "trades"))
        features.append(Feature(name: "heat", kernel: "hawkes_intensity", timeframe: .minutes5, clock: "quotes", output: "after"))
        if orders { features += ["arrivals", "cancels"].map { Feature(name: $0, kernel: "event_rate", parameters: ["period": 3], clock: $0) } }
        if depth {
            features += [
                Feature(name: "book", kernel: "book_imbalance"), Feature(name: "levels", kernel: "multi_level_flow_imbalance", parameters: ["period": 8], output: "total"),
                Feature(name: "slope", kernel: "depth_and_slope", timeframe: .minutes5),
            ]
        }
        return try FeaturePlan(FeatureSet(name: "events", timeframe: .minute, resetAfter: 1_800_000_000_000, features: features))
    }

    @Test("quotes, depth and trades: kernels of events are sampled at the bars, in a session as over a history", arguments: [SourceKind.quotes, .byPrice, .byOrder], [1, 2] as [UInt64])
    func events(source: SourceKind, seed: UInt64) throws {
        let plan = try Self.eventPlan(depth: source != .quotes, orders: source == .byOrder)
        var harness = try Self.harness(plan, source: [source, source])
        var world = BookWorld(source: source, seed: seed)
        for step in 0..<8_000 {
            let jump = step % 2_500 == 2_499 ? 2_400 : step % 500 == 499 ? 400 : world.draw.below(4)
            harness.advance(to: harness.time + jump * EngineHarness.second + (world.draw.below(3) == 0 ? 0 : world.draw.below(1_000_000_000)))
            world.step(&harness)
        }
        harness.advance(seconds: 900)
        #expect(harness.engine.counters.bookFaults == 0)
        // The clock goes on for a history as it did for the session.
        let end = harness.time
        let tables = try (0..<2).map { instrument in
            let about = try #require(Instrument(EngineHarness.definition(UInt32(instrument))))
            var reader = HistoryReader(plan, about, source)
            for event in harness.events where event.instrument == UInt32(instrument) { withUnsafePointer(to: event) { reader.take($0) } }
            reader.closeBars(through: end)
            return reader.finish()
        }
        let shown = try harness.shown()
        #expect(shown.count > 300 && shown.count <= tables.map(\.count).reduce(0, +))
        #expect(try Self.compare(shown, plan, tables) > 3_000)
        // And two of them by their definition: what the book did before the bar's end, since it began anew or the bars did.
        let spread = try #require(plan.columns.firstIndex { $0.name == "width.spread" })
        let flow = try #require(plan.columns.firstIndex { $0.name == "flow.flow" })
        var flows = 0
        for one in shown {
            let end = one.time / 60_000_000_000 * 60_000_000_000
            let hole = tables[one.instrument].holes.last { $0 <= end } ?? .min
            let tops = world.tops[one.instrument].filter { $0.time < end }
            let since = tops.lastIndex { $0.top == nil || $0.time < hole }.map { $0 + 1 } ?? 0
            let updates = tops[since...].compactMap(\.top).reduce(into: [BookWorld.Top]()) { if $0.last != $1 { $0.append($1) } }
            #expect(one.values[spread].isNaN == updates.isEmpty, "\(one.instrument) at \(end)")
            if let last = updates.last { #expect(abs(one.values[spread] - Double(last.ask - last.bid) * 0.01) < 1e-9) }
            #expect(one.values[flow].isNaN == (updates.count < 11), "\(one.instrument) at \(end)")
            guard updates.count >= 11 else { continue }
            let plain = zip(updates.suffix(11), updates.suffix(10)).map { $1.flow(after: $0) }.reduce(0, +)
            #expect(one.values[flow] == plain, "\(one.instrument) at \(end)")
            flows += 1
        }
        #expect(flows > 150)
    }

    @Test("a set of events is refused of an instrument that has none, and depth of one that has only quotes")
    func refused() throws {
        #expect(try Self.eventPlan(depth: true).problem(of: .quotes) == "book: book_imbalance takes ten levels of the book, and there are only quotes")
        #expect(try Self.eventPlan(depth: false).problem(of: .quotes) == nil)
        #expect(try Self.eventPlan(depth: false).problem(of: .bars) == "top: microprice takes the market's events, and there are only bars")
        #expect(try Self.plan().problem(of: .bars) == nil)
        #expect(try Self.eventPlan(depth: true, orders: true).problem(of: .byPrice) == "arrivals: event_rate takes arrivals, which are told where a market comes order by order")
        for (feature, words) in [
            (Feature(name: "a", kernel: "rsi", clock: "trades"), "rsi does not take the times of events"),
            (Feature(name: "a", kernel: "microprice", clock: "trades"), "microprice does not take the times of events; remove it: it moves by quotes"),
            (Feature(name: "a", kernel: "event_rate", input: .column(.close), clock: "trades"), "takes the times of trades, and no input"),
            (Feature(name: "a", kernel: "event_rate", clock: "trade"), "nor a clock of the market are named 'trade'; did you mean trades?"),
            (Feature(name: "a", kernel: "microprice", input: .column(.close)), "microprice reads the whole quote, and takes no input"),
        ] {
            let error = #expect(throws: FeatureSetError.self) { try FeaturePlan(FeatureSet(name: "s", timeframe: .minute, features: [feature])) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }

    @Test("a run without a set shows what it showed before, in the same layout")
    func none() throws {
        var harness = try EngineHarness()
        harness.warm(bars: 2)
        let shown = try #require(harness.observations.last)
        #expect(shown.setValues.isEmpty && shown.payload.count == 34 && shown.payload[0] == 1)
        #expect(harness.requests.last?.payload_kind == 1 && harness.requests.last?.payload_size == 34 * 8)
    }

    @Test("an observation reads back with its set, and a damaged one is refused")
    func payload() throws {
        let plan = try Self.plan()
        var harness = try Self.harness(plan, source: [.quotes, .quotes, .quotes])
        harness.warm(bars: 12)
        let shown = try #require(harness.observations.last)
        #expect(shown.setValues.count == plan.columns.count && shown.setValues.contains { !$0.isNaN })
        #expect(try Observation(payload: shown.payload) == shown)
        var other = shown.payload
        other[34] = Double(plan.columns.count + 1)
        #expect(throws: PayloadError.self) { try Observation(payload: other) }
        #expect(throws: PayloadError.self) { try Observation(payload: shown.payload.dropLast()) }
        other = shown.payload
        other[0] = 3
        #expect(throws: PayloadError.self) { try Observation(payload: other) }
    }
}

extension EngineHarness {
    func shown() throws -> [FeatureRowTests.Shown] {
        observations.map { FeatureRowTests.Shown(time: $0.time, instrument: Int($0.instrument), values: $0.setValues) }
    }
}
