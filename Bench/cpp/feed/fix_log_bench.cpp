#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "martlet/fix_log.hpp"

namespace martlet {
namespace {

/// Incremental refreshes of two levels each, as one venue would send them.
std::string stream(int messages) {
    std::string bytes;
    for (int i = 0; i < messages; ++i) {
        char body[256];
        const int length = std::snprintf(body, sizeof body,
                                         "35=X\x01" "34=%d\x01" "49=VENUE\x01" "52=20240102-10:%02d:%02d.%03d\x01" "56=CLIENT\x01" "268=2\x01" "279=1\x01" "269=0\x01" "55=BTC-PERP\x01"
                                         "270=%d.25\x01" "271=%d\x01" "279=1\x01" "269=1\x01" "55=BTC-PERP\x01" "270=%d.75\x01" "271=%d\x01",
                                         i + 1, i / 60'000 % 60, i / 1'000 % 60, i % 1'000, 46'000 + i % 50, 1 + i % 90, 46'001 + i % 50, 1 + i % 70);
        std::string text = "8=FIX.4.4\x01" "9=" + std::to_string(length) + "\x01" + std::string(body, static_cast<std::size_t>(length));
        unsigned sum = 0;
        for (const char c : text) sum += static_cast<unsigned char>(c);
        char trailer[16];
        std::snprintf(trailer, sizeof trailer, "10=%03u\x01", sum % 256);
        bytes += text + trailer;
    }
    return bytes;
}

void DecodeFixLog(benchmark::State& state) {
    constexpr int messages = 50'000;
    const std::string bytes = stream(messages);
    EventBuffer events;
    for (auto _ : state) {
        DefectLog log;
        FixLogDecoder decoder({FixChecks::strict, FixBook::by_price, false, {1, -2}, {1, 0}, 0}, nullptr, 0, events, log);
        constexpr std::size_t piece = 65'536;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            events.clear();
            decoder.consume(bytes.data() + at, std::min(piece, bytes.size() - at));
            benchmark::DoNotOptimize(events.data());
        }
        decoder.finish(true);
        if (log.record_count() != 0 || decoder.counts().entries != 2 * messages) state.SkipWithError("the stream did not decode");
    }
    state.SetItemsProcessed(state.iterations() * messages);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(DecodeFixLog)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace martlet
