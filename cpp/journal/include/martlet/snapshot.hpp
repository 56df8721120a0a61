#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/journal_status.hpp"

namespace martlet {

/// Writes the state after `sequence` as `<directory>/<name>-<sequence>.snapshot`, so that it is there whole or not at
/// all (another name, fsync, rename, fsync of the directory), then removes all but the latest `keep` ≥ 1,
/// and what a crash left half-written. One writer a name.
/// `name` is letters, digits, '_' and '.'. `created_at` in ns since the Unix epoch. Blocks for the disk.
///
/// `journal_synced`: the snapshot is of a journal in the same folder, all of which up to `sequence` has been written. What the page
/// cache holds of it is put on the disk first, so that no loss of power leaves a snapshot of records that it took, with the
/// snapshots before removed. In: the last segment for which that was done, 0: none; out: the same, for the next snapshot.
/// Null: there is no journal to care for.
JournalStatus write_snapshot(const char* directory, const char* name, std::uint64_t sequence, std::int64_t created_at,
                             const void* bytes, std::size_t size, std::size_t keep, std::uint64_t* journal_synced) noexcept;

/// Removes a name's snapshots of states after `sequence`: where the journal ends there, they are of records that were lost,
/// and others will have their numbers. Returns how many.
std::size_t remove_snapshots_after(const char* directory, const char* name, std::uint64_t sequence) noexcept;

/// The latest whole snapshot of a name.
class MARTLET_NONCOPYABLE Snapshot {
public:
    Snapshot() noexcept;
    Snapshot(Snapshot&& other) noexcept;
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot();

    /// Reads the snapshot with the highest sequence not above `limit` whose checksums hold; passes over others, counted.
    /// `not_found` where none is left.
    JournalStatus load(const char* directory, const char* name, std::uint64_t limit) noexcept;

    MARTLET_RETURNS_INTERIOR const void* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    std::uint64_t sequence() const noexcept { return sequence_; }
    std::int64_t created_at() const noexcept { return created_at_; }
    /// Later snapshots that were not whole.
    std::uint64_t passed_over() const noexcept { return passed_over_; }

private:
    unsigned char* data_ = nullptr;
    std::size_t size_ = 0;
    std::uint64_t sequence_ = 0;
    std::int64_t created_at_ = 0;
    std::uint64_t passed_over_ = 0;
};

} // namespace martlet
