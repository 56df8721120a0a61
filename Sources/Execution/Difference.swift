/// One way in which the venue's books differ from ours.
public struct Difference: Sendable, Equatable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// Signed lots held: ours and the venue's.
        case position = 1
        /// Lots filled of an order: ours and the venue's.
        case missingExecution = 2
        /// An order works at the venue that was not ours: adopted, cancel it. `venue` is its open lots.
        case foreignOrder = 3
        /// An order of ours is not at the venue: closed. `ours` is the lots that were open.
        case absentOrder = 4
        /// Money units: ours and the venue's.
        case cash = 5
        /// The venue did not answer a request, number in `venue`.
        case noAnswer = 6
        /// A drop copy told of an execution that neither the session nor the venue's list has: `venue` is its lots.
        case untoldExecution = 7

        /// Stable name for reports.
        public var name: String {
            switch self {
            case .position: "position"
            case .missingExecution: "missing_execution"
            case .foreignOrder: "foreign_order"
            case .absentOrder: "absent_order"
            case .cash: "cash"
            case .noAnswer: "no_answer"
            case .untoldExecution: "untold_execution"
            }
        }

        /// Whether new risk must wait for somebody's decision. What was resolved by closing or adopting, and
        /// cash, which venues book at their own times, is shown and does not block.
        public var isBlocking: Bool {
            switch self {
            case .position, .missingExecution, .noAnswer, .untoldExecution: true
            case .foreignOrder, .absentOrder, .cash: false
            }
        }
    }

    public var kind: Kind
    /// `UInt32.max`: none.
    public var instrument: UInt32
    /// 0: none.
    public var client: UInt64
    public var ours: Int64
    public var venue: Int64

    public init(kind: Kind, instrument: UInt32, client: UInt64, ours: Int64, venue: Int64) {
        self.kind = kind
        self.instrument = instrument
        self.client = client
        self.ours = ours
        self.venue = venue
    }
}
