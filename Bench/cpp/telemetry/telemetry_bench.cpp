#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "martlet/byte_ring.hpp"
#include "martlet/histogram.hpp"
#include "martlet/inbound_ring.hpp"

// The rings of records of varying length and of many pushers (items per second are records through the ring), and the
// histogram. The ring between two threads alone is in spsc_bench.cpp.

namespace martlet {
namespace {

constexpr std::uint64_t records_per_run = 1'000'000;

struct Message {
    std::uint64_t words[8];
};

void byte_ring_push_and_pop(benchmark::State& state) {
    ByteRing ring(1 << 20);
    const Message message{};
    for (auto _ : state) {
        ring.try_push(&message, sizeof(message), nullptr, 0);
        benchmark::DoNotOptimize(ring.next());
        ring.release();
    }
}
BENCHMARK(byte_ring_push_and_pop);

MarketEvent market_event() {
    MarketEvent event{};
    event.kind = EventKind::trade;
    return event;
}

void inbound_push_and_pop(benchmark::State& state) {
    InboundRing ring(1024);
    const MarketEvent event = market_event();
    InboundRecord record;
    for (auto _ : state) {
        ring.try_push(event);
        benchmark::DoNotOptimize(ring.try_pop(record));
    }
}
BENCHMARK(inbound_push_and_pop);

void inbound_many_pushers(benchmark::State& state) {
    const auto pushers = static_cast<std::uint64_t>(state.range(0));
    const std::uint64_t each = records_per_run / pushers;
    for (auto _ : state) {
        InboundRing ring(4096);
        std::vector<std::thread> threads;
        for (std::uint64_t i = 0; i < pushers; ++i) {
            threads.emplace_back([&] {
                const MarketEvent event = market_event();
                for (std::uint64_t sent = 0; sent < each; ++sent) {
                    while (!ring.try_push(event)) std::this_thread::yield();
                }
            });
        }
        InboundRecord record;
        for (std::uint64_t taken = 0; taken < each * pushers;) {
            if (ring.try_pop(record)) ++taken;
            else ring.wait(1'000'000);
        }
        for (std::thread& thread : threads) thread.join();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * each * pushers));
}
BENCHMARK(inbound_many_pushers)->Arg(1)->Arg(4)->UseRealTime()->Unit(benchmark::kMillisecond);

/// There and back between two threads that sleep when idle: two wakes.
void inbound_round_trip_parked(benchmark::State& state) {
    InboundRing there(64), back(64);
    std::atomic<bool> stop{false};
    std::thread echo([&] {
        InboundRecord record;
        while (!stop.load(std::memory_order_relaxed)) {
            if (there.try_pop(record)) back.try_push(record.market());
            else there.wait(100'000'000);
        }
    });
    const MarketEvent event = market_event();
    InboundRecord record;
    for (auto _ : state) {
        there.try_push(event);
        while (!back.try_pop(record)) back.wait(100'000'000);
    }
    stop.store(true);
    there.wake();
    echo.join();
}
BENCHMARK(inbound_round_trip_parked)->UseRealTime()->Unit(benchmark::kMicrosecond);

void histogram_record(benchmark::State& state) {
    Histogram histogram;
    std::mt19937_64 random(1);
    std::vector<std::int64_t> values(4096);
    for (std::int64_t& value : values) value = static_cast<std::int64_t>(random() >> (24 + random() % 20)); // up to 2⁴⁰
    std::size_t at = 0;
    for (auto _ : state) histogram.record(values[at++ & 4095]);
    benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(histogram_record);

void histogram_percentile(benchmark::State& state) {
    Histogram histogram;
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) histogram.record(static_cast<std::int64_t>(random() >> 40));
    for (auto _ : state) benchmark::DoNotOptimize(histogram.value_at_percentile(99.9));
}
BENCHMARK(histogram_percentile)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace martlet
