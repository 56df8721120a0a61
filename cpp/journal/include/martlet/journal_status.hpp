#pragma once
#include <cstddef>
#include <cstdint>

namespace martlet {

/// How a journal, a reader or a snapshot fared.
enum class JournalStatus : std::uint8_t {
    ok = 0,
    end,               ///< reader: there are no more records
    not_open,          ///< nothing was opened, or it was closed
    bad_options,       ///< the options contradict the bounds that they state
    locked,            ///< another process writes this directory
    no_space,          ///< ENOSPC or EDQUOT
    read_only,         ///< EROFS, EACCES or EPERM
    io_error,          ///< any other failed system call: see the error number
    key_error,         ///< the signing key is not ours to use: not an Ed25519 key, or open to others
    unsupported,       ///< written by another version of the format or of the event layouts
    damaged_tail,      ///< the end of the last segment is torn, behind its last complete block and unsigned
    damaged_inside,    ///< what was complete or signed is not what was written
    sequence_broken,   ///< append: the record's number is not the last one's successor
    record_size,       ///< append: less than 16 bytes, or more than half the ring
    not_found,         ///< no such journal or snapshot
};

/// One lower-case phrase, zero-terminated, never null: "no space left", …
const char* journal_status_text(JournalStatus status) noexcept;

} // namespace martlet
