#include <gtest/gtest.h>

#include "every_feature.hpp"

// Price action beside plain definitions that look at the whole history.

namespace martlet {
namespace {

using namespace testing;
using Row = std::array<double, maximum_record_columns>;

std::vector<Row> bars(std::uint64_t seed, std::size_t count) {
    const Table table = walk_table(FeatureRecord::bar, seed, count, 100, 1);
    std::vector<Row> out;
    for (std::size_t t = 0; t < count; ++t) out.push_back(table.row(t));
    return out;
}

std::vector<std::vector<double>> over(const char* name, const std::vector<double>& parameters, const std::vector<Row>& rows) {
    Streamed one(find_feature(name), parameters);
    std::vector<std::vector<double>> out;
    for (const Row& row : rows) {
        EXPECT_EQ(one.update(row), FeatureStatus::ok);
        out.push_back(one.outputs);
    }
    return out;
}

/// Whether bar i is the extreme of `reach` bars on both sides; side 1 its high, 2 its low.
bool pivot(const std::vector<Row>& rows, std::size_t i, std::size_t reach, std::size_t side) {
    if (i < reach || i + reach >= rows.size()) return false;
    for (std::size_t k = i - reach; k <= i + reach; ++k)
        if (side == 1 ? rows[k][1] > rows[i][1] : rows[k][2] < rows[i][2]) return false;
    return true;
}

TEST(Swings, AreTheLastPivotsThatAreConfirmed) {
    const std::size_t reach = 4;
    const auto rows = bars(3, 600);
    const auto out = over("swings", {4}, rows);
    std::size_t told = 0;
    for (std::size_t t = 2 * reach; t < rows.size(); ++t) {
        std::size_t age[2];
        for (std::size_t side = 1; side <= 2; ++side) {
            std::size_t i = t - reach;
            while (i >= reach && !pivot(rows, i, reach, side)) --i;
            age[side - 1] = 0;
            if (i < reach) continue;
            ASSERT_EQ(out[t][side - 1], rows[i][side]) << t;
            ASSERT_EQ(out[t][side + 1], static_cast<double>(t - i)) << t;
            age[side - 1] = t - i;
            ++told;
        }
        if (age[0] > 0 && age[1] > 0) {
            ASSERT_EQ(out[t][4], age[0] < age[1] ? 1 : age[1] < age[0] ? -1 : 0);
        }
    }
    EXPECT_GT(told, 1000u);
}

TEST(SupportResistance, RemembersLevelsAndCountsTheirTouches) {
    // Three swings down to about 90 and two up to about 110.
    std::vector<Row> rows;
    const auto leg = [&](double from, double to) {
        for (int i = 0; i < 10; ++i) {
            const double price = from + (to - from) * i / 10;
            rows.push_back({price, price + 0.1, price - 0.1, price, 1});
        }
    };
    leg(100, 90);
    leg(90, 110);
    leg(110, 90.05);
    leg(90.05, 110.05);
    leg(110.05, 89.95);
    leg(89.95, 100);
    const auto out = over("support_resistance", {3, 0.005, 8}, rows).back();
    const double close = rows.back()[3];
    EXPECT_NEAR(out[0], 90 - 0.1, 0.05);
    EXPECT_EQ(out[1], 3);
    EXPECT_DOUBLE_EQ(out[2], (close - out[0]) / close);
    EXPECT_NEAR(out[3], 110.025 + 0.1, 0.05);
    EXPECT_EQ(out[4], 2);
    EXPECT_DOUBLE_EQ(out[5], (out[3] - close) / close);
}

TEST(SupportResistance, FollowsAPlainListOfLevels) {
    struct Level {
        double price, touches, last;
    };
    const std::size_t reach = 3, kept = 5;
    const double tolerance = 0.01;
    const auto rows = bars(8, 900);
    const auto out = over("support_resistance", {3, tolerance, 5}, rows);
    std::vector<Level> levels;
    for (std::size_t t = 2 * reach; t < rows.size(); ++t) {
        for (std::size_t side = 1; side <= 2; ++side) {
            if (!pivot(rows, t - reach, reach, side)) continue;
            const double price = rows[t - reach][side];
            Level* best = nullptr;
            for (Level& one : levels)
                if (std::fabs(one.price - price) <= tolerance * price && (best == nullptr || std::fabs(one.price - price) < std::fabs(best->price - price)))
                    best = &one;
            if (best == nullptr && levels.size() < kept) best = &levels.emplace_back(Level{0, 0, 0});
            else if (best == nullptr) {
                best = &*std::min_element(levels.begin(), levels.end(), [](const Level& a, const Level& b) { return a.last < b.last; });
                best->touches = 0;
            }
            best->price = best->touches == 0 ? price : best->price + (price - best->price) / (best->touches + 1);
            best->touches += 1;
            best->last = static_cast<double>(t);
        }
        const double close = rows[t][3];
        double under = 0, above = 1e300, under_touches = 0, above_touches = 0;
        for (const Level& one : levels) {
            if (one.price <= close && one.price > under) under = one.price, under_touches = one.touches;
            if (one.price > close && one.price < above) above = one.price, above_touches = one.touches;
        }
        ASSERT_EQ(out[t][0], under > 0 ? under : close) << t;
        ASSERT_EQ(out[t][1], under_touches) << t;
        ASSERT_EQ(out[t][3], above < 1e300 ? above : close) << t;
        ASSERT_EQ(out[t][4], above_touches) << t;
    }
}

TEST(VolumeNodes, AreTheHeaviestBinsOnBothSidesOfTheClose) {
    const auto rows = bars(5, 200);
    const std::size_t n = 40;
    const int bins = 10;
    const auto out = over("volume_nodes", {40, 10}, rows);
    for (std::size_t t = n - 1; t < rows.size(); ++t) {
        std::vector<double> typical, weights(bins, 0.0);
        double total = 0;
        for (std::size_t k = t + 1 - n; k <= t; ++k) typical.push_back((rows[k][1] + rows[k][2] + rows[k][3]) / 3);
        const double low = *std::min_element(typical.begin(), typical.end());
        const double width = (*std::max_element(typical.begin(), typical.end()) - low) / bins;
        for (std::size_t k = 0; k < n; ++k) {
            const auto bin = static_cast<std::size_t>(std::min(bins - 1.0, std::floor((typical[k] - low) / width)));
            weights[bin] += rows[t + 1 - n + k][4];
            total += rows[t + 1 - n + k][4];
        }
        double best[2] = {0, 0}, place[2] = {rows[t][3], rows[t][3]};
        for (int b = 0; b < bins; ++b) {
            const double middle = low + width * (b + 0.5);
            const std::size_t side = middle <= rows[t][3] ? 0 : 1;
            if (weights[static_cast<std::size_t>(b)] > best[side]) {
                best[side] = weights[static_cast<std::size_t>(b)];
                place[side] = middle;
            }
        }
        for (std::size_t side = 0; side < 2; ++side) {
            ASSERT_NEAR(out[t][2 * side], place[side], 1e-9) << t;
            ASSERT_NEAR(out[t][2 * side + 1], best[side] / total, 1e-12) << t;
        }
    }
}

TEST(Breakout, IsACloseBeyondTheBarsBefore) {
    const auto rows = bars(6, 500);
    const auto out = over("breakout", {15}, rows);
    double age = 0;
    for (std::size_t t = 0; t < rows.size(); ++t) {
        age += 1;
        if (t < 15) continue;
        double high = -1e300, low = 1e300;
        for (std::size_t k = t - 15; k < t; ++k) {
            high = std::max(high, rows[k][1]);
            low = std::min(low, rows[k][2]);
        }
        const double close = rows[t][3];
        const int direction = close > high ? 1 : close < low ? -1 : 0;
        if (direction != 0) age = 0;
        ASSERT_EQ(out[t][0], direction);
        ASSERT_NEAR(out[t][1], direction == 0 ? 0 : (direction > 0 ? close - high : close - low) / (high - low), 1e-12);
        ASSERT_EQ(out[t][2], age);
    }
}

TEST(Gaps, OpenAndAreFilledAgain) {
    const std::vector<Row> rows{
        {10, 11, 9, 10, 0}, {12, 14, 13, 13, 0}, // a window of 2 between 11 and 13
        {13, 15, 12.5, 14, 0},                   // filled down to 12.5
        {14, 15, 13, 14, 0},                     // no further
        {14, 14, 10, 11, 0},                     // filled
        {8, 9, 7, 8, 0},                         // a window of 1 down, between 10 and 9
        {8, 9.25, 8, 9, 0}};
    const auto out = over("gaps", {}, rows);
    EXPECT_EQ(out[1], (std::vector<double>{0.2, 2, 2}));
    EXPECT_EQ(out[2][2], 1.5);
    EXPECT_EQ(out[3][2], 1.5);
    EXPECT_EQ(out[4][2], 0);
    EXPECT_EQ(out[5][1], -1);
    EXPECT_EQ(out[5][2], -1);
    EXPECT_EQ(out[6][2], -0.75);
}

TEST(Peaks, StandOutFromWhatWasBefore) {
    Dice dice(2);
    std::vector<Row> rows;
    for (int i = 0; i < 400; ++i) rows.push_back({10 + dice.uniform() + (i % 50 == 49 ? 5 : 0) - (i % 70 == 69 ? 5 : 0)});
    const auto out = over("peaks", {30, 4, 0.1}, rows);
    std::vector<double> tame;
    for (std::size_t t = 0; t < rows.size(); ++t) {
        double peak = 0;
        if (t >= 30) {
            long double mean = 0, squares = 0;
            for (std::size_t k = t - 30; k < t; ++k) mean += tame[k] / 30;
            for (std::size_t k = t - 30; k < t; ++k) squares += (tame[k] - mean) * (tame[k] - mean) / 30;
            const double score = static_cast<double>((rows[t][0] - mean) / std::sqrt(squares));
            peak = score > 4 ? 1 : score < -4 ? -1 : 0;
            ASSERT_EQ(out[t][0], peak) << t;
            ASSERT_NEAR(out[t][1], score, 1e-9) << t;
        }
        tame.push_back(peak != 0 ? 0.1 * rows[t][0] + 0.9 * tame.back() : rows[t][0]);
    }
    EXPECT_EQ(over("peaks", {30, 3, 0.5}, std::vector<Row>(50, Row{7})).back(), (std::vector<double>{0, 0}));
}

} // namespace
} // namespace martlet
