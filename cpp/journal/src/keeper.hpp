#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "segment_file.hpp"
#include "signing_key.hpp"

// What becomes of sealed segments: compression and retention, on a thread of its own beside the journal's.

namespace martlet::detail {

/// What the options ask for.
struct KeepingLimits {
    std::uint64_t bytes = 0;       ///< 0: no limit
    std::int64_t nanoseconds = 0;  ///< 0: no limit
    int compression_level = 0;     ///< 0: none
    bool any() const { return bytes != 0 || nanoseconds != 0 || compression_level != 0; }
};

/// A segment as far as retention is concerned.
struct KeptSegment {
    std::uint64_t number = 0;
    std::uint64_t previous_sequence = 0; ///< of the last record before it
    std::int64_t begun = 0;              ///< ns; the segment before it ended then
    std::uint64_t bytes = 0;             ///< on the disk
};

/// Segments at the end that are never compressed or removed: the one that is written, and the two that recovery may need behind it
/// where the last one's beginning is torn.
inline constexpr std::size_t untouched_segments = 3;

/// How many of the first of `segments` (ascending, all there are) the limits ask to be removed. Not one of the last
/// `untouched_segments`, and none with a record from `needed_from` on.
std::size_t removable(const std::vector<KeptSegment>& segments, const KeepingLimits& limits, std::uint64_t needed_from);

/// Compresses and removes sealed segments. A failure is counted and tried again at the next time: it loses no more than room on the
/// disk. Nobody waits for it but who calls `keep` or `stop`.
class Keeper {
public:
    ~Keeper() { stop(); }

    /// Starts the thread where the limits ask for anything. `key` outlives it. May throw std::system_error.
    void start(const std::string& directory, const SigningKey& key, const KeepingLimits& limits);
    /// Ends the thread, breaking off a compression that is under way.
    void stop();
    /// Whether it was started and not stopped.
    bool active() const { return key_ != nullptr && !stop_.load(std::memory_order_relaxed); }
    /// Any thread: a segment was sealed, or less is needed. Never blocks for long.
    void notify();
    /// Any thread: no recovery needs a record before `sequence`.
    void need_from(std::uint64_t sequence);
    /// Does now, here, what the thread would do. 0, or the first error.
    int keep();

    std::atomic<std::uint64_t> compressed{0}, removed{0}, failures{0};

private:
    void run();
    int compress_all();
    int compress_one(std::uint64_t number);
    int remove_all();
    int remove_front(std::size_t count);
    int sync_left(std::size_t first);
    int look();

    std::string directory_;
    const SigningKey* key_ = nullptr;
    KeepingLimits limits_;
    std::atomic<std::uint64_t> needed_from_{0};
    std::atomic<bool> stop_{false};
    std::mutex work_mutex_;               // who holds it may touch segments
    std::vector<KeptSegment> segments_;   // as last looked at
    std::uint64_t synced_below_ = 0;      // sealed segments with a number below are on the disk
    std::mutex wake_mutex_;
    std::condition_variable wake_;
    bool woken_ = false;
    std::thread thread_;
};

} // namespace martlet::detail
