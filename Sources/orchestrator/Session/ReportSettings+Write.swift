internal import Foundation
internal import Reports

extension ReportSettings {
    /// Writes the forms that are files: into the run's folder, or where `folder` says, into one of the same name.
    func write(_ report: inout RunReport, of run: String) throws {
        let page = formats.contains(.html)
        let json = formats.contains(.json)
        guard page || json else { return }
        var place = run
        if let folder {
            place = folder + "/" + URL(fileURLWithPath: run).lastPathComponent
            try Folders.make(place)
        }
        do {
            try report.write(into: place, page: page, json: json)
        } catch {
            throw CommandFailure(.inputOutput, error.description)
        }
    }

    /// The report as the command's result: JSON where that was asked for, else the table, unless it is not wanted.
    func show(_ report: RunReport, _ format: OutputFormat) {
        switch format {
        case .text: if formats.contains(.terminal) { Output.line(report.terminal()) }
        case .json: Output.line(report.json())
        }
    }
}
