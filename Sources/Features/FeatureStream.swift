internal import Core
internal import CxxFeature
internal import Domain

/// A set kept up to date bar by bar, for some instruments: the online store of their values.
///
///     var stream = FeatureStream(plan, instruments: ["XNAS:AAPL", "XNAS:AMZN"])
///     stream.update(time: close, [(0, bar), (1, other)])      // all bars that closed at that time
///     let rsi = stream[0, column: 3]
///
/// Bit for bit what `FeatureBatch` computes of the same bars. One thread at a time. Nothing is allocated after `init`, whose memory is
/// some kilobytes for each feature with a window and instrument. An update costs O(instruments × features).
public final class FeatureStream {
    public let plan: FeaturePlan
    /// Those that have features, and are the universe.
    public let instruments: [String]
    /// Those that are only referred to; their bars are numbered behind the instruments'.
    public let references: [String]
    /// Time of the last update; `Int64.min` before the first.
    public private(set) var time = Int64.min
    /// Bars that were not taken, since their time was not later than the last update's.
    public private(set) var lateBars: Int = 0

    /// States of all nodes of all instruments, one block for each instrument.
    private let states: UnsafeMutableRawBufferPointer
    private let stateOffsets: [Int]
    private let blockBytes: Int
    /// One number for each slot and instrument.
    private let slots: UnsafeMutableBufferPointer<Double>
    /// Last bar of each instrument and length: open … volume.
    private let bars: UnsafeMutableBufferPointer<Double>
    /// Longer bars that are open, by instrument and length but the first.
    private var open: [LongerBar]
    /// Close of the last bar of each instrument; `Int64.min`: none yet.
    private var lastClose: [Int64]
    /// For each reference of the plan the instrument that is meant; −1: none of ours.
    private let referenced: [Int]
    private let nodes: [FeaturePlan.Node]
    private let steps: UnsafeMutableBufferPointer<Step>
    private let lengths: [Int64]
    private let slotCount: Int
    /// For each node whether it wants all instruments at once.
    private let isAcross: [Bool]
    private let cross: CrossWork
    /// For each node what it remembers of the universe.
    private let crossMemory: [CrossMemory?]
    /// By instrument and place in the plan's moments: the part that is the instrument's (−1: none), and the row that was looked up last.
    private let momentParts: [Int]
    private var momentRows: [Int]
    /// The moment of the step that is being made.
    private var now = Int64.min
    /// The moment at work is not later than the last one.
    private var isLate = false
    /// The kernels that take events, which the host feeds; nil: it has none, and they are never known.
    package var events: EventFeatures?
    /// End of the next longer bar that is open.
    private var nextEnd = Int64.max
    /// Instruments and lengths whose bar closes now: the work of one step.
    private var closing: [Bool]

    /// Instruments are named as the set's references name them, `VENUE:SYMBOL`. A reference to one that is not among them is never known.
    public init(_ plan: FeaturePlan, instruments: [String], references: [String] = []) {
        self.plan = plan
        self.instruments = instruments
        self.references = references
        let all = instruments + references
        nodes = plan.nodes
        slotCount = plan.slotCount
        isAcross = plan.nodes.map { if case .across = $0.work { true } else { false } }
        cross = CrossWork(instruments: instruments, groups: plan.set.groups)
        crossMemory = plan.nodes.map { node in
            if case .across(let method) = node.work { CrossMemory(method, node.values, instruments: instruments.count) } else { nil }
        }
        momentParts = instruments.flatMap { instrument in plan.moments.map { $0.part(of: instrument) } }
        momentRows = Array(repeating: -1, count: momentParts.count)
        lengths = plan.timeframes.map(\.nanoseconds)
        var offset = 0
        stateOffsets = plan.nodes.map { node in
            defer {
                if case .kernel(let kernel) = node.work {
                    offset += node.values.withUnsafeBufferPointer { martlet.feature_bytes(kernel.index, $0.baseAddress, Int32($0.count)) }
                }
            }
            return offset
        }
        blockBytes = offset
        states = .allocate(byteCount: max(1, offset * instruments.count), alignment: 16)
        slots = .allocate(capacity: plan.slotCount * instruments.count)
        slots.initialize(repeating: .nan)
        bars = .allocate(capacity: barColumnCount * plan.timeframes.count * all.count)
        bars.initialize(repeating: .nan)
        open = all.flatMap { _ in plan.timeframes.map { LongerBar(length: $0) } }
        lastClose = Array(repeating: .min, count: all.count)
        referenced = plan.references.map { all.firstIndex(of: $0) ?? -1 }
        closing = Array(repeating: false, count: all.count * plan.timeframes.count)
        steps = .allocate(capacity: plan.nodes.count)
        for (index, node) in plan.nodes.enumerated() { (steps.baseAddress! + index).initialize(to: Step(node, state: stateOffsets[index])) }
        for instrument in instruments.indices { createStates(of: instrument) }
    }

    /// What of a node is looked at each time, without its arrays.
    private struct Step {
        enum Way {
            /// A kernel whose record is there as it is: at a place of the bar, or at a slot.
            case bar, slot
            /// All else.
            case other
        }

        var way = Way.other
        var place = 0
        var timeframe: Int
        var firstSlot: Int
        var state: Int

        init(_ node: FeaturePlan.Node, state: Int) {
            (timeframe, firstSlot) = (node.timeframe, node.firstSlot)
            self.state = state
            guard case .kernel(let kernel) = node.work, node.inputs.count < 2, kernel.record != .several else { return }
            switch node.inputs.first {
            case nil: way = .bar
            case .column(let column)?: (way, place) = (.bar, column)
            case .slot(let slot)?: (way, place) = (.slot, slot)
            default: break
            }
        }
    }

    deinit {
        states.deallocate()
        slots.deallocate()
        bars.deallocate()
        steps.deallocate()
    }

    // MARK: reading

    /// The last value of a column; NaN while it is not warm.
    public subscript(instrument: Int, column column: Int) -> Double {
        slots[instrument * plan.slotCount + plan.columnSlots[column]]
    }

    /// All columns of an instrument. Allocates.
    public func row(_ instrument: Int) -> [Double] { plan.columns.indices.map { self[instrument, column: $0] } }

    // MARK: updating

    /// Takes all bars of the set's length that closed at `time`, at most one for each instrument, by place in `instruments` and, behind those,
    /// `references`. Longer bars that ended since the last update are brought to an end first, each at its own time. One moment is one
    /// update: what comes for it later is late.
    public func update(time: Int64, _ closed: some Sequence<(instrument: Int, bar: BarValues)>) {
        begin(time)
        for (instrument, bar) in closed { take(instrument, bar) }
        end()
    }

    /// The same in steps, for who keeps bars elsewhere: `begin`, `take` for each bar of that moment, `end`.
    package func begin(_ time: Int64) {
        isLate = time <= self.time
        guard !isLate else { return }
        close(before: time)
        self.time = time
    }

    package func take(_ instrument: Int, _ bar: BarValues) {
        guard !isLate, lastClose[instrument] < time else {
            lateBars += 1
            return
        }
        if instrument < instruments.count, let hole = plan.set.resetAfter, lastClose[instrument] != .min, time - lengths[0] - lastClose[instrument] > hole { forget(instrument) }
        lastClose[instrument] = time
        set(bar, of: instrument, 0)
        closing[instrument * lengths.count] = true
        for length in lengths.indices.dropFirst() { open[instrument * lengths.count + length].add(bar, closing: time) }
    }

    package func end() {
        guard !isLate else { return }
        takeOut { builder in builder.closed(at: time) }
        step(at: time)
        nextEnd = open.lazy.map(\.end).min() ?? .max
    }

    /// Ends the longer bars that `time` shows to be over: before what happens then changes what kernels of events say.
    package func end(through time: Int64) {
        if nextEnd <= time { close(before: time + 1) }
    }

    /// Brings longer bars that ended before `time` to their end, in the order of their ends.
    private func close(before time: Int64) {
        while lengths.count > 1, let end = open.lazy.map(\.end).min(), end < time {
            takeOut { builder in builder.closed(at: end) }
            step(at: end)
        }
        nextEnd = open.lazy.map(\.end).min() ?? .max
    }

    private func takeOut(_ take: (inout LongerBar) -> (time: Int64, bar: BarValues)?) {
        for instrument in lastClose.indices {
            for length in lengths.indices.dropFirst() {
                let place = instrument * lengths.count + length
                guard let finished = take(&open[place]) else { continue }
                set(finished.bar, of: instrument, length)
                closing[place] = true
            }
        }
    }

    private func set(_ bar: BarValues, of instrument: Int, _ length: Int) {
        let at = bars.baseAddress! + (instrument * lengths.count + length) * barColumnCount
        at[0] = bar.open
        at[1] = bar.high
        at[2] = bar.low
        at[3] = bar.close
        at[4] = bar.volume
    }

    /// Every node whose bar closes now, in the order of the set: what it reads stands before it.
    private func step(at time: Int64) {
        now = time
        // Instrument by instrument, up to where a step wants all of them.
        var first = 0
        while first < nodes.count {
            var end = first
            while end < nodes.count, !isAcross[end] { end += 1 }
            for instrument in instruments.indices {
                let place = instrument * lengths.count
                for index in first..<end where closing[place + steps[index].timeframe] { update(index, of: instrument) }
            }
            if end < nodes.count { updateAcross(end) }
            first = end + 1
        }
        for index in closing.indices { closing[index] = false }
    }

    private func updateAcross(_ index: Int) {
        guard case .across(let method) = nodes[index].work else { return }
        let length = nodes[index].timeframe
        // A moment at which nobody's bar closes is none.
        guard instruments.indices.contains(where: { closing[$0 * lengths.count + length] }) else { return }
        for instrument in instruments.indices {
            let place = instrument * lengths.count + length
            cross.set(closing[place] ? value(nodes[index].inputs[0], of: instrument, bars.baseAddress! + place * barColumnCount, length) : .nan, of: instrument)
        }
        cross.compute(method, nodes[index].values, crossMemory[index])
        for instrument in instruments.indices where closing[instrument * lengths.count + length] {
            let out = slots.baseAddress! + instrument * plan.slotCount + nodes[index].firstSlot
            for output in 0..<nodes[index].outputs { out[output] = cross.result(output, of: instrument) }
        }
    }

    private func update(_ index: Int, of instrument: Int) {
        let step = steps[index]
        let state = states.baseAddress! + instrument * blockBytes + step.state
        let own = bars.baseAddress! + (instrument * lengths.count + step.timeframe) * barColumnCount
        let row = slots.baseAddress! + instrument * slotCount
        let out = row + step.firstSlot
        switch step.way {
        case .bar: martlet.update_feature(state, own + step.place, out)
        case .slot: martlet.update_feature(state, row + step.place, out)
        case .other: updateOther(index, of: instrument, state, own, out)
        }
    }

    private func updateOther(
        _ index: Int, of instrument: Int, _ state: UnsafeMutableRawPointer, _ own: UnsafeMutablePointer<Double>, _ out: UnsafeMutablePointer<Double>
    ) {
        if case .moment(let place) = nodes[index].work { return fill(out, nodes[index].outputs, from: place, of: instrument) }
        if case .event = nodes[index].work {
            if let events { out.update(from: events.outputs(ofNode: index, instrument), count: nodes[index].outputs) }
            return
        }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: FeatureSet.maximumInputs) { record in
            // The first stands in for those that are not given; they are not looked at.
            record.initialize(repeating: value(nodes[index].inputs[0], of: instrument, own, nodes[index].timeframe))
            for place in nodes[index].inputs.indices { record[place] = value(nodes[index].inputs[place], of: instrument, own, nodes[index].timeframe) }
            martlet.update_feature(state, record.baseAddress!, out)
        }
    }

    private func value(_ source: FeaturePlan.Source, of instrument: Int, _ own: UnsafeMutablePointer<Double>, _ length: Int) -> Double {
        switch source {
        case .column(let column): own[column]
        case .slot(let slot): slots[instrument * plan.slotCount + slot]
        case .reference(let place, let column):
            referenced[place] < 0 ? .nan : bars[(referenced[place] * lengths.count + length) * barColumnCount + column]
        case .moment(let place, let column): momentValue(place, column, of: instrument)
        }
    }

    /// The part of a moment that is an instrument's, and its last row that is known now; nil where there is no such part.
    private func lookUp(_ place: Int, of instrument: Int) -> (part: Int, row: Int)? {
        let at = instrument * plan.moments.count + place
        guard momentParts[at] >= 0 else { return nil }
        momentRows[at] = plan.moments[place].row(of: momentParts[at], at: now, hint: momentRows[at])
        return (momentParts[at], momentRows[at])
    }

    private func momentValue(_ place: Int, _ column: Int, of instrument: Int) -> Double {
        guard let found = lookUp(place, of: instrument) else { return .nan }
        return plan.moments[place].value(column, of: found.part, row: found.row, at: now)
    }

    private func fill(_ out: UnsafeMutablePointer<Double>, _ count: Int, from place: Int, of instrument: Int) {
        guard let found = lookUp(place, of: instrument) else { return out.update(repeating: .nan, count: count) }
        plan.moments[place].fill(out, of: found.part, row: found.row, at: now)
    }

    // MARK: states

    /// All that changes, in memory order; what it is made for was checked.
    func codeState(_ state: inout StateCoder) {
        state.value(&time)
        state.value(&lateBars)
        for memory in [UnsafeMutableRawBufferPointer(slots), UnsafeMutableRawBufferPointer(bars), states] + crossMemory.compactMap({ $0?.bytes }) {
            guard let bytes = state.bytes(memory.count) else { return }
            if state.isReading {
                memory.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: memory.count))
            } else {
                bytes.copyMemory(from: memory.baseAddress!, byteCount: memory.count)
            }
        }
        for instrument in lastClose.indices { state.value(&lastClose[instrument]) }
        for place in open.indices { open[place].code(&state) }
        events?.code(&state)
        nextEnd = open.lazy.map(\.end).min() ?? .max
    }

    private func createStates(of instrument: Int) {
        for (index, node) in nodes.enumerated() {
            let state = states.baseAddress! + instrument * blockBytes + stateOffsets[index]
            guard case .kernel(let kernel) = node.work else { continue }
            let bytes = (index + 1 < nodes.count ? stateOffsets[index + 1] : blockBytes) - stateOffsets[index]
            let status = node.values.withUnsafeBufferPointer {
                martlet.create_feature(kernel.index, $0.baseAddress, Int32($0.count), state, bytes)
            }
            precondition(status == .ok, "the plan was checked")
        }
    }

    /// After a hole: every feature of the instrument is as new. Bars that are open stay.
    private func forget(_ instrument: Int) {
        for (index, node) in nodes.enumerated() {
            if case .kernel = node.work { martlet.reset_feature(states.baseAddress! + instrument * blockBytes + stateOffsets[index]) }
        }
        events?.forget(instrument)
        for slot in 0..<plan.slotCount { slots[instrument * plan.slotCount + slot] = .nan }
    }
}
