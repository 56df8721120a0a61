#include "support.hpp"

#include <cstdio>

#include "martlet/bar_check.hpp"
#include "martlet/bar_decoder.hpp"

namespace martlet {
namespace {

/// What the import of one bar file comes to.
struct Imported {
    FeedStatus status = FeedStatus::ok;
    BarLayout layout{};
    InferredIncrements increments{};
    BarSourceInfo info{};
    BarCheckResult check{};
    EventBuffer bars;
    DefectLog log;

    std::uint64_t count(Defect defect) const { return log.count(defect); }
};

Imported import_bars(const std::string& path, Side side = Side::none) {
    Imported result;
    char seen[256];
    result.status = detect_layout(path.c_str(), result.layout, seen, sizeof seen);
    if (result.status != FeedStatus::ok) return result;
    result.status = infer_increments(path.c_str(), BarFormat::csv, result.layout, result.increments);
    if (result.status != FeedStatus::ok) return result;
    BarDecodeOptions options{BarFormat::csv, side, result.layout, result.increments.price_increment,
                             result.increments.lot_increment, false};
    result.status = decode_bars(path.c_str(), options, result.bars, result.log, result.info);
    const BarLayout& layout = result.layout;
    result.check = check_bars(result.bars, {0, layout.stamp, layout.order, layout.gaps, layout.longest_gap_seconds}, result.log);
    return result;
}

void print(const char* name, const Imported& result) {
    std::printf("%s: layout %s, %llu rows, %zu bars of %u s, tick %lld × 10^%d, missing %llu, breaks %llu", name,
                result.layout.name, static_cast<unsigned long long>(result.info.rows), result.bars.size(), result.check.seconds,
                static_cast<long long>(result.increments.tick), result.increments.price_increment.exponent,
                static_cast<unsigned long long>(result.check.missing), static_cast<unsigned long long>(result.check.breaks));
    for (std::size_t i = 1; i < defect_count; ++i)
        if (const auto count = result.count(static_cast<Defect>(i)); count > 0)
            std::printf(", %s %llu", defect_code(static_cast<Defect>(i)), static_cast<unsigned long long>(count));
    std::printf("\n");
}

constexpr std::int64_t second = 1'000'000'000;

TEST(Samples, BtcPerpMinutesAreCompleteAndWithoutDefect) {
    MARTLET_SAMPLE(path, "crypto_bars/btc-perp_1m_20211231_20220201.csv.gz");
    const Imported result = import_bars(path);
    print("BTC-PERP", result);
    ASSERT_EQ(result.status, FeedStatus::ok);
    EXPECT_EQ(result.bars.size(), 45'031u);
    EXPECT_EQ(result.check.seconds, 60u);
    EXPECT_EQ(result.check.missing, 0u);
    EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    const BarEvent first = as_bar(*result.bars.begin());
    EXPECT_EQ(first.exchange_time, 1'640'991'720 * second) << "23:01 stamped open closes at 23:02";
    EXPECT_EQ(first.open(), 46'319'000) << "a few prices have three decimals";
    EXPECT_EQ(result.increments.price_increment.exponent, -3);
    EXPECT_EQ(result.increments.tick, 125);
}

TEST(Samples, FxcmBidAndAskJoinAtEveryMinute) {
    MARTLET_SAMPLE(bid_path, "fx/fxcm_gbpusd-m1-bid-2012.csv.gz");
    MARTLET_SAMPLE(ask_path, "fx/fxcm_gbpusd-m1-ask-2012.csv.gz");
    Imported bids = import_bars(bid_path, Side::buy);
    Imported asks = import_bars(ask_path, Side::sell);
    print("GBPUSD bid", bids);
    print("GBPUSD ask", asks);
    EventBuffer joined;
    DefectLog log;
    ASSERT_EQ(join_sides(bids.bars, asks.bars, joined, log), FeedStatus::ok);
    EXPECT_EQ(joined.size(), 2 * 30'117u);
    EXPECT_EQ(log.total(Treatment::rejected), 0u);
    EXPECT_EQ(log.count(Defect::crossed), 347u) << "closes of the two sides are not of the same instant";
    EXPECT_EQ(bids.check.missing, 120u);
    EXPECT_EQ(bids.check.breaks, 4u);
    EXPECT_EQ(joined.begin()[0].side, Side::buy);
    EXPECT_EQ(joined.begin()[1].side, Side::sell);
    EXPECT_EQ(as_bar(joined.begin()[0]).open(), 157'597);
    EXPECT_EQ(as_bar(joined.begin()[1]).open(), 157'608);
}

TEST(Samples, NiftyMinutesAreIndianTime) {
    MARTLET_SAMPLE(path, "equity_india/nifty_1min_2022.csv.gz");
    const Imported result = import_bars(path);
    print("NIFTY", result);
    ASSERT_EQ(result.status, FeedStatus::ok);
    EXPECT_EQ(result.info.rows, 93'370u);
    EXPECT_EQ(result.increments.tick, 5);
    EXPECT_EQ(result.increments.price_increment.exponent, -2);
    EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    EXPECT_EQ(result.bars.begin()->exchange_time, (1'641'181'080 + 60) * second) << "09:08 IST is 03:38 UTC";
}

TEST(Samples, CoinbaseHoursComeNewestFirstAndOneDayIsInterleaved) {
    MARTLET_SAMPLE(path, "crypto_bars/Coinbase_BTCUSD_1h.csv.gz");
    const Imported result = import_bars(path);
    print("Coinbase", result);
    ASSERT_EQ(result.status, FeedStatus::ok);
    EXPECT_EQ(result.bars.size(), 20'111u);
    EXPECT_EQ(result.check.seconds, 3'600u);
    EXPECT_EQ(result.check.missing, 0u);
    EXPECT_GT(result.count(Defect::out_of_order), 0u);
    EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
}

TEST(Samples, FreqtradePairsMissTwoBarsWhereTheSourceSaysSo) {
    for (const auto& [name, missing] : {std::pair{"ETH", 0u}, {"LTC", 0u}, {"XMR", 2u}, {"DASH", 2u}}) {
        MARTLET_SAMPLE(path, std::string("crypto_bars/freqtrade_") + name + "_BTC-5m.csv.gz");
        const Imported result = import_bars(path);
        print(name, result);
        ASSERT_EQ(result.status, FeedStatus::ok);
        EXPECT_EQ(result.check.missing, missing);
        EXPECT_EQ(result.bars.size(), 5'760u - missing);
        EXPECT_EQ(result.increments.price_increment.exponent, -8) << "binary noise must not look like decimals";
        EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    }
}

TEST(Samples, FuturesMinutesWithoutTradesAreNotMissing) {
    MARTLET_SAMPLE(path, "futures/6EH4.XCME_1min_bars_20240101_20240131.csv.gz");
    const Imported result = import_bars(path);
    print("6E", result);
    EXPECT_EQ(result.bars.size(), 29'996u);
    EXPECT_EQ(result.check.missing, 0u);
    EXPECT_EQ(result.increments.tick, 5);
}

TEST(Samples, EurusdHoursBreakAtWeekends) {
    MARTLET_SAMPLE(path, "fx/eurusd_1h_2017_2018.csv.gz");
    const Imported result = import_bars(path);
    print("EURUSD", result);
    EXPECT_EQ(result.bars.size(), 5'000u);
    EXPECT_EQ(result.check.breaks, 42u);
}

} // namespace
} // namespace martlet
