#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <pthread.h>
#include <sched.h>
#include <thread>
#include <vector>

#include "martlet/histogram.hpp"
#include "martlet/spsc_ring.hpp"

// The ring between two threads on two cores, 64-byte messages, beside what it is to be compared with: a ring without
// cached cursors, a single slot, and memcpy. A burst is short enough to fall between two interruptions on a busy
// machine: `best` is the tenth best burst of a hundred, `median` the middle one; quote both.

namespace martlet {
namespace {

constexpr std::size_t ring_records = 16'384;
constexpr std::uint64_t burst_records = 40 * ring_records;
constexpr int bursts = 100;

struct Message {
    std::uint64_t words[8];
};

/// What everybody writes first: both cursors looked at for every message.
template <typename T, std::size_t Capacity>
class NaiveRing {
public:
    bool try_push(const T& value) {
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
        if (tail - head_.load(std::memory_order_acquire) == Capacity) return false;
        slots_[tail % Capacity] = value;
        tail_.store(tail + 1, std::memory_order_release);
        return true;
    }
    bool try_pop(T& out) {
        const std::uint64_t head = head_.load(std::memory_order_relaxed);
        if (head == tail_.load(std::memory_order_acquire)) return false;
        out = slots_[head % Capacity];
        head_.store(head + 1, std::memory_order_release);
        return true;
    }

private:
    std::atomic<std::uint64_t> tail_{0};
    std::atomic<std::uint64_t> head_{0};
    T slots_[Capacity];
};

void pin_to(int which) {
    cpu_set_t allowed;
    sched_getaffinity(0, sizeof(allowed), &allowed);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0, seen = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &allowed) && seen++ == which) CPU_SET(cpu, &one);
    }
    if (CPU_COUNT(&one) == 1) pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
}

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

/// Waits a little, and leaves the core to others where waiting takes long.
class Backoff {
public:
    void wait() {
        relax();
        if (++waits_ % 4096 == 0) std::this_thread::yield();
    }

private:
    std::uint32_t waits_ = 0;
};

/// Runs `produce` and `consume` on two cores, `bursts` times; both are called until their burst is over and return how
/// many messages they moved.
template <typename Produce, typename Consume>
void race(benchmark::State& state, Produce produce, Consume consume) {
    std::vector<double> rates;
    for (auto _ : state) {
        std::atomic<int> ready{0};
        std::thread producer([&] {
            pin_to(0);
            ready.fetch_add(1);
            while (ready.load() != 2) relax();
            Backoff backoff;
            for (std::uint64_t sent = 0; sent < burst_records;) {
                const std::size_t moved = produce(sent);
                sent += moved;
                if (moved == 0) backoff.wait();
            }
        });
        std::int64_t took = 0;
        std::thread consumer([&] {
            pin_to(1);
            std::uint64_t sum = 0; // its own: beside what the producer reads, it would take that line away at every message
            ready.fetch_add(1);
            while (ready.load() != 2) relax();
            const std::int64_t begun = now();
            Backoff backoff;
            for (std::uint64_t taken = 0; taken < burst_records;) {
                const std::size_t moved = consume(sum);
                taken += moved;
                if (moved == 0) backoff.wait();
            }
            took = now() - begun;
            if (sum != burst_records * (burst_records - 1) / 2 * 8) std::abort();
        });
        producer.join();
        consumer.join();
        state.SetIterationTime(static_cast<double>(took) * 1e-9);
        rates.push_back(static_cast<double>(burst_records) / (static_cast<double>(took) * 1e-3));
    }
    std::sort(rates.rbegin(), rates.rend());
    state.counters["median_M/s"] = rates[rates.size() / 2];
    state.counters["best_M/s"] = rates[rates.size() / 10];
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * burst_records));
}

Message message_of(std::uint64_t number) {
    Message message;
    for (std::uint64_t& word : message.words) word = number;
    return message;
}

// Every word is looked at, so that the whole line has to come over.
std::uint64_t read(const Message& message) {
    std::uint64_t sum = 0;
    for (std::uint64_t word : message.words) sum += word;
    return sum;
}

template <typename Ring>
void one_at_a_time(benchmark::State& state) {
    const auto ring = std::make_unique<Ring>();
    race(
        state, [&](std::uint64_t sent) -> std::size_t { return ring->try_push(message_of(sent)) ? 1 : 0; },
        [&](std::uint64_t& sum) -> std::size_t {
            Message message;
            if (!ring->try_pop(message)) return 0;
            sum += read(message);
            return 1;
        });
}

void in_batches(benchmark::State& state) {
    SpscRing<Message, ring_records> ring;
    const auto batch = static_cast<std::size_t>(state.range(0));
    race(
        state,
        [&](std::uint64_t sent) {
            const std::span<Message> slots = ring.reserve(batch);
            for (Message& slot : slots) slot = message_of(sent++);
            ring.commit(slots.size());
            return slots.size();
        },
        [&](std::uint64_t& sum) {
            const std::span<const Message> records = ring.peek(batch);
            for (const Message& record : records) sum += read(record);
            ring.release(records.size());
            return records.size();
        });
}

void spsc_naive(benchmark::State& state) { one_at_a_time<NaiveRing<Message, ring_records>>(state); }
void spsc_one(benchmark::State& state) { one_at_a_time<SpscRing<Message, ring_records>>(state); }
BENCHMARK(spsc_naive)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(bursts);
BENCHMARK(spsc_one)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(bursts);
BENCHMARK(in_batches)->Name("spsc_batch")->Arg(64)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(bursts);

/// One core copies what another wrote last: as many bytes, no ring. A floor that a ring of copies cannot pass.
void copy_of_another_core_s_lines(benchmark::State& state) {
    std::vector<Message> from(ring_records), to(ring_records);
    std::vector<double> rates;
    for (auto _ : state) {
        double seconds = 0;
        for (int lap = 0; lap < 10; ++lap) {
            std::thread([&] {
                pin_to(0);
                std::memset(from.data(), lap, from.size() * sizeof(Message));
            }).join();
            std::thread([&] {
                pin_to(1);
                const std::int64_t begun = now();
                std::memcpy(to.data(), from.data(), from.size() * sizeof(Message));
                benchmark::DoNotOptimize(to.data());
                benchmark::ClobberMemory();
                seconds += static_cast<double>(now() - begun) * 1e-9;
            }).join();
        }
        state.SetIterationTime(seconds);
        rates.push_back(10.0 * static_cast<double>(ring_records) / seconds * 1e-6);
    }
    std::sort(rates.rbegin(), rates.rend());
    state.counters["median_M/s"] = rates[rates.size() / 2];
    state.counters["best_M/s"] = rates[rates.size() / 10];
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * 10 * ring_records * sizeof(Message)));
}
BENCHMARK(copy_of_another_core_s_lines)->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(bursts);

/// A word in a line of its own: nothing passes from core to core faster.
struct Word {
    alignas(2 * cache_line) std::atomic<std::uint64_t> number{0};
    std::uint64_t seen = 0;
    bool try_push(const Message& message) {
        number.store(message.words[0] + 1, std::memory_order_release);
        return true;
    }
    bool try_pop(Message& message) {
        const std::uint64_t found = number.load(std::memory_order_acquire);
        if (found == seen) return false;
        message.words[0] = (seen = found) - 1;
        return true;
    }
};

/// There and back between two cores that only look; half of it is one way.
template <typename Way>
void one_way(benchmark::State& state) {
    constexpr std::uint64_t total = 200'000;
    Histogram histogram;
    for (auto _ : state) {
        const auto there = std::make_unique<Way>();
        const auto back = std::make_unique<Way>();
        std::thread echo([&] {
            pin_to(0);
            Message message;
            for (std::uint64_t i = 0; i < total; ++i) {
                for (std::uint32_t looks = 1; !there->try_pop(message); ++looks) {
                    if (looks % 65'536 == 0) std::this_thread::yield();
                }
                back->try_push(message);
            }
        });
        std::thread asker([&] {
            pin_to(1);
            Message message = message_of(0);
            for (std::uint64_t i = 0; i < total; ++i) {
                const std::int64_t begun = now();
                there->try_push(message_of(i));
                for (std::uint32_t looks = 1; !back->try_pop(message); ++looks) {
                    if (looks % 65'536 == 0) std::this_thread::yield();
                }
                histogram.record((now() - begun) / 2);
            }
        });
        echo.join();
        asker.join();
    }
    state.counters["p50_ns"] = static_cast<double>(histogram.value_at_percentile(50));
    state.counters["p10_ns"] = static_cast<double>(histogram.value_at_percentile(10));
    state.counters["p99_ns"] = static_cast<double>(histogram.value_at_percentile(99));
}
BENCHMARK(one_way<Word>)->Name("one_way_word")->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(one_way<NaiveRing<Message, 1024>>)->Name("one_way_naive")->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(one_way<SpscRing<Message, 1024>>)->Name("one_way_spsc")->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(3);

} // namespace
} // namespace martlet
