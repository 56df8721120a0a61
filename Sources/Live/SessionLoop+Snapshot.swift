internal import Core
internal import CxxJournal
internal import Engine
internal import Features
internal import Reports

extension SessionLoop {
    /// Takes a snapshot where one is due, and moves those along that are on their way; between two events.
    mutating func keepSnapshots(isIdle: Bool) {
        guard snapshots.every != nil, failure == nil else { return }
        snapshots.go(on: &journal)
        guard snapshots.isDue(at: sequencer.last, isIdle: isIdle) else { return }
        snapshots.took(takeSnapshot(into: snapshots.takeBuffer()))
    }

    /// After the last record, with the journal closed: another run, of a newer build too, then has nothing to replay.
    mutating func writeLastSnapshot(folder: String) {
        var journalSynced = snapshots.stop()
        guard snapshots.every != nil, failure == nil, sequencer.last > snapshots.last else { return }
        let job = takeSnapshot(into: snapshots.takeBuffer())
        snapshots.note(job.sequence, job.write(to: folder, journalSynced: &journalSynced))
    }

    private mutating func takeSnapshot(into buffer: StateBuffer) -> SnapshotJob {
        var head = SnapshotHead()
        head.sequence = sequencer.last
        head.recordTime = lastRecordTime
        head.lastTime = sequencer.time
        head.runs = runs
        head.received = received
        head.runText = runText
        head.questions = open.filter { lastAsked[Int($0.instrument)] == $0.request }.map {
            SnapshotHead.Question(request: $0.request, instrument: $0.instrument, observation: $0.observation.payload)
        }
        return SnapshotJob.take(head, engine: &engine, digests: &digests, recorder: recorder, into: buffer)
    }

    /// What a report says of snapshots that could not be written.
    var snapshotNote: String? {
        guard snapshots.failures > 0 else { return nil }
        return "\(snapshots.failures) snapshots could not be written (\(snapshots.failure.text)): the next start replays more of the journal"
    }
}
