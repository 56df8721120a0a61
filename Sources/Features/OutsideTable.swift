internal import Domain
internal import Foundation

/// Rows of a file, by the instrument that they belong to, each known from a time on.
///
///     file ─► rows in their order ─► checked ─► parts, one for each instrument ─► TimedColumns
package struct OutsideTable: Sendable {
    /// The rows of one instrument, or of all where the file names none. In the order in which they became known.
    package struct Part: Sendable {
        /// From when on a row is known; never falls.
        package var known: [Int64] = []
        /// What the row is about; not later than `known`.
        package var times: [Int64] = []
        /// One array for each column; NaN where a row says nothing of it.
        package var columns: [[Double]]
    }

    /// Whose each part is, `VENUE:SYMBOL`; one empty text where the file has no column `instrument`.
    package var keys: [String]
    package var parts: [Part]
    package var names: [String]

    /// What was known at `time`, as if the file had ended there. O(rows).
    package func until(_ time: Int64) -> OutsideTable {
        var table = self
        for part in parts.indices {
            let rows = parts[part].known.indices.filter { parts[part].known[$0] <= time }
            table.parts[part].known = rows.map { parts[part].known[$0] }
            table.parts[part].times = rows.map { parts[part].times[$0] }
            table.parts[part].columns = parts[part].columns.map { column in rows.map { column[$0] } }
        }
        return table
    }
}

extension OutsideTable {
    /// Times that were known all along.
    init(listing times: [Int64]) {
        let part = Part(known: times.map { _ in .min }, times: times, columns: [])
        self.init(keys: [""], parts: [part], names: [])
    }
}

extension [Int64] {
    /// How many are not after `time`, of numbers that never fall. O(log count).
    func partition(after time: Int64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Reads a table out of a file, and says everything that is wrong with it.
struct OutsideReader {
    /// Which columns a file has besides `time`, `known` and `instrument`.
    enum Shape {
        /// Numbers: those that are named, or (nil) all that there are.
        case numbers([String]?)
        /// None: `at` stands in the place of `time`, and since when that is `known`. In any order.
        case events
        /// Those of an option trade, of which the core's record is made.
        case optionTrades
        /// A column of text, of which `score` makes numbers of these names.
        case text(String, names: [String], score: (String) -> [Double])
    }

    /// Longest file, bytes.
    static let maximumBytes = 1 << 28
    /// Most rows of a file.
    static let maximumRows = 5_000_000
    /// Most numbers of a file.
    static let maximumNumbers = 50_000_000
    /// Most mistakes of one file that are told.
    static let maximumFaults = 5
    private let file: String
    private let shape: Shape
    /// Whether two rows may be of one time: trades are, values are not.
    private let takesTies: Bool
    private var faults: [String] = []
    private var table = OutsideTable(keys: [], parts: [], names: [])
    private var partOfKey: [String: Int] = [:]
    /// Places of the columns in a row.
    private var timePlace = -1
    private var knownPlace: Int?
    private var keyPlace: Int?
    private var places: [Int] = []
    /// Line of the last row of each part.
    private var lastLines: [Int] = []

    private init(_ file: String, _ shape: Shape, takesTies: Bool) {
        self.file = file
        self.shape = shape
        self.takesTies = takesTies
    }

    /// The table and the file's SHA-256, or what is wrong with it, at most `maximumFaults` things, each with its line. `file` is what messages call it.
    static func read(_ path: String, as file: String, _ shape: Shape, takesTies: Bool = false) -> Result<(table: OutsideTable, sha256: String), OutsideFault> {
        switch contents(of: path, as: file) {
        case .failure(let fault): return .failure(fault)
        case .success(let data):
            return data.withUnsafeBytes { bytes -> Result<(table: OutsideTable, sha256: String), OutsideFault> in
                let bytes = bytes.bindMemory(to: UInt8.self)
                var reader = OutsideReader(file, shape, takesTies: takesTies)
                reader.read(bytes)
                reader.sortEvents()
                return reader.faults.isEmpty ? .success((reader.table, FeatureSet.sha256(bytes))) : .failure(OutsideFault(messages: reader.faults))
            }
        }
    }

    /// The bytes of a file that is not too long and not compressed.
    static func contents(of path: String, as file: String, atMost limit: Int = maximumBytes) -> Result<Data, OutsideFault> {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            return .failure(OutsideFault(messages: ["\(file): \(isFolder.boolValue ? "is a folder" : "there is no such file, looked for as \(path)")"]))
        }
        // A pipe would be waited for without end.
        guard (try? FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)[.type]) as? FileAttributeType == .typeRegular
        else { return .failure(OutsideFault(messages: ["\(file): is no plain file"])) }
        guard let handle = FileHandle(forReadingAtPath: path) else { return .failure(OutsideFault(messages: ["\(file): cannot be read"])) }
        defer { try? handle.close() }
        do {
            let data = try handle.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else { return .failure(OutsideFault(messages: ["\(file): expected at most \(limit) bytes, were more"])) }
            guard !data.starts(with: [0x1F, 0x8B]), !data.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) else {
                return .failure(OutsideFault(messages: ["\(file): is compressed; unpack it"]))
            }
            return .success(data)
        } catch {
            return .failure(OutsideFault(messages: ["\(file): cannot be read: \(error.localizedDescription)"]))
        }
    }

    private mutating func fault(_ line: Int, _ what: String) { faults.append("\(file):\(line): \(what)") }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rows = CSVRows(bytes)
        guard rows.next() else { return fault(1, rows.fault ?? "expected a line with the columns' names, was nothing") }
        readHeader(rows)
        guard faults.isEmpty else { return }
        let width = rows.fields.count
        var count = 0
        while rows.next(), faults.count < Self.maximumFaults {
            count += 1
            guard count <= Self.maximumRows, count * table.names.count <= Self.maximumNumbers else {
                return fault(rows.line, "expected at most \(Self.maximumRows) rows and \(Self.maximumNumbers) numbers, were more")
            }
            guard rows.fields.count == width else {
                fault(rows.line, "expected \(width) fields, as the first line has, were \(rows.fields.count)")
                continue
            }
            readRow(rows)
        }
        if let wrong = rows.fault { fault(rows.line, wrong) }
        if count == 0, faults.isEmpty { fault(1, "has no row below the columns' names") }
    }

    private mutating func readHeader(_ rows: CSVRows) {
        let names = rows.fields.map { rows.text($0) }
        for (place, name) in names.enumerated() where names[..<place].contains(name) { fault(rows.line, "has the column '\(name)' twice") }
        for name in isSchedule ? ["at", "known"] : ["time"] where !names.contains(name) { fault(rows.line, "expected a column '\(name)', were \(names.joined(separator: ", "))") }
        timePlace = names.firstIndex(of: isSchedule ? "at" : "time") ?? -1
        knownPlace = names.firstIndex(of: "known")
        keyPlace = names.firstIndex(of: "instrument")
        let wanted: [String]
        switch shape {
        case .numbers(let listed):
            wanted = listed ?? names.filter { !["time", "known", "instrument"].contains($0) }
            table.names = wanted
            for name in wanted where !PlanBuilder.isName(name) { fault(rows.line, "expected a name of 1 to 64 lower-case letters, digits and underscores for a column, was '\(name)'") }
        case .text(let column, let numbers, _):
            wanted = [column]
            table.names = numbers
        case .events: wanted = []
        case .optionTrades:
            wanted = Self.optionColumns
            table.names = MomentSource.ofOptionTrades
        }
        if wanted.isEmpty, !isSchedule { fault(rows.line, "has no column besides time, known and instrument") }
        if wanted.count > OutsideSeries.maximumColumns { fault(rows.line, "expected at most \(OutsideSeries.maximumColumns) columns of values, were \(wanted.count)") }
        for name in wanted {
            guard let place = names.firstIndex(of: name) else {
                fault(rows.line, "has no column '\(name)'" + (Suggestion.nearest(name, among: names).map { "; did you mean \($0)?" } ?? ": there are \(names.joined(separator: ", "))"))
                continue
            }
            places.append(place)
        }
        if keyPlace == nil { _ = part(of: "") }
    }

    private var isSchedule: Bool { if case .events = shape { true } else { false } }

    /// Events in the order of their time; one that is there twice is no mistake, what was known first counts.
    private mutating func sortEvents() {
        guard isSchedule else { return }
        for part in table.parts.indices {
            let rows = zip(table.parts[part].times, table.parts[part].known).sorted { $0 < $1 }
            table.parts[part].times = rows.map(\.0)
            table.parts[part].known = rows.map(\.1)
        }
    }

    private mutating func part(of key: String) -> Int {
        if let part = partOfKey[key] { return part }
        partOfKey[key] = table.keys.count
        table.keys.append(key)
        table.parts.append(OutsideTable.Part(columns: Array(repeating: [], count: table.names.count)))
        lastLines.append(0)
        return table.keys.count - 1
    }

    private mutating func readRow(_ rows: CSVRows) {
        guard let time = moment(rows, timePlace, isSchedule ? "at" : "time") else { return }
        var known = time
        if let knownPlace, isSchedule || !rows.fields[knownPlace].range.isEmpty {
            guard let found = moment(rows, knownPlace, "known") else { return }
            guard found >= time || isSchedule else { return fault(rows.line, "is known before its time; are the columns the other way round?") }
            known = found
        }
        var part = 0
        if let keyPlace {
            let key = rows.text(rows.fields[keyPlace])
            guard PlanBuilder.isKey(key) else { return fault(rows.line, "expected VENUE:SYMBOL in 'instrument', was '\(key)'") }
            part = self.part(of: key)
        }
        guard isSchedule || isInOrder(time, known, part, rows.line) else { return }
        switch shape {
        case .events: break
        case .optionTrades:
            guard let record = optionTrade(rows, time) else { return }
            for (column, number) in record.enumerated() { table.parts[part].columns[column].append(number) }
        case .text(_, _, let score):
            for (column, number) in score(rows.text(rows.fields[places[0]])).enumerated() { table.parts[part].columns[column].append(number) }
        case .numbers:
            for (column, place) in places.enumerated() {
                guard let number = number(rows, place, table.names[column]) else {
                    // All columns of a part stay as long as its times: the table is thrown away.
                    return
                }
                table.parts[part].columns[column].append(number)
            }
        }
        table.parts[part].known.append(known)
        table.parts[part].times.append(time)
        lastLines[part] = rows.line
    }

    /// Rows of one instrument become known one after the other; of those that become known at once the later time comes later.
    private mutating func isInOrder(_ time: Int64, _ known: Int64, _ part: Int, _ line: Int) -> Bool {
        guard let lastKnown = table.parts[part].known.last, let lastTime = table.parts[part].times.last else { return true }
        let whose = keyPlace == nil ? "" : " of \(table.keys[part])"
        if known < lastKnown {
            fault(line, "\(knownPlace == nil ? "is of an earlier time" : "was known earlier") than line \(lastLines[part])\(whose); sort the rows by \(knownPlace == nil ? "time" : "known")")
            return false
        }
        if takesTies || known > lastKnown || time > lastTime { return true }
        fault(
            line,
            time == lastTime
                ? "is of the same time as line \(lastLines[part])\(whose); keep one of them"
                : "became known with line \(lastLines[part])\(whose), and is of an earlier time; put it before that one")
        return false
    }

    private mutating func moment(_ rows: CSVRows, _ place: Int, _ name: String) -> Int64? {
        let field = rows.fields[place]
        if let time = MomentText.nanoseconds(UnsafeBufferPointer(rebasing: rows.bytes[field.range])) { return time }
        fault(rows.line, "expected \(MomentText.expectation) in '\(name)', was '\(Self.shortened(rows.text(field)))'")
        return nil
    }

    /// A number, NaN where there is nothing.
    private mutating func number(_ rows: CSVRows, _ place: Int, _ name: String) -> Double? {
        let field = rows.fields[place]
        if field.range.isEmpty { return .nan }
        let text = rows.text(field)
        // "nan", "inf" and hexadecimal digits are no numbers of a data file.
        let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }
        if isPlain, let number = Double(text), abs(number) <= 1e100 { return number }
        fault(rows.line, "expected a number in '\(name)', was '\(Self.shortened(text))'")
        return nil
    }

    private static let optionColumns = ["price", "quantity", "multiplier", "strike", "expiry", "underlying", "right", "side"]

    /// A row as the core's record of an option trade; nil where something of it is wrong.
    private mutating func optionTrade(_ rows: CSVRows, _ time: Int64) -> [Double]? {
        var numbers: [Double] = []
        for place in [0, 1, 2, 3, 5] {
            guard let number = number(rows, places[place], Self.optionColumns[place]) else { return nil }
            guard number > 0 else {
                fault(rows.line, "expected a number above 0 in '\(Self.optionColumns[place])', was '\(Self.shortened(rows.text(rows.fields[places[place]])))'")
                return nil
            }
            numbers.append(number)
        }
        guard let expiry = moment(rows, places[4], "expiry"), let call = word(rows, 6, [("call", 1), ("put", 0)]),
            let side = word(rows, 7, [("buy", 1), ("sell", -1), ("", 0)])
        else { return nil }
        guard expiry >= time else {
            fault(rows.line, "is of a contract that expired before its time")
            return nil
        }
        let seconds = Double((expiry - time) / 1_000_000_000)
        return numbers[..<4] + [seconds, numbers[4], call, side]
    }

    private mutating func word(_ rows: CSVRows, _ place: Int, _ known: [(text: String, number: Double)]) -> Double? {
        let text = rows.text(rows.fields[places[place]])
        if let found = known.first(where: { $0.text == text }) { return found.number }
        let words = known.map { $0.text.isEmpty ? "nothing" : $0.text }.joined(separator: " or ")
        fault(rows.line, "expected \(words) in '\(Self.optionColumns[place])', was '\(Self.shortened(text))'")
        return nil
    }

    private static func shortened(_ text: String) -> String { text.count <= 40 ? text : "\(text.prefix(40))…" }
}

/// What is wrong with a file that a set names; each text begins with the file and, where there is one, the line.
struct OutsideFault: Error {
    var messages: [String]
}
