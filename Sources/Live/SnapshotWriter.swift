internal import Core
internal import CxxJournal
internal import Foundation

/// Writes snapshots on a thread of its own: the engine's never waits for the disk. One at a time; none waits.
final class SnapshotWriter: @unchecked Sendable {
    /// What became of one, and its buffer, to be used again.
    struct Result: Sendable {
        var sequence: UInt64
        var status: martlet.JournalStatus
        var buffer: StateBuffer
    }

    private let folder: String
    private let jobs = BoundedMailbox<SnapshotJob>(bound: 1)
    private let results = BoundedMailbox<Result>(bound: 2)
    private let ended = DispatchSemaphore(value: 0)
    /// The journal's last segment that is known to be on the disk; the thread's until `stop`.
    private(set) var journalSynced: UInt64 = 0

    /// - Parameter folder: the journal's.
    init(folder: String) {
        self.folder = folder
        let thread = Thread { [self] in run() }
        thread.name = "snapshots"
        thread.start()
    }

    /// Hands a job over; false where one is being waited for.
    func write(_ job: SnapshotJob) -> Bool { jobs.put(job) }

    /// What became of the oldest job that is done, if there is one.
    func result() -> Result? { results.take() }

    /// Ends the thread once what was handed over is written.
    func stop() {
        jobs.close()
        ended.wait()
    }

    private func run() {
        while let job = jobs.wait() {
            let status = job.write(to: folder, journalSynced: &journalSynced)
            _ = results.put(Result(sequence: job.sequence, status: status, buffer: job.buffer))
        }
        ended.signal()
    }
}
