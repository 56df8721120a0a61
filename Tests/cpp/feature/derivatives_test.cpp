#include <gtest/gtest.h>

#include <algorithm>

#include "every_feature.hpp"

// Basis, funding, open interest and option flow, told in plain sums.

namespace martlet {
namespace {

using namespace testing;
using Row = std::array<double, maximum_record_columns>;

std::vector<std::vector<double>> over(const char* name, const std::vector<double>& parameters, const std::vector<Row>& rows) {
    Streamed one(find_feature(name), parameters);
    std::vector<std::vector<double>> out;
    for (const Row& row : rows) {
        EXPECT_EQ(one.update(row), FeatureStatus::ok);
        out.push_back(one.outputs);
    }
    return out;
}

TEST(Basis, IsTheFutureOverTheReferenceAndThatAYear) {
    const auto out = over("basis", {73}, {Row{102, 100}, Row{99, 100}, Row{-5, 100}, Row{1e100, 1e-90}});
    EXPECT_DOUBLE_EQ(out[0][0], 0.02);
    EXPECT_DOUBLE_EQ(out[0][1], 0.1) << "73 days are a fifth of a year";
    EXPECT_DOUBLE_EQ(out[1][0], -0.01);
    EXPECT_DOUBLE_EQ(out[2][0], -1.05) << "a future below zero";
    EXPECT_EQ(out[3][0], 0) << "no quotient of such numbers";
    EXPECT_NEAR(over("basis", {1.0 / 3}, {Row{100.01, 100}})[0][1], 0.0001 * 1095, 1e-12) << "premium of eight hours";
    Streamed one(find_feature("basis"), {30});
    EXPECT_EQ(one.update(Row{100, 0}), FeatureStatus::ignored) << "no reference";
}

TEST(Basis, OfADatedFutureGrowsAYearAsItsExpiryComesNearer) {
    const double day = 86'400;
    const auto out = over("dated_basis", {1}, {Row{101, 100, 73 * day}, Row{101, 100, 36.5 * day}, Row{101, 100, day}, Row{101, 100, 60}, Row{101, 100, -9}});
    EXPECT_DOUBLE_EQ(out[0][0], 0.01);
    EXPECT_DOUBLE_EQ(out[0][1], 0.05);
    EXPECT_DOUBLE_EQ(out[1][1], 0.1);
    EXPECT_DOUBLE_EQ(out[2][1], 3.65);
    EXPECT_EQ(out[3][1], out[2][1]) << "never less than a day";
    EXPECT_EQ(out[4][1], out[2][1]) << "nor after it";
}

TEST(Funding, AddsUpTheRatesOfTheWindow) {
    Dice dice(4);
    std::vector<Row> rows;
    for (int i = 0; i < 300; ++i) rows.push_back({1e-4 * (dice.uniform() - 0.3)});
    for (const std::size_t n : {1u, 21u, 90u}) {
        const auto ours = over("funding", {static_cast<double>(n), 1095}, rows);
        for (std::size_t i = n - 1; i < rows.size(); ++i) {
            long double sum = 0;
            for (std::size_t k = i + 1 - n; k <= i; ++k) sum += rows[k][0];
            ASSERT_TRUE(close_to(ours[i][0], static_cast<double>(sum), 1e-12, 1e-4));
            ASSERT_TRUE(close_to(ours[i][1], static_cast<double>(sum / n), 1e-12, 1e-4));
            ASSERT_TRUE(close_to(ours[i][2], static_cast<double>(sum / n * 1095), 1e-12, 1e-1));
        }
    }
}

TEST(OpenInterest, SaysWhoCameAndWhoLeft) {
    const auto quadrant = [](double interest, double price) { return over("open_interest", {1}, {Row{100, 50}, Row{interest, price}}).back(); };
    EXPECT_EQ(quadrant(110, 51), (std::vector<double>{10, 0.1, 2})) << "new longs";
    EXPECT_EQ(quadrant(90, 51), (std::vector<double>{-10, -0.1, 1})) << "shorts cover";
    EXPECT_EQ(quadrant(90, 49), (std::vector<double>{-10, -0.1, -1})) << "longs give up";
    EXPECT_EQ(quadrant(110, 49), (std::vector<double>{10, 0.1, -2})) << "new shorts";
    EXPECT_EQ(quadrant(100, 49)[2], 0);
    EXPECT_EQ(quadrant(110, 50)[2], 0);
    EXPECT_EQ(over("open_interest", {1}, {Row{0, 50}, Row{7, 51}}).back(), (std::vector<double>{7, 0, 2})) << "no share of nothing";
    Dice dice(2);
    std::vector<Row> rows;
    for (int i = 0; i < 100; ++i) rows.push_back({std::floor(1000 * dice.uniform()), 50 + dice.uniform()});
    const auto ours = over("open_interest", {7}, rows);
    for (std::size_t i = 7; i < rows.size(); ++i) {
        ASSERT_EQ(ours[i][0], rows[i][0] - rows[i - 7][0]);
        ASSERT_EQ(ours[i][2] > 0, rows[i][0] != rows[i - 7][0] && rows[i][1] > rows[i - 7][1]);
        ASSERT_EQ(std::fabs(ours[i][2]) == 2, rows[i][0] > rows[i - 7][0] && rows[i][1] != rows[i - 7][1]);
    }
}

/// What a trade of an option says, in words.
struct OptionTrade {
    double price, lots, strike, days;
    bool call;
    int side;
};

constexpr double underlying = 250;

std::vector<OptionTrade> option_trades(std::uint64_t seed, int count) {
    Dice dice(seed);
    std::vector<OptionTrade> out;
    for (int i = 0; i < count; ++i)
        out.push_back({0.05 * std::floor(1 + 100 * dice.uniform()), std::floor(30 * dice.uniform()), 200 + 5 * std::floor(20 * dice.uniform()),
                       std::floor(40 * dice.uniform()), dice.uniform() < 0.6, static_cast<int>(dice.next() % 3) - 1});
    return out;
}

std::vector<Row> rows_of(const std::vector<OptionTrade>& all) {
    std::vector<Row> out;
    for (const OptionTrade& one : all)
        out.push_back({one.price, one.lots, 100, one.strike, one.days * 86'400, underlying, one.call ? 1.0 : 0.0, static_cast<double>(one.side)});
    return out;
}

TEST(OptionFlow, AddsUpWhatTheTradesOfTheWindowSay) {
    const auto all = option_trades(6, 400);
    for (const std::size_t n : {1u, 10u, 120u}) {
        const auto ours = over("option_flow", {static_cast<double>(n), 7, 100}, rows_of(all));
        for (std::size_t i = n - 1; i < all.size(); ++i) {
            double calls = 0, puts = 0, call_lots = 0, put_lots = 0, bullish = 0, bearish = 0, out = 0, away = 0, brief = 0;
            for (std::size_t k = i + 1 - n; k <= i; ++k) {
                const OptionTrade& one = all[k];
                const double premium = one.price * one.lots * 100;
                (one.call ? calls : puts) += premium;
                (one.call ? call_lots : put_lots) += one.lots;
                if (one.side != 0) ((one.side > 0) == one.call ? bullish : bearish) += premium;
                if (one.call ? one.strike > underlying : one.strike < underlying) out += one.lots;
                away += one.lots * (one.call ? one.strike - underlying : underlying - one.strike) / underlying;
                if (one.days <= 7) brief += one.lots;
            }
            const double lots = call_lots + put_lots;
            const auto ratio = [](double put, double call) { return put + call == 0 ? 1 : std::min(100.0, call > 0 ? put / call : 100); };
            const double expected[] = {calls, puts, ratio(put_lots, call_lots), ratio(puts, calls), bullish - bearish,
                                       lots > 0 ? (bullish - bearish) / (calls + puts) : 0, lots > 0 ? out / lots : 0,
                                       lots > 0 ? away / lots : 0, lots > 0 ? brief / lots : 0};
            for (std::size_t k = 0; k < 9; ++k) ASSERT_TRUE(close_to(ours[i][k], expected[k], 1e-11, k == 4 ? calls + puts : 1)) << k << " at " << i;
        }
    }
}

TEST(OptionFlow, HasDefinedRatiosWhereASideIsMissing) {
    const OptionTrade call{2, 5, 260, 3, true, 1}, put{2, 5, 260, 30, false, 1}, nothing{2, 0, 260, 3, true, 1};
    const auto last = [](const std::vector<OptionTrade>& all) { return over("option_flow", {1, 7, 40}, rows_of(all)).back(); };
    EXPECT_EQ(last({call})[2], 0);
    EXPECT_EQ(last({put})[2], 40) << "puts alone: the most that is said";
    EXPECT_EQ(last({nothing}), (std::vector<double>{0, 0, 1, 1, 0, 0, 0, 0, 0}));
    EXPECT_EQ(last({call})[5], 1);
    EXPECT_EQ(last({put})[5], -1);
    EXPECT_EQ(last({call})[6], 1) << "260 is out of the money for a call on 250";
    EXPECT_EQ(last({put})[6], 0);
    EXPECT_DOUBLE_EQ(last({put})[7], -0.04);
}

TEST(OptionFlow, IgnoresATradeWithoutAnUnderlying) {
    Streamed one(find_feature("option_flow"), {1});
    EXPECT_EQ(one.update(Row{2, 5, 100, 260, 1e5, 0, 1, 1}), FeatureStatus::ignored);
    EXPECT_EQ(one.update(Row{2, 5, 0, 260, 1e5, 250, 1, 1}), FeatureStatus::ignored);
    EXPECT_EQ(one.update(Row{2, 5, 100, 260, 1e5, 250, 1, 1}), FeatureStatus::ok);
}

} // namespace
} // namespace martlet
