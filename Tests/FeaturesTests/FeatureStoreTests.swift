import Features
import Foundation
import Testing

@Suite("the store of computed features")
struct FeatureStoreTests {
    static func withStore(_ body: (FeatureStore) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-features-test-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(FeatureStore(root: folder))
    }

    static func computed(_ seed: UInt64 = 1, rows: Int = 300) throws -> (FeatureFrame, Lineage) {
        let set = StreamAndBatchTests.mixed
        let frame = try FeatureBatch(FeaturePlan(set)).compute([("X:A/B", randomBars(rows, seed: seed)), ("X:B", randomBars(rows, seed: 9))])[0]
        return (frame, Lineage(set: set, inputs: [.init(instrument: "X:A/B", series: "bars-1m", sha256: ["ab", "cd"])], program: "1.2.3"))
    }

    @Test("gives back every bit, and what it came from")
    func roundTrip() throws {
        try Self.withStore { store in
            let (frame, lineage) = try Self.computed()
            try store.write(frame, lineage)
            let entries = try store.entries(named: "mixed", instrument: "X:A/B")
            #expect(entries.count == 1 && entries[0].lineage == lineage && entries[0].rows == 300 && entries[0].columns == frame.columns)
            #expect(entries[0].lineage.isOfThisCode)
            let read = try store.read(entries[0])
            #expect(read.times == frame.times)
            for (a, b) in zip(read.values, frame.values) { #expect(zip(a, b).allSatisfy { same($0, $1) }) }
        }
    }

    @Test("the same values are the same file, whatever it replaces")
    func deterministic() throws {
        try Self.withStore { store in
            let (frame, lineage) = try Self.computed()
            let path = try store.write(frame, lineage)
            let first = try Data(contentsOf: URL(fileURLWithPath: path))
            let (other, _) = try Self.computed(2)
            #expect(try store.write(other, lineage) == path)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) != first)
            try store.write(frame, lineage)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
        }
    }

    @Test("a flipped bit, a cut and a foreign file are found, wherever they are")
    func damage() throws {
        try Self.withStore { store in
            let (frame, lineage) = try Self.computed(rows: 80)
            let path = try store.write(frame, lineage)
            let entry = store.contents().entries[0]
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            var generator = Seeded(state: 7)
            for place in (0..<60).map({ _ in Int.random(in: 0..<whole.count, using: &generator) }) + [0, 8, 12, 16, 32, 64, whole.count - 1] {
                if (24..<32).contains(place) { continue } // of no meaning yet
                var damaged = whole
                damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                try damaged.write(to: URL(fileURLWithPath: path))
                #expect(throws: FeatureError.self, "byte \(place)") { try store.read(entry) }
            }
            for length in [0, 7, 63, 64, 200, whole.count - 8] {
                try whole.prefix(length).write(to: URL(fileURLWithPath: path))
                #expect(throws: FeatureError.self, "\(length) bytes") { try store.read(entry) }
                let (entries, faults) = store.contents()
                #expect(entries.count + faults.count == 1)
            }
        }
    }

    @Test("a damaged file hides none of the others")
    func beside() throws {
        try Self.withStore { store in
            let (frame, lineage) = try Self.computed(rows: 60)
            let path = try store.write(frame, lineage)
            try Data("nothing".utf8).write(to: URL(fileURLWithPath: path.replacingOccurrences(of: "X=A+B", with: "X=BAD")))
            #expect(try store.entries(named: "mixed").map(\.instrument) == ["X:A/B"])
            #expect(store.contents().faults.count == 1)
        }
    }

    @Test("what is not stored is named with what is")
    func unknown() throws {
        try Self.withStore { store in
            #expect(throws: FeatureError.notFound("the store in \(store.root) has no set 'a': it is empty")) { try store.entries(named: "a") }
            let (frame, lineage) = try Self.computed(rows: 30)
            try store.write(frame, lineage)
            #expect(throws: FeatureError.notFound("the store in \(store.root) has no set 'a': it has mixed@\(lineage.setHash.prefix(12))")) { try store.entries(named: "a") }
            #expect(throws: FeatureError.notFound("'mixed' is not stored for 'C': it is for X:A/B")) { try store.entries(named: "mixed", instrument: "C") }
        }
    }

    @Test("the row of a moment is the last that was known then")
    func pointInTime() throws {
        let (frame, _) = try Self.computed(rows: 50)
        #expect(frame.row(at: frame.times[0] - 1) == nil)
        for row in frame.times.indices {
            #expect(frame.row(at: frame.times[row]) == row)
            #expect(frame.row(at: frame.times[row] + 1) == row)
        }
    }
}
