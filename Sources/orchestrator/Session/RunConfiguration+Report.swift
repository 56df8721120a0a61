internal import CxxEvent
internal import Domain
internal import Foundation
internal import MarketData
internal import Reports

extension RunConfiguration {
    /// Writes the forms of the report that are files: into the run's folder, or where `reports.folder` says, into one of the same name.
    ///
    /// Candles come first, since the page leads to them; where they cannot be drawn the report says why and is written without.
    ///
    /// - Parameter history: gives the candles what happened in the run.
    func write(
        _ report: inout RunReport, of run: String, _ instruments: [martlet.InstrumentDefinition], _ sources: [SourceKind],
        history: (inout RunCandles) throws(CommandFailure) -> Void
    ) throws {
        guard reports.formats.contains(where: { $0 != .terminal }) else { return }
        var place = run
        if let folder = reports.folder {
            place = folder + "/" + URL(fileURLWithPath: run).lastPathComponent
            try Folders.make(place)
        }
        if reports.formats.contains(.candles) {
            do throws(CommandFailure) {
                report.candles = try drawCandles(report, instruments, sources, into: place, history: history)
            } catch {
                report.notes.append("no candles were drawn: \(error.message)")
            }
        }
        do {
            try report.write(into: place, page: reports.formats.contains(.html), json: reports.formats.contains(.json))
        } catch {
            throw CommandFailure(.inputOutput, error.description)
        }
    }

    /// Writes a page for each traded instrument, none where nothing was traded. Cost: the run's history is read once.
    private func drawCandles(
        _ report: RunReport, _ instruments: [martlet.InstrumentDefinition], _ sources: [SourceKind], into folder: String,
        history: (inout RunCandles) throws(CommandFailure) -> Void
    ) throws(CommandFailure) -> [RunReport.Candles] {
        let (seconds, rest) = run.timeframe.count.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest == 0, let timeframe = Int32(exactly: seconds).flatMap({ Timeframe(seconds: $0) }) else {
            throw CommandFailure(.configuration, "run.timeframe is \(run.timeframe.configurationText), no whole number of seconds")
        }
        var candles = RunCandles(report, instruments, sources, timeframe: timeframe, set: featureSet?.plan)
        guard !candles.isEmpty else { return [] }
        let library: String
        do throws(CommandFailure) {
            library = try ChartLibrary.fetched()
        } catch {
            throw CommandFailure(error.status, "they need Lightweight Charts, and \(error.message)")
        }
        try history(&candles)
        let pages: [RunCandles.Page]
        do throws(CandlePageError) {
            pages = try candles.pages()
        } catch {
            throw CommandFailure(.broken, "\(error)")
        }
        for page in pages {
            let file = "\(folder)/\(page.link.page)"
            do {
                try Data(page.candles.html(library: library).utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            } catch {
                throw CommandFailure(.inputOutput, "\(file): \(error.localizedDescription)")
            }
        }
        return pages.map(\.link)
    }
}

extension ReportSettings {
    /// The report as the command's result: JSON where that was asked for, else the table, unless it is not wanted.
    func show(_ report: RunReport, _ format: OutputFormat) {
        switch format {
        case .text: if formats.contains(.terminal) { Output.line(report.terminal()) }
        case .json: Output.line(report.json())
        }
    }
}
