#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "martlet/dbn.hpp"

namespace martlet {
namespace {

template <typename Integer>
void put(std::string& bytes, Integer value) {
    const std::size_t at = bytes.size();
    bytes.resize(at + sizeof value);
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

void put_order(std::string& bytes, char action, char side, std::uint64_t order, std::int64_t price, std::uint32_t size, std::uint8_t flags,
               std::uint64_t time) {
    bytes += "\x0E\xA0\x01";
    bytes += '\0';
    put<std::uint32_t>(bytes, 5);
    put(bytes, time);
    put(bytes, order);
    put(bytes, price);
    put(bytes, size);
    bytes += static_cast<char>(flags);
    bytes += '\0';
    bytes += action;
    bytes += side;
    put(bytes, time + 100);
    put<std::int32_t>(bytes, 0);
    put(bytes, static_cast<std::uint32_t>(time));
}

/// A made-up stream of orders of one instrument: each is added, some are modified or filled, all are canceled in the end.
std::string stream(std::size_t orders, std::size_t& records) {
    std::string bytes = "DBN\x01";
    put<std::uint32_t>(bytes, 120);
    bytes.resize(8 + 120, '\0');
    constexpr std::size_t live = 10'000;
    records = 0;
    std::uint64_t time = 1'700'000'000'000'000'000;
    for (std::uint64_t i = 0; i < orders + live; ++i) {
        time += 1'000;
        const auto price = [](std::uint64_t order) { return static_cast<std::int64_t>(4'800 + order * 7 % 50) * 250'000'000; };
        if (i < orders) put_order(bytes, 'A', i % 2 != 0 ? 'A' : 'B', i, price(i), 10, 128, time), ++records;
        if (i < live) continue;
        const std::uint64_t old = i - live;
        const char side = old % 2 != 0 ? 'A' : 'B';
        if (old % 4 == 0) put_order(bytes, 'M', side, old, price(old), 8, 128, time), ++records;
        if (old % 8 == 0) {
            put_order(bytes, 'T', 'N', 0, price(old), 3, 0, time), ++records;
            put_order(bytes, 'F', side, old, price(old), 3, 0, time), ++records;
            put_order(bytes, 'M', side, old, price(old), 5, 128, time), ++records;
        }
        put_order(bytes, 'C', side, old, price(old), old % 8 == 0 ? 5 : old % 4 == 0 ? 8 : 10, 128, time), ++records;
    }
    return bytes;
}

void DecodeDbn(benchmark::State& state) {
    std::size_t records = 0;
    const std::string bytes = stream(500'000, records);
    EventBuffer events;
    for (auto _ : state) {
        DefectLog log;
        DbnDecoder decoder({{25, -2}, 0, 0}, nullptr, 0, events, log);
        constexpr std::size_t piece = 65'536;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            events.clear();
            decoder.consume(bytes.data() + at, std::min(piece, bytes.size() - at));
            benchmark::DoNotOptimize(events.data());
        }
        decoder.finish(true);
        if (log.record_count() != 0 || decoder.counts().records != records) state.SkipWithError("the stream did not decode");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(DecodeDbn)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace martlet
