/// Rows of comma-separated text (RFC 4180): fields may be quoted, and then hold commas, line ends and doubled quotes.
///
/// Reads bytes that somebody else keeps; nothing is copied but what has doubled quotes. A blank line is no row. Either line end; a byte order
/// mark is skipped. O(bytes).
struct CSVRows {
    /// One field, without its quotes and, where it had none, without the spaces around it.
    struct Field {
        var range: Range<Int>
        /// Whether a quote in it stands for two.
        var hasDoubledQuotes: Bool
    }

    /// Most fields of a row.
    static let maximumFields = 1_024

    let bytes: UnsafeBufferPointer<UInt8>
    /// Of the last row.
    private(set) var fields: [Field] = []
    /// Line on which the last row began, from 1.
    private(set) var line = 0
    /// What is wrong with the last row; there are no further ones.
    private(set) var fault: String?
    private var position = 0
    private var nextLine = 1

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    }

    /// Goes on to the next row; false behind the last and where one is not what it should be.
    mutating func next() -> Bool {
        skipBlankLines()
        guard fault == nil, position < bytes.count else { return false }
        line = nextLine
        fields.removeAll(keepingCapacity: true)
        while true {
            guard let field = bytes[position...].first == UInt8(ascii: "\"") ? quoted() : plain() else { return false }
            fields.append(field)
            guard fields.count <= Self.maximumFields else { return fail("expected at most \(Self.maximumFields) fields, were more") }
            guard position < bytes.count else { return true }
            let end = bytes[position]
            position += 1
            if end == UInt8(ascii: "\n") {
                nextLine += 1
                return true
            }
            // A comma at the very end has one more field, an empty one, behind it.
            if position == bytes.count {
                fields.append(Field(range: position..<position, hasDoubledQuotes: false))
                return true
            }
        }
    }

    func text(_ field: Field) -> String {
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[field.range]), as: UTF8.self)
        guard field.hasDoubledQuotes else { return text }
        return text.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"")
    }

    private mutating func skipBlankLines() {
        while position < bytes.count {
            var at = position
            while at < bytes.count, bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "\r") { at += 1 }
            if at == bytes.count {
                position = at
            } else if bytes[at] == UInt8(ascii: "\n") {
                position = at + 1
                nextLine += 1
            } else {
                return
            }
        }
    }

    /// Up to a comma or the end of the line.
    private mutating func plain() -> Field {
        var (low, high) = (position, position)
        while high < bytes.count, bytes[high] != UInt8(ascii: ","), bytes[high] != UInt8(ascii: "\n") { high += 1 }
        position = high
        while high > low, bytes[high - 1] == UInt8(ascii: " ") || bytes[high - 1] == UInt8(ascii: "\r") { high -= 1 }
        while low < high, bytes[low] == UInt8(ascii: " ") { low += 1 }
        return Field(range: low..<high, hasDoubledQuotes: false)
    }

    private mutating func quoted() -> Field? {
        let begin = position + 1
        var at = begin
        var doubled = false
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "\n") { nextLine += 1 }
            guard bytes[at] == UInt8(ascii: "\"") else {
                at += 1
                continue
            }
            if at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\"") {
                doubled = true
                at += 2
                continue
            }
            let field = Field(range: begin..<at, hasDoubledQuotes: doubled)
            at += 1
            while at < bytes.count, bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "\r") { at += 1 }
            guard at == bytes.count || bytes[at] == UInt8(ascii: ",") || bytes[at] == UInt8(ascii: "\n") else {
                _ = fail("expected a comma behind the closing quote")
                return nil
            }
            position = at
            return field
        }
        _ = fail("has a quote that nothing closes")
        return nil
    }

    private mutating func fail(_ what: String) -> Bool {
        fault = what
        return false
    }
}
