import Core
import Domain
import Features
import Foundation

/// A small generator with a stated seed: splitmix64.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// A random walk of bars of a minute: some minutes are absent, now and then hours are.
func randomBars(_ count: Int, seed: UInt64, start: Int64 = 1_700_000_000_000_000_000 / 60_000_000_000 * 60_000_000_000, resetAfter: Int64? = nil) -> BarTable {
    var generator = Seeded(state: seed)
    var table = BarTable(timeframe: .minute)
    var time = start
    var last: Int64?
    var price = 100.0
    for _ in 0..<count {
        time += 60_000_000_000
        if Int.random(in: 0..<20, using: &generator) == 0 { time += 60_000_000_000 * Int64.random(in: 1...12, using: &generator) }
        if Int.random(in: 0..<150, using: &generator) == 0 { time += 3_600_000_000_000 * Int64.random(in: 1...30, using: &generator) }
        let open = price + Double.random(in: -0.1...0.1, using: &generator)
        price = max(1, open + Double.random(in: -0.5...0.5, using: &generator))
        let bar = BarValues(
            open: open, high: max(open, price) + Double.random(in: 0...0.2, using: &generator),
            low: min(open, price) - Double.random(in: 0...0.2, using: &generator), close: price,
            volume: Double(Int.random(in: 0...500, using: &generator)))
        let hole = last.map { time - 60_000_000_000 - $0 } ?? 0
        table.append(time: time, bar, startsAnew: resetAfter.map { hole > $0 } ?? false)
        last = time
    }
    return table
}

/// The same number, or both no number.
func same(_ a: Double, _ b: Double) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }

/// Feeds the tables of several instruments to a stream in the order of time, and compares each row with the frames.
func differences(_ stream: FeatureStream, _ tables: [BarTable], _ frames: [FeatureFrame]) -> [String] {
    var places = Array(repeating: 0, count: tables.count)
    var found: [String] = []
    while let time = tables.indices.compactMap({ places[$0] < tables[$0].count ? tables[$0].times[places[$0]] : nil }).min() {
        let now = tables.indices.filter { places[$0] < tables[$0].count && tables[$0].times[places[$0]] == time }
        stream.update(time: time, now.map { (instrument: $0, bar: tables[$0][places[$0]]) })
        for instrument in now {
            for (column, about) in stream.plan.columns.enumerated() where instrument < frames.count {
                let online = stream[instrument, column: column]
                let offline = frames[instrument].values[column][places[instrument]]
                if !same(online, offline) { found.append("\(about.name) of \(instrument), row \(places[instrument]): online \(online), offline \(offline)") }
            }
            places[instrument] += 1
        }
    }
    return found
}

/// Runs `body` with a folder that has these files, and is gone afterwards.
func withFiles<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-files-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
    return try body(folder)
}

extension FeaturePlan {
    /// The plan of a set whose files have these texts.
    static func of(_ set: FeatureSet, _ files: [String: String]) throws -> FeaturePlan {
        try withFiles(files) { folder in
            var set = set
            let data = try OutsideData.read(&set, folder: folder)
            return try FeaturePlan(set, data)
        }
    }

    /// What is wrong with a set whose files have these texts.
    static func problems(_ set: FeatureSet, _ files: [String: String]) throws -> [String] {
        do {
            _ = try of(set, files)
            return []
        } catch let error as FeatureSetError {
            return error.problems.map(\.description)
        }
    }
}

/// Batch and stream side by side, the stream going on from a snapshot of itself after every tenth moment; what differs.
func disagreements(_ plan: FeaturePlan, _ tables: [BarTable], _ keys: [String]) throws -> (frames: [FeatureFrame], found: [String]) {
    let frames = try FeatureBatch(plan).compute(Array(zip(keys, tables)).map { (instrument: $0, bars: $1) })
    var found = differences(FeatureStream(plan, instruments: keys), tables, frames)
    var stream = FeatureStream(plan, instruments: keys)
    let buffer = StateBuffer()
    var places = keys.map { _ in 0 }
    var moments = 0
    while let time = keys.indices.compactMap({ places[$0] < tables[$0].count ? tables[$0].times[places[$0]] : nil }).min() {
        let now = keys.indices.filter { places[$0] < tables[$0].count && tables[$0].times[places[$0]] == time }
        stream.update(time: time, now.map { (instrument: $0, bar: tables[$0][places[$0]]) })
        for instrument in now {
            let row = stream.row(instrument)
            for (column, about) in plan.columns.enumerated() where !same(row[column], frames[instrument].values[column][places[instrument]]) {
                found.append("\(about.name) of \(keys[instrument]), row \(places[instrument]), going on from a snapshot")
            }
            places[instrument] += 1
        }
        moments += 1
        guard moments % 10 == 0 else { continue }
        var writer = StateCoder(writing: buffer)
        stream.code(&writer)
        stream = FeatureStream(plan, instruments: keys)
        var reader = StateCoder(reading: buffer)
        stream.code(&reader)
        if !reader.isWhole { found.append("a snapshot was not read whole") }
    }
    return (frames, found)
}

/// Numbers of a CSV as they come out of a test's own arrays.
func lines(_ header: String, _ rows: [String]) -> String { ([header] + rows).joined(separator: "\n") + "\n" }
