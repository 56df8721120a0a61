#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "martlet/feature_universe.hpp"

// The goals of a whole feature store, a hundred features of bars:
//
//     instrument/…   one instrument, bar by bar                          goal 1.5 µs a bar
//     universe/…     1,000 instruments, a record each                    goal 10 ms on 2 cores
//     history/…      400,000 bars × 50 instruments into a float sink     goal 10 s on 2 cores, 1 GiB resident
//
// `history/20000` is the same work on fewer bars. The hundred are the features of bars and series with a cost
// of O(1) or O(1) amortised, patterns excepted, each with its initial parameters, then those with one period
// again with longer ones.

namespace martlet {
namespace {

constexpr std::size_t columns = 5;

/// Bars of a walk, the same on each run.
class Walk {
public:
    explicit Walk(std::uint64_t seed) : state_(seed * 2 + 1) {}
    void next(double* row) {
        const double open = price_;
        price_ = std::fabs(price_ + dice() - 0.5) + 0.001;
        row[0] = open;
        row[1] = std::fmax(open, price_) + 0.3 * dice();
        row[2] = std::fmin(open, price_) - 0.4 * dice();
        row[3] = price_;
        row[4] = 1000 * dice();
    }

private:
    double dice() {
        state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
        return static_cast<double>(state_ >> 40) / 16777216.0;
    }
    std::uint64_t state_;
    double price_ = 1000;
};

bool of_the_hundred(const FeatureDescription& about) {
    return (about.record == FeatureRecord::bar || about.record == FeatureRecord::series) && about.group != FeatureGroup::pattern &&
           std::strncmp(about.cost, "O(1)", 4) == 0;
}

const std::vector<FeatureRequest>& hundred() {
    static const std::vector<FeatureRequest> all = [] {
        std::vector<FeatureRequest> out;
        for (const double longer : {1.0, 2.0, 5.0, 10.0})
            for (std::int32_t i = 0; i < feature_count() && out.size() < 100; ++i) {
                const FeatureDescription& about = *feature_at(i);
                if (!of_the_hundred(about) || (longer > 1 && about.parameter_count != 1)) continue;
                FeatureRequest one;
                one.feature = i;
                one.parameter_count = longer > 1 ? 1 : 0;
                if (longer > 1) one.parameters[0] = about.parameters[0].initial * longer;
                if (check_feature(i, one.parameters, one.parameter_count, nullptr) == FeatureStatus::ok) out.push_back(one);
            }
        return out;
    }();
    return all;
}

/// Rows of instruments, warm.
class Universe {
public:
    explicit Universe(std::int32_t count) : count_(count), set_(feature_set_bytes(100) / 8) {
        if (create_feature_set(hundred().data(), 100, FeatureRecord::bar, set_.data(), set_.size() * 8, nullptr) != FeatureStatus::ok) std::exit(2);
        bytes_ = feature_row_bytes(set_.data()) * static_cast<std::size_t>(count);
        rows_ = std::aligned_alloc(64, bytes_);
        if (create_feature_rows(set_.data(), rows_, bytes_, count) != FeatureStatus::ok) std::exit(2);
        for (std::int32_t i = 0; i < count; ++i) walks_.emplace_back(static_cast<std::uint64_t>(i));
        records_.resize(static_cast<std::size_t>(count) * columns);
        for (std::int64_t t = 0; t < feature_set_warm_up(set_.data()); ++t) {
            next();
            update(0);
        }
    }
    ~Universe() { std::free(rows_); }
    Universe(const Universe&) = delete;
    Universe& operator=(const Universe&) = delete;

    void next() {
        for (std::size_t i = 0; i < walks_.size(); ++i) walks_[i].next(records_.data() + i * columns);
    }
    void update(std::int32_t threads) {
        if (update_feature_rows(set_.data(), rows_, count_, nullptr, records_.data(), count_, threads) != FeatureStatus::ok) std::exit(2);
    }
    void update_first() { update_feature_row(set_.data(), rows_, 0, records_.data()); }
    double bytes() const { return static_cast<double>(bytes_); }

private:
    std::int32_t count_;
    std::vector<std::uint64_t> set_;
    std::size_t bytes_ = 0;
    void* rows_ = nullptr;
    std::vector<Walk> walks_;
    std::vector<double> records_;
};

void instrument(benchmark::State& state) {
    Universe universe(1);
    for (auto _ : state) {
        universe.next();
        universe.update_first();
    }
    state.counters["bytes"] = universe.bytes();
    state.counters["goal_ns"] = 1'500;
}

/// A minute passes between two updates: other work has had the caches.
void chill(std::vector<std::uint64_t>& other) {
    for (std::size_t i = 0; i < other.size(); i += 8) other[i] += i;
    benchmark::DoNotOptimize(other.data());
}

void universe(benchmark::State& state) {
    Universe universe(1'000);
    std::vector<std::uint64_t> other(std::size_t{256} << 17, 1); // 256 MiB
    for (auto _ : state) {
        state.PauseTiming();
        universe.next();
        chill(other);
        state.ResumeTiming();
        universe.update(static_cast<std::int32_t>(state.range(0)));
    }
    state.counters["MiB"] = universe.bytes() / 1'048'576;
    state.counters["goal_ms"] = 10;
}

/// Forgets the peak of resident memory so far.
void forget_peak() {
    if (std::FILE* file = std::fopen("/proc/self/clear_refs", "w")) {
        std::fputs("5", file);
        std::fclose(file);
    }
}
double peak_mebibytes() {
    double kibibytes = 0;
    if (std::FILE* file = std::fopen("/proc/self/status", "r")) {
        char text[256];
        while (std::fgets(text, sizeof text, file) != nullptr)
            if (std::sscanf(text, "VmHWM: %lf", &kibibytes) == 1) break;
        std::fclose(file);
    }
    return kibibytes / 1024;
}

double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// What a sink does at least: looks at every value.
void take(void*, const FeatureBlock* block) {
    float sum = 0;
    for (std::int64_t t = 0; t < block->count; ++t) sum += block->values[t];
    benchmark::DoNotOptimize(sum);
}

void history(benchmark::State& state) {
    constexpr std::size_t instruments = 50;
    const auto bars = static_cast<std::size_t>(state.range(0));
    forget_peak();
    std::vector<std::vector<double>> values(instruments * columns);
    std::vector<std::vector<const double*>> pointers(instruments);
    std::vector<FeatureTable> tables;
    for (std::size_t i = 0; i < instruments; ++i) {
        Walk walk(i);
        double row[columns];
        for (std::size_t c = 0; c < columns; ++c) values[i * columns + c].resize(bars);
        for (std::size_t t = 0; t < bars; ++t) {
            walk.next(row);
            for (std::size_t c = 0; c < columns; ++c) values[i * columns + c][t] = row[c];
        }
        for (std::size_t c = 0; c < columns; ++c) pointers[i].push_back(values[i * columns + c].data());
        tables.push_back({FeatureRecord::bar, static_cast<std::int32_t>(columns), pointers[i].data(), static_cast<std::int64_t>(bars)});
    }
    FeatureBatchOptions options;
    options.threads = 2;
    double spent = 0;
    for (auto _ : state) {
        const double begin = processor_seconds();
        const FeatureStatus status = stream_features(hundred().data(), 100, tables.data(), instruments, take, nullptr, options);
        if (status != FeatureStatus::ok) state.SkipWithError("the batch refused the requests");
        spent += processor_seconds() - begin;
    }
    state.counters["values"] = feature_columns(hundred().data(), 100);
    state.counters["processor_s"] = spent / static_cast<double>(state.iterations());
    state.counters["peak_MiB"] = peak_mebibytes();
    state.counters["goal_s"] = 10 * static_cast<double>(bars) / 400'000;
    state.counters["goal_MiB"] = 1024;
}

BENCHMARK(instrument);
BENCHMARK(universe)->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(20);
BENCHMARK(history)->ArgName("bars")->Arg(20'000)->Arg(400'000)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

} // namespace
} // namespace martlet
