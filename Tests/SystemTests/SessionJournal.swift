import Foundation
import Testing

/// A session's journal as `journal dump` prints it, booked once more by the simplest rule there is: every execution id
/// counts once.
struct SessionJournal {
    struct Record: Decodable {
        var sequence: UInt64
        var kind: String
        var instrument, side, execution, last_price, last_quantity, fee: String?
        var command, client_order, exec_type, note, difference: String?
        var differences: Int64?
    }
    struct Account: Equatable {
        var position: Int64 = 0
        var cash: Int64 = 0
        var fees: Int64 = 0
    }

    /// ClOrdIDs of all new orders, in order.
    private(set) var newOrders: [String] = []
    /// Lots executed by ClOrdID.
    private(set) var executed: [String: Int64] = [:]
    private(set) var executions: Set<String> = []
    private(set) var accounts: [String: Account] = [:]
    /// Differences that each reconciliation found.
    private(set) var reconciliations: [Int64] = []
    /// What the last one found.
    private(set) var differences: [String] = []

    init(_ market: Market) throws {
        for kind in ["command", "execution_report", "trade_report", "note"] {
            let dump = try market.run("journal", "dump", "data/journal", "--kind", kind, "--format", "json")
            try #require(dump.end == .exit(0), "\(dump.errors)")
            for line in dump.output.split(separator: "\n") {
                take(try JSONDecoder().decode(Record.self, from: Data(line.utf8)))
            }
        }
    }

    private mutating func take(_ record: Record) {
        switch record.kind {
        case "command" where record.command == "new_order": newOrders.append(record.client_order ?? "")
        case "note" where record.note == "reconciliation":
            reconciliations.append(record.differences ?? .max)
            differences = []
        case "note" where record.note == "difference": differences.append(record.difference ?? "?")
        case "execution_report" where record.exec_type == "trade", "trade_report": book(record)
        default: break
        }
    }

    private mutating func book(_ record: Record) {
        guard let lots = record.last_quantity.flatMap(Int64.init), lots > 0, let symbol = record.instrument, let price = record.last_price,
            let id = record.execution, executions.insert(id).inserted
        else { return }
        let signed = record.side == "buy" ? lots : -lots
        let fee = record.fee.map(Self.moneyUnits) ?? 0
        accounts[symbol, default: Account()].position += signed
        // Prices have two decimals, money four.
        accounts[symbol, default: Account()].cash -= signed * Self.hundredths(price) * 100 + fee
        accounts[symbol, default: Account()].fees += fee
        executed[record.client_order ?? "", default: 0] += lots
    }

    static func hundredths(_ text: String) -> Int64 {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return Int64(parts[0] + (fraction + "00").prefix(2)) ?? .min
    }

    /// A packed order number as it stands in FIX messages: deployment, epoch, counter.
    static func text(_ packed: Int64, deployment: String = "M1") -> String {
        let epoch = String(packed >> 40, radix: 36, uppercase: true)
        return "\(deployment)-\(epoch)-\(String(packed & 0xFF_FFFF_FFFF, radix: 36, uppercase: true))"
    }
}

extension Market {
    /// What must hold when all is over, however it went: every order of the journal is at the venue at most once, none is
    /// there that the journal does not have, none is open or unknown; positions, cash, fees and executions in journal, report and
    /// the venue's own books are the same; the journal verifies and replays.
    func expectEqualBooks(report: Report, books: Books) throws -> SessionJournal {
        let journal = try SessionJournal(self)
        let venue = try books.ours()
        let there = venue.orders.map(\.clientOrder)
        #expect(Set(there).count == there.count, "an order is doubled at the venue")
        #expect(Set(journal.newOrders).count == journal.newOrders.count, "an order number was used twice")
        #expect(Set(there).subtracting(journal.newOrders).isEmpty, "orders that were never recorded")
        for order in venue.orders {
            #expect(order.leaves == 0, "\(order.clientOrder) is still open")
            #expect(order.cumulative == journal.executed[order.clientOrder, default: 0], "\(order.clientOrder)")
        }
        let lost = Set(journal.newOrders).subtracting(there)
        #expect(lost.allSatisfy { journal.executed[$0] == nil })
        #expect(report.orders.unknown == 0)
        #expect(report.orders.submitted == journal.newOrders.count)
        // What never reached the venue is closed as refused; nothing else is.
        #expect(report.orders.rejected == lost.count + venue.orders.count { $0.status == "rejected" })
        let ended = report.orders.filled + report.orders.partiallyFilled + report.orders.canceled
        #expect(ended == venue.orders.count { $0.status != "rejected" })
        #expect(venue.executions == journal.executions.count)
        for account in venue.accounts {
            let booked = journal.accounts[account.symbol] ?? SessionJournal.Account()
            #expect(booked == SessionJournal.Account(position: account.position, cash: account.cash, fees: account.fees), "\(account.symbol)")
            let reported = try #require(report.instruments.first { $0.symbol == account.symbol })
            #expect(reported.position == "\(account.position)")
            #expect(SessionJournal.moneyUnits(reported.fees) == account.fees)
            if account.position == 0 { #expect(SessionJournal.moneyUnits(reported.netProfit) == account.cash) }
        }
        #expect(journal.reconciliations.last == 0, "the last reconciliation found differences: \(journal.differences)")
        let verified = try run("journal", "verify", "data/journal")
        #expect(verified.end == .exit(0), "\(verified.output)")
        let replayed = try run("replay", "data/journal", "--format", "json")
        try #require(replayed.end == .exit(0), "\(replayed.errors)")
        let again = try JSONDecoder().decode(Replayed.self, from: Data(replayed.output.utf8))
        #expect(again.digest == report.journal.digest, "a replay's digests are those of its session")
        #expect(again.decidedAgain > 0)
        return journal
    }
}

extension SessionJournal {
    /// A decimal with four digits in its units of 0.0001.
    static func moneyUnits(_ text: String) -> Int64 { Int64(text.filter { $0 != "." }) ?? .min }
}
