#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include "martlet/feature_batch.hpp"

// Nanoseconds a bar of every registered feature with its initial parameters: one series as columns of doubles,
// eight series as columns and into a sink of floats (a bar and instrument), and one series bar by bar. Columns
// are short enough for the cache: of long ones the memory's speed is what would be measured.

namespace martlet {
namespace {

constexpr std::size_t bars = 10'000;
constexpr std::size_t series = 8;

/// Walks of bars, the same on each run.
struct Market {
    std::vector<double> columns[series][5];
    const double* pointers[series][5];
    FeatureTable tables[series];
    std::vector<double> output[series * maximum_feature_outputs];

    Market() {
        std::uint64_t state = 1;
        const auto dice = [&state] {
            state = state * 6364136223846793005ull + 1442695040888963407ull;
            return static_cast<double>(state >> 40) / 16777216.0;
        };
        for (std::size_t k = 0; k < series; ++k) {
            double price = 1000;
            for (std::size_t t = 0; t < bars; ++t) {
                const double open = price;
                price = std::fabs(price + dice() - 0.5) + 1;
                const double row[] = {open, std::fmax(open, price) + 0.3 * dice(), std::fmin(open, price) - 0.4 * dice(), price, 1000 * dice()};
                for (int c = 0; c < 5; ++c) columns[k][c].push_back(row[c]);
            }
            for (int c = 0; c < 5; ++c) pointers[k][c] = columns[k][c].data();
            tables[k] = {FeatureRecord::bar, 5, pointers[k], bars};
        }
        for (auto& column : output) column.resize(bars);
    }
};

Market& market() {
    static Market one;
    return one;
}

void columns(benchmark::State& state, const std::vector<std::int32_t>& features, std::int32_t count, bool into_sink) {
    std::vector<FeatureRequest> requests;
    for (const std::int32_t feature : features) {
        requests.emplace_back();
        requests.back().feature = feature;
        requests.back().reference_column = 0;
    }
    const auto request_count = static_cast<std::int32_t>(requests.size());
    const std::int32_t width = feature_columns(requests.data(), request_count);
    std::vector<double*> out;
    std::vector<std::vector<double>> memory(static_cast<std::size_t>(width * count), std::vector<double>(bars));
    for (auto& column : memory) out.push_back(column.data());
    FeatureBatchOptions options;
    options.threads = 1;
    float last = 0;
    const auto sink = [](void* context, const FeatureBlock* block) { *static_cast<float*>(context) = block->values[block->count - 1]; };
    for (auto _ : state) {
        const FeatureStatus status = into_sink
            ? stream_features(requests.data(), request_count, market().tables, count, sink, &last, options)
            : compute_features(requests.data(), request_count, market().tables, count, out.data(), options);
        benchmark::DoNotOptimize(last);
        if (status != FeatureStatus::ok) state.SkipWithError("the batch refused the requests");
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * count * static_cast<std::int64_t>(bars));
}

void streamed(benchmark::State& state, const std::vector<std::int32_t>& features) {
    std::vector<std::vector<double>> states;
    for (const std::int32_t feature : features) {
        const std::size_t bytes = feature_bytes(feature, nullptr, 0);
        states.emplace_back(bytes / 8);
        create_feature(feature, nullptr, 0, states.back().data(), bytes);
    }
    double out[maximum_feature_outputs];
    std::size_t t = 0;
    for (auto _ : state) {
        double row[5];
        for (int c = 0; c < 5; ++c) row[c] = market().columns[0][c][t];
        t = t + 1 < bars ? t + 1 : 0;
        for (std::size_t i = 0; i < features.size(); ++i) {
            const bool of_series = feature_at(features[i])->record == FeatureRecord::series;
            update_feature(states[i].data(), of_series ? row + 3 : row, out);
            benchmark::DoNotOptimize(out);
        }
    }
}

/// The ten of the goal.
std::vector<std::int32_t> ten() {
    std::vector<std::int32_t> out;
    for (const char* name : {"rsi", "macd", "bollinger", "atr", "stochastic", "adx", "cci", "mfi", "obv", "aroon"})
        if (find_feature(name) >= 0) out.push_back(find_feature(name));
    return out;
}

const bool registered = [] {
    const auto add = [](const std::string& name, const std::vector<std::int32_t>& features) {
        benchmark::RegisterBenchmark((name + "/one").c_str(), [features](benchmark::State& s) { columns(s, features, 1, false); })->Unit(benchmark::kMillisecond);
        benchmark::RegisterBenchmark((name + "/eight").c_str(), [features](benchmark::State& s) { columns(s, features, series, false); })->Unit(benchmark::kMillisecond);
        benchmark::RegisterBenchmark((name + "/sink").c_str(), [features](benchmark::State& s) { columns(s, features, series, true); })->Unit(benchmark::kMillisecond);
        benchmark::RegisterBenchmark((name + "/streamed").c_str(), [features](benchmark::State& s) { streamed(s, features); });
    };
    std::vector<std::int32_t> all;
    for (std::int32_t i = 0; i < feature_count(); ++i) {
        const FeatureRecord record = feature_at(i)->record;
        if (record != FeatureRecord::bar && record != FeatureRecord::series) continue;
        add(feature_at(i)->name, {i});
        all.push_back(i);
    }
    add("ten", ten());
    add("all", all);
    return true;
}();

} // namespace
} // namespace martlet
