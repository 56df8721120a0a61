internal import ArgumentParser
internal import Domain
internal import Features
internal import Foundation
internal import Live
internal import MarketData

/// The set and the bars of a command.
struct FeatureInputs: ParsableArguments {
    @Option(help: ArgumentHelp("The feature set, a YAML file.", valueName: "file")) var set: String
    @Option(
        help: ArgumentHelp(
            "What it is computed over: VENUE:SYMBOL of the catalog, a file of bars in any layout that `data import` reads, or VENUE:SYMBOL=FILE. May be given more than once.",
            valueName: "input"))
    var input: [String]
    @Option(help: ArgumentHelp("First day, UTC.", valueName: "day")) var firstDay: CatalogDay?
    @Option(help: ArgumentHelp("Last day, UTC.", valueName: "day")) var lastDay: CatalogDay?
    @OptionGroup var place: FeaturePlace

    /// Most inputs of one command.
    static let maximumInputs = 10_000

    /// The set, and the bars that it wants.
    func load() throws -> (plan: FeaturePlan, own: [BarSource], references: [BarSource]) {
        let plan = try FeatureSetDocument.load(file: set)
        guard !input.isEmpty, input.count <= Self.maximumInputs else { throw ValidationError("expected 1 to \(Self.maximumInputs) times --input, were \(input.count)") }
        var own = try own(plan)
        for (index, source) in own.enumerated() where own[..<index].contains(where: { $0.instrument == source.instrument }) {
            throw ValidationError("\(source.instrument) is given twice: name the files' instruments, as VENUE:SYMBOL=FILE")
        }
        let others = plan.references.filter { key in !own.contains { $0.instrument == key } }
        var references = try others.map { key in
            let source = try bars(ofCatalog: key, plan, until: .max)
            guard source.instrument == key else { throw CommandFailure(.missingInput, "\(set): the reference \(key) is \(source.instrument) in the catalog: write it so") }
            return source
        }
        // Time goes on for all as long as one has bars.
        let end = (own + references).compactMap(\.bars.times.last).max() ?? .min
        for place in own.indices { own[place].endOpen(through: end) }
        for place in references.indices { references[place].endOpen(through: end) }
        for group in plan.set.groups {
            for member in group.members where !own.contains(where: { $0.instrument == member }) {
                Output.error("\(set): \(member) of the group \(group.name) is not among the inputs")
            }
        }
        for source in own {
            for name in plan.outsideFiles(without: source.instrument) { Output.error("\(set): \(name) has no row of \(source.instrument)") }
        }
        return (plan, own, references)
    }

    /// The inputs' bars, as if nothing had happened from `end` on.
    func own(_ plan: FeaturePlan, until end: Int64 = .max) throws -> [BarSource] { try input.map { try bars(of: $0, plan, until: end) } }

    private func bars(of text: String, _ plan: FeaturePlan, until end: Int64) throws -> BarSource {
        if FileManager.default.fileExists(atPath: text) { return try bars(ofFile: text, as: Self.key(ofFile: text), plan, until: end) }
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        if parts.count == 2 {
            let key = parts[0].split(separator: ":", maxSplits: 1).map(String.init)
            guard key.count == 2 else { throw ValidationError("expected VENUE:SYMBOL=FILE, was '\(text)'") }
            guard FileManager.default.fileExists(atPath: parts[1]) else { throw CommandFailure(.missingInput, "\(parts[1]): there is no such file") }
            return try bars(ofFile: parts[1], as: InstrumentKey(venue: key[0], symbol: key[1]), plan, until: end)
        }
        return try bars(ofCatalog: text, plan, until: end)
    }

    private func bars(ofCatalog text: String, _ plan: FeaturePlan, until end: Int64) throws -> BarSource {
        let folder = try place.folder()
        let catalog = try failing { () throws(MarketDataError) in try Catalog(root: folder.catalog) }
        var selection = CatalogSelection(symbol: text)
        selection.firstDay = firstDay
        selection.lastDay = lastDay
        return try failing { () throws(MarketDataError) in try plan.bars(of: selection, in: catalog, until: end) }
    }

    /// A file goes through the importer into a catalog of its own that is gone afterwards: the same checks, the same bars.
    private func bars(ofFile path: String, as key: InstrumentKey, _ plan: FeaturePlan, until end: Int64) throws -> BarSource {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-features-\(ProcessInfo.processInfo.globallyUniqueString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try failing { () throws(MarketDataError) in
            let catalog = try Catalog(root: folder)
            let report = try importFile(ImportRequest(source: try .files([path]), instrument: InstrumentSpecification(key: key)), into: catalog)
            if report.rejectedRows > 0 {
                Output.error("\(path): \(report.rejectedRows) of \(report.rows) rows were rejected; `data import` keeps them with their reasons")
            }
            var selection = CatalogSelection(symbol: key.description)
            selection.firstDay = firstDay
            selection.lastDay = lastDay
            return try plan.bars(of: selection, in: catalog, until: end)
        }
    }

    /// `FILE:` and what of the file's name a symbol can have.
    private static func key(ofFile path: String) -> InstrumentKey {
        let name = URL(fileURLWithPath: path).lastPathComponent.prefix { $0 != "." }
        let symbol = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }.prefix(23)
        return InstrumentKey(venue: "FILE", symbol: symbol.isEmpty ? "BARS" : String(symbol))
    }
}
