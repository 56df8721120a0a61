import Features
import Foundation
import Testing

@Suite("what features are worth, and how they drift")
struct FeatureJudgementTests {
    /// Returns that depend on five of thirty columns, each less than the one before: two in a straight line, two in the square, one in the sign.
    static func planted(_ count: Int, seed: UInt64) -> (names: [String], values: [[Double]], returns: [Double]) {
        var generator = Seeded(state: seed)
        func normal() -> Double {
            let (u, v) = (Double.random(in: 1e-12...1, using: &generator), Double.random(in: 0...1, using: &generator))
            return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
        }
        let values = (0..<30).map { _ in (0..<count).map { _ in normal() } }
        let returns = (0..<count).map { row in
            1.0 * values[0][row] + 0.75 * (values[1][row] * values[1][row] - 1) + 0.65 * values[2][row]
                + 0.5 * (values[3][row] > 0 ? 1.0 : -1.0) + 0.38 * (values[4][row] * values[4][row] - 1) + normal()
        }
        return ((0..<30).map { $0 < 5 ? "planted\($0)" : "noise\($0)" }, values, returns)
    }

    @Test("planted features come first, noise says nothing, and the halves agree", arguments: [1, 2, 3] as [UInt64])
    func ranking(seed: UInt64) throws {
        let (names, values, returns) = Self.planted(12_000, seed: seed)
        let ranking = try FeatureRanking(columns: names, values: values, returns: returns)
        #expect(Set(ranking.rows.prefix(5).map(\.column)) == Set(names[..<5]), "\(ranking.rows.prefix(7))")
        #expect(ranking.rows[5...].count { $0.information > 0 } <= 1)
        #expect((ranking.agreement ?? 0) >= 0.9, "\(String(describing: ranking.agreement))")
        // The straight lines are what a linear forecast sees.
        let byImportance = ranking.rows.sorted { ($0.importance ?? 0) > ($1.importance ?? 0) }
        #expect(byImportance[0].column == "planted0" && Set(byImportance[..<3].map(\.column)) == ["planted0", "planted2", "planted3"])
        #expect(byImportance[3...].allSatisfy { abs($0.importance ?? 0) < 0.02 })
    }

    @Test("without any dependence nothing is claimed")
    func noise() throws {
        var generator = Seeded(state: 11)
        let values = (0..<40).map { _ in (0..<3_000).map { _ in Double.random(in: 0...1, using: &generator) } }
        let returns = (0..<3_000).map { _ in Double.random(in: -1...1, using: &generator) }
        let ranking = try FeatureRanking(columns: (0..<40).map { "c\($0)" }, values: values, returns: returns)
        #expect(ranking.rows.count { $0.information > 0 } <= 2)
        #expect(ranking.rows.allSatisfy { abs($0.importance ?? 0) < 0.02 })
    }

    @Test("a column that is zero most of the time still shows what it says")
    func ties() throws {
        var generator = Seeded(state: 14)
        let column = (0..<6_000).map { _ in Double.random(in: 0...1, using: &generator) < 0.6 ? 0 : Double.random(in: -1...1, using: &generator) }
        let returns = column.map { 0.5 * $0 + Double.random(in: -1...1, using: &generator) }
        let cold = column.indices.map { _ in Double.nan }
        let ranking = try FeatureRanking(columns: ["sparse", "cold"], values: [column, cold], returns: returns)
        #expect(ranking.rows[0].column == "sparse" && ranking.rows[0].information > 0.01 && (ranking.rows[0].importance ?? 0) > 0.05)
        #expect(ranking.rows[1].information == 0 && ranking.rows[1].importance == nil)
    }

    @Test("columns without numbers, constants and too few samples are no trouble")
    func edges() throws {
        var generator = Seeded(state: 12)
        let returns = (0..<1_000).map { _ in Double.random(in: -1...1, using: &generator) }
        let ranking = try FeatureRanking(columns: ["none", "constant", "itself"], values: [returns.map { _ in .nan }, returns.map { _ in 1 }, returns], returns: returns)
        #expect(ranking.rows.map(\.column).first == "itself" && ranking.rows[0].information > 1)
        #expect(ranking.rows[1...].allSatisfy { $0.information == 0 && abs($0.importance ?? 0) < 1e-9 })
        #expect(throws: FeatureError.self) { try FeatureRanking(columns: ["a"], values: [[1, 2, 3]], returns: [1, 2, 3]) }
    }

    @Test("drift is small between halves of one distribution, large after a shift, and the figures are those of the definition")
    func drift() throws {
        var generator = Seeded(state: 13)
        let old = (0..<5_000).map { _ in Double.random(in: 0...1, using: &generator) }
        let new = (0..<5_000).map { _ in Double.random(in: 0...1, using: &generator) }
        let still = try #require(FeatureDrift(column: "a", reference: old, current: new))
        #expect(still.stabilityIndex < 0.02 && still.distance < 0.04 && still.pValue > 0.001)
        let moved = try #require(FeatureDrift(column: "a", reference: old, current: new.map { $0 + 0.2 }))
        #expect(moved.stabilityIndex > 0.25 && moved.pValue < 1e-10)
        // Uniform moved by a fifth: the distribution functions are a fifth apart.
        #expect(abs(moved.distance - 0.2) < 0.03)
        // Half of each class of ten goes to the other five: ten terms of 0.1 and 0.2 (or 0, counted as half a number).
        let all = (0..<1_000).map { Double($0) }
        let above = all.map { 500 + ($0 / 2).rounded(.down) }
        let upper = try #require(FeatureDrift(column: "a", reference: all, current: above))
        let expected = 5 * (0.2 - 0.1) * log(2) + 5 * (0.0005 - 0.1) * log(0.005)
        #expect(abs(upper.stabilityIndex - expected) < 1e-9)
        #expect(FeatureDrift(column: "a", reference: old, current: Array(new.prefix(10))) == nil)
    }
}
