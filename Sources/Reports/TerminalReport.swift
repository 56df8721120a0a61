extension RunReport {
    /// The report as plain text for a terminal or a pipe: no colour, at most about 100 columns, a newline at
    /// the end.
    public func terminal() -> String {
        var lines: [String] = []
        let start = UTCTime(period.start)
        let end = UTCTime(period.end)
        lines.append("\(run)  \(mode), \(market), seed \(seed)")
        if period.end > period.start { lines.append("\(start.full) to \(start.date == end.date ? end.clockWithSeconds : end.full) UTC") }
        lines.append("")
        lines += TextTable.pairs(summary)
        lines.append("")
        lines += instrumentLines
        if !agents.isEmpty { lines += [""] + agentLines }
        if !denials.isEmpty {
            var table = TextTable(columns: [.left("denied by the gate"), .right("orders")])
            for denial in denials { table.add([denial.reason, NumberText.grouped(denial.count)]) }
            lines += [""] + table.lines
        }
        lines += [""] + latencyLines
        if !notes.isEmpty { lines += [""] + notes.map { "note: \($0)" } }
        lines.append("")
        for (name, text) in [("features", featureSet.map { "\($0.name) \($0.contentHash)" } ?? ""), ("journal", journal.path), ("inputs", journal.digest.inputs), ("decisions", journal.digest.decisions), ("report", report)]
        where !text.isEmpty {
            lines.append(name + String(repeating: " ", count: 11 - name.count) + text)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Two columns of names and values.
    private var summary: [(String, String)] {
        let none = "–"
        return [
            ("net profit", "\(NumberText.signed(metrics.netProfit)) \(money.currency)"),
            ("market events", "\(NumberText.grouped(events)), \(NumberText.short(eventsPerSecond))/s"),
            ("return", NumberText.percent(metrics.return)),
            ("orders", "\(NumberText.grouped(orders.submitted)) submitted, \(NumberText.grouped(orders.filled)) filled"),
            ("largest drawdown", NumberText.percent(metrics.maximumDrawdown)),
            ("", "\(NumberText.grouped(orders.partiallyFilled)) in part, \(NumberText.grouped(orders.canceled)) canceled"),
            ("worst 30 days", NumberText.percent(metrics.worst30Days)),
            ("", "\(NumberText.grouped(orders.rejected)) rejected, \(NumberText.grouped(orders.denied)) denied, \(NumberText.grouped(orders.unknown)) unknown"),
            ("round trips", NumberText.grouped(metrics.trades)),
            ("fills", NumberText.grouped(fills)),
            ("win rate", NumberText.percent(metrics.winRate, places: 1)),
            ("fees", "\(NumberText.amount(fees)) \(money.currency)"),
            ("profit factor", metrics.profitFactor.map { NumberText.fixed($0, places: 2) } ?? none),
            ("all costs", "\(NumberText.amount(costs.total)) \(money.currency)"),
            ("average exposure", NumberText.percent(metrics.averageExposure, places: 1)),
            ("turnover", "\(NumberText.short(metrics.turnover.value)) \(money.currency)"),
            ("decisions", "\(NumberText.grouped(decisions.council)), \(NumberText.grouped(decisions.vetoed)) vetoed, \(NumberText.grouped(decisions.fallback)) fallback"),
            ("reconciliation", "\(NumberText.grouped(reconciliation.differences)) differences"),
        ]
    }

    private var instrumentLines: [String] {
        var table = TextTable(columns: [
            .left("instrument"), .right("fills"), .right("position"), .right("turnover"), .right("realised"), .right("unrealised"),
            .right("fees"), .right("net"),
        ])
        for one in instruments {
            table.add([
                one.symbol, NumberText.grouped(one.fills), NumberText.amount(one.position, places: 8), NumberText.short(one.turnover.value),
                NumberText.amount(one.realised), NumberText.amount(one.unrealised), NumberText.amount(one.fees), NumberText.signed(one.netProfit),
            ])
        }
        return table.lines
    }

    private var agentLines: [String] {
        var table = TextTable(columns: [.left("agent"), .right("votes"), .right("abstained"), .right("weight"), .right("net")])
        for agent in agents {
            table.add([
                agent.name, NumberText.grouped(agent.votes), NumberText.grouped(agent.abstentions),
                NumberText.percent(agent.meanWeight, places: 0), NumberText.signed(agent.netProfit),
            ])
        }
        return table.lines
    }

    private var latencyLines: [String] {
        var table = TextTable(columns: [.left("latency"), .right("count"), .right("p50"), .right("p99"), .right("p99.9"), .right("max")])
        for (name, one) in [("tick to order", latency.tickToOrder), ("tick to release", latency.tickToRelease)] {
            let numbers = [one.p50, one.p99, one.p999, one.maximum].map { one.count > 0 ? NumberText.duration(nanoseconds: $0) : "–" }
            table.add([name, NumberText.grouped(one.count)] + numbers)
        }
        return table.lines
    }
}

/// Columns of text, aligned by characters.
struct TextTable {
    struct Column {
        let title: String
        let isRight: Bool
        static func left(_ title: String) -> Column { Column(title: title, isRight: false) }
        static func right(_ title: String) -> Column { Column(title: title, isRight: true) }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(columns: [Column]) { self.columns = columns }

    mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "expected \(columns.count) cells, were \(row.count)")
        rows.append(row)
    }

    var lines: [String] {
        let all = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                if column > 0 { line += "  " }
                line += columns[column].isRight ? space + cell : cell + space
            }
            return line.trimmedEnd
        }
    }

    /// Names and values, two pairs a line.
    static func pairs(_ pairs: [(String, String)]) -> [String] {
        let left = stride(from: 0, to: pairs.count, by: 2).map { pairs[$0] }
        let nameWidth = left.map(\.0.count).max() ?? 0
        let valueWidth = left.map(\.1.count).max() ?? 0
        let rightWidth = stride(from: 1, to: pairs.count, by: 2).map { pairs[$0].0.count }.max() ?? 0
        func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        return stride(from: 0, to: pairs.count, by: 2).map { place in
            var line = padded(pairs[place].0, nameWidth) + "  " + padded(pairs[place].1, valueWidth)
            if place + 1 < pairs.count { line += "   " + padded(pairs[place + 1].0, rightWidth) + "  " + pairs[place + 1].1 }
            return line.trimmedEnd
        }
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
