internal import Core
internal import CxxBook
internal import CxxEvent
internal import Domain
internal import Features
internal import MarketData

/// The run's feature set, kept up to date from the market's events: what an observation shows beside the engine's own features.
///
///     event ─► the set's bars of that instrument ─► closed ─┐
///     bar timer ─────────────────────────────────► closed ─┴─► all of one close together ─► stream ─► a row for each instrument
///
/// Bars and values are those of `features compute`, by the same code. Rows of one moment are made together, since a value may compare
/// instruments: where some are fed by bars, which come one by one, that is after the last event of the moment (`TimerKind.rows`), and
/// the questions to the council wait for it. Nothing is allocated after `init`.
struct FeatureRows: ~Copyable {
    /// nil: the run has no set.
    let stream: FeatureStream?
    var builders: [FeatureBarBuilder] = []
    /// Bars that closed and are not in the rows yet, with their instruments.
    var pending: [PendingBar] = []
    /// Instruments whose decision bar has ended, and whose question waits for the rows.
    var asking: [Bool]
    /// Some instruments are fed by bars, which come one by one.
    let waitsForBars: Bool
    /// Kernels of the set take the market's events, not only bars.
    let readsEvents: Bool
    private let fedByBars: [Bool]
    private let columns: Int
    private let row: UnsafeMutableBufferPointer<Double>

    struct PendingBar {
        var instrument = 0
        var closed = ClosedBar.none
    }

    init(_ plan: FeaturePlan?, instruments: [martlet.InstrumentDefinition], sources: [SourceKind]) {
        asking = Array(repeating: false, count: instruments.count)
        fedByBars = sources.map { $0 == .bars }
        waitsForBars = fedByBars.contains(true)
        columns = plan?.columns.count ?? 0
        readsEvents = plan?.readsEvents ?? false
        row = .allocate(capacity: columns)
        row.initialize(repeating: .nan)
        guard let plan else {
            stream = nil
            return
        }
        stream = FeatureStream(plan, instruments: instruments.map(\.keyText))
        let fed = zip(instruments, sources).map { definition, source in
            guard let instrument = Instrument(definition) else { preconditionFailure("increments that are not above zero reached the engine") }
            return (instrument: instrument, source: source)
        }
        builders = fed.map { FeatureBarBuilder(plan.set, $0.instrument, $0.source) }
        stream?.events = EventFeatures(plan, fed)
        pending.reserveCapacity(3 * instruments.count)
    }

    deinit { row.deallocate() }

    var isActive: Bool { stream != nil }

    /// Takes an event before the instrument's book does; whether it shows a bar to be over.
    mutating func take(_ event: UnsafePointer<martlet.MarketEvent>, _ book: UnsafePointer<martlet.Book>) -> Bool {
        let instrument = Int(event.pointee.instrument)
        let before = pending.count
        if let closed = builders[instrument].add(event.pointee) { append(instrument, closed) }
        while let closed = builders[instrument].rest(of: event.pointee) { append(instrument, closed) }
        if readsEvents, let stream {
            stream.end(through: event.pointee.receive_time)
            stream.events?.before(instrument, event, book)
        }
        return pending.count != before
    }

    /// Takes an event that the instrument's book has applied.
    func applied(_ event: UnsafePointer<martlet.MarketEvent>, _ book: UnsafePointer<martlet.Book>) {
        stream?.events?.after(Int(event.pointee.instrument), event, book)
    }

    /// Ends the bars of ticks that `time` shows to be over.
    mutating func close(through time: Int64) {
        for instrument in builders.indices where !fedByBars[instrument] {
            if let closed = builders[instrument].close(through: time) { append(instrument, closed) }
        }
    }

    private mutating func append(_ instrument: Int, _ closed: ClosedBar) {
        // A host that delivers no timer in between gets its rows early rather than a queue without end.
        if pending.count == 2 * builders.count { makeRows() }
        pending.append(PendingBar(instrument: instrument, closed: closed))
    }

    /// Takes all bars that closed into the rows, moment by moment.
    mutating func makeRows() {
        guard let stream, let latest = pending.lazy.map(\.closed.time).max() else { return }
        // Others have a bar of that moment: whose last part has not come by now has none.
        for instrument in builders.indices where fedByBars[instrument] {
            if let closed = builders[instrument].close(through: latest) { pending.append(PendingBar(instrument: instrument, closed: closed)) }
        }
        sortPending()
        var first = 0
        while first < pending.count {
            let time = pending[first].closed.time
            stream.begin(time)
            while first < pending.count, pending[first].closed.time == time {
                stream.take(pending[first].instrument, pending[first].closed.bar)
                first += 1
            }
            stream.end()
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// By time, then instrument. They come almost so, and the library's sort would ask for memory.
    private mutating func sortPending() {
        for place in pending.indices.dropFirst() {
            var at = place
            while at > 0, (pending[at].closed.time, pending[at].instrument) < (pending[at - 1].closed.time, pending[at - 1].instrument) {
                pending.swapAt(at, at - 1)
                at -= 1
            }
        }
    }

    /// The last row of an instrument, valid until the next call; empty without a set.
    func values(_ instrument: Int) -> UnsafeBufferPointer<Double> {
        if let stream { for column in 0..<columns { row[column] = stream[instrument, column: column] } }
        return UnsafeBufferPointer(row)
    }
}
