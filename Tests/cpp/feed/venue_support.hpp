#pragma once
#include <cstring>
#include <string_view>
#include <vector>

#include "martlet/venue_feed.hpp"

namespace martlet::test {

/// A decoder with its outputs, fed by hand.
struct Venue {
    explicit Venue(VenueFormat format, std::uint8_t parts = venue_all) : decoder(format, parts, events, log) {}

    void add(const char* symbol, Decimal price, Decimal lot) {
        VenueInstrument facts{};
        std::strncpy(facts.symbol, symbol, sizeof facts.symbol - 1);
        facts.instrument = added++;
        facts.price_increment = price;
        facts.lot_increment = lot;
        ASSERT_TRUE(decoder.add_instrument(facts));
    }
    VenueMessage wrap(std::string_view json) {
        return {json.data(), json.size(), 1'000'000'000'000 + static_cast<std::int64_t>(++line) * 1'000, offset, line};
    }
    void say(std::string_view json) { decoder.message(wrap(json)); }
    void answer(const char* symbol, std::string_view json) { decoder.snapshot(symbol, wrap(json)); }

    VenueCounts counts() const { return decoder.counts(); }
    std::vector<EventKind> kinds() const {
        std::vector<EventKind> result;
        for (const MarketEvent& event : events) result.push_back(event.kind);
        return result;
    }
    std::size_t count(EventKind kind) const {
        std::size_t found = 0;
        for (const MarketEvent& event : events) found += event.kind == kind ? 1 : 0;
        return found;
    }

    EventBuffer events;
    DefectLog log;
    VenueDecoder decoder;
    std::uint32_t added = 0;
    std::uint64_t line = 0;
    std::uint64_t offset = 0;
};

} // namespace martlet::test
