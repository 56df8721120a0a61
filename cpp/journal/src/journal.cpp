#include "martlet/journal.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "martlet/byte_ring.hpp"
#include "martlet/parker.hpp"
#include "recovery.hpp"
#include "segment_scan.hpp"
#include "segment_writer.hpp"

namespace martlet {

using namespace detail;

namespace {

constexpr std::uint64_t default_segment_bytes = std::uint64_t{128} << 20;
constexpr std::uint64_t minimum_segment_bytes = 1024;
constexpr std::size_t default_ring_bytes = std::size_t{4} << 20;
constexpr std::size_t default_block_bytes = std::size_t{64} << 10;
constexpr std::int64_t default_quiet = 100'000'000;
constexpr std::int64_t default_linger = 1'000'000;
constexpr std::int64_t longest_linger_factor = 16;
constexpr std::size_t maximum_instruments = 1'000'000;
constexpr std::size_t maximum_run_text = std::size_t{16} << 20;
// What one write() takes at most, give or take a record: small where a reader of the watermark waits for the
// write alone, large where it waits for the disk anyway.
constexpr std::size_t process_batch_bytes = std::size_t{64} << 10;
constexpr std::size_t machine_batch_bytes = std::size_t{1} << 20;
constexpr int spins_before_sleep = 200; // some microseconds: a write() on another core is done by then
constexpr std::int64_t longest_sleep = 1'000'000;

std::int64_t now() noexcept {
    // Only for how long to wait and when a block is quiet, never for what is written.
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

void pause() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

template <typename Number>
Number or_default(Number value, Number fallback) {
    return value == 0 ? fallback : value;
}

} // namespace

struct Journal::State {
    explicit State(const JournalOptions& options)
        : durability(options.durability),
          segment_bytes(or_default(options.segment_bytes, default_segment_bytes)),
          block_bytes(or_default(options.block_bytes, default_block_bytes)),
          quiet(or_default(options.quiet_nanoseconds, default_quiet)),
          linger(or_default(options.linger_nanoseconds, default_linger)),
          ring(or_default(options.ring_bytes, default_ring_bytes)) {}

    JournalStatus open(const JournalOptions& options);
    int begin_segment(std::uint64_t number, const ChainPoint& before, std::int64_t created_at);

    void run();
    bool drain();
    bool commit();
    bool roll();
    bool close_block();
    bool help();
    void fail(int error);
    JournalStatus finish(bool end);

    // Fixed while open.
    const Durability durability;
    const std::uint64_t segment_bytes;
    const std::size_t block_bytes;
    const std::int64_t quiet;
    const std::int64_t linger;
    std::string directory;
    std::vector<InstrumentDefinition> instruments;
    std::string run_text;
    SigningKey key;
    File lock;
    RecoveryReport recovery{};

    ByteRing ring;
    Parker thread_parker; // the journal's thread sleeps here
    Parker owner_parker;  // the owner sleeps here
    std::atomic<std::uint64_t> durable{0};
    std::atomic<std::uint64_t> appended{0};
    std::atomic<JournalStatus> status{JournalStatus::not_open};
    std::atomic<JournalStatus> refusal{JournalStatus::ok}; // of an append; what came before it is still written
    std::atomic<std::int32_t> error{0};
    std::atomic<bool> stop{false};

    std::mutex drain_mutex; // who holds it is the ring's consumer and may use the writer
    SegmentWriter writer;
    std::atomic<std::uint64_t> segment{0};
    std::atomic<std::uint64_t> records{0}, bytes{0}, writes{0}, syncs{0}, blocks{0}, segments{0}, stalls{0};
    std::thread thread;
};

namespace {

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.fetch_add(by, std::memory_order_relaxed);
}

} // namespace

JournalStatus Journal::State::open(const JournalOptions& options) {
    const bool whole = options.directory != nullptr && segment_bytes >= minimum_segment_bytes && quiet > 0 && linger > 0 &&
                       options.instrument_count <= maximum_instruments &&
                       (options.instruments != nullptr || options.instrument_count == 0) &&
                       (options.run_text == nullptr || std::strlen(options.run_text) <= maximum_run_text) &&
                       (options.durability == Durability::process || options.durability == Durability::machine);
    if (!whole) return JournalStatus::bad_options;
    directory = options.directory;
    instruments.assign(options.instruments, options.instruments + options.instrument_count);
    run_text = options.run_text != nullptr ? options.run_text : "";

    int failed = make_directories(directory);
    JournalStatus found = status_of(failed);
    if (found == JournalStatus::ok) found = lock_directory(directory, &lock, &failed);
    if (found == JournalStatus::ok) found = key.load_or_make(key_path(directory, options.key_file), &failed);
    if (found == JournalStatus::ok) {
        recovery = recover_locked(directory, key);
        found = recovery.status;
        failed = recovery.error_number;
    }
    if (found == JournalStatus::ok) {
        const ChainPoint before{recovery.last_sequence, recovery.head};
        failed = begin_segment(recovery.last_segment + 1, before, options.created_at);
        found = status_of(failed);
    }
    error.store(failed, std::memory_order_relaxed);
    if (found != JournalStatus::ok) {
        lock.close();
        return found;
    }
    durable.store(recovery.last_sequence, std::memory_order_relaxed);
    appended.store(recovery.last_sequence, std::memory_order_relaxed);
    status.store(JournalStatus::ok, std::memory_order_release);
    try {
        thread = std::thread([this] { run(); });
    } catch (const std::system_error& refused) {
        error.store(refused.code().value(), std::memory_order_relaxed);
        return JournalStatus::io_error;
    }
    return JournalStatus::ok;
}

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
    std::int64_t changed = now();
    std::uint64_t seen = 0;
    while (!stop.load(std::memory_order_acquire)) {
        {
            const std::lock_guard guard(drain_mutex);
            if (status.load(std::memory_order_relaxed) != JournalStatus::ok || !drain()) return; // failed for good
            const std::int64_t time = now();
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
    return failed == 0 || (fail(failed), false);
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

Journal::Journal() noexcept : state_(nullptr) {}
Journal::Journal(Journal&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }

Journal::~Journal() {
    close();
    delete state_;
}

JournalStatus Journal::open(const JournalOptions& options) noexcept {
    if (state_ != nullptr && state_->thread.joinable()) return JournalStatus::bad_options;
    delete state_;
    state_ = new State(options);
    const JournalStatus opened = state_->open(options);
    if (opened != JournalStatus::ok) state_->status.store(opened, std::memory_order_relaxed);
    return opened;
}

bool Journal::append(const void* record, std::size_t size, const void* payload, std::size_t payload_size) noexcept {
    if (status() != JournalStatus::ok) return false;
    State& state = *state_;
    if (size < minimum_record_bytes || size > state.ring.maximum_record() ||
        payload_size > state.ring.maximum_record() - size) {
        state.refusal.store(JournalStatus::record_size, std::memory_order_relaxed);
        return false;
    }
    std::uint64_t sequence;
    std::memcpy(&sequence, record, sizeof(sequence));
    if (sequence != state.appended.load(std::memory_order_relaxed) + 1) {
        state.refusal.store(JournalStatus::sequence_broken, std::memory_order_relaxed);
        return false;
    }
    if (!state.ring.try_push(record, size, payload, payload_size)) {
        count(state.stalls);
        do {
            if (state.status.load(std::memory_order_relaxed) != JournalStatus::ok) return false;
            if (state.help()) continue;
            state.thread_parker.wake();
            std::this_thread::yield();
        } while (!state.ring.try_push(record, size, payload, payload_size));
    }
    state.appended.store(sequence, std::memory_order_relaxed);
    count(state.records);
    if (state.ring.above_half()) state.thread_parker.wake();
    return true;
}

std::uint64_t Journal::appended() const noexcept {
    return state_ == nullptr ? 0 : state_->appended.load(std::memory_order_relaxed);
}

std::uint64_t Journal::durable() const noexcept {
    return state_ == nullptr ? 0 : state_->durable.load(std::memory_order_acquire);
}

bool Journal::wait_durable(std::uint64_t sequence, std::int64_t nanoseconds) noexcept {
    if (durable() >= sequence) return true;
    if (state_ == nullptr || sequence > appended()) return false;
    State& state = *state_;
    const auto settled = [&] {
        return state.durable.load(std::memory_order_seq_cst) >= sequence ||
               state.status.load(std::memory_order_seq_cst) != JournalStatus::ok;
    };
    const std::int64_t begun = now();
    while (!settled()) {
        if (state.help()) continue;
        state.thread_parker.wake();
        for (int spin = 0; spin < spins_before_sleep && !settled(); ++spin) pause();
        const std::int64_t left = nanoseconds - (now() - begun);
        if (left <= 0) break;
        state.owner_parker.prepare();
        if (settled()) state.owner_parker.cancel();
        else state.owner_parker.park(std::min(left, longest_sleep));
    }
    return durable() >= sequence;
}

void Journal::kick() noexcept {
    if (state_ != nullptr) state_->thread_parker.wake();
}

JournalStatus Journal::flush() noexcept {
    if (state_ == nullptr) return JournalStatus::not_open;
    const JournalStatus written = state_->finish(false);
    return written == JournalStatus::ok ? status() : written;
}

JournalStatus Journal::close() noexcept {
    if (state_ == nullptr) return JournalStatus::not_open;
    State& state = *state_;
    if (!state.thread.joinable()) return status();
    state.stop.store(true, std::memory_order_seq_cst);
    state.thread_parker.wake();
    state.thread.join();
    const JournalStatus written = state.finish(true);
    const JournalStatus refused = state.refusal.load(std::memory_order_relaxed);
    state.writer.close();
    state.lock.close();
    if (written != JournalStatus::ok) return written;
    state.status.store(JournalStatus::not_open, std::memory_order_relaxed);
    return refused;
}

JournalStatus Journal::status() const noexcept {
    if (state_ == nullptr) return JournalStatus::not_open;
    const JournalStatus written = state_->status.load(std::memory_order_acquire);
    return written == JournalStatus::ok ? state_->refusal.load(std::memory_order_relaxed) : written;
}

std::int32_t Journal::error_number() const noexcept {
    return state_ == nullptr ? 0 : state_->error.load(std::memory_order_relaxed);
}

std::size_t Journal::error_text(char* text, std::size_t capacity) const noexcept {
    const JournalStatus reason = status();
    const std::int32_t number = error_number();
    int length = 0;
    if (number != 0) {
        // Not strerror, which other threads may be in.
        length = std::snprintf(text, capacity, "%s: %s", journal_status_text(reason), strerrordesc_np(number));
    } else if (state_ != nullptr && state_->recovery.what[0] != 0 && reason == JournalStatus::damaged_inside) {
        length = std::snprintf(text, capacity, "%s: %s", journal_status_text(reason), state_->recovery.what);
    } else {
        length = std::snprintf(text, capacity, "%s", journal_status_text(reason));
    }
    return std::min(static_cast<std::size_t>(std::max(length, 0)), capacity == 0 ? 0 : capacity - 1);
}

JournalCounters Journal::counters() const noexcept {
    if (state_ == nullptr) return {};
    const auto read = [](const std::atomic<std::uint64_t>& counter) { return counter.load(std::memory_order_relaxed); };
    return {read(state_->records), read(state_->bytes),    read(state_->writes), read(state_->syncs),
            read(state_->blocks),  read(state_->segments), read(state_->stalls)};
}

RecoveryReport Journal::recovery() const noexcept { return state_ == nullptr ? RecoveryReport{} : state_->recovery; }

std::uint64_t Journal::segment() const noexcept {
    return state_ == nullptr ? 0 : state_->segment.load(std::memory_order_relaxed);
}

} // namespace martlet
