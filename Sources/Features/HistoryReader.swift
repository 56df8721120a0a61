internal import CxxBook
package import CxxEvent
package import Domain
package import MarketData

/// Numbers of kernels that take events, as they were when bars closed.
package struct EventSamples: Sendable {
    /// Of one node of a plan: at the closes of bars of its length, a column for each output.
    struct Column: Sendable {
        var node: Int
        var times: [Int64] = []
        var values: [[Double]]
    }

    var columns: [Column] = []
}

/// One instrument's events, read once, to the bars of a plan's set and to samples of the kernels that take events: what a session's engine does
/// with the same events, with their time as its clock.
package struct HistoryReader: ~Copyable {
    private let plan: FeaturePlan
    private var builder: FeatureBarBuilder
    private(set) var table: BarTable
    private let events: EventFeatures?
    private let book: UnsafeMutablePointer<martlet.Book>
    private var samples = EventSamples()
    /// Bars of the plan's lengths but the first, for their ends.
    private var longer: [LongerBar]
    /// An end of theirs that comes next.
    private var nextEnd = Int64.max

    package init(_ plan: FeaturePlan, _ instrument: Instrument, _ source: SourceKind) {
        self.plan = plan
        builder = FeatureBarBuilder(plan.set, instrument, source)
        table = BarTable(timeframe: plan.set.timeframe)
        events = EventFeatures(plan, [(instrument, source)])
        book = .allocate(capacity: 1)
        book.initialize(to: martlet.Book(martlet.BookOptions(of: source, tick: instrument.tick, expectedOrders: 8_192)))
        longer = events == nil ? [] : plan.timeframes.dropFirst().map { LongerBar(length: $0) }
        for (index, node) in plan.nodes.enumerated() {
            guard case .event = node.work else { continue }
            samples.columns.append(.init(node: index, values: Array(repeating: [], count: node.outputs)))
        }
    }

    deinit {
        book.deinitialize(count: 1)
        book.deallocate()
    }

    /// Takes the next event, in the order of time.
    package mutating func take(_ event: UnsafePointer<martlet.MarketEvent>) {
        guard event.pointee.kind != .bar else { return takeBar(event.pointee) }
        closeBars(through: event.pointee.receive_time)
        if let closed = builder.add(event.pointee) { close(closed) }
        guard let events else { return }
        events.before(0, event, UnsafePointer(book))
        _ = book.pointee.apply(event.pointee)
        events.after(0, event, UnsafePointer(book))
    }

    private mutating func takeBar(_ event: martlet.MarketEvent) {
        if let closed = builder.add(event) { close(closed) }
        while let closed = builder.rest(of: event) { close(closed) }
    }

    /// Ends what `time` shows to be over, in the order of their ends.
    package mutating func closeBars(through time: Int64) {
        if let closed = builder.close(through: time) { close(closed) }
        endLonger(through: time)
    }

    /// Ends the bar in progress, though nothing shows it to be over; whether there was one. For who knows that time went on.
    mutating func closeOpen() -> Bool {
        let count = table.count
        if let closed = builder.close(through: .max - 1) { close(closed) }
        return table.count > count
    }

    /// The bars, with samples beside them, and nothing more to come. Longer bars that are open go on for as long as others have bars, and then
    /// have what was last there.
    package mutating func finish() -> BarTable {
        endLonger(through: .max - 1)
        table.events = samples
        return table
    }

    private mutating func close(_ closed: ClosedBar) {
        endLonger(through: closed.time - 1)
        guard let startsAnew = plan.set.append(closed, to: &table), let events else { return }
        if startsAnew { events.forget(0) }
        for length in longer.indices { longer[length].add(closed.bar, closing: closed.time) }
        nextEnd = longer.lazy.map(\.end).min() ?? .max
        sample(0, closed.time)
        endLonger(through: closed.time)
    }

    private mutating func endLonger(through time: Int64) {
        while nextEnd <= time {
            let end = nextEnd
            for length in longer.indices where longer[length].closed(at: end) != nil { sample(length + 1, end) }
            nextEnd = longer.lazy.map(\.end).min() ?? .max
        }
    }

    private mutating func sample(_ length: Int, _ time: Int64) {
        guard let events else { return }
        for place in samples.columns.indices where plan.nodes[samples.columns[place].node].timeframe == length {
            let outputs = events.outputs(ofNode: samples.columns[place].node, 0)
            samples.columns[place].times.append(time)
            for output in samples.columns[place].values.indices { samples.columns[place].values[output].append(outputs[output]) }
        }
    }
}
