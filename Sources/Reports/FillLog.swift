internal import Engine

/// The fills of a run, oldest first, in pieces: a copy shares the full ones, so that a copy which another thread looks at costs
/// the next `append` one piece, not all of them.
struct FillLog {
    static let pieceSize = 1 << 12

    var full: [[BookedFill]] = []
    var last: [BookedFill] = []

    var count: Int { full.count * Self.pieceSize + last.count }

    mutating func append(_ fill: BookedFill) {
        last.append(fill)
        guard last.count == Self.pieceSize else { return }
        full.append(last)
        last = []
        last.reserveCapacity(Self.pieceSize)
    }

    /// All of them in one array: for a report.
    var all: [BookedFill] { full.joined() + last }
}
