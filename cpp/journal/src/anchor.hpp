#pragma once
#include <string>

#include "martlet/journal_format.hpp"
#include "martlet/journal_status.hpp"
#include "segment_scan.hpp"
#include "signing_key.hpp"

namespace martlet::detail {

/// "<directory>/journal.anchor".
std::string anchor_path(const std::string& directory);

/// Writes that the segments up to `segment` were removed, where the chain stood at `end`; whole and synced, or not at all.
/// 0 or errno.
int write_anchor(const std::string& directory, std::uint64_t segment, const ChainPoint& end, const SigningKey& key);

/// What was removed in front of a journal, by its own word.
struct Anchor {
    std::uint64_t segment = 0; ///< 0: nothing was removed
    ChainPoint end;
    PublicKey key{};
};

/// Reads it and checks its signature against the key that it names: `ok` (also where there is none), `unsupported`,
/// `damaged_inside`, or the status of `error`.
JournalStatus read_anchor(const std::string& directory, Anchor* out, Damage* damage, int* error);

} // namespace martlet::detail
