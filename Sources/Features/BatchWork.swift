internal import CxxFeature

/// One computation of a batch: bars of every length, and the slots that are known so far.
///
///     depth 0: kernels of bars ─► depth 1: what reads those ─► …     within a depth: length by length, all instruments at once
struct BatchWork {
    private let plan: FeaturePlan
    private let instruments: [String]
    /// By instrument, then by length.
    private let tables: [[WorkTable]]
    /// By place in the plan's references, then by length.
    private let references: [[WorkTable]]
    /// By instrument, then slot; as long as the table of the slot's length.
    private var slots: [[NumberColumn?]]
    /// The length of each slot, as its place in the plan.
    private let lengthOfSlot: [Int]
    private let threads: Int

    init(
        _ plan: FeaturePlan, _ bars: [(instrument: String, bars: BarTable)], _ others: [(instrument: String, bars: BarTable)], threads: Int
    ) {
        self.plan = plan
        self.threads = threads
        instruments = bars.map(\.instrument)
        // Time goes on for an instrument after its last bar, as long as others have bars.
        let end = (bars + others).compactMap(\.bars.times.last).max() ?? .min
        func tables(of table: BarTable) -> [WorkTable] { plan.timeframes.map { WorkTable(table.aggregated(to: $0, until: end)) } }
        let own = bars.map { tables(of: $0.bars) }
        self.tables = own
        references = plan.references.map { key in
            if let place = bars.firstIndex(where: { $0.instrument == key }) { return own[place] }
            return tables(of: others.first { $0.instrument == key }?.bars ?? BarTable(timeframe: plan.set.timeframe))
        }
        slots = bars.map { _ in Array(repeating: nil, count: plan.slotCount) }
        lengthOfSlot = plan.nodes.flatMap { Array(repeating: $0.timeframe, count: $0.outputs) }
    }

    /// Depth by depth, length by length: all that a node reads is there when its turn comes.
    mutating func run() throws(FeatureError) {
        let deepest = plan.nodes.map(\.depth).max() ?? -1
        for depth in stride(from: 0, through: deepest, by: 1) {
            for length in plan.timeframes.indices {
                var nodes: ArraySlice<FeaturePlan.Node> = []
                for node in plan.nodes where node.depth == depth && node.timeframe == length {
                    switch node.work {
                    case .across(let method): try compute(node, across: method, length)
                    case .moment(let place): fill(node, from: plan.moments[place], length)
                    case .event: fillEvents(node, length)
                    case .kernel: nodes.append(node)
                    }
                }
                while !nodes.isEmpty {
                    let (piece, sources) = Self.piece(of: nodes)
                    try compute(piece, sources, length)
                    nodes = nodes[piece.endIndex...]
                }
            }
        }
    }

    /// As many nodes as go into one call of the core, with the columns that they need beyond those of the bar.
    private static func piece(of nodes: ArraySlice<FeaturePlan.Node>) -> (ArraySlice<FeaturePlan.Node>, [FeaturePlan.Source]) {
        var sources: [FeaturePlan.Source] = []
        var end = nodes.startIndex
        for node in nodes {
            var with = sources
            for input in node.inputs where !with.contains(input) {
                if case .column = input { continue }
                with.append(input)
            }
            guard barColumnCount + with.count <= Int(martlet.maximum_record_columns) else { break }
            sources = with
            end += 1
        }
        return (nodes[..<end], sources)
    }

    private mutating func compute(
        _ nodes: ArraySlice<FeaturePlan.Node>, _ sources: [FeaturePlan.Source], _ length: Int
    ) throws(FeatureError) {
        let requests = nodes.map { node in
            node.request { input in
                if case .column(let column) = input { return column }
                return barColumnCount + sources.firstIndex(of: input)!
            }
        }
        var inputs: [UnsafePointer<Double>?] = []
        var outputs: [UnsafeMutablePointer<Double>?] = []
        var lengths: [Int] = []
        var held: [NumberColumn] = []
        for instrument in instruments.indices {
            let table = tables[instrument][length]
            let columns = table.columns + sources.map { column($0, of: instrument, length) }
            held += columns
            for node in nodes {
                for slot in node.firstSlot..<(node.firstSlot + node.outputs) { slots[instrument][slot] = NumberColumn(count: table.bars.count) }
            }
            let results = nodes.flatMap { node in (0..<node.outputs).map { slots[instrument][node.firstSlot + $0]! } }
            // Each stretch is a table of its own in the core, since its states begin anew.
            for stretch in table.bars.stretchRanges {
                inputs += columns.map { UnsafePointer($0.memory.baseAddress! + stretch.lowerBound) }
                outputs += results.map { $0.memory.baseAddress! + stretch.lowerBound }
                lengths.append(stretch.count)
            }
        }
        let width = barColumnCount + sources.count
        let status = inputs.withUnsafeBufferPointer { inputs in
            let tables = lengths.enumerated().map { place, count in
                martlet.FeatureTable(
                    record: .bar, column_count: Int32(width), columns: inputs.baseAddress.map { $0 + place * width }, count: Int64(count))
            }
            return martlet.compute_features(
                requests, Int32(requests.count), tables, Int32(tables.count), outputs,
                martlet.FeatureBatchOptions(threads: Int32(threads), lanes: .best))
        }
        withExtendedLifetime(held) {}
        guard status == .ok else { throw .core("the core refused to compute: status \(status.rawValue)") }
    }

    /// A step over the universe, moment by moment.
    private mutating func compute(_ node: FeaturePlan.Node, across method: CrossSection, _ length: Int) throws(FeatureError) {
        guard CrossMemory.fits(method, node.values, instruments: instruments.count) else {
            throw .tooLarge("\(plan.set.features[node.feature].name): \(method.rawValue) over \(instruments.count) instruments and \(Int(node.values[0])) moments is more than is remembered (4,096 instruments, \(CrossMemory.maximumBytes) bytes)")
        }
        let work = CrossWork(instruments: instruments, groups: plan.set.groups)
        let memory = CrossMemory(method, node.values, instruments: instruments.count)
        let inputs = instruments.indices.map { column(node.inputs[0], of: $0, length) }
        let outputs = instruments.indices.map { instrument in (0..<node.outputs).map { _ in NumberColumn(count: tables[instrument][length].bars.count) } }
        var rows = Array(repeating: 0, count: instruments.count)
        while let time = nextTime(rows, length) {
            let closing = instruments.indices.map { rows[$0] < tables[$0][length].bars.count && tables[$0][length].bars.times[rows[$0]] == time }
            for instrument in instruments.indices { work.set(closing[instrument] ? inputs[instrument][rows[instrument]] : .nan, of: instrument) }
            work.compute(method, node.values, memory)
            for instrument in instruments.indices where closing[instrument] {
                for output in 0..<node.outputs { outputs[instrument][output].memory[rows[instrument]] = work.result(output, of: instrument) }
                rows[instrument] += 1
            }
        }
        for instrument in instruments.indices {
            for output in 0..<node.outputs { slots[instrument][node.firstSlot + output] = outputs[instrument][output] }
        }
    }

    /// All numbers that are there without a bar, at the closes of the bars.
    private mutating func fill(_ node: FeaturePlan.Node, from moment: MomentSource, _ length: Int) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: node.outputs) { numbers in
            for instrument in instruments.indices {
                let times = tables[instrument][length].bars.times
                let columns = (0..<node.outputs).map { _ in NumberColumn(count: times.count) }
                let part = moment.part(of: instruments[instrument])
                var last = -1
                for (row, time) in times.enumerated() where part >= 0 {
                    last = moment.row(of: part, at: time, hint: last)
                    moment.fill(numbers.baseAddress!, of: part, row: last, at: time)
                    for output in columns.indices { columns[output].memory[row] = numbers[output] }
                }
                for output in columns.indices { slots[instrument][node.firstSlot + output] = columns[output] }
            }
        }
    }

    /// What kernels of events said at the closes of the bars; nothing where nobody read events.
    private mutating func fillEvents(_ node: FeaturePlan.Node, _ length: Int) {
        for instrument in instruments.indices {
            let times = tables[instrument][length].bars.times
            let columns = (0..<node.outputs).map { _ in NumberColumn(count: times.count) }
            // The samples are of the whole history, the bars perhaps of its beginning.
            if let samples = tables[instrument][0].bars.events?.columns.first(where: { plan.nodes[$0.node].firstSlot == node.firstSlot }) {
                var next = 0
                for (row, time) in times.enumerated() {
                    while next < samples.times.count, samples.times[next] < time { next += 1 }
                    guard next < samples.times.count, samples.times[next] == time else { continue }
                    for output in columns.indices { columns[output].memory[row] = samples.values[output][next] }
                }
            }
            for output in columns.indices { slots[instrument][node.firstSlot + output] = columns[output] }
        }
    }

    private func nextTime(_ rows: [Int], _ length: Int) -> Int64? {
        var next: Int64?
        for instrument in instruments.indices where rows[instrument] < tables[instrument][length].bars.count {
            next = min(next ?? .max, tables[instrument][length].bars.times[rows[instrument]])
        }
        return next
    }

    // MARK: what was known

    /// A source as a column beside the bars of an instrument and length.
    private func column(_ source: FeaturePlan.Source, of instrument: Int, _ length: Int) -> NumberColumn {
        let table = tables[instrument][length]
        switch source {
        case .column(let column): return table.columns[column]
        case .slot(let slot):
            let values = slots[instrument][slot]!
            let from = lengthOfSlot[slot]
            if from == length { return values }
            return known(values, tables[instrument][from].bars.times, at: table.bars.times, forgottenAt: tables[instrument][0].bars.holes)
        case .reference(let place, let column):
            let other = references[place][length]
            return known(other.columns[column], other.bars.times, at: table.bars.times, forgottenAt: [])
        case .moment(let place, let column): return values(of: plan.moments[place], column, instrument, at: table.bars.times)
        }
    }

    /// What is there without a bar, at each of `wanted`.
    private func values(of moment: MomentSource, _ column: Int, _ instrument: Int, at wanted: [Int64]) -> NumberColumn {
        let result = NumberColumn(count: wanted.count)
        let part = moment.part(of: instruments[instrument])
        guard part >= 0 else { return result }
        var last = -1
        for (row, time) in wanted.enumerated() {
            last = moment.row(of: part, at: time, hint: last)
            result.memory[row] = moment.value(column, of: part, row: last, at: time)
        }
        return result
    }

    /// For each of `wanted` the last value whose time is not later; NaN before the first, and before the first since a time
    /// at which all is forgotten.
    private func known(_ values: NumberColumn, _ times: [Int64], at wanted: [Int64], forgottenAt holes: [Int64]) -> NumberColumn {
        let result = NumberColumn(count: wanted.count)
        var next = 0
        var hole = 0
        var last = Double.nan
        for (row, time) in wanted.enumerated() {
            while true {
                let holeTime = hole < holes.count ? holes[hole] : .max
                let valueTime = next < times.count ? times[next] : .max
                if min(holeTime, valueTime) > time { break }
                // What is of that very moment is not forgotten: the stream too forgets first.
                if holeTime <= valueTime {
                    last = .nan
                    hole += 1
                } else {
                    last = values[next]
                    next += 1
                }
            }
            result.memory[row] = last
        }
        return result
    }

    /// The columns of every instrument, at the closes of the set's own bars.
    func frames() -> [FeatureFrame] {
        instruments.indices.map { instrument in
            FeatureFrame(
                instrument: instruments[instrument], times: tables[instrument][0].bars.times, columns: plan.columns,
                values: plan.columnSlots.map { column(.slot($0), of: instrument, 0).array })
        }
    }
}

/// Columns of a bar's record.
let barColumnCount = 5

/// Bars of one length, and their columns where the core can read them.
private struct WorkTable {
    let bars: BarTable
    let columns: [NumberColumn]

    init(_ bars: BarTable) {
        self.bars = bars
        columns = bars.columns.map { NumberColumn($0) }
    }
}

extension FeaturePlan.Node {
    /// The core's request for this node; `place` says in which column of the record an input stands.
    func request(_ place: (FeaturePlan.Source) -> Int) -> martlet.FeatureRequest {
        guard case .kernel(let kernel) = work else { preconditionFailure("only a kernel is the core's to compute") }
        var request = martlet.FeatureRequest()
        request.feature = kernel.index
        request.parameter_count = Int32(values.count)
        withUnsafeMutableBytes(of: &request.parameters) { memory in
            for (index, value) in values.enumerated() { memory.storeBytes(of: value, toByteOffset: index * 8, as: Double.self) }
        }
        if kernel.record == .several {
            withUnsafeMutableBytes(of: &request.several_columns) { memory in
                for index in 0..<Int(martlet.maximum_several_columns) {
                    // The first stands in for those that are not given; they are not looked at.
                    let input = index < inputs.count ? inputs[index] : inputs[0]
                    memory.storeBytes(of: Int32(place(input)), toByteOffset: index * 4, as: Int32.self)
                }
            }
            return request
        }
        if let value = inputs.first { request.value_column = Int32(place(value)) }
        if inputs.count > 1 { request.reference_column = Int32(place(inputs[1])) }
        return request
    }
}
