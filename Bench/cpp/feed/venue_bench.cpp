#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "martlet/partition.hpp"
#include "martlet/venue_feed.hpp"

// Binance messages of the shape and mix of a real USD-M stream (one depth update in 14, of 40 levels; bookTicker; trade), so
// that the figure needs no data file: bytes of JSON per second on one core, from text to events.

namespace martlet {
namespace {

std::vector<std::string> messages(std::size_t count) {
    std::vector<std::string> result;
    std::uint64_t id = 5'123'107'832'006;
    std::uint64_t last = id;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t time = 1'723'161'256'298 + i;
        char text[256];
        const int cents = static_cast<int>(i * 7 % 50);
        if (i % 14 == 0) {
            std::snprintf(text, sizeof text,
                          R"({"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":%llu,"T":%llu,"s":"BTCUSDT","U":%llu,"u":%llu,"pu":%llu,"b":[)",
                          (unsigned long long)time, (unsigned long long)time, (unsigned long long)last + 1, (unsigned long long)last + 10,
                          (unsigned long long)last);
            std::string message = text;
            for (int side = 0; side < 2; ++side) {
                for (int level = 0; level < 20; ++level) {
                    std::snprintf(text, sizeof text, R"(%s["%d.%d0","%d.%03d"])", level > 0 ? "," : "",
                                  side == 0 ? 61'800 - level : 61'801 + level, (cents + level) % 10, level % 4, (cents * 17 + level) % 1'000);
                    message += text;
                }
                message += side == 0 ? "],\"a\":[" : "]}}";
            }
            result.push_back(message);
            last += 10;
        } else if (i % 4 != 0) {
            std::snprintf(text, sizeof text,
                          R"({"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":%llu,"s":"BTCUSDT","b":"61800.20","B":"2.5%02d","a":"61800.30","A":"2.5%02d","T":%llu,"E":%llu}})",
                          (unsigned long long)last, cents, 99 - cents, (unsigned long long)time, (unsigned long long)time);
            result.emplace_back(text);
        } else {
            std::snprintf(text, sizeof text,
                          R"({"stream":"btcusdt@trade","data":{"e":"trade","E":%llu,"T":%llu,"s":"BTCUSDT","t":%llu,"p":"61800.%d0","q":"0.1%02d","X":"MARKET","m":%s}})",
                          (unsigned long long)time, (unsigned long long)time, (unsigned long long)(5'266'583'935 + i), cents % 10, cents,
                          i % 8 == 0 ? "true" : "false");
            result.emplace_back(text);
        }
    }
    return result;
}

VenueInstrument instrument() {
    VenueInstrument facts{};
    std::strcpy(facts.symbol, "BTCUSDT");
    facts.price_increment = {1, -1};
    facts.lot_increment = {1, -3};
    return facts;
}

constexpr std::string_view book =
    R"({"lastUpdateId":5123107832010,"E":1723161256298,"T":1723161256298,"bids":[["61799.00","5.000"]],"asks":[["61802.00","5.000"]]})";

/// Decodes all messages into `events`; `padded` holds them one behind the other.
void decode(const std::vector<std::string>& all, const std::string& padded, EventBuffer& events, DefectLog& log, benchmark::State& state) {
    VenueDecoder decoder(VenueFormat::binance_usdm, venue_all, events, log);
    if (!decoder.add_instrument(instrument())) state.SkipWithError("the instrument was refused");
    decoder.snapshot("BTCUSDT", {book.data(), book.size(), 1, 0, 0});
    std::size_t at = 0;
    std::int64_t now = 1;
    for (const std::string& message : all) {
        decoder.message({padded.data() + at, message.size(), ++now, 0, 0});
        at += message.size() + 1;
    }
    if (decoder.counts().rejected + decoder.counts().lost + decoder.counts().waiting != 0) state.SkipWithError("messages were not decoded");
}

void DecodeBinance(benchmark::State& state) {
    const auto all = messages(50'000);
    std::string padded;
    for (const std::string& message : all) padded += message + '\n';
    const std::size_t bytes = padded.size();
    padded.append(256, ' ');
    EventBuffer events;
    DefectLog log;
    for (auto _ : state) {
        events.clear();
        decode(all, padded, events, log, state);
        benchmark::DoNotOptimize(events.size());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(all.size()));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
    state.counters["events/s"] = benchmark::Counter(static_cast<double>(events.size()), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(DecodeBinance)->Unit(benchmark::kMillisecond);

/// From text to a catalog partition on disk: decoding with its checks, encoding, compression, sync.
void DecodeAndWriteBinance(benchmark::State& state) {
    const auto all = messages(400'000);
    std::string padded;
    for (const std::string& message : all) padded += message + '\n';
    padded.append(256, ' ');
    const std::string path = "/tmp/martlet-bench-venue-" + std::to_string(::getpid());
    EventBuffer events;
    DefectLog log;
    for (auto _ : state) {
        events.clear();
        decode(all, padded, events, log, state);
        PartitionWriter writer(path.c_str(), InstrumentDefinition{}, PartitionKind::by_price, 1, 0);
        if (writer.append(events.begin(), events.size()) != FeedStatus::ok || writer.commit() != FeedStatus::ok)
            state.SkipWithError("the partition cannot be written");
    }
    std::remove(path.c_str());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.size()));
}
BENCHMARK(DecodeAndWriteBinance)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace martlet
