#include "martlet/journal_status.hpp"

namespace martlet {

const char* journal_status_text(JournalStatus status) noexcept {
    switch (status) {
    case JournalStatus::ok: return "ok";
    case JournalStatus::end: return "no more records";
    case JournalStatus::not_open: return "not open";
    case JournalStatus::bad_options: return "options out of bounds";
    case JournalStatus::locked: return "locked by another writer";
    case JournalStatus::no_space: return "no space left";
    case JournalStatus::read_only: return "read-only or not permitted";
    case JournalStatus::io_error: return "input/output error";
    case JournalStatus::key_error: return "signing key not usable";
    case JournalStatus::unsupported: return "written by another version";
    case JournalStatus::damaged_tail: return "damaged tail";
    case JournalStatus::damaged_inside: return "damaged inside";
    case JournalStatus::sequence_broken: return "sequence does not go on by one";
    case JournalStatus::record_size: return "record too small or too large";
    case JournalStatus::not_found: return "not found";
    }
    return "unknown status";
}

} // namespace martlet
