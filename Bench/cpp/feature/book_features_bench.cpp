#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include "martlet/features.hpp"

// Nanoseconds of one book event through features of the book, and of one trade through those of trades, one
// update at a time.

namespace martlet {
namespace {

constexpr std::size_t events = 4096;

struct Event {
    double depth[40]; ///< as `FeatureRecord::depth`
    double quote[4];
    double trade[4];
};

const std::vector<Event>& market() {
    static const std::vector<Event> all = [] {
        std::vector<Event> out(events);
        std::uint64_t state = 1;
        const auto dice = [&state](double sides) {
            state = state * 6364136223846793005ull + 1442695040888963407ull;
            return std::floor(static_cast<double>(state >> 40) / 16777216.0 * sides);
        };
        double bid = 10'000;
        for (Event& one : out) {
            bid += dice(3) - 1;
            for (int level = 0; level < 10; ++level) {
                one.depth[level] = bid - level;
                one.depth[20 + level] = bid + 1 + level;
                one.depth[10 + level] = 1 + dice(100);
                one.depth[30 + level] = 1 + dice(100);
            }
            for (int column = 0; column < 4; ++column) one.quote[column] = one.depth[10 * column];
            const double trade[] = {bid + dice(2), 1 + dice(50), bid, bid + 1};
            for (int column = 0; column < 4; ++column) one.trade[column] = trade[column];
        }
        return out;
    }();
    return all;
}

void stream(benchmark::State& state, const std::vector<std::string>& names) {
    struct One {
        std::vector<double> memory;
        FeatureRecord record;
    };
    std::vector<One> all;
    int outputs = 0;
    for (const std::string& name : names) {
        const std::int32_t feature = find_feature(name.c_str());
        const std::size_t bytes = feature_bytes(feature, nullptr, 0);
        all.push_back({std::vector<double>(bytes / 8), feature_at(feature)->record});
        create_feature(feature, nullptr, 0, all.back().memory.data(), bytes);
        outputs += feature_at(feature)->output_count;
    }
    double out[maximum_feature_outputs];
    std::size_t at = 0;
    for (auto _ : state) {
        const Event& event = market()[at++ % events];
        for (One& one : all) {
            const double* record = one.record == FeatureRecord::depth ? event.depth : one.record == FeatureRecord::quote ? event.quote : event.trade;
            update_feature(one.memory.data(), record, out);
            benchmark::DoNotOptimize(out);
        }
    }
    state.counters["outputs"] = outputs;
}

const bool registered = [] {
    const std::vector<std::string> book{"quoted_spread", "microprice", "order_flow_imbalance", "queues", "book_imbalance", "depth_and_slope"};
    const std::vector<std::string> trade{"trade_sign", "effective_spread", "realised_spread", "volume_delta", "kyle_lambda", "vpin"};
    std::vector<std::string> each = book;
    each.insert(each.end(), trade.begin(), trade.end());
    each.push_back("multi_level_flow_imbalance");
    for (const std::string& name : each)
        benchmark::RegisterBenchmark(name.c_str(), [name](benchmark::State& s) { stream(s, {name}); });
    benchmark::RegisterBenchmark("of_a_book_event", [book](benchmark::State& s) { stream(s, book); });
    benchmark::RegisterBenchmark("of_a_trade", [trade](benchmark::State& s) { stream(s, trade); });
    return true;
}();

} // namespace
} // namespace martlet
