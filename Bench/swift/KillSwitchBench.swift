internal import Agents
internal import Core
internal import CxxEvent
internal import CxxFix
internal import CxxTelemetry
internal import Engine
internal import Features
internal import Foundation
internal import MarketData
internal import Risk

/// From the kill switch's trigger to the last cancel written to the venue's socket, with an order open in each of a
/// hundred instruments, over a real FIX session on loopback. Against the same number of orders sent by the session
/// alone, in the same run: what the engine, the journal and the gate add.
enum KillSwitchBench {
    private static let instruments = 100
    private static let rounds = 21

    static func run() throws {
        var kills: [Double] = []
        var alone: [Double] = []
        for round in 0..<rounds {
            var measuring = try Round(number: round)
            let measured = try measuring.run()
            kills.append(measured.kill)
            alone.append(measured.alone)
        }
        let (kill, bare) = (kills.sorted(), alone.sorted())
        func text(_ microseconds: Double) -> String { "\((microseconds * 10).rounded() / 10)" }
        print(
            "trigger to the last of \(instruments) cancels written: median \(text(kill[rounds / 2])) µs, least \(text(kill[0])), most \(text(kill[rounds - 1]))")
        print(
            "the same messages sent by the session alone: median \(text(bare[rounds / 2])) µs; ratio \(text(kill[rounds / 2] / bare[rounds / 2]))")
    }

    /// Wants to be long.
    private struct Buyer: Agent {
        let identifier = AgentID(rawValue: 901)
        let name = "buyer"
        func decide(_ observation: Observation) -> Opinion { Opinion(strength: 2, confidence: 1) }
    }

    /// A venue that takes orders and never fills them, a session with it, and an engine with its journal.
    private struct Round: ~Copyable {
        private let folder: String
        private let ring: UnsafeMutablePointer<martlet.InboundRing>
        private let broker: UnsafeMutablePointer<martlet.BrokerSession>
        private let venue: UnsafeMutablePointer<martlet.VenueSession>
        private let definitions = (0..<KillSwitchBench.instruments).map(GeneratedSeries.instrument)
        private let strings = CStrings()
        private var time: Int64 = 1_736_173_800_000_000_000

        init(number: Int) throws {
            folder = NSTemporaryDirectory() + "martlet-kill-\(ProcessInfo.processInfo.globallyUniqueString)"
            ring = .allocate(capacity: 1)
            ring.initialize(to: martlet.InboundRing(1 << 14))
            broker = .allocate(capacity: 1)
            broker.initialize(to: martlet.BrokerSession())
            venue = .allocate(capacity: 1)
            venue.initialize(to: martlet.VenueSession())
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try connect(client: "KILL\(number)")
        }

        deinit {
            broker.pointee.stop(0)
            venue.pointee.stop(0)
            broker.deinitialize(count: 1)
            broker.deallocate()
            venue.deinitialize(count: 1)
            venue.deallocate()
            ring.deinitialize(count: 1)
            ring.deallocate()
            // A folder of temporary files that cannot be removed harms nobody.
            try? FileManager.default.removeItem(atPath: folder)
        }

        private func connect(client: String) throws {
            var account = martlet.VenueAccount()
            account.client = strings.pointer(client)
            let status = definitions.withUnsafeBufferPointer { definitions in
                withUnsafePointer(to: &account) { account in
                    var settings = martlet.VenueSettings()
                    settings.venue = strings.pointer("KILLVENUE")
                    settings.accounts = account
                    settings.account_count = 1
                    settings.data_directory = strings.pointer(folder)
                    settings.instruments = definitions.baseAddress
                    settings.instrument_count = UInt32(definitions.count)
                    guard venue.pointee.start(settings) == .ok else { return martlet.FixStatus.bad_settings }
                    var own = martlet.BrokerSettings()
                    own.port = venue.pointee.port()
                    own.sender = strings.pointer(client)
                    own.target = strings.pointer("KILLVENUE")
                    own.deployment = strings.pointer("K")
                    own.data_directory = strings.pointer(folder)
                    own.subscribe_at_logon = false
                    own.instruments = definitions.baseAddress
                    own.instrument_count = UInt32(definitions.count)
                    own.ring = ring
                    return broker.pointee.start(own)
                }
            }
            precondition(status == .ok, "the bench's session does not start")
            while !broker.pointee.logged_on() { usleep(1_000) }
        }

        /// Microseconds from the trigger until all cancels are written, and for as many orders sent alone.
        mutating func run() throws -> (kill: Double, alone: Double) {
            var policy = RiskPolicy()
            policy.ordersPerSecond = 1_000
            policy.maximumOrderLots = 10
            policy.maximumPositionLots = 10
            var configuration = EngineConfiguration()
            configuration.reconciles = false
            configuration.timeframe = 60_000_000_000
            var host = try SessionHost(
                configuration, instruments: definitions, sources: definitions.map { _ in .quotes }, policy: policy,
                council: try Council([.init(Buyer())]), time: time)
            trade(&host)
            precondition(host.commands.count == KillSwitchBench.instruments, "an order is open in each instrument")
            let alone = send(&host.commands)
            let kill = trigger(&host)
            try host.end()
            return (kill, alone)
        }

        /// Bars enough for the ranges that sizing needs, and for an order in each instrument, which stays open.
        private mutating func trade(_ host: inout SessionHost) {
            for minute in 0..<20 {
                for step in 0..<6 {
                    time += 10_000_000_000
                    host.timers(upTo: time)
                    for instrument in 0..<KillSwitchBench.instruments {
                        var quote = martlet.QuoteEvent()
                        quote.kind = .quote
                        quote.instrument = UInt32(instrument)
                        quote.exchange_time = time
                        quote.bid_price = 10_000 + Int64((minute * 7 + step * 3) % 11)
                        quote.ask_price = quote.bid_price + 2
                        quote.bid_quantity = 1_000
                        quote.ask_quantity = 1_000
                        var event = martlet.as_market_event(quote)
                        host.market(&event, at: time)
                        var trade = martlet.MarketEvent()
                        trade.kind = .trade
                        trade.instrument = UInt32(instrument)
                        trade.exchange_time = time
                        trade.price = quote.bid_price + 1
                        trade.quantity = 1
                        host.market(&trade, at: time)
                    }
                }
            }
        }

        private func send(_ commands: inout [martlet.Command]) -> Double {
            let start = Measure.monotonic()
            for command in commands { precondition(broker.pointee.send(command) == .sent) }
            commands.removeAll()
            return Double(Measure.monotonic() - start) / 1e3
        }

        private func trigger(_ host: inout SessionHost) -> Double {
            let start = Measure.monotonic()
            var event = martlet.HostEvent()
            event.kind = .control
            event.instrument = .max
            event.code = martlet.ControlAction.kill.rawValue
            host.host(&event, at: time)
            let cancels = host.commands.count { $0.command == .cancel }
            precondition(cancels == KillSwitchBench.instruments, "every order is canceled")
            for command in host.commands where command.command == .cancel { precondition(broker.pointee.send(command) == .sent) }
            return Double(Measure.monotonic() - start) / 1e3
        }
    }
}
