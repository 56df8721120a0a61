#include <gtest/gtest.h>

#include <deque>

#include "every_feature.hpp"

// Microstructure beside plain definitions: sums over the last records, written out.

namespace martlet {
namespace {

using namespace testing;
using Row = std::array<double, maximum_record_columns>;

struct Trade {
    double price, lots, bid, ask;
};

std::vector<Trade> trades(std::uint64_t seed, int count) {
    Dice dice(seed);
    std::vector<Trade> out;
    double bid = 1000;
    for (int i = 0; i < count; ++i) {
        bid += std::floor(5 * dice.uniform()) - 2;
        const double ask = bid + 1 + std::floor(3 * dice.uniform());
        const double kind = dice.uniform();
        out.push_back({kind < 0.4 ? bid : kind < 0.8 ? ask : (bid + ask) / 2, std::floor(100 * dice.uniform()), bid, ask});
    }
    return out;
}

/// Lee and Ready, told in words: above the mid a buyer, below a seller, else as the last price that was not this one.
std::vector<int> signs(const std::vector<Trade>& all) {
    std::vector<int> out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const double middle = (all[i].bid + all[i].ask) / 2;
        int sign = all[i].price > middle ? 1 : all[i].price < middle ? -1 : 0;
        for (std::size_t k = i; sign == 0 && k > 0; --k)
            if (all[k - 1].price != all[i].price) sign = all[i].price > all[k - 1].price ? 1 : -1;
        out.push_back(sign);
    }
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

std::vector<Row> rows_of(const std::vector<Trade>& all) {
    std::vector<Row> out;
    for (const Trade& one : all) out.push_back({one.price, one.lots, one.bid, one.ask});
    return out;
}

TEST(TradeFlow, SignsTradesAsLeeAndReadyDo) {
    const auto all = trades(1, 3000);
    const auto expected = signs(all);
    const auto out = over("trade_sign", {}, rows_of(all));
    for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(out[i][0], expected[i]) << i;
    EXPECT_EQ(over("trade_sign", {}, {{5, 1, 4, 6}})[0][0], 0) << "at the mid, and nothing before";
}

TEST(TradeFlow, MeasuresSpreadsAgainstTheMidsOfThenAndLater) {
    const auto all = trades(2, 400);
    const auto sign = signs(all);
    const auto mid = [&](std::size_t i) { return (all[i].bid + all[i].ask) / 2; };
    const auto effective = over("effective_spread", {30}, rows_of(all));
    const auto realised = over("realised_spread", {30, 7}, rows_of(all));
    for (std::size_t i = 36; i < all.size(); ++i) {
        long double paid = 0, share = 0, kept = 0, impact = 0;
        for (std::size_t k = i - 29; k <= i; ++k) {
            paid += 2 * sign[k] * (all[k].price - mid(k));
            share += 2 * sign[k] * (all[k].price - mid(k)) / mid(k);
            const std::size_t then = k - 7; // seven trades before
            kept += 2 * sign[then] * (all[then].price - mid(k));
            impact += 2 * sign[then] * (mid(k) - mid(then));
        }
        ASSERT_NEAR(effective[i][0], 2 * sign[i] * (all[i].price - mid(i)), 1e-12);
        ASSERT_NEAR(effective[i][1], static_cast<double>(paid / 30), 1e-10);
        ASSERT_NEAR(effective[i][2], static_cast<double>(share / 30), 1e-12);
        ASSERT_NEAR(realised[i][0], static_cast<double>(kept / 30), 1e-10);
        ASSERT_NEAR(realised[i][1], static_cast<double>(impact / 30), 1e-10);
    }
}

TEST(TradeFlow, AddsUpVolumeDelta) {
    const auto all = trades(3, 500);
    const auto sign = signs(all);
    const auto out = over("volume_delta", {40}, rows_of(all));
    double total = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        total += sign[i] * all[i].lots;
        if (i < 39) continue;
        double window = 0, lots = 0;
        for (std::size_t k = i - 39; k <= i; ++k) {
            window += sign[k] * all[k].lots;
            lots += all[k].lots;
        }
        ASSERT_EQ(out[i][0], total);
        ASSERT_EQ(out[i][1], window);
        ASSERT_DOUBLE_EQ(out[i][2], window / lots);
    }
}

TEST(TradeFlow, FindsTheImpactThatWasPlanted) {
    Dice dice(9);
    std::vector<Row> rows;
    double mid = 500;
    for (int i = 0; i < 300; ++i) {
        const double side = dice.uniform() < 0.5 ? 1 : -1;
        const double lots = std::floor(1 + 50 * dice.uniform());
        rows.push_back({mid + side * 0.5, lots, mid - 0.5, mid + 0.5});
        mid += 0.02 * side * lots; // lambda
    }
    const auto out = over("kyle_lambda", {100}, rows);
    EXPECT_NEAR(out.back()[0], 0.02, 1e-9);
    EXPECT_NEAR(out.back()[1], 1, 1e-9);
    EXPECT_EQ(over("kyle_lambda", {10}, std::vector<Row>(20, Row{5, 0, 4, 6})).back()[0], 0) << "no lots";
}

TEST(TradeFlow, FillsBucketsOfVolumeForVpin) {
    const auto all = trades(4, 2000);
    const auto sign = signs(all);
    const auto out = over("vpin", {500, 8}, rows_of(all));
    std::deque<std::pair<double, double>> buckets;
    double net = 0, lots = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        net += sign[i] * all[i].lots;
        lots += all[i].lots;
        if (lots >= 500) {
            buckets.emplace_back(std::fabs(net), lots);
            if (buckets.size() > 8) buckets.pop_front();
            net = lots = 0;
        }
        double apart = 0, total = 0;
        for (const auto& [one, volume] : buckets) {
            apart += one;
            total += volume;
        }
        ASSERT_DOUBLE_EQ(out[i][0], total > 0 ? apart / total : 0) << i;
        ASSERT_DOUBLE_EQ(out[i][1], lots / 500);
    }
}

std::vector<Row> quotes(std::uint64_t seed, int count) {
    Dice dice(seed);
    std::vector<Row> out;
    double bid = 1000, gap = 1;
    for (int i = 0; i < count; ++i) {
        if (dice.uniform() < 0.3) bid += std::floor(3 * dice.uniform()) - 1;
        if (dice.uniform() < 0.3) gap = 1 + std::floor(3 * dice.uniform());
        out.push_back({bid, std::floor(90 * dice.uniform()), bid + gap, std::floor(90 * dice.uniform())});
    }
    return out;
}

double plain_flow(double bid, double bids, double ask, double asks, double bid0, double bids0, double ask0, double asks0) {
    double out = 0;
    if (bid > bid0) out += bids;
    else if (bid == bid0) out += bids - bids0;
    else out -= bids0;
    if (ask < ask0) out -= asks;
    else if (ask == ask0) out -= asks - asks0;
    else out += asks0;
    return out;
}

TEST(OrderFlow, SumsWhatComesToAndLeavesTheTop) {
    const auto rows = quotes(5, 500);
    const auto out = over("order_flow_imbalance", {25}, rows);
    for (std::size_t i = 25; i < rows.size(); ++i) {
        double sum = 0, moved = 0;
        for (std::size_t k = i - 24; k <= i; ++k) {
            const Row &a = rows[k], &b = rows[k - 1];
            const double one = plain_flow(a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]);
            sum += one;
            moved += std::fabs(one);
        }
        ASSERT_EQ(out[i][0], sum) << i;
        ASSERT_DOUBLE_EQ(out[i][1], moved > 0 ? sum / moved : 0);
    }
}

TEST(OrderFlow, WeighsTheTopOfTheBook) {
    EXPECT_EQ(over("quoted_spread", {}, {{99, 0, 101, 0}})[0], (std::vector<double>{2, 0.02, 100}));
    EXPECT_EQ(over("quoted_spread", {}, {{-1, 0, 1, 0}})[0][1], 0) << "no mid to take a share of";
    EXPECT_EQ(over("microprice", {}, {{100, 3, 102, 1}})[0], (std::vector<double>{101.5, 0.5, 0.5}));
    EXPECT_EQ(over("microprice", {}, {{100, 0, 102, 0}})[0], (std::vector<double>{101, 0, 0}));
}

TEST(OrderFlow, CountsWhatArrivesAtAndLeavesTheQueues) {
    const auto rows = quotes(6, 300);
    const auto out = over("queues", {20}, rows);
    for (std::size_t i = 20; i < rows.size(); ++i) {
        double expected[6] = {};
        for (std::size_t k = i - 19; k <= i; ++k)
            for (std::size_t side = 0; side < 2; ++side) {
                const double lots = rows[k][2 * side + 1], change = lots - rows[k - 1][2 * side + 1];
                expected[side] += lots / 20;
                if (rows[k][2 * side] != rows[k - 1][2 * side]) continue;
                if (change > 0) expected[2 + side] += change / 20;
                else expected[4 + side] -= change / 20;
            }
        ASSERT_EQ(out[i][0], rows[i][1]);
        ASSERT_EQ(out[i][1], rows[i][3]);
        for (std::size_t k = 0; k < 6; ++k) ASSERT_NEAR(out[i][2 + k], expected[k], 1e-10);
    }
}

TEST(OrderFlow, LooksAtTenLevels) {
    const Table table = walk_table(FeatureRecord::depth, 12, 300, 100, 1);
    std::vector<Row> rows;
    for (std::size_t t = 0; t < table.size(); ++t) rows.push_back(table.row(t));
    const auto balance = over("book_imbalance", {}, rows);
    const auto depth = over("depth_and_slope", {}, rows);
    const auto flow = over("multi_level_flow_imbalance", {15}, rows);
    for (std::size_t i = 15; i < rows.size(); ++i) {
        for (const auto& [levels, output] : {std::pair{1u, 0u}, {5u, 1u}, {10u, 2u}}) {
            double bids = 0, asks = 0;
            for (std::size_t k = 0; k < levels; ++k) {
                bids += rows[i][10 + k];
                asks += rows[i][30 + k];
            }
            ASSERT_NEAR(balance[i][output], bids + asks > 0 ? (bids - asks) / (bids + asks) : 0, 1e-12);
            if (levels == 10) {
                ASSERT_EQ(depth[i][0], bids);
                ASSERT_EQ(depth[i][1], asks);
            }
        }
        const double mid = (rows[i][0] + rows[i][20]) / 2;
        for (std::size_t side = 0; side < 2; ++side) {
            long double lots = 0, xy = 0, xx = 0;
            for (std::size_t k = 0; k < 10; ++k) {
                const long double distance = std::fabs(static_cast<long double>(rows[i][20 * side + k]) - mid);
                lots += rows[i][20 * side + 10 + k];
                xy += distance * lots;
                xx += distance * distance;
            }
            ASSERT_TRUE(close_to(depth[i][2 + side], static_cast<double>(xy / xx), 1e-9));
        }
        double total = 0;
        for (std::size_t level = 0; level < 10; ++level) {
            double sum = 0;
            for (std::size_t k = i - 14; k <= i; ++k) {
                const Row &a = rows[k], &b = rows[k - 1];
                sum += plain_flow(a[level], a[10 + level], a[20 + level], a[30 + level], b[level], b[10 + level], b[20 + level], b[30 + level]);
            }
            ASSERT_EQ(flow[i][level], sum) << "level " << level << " at " << i;
            total += sum;
        }
        ASSERT_EQ(flow[i][10], total);
    }
}

TEST(Illiquidity, IsTheMeanReturnOverValueOfBarsThatTraded) {
    const Table table = walk_table(FeatureRecord::bar, 5, 200, 100, 1);
    std::vector<Row> rows;
    for (std::size_t t = 0; t < table.size(); ++t) rows.push_back(table.row(t));
    const auto out = over("amihud", {12}, rows);
    for (std::size_t i = 12; i < rows.size(); ++i) {
        long double sum = 0;
        int count = 0;
        for (std::size_t k = i - 11; k <= i; ++k) {
            if (rows[k][4] == 0) continue;
            sum += std::fabs(rows[k][3] / rows[k - 1][3] - 1) / (rows[k][3] * rows[k][4]);
            ++count;
        }
        ASSERT_TRUE(close_to(out[i][0], count > 0 ? static_cast<double>(sum / count) : 0, 1e-8, 1e-12)) << i;
    }
}

TEST(RollSpread, FindsTheBounceThatWasPlanted) {
    Dice dice(7);
    std::vector<Row> rows;
    for (int i = 0; i < 5003; ++i) rows.push_back({1000 + (dice.uniform() < 0.5 ? 0.25 : -0.25)}); // a spread of one half
    EXPECT_NEAR(over("roll_spread", {5000}, rows).back()[0], 0.5, 0.03);
    std::vector<Row> rising;
    for (int i = 0; i < 100; ++i) rising.push_back({1000.0 + i * i});
    EXPECT_EQ(over("roll_spread", {50}, rising).back()[0], 0) << "changes that go together imply no spread";
    const auto out = over("roll_spread", {20}, rows);
    for (std::size_t i = 21; i < 200; ++i) {
        long double a = 0, b = 0, ab = 0;
        for (std::size_t k = i - 19; k <= i; ++k) {
            const long double now = rows[k][0] - rows[k - 1][0], before = rows[k - 1][0] - rows[k - 2][0];
            a += now / 20;
            b += before / 20;
            ab += now * before / 20;
        }
        ASSERT_NEAR(out[i][0], static_cast<double>(2 * std::sqrt(std::fmax(0.0L, a * b - ab))), 1e-7);
    }
}

TEST(Events, AreCountedByTheSecondAndExciteEachOther) {
    Dice dice(8);
    std::vector<Row> rows;
    double time = 1e6;
    for (int i = 0; i < 400; ++i) rows.push_back({time += dice.uniform() < 0.1 ? 0 : 0.3 * dice.uniform()});
    const auto rate = over("event_rate", {50}, rows);
    const auto hawkes = over("hawkes_intensity", {0.5, 0.8, 2}, rows);
    for (std::size_t i = 50; i < rows.size(); ++i) {
        ASSERT_NEAR(rate[i][0], 50 / (rows[i][0] - rows[i - 50][0]), 1e-9);
        long double sum = 0;
        for (std::size_t k = 0; k < i; ++k) sum += std::exp(-2 * static_cast<long double>(rows[i][0] - rows[k][0]));
        ASSERT_NEAR(hawkes[i][0], static_cast<double>(0.5L + 0.8L * sum), 1e-8);
        ASSERT_NEAR(hawkes[i][1], static_cast<double>(0.5L + 0.8L * (sum + 1)), 1e-8);
    }
    EXPECT_EQ(over("event_rate", {3}, std::vector<Row>(9, Row{5})).back()[0], 0) << "no time passes";
}

} // namespace
} // namespace martlet
