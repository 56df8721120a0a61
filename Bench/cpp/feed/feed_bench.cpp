#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "martlet/bar_decoder.hpp"
#include "martlet/partition.hpp"

namespace martlet {
namespace {

/// Minutes as CSV, the prices a slow walk.
std::string csv_rows(int count) {
    std::string text = "timestamp,open,high,low,close,volume\n";
    for (int i = 0; i < count; ++i) {
        char line[96];
        const int price = 46'000 + i % 997;
        std::snprintf(line, sizeof line, "2022-01-%02d %02d:%02d:00,%d.25,%d.50,%d.00,%d.50,%d.1250\n", 1 + i / 1440 % 28,
                      i / 60 % 24, i % 60, price, price + 3, price - 2, price + 1, i);
        text += line;
    }
    return text;
}

void DecodeCsv(benchmark::State& state) {
    const std::string text = csv_rows(100'000);
    BarDecodeOptions options{};
    find_layout("ohlcv", options.layout);
    options.price_increment = {1, -2};
    options.lot_increment = {1, -4};
    for (auto _ : state) {
        EventBuffer bars;
        DefectLog log;
        BarDecoder decoder(options, bars, log);
        decoder.consume(text.data(), text.size());
        decoder.finish(true);
        benchmark::DoNotOptimize(bars.size());
    }
    state.SetItemsProcessed(state.iterations() * 100'000);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(DecodeCsv)->Unit(benchmark::kMillisecond);

std::vector<MarketEvent> orders(std::size_t count) {
    std::vector<MarketEvent> events(count);
    for (std::size_t i = 0; i < count; ++i) {
        events[i].exchange_time = static_cast<std::int64_t>(i) * 350'000 + static_cast<std::int64_t>(i * i % 9'973);
        events[i].kind = i % 2 == 0 ? EventKind::order_add : EventKind::order_cancel;
        events[i].side = i % 3 == 0 ? Side::buy : Side::sell;
        events[i].price = 2'238'000 + static_cast<std::int64_t>(i * 7 % 50) * 100;
        events[i].quantity = i % 2 == 0 ? 100 : 0;
        events[i].order = 11'000'000 + i / 2 * 3;
        events[i].reference = i;
    }
    return events;
}

void WriteAndReadPartition(benchmark::State& state) {
    const bool reading = state.range(0) != 0;
    const std::string path = "/tmp/martlet-bench-" + std::to_string(::getpid());
    const auto events = orders(8 * partition_block_rows);
    const auto write = [&] {
        PartitionWriter writer(path.c_str(), InstrumentDefinition{}, PartitionKind::by_order, 1, 0);
        (void)writer.append(events.data(), events.size());
        if (writer.commit() != FeedStatus::ok) state.SkipWithError("the partition cannot be written");
    };
    write();
    std::vector<MarketEvent> rows(partition_block_rows);
    for (auto _ : state) {
        if (!reading) {
            write();
            continue;
        }
        PartitionReader reader;
        if (reader.open(path.c_str()) != FeedStatus::ok) state.SkipWithError("the partition cannot be read");
        for (std::uint32_t block = 0; block < reader.info().blocks; ++block) benchmark::DoNotOptimize(reader.read_block(block, rows.data()));
    }
    std::remove(path.c_str());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.size()));
}
BENCHMARK(WriteAndReadPartition)->ArgName("read")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace martlet
