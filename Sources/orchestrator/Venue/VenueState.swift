internal import Core
internal import CxxEvent
internal import CxxExchange
internal import Foundation

/// The simulated exchange's books: whose orders, positions and cash there are. As JSON, numbers are whole multiples of
/// what `instruments` states: prices of `priceIncrement`, quantities and positions of `lotIncrement`, cash and fees
/// of `moneyUnit`.
package struct VenueState: Codable, Equatable {
    package struct Instrument: Codable, Equatable {
        package var symbol, venue, currency, priceIncrement, lotIncrement, moneyUnit: String
    }
    package struct Owner: Codable, Equatable {
        package var name: String
        package var executions: UInt64
        package var accounts: [Account]
        package var orders: [Order]
    }
    package struct Account: Codable, Equatable {
        package var symbol: String
        package var position, cash, fees: Int64
    }
    package struct Order: Codable, Equatable {
        package var order: UInt64
        package var clientOrder, symbol, side, status: String
        package var price, quantity, cumulative, leaves: Int64
    }

    package var run: UInt64
    /// Virtual time, nanoseconds since the Unix epoch.
    package var time: Int64
    package var nextOrder, nextExecution, executions: UInt64
    package var owners: [Owner]
    package var instruments: [Instrument]?

    /// Reads the journal in `folder`, whose process may run.
    init(folder: String) throws {
        let text = try Self.json(folder)
        do {
            self = try JSONDecoder().decode(VenueState.self, from: text)
        } catch {
            preconditionFailure("the exchange's own state does not read back: \(error)")
        }
        owners = owners.map(\.withText)
        instruments = try VenueInstruments.read(folder: folder).map(Instrument.init)
    }

    /// The exchange writes texts byte by byte, each byte as one character: what its clients sent, as UTF-8 again.
    package static func characters(_ bytes: String) -> String {
        let latin = bytes.unicodeScalars.map { UInt8(exactly: $0.value) }
        guard !latin.contains(nil) else { return bytes }
        return String(validating: latin.compactMap { $0 }, as: UTF8.self) ?? bytes
    }

    private static func json(_ folder: String) throws -> Data {
        var text = [CChar](repeating: 0, count: 1 << 16)
        var length = 0
        while true {
            let status = folder.withCString { martlet.read_venue_state($0, &text, text.count, &length) }
            guard status == .ok else { throw failure(status, folder) }
            if length < text.count { return Data(text[..<length].map { UInt8(bitPattern: $0) }) }
            text = [CChar](repeating: 0, count: length + 1)
        }
    }

    private static func failure(_ status: martlet.VenueStatus, _ folder: String) -> CommandFailure {
        switch status {
        case .journal_damaged:
            CommandFailure(.finding, "\(folder)/venue.journal: \(String(cString: martlet.venue_status_text(status)))")
        case .directory_unusable where !FileManager.default.fileExists(atPath: folder + "/venue.journal"):
            CommandFailure(
                .missingInput,
                "\(folder): no simulated exchange kept its books here; name its folder with --folder, such as --folder martlet-data/latest/venue")
        default: CommandFailure(.inputOutput, "\(folder): \(String(cString: martlet.venue_status_text(status)))")
        }
    }
}

extension VenueState.Instrument {
    init(_ definition: martlet.InstrumentDefinition) {
        symbol = definition.symbolText
        venue = definition.venueText
        currency = definition.currencyText
        priceIncrement = definition.price_increment.text(1)
        lotIncrement = definition.lot_increment.text(1)
        moneyUnit = definition.money_unit.text(1)
    }
}

extension VenueState.Owner {
    fileprivate var withText: VenueState.Owner {
        var owner = self
        owner.name = VenueState.characters(name)
        for place in orders.indices { owner.orders[place].clientOrder = VenueState.characters(orders[place].clientOrder) }
        return owner
    }
}

/// The instruments that an exchange's journal is about: its first record states them.
enum VenueInstruments {
    /// Head of a record and of the start record's payload, then the definitions.
    private static let frame = 16
    private static let start = 16

    static func read(folder: String) throws(CommandFailure) -> [martlet.InstrumentDefinition] {
        let path = folder + "/venue.journal"
        guard let file = FileHandle(forReadingAtPath: path) else { throw CommandFailure(.inputOutput, "\(path): cannot be read") }
        defer { try? file.close() }
        let size = MemoryLayout<martlet.InstrumentDefinition>.size
        guard let head = try? file.read(upToCount: frame), head.count == frame else { return [] }
        let length = Int(head.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) })
        guard length >= start, let payload = try? file.read(upToCount: length), payload.count == length else { return [] }
        return payload.withUnsafeBytes { bytes in
            (0..<(length - start) / size).map { bytes.loadUnaligned(fromByteOffset: start + $0 * size, as: martlet.InstrumentDefinition.self) }
        }
    }
}
