internal import CxxFeature

/// Numbers that are there at any moment, without a bar: the last known of a file's rows, what the calendar says.
///
///     rows, each known from a time on ──► the last that is known at the close of a bar ──► numbers, NaN before the first
///     clock, zone, schedule ────────────► what they say at the close of a bar ───────────► numbers
///
/// Immutable and shared by batch and stream, which therefore have the same bits. What was looked up last is a hint for the next look, and no state.
package struct MomentSource: Sendable {
    /// One number of it.
    struct Column: Sendable {
        var name: String
        var unit: martlet.FeatureUnit
        var meaning: String
    }

    /// How a number follows from the last row.
    enum Rule: Sendable {
        /// It is the row's, for so many nanoseconds.
        case lastKnown(validFor: Int64)
        /// It is what is left of the texts up to the row.
        case fading(halfLifeSeconds: Double)
        /// It is the clock's; there are no rows.
        case clock(CalendarStep, ZoneOffsets)
        /// It is the distance to the events that are known.
        case events(martlet.EventWindow)
    }

    /// The rows of one instrument.
    struct Part: Sendable {
        /// From when on each is known; never falls.
        var known: [Int64]
        var columns: [[Double]]
        /// In the order of their time; of schedules alone.
        var events: [martlet.ScheduledEvent] = []
    }

    /// What messages and features call it.
    let name: String
    let columns: [Column]
    let rule: Rule
    /// Whose each part is; one empty text where it is everybody's.
    let keys: [String]
    let parts: [Part]

    /// The part that an instrument reads; −1 where there is none of it.
    func part(of instrument: String) -> Int {
        keys == [""] ? 0 : keys.firstIndex(of: instrument) ?? -1
    }

    /// The last row of a part that is known at `time`, −1 before the first. `hint` is what the last look gave, or −1. O(1) where little was known
    /// in between, else O(log rows).
    func row(of part: Int, at time: Int64, hint: Int) -> Int {
        let known = parts[part].known
        var low = hint >= 0 && hint < known.count && known[hint] <= time ? hint : -1
        var near = 4
        while near > 0, low + 1 < known.count, known[low + 1] <= time {
            low += 1
            near -= 1
        }
        if near > 0 { return low }
        var high = known.count
        low += 1
        while low < high {
            let middle = (low + high) / 2
            if known[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// All numbers at `time`, one for each column; `row` is the last that is known then. NaN where there is none.
    func fill(_ out: UnsafeMutablePointer<Double>, of part: Int, row: Int, at time: Int64) {
        switch rule {
        case .lastKnown(let validFor):
            let isThere = row >= 0 && time - parts[part].known[row] <= validFor
            for column in columns.indices { out[column] = isThere ? parts[part].columns[column][row] : .nan }
        case .fading(let halfLife):
            if row >= 0 {
                parts[part].fill(out, row: row, at: time, halfLifeSeconds: halfLife)
            } else {
                out.update(repeating: .nan, count: columns.count)
            }
        case .clock(let step, let zone): step.fill(out, at: time, zone)
        case .events(let window): parts[part].fill(out, at: time, window)
        }
    }

    /// One of them.
    func value(_ column: Int, of part: Int, row: Int, at time: Int64) -> Double {
        if case .lastKnown(let validFor) = rule { return row >= 0 && time - parts[part].known[row] <= validFor ? parts[part].columns[column][row] : .nan }
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: columns.count) { numbers in
            fill(numbers.baseAddress!, of: part, row: row, at: time)
            return numbers[column]
        }
    }
}

extension MomentSource {
    /// The last known values of a table: each number stays until the next of its column. Rows of an earlier time than one that was known before say
    /// nothing new.
    init(_ series: OutsideSeries, _ table: OutsideTable, units: [martlet.FeatureUnit]) {
        name = series.name
        rule = .lastKnown(validFor: series.validFor ?? .max)
        keys = table.keys
        columns = zip(table.names, units).map { Column(name: $0, unit: $1, meaning: "the last known value of \(series.name)") }
        parts = table.parts.map { part in
            var result = Part(known: [], columns: Array(repeating: [], count: part.columns.count))
            var latest = Int64.min
            for row in part.known.indices where part.times[row] >= latest {
                latest = part.times[row]
                result.known.append(part.known[row])
                for column in part.columns.indices {
                    let number = part.columns[column][row]
                    result.columns[column].append(number.isNaN ? result.columns[column].last ?? .nan : number)
                }
            }
            return result
        }
    }
}

extension MomentSource {
    /// A kernel over the rows of a table, each taken when it becomes known. A row in which it finds no number is not taken.
    init(_ clock: MomentSource, _ table: OutsideTable, _ inputs: [Int], _ kernel: Kernel, _ values: [Double], _ units: [martlet.FeatureUnit]) {
        name = clock.name
        rule = clock.rule
        keys = clock.keys
        columns = zip(kernel.outputs, units).map { Column(name: $0, unit: $1, meaning: kernel.meaning) }
        parts = table.parts.map { part in
            var result = Part(known: part.known, columns: Array(repeating: [], count: units.count))
            let bytes = values.withUnsafeBufferPointer { martlet.feature_bytes(kernel.index, $0.baseAddress, Int32($0.count)) }
            let state = UnsafeMutableRawBufferPointer.allocate(byteCount: max(8, bytes), alignment: 16)
            defer { state.deallocate() }
            let status = values.withUnsafeBufferPointer { martlet.create_feature(kernel.index, $0.baseAddress, Int32($0.count), state.baseAddress, bytes) }
            precondition(status == .ok, "the parameters were checked")
            var record = Array(repeating: 0.0, count: Int(martlet.maximum_record_columns))
            var outputs = Array(repeating: Double.nan, count: units.count)
            for row in part.known.indices {
                // The first stands in for those that are not given; they are not looked at.
                for place in record.indices { record[place] = part.columns[inputs[place < inputs.count ? place : 0]][row] }
                martlet.update_feature(state.baseAddress, record, &outputs)
                for output in outputs.indices { result.columns[output].append(outputs[output]) }
            }
            return result
        }
    }
}
