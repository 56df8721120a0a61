#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "martlet/text_decoder.hpp"

namespace {

std::string written(const std::uint8_t* data, std::size_t size) {
    static const std::string path = "/tmp/martlet-fuzz-" + std::to_string(::getpid()) + "t";
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) std::abort();
    if (size > 0) std::fwrite(data, 1, size, file);
    std::fclose(file);
    return path;
}

} // namespace

// Any file (also zip, gzip, zstd), in any text layout: events stand in the order of time, and are sound.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace martlet;
    if (size < 2) return 0;
    const std::string path = written(data + 2, size - 2);
    TextOptions options{};
    options.layout = static_cast<TextLayout>(data[0] % text_layout_count);
    options.zone = (data[1] & 1) != 0 ? Zone::new_york : Zone::fixed;
    options.zone_offset_seconds = (data[1] & 2) != 0 ? 19'800 : 0;
    options.day = 16'000;
    options.bar_seconds = 60;
    options.price_unit = {1, (data[1] & 4) != 0 ? -4 : 0};
    options.price_increment = {1, -4};
    options.lot_increment = {1, -2};
    options.adjusted_closes = (data[1] & 8) != 0;
    EventBuffer events;
    DefectLog log;
    TextCounts counts{};
    (void)decode_text(path.c_str(), options, events, log, counts);
    std::int64_t last = INT64_MIN;
    for (const MarketEvent& event : events) {
        if (event.exchange_time < last || event.sequence != 0) std::abort();
        last = event.exchange_time;
        if (event.kind == EventKind::trade && event.price <= 0) std::abort();
        if (event.kind != EventKind::bar) continue;
        const BarEvent bar = as_bar(event);
        if (bar.low <= 0 || bar.high() < bar.open() || bar.high() < bar.close() || bar.volume < 0) std::abort();
    }
    if (events.size() != counts.trades + counts.quotes + counts.bars + counts.values) std::abort();
    TextSymbol symbols[4];
    AdjustmentFactors factors[4];
    TickerPeriod tickers[4];
    std::size_t found = 0;
    (void)list_text_symbols(path.c_str(), options.layout, symbols, 4, found);
    (void)read_factor_file(path.c_str(), factors, 4, found, log);
    (void)read_map_file(path.c_str(), tickers, 4, found, log);
    return 0;
}
