internal import Core
internal import CxxEvent
internal import CxxJournal
internal import MarketData

/// The journal of a backtest: what is not in the catalog.
///
/// The run text in its header names the catalog's partitions by content hash, in merge order; records that
/// market events caused name them by their place in it (`Backtest.catalogFlag`). Durable at the end.
struct BacktestJournal: ~Copyable {
    private var journal = martlet.Journal()
    private var failed = false

    init(folder: String, series: EventSeries, configuration: BacktestConfiguration) throws(BacktestError) {
        var options = martlet.JournalOptions()
        options.created_at = series.events[0].exchange_time
        options.instrument_count = series.instruments.count
        let status = folder.withCString { folder in
            configuration.runText.withCString { text in
                series.instruments.withUnsafeBufferPointer { instruments in
                    options.directory = folder
                    options.run_text = text
                    options.instruments = instruments.baseAddress
                    return journal.open(options)
                }
            }
        }
        guard status == .ok else { throw .journal("\(folder): \(Self.text(journal))") }
    }

    mutating func append<Record>(_ record: inout Record, _ payload: [Double] = []) {
        let written = payload.withUnsafeBytes { payload in
            withUnsafeBytes(of: &record) { record in
                journal.append(record.baseAddress, record.count, payload.baseAddress, payload.count)
            }
        }
        if !written { failed = true }
    }

    /// Flushes, signs and closes; fails where any record could not be written.
    mutating func close() throws(BacktestError) {
        let status = journal.close()
        if failed || status != .ok { throw .journal(Self.text(journal)) }
    }

    private static func text(_ journal: borrowing martlet.Journal) -> String {
        CStrings.text { journal.error_text($0, $1) }
    }
}
