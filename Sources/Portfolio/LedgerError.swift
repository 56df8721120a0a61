/// Why the ledger refused. Nothing was changed then.
public enum LedgerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No such instrument.
    case unknownInstrument(Int)
    /// The instrument cannot be kept in this ledger.
    case unsupported(instrument: Int, problem: String)
    /// Not a positive number of lots, or no side.
    case malformedFill(instrument: Int)
    /// A sum does not fit: money 64 bits, increments times lots 128.
    case overflow(instrument: Int)

    public var description: String {
        switch self {
        case .unknownInstrument(let index): "ledger: there is no instrument \(index)"
        case .unsupported(let index, let problem): "ledger: instrument \(index): \(problem)"
        case .malformedFill(let index): "ledger: instrument \(index): expected a side and positive lots in a fill"
        case .overflow(let index): "ledger: instrument \(index): amount does not fit"
        }
    }
}
