internal import Agents
internal import Domain
internal import MarketData

/// What only several values together show.
extension RunConfiguration {
    func check(_ reader: inout ConfigurationReader, reachesVenue: Bool) {
        checkRun(&reader)
        checkInstruments(&reader)
        checkCapital(&reader)
        checkMarket(&reader)
        checkVenue(&reader, reachesVenue: reachesVenue)
        checkDecisions(&reader)
        checkRisk(&reader)
    }

    private func checkRun(_ reader: inout ConfigurationReader) {
        if !Self.isName(run.name, maximum: 64, extra: "-_.") {
            reader.problem(key: "run.name", "expected at most 64 letters, digits and - _ .", "it becomes part of file names")
        }
        if run.duration?.count == 0 {
            reader.problem(key: "run.duration", "expected more than 0, was 0", "write none to run until it is stopped")
        }
        if run.timeframe.count % 1_000_000_000 != 0 {
            reader.problem(key: "run.timeframe", "expected whole seconds, was \(run.timeframe.configurationText)", "")
        }
        if run.capital.amount.mantissa <= 0 {
            reader.problem(key: "run.capital", "expected more than 0, was \(run.capital.configurationText)", "")
        }
        if run.moneyUnit.mantissa <= 0 || run.capital.amount.multiple(of: run.moneyUnit) == nil {
            reader.problem(
                key: "run.money_unit",
                "expected a positive unit of which run.capital is a multiple, was \(run.moneyUnit.configurationText)",
                "0.0001 suits most currencies")
        }
        checkJournal(&reader)
        if reports.formats.isEmpty {
            reader.problem(key: "reports.formats", "expected at least one form, were none", "write [json]")
        }
    }

    private func checkJournal(_ reader: inout ConfigurationReader) {
        if let every = run.snapshotEvery, !(1_000...1_000_000_000).contains(every) {
            reader.problem(key: "run.snapshot_every", "expected 1000 to 1000000000 records, or none, was \(every)", "")
        }
        for (key, isSet, isZero) in [
            ("journal_retain", run.journalRetain != nil, run.journalRetain?.count == 0),
            ("journal_retain_time", run.journalRetainTime != nil, run.journalRetainTime?.count == 0),
        ] where isSet {
            if isZero { reader.problem(key: "run.\(key)", "expected more than 0, was 0", "write none to remove nothing") }
            if run.snapshotEvery == nil {
                reader.problem(key: "run.\(key)", "only a snapshot lets the journal's beginning go, and run.snapshot_every is none", "")
            }
        }
    }

    private func checkInstruments(_ reader: inout ConfigurationReader) {
        var seen: Set<String> = []
        for (index, instrument) in instruments.enumerated() {
            let path = "instruments[\(index)]"
            if !Self.isName(instrument.symbol, maximum: 23, extra: "-_./:") {
                reader.problem(
                    key: "\(path).symbol", "expected 1 to 23 letters, digits and - _ . / :, was '\(instrument.symbol)'", "")
            }
            if !Self.isName(instrument.venue, maximum: 15, extra: "-_") {
                reader.problem(key: "\(path).venue", "expected 1 to 15 letters, digits, - and _, was '\(instrument.venue)'", "")
            }
            if !seen.insert("\(instrument.venue):\(instrument.symbol)").inserted {
                reader.problem(
                    key: "\(path).symbol", "\(instrument.symbol) of \(instrument.venue) is there more than once", "keep one of them")
            }
            if instrument.contract == .inverse {
                reader.problem(key: "\(path).contract", "expected linear or quanto, was inverse", "the gate cannot bound inverse contracts yet")
            }
            if market.source == .generated, instrument.currency.code != run.capital.currency,
                !reader.isDefault("\(path).symbol")
            {
                reader.problem(
                    key: "\(path).currency", "expected the currency of run.capital (\(run.capital.currency)), was \(instrument.currency.code)",
                    "the ledger has one currency")
            }
            checkSizes(of: instrument, at: path, &reader)
        }
    }

    /// Nobody wrote the default instruments, so what is wrong is the capital. A recorded market brings its own, in its own
    /// currency.
    private func checkCapital(_ reader: inout ConfigurationReader) {
        guard market.source == .generated, reader.isDefault("instruments[0].symbol"),
            let other = instruments.first(where: { $0.currency.code != run.capital.currency })
        else { return }
        reader.problem(
            key: "run.capital", "expected the currency of the default instruments (\(other.currency.code)), was \(run.capital.currency)",
            "or list instruments of your own that are traded in \(run.capital.currency)")
    }

    private func checkSizes(of instrument: InstrumentSettings, at path: String, _ reader: inout ConfigurationReader) {
        let positive = [
            ("price_increment", instrument.priceIncrement), ("tick", instrument.tick),
            ("lot_increment", instrument.lotIncrement), ("multiplier", instrument.multiplier),
        ]
        for (key, value) in positive where value.mantissa <= 0 {
            reader.problem(key: "\(path).\(key)", "expected more than 0, was \(value.configurationText)", "")
        }
        guard positive.allSatisfy({ $0.1.mantissa > 0 }) else { return }
        let increment = instrument.priceIncrement.configurationText
        if instrument.tick.multiple(of: instrument.priceIncrement) == nil {
            reader.problem(
                key: "\(path).tick", "expected a multiple of price_increment (\(increment)), was \(instrument.tick.configurationText)", "")
        }
        if let start = instrument.startPrice, start.mantissa <= 0 || start.multiple(of: instrument.tick) == nil {
            reader.problem(
                key: "\(path).start_price",
                "expected a positive multiple of tick (\(instrument.tick.configurationText)), was \(start.configurationText)", "")
        }
        if let maximum = instrument.maximumQuantity, maximum.mantissa <= 0 || maximum.multiple(of: instrument.lotIncrement) == nil {
            reader.problem(
                key: "\(path).maximum_quantity",
                "expected a positive multiple of lot_increment (\(instrument.lotIncrement.configurationText)), was \(maximum.configurationText)",
                "")
        }
    }

    private func checkMarket(_ reader: inout ConfigurationReader) {
        switch market.source {
        case .generated:
            for (index, instrument) in instruments.enumerated() where instrument.startPrice == nil {
                reader.problem(
                    key: "instruments[\(index)].start_price", "a generated market needs one", "write start_price: 100")
            }
        case .recorded:
            if market.recorded.instruments.isEmpty {
                reader.problem(
                    key: "market.recorded.instruments", "a recorded market needs at least one instrument, were none",
                    "`orchestrator data list` shows what is there")
            }
        }
        if let first = market.recorded.firstDay, let last = market.recorded.lastDay, first > last {
            reader.problem(key: "market.recorded.last_day", "expected a day from first_day (\(first)) on, was \(last)", "")
        }
    }

    private func checkVenue(_ reader: inout ConfigurationReader, reachesVenue: Bool) {
        checkEncryption(&reader)
        if venue.version == .fix42, venue.password != nil {
            reader.problem(key: "venue.password", "expected none with venue.version FIX.4.2, which has no field for it", "the venue knows us by our CompID, and by a certificate (venue.tls)")
        }
        venue.hours.check(&reader)
        if venue.port == 0, !venue.embedded, reachesVenue {
            reader.problem(key: "venue.port", "expected the port of the venue, was 0", "only the embedded exchange can take a free one")
        }
        let copies = venue.dropCopy
        if copies.enabled, copies.senderCompID == venue.senderCompID {
            reader.problem(key: "venue.drop_copy.sender_comp_id", "expected another name than venue.sender_comp_id", "they are two sessions")
        }
        for (key, id) in [
            ("sender_comp_id", venue.senderCompID), ("target_comp_id", venue.targetCompID),
            ("drop_copy.sender_comp_id", copies.senderCompID), ("drop_copy.target_comp_id", copies.targetCompID ?? venue.targetCompID),
        ]
        where !Self.isName(id, maximum: 32, extra: "-_.") {
            reader.problem(key: "venue.\(key)", "expected 1 to 32 letters, digits and - _ ., was '\(id)'", "")
        }
        if !Self.isName(venue.deployment, maximum: 7, extra: "") {
            reader.problem(key: "venue.deployment", "expected 1 to 7 letters and digits, was '\(venue.deployment)'", "")
        }
        if venue.senderCompID == venue.targetCompID {
            reader.problem(key: "venue.target_comp_id", "expected another name than sender_comp_id", "the two ends must differ")
        }
        if venue.heartbeat.count % 1_000_000_000 != 0 {
            reader.problem(key: "venue.heartbeat", "expected whole seconds, was \(venue.heartbeat.configurationText)", "FIX knows no finer ones")
        }
    }

    private func checkEncryption(_ reader: inout ConfigurationReader) {
        let hosts = [("host", venue.host)] + (venue.dropCopy.host.map { [("drop_copy.host", $0)] } ?? [])
        for (key, host) in hosts where !venue.tls.enabled && !["127.0.0.1", "::1", "localhost"].contains(host) {
            reader.problem(
                key: "venue.\(key)", "expected this machine (127.0.0.1, ::1 or localhost), was \(host)",
                "the session is not encrypted: write tls: {enabled: true} under venue")
        }
        if venue.tls.enabled, venue.embedded {
            reader.problem(
                key: "venue.tls.enabled", "expected false with the embedded exchange, which is reached within this process's machine, was true",
                "write embedded: false under venue, or leave tls out")
        }
        if (venue.tls.certificate == nil) != (venue.tls.key == nil) {
            reader.problem(key: "venue.tls.key", "expected certificate and key, or neither", "they belong together")
        }
    }

    private func checkDecisions(_ reader: inout ConfigurationReader) {
        if !agents.trend.enabled && !agents.meanReversion.enabled {
            reader.problem(key: "agents.trend.enabled", "no agent votes", "enable one")
        }
        checkParameters("agents.trend", &reader) { () throws(ParameterError) in try agents.trend.parameters.validate() }
        checkParameters("agents.mean_reversion", &reader) { () throws(ParameterError) in try agents.meanReversion.parameters.validate() }
        checkParameters("agents.consensus", &reader) { () throws(ParameterError) in try agents.consensus.validate() }
        for (key, fast, slow) in [("sma", features.smaFast, features.smaSlow), ("ema", features.emaFast, features.emaSlow)]
        where fast >= slow {
            reader.problem(key: "features.\(key)_fast", "expected less than \(key)_slow (\(slow)), was \(fast)", "")
        }
    }

    /// What an agent itself refuses, under the key of the parameter: `fullBreakout` is `full_breakout`.
    private func checkParameters(
        _ section: String, _ reader: inout ConfigurationReader, _ validate: () throws(ParameterError) -> Void
    ) {
        do {
            try validate()
        } catch {
            let key = error.name.reduce(into: "") { text, letter in
                text += letter.isUppercase && text.last?.isLowercase == true ? "_\(letter)" : "\(letter)"
            }
            reader.problem(key: "\(section).\(key.lowercased())", "expected \(error.expected), was \(error.was)", "")
        }
    }

    private func checkRisk(_ reader: inout ConfigurationReader) {
        if risk.netExposure > risk.grossExposure {
            reader.problem(
                key: "risk.net_exposure",
                "expected at most gross_exposure (\(risk.grossExposure.configurationText)), was \(risk.netExposure.configurationText)", "")
        }
        if risk.cancelReservePerSecond < risk.maximumOpenOrders {
            reader.problem(
                key: "risk.cancel_reserve_per_second",
                "expected at least maximum_open_orders (\(risk.maximumOpenOrders)), was \(risk.cancelReservePerSecond)",
                "one second must do to cancel them all")
        }
        if risk.dayStart.count % 60_000_000_000 != 0 {
            reader.problem(key: "risk.day_start", "expected whole minutes, was \(risk.dayStart.configurationText)", "")
        }
        if market.source == .generated, let stranger = risk.restricted.first(where: { name in !instruments.contains { $0.symbol == name } }) {
            reader.problem(
                key: "risk.restricted", "expected symbols of instruments, was '\(stranger)'",
                Suggestion.nearest(stranger, among: instruments.map(\.symbol)).map { "did you mean \($0)?" } ?? "")
        }
    }

    private static func isName(_ text: String, maximum: Int, extra: String) -> Bool {
        (1...maximum).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || extra.utf8.contains($0)
            }
    }
}
