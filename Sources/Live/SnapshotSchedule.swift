internal import Core
internal import CxxJournal

/// When a running session takes snapshots, and how far they let its journal go.
///
///     due ─► idle, or overdue by an eighth ─► taken (engine's thread) ─► its last record durable ─► written (another thread)
///             (the journal's records first) ─► two there ─► retention may remove what lies before the older
///
/// On the engine's thread alone.
struct SnapshotSchedule {
    /// Records between two; nil: none is taken.
    let every: UInt64?
    /// Record of the last one taken, or where the session began.
    private(set) var last: UInt64
    /// Taken, and its last record not yet durable.
    private var taken: SnapshotJob?
    private var isWriting = false
    private var buffer: StateBuffer?
    private let folder: String
    /// Made for the first one.
    private var writer: SnapshotWriter?
    /// Those on the disk, oldest first.
    private var there: [UInt64] = []
    /// How many could not be written, and why the last one could not.
    private(set) var failures = 0
    private(set) var failure = martlet.JournalStatus.ok

    /// - Parameters:
    ///   - folder: the journal's.
    ///   - last: the record that the session goes on from.
    ///   - snapshot: the record of the snapshot that it began from; 0: none.
    init(every: UInt64?, folder: String, last: UInt64, snapshot: UInt64) {
        self.every = every
        self.last = every == nil ? last : snapshot
        self.folder = folder
        if snapshot > 0 { there.append(snapshot) }
    }

    /// Whether one is to be taken now, at `sequence`: only when the thread has nothing else to do, until it is overdue.
    func isDue(at sequence: UInt64, isIdle: Bool) -> Bool {
        guard let every, taken == nil, !isWriting else { return false }
        let passed = sequence - last
        return passed >= every && (isIdle || passed - every >= every / 8)
    }

    /// The memory for the next one.
    mutating func takeBuffer() -> StateBuffer {
        defer { buffer = nil }
        return buffer ?? StateBuffer()
    }

    /// One was taken.
    mutating func took(_ job: SnapshotJob) {
        if writer == nil { writer = SnapshotWriter(folder: folder) }
        taken = job
        last = job.sequence
    }

    /// Hands over what is durable and takes back what is written. Never waits.
    mutating func go(on journal: inout martlet.Journal) {
        guard let writer else { return }
        while let result = writer.result() {
            isWriting = false
            buffer = result.buffer
            note(result.sequence, result.status)
            release(&journal)
        }
        // A snapshot is of nothing that a crash could take back: records that came later would have its numbers.
        if let job = taken, journal.durable() >= job.sequence, writer.write(job) {
            taken = nil
            isWriting = true
        }
    }

    /// Ends the thread. What was taken and not handed over is dropped. Returns up to which segment the journal is on the disk.
    mutating func stop() -> UInt64 {
        writer?.stop()
        while let result = writer?.result() { note(result.sequence, result.status) }
        taken = nil
        isWriting = false
        return writer?.journalSynced ?? 0
    }

    /// What became of one, also of one that was written beside the schedule.
    mutating func note(_ sequence: UInt64, _ status: martlet.JournalStatus) {
        guard status == .ok else {
            failures += 1
            failure = status
            return
        }
        there.append(sequence)
        if there.count > SnapshotFiles.kept { there.removeFirst() }
    }

    /// The older one's record stays in the journal, so that it is known again. Loss of power takes neither: each was written once its
    /// records were on the disk.
    private func release(_ journal: inout martlet.Journal) {
        guard there.count == SnapshotFiles.kept, let oldest = there.first else { return }
        journal.release_before(oldest)
    }
}
