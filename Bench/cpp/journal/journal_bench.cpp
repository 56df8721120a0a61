#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <time.h>
#include <vector>

#include "martlet/event.hpp"
#include "martlet/histogram.hpp"
#include "martlet/journal.hpp"
#include "martlet/journal_reader.hpp"
#include "martlet/journal_verify.hpp"

// The journal on the disk that TMPDIR names (default /tmp). `append_*` count records; `durable_*` are the way from
// an append to the watermark that has passed it.

namespace martlet {
namespace {

class Place {
public:
    Place() {
        std::string pattern = (std::filesystem::temp_directory_path() / "martlet-bench-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) std::abort();
        path_ = pattern;
    }
    ~Place() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const char* path() const { return path_.c_str(); }

private:
    std::string path_;
};

JournalOptions options_at(const Place& place, Durability durability) {
    JournalOptions options;
    options.directory = place.path();
    options.durability = durability;
    return options;
}

std::int64_t now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

/// As fast as the journal takes them, all durable at the end.
void append_all(benchmark::State& state, Durability durability, std::size_t payload) {
    constexpr std::uint64_t records = 500'000;
    const std::string bytes(payload, 'p');
    MarketEvent event{};
    event.kind = EventKind::trade;
    std::uint64_t stalls = 0;
    for (auto _ : state) {
        Place place;
        Journal journal;
        if (journal.open(options_at(place, durability)) != JournalStatus::ok) std::abort();
        for (event.sequence = 1; event.sequence <= records; ++event.sequence) {
            if (!journal.append(&event, sizeof(event), bytes.data(), payload)) std::abort();
        }
        if (!journal.wait_durable(records, 60'000'000'000)) std::abort();
        stalls += journal.counters().stalls;
        state.PauseTiming();
        journal.close();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * records));
    state.counters["stalls"] = static_cast<double>(stalls) / static_cast<double>(state.iterations());
}
BENCHMARK_CAPTURE(append_all, process_64, Durability::process, 0)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(append_all, process_64_and_256, Durability::process, 256)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(append_all, machine_64, Durability::machine, 0)->UseRealTime()->Unit(benchmark::kMillisecond);

/// What the engine thread pays for an append while the ring has room.
void append_cost(benchmark::State& state) {
    Place place;
    Journal journal;
    JournalOptions options = options_at(place, Durability::process);
    options.ring_bytes = std::size_t{64} << 20;
    if (journal.open(options) != JournalStatus::ok) std::abort();
    MarketEvent event{};
    event.kind = EventKind::trade;
    std::uint64_t sequence = 0;
    constexpr std::uint64_t batch = 1000;
    for (auto _ : state) {
        const std::int64_t begun = now();
        for (std::uint64_t i = 0; i < batch; ++i) {
            event.sequence = ++sequence;
            journal.append(&event, sizeof(event), nullptr, 0);
        }
        state.SetIterationTime(static_cast<double>(now() - begun) * 1e-9);
        if (!journal.wait_durable(sequence, 60'000'000'000)) std::abort();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(sequence));
}
BENCHMARK(append_cost)->UseManualTime()->Unit(benchmark::kMicrosecond);

/// One event and one command, then durable: what a released order waits for.
void durable_round(benchmark::State& state, Durability durability) {
    Place place;
    Journal journal;
    if (journal.open(options_at(place, durability)) != JournalStatus::ok) std::abort();
    Histogram histogram;
    unsigned char record[128] = {};
    std::uint64_t sequence = 0;
    for (auto _ : state) {
        const std::int64_t begun = now();
        for (std::size_t size : {64, 128}) {
            ++sequence;
            __builtin_memcpy(record, &sequence, sizeof(sequence));
            journal.append(record, size, nullptr, 0);
        }
        if (!journal.wait_durable(sequence, 60'000'000'000)) std::abort();
        histogram.record(now() - begun);
    }
    state.counters["p50_ns"] = static_cast<double>(histogram.value_at_percentile(50));
    state.counters["p99_ns"] = static_cast<double>(histogram.value_at_percentile(99));
    state.counters["p999_ns"] = static_cast<double>(histogram.value_at_percentile(99.9));
}
BENCHMARK_CAPTURE(durable_round, process, Durability::process)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(durable_round, machine, Durability::machine)->UseRealTime()->Unit(benchmark::kMicrosecond)->MinTime(0.3);

/// Reading back, and checking everything.
void read_back(benchmark::State& state, bool verified) {
    constexpr std::uint64_t records = 500'000;
    Place place;
    Journal journal;
    if (journal.open(options_at(place, Durability::process)) != JournalStatus::ok) std::abort();
    MarketEvent event{};
    event.kind = EventKind::trade;
    for (event.sequence = 1; event.sequence <= records; ++event.sequence) journal.append(&event, sizeof(event), nullptr, 0);
    journal.close();
    for (auto _ : state) {
        if (verified) {
            if (verify_journal(place.path(), {}).status != JournalStatus::ok) std::abort();
            continue;
        }
        JournalReader reader;
        reader.open(place.path());
        std::uint64_t count = 0;
        while (reader.next()) ++count;
        if (count != records) std::abort();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * records));
}
BENCHMARK_CAPTURE(read_back, reader, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_back, verify, true)->Unit(benchmark::kMillisecond);

/// To a random record of a journal of many segments, and reading it: what a recovery from a snapshot begins with.
void seek_and_read(benchmark::State& state) {
    constexpr std::uint64_t records = 1'000'000;
    Place place;
    JournalOptions options = options_at(place, Durability::process);
    options.segment_bytes = std::uint64_t{8} << 20;
    Journal journal;
    if (journal.open(options) != JournalStatus::ok) std::abort();
    MarketEvent event{};
    event.kind = EventKind::trade;
    for (event.sequence = 1; event.sequence <= records; ++event.sequence) journal.append(&event, sizeof(event), nullptr, 0);
    journal.close();
    JournalReader reader;
    if (reader.open(place.path()) != JournalStatus::ok) std::abort();
    std::uint64_t sequence = 1;
    for (auto _ : state) {
        sequence = (sequence * 6364136223846793005u + 1442695040888963407u);
        const std::uint64_t wanted = 1 + (sequence >> 33) % records;
        if (reader.seek(wanted) != JournalStatus::ok || !reader.next() || reader.sequence() != wanted) std::abort();
    }
}
BENCHMARK(seek_and_read)->Unit(benchmark::kMicrosecond);

void sha256_of(benchmark::State& state) {
    const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state) benchmark::DoNotOptimize(sha256(bytes.data(), bytes.size()));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sha256_of)->Arg(64)->Arg(65536);

} // namespace
} // namespace martlet
