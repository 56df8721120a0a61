#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "keeper.hpp"
#include "martlet/byte_ring.hpp"
#include "martlet/journal.hpp"
#include "martlet/parker.hpp"
#include "posix_file.hpp"
#include "segment_scan.hpp"
#include "segment_writer.hpp"
#include "signing_key.hpp"

namespace martlet {
namespace detail {

inline constexpr std::uint64_t default_segment_bytes = std::uint64_t{128} << 20;
inline constexpr std::size_t default_ring_bytes = std::size_t{4} << 20;
inline constexpr std::size_t default_block_bytes = std::size_t{64} << 10;
inline constexpr std::int64_t default_quiet = 100'000'000;
inline constexpr std::int64_t default_linger = 1'000'000;

template <typename Number>
Number or_default(Number value, Number fallback) {
    return value == 0 ? fallback : value;
}

inline void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.fetch_add(by, std::memory_order_relaxed);
}

/// Only for how long to wait and when a block is quiet, never for what is written.
inline std::int64_t monotonic_nanoseconds() noexcept {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

} // namespace detail

/// What a journal is made of; `drain` and what it calls are the journal thread's or, under the mutex, the owner's.
struct Journal::State {
    explicit State(const JournalOptions& options)
        : durability(options.durability),
          segment_bytes(detail::or_default(options.segment_bytes, detail::default_segment_bytes)),
          block_bytes(detail::or_default(options.block_bytes, detail::default_block_bytes)),
          quiet(detail::or_default(options.quiet_nanoseconds, detail::default_quiet)),
          linger(detail::or_default(options.linger_nanoseconds, detail::default_linger)),
          ring(detail::or_default(options.ring_bytes, detail::default_ring_bytes)) {}

    JournalStatus open(const JournalOptions& options);
    int begin_segment(std::uint64_t number, const detail::ChainPoint& before, std::int64_t created_at);

    void run();
    bool drain();
    bool commit();
    bool roll();
    bool close_block();
    bool help();
    void fail(int error);
    JournalStatus finish(bool end);
    JournalStatus harden();

    // Fixed while open.
    const Durability durability;
    const std::uint64_t segment_bytes;
    const std::size_t block_bytes;
    const std::int64_t quiet;
    const std::int64_t linger;
    std::string directory;
    std::vector<InstrumentDefinition> instruments;
    std::string run_text;
    detail::SigningKey key;
    detail::File lock;
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
    detail::SegmentWriter writer;
    std::atomic<std::uint64_t> segment{0};
    std::atomic<std::uint64_t> records{0}, bytes{0}, writes{0}, syncs{0}, blocks{0}, segments{0}, stalls{0};
    detail::Keeper keeper;
    std::thread thread;
};

} // namespace martlet
