#include "support.hpp"

#include <string>

#include "venue_support.hpp"

// The rules by which changes of a book follow its snapshot and each other.

namespace martlet {
namespace {

using test::Venue;

std::string spot(std::uint64_t first, std::uint64_t last, const char* bids = R"([["10.00","1"]])", const char* asks = "[]") {
    return R"({"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":)" + std::to_string(first) + R"(,"u":)" + std::to_string(last) + R"(,"b":)" +
           bids + R"(,"a":)" + asks + "}";
}

std::string futures(std::uint64_t first, std::uint64_t last, std::uint64_t previous) {
    return R"({"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":)" + std::to_string(first) +
           R"(,"u":)" + std::to_string(last) + R"(,"pu":)" + std::to_string(previous) + R"(,"b":[["10.00","1"]],"a":[]}})";
}

std::string book(std::uint64_t id) {
    return R"({"lastUpdateId":)" + std::to_string(id) + R"(,"bids":[["9.00","5"]],"asks":[["11.00","5"]]})";
}


TEST(VenueSequence, SpotChangesWaitForTheSnapshotAndThoseBeforeItAreDropped) {
    Venue venue(VenueFormat::binance_spot);
    venue.add("BTCUSDT", {1, -2}, {1, -5});
    venue.say(spot(1, 5));
    venue.say(spot(6, 10));
    venue.say(spot(11, 15));
    EXPECT_EQ(venue.events.size(), 0u);
    EXPECT_EQ(venue.counts().waiting, 3u);
    EXPECT_TRUE(venue.decoder.wants_snapshot(0));
    venue.answer("BTCUSDT", book(7));
    EXPECT_FALSE(venue.decoder.wants_snapshot(0));
    using enum EventKind;
    EXPECT_EQ(venue.kinds(), (std::vector{snapshot_begin, level_set, level_set, snapshot_end, level_set, level_set}));
    EXPECT_EQ(venue.counts().stale, 1u);
    EXPECT_EQ(venue.counts().updates, 2u);
    EXPECT_EQ(venue.counts().waiting, 0u);
    venue.say(spot(16, 16));
    EXPECT_EQ(venue.counts().updates, 3u);
}

TEST(VenueSequence, TheFirstSpotChangeMustContainTheNumberAfterTheSnapshots) {
    for (std::uint64_t id = 4; id <= 12; ++id) {
        Venue venue(VenueFormat::binance_spot);
        venue.add("BTCUSDT", {1, -2}, {1, -5});
        venue.answer("BTCUSDT", book(id));
        venue.say(spot(6, 10)); // fits snapshots 5 … 9
        const bool fits = id >= 5 && id <= 9;
        EXPECT_EQ(venue.counts().updates, fits ? 1u : 0u) << id;
        EXPECT_EQ(venue.counts().stale, id >= 10 ? 1u : 0u) << id;
        EXPECT_EQ(venue.count(EventKind::discontinuity), id == 4 ? 1u : 0u) << id;
        EXPECT_EQ(venue.decoder.wants_snapshot(0), id == 4) << id;
    }
}

TEST(VenueSequence, TheFirstFuturesChangeMustContainTheSnapshotsNumber) {
    for (std::uint64_t id = 4; id <= 12; ++id) {
        Venue venue(VenueFormat::binance_usdm);
        venue.add("BTCUSDT", {1, -2}, {1, -3});
        venue.answer("BTCUSDT", book(id));
        venue.say(futures(6, 10, 3)); // fits snapshots 6 … 10
        EXPECT_EQ(venue.counts().updates, id >= 6 && id <= 10 ? 1u : 0u) << id;
        EXPECT_EQ(venue.counts().stale, id > 10 ? 1u : 0u) << id;
        EXPECT_EQ(venue.count(EventKind::discontinuity), id < 6 ? 1u : 0u) << id;
    }
}

TEST(VenueSequence, AfterAGapTheBookEndsAndTheChangesSinceAreReplayedOnTheNextSnapshot) {
    Venue venue(VenueFormat::binance_usdm);
    venue.add("BTCUSDT", {1, -2}, {1, -3});
    venue.answer("BTCUSDT", book(10));
    venue.say(futures(9, 12, 8));
    venue.say(futures(13, 14, 12));
    venue.say(futures(17, 18, 16)); // 15 … 16 are missing
    EXPECT_EQ(venue.count(EventKind::discontinuity), 1u);
    EXPECT_EQ(venue.counts().gaps, 1u);
    EXPECT_EQ(venue.log.count(Defect::sequence_gap), 1u);
    EXPECT_TRUE(venue.decoder.wants_snapshot(0));
    venue.say(futures(19, 20, 18));
    EXPECT_EQ(venue.counts().waiting, 2u);
    venue.answer("BTCUSDT", book(12)); // older than the gap: useless
    EXPECT_TRUE(venue.decoder.wants_snapshot(0));
    EXPECT_EQ(venue.counts().stale, 1u);
    venue.answer("BTCUSDT", book(17));
    EXPECT_FALSE(venue.decoder.wants_snapshot(0));
    EXPECT_EQ(venue.counts().updates, 4u);
    EXPECT_EQ(venue.counts().waiting, 0u);
    EXPECT_EQ(venue.events.end()[-1].reference, 20u);
    EXPECT_EQ(venue.log.record(0).line, 4u);
}

TEST(VenueSequence, AGapAmongTheWaitingChangesEndsTheBookThereAndKeepsTheRest) {
    Venue venue(VenueFormat::binance_spot);
    venue.add("BTCUSDT", {1, -2}, {1, -5});
    venue.say(spot(6, 10));
    venue.say(spot(12, 14)); // 11 is missing
    venue.say(spot(15, 16));
    venue.answer("BTCUSDT", book(8));
    EXPECT_EQ(venue.counts().updates, 1u);
    EXPECT_EQ(venue.counts().waiting, 2u);
    EXPECT_EQ(venue.events.end()[-1].kind, EventKind::discontinuity);
    venue.answer("BTCUSDT", book(13));
    EXPECT_EQ(venue.counts().updates, 3u);
    EXPECT_FALSE(venue.decoder.wants_snapshot(0));
}

TEST(VenueSequence, AChangeThatCannotBeReadEndsTheBookAndLeavesNothingOfItself) {
    Venue venue(VenueFormat::binance_spot);
    venue.add("BTCUSDT", {1, -2}, {1, -5});
    venue.answer("BTCUSDT", book(10));
    const std::size_t before = venue.events.size();
    venue.say(spot(11, 12, R"([["10.00","1"],["10.001","1"]])"));
    EXPECT_EQ(venue.log.count(Defect::off_increment), 1u);
    ASSERT_EQ(venue.events.size(), before + 1);
    EXPECT_EQ(venue.events.end()[-1].kind, EventKind::discontinuity);
    EXPECT_TRUE(venue.decoder.wants_snapshot(0));
    venue.say(spot(13, 14));
    EXPECT_EQ(venue.counts().waiting, 1u);
}

TEST(VenueSequence, ALostTradeEndsNoBook) {
    Venue venue(VenueFormat::coinbase);
    venue.add("SKL-BTC", {1, -8}, {1, -1});
    venue.say(R"({"type":"snapshot","product_id":"SKL-BTC","asks":[["0.00001307","5"]],"bids":[["0.00001305","7"]]})");
    venue.say(R"({"type":"match","trade_id":"x","side":"sell","size":"9","price":"0.00001305","product_id":"SKL-BTC","sequence":1,"time":"2021-04-17T16:43:37.089723Z"})");
    EXPECT_EQ(venue.counts().rejected, 1u);
    EXPECT_FALSE(venue.decoder.wants_snapshot(0));
    venue.say(R"({"type":"l2update","product_id":"SKL-BTC","changes":[["sell","0.00001306","660.5"]],"time":"no time"})");
    EXPECT_EQ(venue.counts().rejected, 2u);
    EXPECT_TRUE(venue.decoder.wants_snapshot(0)) << "nothing in the stream would tell that a change is missing";
}

TEST(VenueSequence, ADisconnectionEndsEveryLiveBookOnce) {
    Venue venue(VenueFormat::binance_spot);
    venue.add("BTCUSDT", {1, -2}, {1, -5});
    venue.add("ETHUSDT", {1, -2}, {1, -5});
    venue.answer("BTCUSDT", book(10));
    venue.decoder.disconnected(2'000'000'000'000);
    EXPECT_EQ(venue.count(EventKind::discontinuity), 1u);
    EXPECT_EQ(venue.events.end()[-1].receive_time, 2'000'000'000'000);
    EXPECT_TRUE(venue.decoder.wants_snapshot(0));
    venue.decoder.disconnected(2'000'000'000'001);
    EXPECT_EQ(venue.count(EventKind::discontinuity), 1u);
}

TEST(VenueSequence, CoinbaseTradesThatAreMissingAreNoted) {
    Venue venue(VenueFormat::coinbase);
    venue.add("BTC-USD", {1, -2}, {1, -8});
    const auto match = [](int id) {
        return R"({"type":"match","trade_id":)" + std::to_string(id) +
               R"(,"maker_order_id":"a","taker_order_id":"b","side":"sell","size":"0.5","price":"100.25","product_id":"BTC-USD","sequence":7,"time":"2021-04-17T16:43:37.089723Z"})";
    };
    for (const int id : {5, 6, 6, 8}) venue.say(match(id));
    EXPECT_EQ(venue.counts().trades, 3u);
    EXPECT_EQ(venue.counts().stale, 1u);
    EXPECT_EQ(venue.counts().gaps, 1u);
    EXPECT_EQ(venue.events.begin()->side, Side::buy) << "the resting order sold, so a buyer came";
    EXPECT_EQ(venue.events.begin()->price, 10'025);
    EXPECT_EQ(venue.events.begin()->quantity, 50'000'000);
    EXPECT_EQ(venue.events.begin()->exchange_time, 1'618'677'817'089'723'000);
}

TEST(VenueSequence, BrokenJsonIsPutAsideWithItsPlaceAndDecodingGoesOn) {
    Venue venue(VenueFormat::binance_spot);
    venue.add("BTCUSDT", {1, -2}, {1, -5});
    venue.offset = 77;
    for (const char* broken : {"", "{", "[]", "null", "{\"e\":\"depthUpdate\"}", "{\"e\":\"nonsense\",\"s\":\"BTCUSDT\"}", "{\"stream\":\"x\",\"data\":7}",
                               R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","U":3,"u":2,"b":[],"a":[]})",
                               R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[["1"]],"a":[]})",
                               R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[["1","-1"]],"a":[]})",
                               R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[["0","1"]],"a":[]})",
                               R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[["1e3","1"]],"a":[]})",
                               R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[["99999999999999999999","1"]],"a":[]})",
                               R"({"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":1,"m":7})"}) {
        const VenueCounts before = venue.counts();
        venue.say(broken);
        EXPECT_EQ(venue.counts().rejected, before.rejected + 1) << broken;
    }
    EXPECT_EQ(venue.events.size(), 0u);
    EXPECT_EQ(venue.counts().rejected, venue.log.total(Treatment::rejected));
    EXPECT_EQ(venue.log.record(0).offset, 77u);
    venue.answer("BTCUSDT", book(10));
    venue.say(spot(11, 12));
    EXPECT_EQ(venue.counts().updates, 1u);
}

TEST(VenueSequence, OnlyThePartsThatAreAskedForBecomeEvents) {
    Venue venue(VenueFormat::binance_spot, venue_trades);
    venue.add("BTCUSDT", {1, -2}, {1, -5});
    venue.answer("BTCUSDT", book(10));
    venue.say(spot(11, 12));
    venue.say(R"({"u":1,"s":"BTCUSDT","b":"10.00","B":"1","a":"10.01","A":"2"})");
    venue.say(R"({"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true})");
    venue.say(R"({"e":"trade","E":1723161255343,"s":"ETHUSDT","t":1,"p":"1","q":"1","T":1723161255342,"m":true,"M":true})");
    ASSERT_EQ(venue.events.size(), 1u);
    const MarketEvent trade = *venue.events.begin();
    EXPECT_EQ(trade.side, Side::sell) << "the buyer was the maker";
    EXPECT_EQ(trade.price, 6'183'763);
    EXPECT_EQ(trade.quantity, 2'000);
    EXPECT_EQ(trade.exchange_time, 1'723'161'255'342'000'000);
    EXPECT_EQ(trade.order, 3'735'683'259u);
    EXPECT_EQ(venue.counts().passed_over, 3u);
    EXPECT_EQ(venue.counts().foreign, 1u);
}

} // namespace
} // namespace martlet
