/// How sure a record is before a command that it caused leaves.
package enum DurabilityLevel: String, ConfigurationChoice {
    /// In the page cache: survives the end of the process.
    case process
    /// Flushed to the device: survives the end of the machine.
    case machine
}

/// `run`: the run as a whole.
package struct RunSettings: Sendable {
    package var name = "session"
    package var seed: UInt64 = 1
    /// Folder of the journal, the catalog, the kill switch and the reports.
    package var data = "martlet-data"
    package var durability = DurabilityLevel.process
    /// Length of a run in virtual time; nil: until it is stopped.
    package var duration: Nanoseconds? = .hours(6)
    /// Length of the bars that decisions are made on.
    package var timeframe = Nanoseconds.minutes(1)
    package var capital = Money(ExactDecimal(1_000_000, 0), "USD")
    /// Smallest unit that money is counted in, as a decimal of the currency.
    package var moneyUnit = ExactDecimal(1, -4)
    package var journalSegment = ByteCount.mebibytes(128)
    /// zstd level; 0: none.
    package var journalCompression = 0
    package var journalRetain: ByteCount?
    package var journalRetainTime: Nanoseconds?
    /// Records between two snapshots; nil: none.
    package var snapshotEvery: UInt64? = 1_000_000

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("name", &name, "name of the run, in the report and in file names")
        reader.value("seed", &seed, "what chance starts from: the same seed gives the same market")
        reader.value("data", &data, "folder of the journal, the catalog, the kill switch and the reports")
        reader.value("durability", &durability, "how sure a record is before its command leaves: survives the process, or the machine")
        reader.optional("duration", &duration, "length of the run in virtual time; none: until it is stopped, and of a backtest on a generated market 6.5h")
        reader.value("timeframe", &timeframe, in: .seconds(1)...(.days(1)), "length of the bars that decisions are made on")
        reader.value("capital", &capital, "money at the start; its currency is the ledger's")
        reader.value("money_unit", &moneyUnit, "smallest unit that money is counted in, as a decimal of the currency")
        reader.value("journal_segment", &journalSegment, in: .mebibytes(1)...(.mebibytes(1 << 14)), "size at which the journal starts a new file")
        reader.value("journal_compression", &journalCompression, in: 0...19, "zstd level at which finished files of the journal are compressed; 0: they stay as written")
        reader.optional("journal_retain", &journalRetain, "size beyond which the journal's first files are removed; nothing that the older of two snapshots needs, and never the last three")
        reader.optional("journal_retain_time", &journalRetainTime, "time before the newest file's beginning beyond which the journal's first files are removed, under the same conditions")
        reader.optional("snapshot_every", &snapshotEvery, "records after which the state is written beside the journal, so that a restart replays no more than what came since; none: never")
    }
}

/// A form that the report is written in.
package enum ReportFormat: String, ConfigurationChoice {
    case terminal, json, html, candles
}

/// `reports`: where reports go.
package struct ReportSettings: Sendable {
    /// nil: the run's own folder.
    package var folder: String?
    package var formats: [ReportFormat] = [.terminal, .json, .html, .candles]

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.optional("folder", &folder, "where reports are written, in a folder named as the run's; none: in the run's own folder")
        reader.values("formats", &formats, "forms that the report is written in: on the terminal, as report.json, as report.html, as pages of candles beside it", limit: 4)
    }
}

/// `live`: trading with real money.
package struct LiveSettings: Sendable {
    package var confirm: String?

    /// The sentence without which `orchestrator live` refuses to start.
    package static let confirmation = "I understand that this trades real money and that I alone answer for it"

    package var isConfirmed: Bool { confirm == Self.confirmation }

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.optional("confirm", &confirm, "what `live` asks for, word for word: \"\(Self.confirmation)\"")
    }
}
