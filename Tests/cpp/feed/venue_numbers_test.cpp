#include "support.hpp"

#include <random>
#include <string>

#include "venue_support.hpp"

// Numbers of a stream against the core's own reading of decimals, which shares no code with the stream's.

namespace martlet {
namespace {

using test::Venue;

Defect expected(const std::string& text, Decimal increment, std::int64_t& units) {
    switch (read_decimal(text.data(), text.size(), increment, &units)) {
    case DecimalStatus::ok: return Defect::none;
    case DecimalStatus::malformed: return Defect::malformed_number;
    case DecimalStatus::not_a_multiple: return Defect::off_increment;
    case DecimalStatus::overflow: return Defect::number_out_of_range;
    }
    return Defect::none;
}

/// Digits with a point somewhere, now and then with what does not belong there.
std::string number(std::mt19937_64& random) {
    std::string text;
    const std::size_t length = 1 + random() % (random() % 8 == 0 ? 24 : 9);
    for (std::size_t i = 0; i < length; ++i) text += static_cast<char>('0' + (random() % 3 == 0 ? 0 : random() % 10));
    if (random() % 4 != 0) text.insert(random() % (text.size() + 1), ".");
    if (random() % 16 == 0) text.insert(random() % (text.size() + 1), 1, "-+.e x"[random() % 6]);
    if (random() % 8 == 0) text.append(random() % 12, '0');
    return text;
}

TEST(VenueNumbers, EveryTextComesToTheSameUnitsAsTheExactReading) {
    std::mt19937_64 random(42);
    std::uint64_t good = 0;
    for (const Decimal increment : {Decimal{1, 0}, {1, -2}, {1, -8}, {25, -2}, {5, -1}, {1, 2}, {1, -18}}) {
        for (int i = 0; i < 4'000; ++i) {
            const std::string text = number(random);
            for (const bool as_level : {false, true}) {
                Venue venue(VenueFormat::coinbase);
                venue.add("A", increment, {1, 0});
                venue.say(R"({"type":"snapshot","product_id":"A","asks":[],"bids":[]})");
                const std::size_t before = venue.events.size();
                if (as_level)
                    venue.say(R"({"type":"l2update","product_id":"A","changes":[["buy",")" + text + R"(","1"]],"time":"2021-04-17T16:43:37.075687Z"})");
                else
                    venue.say(R"({"type":"snapshot","product_id":"A","asks":[[")" + text + R"(","1"]],"bids":[]})");
                std::int64_t units = 0;
                const Defect defect = expected(text, increment, units);
                if (defect != Defect::none || units <= 0) {
                    EXPECT_EQ(venue.counts().rejected, 1u) << text;
                    EXPECT_EQ(venue.log.count(defect != Defect::none ? defect : Defect::not_positive), 1u) << text;
                    continue;
                }
                ++good;
                ASSERT_GT(venue.events.size(), before) << text;
                const std::int64_t price = venue.events.begin()[before + (as_level ? 0 : 1)].price;
                EXPECT_EQ(price, units) << text << " in " << increment.mantissa << "e" << increment.exponent;
            }
        }
    }
    EXPECT_GT(good, 10'000u);
}

TEST(VenueNumbers, TheOrderOfFieldsAndSpacesBetweenThemChangeNothing) {
    const std::string depth[] = {
        R"({"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":2,"u":5,"b":[["10.00","1"],["9.00","0"]],"a":[["11.00","2"]]})",
        R"( { "a" : [ [ "11.00" , "2" ] ] , "u" : 5 , "b" : [ [ "10.00" , "1" , "more" ] , ["9.00",0] ] , "s" : "BTCUSDT" , "U" : 2 , "E" : 1723161255208 , "e" : "depthUpdate" } )",
        R"({"data":{"b":[["10.00","1"],["9.00","0"]],"a":[["11.00","2"]],"x":{"y":[1,{"z":"]}"}]},"e":"depthUpdate","u":5,"U":2,"s":"BTCUSDT","E":1723161255208},"stream":"x"})",
    };
    std::vector<MarketEvent> first;
    for (const std::string& text : depth) {
        Venue venue(VenueFormat::binance_spot);
        venue.add("BTCUSDT", {1, -2}, {1, 0});
        venue.answer("BTCUSDT", R"({"lastUpdateId":3,"bids":[],"asks":[]})");
        venue.say(text);
        EXPECT_EQ(venue.counts().updates, 1u) << text;
        ASSERT_EQ(venue.events.size(), 5u) << text;
        if (first.empty()) first.assign(venue.events.begin(), venue.events.end());
        for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(std::memcmp(&first[i], venue.events.begin() + i, sizeof(MarketEvent)), 0) << text;
    }
}

} // namespace
} // namespace martlet
