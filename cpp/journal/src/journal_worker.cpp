#include "journal_state.hpp"

#include <algorithm>

// The journal's thread, and what the owner does in its stead.

namespace martlet {

using namespace detail;

namespace {

constexpr std::int64_t longest_linger_factor = 16;
// What one write() takes at most, give or take a record: small where a reader of the watermark waits for the
// write alone, large where it waits for the disk anyway.
constexpr std::size_t process_batch_bytes = std::size_t{64} << 10;
constexpr std::size_t machine_batch_bytes = std::size_t{1} << 20;

} // namespace

int Journal::State::begin_segment(std::uint64_t number, const ChainPoint& before, std::int64_t created_at) {
    const SegmentStart start{number, before.sequence, before.head, created_at, &instruments, &run_text};
    const int failed = writer.create(directory, start, key, durability == Durability::machine);
    if (failed != 0) return failed;
    segment.store(number, std::memory_order_relaxed);
    count(segments);
    count(bytes, writer.size());
    return 0;
}

void Journal::State::fail(int failed) {
    error.store(failed, std::memory_order_relaxed);
    const JournalStatus found = status_of(failed);
    // A file of ours that is gone is no "not found" to anybody: it is an I/O error.
    status.store(found == JournalStatus::not_found ? JournalStatus::io_error : found, std::memory_order_seq_cst);
    owner_parker.wake();
}

// The journal's thread: drains when woken or when a record may have lingered, and closes blocks left alone.
void Journal::State::run() {
    std::int64_t sleep = linger;
    std::int64_t changed = monotonic_nanoseconds();
    std::uint64_t seen = 0;
    while (!stop.load(std::memory_order_acquire)) {
        {
            const std::lock_guard guard(drain_mutex);
            if (status.load(std::memory_order_relaxed) != JournalStatus::ok || !drain()) return; // failed for good
            const std::int64_t time = monotonic_nanoseconds();
            if (writer.last_sequence() != seen) {
                seen = writer.last_sequence();
                changed = time;
                sleep = linger;
            } else if (time - changed >= quiet && (writer.open_bytes() != 0 || writer.pending() != 0)) {
                close_block();
            }
        }
        thread_parker.prepare();
        if (!ring.empty() || stop.load(std::memory_order_seq_cst)) {
            thread_parker.cancel();
            continue;
        }
        thread_parker.park(sleep);
        sleep = std::min(sleep * 2, linger * longest_linger_factor);
    }
}

// Takes everything out of the ring and makes it durable, batch by batch. Holder of the mutex only.
bool Journal::State::drain() {
    const std::size_t batch = durability == Durability::process ? process_batch_bytes : machine_batch_bytes;
    bool added = false;
    for (ByteRing::View view = ring.next(); view.data != nullptr; view = ring.next()) {
        writer.add(view);
        added = true;
        if (writer.pending() < batch && writer.size() < segment_bytes) continue;
        ring.release();
        if (!commit()) return false;
        added = false;
    }
    ring.release();
    return !added || commit();
}

bool Journal::State::commit() {
    const std::size_t pending = writer.pending();
    int failed = writer.write_out();
    if (failed == 0 && durability == Durability::machine) {
        failed = writer.sync();
        count(syncs);
    }
    if (failed != 0) return fail(failed), false;
    count(writes);
    count(bytes, pending);
    durable.store(writer.last_sequence(), std::memory_order_seq_cst);
    owner_parker.wake();
    // Only now, so that a block record on the disk means that what it covers was there before it: a hole that loss
    // of power leaves is then never taken for tampering. It goes out with the next batch, or when quiet.
    if (writer.open_bytes() >= block_bytes) {
        writer.close_block();
        count(blocks);
    }
    return writer.size() < segment_bytes || roll();
}

bool Journal::State::roll() {
    const std::size_t before = writer.pending();
    const bool open = writer.open_bytes() != 0;
    int failed = writer.seal(key, SealReason::closed);
    if (failed == 0 && durability == Durability::machine) {
        failed = writer.sync();
        count(syncs);
    }
    if (failed != 0) return fail(failed), false;
    count(writes);
    count(blocks, open ? 1 : 0);
    count(bytes, before + sizeof(SealRecord) + (open ? sizeof(BlockRecord) : 0));
    writer.close();
    failed = begin_segment(writer.segment() + 1, {writer.last_sequence(), writer.head()}, writer.last_receive_time());
    if (failed != 0) return fail(failed), false;
    keeper.notify();
    return true;
}

bool Journal::State::close_block() {
    if (writer.open_bytes() != 0) {
        writer.close_block();
        count(blocks);
    }
    return writer.pending() == 0 || commit();
}

// The owner writes the backlog itself where nobody else is at it: it would only wait for the same write().
// Beginning a segment is left to the thread.
bool Journal::State::help() {
    if (durability != Durability::process || !drain_mutex.try_lock()) return false;
    const std::lock_guard guard(drain_mutex, std::adopt_lock);
    if (status.load(std::memory_order_relaxed) != JournalStatus::ok) return false;
    if (writer.size() + 2 * ring.used() + sizeof(BlockRecord) >= segment_bytes) return false;
    return drain();
}

// Called by the owner.
JournalStatus Journal::State::harden() {
    const std::lock_guard guard(drain_mutex);
    if (status.load(std::memory_order_relaxed) == JournalStatus::ok && drain()) {
        if (const int failed = writer.sync(); failed != 0) fail(failed);
        count(syncs);
    }
    return status.load(std::memory_order_relaxed);
}

// `end`: the segment too. Called by the owner; the thread may be there or gone.
JournalStatus Journal::State::finish(bool end) {
    const std::lock_guard guard(drain_mutex);
    if (status.load(std::memory_order_relaxed) == JournalStatus::ok && drain() && close_block() && end) {
        int failed = writer.seal(key, SealReason::closed);
        if (failed == 0) failed = writer.sync();
        if (failed != 0) fail(failed);
        count(writes);
        count(syncs);
        count(bytes, sizeof(SealRecord));
    }
    return status.load(std::memory_order_relaxed);
}

} // namespace martlet
