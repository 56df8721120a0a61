internal import Core
package import CxxBook
package import CxxEvent
internal import CxxFeature
package import Domain
package import MarketData

/// The kernels of a plan that take the market's events one by one: quotes, the book's depth, trades. What they say is sampled when a bar
/// closes (`FeaturePlan.Work.event`).
///
///     event ─► before: a trade, with the top of the book that it met ─► book applies it ─► after: the book is consistent again ─► quote, depth
///
/// - A quote is an update where best prices or quantities changed and both sides are there; depth is one wherever the book changed at all.
/// - A book that begins anew (snapshot, clear) lets all kernels but those of trades begin anew, a hole in the feed those of trades too.
/// - Of a book with fewer than ten levels the last is repeated, with nothing on it.
///
/// For a history and for a session's engine, so that both have the same values. Nothing is allocated after `init`.
package final class EventFeatures {
    private struct Step {
        var kernel: Kernel
        var values: [Double]
        var clock: MarketClock
        var takesTimes: Bool
        /// Place of its state in an instrument's block, and of its outputs in an instrument's numbers.
        var state: Int
        var bytes: Int
        var output: Int
    }

    /// What is known of an instrument's market.
    private struct Market {
        var priceUnit: Double
        var lotUnit: Double
        var isByOrder: Bool
        /// The book changed and was not looked at since.
        var isDirty = false
        /// Best bid and ask with their quantities, as last told.
        var top: (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
    }

    /// Whether some kernel moves by a clock, by the clock's place in `allCases`.
    private let reads: [Bool]
    private let steps: [Step]
    /// For each node of the plan where its outputs begin in an instrument's numbers; −1: it takes no events.
    private let places: [Int]
    private var markets: [Market]
    private let blockBytes: Int
    private let numberCount: Int
    private let states: UnsafeMutableRawBufferPointer
    private let numbers: UnsafeMutableBufferPointer<Double>
    private let record: UnsafeMutableBufferPointer<Double>
    /// The record of kernels of times: seconds since the Unix epoch.
    private let seconds: UnsafeMutablePointer<Double>
    private let levels: UnsafeMutablePointer<martlet.Level>

    private static let depthLevels = 10

    /// nil where no kernel of the plan takes events.
    package init?(_ plan: FeaturePlan, _ instruments: [(instrument: Instrument, source: SourceKind)]) {
        guard plan.readsEvents else { return nil }
        var (bytes, outputs) = (0, 0)
        var steps: [Step] = []
        var places = Array(repeating: -1, count: plan.nodes.count)
        for (index, node) in plan.nodes.enumerated() {
            guard case .event(let kernel, let clock) = node.work else { continue }
            let size = node.values.withUnsafeBufferPointer { martlet.feature_bytes(kernel.index, $0.baseAddress, Int32($0.count)) }
            steps.append(Step(kernel: kernel, values: node.values, clock: clock, takesTimes: kernel.takesTimes, state: bytes, bytes: size, output: outputs))
            places[index] = outputs
            bytes += size
            outputs += node.outputs
        }
        self.steps = steps
        self.places = places
        reads = MarketClock.allCases.map { clock in steps.contains { $0.clock == clock } }
        blockBytes = bytes
        numberCount = outputs
        markets = instruments.map { Market(priceUnit: $0.instrument.priceIncrement.value, lotUnit: $0.instrument.lotIncrement.value, isByOrder: $0.source == .byOrder) }
        states = .allocate(byteCount: max(1, bytes * instruments.count), alignment: 16)
        numbers = .allocate(capacity: max(1, outputs * instruments.count))
        numbers.initialize(repeating: .nan)
        record = .allocate(capacity: Int(martlet.maximum_record_columns))
        record.initialize(repeating: 0)
        seconds = .allocate(capacity: Int(martlet.maximum_record_columns))
        seconds.initialize(repeating: 0, count: Int(martlet.maximum_record_columns))
        levels = .allocate(capacity: Self.depthLevels)
        for instrument in instruments.indices {
            for step in steps {
                let status = step.values.withUnsafeBufferPointer {
                    martlet.create_feature(step.kernel.index, $0.baseAddress, Int32($0.count), state(step, of: instrument), step.bytes)
                }
                precondition(status == .ok, "the plan was checked")
            }
        }
    }

    deinit {
        states.deallocate()
        numbers.deallocate()
        record.deallocate()
        seconds.deallocate()
        levels.deallocate()
    }

    private func state(_ step: Step, of instrument: Int) -> UnsafeMutableRawPointer {
        states.baseAddress! + instrument * blockBytes + step.state
    }

    /// The outputs of a node now; NaN while they are not warm.
    func outputs(ofNode node: Int, _ instrument: Int) -> UnsafePointer<Double> {
        UnsafePointer(numbers.baseAddress! + instrument * numberCount + places[node])
    }

    // MARK: events

    /// Takes an event before the book does.
    package func before(_ instrument: Int, _ event: UnsafePointer<martlet.MarketEvent>, _ book: UnsafePointer<martlet.Book>) {
        guard reads(.trades) else { return }
        switch event.pointee.kind {
        case .order_execute: break
        // Order by order, a plain trade repeats the execution before it; one of hidden liquidity does not.
        case .trade where !markets[instrument].isByOrder || event.pointee.flags & UInt16(martlet.market_flag_implied.rawValue) != 0: break
        default: return
        }
        let (priceUnit, lotUnit) = (markets[instrument].priceUnit, markets[instrument].lotUnit)
        let (bid, ask) = (book.pointee.best_bid(), book.pointee.best_ask())
        record[0] = Double(event.pointee.price) * priceUnit
        record[1] = Double(event.pointee.quantity) * lotUnit
        record[2] = bid.quantity > 0 ? Double(bid.price) * priceUnit : .nan
        record[3] = ask.quantity > 0 ? Double(ask.price) * priceUnit : .nan
        update(.trades, instrument, event.pointee.receive_time)
    }

    /// Takes an event that the book has applied.
    package func after(_ instrument: Int, _ event: UnsafePointer<martlet.MarketEvent>, _ book: UnsafePointer<martlet.Book>) {
        switch event.pointee.kind {
        case .order_add, .order_modify, .order_cancel, .order_execute, .level_set, .quote, .snapshot_end: markets[instrument].isDirty = true
        case .snapshot_begin, .clear: return forget(instrument, butTrades: true)
        case .discontinuity: return forget(instrument, butTrades: false)
        default: break
        }
        if book.pointee.valid() {
            if event.pointee.kind == .order_add, reads(.arrivals) { update(.arrivals, instrument, event.pointee.receive_time) }
            if event.pointee.kind == .order_cancel, reads(.cancels) { update(.cancels, instrument, event.pointee.receive_time) }
        }
        guard markets[instrument].isDirty, event.pointee.flags & UInt16(martlet.market_flag_last.rawValue) != 0, book.pointee.valid() else { return }
        markets[instrument].isDirty = false
        let (bid, ask) = (book.pointee.best_bid(), book.pointee.best_ask())
        guard bid.quantity > 0, ask.quantity > 0 else { return }
        let top = (bid.price, bid.quantity, ask.price, ask.quantity)
        if reads(.quotes), top != markets[instrument].top {
            markets[instrument].top = top
            record[0] = Double(bid.price) * markets[instrument].priceUnit
            record[1] = Double(bid.quantity) * markets[instrument].lotUnit
            record[2] = Double(ask.price) * markets[instrument].priceUnit
            record[3] = Double(ask.quantity) * markets[instrument].lotUnit
            update(.quotes, instrument, event.pointee.receive_time)
        }
        if reads(.depth) {
            fill(.buy, 0, instrument, book)
            fill(.sell, 2 * Self.depthLevels, instrument, book)
            update(.depth, instrument, event.pointee.receive_time)
        }
    }

    /// Prices and quantities of ten levels.
    private func fill(_ side: martlet.Side, _ place: Int, _ instrument: Int, _ book: UnsafePointer<martlet.Book>) {
        let count = book.pointee.depth(side, levels, Self.depthLevels)
        for level in 0..<Self.depthLevels {
            let known = levels[min(level, count - 1)]
            record[place + level] = Double(known.price) * markets[instrument].priceUnit
            record[place + Self.depthLevels + level] = level < count ? Double(known.quantity) * markets[instrument].lotUnit : 0
        }
    }

    @inline(__always)
    private func reads(_ clock: MarketClock) -> Bool { reads[clock.place] }

    private func update(_ clock: MarketClock, _ instrument: Int, _ time: Int64) {
        seconds.pointee = Double(time) / 1e9
        for index in steps.indices where steps[index].clock == clock {
            let input = steps[index].takesTimes ? seconds : record.baseAddress!
            martlet.update_feature(state(steps[index], of: instrument), input, numbers.baseAddress! + instrument * numberCount + steps[index].output)
        }
    }

    // MARK: states

    /// After a hole in the bars: all of an instrument is as new.
    func forget(_ instrument: Int) { forget(instrument, butTrades: false) }

    private func forget(_ instrument: Int, butTrades: Bool) {
        for step in steps where !butTrades || step.clock != .trades {
            martlet.reset_feature(state(step, of: instrument))
            for output in 0..<step.kernel.outputs.count { numbers[instrument * numberCount + step.output + output] = .nan }
        }
        markets[instrument].top = (0, 0, 0, 0)
        markets[instrument].isDirty = false
    }

    /// All that changes; what it is made for was checked.
    func code(_ state: inout StateCoder) {
        for memory in [UnsafeMutableRawBufferPointer(numbers), states] {
            guard let bytes = state.bytes(memory.count) else { return }
            if state.isReading {
                memory.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: memory.count))
            } else {
                bytes.copyMemory(from: memory.baseAddress!, byteCount: memory.count)
            }
        }
        for instrument in markets.indices {
            state.value(&markets[instrument].isDirty)
            state.value(&markets[instrument].top.0)
            state.value(&markets[instrument].top.1)
            state.value(&markets[instrument].top.2)
            state.value(&markets[instrument].top.3)
        }
    }
}

extension FeaturePlan {
    /// Whether kernels take the market's events, not only bars.
    public var readsEvents: Bool { nodes.contains { if case .event = $0.work { true } else { false } } }

    /// The first feature that cannot be had of an instrument that comes so, with the reason; nil where all can.
    package func problem(of source: SourceKind) -> String? {
        for node in nodes {
            guard case .event(let kernel, let clock) = node.work else { continue }
            let name = set.features[node.feature].name
            if source == .bars { return "\(name): \(kernel.name) takes the market's events, and there are only bars" }
            if source != .byOrder, clock == .arrivals || clock == .cancels { return "\(name): \(kernel.name) takes \(clock.rawValue), which are told where a market comes order by order" }
            if source == .quotes, clock == .depth { return "\(name): \(kernel.name) takes ten levels of the book, and there are only quotes" }
        }
        return nil
    }
}

extension martlet.BookOptions {
    /// Of the book that a source's events make.
    package init(of source: SourceKind, tick: Int64, expectedOrders: UInt32) {
        self.init()
        switch source {
        case .byOrder: mode = .by_order
        case .byPrice: mode = .by_price
        case .quotes, .bars: mode = .top_only
        }
        self.tick = max(tick, 1)
        expected_orders = source == .byOrder ? expectedOrders : 16
    }
}

extension MarketClock {
    /// Its place among all.
    @inline(__always)
    fileprivate var place: Int {
        switch self {
        case .trades: 0
        case .quotes: 1
        case .depth: 2
        case .arrivals: 3
        case .cancels: 4
        }
    }
}
