/// One thing that may happen next: who does it, in the words of a scenario file.
enum Move: UInt8, CaseIterable {
    case buy, sell, replaceUp, replaceDown, cancel, wait
    case accept, refuse, refuseUnknown, answer, fail
    case hear, hearSecond
    case fillOne, fillRest, expire, bust, bustForGood, correct, repeatMarked, repeatPlain
    case breakLosingAll, breakLosingCommands, breakLosingReports, breakLosingNothing, restore

    var phrase: String {
        switch self {
        case .buy: "trader buys 2"
        case .sell: "trader sells all"
        case .replaceUp: "trader replaces to 3"
        case .replaceDown: "trader replaces to 1"
        case .cancel: "trader cancels"
        case .wait: "time passes"
        case .accept: "venue accepts"
        case .refuse: "venue refuses"
        case .refuseUnknown: "venue refuses as unknown"
        case .answer: "venue answers"
        case .fail: "command does not leave"
        case .hear: "trader hears"
        case .hearSecond: "trader hears the second first"
        case .fillOne: "venue fills 1"
        case .fillRest: "venue fills the rest"
        case .expire: "venue expires"
        case .bust: "venue busts the last fill"
        case .bustForGood: "venue busts the last fill and closes"
        case .correct: "venue corrects the last fill"
        case .repeatMarked: "venue repeats its last report, marked"
        case .repeatPlain: "venue repeats its last report"
        case .breakLosingAll: "session breaks, commands and reports lost"
        case .breakLosingCommands: "session breaks, commands lost"
        case .breakLosingReports: "session breaks, reports lost"
        case .breakLosingNothing: "session breaks, nothing lost"
        case .restore: "session returns"
        }
    }

    init?(phrase: String) {
        guard let move = Self.allCases.first(where: { $0.phrase == phrase }) else { return nil }
        self = move
    }
}

/// How often each thing may happen in one history: what keeps the search finite, and what it is aimed at.
struct Budget: Hashable, Sendable {
    var orders: Int8 = 2
    var replaces: Int8 = 1
    var cancels: Int8 = 2
    var waits: Int8 = 1
    var failures: Int8 = 1
    var breaks: Int8 = 1
    var repeats: Int8 = 1
    var revisions: Int8 = 1
    var overtakes: Int8 = 0
    /// The venue stamps all with one time, as one does whose clock ticks in seconds.
    var isCoarse = false
    /// The venue lists open orders, executions and positions; else it only says how one order stands.
    var hasLists = true

    /// What a scenario file may do.
    static let scenario = Budget(
        orders: 9, replaces: 9, cancels: 9, waits: 9, failures: 9, breaks: 9, repeats: 9, revisions: 9, overtakes: 9)
}
