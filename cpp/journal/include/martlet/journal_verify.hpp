#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/digest.hpp"
#include "martlet/journal.hpp"
#include "martlet/journal_status.hpp"

namespace martlet {

/// What `verify_journal` takes as given.
struct VerifyOptions {
    const char* public_key_file = nullptr; ///< PEM: every segment must be signed with this key; null: with the one it names
    bool allow_missing_front = false;      ///< earlier segments than the anchor says may have been archived elsewhere
};

/// What a journal holds and whether it is what was written.
struct VerifyReport {
    /// ok, not_found, damaged_tail, damaged_inside, unsupported, key_error, io_error or read_only.
    JournalStatus status;
    bool sealed;                  ///< the last segment is signed; false: it is being written, or its writer died
    bool key_checked;             ///< signatures were checked against the given key
    std::uint8_t public_key[32];  ///< that the last segment names
    std::uint64_t segments;
    std::uint64_t blocks;
    std::uint64_t records;        ///< whole and in order, up to the damage
    std::uint64_t open_records;   ///< of these, behind the last block: only their CRC is checked
    std::uint64_t bytes;
    std::uint64_t first_sequence; ///< 0: no records
    std::uint64_t last_sequence;  ///< 0: no records
    std::uint64_t bad_segment;    ///< where the damage is; 0: nowhere
    std::uint64_t bad_offset;     ///< in that segment's file
    std::uint64_t tail_bytes;     ///< damaged_tail: what recovery would cut
    std::uint64_t tail_records;   ///< damaged_tail: readable records behind the damage
    Sha256Digest head;            ///< of the chain, up to the damage
    char what[160];               ///< what was expected and what came, zero-terminated
    std::uint64_t compressed;     ///< of `segments`, those that lie compressed; `bytes` are those that came out
    std::uint64_t removed;        ///< segments in front that the journal's own signed anchor says were removed
};

/// Checks all of a journal: every CRC, the chain, the signatures, the links between segments, the sequence.
/// Segments that retention removed are no damage: the first that is left must go on from the signed anchor, so that a
/// prefix that was removed is told from one that was rewritten or taken away. Reads every byte and changes nothing; while it
/// runs nothing is removed. A damaged tail is torn records behind the last complete
/// block of the last, unsigned segment: what a crash leaves. All other damage is inside.
VerifyReport verify_journal(const char* directory, const VerifyOptions& options) noexcept;

/// Cuts a torn tail and signs the head, so that the chain can go on in a new segment; what `Journal::open` begins
/// with. Reads the last segment and the seal before it. Refuses damage inside, and a directory that is
/// being written. An empty or missing directory is `ok` with nothing in it.
RecoveryReport recover_journal(const char* directory, const char* key_file) noexcept;

} // namespace martlet
