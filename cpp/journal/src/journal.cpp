#include "martlet/journal.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "journal_state.hpp"
#include "recovery.hpp"

namespace martlet {

using namespace detail;

namespace {

constexpr std::uint64_t minimum_segment_bytes = 1024;
constexpr std::size_t maximum_instruments = 1'000'000;
constexpr std::size_t maximum_run_text = std::size_t{16} << 20;
constexpr int spins_before_sleep = 200; // some microseconds: a write() on another core is done by then
constexpr std::int64_t longest_sleep = 1'000'000;

void pause() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

} // namespace

JournalStatus Journal::State::open(const JournalOptions& options) {
    const bool whole = options.directory != nullptr && segment_bytes >= minimum_segment_bytes && quiet > 0 && linger > 0 &&
                       options.instrument_count <= maximum_instruments &&
                       (options.instruments != nullptr || options.instrument_count == 0) &&
                       (options.run_text == nullptr || std::strlen(options.run_text) <= maximum_run_text) &&
                       options.compression_level >= 0 && options.compression_level <= highest_compression_level &&
                       options.retain_nanoseconds >= 0 &&
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
        keeper.start(directory, key, {options.retain_bytes, options.retain_nanoseconds, options.compression_level});
        thread = std::thread([this] { run(); });
    } catch (const std::system_error& refused) {
        error.store(refused.code().value(), std::memory_order_relaxed);
        return JournalStatus::io_error;
    }
    return JournalStatus::ok;
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
    const std::int64_t begun = monotonic_nanoseconds();
    while (!settled()) {
        if (state.help()) continue;
        state.thread_parker.wake();
        for (int spin = 0; spin < spins_before_sleep && !settled(); ++spin) pause();
        const std::int64_t left = nanoseconds - (monotonic_nanoseconds() - begun);
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

JournalStatus Journal::sync() noexcept {
    if (state_ == nullptr) return JournalStatus::not_open;
    const JournalStatus written = state_->harden();
    return written == JournalStatus::ok ? status() : written;
}

JournalStatus Journal::close() noexcept {
    if (state_ == nullptr) return JournalStatus::not_open;
    State& state = *state_;
    if (!state.thread.joinable()) return status();
    state.stop.store(true, std::memory_order_seq_cst);
    state.thread_parker.wake();
    state.thread.join();
    state.keeper.stop();
    const JournalStatus written = state.finish(true);
    const JournalStatus refused = state.refusal.load(std::memory_order_relaxed);
    state.writer.close();
    state.lock.close();
    if (written != JournalStatus::ok) return written;
    state.status.store(JournalStatus::not_open, std::memory_order_relaxed);
    return refused;
}

void Journal::release_before(std::uint64_t sequence) noexcept {
    if (state_ != nullptr) state_->keeper.need_from(sequence);
}

JournalStatus Journal::tidy() noexcept {
    const bool open = state_ != nullptr && state_->keeper.active();
    return open ? status_of(state_->keeper.keep()) : JournalStatus::not_open;
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
            read(state_->blocks),  read(state_->segments), read(state_->stalls),
            read(state_->keeper.compressed), read(state_->keeper.removed), read(state_->keeper.failures)};
}

RecoveryReport Journal::recovery() const noexcept { return state_ == nullptr ? RecoveryReport{} : state_->recovery; }

std::uint64_t Journal::segment() const noexcept {
    return state_ == nullptr ? 0 : state_->segment.load(std::memory_order_relaxed);
}

} // namespace martlet
