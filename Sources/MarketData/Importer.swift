import Core
import CxxEvent
import CxxFeed
import Domain

/// Imports what the request names into the catalog.
///
///     let report = try importFile(
///         ImportRequest(
///             source: .bars(path: "btc-perp_1m.csv.gz"),
///             instrument: InstrumentSpecification(key: InstrumentKey(venue: "FTX", symbol: "BTC-PERP"))),
///         into: catalog)
///
/// A bad row is rejected, kept aside with its reason, and the import goes on; a file that is cut or damaged is an error,
/// and the catalog stays as it was. Memory: 64 bytes per event.
public func importFile(_ request: ImportRequest, into catalog: Catalog) throws(MarketDataError) -> ImportReport {
    let specification = request.instrument.completed()
    switch request.source {
    case .bars(let path, let layout):
        return try importBars(
            [BarSource(path: path, side: .none, layout: try BarSource.layout(of: path, named: layout))], request, specification,
            into: catalog)
    case .jsonBars(let path):
        return try importBars(
            [BarSource(path: path, side: .none, layout: martlet.json_layout(), format: .json)], request, specification,
            into: catalog)
    case .bidAskBars(let bidPath, let askPath, let layout):
        let bids = BarSource(path: bidPath, side: .buy, layout: try BarSource.layout(of: bidPath, named: layout))
        let asks = BarSource(path: askPath, side: .sell, layout: try BarSource.layout(of: askPath, named: layout))
        return try importBars([bids, asks], request, specification, into: catalog)
    case .lobster(let messagePath, let orderbookPath, let mode, let seedPath):
        let files = LobsterFiles(messagePath: messagePath, orderbookPath: orderbookPath, seedPath: seedPath)
        return try importLobster(files, mode: mode, request, specification, into: catalog)
    case .itch(let path):
        return try importItch(path, request, specification, into: catalog)
    case .dbn(let path):
        return try importDbn(path, isCsv: false, request, specification, into: catalog)
    case .dbnCsv(let path):
        return try importDbn(path, isCsv: true, request, specification, into: catalog)
    case .fixLog(let path, let mode, let rewritten, let fills):
        return try importFixLog(path, mode: mode, rewritten: rewritten, fills: fills, request, specification, into: catalog)
    case .stream(let paths, let venue, let kind):
        return try importStream(paths, venue, kind: kind, request, specification, into: catalog)
    case .binanceDepth(let paths):
        return try importBinanceDepth(paths, request, specification, into: catalog)
    case .text(let path, let format):
        return try importText(path, format, request, specification, into: catalog)
    case .lean(let paths, let market, let factorsPath):
        return try importLean(paths, market, factorsPath: factorsPath, request, specification, into: catalog)
    }
}

/// Throws unless the status is ok; the error's case follows from the status.
func require(_ status: martlet.FeedStatus, path: String) throws(MarketDataError) {
    switch status {
    case .ok: return
    case .cannot_open, .read_failed, .write_failed: throw .unreadable(path: path, reason: text(of: status))
    case .too_large: throw .tooLarge("\(path): \(text(of: status))")
    case .unknown_layout: throw .unknownLayout(path: path, seen: "the first line is not what the layout begins with")
    default: throw .corrupt(path: path, reason: text(of: status))
    }
}

/// The goal that the share of defects is held against, per cent.
let defectGoalPercent = 0.1

extension ImportReport {
    /// The defects of a log, in the order of the table.
    static func defects(_ log: borrowing martlet.DefectLog) -> [Defect] {
        (1..<UInt8(martlet.defect_count)).compactMap { number in
            guard let defect = martlet.Defect(rawValue: number) else { return nil }
            let count = Int(log.count(defect))
            guard count > 0 else { return nil }
            let treatment: String
            switch martlet.defect_treatment(defect) {
            case .rejected: treatment = "rejected"
            case .repaired: treatment = "repaired"
            default: treatment = "noted"
            }
            return Defect(
                code: String(cString: martlet.defect_code(defect)), text: String(cString: martlet.defect_text(defect)),
                count: count, treatment: treatment)
        }
    }

    /// Defects per cent of the rows that should be there. A closed market and a rounding to the increment are none.
    static func percent(_ defects: [Defect], rows: Int, missing: Int) -> Double {
        let harmless: Set = ["session_break", "rounded_price", "rounded_quantity"]
        let bad = defects.reduce(0) { $0 + (harmless.contains($1.code) ? 0 : $1.count) }
        return rows + missing == 0 ? 0 : 100 * Double(bad) / Double(rows + missing)
    }
}
