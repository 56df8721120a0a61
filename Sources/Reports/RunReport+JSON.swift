import FoundationEssentials

/// Why a report could not be read or written.
public enum ReportError: Error, CustomStringConvertible {
    case notJSON(String)
    case schema(expected: Int, was: Int)
    case write(path: String, reason: String)

    public var description: String {
        switch self {
        case .notJSON(let reason): "expected the JSON of a run report: \(reason)"
        case .schema(let expected, let was): "expected report schema \(expected), was \(was)"
        case .write(let path, let reason): "cannot write \(path): \(reason)"
        }
    }
}

extension RunReport {
    /// The JSON: keys sorted, one line each, the same bytes for the same report. Ends with a newline.
    public func json() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        } catch {
            preconditionFailure("a report of plain values does not encode: \(error)")
        }
    }

    public init(json: String) throws(ReportError) {
        do {
            self = try JSONDecoder().decode(RunReport.self, from: Data(json.utf8))
        } catch {
            throw .notJSON("\(error)")
        }
        guard schema == Self.schema else { throw .schema(expected: Self.schema, was: schema) }
    }

    /// Writes `report.html` and `report.json`, or one of them, into a folder that exists, each whole or not at all. `report`
    /// becomes the page's path.
    public mutating func write(into folder: String, page: Bool = true, json: Bool = true) throws(ReportError) {
        if page {
            report = folder + "/report.html"
            try Self.write(html(), to: report)
        }
        if json { try Self.write(self.json(), to: folder + "/report.json") }
    }

    private static func write(_ text: String, to path: String) throws(ReportError) {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw .write(path: path, reason: "\(error)")
        }
    }
}
