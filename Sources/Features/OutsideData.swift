internal import Foundation

/// What the files hold that a set names: read once, and part of the plan from then on.
///
///     var set = …                                              // series: [OutsideSeries(name: "funding", file: "funding.csv", unit: "ratio")]
///     let data = try OutsideData.read(&set, folder: "sets")    // notes the SHA-256 of each in the set
///     let plan = try FeaturePlan(set, data)
public struct OutsideData: Sendable {
    /// In the order of the set's series.
    var series: [OutsideTable] = []
    /// In the order of the set's schedules; sorted by the events' own times.
    var events: [OutsideTable] = []
    /// In the order of the set's texts: tone, then counts of entities.
    var texts: [OutsideTable] = []
    /// In the order of the set's option trades, with the columns of the core's record.
    var trades: [OutsideTable] = []

    /// Of a set that names no file.
    public static let none = OutsideData()

    /// Most files of a kind that a set names.
    public static let maximumFiles = 64

    /// Reads every file that the set names, from `folder` where its path does not begin with `/`, and notes their SHA-256 in the set. Throws with
    /// all that is wrong with them, by file and line. Cost: each file once, some 100 ns a row; memory: its numbers.
    public static func read(_ set: inout FeatureSet, folder: String) throws(FeatureSetError) -> OutsideData {
        var data = OutsideData()
        var problems: [FeatureSetProblem] = []
        /// The table of a file, and its SHA-256; an empty one where it cannot be read, which is then a problem.
        func table(_ file: String, _ key: String, _ shape: OutsideReader.Shape, takesTies: Bool = false) -> (OutsideTable, String) {
            switch OutsideReader.read(path(of: file, in: folder), as: file, shape, takesTies: takesTies) {
            case .success(let read): return read
            case .failure(let fault):
                problems += fault.messages.map { FeatureSetProblem(feature: nil, key: key, message: $0, mend: "") }
                return (OutsideTable(keys: [], parts: [], names: []), "")
            }
        }
        for index in set.series.indices {
            let columns = set.series[index].columns.map(\.name)
            let read = table(set.series[index].file, "series[\(index)].file", .numbers(columns.isEmpty ? nil : columns))
            data.series.append(read.0)
            set.series[index].sha256 = read.1
        }
        for index in set.events.indices {
            guard let file = set.events[index].file else {
                data.events.append(OutsideTable(listing: set.events[index].times))
                continue
            }
            let read = table(file, "events[\(index)].file", .events)
            data.events.append(read.0)
            set.events[index].sha256 = read.1
        }
        for index in set.texts.indices {
            switch lexicon(path(of: set.texts[index].lexicon, in: folder), as: set.texts[index].lexicon) {
            case .failure(let fault): problems += fault.messages.map { FeatureSetProblem(feature: nil, key: "texts[\(index)].lexicon", message: $0, mend: "") }
            case .success(let (lexicon, sha256)):
                let read = table(
                    set.texts[index].file, "texts[\(index)].file", .text("text", names: ["tone"] + lexicon.entities, score: lexicon.score), takesTies: true)
                data.texts.append(read.0)
                set.texts[index].sha256 = read.1
                set.texts[index].lexiconSHA256 = sha256
            }
        }
        for index in set.optionTrades.indices {
            let read = table(set.optionTrades[index].file, "option_trades[\(index)].file", .optionTrades, takesTies: true)
            data.trades.append(read.0)
            set.optionTrades[index].sha256 = read.1
        }
        guard problems.isEmpty else { throw FeatureSetError(problems: problems) }
        return data
    }

    private static func lexicon(_ path: String, as file: String) -> Result<(Lexicon, String), OutsideFault> {
        OutsideReader.contents(of: path, as: file, atMost: TextSource.maximumLexicon).flatMap { data in
            data.withUnsafeBytes { bytes -> Result<(Lexicon, String), OutsideFault> in
                let bytes = bytes.bindMemory(to: UInt8.self)
                return Lexicon.read(bytes, as: file).map { ($0, FeatureSet.sha256(bytes)) }
            }
        }
    }

    /// What was known at `time`, as if every file had ended there.
    func until(_ time: Int64) -> OutsideData {
        var data = self
        data.series = series.map { $0.until(time) }
        data.events = events.map { $0.until(time) }
        data.texts = texts.map { $0.until(time) }
        data.trades = trades.map { $0.until(time) }
        return data
    }

    static func path(of file: String, in folder: String) -> String {
        file.hasPrefix("/") || folder.isEmpty ? file : "\(folder)/\(file)"
    }
}

extension FeaturePlan {
    /// The same set with what its files had told at `time`: for looking whether a value knows more than that.
    public func known(at time: Int64) -> FeaturePlan {
        do throws(FeatureSetError) {
            return try FeaturePlan(set, outside.until(time))
        } catch {
            preconditionFailure("what was checked with all of its rows is right with some: \(error)")
        }
    }

    /// Names of those of the set's files that name instruments, and not this one: their values are never there for it.
    public func outsideFiles(without instrument: String) -> [String] {
        moments.filter { $0.part(of: instrument) < 0 }.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
