internal import CxxFeature

extension MomentSource {
    /// Names of what texts give besides counts of entities.
    static let ofTexts: [Column] = [
        Column(name: "tone", unit: .score, meaning: "mean tone of the texts, each worth half after a half-life, -1 to 1"),
        Column(name: "mentions", unit: .count, meaning: "texts, each worth half after a half-life"),
        Column(name: "seconds_since_last", unit: .seconds, meaning: "seconds since the last text was known"),
    ]

    /// How texts sounded and whom they named, fading by halves. A row of `table` has the text's tone, then how often it names each entity; of a part here the state
    /// behind each text.
    init(_ source: TextSource, _ table: OutsideTable) {
        name = source.name
        let halfLife = Double(source.halfLife) / 1e9
        rule = .fading(halfLifeSeconds: halfLife)
        keys = table.keys
        columns = Self.ofTexts + table.names.dropFirst().map { Column(name: $0, unit: .count, meaning: "mentions of \($0), each worth half after a half-life") }
        parts = table.parts.map { part in
            var result = Part(known: part.known, columns: [[]] + part.columns.map { _ in [] })
            var streams = part.columns.map { _ in martlet.TextStream() }
            for stream in streams.indices { streams[stream].half_life_seconds = halfLife }
            for row in part.known.indices {
                for stream in streams.indices {
                    streams[stream].update(part.known[row], part.columns[stream][row])
                    result.columns[stream + 1].append(streams[stream].sum)
                }
                result.columns[0].append(streams[0].mentions)
            }
            return result
        }
    }
}

extension MomentSource.Part {
    /// What is left at `time` of the texts up to `row`.
    func fill(_ out: UnsafeMutablePointer<Double>, row: Int, at time: Int64, halfLifeSeconds: Double) {
        var stream = martlet.TextStream()
        stream.half_life_seconds = halfLifeSeconds
        stream.mentions = columns[0][row]
        stream.sum = columns[1][row]
        stream.last_nanoseconds = known[row]
        stream.texts = 1
        let now = stream.at(time)
        (out[0], out[1], out[2]) = (now.tone, now.mentions, now.seconds_since_last)
        for entity in 2..<columns.count { out[entity + 1] = columns[entity][row] * (now.mentions / columns[0][row]) }
    }
}

extension MomentSource {
    /// Last known values of option trades, by the names and units of the core's record.
    init(_ trades: OptionTrades, _ table: OutsideTable) {
        let units = table.names.indices.map { martlet.record_column_unit(.option_trade, Int32($0)) }
        self.init(OutsideSeries(name: trades.name, file: trades.file), table, units: units)
    }

    /// Names of the columns of an option trade.
    static let ofOptionTrades = ["price", "quantity", "multiplier", "strike", "seconds", "underlying", "call", "side"]
}
