import CxxFeed

/// The first bytes of a file, plain or compressed.
struct FileBeginning {
    /// At most 4 KiB; bytes that are no text become replacement characters.
    let text: String

    init(_ path: String) throws(MarketDataError) {
        var bytes = [CChar](repeating: 0, count: 4_096)
        var size = 0
        try require(martlet.read_beginning(path, &bytes, bytes.count, &size), path: path)
        text = String(decoding: bytes.prefix(size).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The whole lines among them; the only one where it does not end.
    var lines: [String] {
        var found = text.split(whereSeparator: \.isNewline).map(String.init)
        if found.count > 1, text.last?.isNewline != true { found.removeLast() }
        return found
    }
}
