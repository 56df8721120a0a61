#include <cstdlib>
#include <cstring>

#include "martlet/bar_check.hpp"
#include "martlet/bar_decoder.hpp"

// Any bytes, as CSV of any layout or as JSON, cut into pieces: what comes out is consistent bars in order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace martlet;
    if (size < 3) return 0;
    const std::size_t choice = data[0] % (layout_count() + 1);
    const std::size_t piece = 1 + data[1];
    const bool json = choice == layout_count();
    const char* bytes = reinterpret_cast<const char*>(data + 2);
    size -= 2;
    BarLayout found{};
    char seen[64];
    (void)detect_layout_bytes(bytes, size, found, seen, sizeof seen);
    BarDecodeOptions options{json ? BarFormat::json : BarFormat::csv, Side::none, json ? json_layout() : *layout_at(choice),
                             {1, -8}, {1, -4}, (data[0] & 0x80) != 0};
    options.layout.header[0] = '\0'; // the header would keep most inputs out
    options.layout.comment_lines = 0;
    EventBuffer bars;
    DefectLog log;
    BarDecoder decoder(options, bars, log);
    for (std::size_t at = 0; at < size; at += piece) decoder.consume(bytes + at, at + piece < size ? piece : size - at);
    decoder.finish((data[1] & 1) != 0);
    const auto rejected = log.total(Treatment::rejected);
    if (bars.size() + rejected != decoder.info().rows) std::abort();
    (void)check_bars(bars, {60, Stamp::open, options.layout.order, options.layout.gaps, 600}, log);
    std::int64_t last = INT64_MIN;
    for (const MarketEvent& event : bars) {
        const BarEvent bar = as_bar(event);
        if (bar.exchange_time <= last || bar.low <= 0 || bar.high() < bar.open() || bar.high() < bar.close()) std::abort();
        last = bar.exchange_time;
    }
    return 0;
}
