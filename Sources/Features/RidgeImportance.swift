/// What each column adds to the others in a linear forecast: fitted on the first rows, measured on the rest.
///
/// Rows in which any column that is used has no number are left out. Columns are standardised by the rows that are fitted on, and cut at five standard
/// deviations. The penalty is a hundredth of the rows that are fitted on, in the units of standardised columns.
struct RidgeImportance {
    /// Loss of explained variance on the rest when a column is shuffled there, the mean of five shuffles; in shares of the return's variance.
    /// nil for a column that was left out.
    let losses: [Double?]

    /// A column that lacks numbers in more than a tenth of either part is left out; nil where there are fewer than twice as many rows as columns on either side, or nothing varies.
    init?(_ values: [[Double]], _ returns: [Double], trainedOn count: Int, seed: UInt64) {
        let used = values.indices.filter { place in
            values[place][..<count].count { $0.isNaN } * 10 <= count && values[place][count...].count { $0.isNaN } * 10 <= returns.count - count
        }
        let width = used.count
        let whole = returns.indices.filter { row in used.allSatisfy { !values[$0][row].isNaN } && !returns[row].isNaN }
        let fit = whole.filter { $0 < count }
        let rest = whole.filter { $0 >= count }
        guard width > 0, fit.count >= 2 * width, rest.count >= 2 * width else { return nil }
        let columns = used.map { Self.standardised(values[$0], by: fit) }
        let center = fit.reduce(0) { $0 + returns[$1] } / Double(fit.count)
        guard let weights = Self.solve(columns, fit.map { returns[$0] - center }, fit) else { return nil }

        var errors = rest.map { returns[$0] - center }
        for (column, weight) in zip(columns, weights) {
            for (place, row) in rest.enumerated() { errors[place] -= weight * column[row] }
        }
        let restMean = rest.reduce(0) { $0 + returns[$1] } / Double(rest.count)
        let variance = rest.reduce(0) { $0 + (returns[$1] - restMean) * (returns[$1] - restMean) }
        guard variance > 0 else { return nil }
        let base = errors.reduce(0) { $0 + $1 * $1 }
        var generator = SplitMix64(seed: seed)
        let found = zip(columns, weights).map { column, weight in
            var loss = 0.0
            for _ in 0..<5 {
                let shuffled = rest.shuffled(using: &generator)
                var sum = 0.0
                for place in rest.indices {
                    let error = errors[place] + weight * (column[rest[place]] - column[shuffled[place]])
                    sum += error * error
                }
                loss += (sum - base) / variance / 5
            }
            return loss
        }
        losses = values.indices.map { place in used.firstIndex(of: place).map { found[$0] } }
    }

    private static func standardised(_ column: [Double], by rows: [Int]) -> [Double] {
        let mean = rows.reduce(0) { $0 + column[$1] } / Double(rows.count)
        let variance = rows.reduce(0) { $0 + (column[$1] - mean) * (column[$1] - mean) } / Double(rows.count)
        guard variance > 0 else { return column.map { _ in 0 } }
        let deviation = variance.squareRoot()
        return column.map { min(max(($0 - mean) / deviation, -5), 5) }
    }

    /// Ridge regression by Cholesky's decomposition of the normal equations.
    private static func solve(_ columns: [[Double]], _ returns: [Double], _ rows: [Int]) -> [Double]? {
        let width = columns.count
        var matrix = Array(repeating: Array(repeating: 0.0, count: width), count: width)
        var right = Array(repeating: 0.0, count: width)
        for i in 0..<width {
            for j in 0...i {
                var sum = 0.0
                for row in rows { sum += columns[i][row] * columns[j][row] }
                matrix[i][j] = sum
            }
            matrix[i][i] += Double(rows.count) / 100
            for (place, row) in rows.enumerated() { right[i] += columns[i][row] * returns[place] }
        }
        for i in 0..<width {
            for j in 0...i {
                var sum = matrix[i][j]
                for k in 0..<j { sum -= matrix[i][k] * matrix[j][k] }
                if i == j {
                    guard sum > 0 else { return nil }
                    matrix[i][i] = sum.squareRoot()
                } else {
                    matrix[i][j] = sum / matrix[j][j]
                }
            }
        }
        for i in 0..<width {
            for k in 0..<i { right[i] -= matrix[i][k] * right[k] }
            right[i] /= matrix[i][i]
        }
        for i in stride(from: width - 1, through: 0, by: -1) {
            for k in stride(from: i + 1, to: width, by: 1) { right[i] -= matrix[k][i] * right[k] }
            right[i] /= matrix[i][i]
        }
        return right
    }
}
