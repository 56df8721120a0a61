#include "../allocations.hpp"

#include "support.hpp"

#include <string>

#include "venue_support.hpp"

namespace martlet {
namespace {

using test::Venue;

/// A live stream costs no heap once its buffers have grown: books, checksums and events included.
TEST(Allocations, VenueStreamsMakeNoneAfterTheirBuffersHaveGrown) {
    if (!allocations_are_counted) GTEST_SKIP() << "a sanitizer has the heap";
    Venue binance(VenueFormat::binance_spot);
    binance.add("BTCUSDT", {1, -2}, {1, -5});
    binance.answer("BTCUSDT", R"({"lastUpdateId":1,"bids":[["9.00","5"]],"asks":[["11.00","5"]]})");
    Venue kraken(VenueFormat::kraken);
    kraken.add("XBT/USD", {1, -1}, {1, -8});
    kraken.say(R"([7,{"as":[["101.0","1.00000000","1.5"],["102.0","1.00000000","1.5"]],"bs":[["99.0","1.00000000","1.5"]]},"book-2","XBT/USD"])");
    std::vector<std::string> changes;
    for (int i = 2; i < 2'002; ++i)
        changes.push_back(R"({"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":)" + std::to_string(i) + R"(,"u":)" + std::to_string(i) +
                          R"(,"b":[["9.50","1.25"],["9.25","0"]],"a":[["10.50","2"]]})");
    const std::string trade = R"({"e":"trade","E":1,"s":"BTCUSDT","t":5,"p":"10.00","q":"0.02","T":1723161255342,"m":true,"M":true})";
    const std::string level = R"([7,{"a":[["100.5","1.00000000","2.5"]]},"book-2","XBT/USD"])";
    const std::string back = R"([7,{"a":[["100.5","0.00000000","2.5"],["102.0","1.00000000","2.5"]]},"book-2","XBT/USD"])";
    std::size_t next = 0;
    const auto lap = [&] {
        for (int i = 0; i < 1'000; ++i) {
            binance.say(changes[next++]);
            binance.say(trade);
            kraken.say(i % 2 == 0 ? level : back);
        }
        binance.events.clear();
        kraken.events.clear();
    };
    lap();
    EXPECT_EQ(allocations_of(lap), 0u);
    EXPECT_EQ(binance.counts().updates, 2'000u);
    EXPECT_EQ(kraken.counts().updates, 2'000u);
    EXPECT_EQ(binance.counts().rejected + kraken.counts().rejected, 0u);
}

} // namespace
} // namespace martlet
