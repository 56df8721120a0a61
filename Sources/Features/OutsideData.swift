internal import CxxFeature

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

    /// Of a set that names no file.
    public static let none = OutsideData()

    /// Most files of a kind that a set names.
    public static let maximumFiles = 64

    /// Reads every file that the set names, from `folder` where its path does not begin with `/`, and notes their SHA-256 in the set. Throws with
    /// all that is wrong with them, by file and line. Cost: each file once, some 100 ns a row; memory: its numbers.
    public static func read(_ set: inout FeatureSet, folder: String) throws(FeatureSetError) -> OutsideData {
        var data = OutsideData()
        var problems: [FeatureSetProblem] = []
        for (index, series) in set.series.enumerated() {
            let shape = OutsideReader.Shape.numbers(series.columns.isEmpty ? nil : series.columns.map(\.name))
            switch OutsideReader.read(path(of: series.file, in: folder), as: series.file, shape) {
            case .success((let table, let sha256)):
                data.series.append(table)
                set.series[index].sha256 = sha256
            case .failure(let fault):
                problems += fault.messages.map { FeatureSetProblem(feature: nil, key: "series[\(index)].file", message: $0, mend: "") }
            }
        }
        for (index, schedule) in set.events.enumerated() {
            guard let file = schedule.file else {
                data.events.append(OutsideTable(listing: schedule.times))
                continue
            }
            switch OutsideReader.read(path(of: file, in: folder), as: file, .events) {
            case .success((let table, let sha256)):
                data.events.append(table)
                set.events[index].sha256 = sha256
            case .failure(let fault):
                problems += fault.messages.map { FeatureSetProblem(feature: nil, key: "events[\(index)].file", message: $0, mend: "") }
            }
        }
        guard problems.isEmpty else { throw FeatureSetError(problems: problems) }
        return data
    }

    /// What was known at `time`, as if every file had ended there.
    func until(_ time: Int64) -> OutsideData {
        var data = self
        data.series = series.map { $0.until(time) }
        data.events = events.map { $0.until(time) }
        return data
    }

    private static func path(of file: String, in folder: String) -> String {
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
