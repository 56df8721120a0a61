#include "keeper.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "anchor.hpp"
#include "compressed_file.hpp"
#include "segment_scan.hpp"

namespace martlet::detail {
namespace {

constexpr int keeper_niceness = 10;

// A file, held alone. 0, EWOULDBLOCK where a reader has it open, or errno.
int hold_alone(const std::string& path, File* out) {
    const int error = open_file(path, O_RDONLY, 0, out);
    return error != 0 ? error : lock_alone(out->get());
}

// The same of a segment under whichever name it has.
int hold_segment_alone(const std::string& directory, std::uint64_t number, File* out) {
    const int error = hold_alone(segment_path(directory, number), out);
    return error == ENOENT ? hold_alone(compressed_path(directory, number), out) : error;
}

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

int remove_file(const std::string& path) { return unlink(path.c_str()) == 0 || errno == ENOENT ? 0 : errno; }

} // namespace

std::size_t removable(const std::vector<KeptSegment>& segments, const KeepingLimits& limits, std::uint64_t needed_from) {
    if (segments.size() <= untouched_segments) return 0;
    std::uint64_t bytes = 0;
    for (const KeptSegment& segment : segments) bytes += segment.bytes;
    const std::int64_t newest = segments.back().begun;
    std::size_t count = 0;
    while (count + untouched_segments < segments.size()) {
        const KeptSegment& next = segments[count + 1];
        const bool needed = next.previous_sequence >= needed_from;
        const bool too_many = limits.bytes != 0 && bytes > limits.bytes;
        // Unsigned, since header times may be as far apart as 64 bits go.
        const auto age = static_cast<std::uint64_t>(newest) - static_cast<std::uint64_t>(next.begun);
        const bool older = newest > next.begun && age > static_cast<std::uint64_t>(limits.nanoseconds);
        const bool too_old = limits.nanoseconds != 0 && older;
        if (needed || (!too_many && !too_old)) break;
        bytes -= segments[count].bytes;
        ++count;
    }
    return count;
}

void Keeper::start(const std::string& directory, const SigningKey& key, const KeepingLimits& limits) {
    directory_ = directory;
    key_ = &key;
    limits_ = limits;
    if (limits_.any()) thread_ = std::thread([this] { run(); });
}

void Keeper::stop() {
    stop_.store(true, std::memory_order_relaxed);
    notify();
    if (thread_.joinable()) thread_.join();
    const std::lock_guard guard(work_mutex_); // who else is at it is done by then
}

void Keeper::notify() {
    {
        const std::lock_guard guard(wake_mutex_);
        woken_ = true;
    }
    wake_.notify_one();
}

void Keeper::need_from(std::uint64_t sequence) {
    std::uint64_t before = needed_from_.load(std::memory_order_relaxed);
    while (before < sequence && !needed_from_.compare_exchange_weak(before, sequence, std::memory_order_relaxed)) {}
    if (before < sequence) notify();
}

void Keeper::run() {
    // Behind everything that trades: this may be late, they may not. A refusal changes nothing but that.
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), keeper_niceness);
    while (!stop_.load(std::memory_order_relaxed)) {
        (void)keep(); // counted there
        std::unique_lock lock(wake_mutex_);
        wake_.wait(lock, [this] { return woken_; });
        woken_ = false;
    }
}

int Keeper::keep() {
    const std::lock_guard guard(work_mutex_);
    if (stop_.load(std::memory_order_relaxed)) return 0;
    int error = look();
    // Compressed first: what then fits the limit need not go.
    if (error == 0 && limits_.compression_level != 0) error = compress_all();
    if (error == 0) error = look();
    if (error == 0) error = remove_all();
    if (error == ECANCELED) error = 0;
    if (error != 0) failures.fetch_add(1, std::memory_order_relaxed);
    return error;
}

// What is there now. Headers are read once.
int Keeper::look() {
    std::vector<std::uint64_t> numbers;
    if (const int error = list_segments(directory_, &numbers); error != 0) return error;
    std::vector<KeptSegment> found;
    std::size_t known = 0;
    for (const std::uint64_t number : numbers) {
        while (known < segments_.size() && segments_[known].number < number) ++known;
        KeptSegment kept;
        if (known < segments_.size() && segments_[known].number == number) {
            kept = segments_[known];
        } else {
            SegmentFile segment;
            Damage ignored;
            int error = 0;
            if (segment.open(directory_, number, &ignored, &error) != JournalStatus::ok) return error != 0 ? error : EBADMSG;
            kept = {number, segment.header.previous_sequence, segment.header.created_at, 0};
        }
        struct stat facts;
        const bool there = stat(segment_path(directory_, number).c_str(), &facts) == 0 ||
                           stat(compressed_path(directory_, number).c_str(), &facts) == 0;
        if (!there) return errno;
        kept.bytes = static_cast<std::uint64_t>(facts.st_size);
        found.push_back(kept);
    }
    segments_ = std::move(found);
    return 0;
}

int Keeper::compress_all() {
    int damaged = 0;
    for (std::size_t i = 0; i + untouched_segments < segments_.size(); ++i) {
        if (stop_.load(std::memory_order_relaxed)) return ECANCELED;
        const std::string plain = segment_path(directory_, segments_[i].number);
        if (!exists(plain)) continue;
        const int error = compress_one(segments_[i].number);
        if (error == EBADMSG) damaged = error; // stays as it is, for `verify` to find
        // A reader has it open, or it is larger than what is ever compressed: it stays, and the next one's turn comes.
        else if (error != 0 && error != EWOULDBLOCK && error != EFBIG) return error;
    }
    return damaged;
}

int Keeper::compress_one(std::uint64_t number) {
    const std::string plain = segment_path(directory_, number);
    const std::string packed = compressed_path(directory_, number);
    File held;
    int error = hold_alone(plain, &held);
    held.close(); // a reader need not wait for the compression
    if (error != 0) return error;
    // Only what is sealed, so that what a crash left open is never hidden in a file that cannot be finished.
    ChainPoint end;
    Damage ignored;
    if (!read_seal(directory_, number, true, &end, &ignored)) return EBADMSG;
    // One that is there already was left by a crash, or because a reader held the plain one: made anew, it is known to be whole.
    error = remove_file(packed);
    if (error == 0) error = compress_file(plain, packed, limits_.compression_level, stop_);
    if (error != 0) return error;
    error = hold_alone(plain, &held);
    if (error == 0 && unlink(plain.c_str()) != 0) error = errno;
    if (error != 0) {
        (void)remove_file(packed);
        return error;
    }
    compressed.fetch_add(1, std::memory_order_relaxed);
    return sync_directory(directory_);
}

int Keeper::remove_all() {
    const std::size_t count = removable(segments_, limits_, needed_from_.load(std::memory_order_relaxed));
    return count == 0 ? 0 : remove_front(count);
}

// Before the beginning goes the sealed rest is put on the disk, which at `process` durability nobody has asked for: loss of power
// must not take what a snapshot goes on from, once there is no way round it.
int Keeper::sync_left(std::size_t first) {
    for (std::size_t i = first; i + 1 < segments_.size(); ++i) {
        if (segments_[i].number < synced_below_) continue;
        File file;
        int error = open_file(segment_path(directory_, segments_[i].number), O_RDONLY, 0, &file);
        if (error == 0) error = sync_data(file.get());
        if (error != 0 && error != ENOENT) return error; // one that lies compressed was synced then
        synced_below_ = segments_[i].number + 1;
    }
    return 0;
}

// Removes as many of the first `count` segments as no reader holds, front to back.
int Keeper::remove_front(std::size_t count) {
    std::vector<File> held; // to the end: nobody begins to read what is about to go
    std::size_t free = 0;
    for (; free < count; ++free) {
        File file;
        const int error = hold_segment_alone(directory_, segments_[free].number, &file);
        if (error == EWOULDBLOCK) break;
        if (error != 0) return error;
        held.push_back(std::move(file));
        if (held.size() == 64) { // the rest next time, rather than all descriptors at once
            ++free;
            notify();
            break;
        }
    }
    if (free == 0) return 0;
    const std::uint64_t last = segments_[free - 1].number;
    held.pop_back(); // read below, by a hold of its own
    ChainPoint end;
    Damage ignored;
    if (!read_seal(directory_, last, true, &end, &ignored)) return EBADMSG;
    SegmentFile next;
    int error = 0;
    if (next.open(directory_, last + 1, &ignored, &error) != JournalStatus::ok) return error != 0 ? error : EBADMSG;
    // Only what fits together is let go, or the anchor would vouch for a chain that is none.
    if (std::memcmp(next.header.previous_head, end.head.bytes, sizeof(end.head.bytes)) != 0 ||
        next.header.previous_sequence != end.sequence) {
        return EBADMSG;
    }
    File last_held;
    error = hold_segment_alone(directory_, last, &last_held);
    if (error == EWOULDBLOCK) return 0; // a reader came meanwhile: later
    if (error == 0) error = sync_left(free);
    if (error == 0) error = write_anchor(directory_, last, end, *key_);
    for (std::size_t i = 0; error == 0 && i < free; ++i) {
        error = remove_file(segment_path(directory_, segments_[i].number));
        if (error == 0) error = remove_file(compressed_path(directory_, segments_[i].number));
        if (error == 0) removed.fetch_add(1, std::memory_order_relaxed);
    }
    const int synced = sync_directory(directory_);
    return error != 0 ? error : synced;
}

} // namespace martlet::detail
