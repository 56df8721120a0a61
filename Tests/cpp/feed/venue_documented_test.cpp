#include "support.hpp"

#include <zlib.h>

#include <string>

#include "venue_support.hpp"

// Messages as the venues' public descriptions show them.

namespace martlet {
namespace {

using test::Venue;

std::string okx(const char* action, std::int64_t previous, std::int64_t sequence, const std::string& bids, const std::string& asks,
                std::int64_t checksum) {
    return std::string(R"({"arg":{"channel":"books","instId":"BTC-USDT"},"action":")") + action + R"(","data":[{"asks":)" + asks + R"(,"bids":)" + bids +
           R"(,"ts":"1597026383085","checksum":)" + std::to_string(checksum) + R"(,"prevSeqId":)" + std::to_string(previous) + R"(,"seqId":)" +
           std::to_string(sequence) + "}]}";
}

std::int32_t crc(std::string_view text) {
    return static_cast<std::int32_t>(::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

TEST(VenueDocumented, OkxChecksumsAlternateBidsAndAsksAndGoOnWithOneSide) {
    Venue venue(VenueFormat::okx);
    venue.add("BTC-USDT", {1, -1}, {1, 0});
    venue.say(okx("snapshot", -1, 10, R"([["3366.1","7","0","3"]])", R"([["3366.8","9","10","3"],["3368","8","3","4"]])",
                  crc("3366.1:7:3366.8:9:3368:8")));
    EXPECT_EQ(venue.counts().snapshots, 1u);
    EXPECT_EQ(venue.counts().checksums, 1u);
    venue.say(okx("update", 10, 15, R"([["3366.1","0","0","0"],["3366.0","2","0","1"]])", "[]", crc("3366.0:2:3366.8:9:3368:8")));
    EXPECT_EQ(venue.counts().checksums, 2u);
    EXPECT_EQ(venue.events.end()[-1].price, 33'660);
    venue.say(okx("update", 15, 17, R"([["3366.0","3","0","1"]])", "[]", 12345));
    EXPECT_EQ(venue.log.count(Defect::wrong_checksum), 1u);
    EXPECT_EQ(venue.events.end()[-1].kind, EventKind::discontinuity);
    EXPECT_TRUE(venue.decoder.wants_snapshot(0));
}

TEST(VenueDocumented, OkxChangesNameTheOneBeforeAndMayStandStillOrBeginAnew) {
    Venue venue(VenueFormat::okx);
    venue.add("BTC-USDT", {1, -2}, {1, 0});
    const std::string level = R"([["8476.97","256","0","12"]])";
    venue.say(okx("update", 9, 10, level, "[]", 0)); // before the snapshot
    EXPECT_EQ(venue.counts().lost, 1u);
    venue.say(okx("snapshot", -1, 10, level, R"([["8476.98","415","0","13"]])", 0)); // 0: no checksum
    venue.say(okx("update", 10, 15, level, "[]", 0));
    venue.say(okx("update", 15, 15, "[]", "[]", 0)); // nothing happened for a minute
    venue.say(okx("update", 15, 3, level, "[]", 0));  // the venue's numbers began anew
    venue.say(okx("update", 3, 5, level, "[]", 0));
    EXPECT_EQ(venue.counts().updates, 4u);
    EXPECT_EQ(venue.counts().gaps, 0u);
    venue.say(okx("update", 6, 8, level, "[]", 0));
    EXPECT_EQ(venue.counts().gaps, 1u);
    EXPECT_TRUE(venue.decoder.wants_snapshot(0));
}

TEST(VenueDocumented, OkxTradesAndBestPrices) {
    Venue venue(VenueFormat::okx);
    venue.add("BTC-USDT", {1, -1}, {1, -8});
    venue.say(R"({"event":"subscribe","arg":{"channel":"trades","instId":"BTC-USDT"},"connId":"accb8e21"})");
    venue.say("pong");
    venue.say(R"({"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639474","px":"42219.9","sz":"0.12060306","side":"buy","ts":"1630048897897","count":"3"}]})");
    venue.say(R"({"arg":{"channel":"bbo-tbt","instId":"BTC-USDT"},"data":[{"asks":[["42220.1","1.5","0","2"]],"bids":[["42219.9","0.25","0","1"]],"ts":"1670324386802","seqId":363996337}]})");
    venue.say(R"({"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"last":"1"}]})");
    EXPECT_EQ(venue.counts().controls, 2u);
    EXPECT_EQ(venue.counts().passed_over, 1u);
    ASSERT_EQ(venue.events.size(), 2u);
    const MarketEvent trade = venue.events.begin()[0];
    EXPECT_EQ(trade.side, Side::buy);
    EXPECT_EQ(trade.price, 422'199);
    EXPECT_EQ(trade.quantity, 12'060'306);
    EXPECT_EQ(trade.order, 130'639'474u);
    EXPECT_EQ(trade.exchange_time, 1'630'048'897'897'000'000);
    const QuoteEvent quote = as_quote(venue.events.begin()[1]);
    EXPECT_EQ(quote.bid_price, 422'199);
    EXPECT_EQ(quote.bid_quantity, 25'000'000);
    EXPECT_EQ(quote.ask_price, 422'201);
    EXPECT_EQ(quote.ask_quantity, 150'000'000);
}

TEST(VenueDocumented, BybitSnapshotThenConsecutiveChangesAndAServiceThatBeganAnew) {
    Venue venue(VenueFormat::bybit);
    venue.add("BTCUSDT", {1, -2}, {1, -3});
    const auto change = [](std::uint64_t id) {
        return R"({"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1687940967466,"data":{"s":"BTCUSDT","b":[["30247.20","30.028"],["30245.40","0"]],"a":[["30248.70","0"],["30249.30","0.892"]],"u":)" +
               std::to_string(id) + R"(,"seq":66544703342},"cts":1687940967464})";
    };
    venue.say(R"({"success":true,"ret_msg":"","conn_id":"x","req_id":"test","op":"subscribe"})");
    venue.say(R"({"topic":"orderbook.50.BTCUSDT","type":"snapshot","ts":1672304484978,"data":{"s":"BTCUSDT","b":[["16493.50","0.006"],["16493.00","0.100"]],"a":[["16611.00","0.029"],["16612.00","0.213"]],"u":177400506,"seq":7961638724},"cts":1672304484976})");
    EXPECT_EQ(venue.counts().snapshots, 1u);
    EXPECT_EQ(venue.events.begin()[1].price, 1'649'350);
    EXPECT_EQ(venue.events.begin()[1].exchange_time, 1'672'304'484'976'000'000) << "the matching engine's time";
    venue.say(change(177'400'507));
    venue.say(change(177'400'507)); // the same again
    venue.say(change(177'400'508));
    EXPECT_EQ(venue.counts().updates, 2u);
    EXPECT_EQ(venue.counts().stale, 1u);
    venue.say(change(1));
    EXPECT_EQ(venue.counts().snapshots, 2u);
    venue.say(change(2));
    EXPECT_EQ(venue.counts().updates, 3u);
    venue.say(change(5));
    EXPECT_EQ(venue.counts().gaps, 1u);
    EXPECT_EQ(venue.events.end()[-1].kind, EventKind::discontinuity);
}

TEST(VenueDocumented, BybitTradesBearTheTakersSide) {
    Venue venue(VenueFormat::bybit);
    venue.add("BTCUSDT", {1, -2}, {1, -3});
    venue.say(R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"seq":1783284617}]})");
    ASSERT_EQ(venue.events.size(), 1u);
    EXPECT_EQ(venue.events.begin()->side, Side::buy);
    EXPECT_EQ(venue.events.begin()->price, 1'657'850);
    EXPECT_EQ(venue.events.begin()->quantity, 1);
    EXPECT_EQ(venue.events.begin()->reference, 1'783'284'617u);
    EXPECT_EQ(venue.events.begin()->exchange_time, 1'672'304'486'865'000'000);
}

/// The example with which Kraken describes its checksum: ten levels a side, and the number that comes out.
TEST(VenueDocumented, KrakensOwnExampleOfAChecksumHolds) {
    Venue venue(VenueFormat::kraken);
    venue.add("XBT/USD", {1, -5}, {1, -8});
    const auto levels = [](std::initializer_list<int> prices) {
        std::string text;
        for (const int price : prices)
            text += (text.empty() ? R"(["0.0)" : R"(,["0.0)") + std::to_string(price) + R"(","0.00000500","1582905487.684110"])";
        return text;
    };
    const std::string asks = levels({5005, 5010, 5015, 5020, 5025, 5030, 5035, 5040, 5045, 5050});
    const std::string bids = levels({5000, 4995, 4990, 4980, 4975, 4970, 4965, 4960, 4955, 4950});
    venue.say(R"([0,{"as":[)" + asks + R"(],"bs":[)" + bids + R"(]},"book-1000","XBT/USD"])");
    venue.say(R"([0,{"b":[["0.04950","0.00000501","1582905487.684110"]],"c":"974947235"},"book-1000","XBT/USD"])");
    EXPECT_EQ(venue.log.count(Defect::wrong_checksum), 1u);
    EXPECT_TRUE(venue.decoder.wants_snapshot(0));
    venue.say(R"([0,{"as":[)" + asks + R"(],"bs":[)" + bids + R"(]},"book-1000","XBT/USD"])");
    venue.say(R"([0,{"b":[["0.04950","0.00000500","1582905487.684110"]],"c":"974947235"},"book-1000","XBT/USD"])");
    EXPECT_EQ(venue.counts().checksums, 1u);
    EXPECT_FALSE(venue.decoder.wants_snapshot(0));
}

TEST(VenueDocumented, KrakenBooksForgetWhatFallsOutOfTheirDepth) {
    Venue venue(VenueFormat::kraken);
    venue.add("XBT/USD", {1, -1}, {1, -8});
    venue.say(R"([7,{"as":[["101.0","1.00000000","1.5"],["102.0","1.00000000","1.5"]],"bs":[["99.0","1.00000000","1.5"]]},"book-2","XBT/USD"])");
    venue.say(R"([7,{"a":[["100.5","1.00000000","2.5"]]},"book-2","XBT/USD"])");
    const MarketEvent last = venue.events.end()[-1];
    EXPECT_EQ(last.price, 1'020);
    EXPECT_EQ(last.quantity, 0);
    EXPECT_NE(last.flags & market_flag_last, 0);
    EXPECT_EQ(last.exchange_time, 2'500'000'000);
}

TEST(VenueDocumented, KrakenTradesAndSpreads) {
    Venue venue(VenueFormat::kraken);
    venue.add("XBT/USD", {1, -5}, {1, -8});
    venue.say(R"([0,[["5541.20000","0.15850568","1534614057.321597","s","l",""],["6060.00000","0.02455000","1534614057.324998","b","l",""]],"trade","XBT/USD"])");
    venue.say(R"([0,["5698.40000","5700.00000","1542057299.545897","1.01234567","0.98765432"],"spread","XBT/USD"])");
    venue.say(R"([42,["1542057314.748456","1542057360.435743","3586.70000","3586.70000","3586.60000","3586.60000","3586.68894","0.03373000",2],"ohlc-5","XBT/USD"])");
    ASSERT_EQ(venue.events.size(), 3u);
    EXPECT_EQ(venue.events.begin()[0].side, Side::sell);
    EXPECT_EQ(venue.events.begin()[0].price, 554'120'000);
    EXPECT_EQ(venue.events.begin()[0].exchange_time, 1'534'614'057'321'597'000);
    EXPECT_EQ(venue.events.begin()[1].flags, market_flag_last);
    const QuoteEvent quote = as_quote(venue.events.begin()[2]);
    EXPECT_EQ(quote.bid_price, 569'840'000);
    EXPECT_EQ(quote.ask_quantity, 98'765'432);
    EXPECT_EQ(venue.counts().passed_over, 1u);
}

} // namespace
} // namespace martlet
