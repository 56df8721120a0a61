#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "report_sink.hpp"
#include "wl1.hpp"
#include "martlet/spsc_ring.hpp"

// An engine as it stands in a system: messages come through one ring, reports leave through another. One thread
// sends and drains, one matches. Four markets; the slowest counts.

namespace martlet {
namespace {

constexpr std::size_t count = 2'000'000;
/// Messages or reports handed over at once while more keep coming: each handing over costs both cores a look at the other's
/// cursor.
constexpr std::size_t batch = 256;
using CommandRing = SpscRing<wl1::Message, 1u << 14>;
using ReportRing = SpscRing<wl1::Report, 1u << 14>;

/// Writes reports in place and hands them over by the batch, or when `flush` says so; waits while the ring is full.
struct ToRing : wl1::Reporter<ToRing> {
    explicit ToRing(ReportRing& ring) : ring(ring) {}
    ReportRing& ring;
    std::span<wl1::Report> slots;
    std::size_t used = 0;
    void report(const wl1::Report& report) {
        if (used == slots.size()) flush(true);
        slots[used++] = report;
    }
    void flush(bool wait) {
        if (used != 0) ring.commit(used);
        used = 0;
        do slots = ring.reserve(batch);
        while (wait && slots.empty());
    }
    void on_market(const MarketEvent&) {}
};

std::int32_t middle(int market, std::size_t i) {
    const double turn = static_cast<double>(i) / static_cast<double>(count);
    const std::size_t at = i % 500'000;
    switch (market) {
    case 1: return static_cast<std::int32_t>(50'000 * (1 - 0.125 * (1 - std::cos(turn * 40))));
    case 2: return static_cast<std::int32_t>(50'000 * (1 - 0.2 * (1 - std::cos(turn * 40))));
    default: return at < 200'000 || at >= 220'000 ? 50'000 : 50'000 - static_cast<std::int32_t>(at < 210'000 ? (at - 200'000) * 2 : (220'000 - at) * 2);
    }
}

void pipeline(benchmark::State& state) {
    const auto market = static_cast<int>(state.range(0));
    wl1::Sums sums;
    const std::vector<wl1::Message> all = market == 0 ? wl1::Generator().make(sums, count)
                                                      : wl1::Generator().make(sums, count, [market](std::size_t i) { return middle(market, i); });
    for (auto _ : state) {
        state.PauseTiming();
        MatchingEngine engine(wl1::options());
        wl1::ReportSink nowhere;
        for (std::size_t i = 0; i < wl1::prefill; ++i) wl1::play(all[i], engine, nowhere);
        CommandRing commands;
        ReportRing reports;
        std::atomic<bool> done{false};
        state.ResumeTiming();
        std::thread matcher([&] {
            ToRing out(reports);
            out.flush(true);
            for (std::size_t left = count; left != 0;) {
                const auto some = commands.peek(batch);
                if (some.empty()) out.flush(false);
                for (const wl1::Message& message : some) wl1::play(message, engine, out);
                commands.release(some.size());
                left -= some.size();
            }
            out.flush(false);
            done.store(true, std::memory_order_release);
        });
        std::uint64_t drained = 0;
        std::int64_t filled = 0;
        for (std::size_t sent = wl1::prefill; !done.load(std::memory_order_acquire) || reports.approximate_size() != 0;) {
            if (sent < all.size()) sent += commands.push_some(&all[sent], std::min(batch, all.size() - sent));
            for (auto some = reports.peek(batch); !some.empty(); some = reports.peek(batch)) {
                for (const wl1::Report& report : some) filled += report.kind == 2 ? report.quantity : 0;
                drained += some.size();
                reports.release(some.size());
                if (sent < all.size()) break;
            }
        }
        matcher.join();
        benchmark::DoNotOptimize(filled);
        state.counters["reports/message"] = static_cast<double>(drained) / static_cast<double>(count);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}
BENCHMARK(pipeline)->ArgName("market")->DenseRange(0, 3)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

} // namespace
} // namespace martlet
