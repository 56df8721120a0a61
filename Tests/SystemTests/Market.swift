import Foundation
import Testing

/// A folder with a configuration, in which a venue and sessions run as processes of their own.
///
/// Two instruments, five-second bars and windows of two or three of them, 300 times as fast as the wall clock: a
/// session trades within a tenth of a second.
final class Market {
    let folder: String
    private(set) var port = 0
    private var started = 0
    private(set) var venue: Child?
    private var store: String { path("data/fix/MARTLET-MSIM.fixstore") }
    /// Where in the store the last order was found to end.
    private var storeEnd = 0
    private var storeOrders = 0

    static let configuration = """
        run: {name: system, data: data, duration: none, timeframe: 5s}
        instruments:
          - {symbol: ALFA, start_price: 100}
          - {symbol: BRAVO, start_price: 40}
        market:
          generated: {events_per_second: 4, resting_orders: 60, daily_volatility: 10%}
        venue: {embedded: false, speed: 300x, heartbeat: 2s, logon_timeout: 20s}
        features:
          {set: set.yaml, sma_fast: 2, sma_slow: 3, ema_fast: 2, ema_slow: 3, macd_signal: 2, rsi: 2, bollinger: 3, atr: 2, adx: 2,
           realised_volatility: 2, channel: 2, order_flow: 4}
        agents:
          mean_reversion: {entry: 0.5, exit: 0.1, minimum_edge: 0}
          trend: {minimum_breakout: 0, minimum_adx: 0}

        """

    /// Features of one's own beside the engine's, of both instruments and of longer bars.
    static let featureSet = """
        name: system
        timeframe: 5s
        reset_after: 1h
        features:
          - {name: rate, kernel: roc, parameters: {period: 2}}
          - {name: slow, kernel: rsi, parameters: {period: 2}, timeframe: 15s, lag: 1}
          - {name: place, across: rank, input: rate}
          - {name: score, kernel: atr, normalisation: {method: z_score, window: 4}}

        """

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-system-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.configuration.write(toFile: path("m.yaml"), atomically: true, encoding: .utf8)
        try Self.featureSet.write(toFile: path("set.yaml"), atomically: true, encoding: .utf8)
    }

    deinit {
        venue?.kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// The program beside the test bundle: both are products of the same build.
    static let program: String = {
        let tests = ProcessInfo.processInfo.arguments.first.map(URL.init(fileURLWithPath:)) ?? Bundle.main.bundleURL
        let folders = [tests.deletingLastPathComponent(), Bundle.main.bundleURL, Bundle.main.executableURL?.deletingLastPathComponent()]
        for case let folder? in folders {
            let file = folder.appendingPathComponent("orchestrator").path
            if FileManager.default.isExecutableFile(atPath: file) { return file }
        }
        preconditionFailure("orchestrator is not beside the tests: \(folders)")
    }()

    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Child {
        started += 1
        return try Child(Self.program, arguments, in: folder, name: "process-\(started)", environment: environment)
    }

    /// A command that ends by itself.
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> (end: Child.End, output: String, errors: String) {
        try run(arguments, environment: environment)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> (end: Child.End, output: String, errors: String) {
        let child = try start(arguments, environment: environment)
        let end = try child.wait()
        return (end, child.output, child.errors)
    }

    // MARK: the venue

    /// Starts the venue, on the port that it had before where it ran before, and waits until it listens.
    func openVenue(_ more: [String] = [], environment: [String: String] = [:]) throws {
        let child = try start(
            ["venue", "--config", "m.yaml", "--port", "\(port)", "--folder", "venue", "--format", "json"] + more, environment: environment)
        venue = child
        let listens = waits(20) { child.output.hasSuffix("}\n") || !child.isRunning }
        try #require(listens && child.isRunning, "the venue does not listen: \(child.output) \(child.errors)")
        let said = try JSONSerialization.jsonObject(with: Data(child.output.utf8)) as? [String: Any]
        port = try #require(said?["port"] as? Int)
    }

    /// `kill -9`.
    func killVenue() { venue?.kill() }

    /// Ends the venue in order and returns its books.
    func closeVenue() throws -> Books {
        venue?.send(SIGTERM)
        #expect(try venue?.wait() == .exit(0))
        return try books()
    }

    func books() throws -> Books {
        let said = try run("venue", "--state", "--folder", "venue", "--format", "json")
        try #require(said.end == .exit(0), "\(said.output)\(said.errors)")
        return try JSONDecoder().decode(Books.self, from: Data(said.output.utf8))
    }

    // MARK: sessions

    func openSession(_ more: [String] = [], environment: [String: String] = [:]) throws -> Child {
        try start(
            ["paper", "--config", "m.yaml", "--set", "venue.port=\(port)", "--format", "json"] + more, environment: environment)
    }

    /// A session that reconciles, trades a while and ends in order; its report.
    func lastSession(duration: String = "5m") throws -> Report {
        let session = try openSession(["--set", "run.duration=\(duration)"])
        try #require(try session.wait(seconds: 60) == .exit(0), "\(session.output.suffix(2_000))\(session.errors)")
        return try JSONDecoder().decode(Report.self, from: Data(session.output.utf8))
    }

    /// New orders that the session's message store holds: each is stored before it is sent.
    func ordersStored() -> Int {
        // Read, not mapped: a session that opens the store cuts what it had only reserved.
        guard let bytes = FileManager.default.contents(atPath: store) else { return storeOrders }
        let wanted = Data("\u{1}35=D\u{1}".utf8)
        while storeEnd < bytes.count, let found = bytes.range(of: wanted, in: storeEnd..<bytes.count) {
            storeOrders += 1
            storeEnd = found.upperBound
        }
        return storeOrders
    }

    /// Fills that count as received, of both versions.
    func fillsReceived() -> Int {
        guard let bytes = FileManager.default.contents(atPath: store) else { return 0 }
        return bytes.split(separator: UInt8(ascii: "\u{1}")).count { ["150=F", "150=1", "150=2"].contains(String(decoding: $0, as: UTF8.self)) }
    }

    /// Bytes of the session's journal.
    func journalBytes() -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path("data/journal"))) ?? []
        return names.reduce(0) { sum, name in
            var facts = stat()
            return stat(path("data/journal/\(name)"), &facts) == 0 ? sum + Int(facts.st_size) : sum
        }
    }

    func trades(_ orders: Int, session: Child, seconds: Double = 30) throws {
        let came = waits(seconds) { ordersStored() >= orders || !session.isRunning }
        try #require(came && session.isRunning, "no order \(orders), \(session.output.suffix(1_000)) \(session.errors)")
    }
}

/// What `orchestrator venue --state` says.
struct Books: Decodable {
    struct Owner: Decodable {
        var name: String
        var executions: Int
        var accounts: [Account]
        var orders: [Order]
    }
    struct Account: Decodable {
        var symbol: String
        var position, cash, fees: Int64
    }
    struct Order: Decodable {
        var clientOrder, symbol, side, status: String
        var quantity, cumulative, leaves: Int64
    }
    var owners: [Owner]

    /// Our side of them.
    func ours() throws -> Owner { try #require(owners.first { $0.name == "MARTLET" }) }
}

/// The part of a session's report that is compared.
struct Report: Decodable {
    struct Orders: Decodable { var submitted, filled, partiallyFilled, canceled, rejected, denied, unknown: Int }
    struct Instrument: Decodable { var symbol, position, fees, netProfit: String }
    struct Digest: Decodable, Equatable { var inputs, decisions: String }
    struct Journal: Decodable { var digest: Digest }
    var orders: Orders
    var instruments: [Instrument]
    var journal: Journal
}

/// What `orchestrator replay` says.
struct Replayed: Decodable {
    var digest: Report.Digest
    var decidedAgain: Int
}
