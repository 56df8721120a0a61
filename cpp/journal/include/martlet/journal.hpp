#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/digest.hpp"
#include "martlet/instrument.hpp"
#include "martlet/journal_status.hpp"

// The append-only record of a session: written here, read by journal_reader.hpp, checked and mended by
// journal_verify.hpp. What lies on the disk is stated in journal_format.hpp.
//
//     engine thread              byte ring             journal thread, or the engine's while it waits
//     append(record) ──copy──►  ═══════════  ──drain──► frame, CRC-32C, SHA-256 ──write()──► segment file
//     wait_durable(sequence) ◄─────────────── watermark ◄── [fdatasync()] ◄───────┘

namespace martlet {

/// What "durable" means.
enum class Durability : std::uint8_t {
    process = 0, ///< in the page cache after write(): survives the process's death by any signal
    machine = 1, ///< after a group-committed fdatasync(): survives loss of power
};

/// How to open a journal. The strings and arrays are copied; zero keeps a number's default.
struct JournalOptions {
    const char* directory = nullptr;      ///< of the segments; made when missing
    const char* key_file = nullptr;       ///< signing key, made (mode 0600) when missing; null: "<directory>/journal.key"
    Durability durability = Durability::process;
    std::int64_t created_at = 0;          ///< ns since the Unix epoch; the journal reads no clock for what it writes
    const InstrumentDefinition* instruments = nullptr; ///< the session's map, kept in every segment's header
    std::size_t instrument_count = 0;     ///< at most 1,000,000
    const char* run_text = nullptr;       ///< what else a reader must know, as JSON; at most 16 MiB
    std::uint64_t segment_bytes = 0;      ///< a new segment begins beyond this; default 128 MiB, at least 1 KiB
    std::size_t ring_bytes = 0;           ///< default 4 MiB; a record with payload may have half of it
    std::size_t block_bytes = 0;          ///< the chain is carried on about this often; default 64 KiB
    std::int64_t quiet_nanoseconds = 0;   ///< a block left alone for so long is closed; default 100 ms
    /// Longest that a record waits for the journal's thread while nobody asks for it; default 1 ms, up to 16
    /// times as long after quiet.
    std::int64_t linger_nanoseconds = 0;
    /// zstd level (1 to 19; 3 is a good one) at which sealed segments are compressed; 0: they stay as written. Segments above
    /// 1 GiB stay too.
    std::int32_t compression_level = 0;
    /// Retention: sealed segments in front are removed while all of the journal takes more than so many bytes on the disk;
    /// 0: no limit.
    std::uint64_t retain_bytes = 0;
    /// … or while they ended so long before the last segment began, by receive times; 0: no limit. Either limit removes
    /// nothing that `release_before` has not let go, that a reader has open or must pass, or of the last three segments.
    std::int64_t retain_nanoseconds = 0;
};

/// What a journal has done since `open`.
struct JournalCounters {
    std::uint64_t records;  ///< appended
    std::uint64_t bytes;    ///< written to segments
    std::uint64_t writes;   ///< calls of write()
    std::uint64_t syncs;    ///< calls of fdatasync()
    std::uint64_t blocks;   ///< closed
    std::uint64_t segments; ///< begun
    std::uint64_t stalls;   ///< appends that found the ring full and waited
    std::uint64_t compressed; ///< segments
    std::uint64_t removed;    ///< segments, by retention
    std::uint64_t keeping_failures; ///< times that compression or retention failed; tried again with the next segment
};

/// What opening found and mended.
struct RecoveryReport {
    JournalStatus status;        ///< ok: the chain can go on
    std::int32_t error_number;   ///< errno where the status has one
    std::uint64_t last_sequence; ///< of the last whole record; 0: the journal is new
    std::uint64_t last_segment;  ///< number of the last segment; 0: none
    std::uint64_t bytes_cut;     ///< of a torn tail
    std::uint64_t records_cut;   ///< readable records behind the damage that went with it
    bool signed_now;             ///< the last segment was not signed, and now is
    Sha256Digest head;           ///< of the chain
    char what[160];              ///< what was damaged, zero-terminated; empty where nothing was
};

/// The writer of one journal, and its thread.
///
/// Each record begins with its own 8-byte sequence number and 8-byte receive time; the numbers rise by one,
/// from 1 in a new journal, from `recovery().last_sequence + 1` in one that goes on. One thread, the owner, calls
/// everything but `durable`, `appended`, `kick`, `release_before`, `tidy`, `status`, `error_number`,
/// `error_text` and `counters`, which any thread may.
///
/// A full disk, an I/O error or a broken sequence stops it for good: the watermark stays, `append` refuses, `status`
/// says why. What was durable stays durable; opening anew recovers.
class MARTLET_NONCOPYABLE Journal {
public:
    Journal() noexcept;
    Journal(Journal&& other) noexcept;
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    /// Closes.
    ~Journal();

    /// Takes the directory's lock, recovers what is there, begins a new segment and starts the thread.
    /// Refuses a journal damaged inside; `recovery()` says where.
    JournalStatus open(const JournalOptions& options) noexcept;

    /// Copies a record (`size` ≥ 16) and its payload into the ring: tens of nanoseconds, no system call while
    /// the ring is less than half full. Waits, counted, while the ring is full. False: refused, see `status()`.
    bool append(const void* record, std::size_t size, const void* payload, std::size_t payload_size) noexcept;

    /// Sequence of the last record appended.
    std::uint64_t appended() const noexcept;
    /// Sequence of the last record that is durable at the configured level.
    std::uint64_t durable() const noexcept;
    /// Waits until `sequence` is durable: true; false where `nanoseconds` passed first, it was never appended,
    /// or the journal failed. At `process` durability the caller writes the backlog itself instead of waking the thread,
    /// which costs it one write().
    bool wait_durable(std::uint64_t sequence, std::int64_t nanoseconds) noexcept;
    /// Wakes the journal's thread if it sleeps. For a host that appended and goes on with something else.
    void kick() noexcept;

    /// Makes all that was appended durable and closes its block, so that `verify` covers it.
    JournalStatus flush() noexcept;
    /// Makes all that was appended durable against loss of power, whatever the level: one fdatasync().
    JournalStatus sync() noexcept;
    /// Flushes, signs the chain's head, syncs, stops the thread and gives the lock back. Called
    /// again it does nothing and says `not_open`, or the failure.
    JournalStatus close() noexcept;

    /// No recovery needs a record before `sequence` any more, since a snapshot holds what they led to: retention may remove
    /// them. Any thread. Never taken back; until it is called nothing is removed.
    void release_before(std::uint64_t sequence) noexcept;
    /// Compresses and removes now what the options ask for, instead of leaving it to the thread that does so beside the
    /// journal's when a segment is sealed. Blocks for the disk; appending goes on. Any thread. What failed leaves all as it was;
    /// it is counted, and stops nothing else.
    JournalStatus tidy() noexcept;

    JournalStatus status() const noexcept;
    /// errno of the failure; 0: none.
    std::int32_t error_number() const noexcept;
    /// Says what failed, in words, zero-terminated; returns its length.
    std::size_t error_text(char* text, std::size_t capacity) const noexcept;
    JournalCounters counters() const noexcept;
    /// What `open` found; also after it refused.
    RecoveryReport recovery() const noexcept;
    /// The segment being written; 0 before `open`.
    std::uint64_t segment() const noexcept;

private:
    struct State;
    State* state_;
};

} // namespace martlet
