#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "martlet/venue_feed.hpp"

namespace {

void check(const martlet::EventBuffer& events) {
    using martlet::EventKind;
    std::int64_t now = 0;
    bool in_snapshot[2]{};
    bool live[2]{};
    for (const martlet::MarketEvent& event : events) {
        if (event.receive_time < now || event.instrument > 1) std::abort();
        now = event.receive_time;
        bool& inside = in_snapshot[event.instrument];
        bool& whole = live[event.instrument];
        if (event.kind == EventKind::snapshot_begin) inside = true;
        if (event.kind == EventKind::level_set && (event.price <= 0 || event.quantity < 0 || (!inside && !whole))) std::abort();
        if (event.kind == EventKind::trade && (event.price <= 0 || event.quantity <= 0)) std::abort();
        if (event.kind == EventKind::snapshot_end) {
            if (!inside) std::abort();
            inside = false;
            whole = true;
        }
        if (event.kind == EventKind::discontinuity) {
            if (!whole) std::abort();
            whole = false;
        }
    }
}

} // namespace

// Any lines, as messages and answers of any venue: each is counted once, and levels come only within whole books.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace martlet;
    if (size < 2) return 0;
    EventBuffer events;
    DefectLog log;
    VenueDecoder decoder(static_cast<VenueFormat>(data[0] % venue_format_count), venue_all, events, log);
    for (std::uint32_t i = 0; i < 2; ++i) {
        VenueInstrument facts{};
        std::strcpy(facts.symbol, i == 0 ? "BTCUSDT" : "A/B");
        facts.instrument = i;
        facts.price_increment = {i == 0 ? 1 : 25, -2};
        facts.lot_increment = {1, -8};
        if (!decoder.add_instrument(facts)) std::abort();
    }
    std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
    std::uint64_t line = 0;
    std::uint64_t disconnections = 0;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view text = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        // A copy of exactly its size, so that reading beyond it shows.
        const std::vector<char> copy(text.begin(), text.end());
        const VenueMessage message{copy.data(), copy.size(), static_cast<std::int64_t>(++line), 0, line};
        if (text.starts_with("!")) {
            decoder.disconnected(static_cast<std::int64_t>(line));
            ++disconnections;
        } else if (text.starts_with(" ")) {
            decoder.snapshot("BTCUSDT", message);
        } else {
            decoder.message(message);
        }
    }
    const VenueCounts c = decoder.counts();
    if (c.messages != line - disconnections) std::abort();
    if (c.snapshots + c.updates + c.waiting + c.stale + c.trades + c.quotes + c.controls + c.passed_over + c.foreign + c.rejected + c.lost != c.messages)
        std::abort();
    if (c.rejected != log.total(Treatment::rejected)) std::abort();
    check(events);
    return 0;
}
