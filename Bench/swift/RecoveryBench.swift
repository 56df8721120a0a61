internal import Agents
internal import Core
internal import CxxEvent
internal import CxxJournal
internal import Engine
internal import Foundation
internal import Live
internal import MarketData
internal import Reports
internal import Risk

/// How long a session takes to come back to where its journal ends, from the first record and from a snapshot with half an
/// interval of records behind it; and what the snapshot cost the engine's thread.
enum RecoveryBench {
    private static let events = 5_000_000
    private static let behind = 500_000
    private static let rounds = 3

    static func run() throws {
        let series = GeneratedSeries.make(count: events)
        let start = series.events[0].exchange_time
        let council = try Council.ruleBased()
        let settings = SessionSettings(engine: configuration(), policy: RiskPolicy(), council: council)
        let recorder = RunRecorder(instruments: series.instruments, agentNames: council.members.map(\.agent.name), waitsForMarket: true)
        var host = try SessionHost(
            settings.engine, instruments: series.instruments, sources: series.kinds, policy: settings.policy, council: council, time: start,
            recorder: recorder)
        for index in series.events.indices {
            let event = series.events.baseAddress! + index
            host.timers(upTo: event.pointee.exchange_time)
            host.market(event, at: event.pointee.exchange_time)
            host.commands.removeAll(keepingCapacity: true)
            if index % 4_096 == 0 { host.makeDurable() }
            if index == events - behind { try snapshot(&host) }
        }
        host.close()
        let engine = { (settings: SessionSettings) throws(SessionError) -> Engine in
            do {
                return try Engine(settings.engine, instruments: series.instruments, sources: series.kinds, policy: settings.policy, time: start)
            } catch {
                throw .risk("\(error)")
            }
        }
        var times: [JournalRecovery.Beginning: [Double]] = [:]
        for _ in 0..<rounds {
            for beginning in [JournalRecovery.Beginning.firstRecord, .newestSnapshot] {
                var recovery = JournalRecovery(
                    folder: host.folder, initial: settings, recorder: recorder, settings: { _ in settings }, engine: engine)
                let began = Measure.monotonic()
                let replay = try recovery.replay(from: beginning)
                times[beginning, default: []].append(Double(Measure.monotonic() - began) / 1e6)
                precondition((replay.summary.snapshot > 0) == (beginning == .newestSnapshot), "\(recovery.notes)")
            }
        }
        print("\(events) events, recovered from the first record: \(median(times[.firstRecord])) ms; from a snapshot and \(behind) records: \(median(times[.newestSnapshot])) ms")
        try host.end()
    }

    private static func snapshot(_ host: inout SessionHost) throws {
        let buffer = StateBuffer()
        var times: [Double] = []
        for _ in 0..<9 {
            let began = Measure.monotonic()
            _ = host.snapshot(into: buffer)
            times.append(Double(Measure.monotonic() - began) / 1e3)
        }
        let size = buffer.count
        let job = host.snapshot(into: buffer)
        host.makeDurable()
        let began = Measure.monotonic()
        var journalSynced: UInt64 = 0
        precondition(job.write(to: host.folder, journalSynced: &journalSynced) == .ok, "the snapshot cannot be written")
        print("taking a snapshot: \(size / 1_024) KiB, first \(times[0]) µs, median \(median(times)) µs; writing it: \(Double(Measure.monotonic() - began) / 1e6) ms")
    }

    private static func median(_ values: [Double]?) -> Double {
        let sorted = (values ?? []).sorted()
        return sorted.isEmpty ? .nan : (sorted[sorted.count / 2] * 10).rounded() / 10
    }

    private static func configuration() -> EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.timeframe = 1_000_000_000
        configuration.reconciles = false
        return configuration
    }
}
