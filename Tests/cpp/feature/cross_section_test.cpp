#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "martlet/cross_section.hpp"
#include "series.hpp"

// A universe at one moment, by definitions that know nothing of each other.

namespace martlet {
namespace {

using namespace testing;
using Numbers = std::vector<double>;

bool there(double x) { return std::isfinite(x) && std::fabs(x) <= 1e100; }

/// Universes with ties, absent instruments, one or nobody present, and all alike.
std::vector<Numbers> universes() {
    std::vector<Numbers> out{{}, {nan}, {5}, {nan, 3, nan}, {2, 2, 2, 2}, {1, 2}, {nan, nan}, {1e99, -1e99, 0, 1e99}, {0.1, 0.1, 0.1}};
    Dice dice(1);
    for (int size : {3, 10, 57, 200})
        for (int kind = 0; kind < 3; ++kind) {
            Numbers one;
            for (int i = 0; i < size; ++i)
                one.push_back(kind > 0 && dice.uniform() < 0.2 ? nan : kind == 1 ? static_cast<double>(dice.next() % 4) : 0.02 * (dice.uniform() - 0.4));
            out.push_back(one);
        }
    return out;
}

Numbers those_there(const Numbers& x) {
    Numbers out;
    for (const double one : x)
        if (there(one)) out.push_back(one);
    return out;
}
long double mean(const Numbers& x) {
    long double sum = 0;
    for (const double one : x) sum += one;
    return x.empty() ? 0 : sum / static_cast<long double>(x.size());
}
long double deviation(const Numbers& x) {
    long double sum = 0;
    for (const double one : x) sum += (one - mean(x)) * (one - mean(x));
    return x.empty() ? 0 : std::sqrt(sum / static_cast<long double>(x.size()));
}
double median(Numbers x) {
    std::sort(x.begin(), x.end());
    return (x[(x.size() - 1) / 2] + x[x.size() / 2]) / 2;
}
bool alike(const Numbers& x) {
    return std::all_of(x.begin(), x.end(), [&](double one) { return one == x[0]; });
}

TEST(CrossSection, ARankIsTheShareOfTheOthersBelowAndHalfOfThoseEqual) {
    for (const Numbers& x : universes()) {
        std::vector<std::int32_t> order(x.size());
        Numbers out(x.size(), -7);
        cross_rank(x.data(), static_cast<std::int32_t>(x.size()), order.data(), out.data());
        for (std::size_t i = 0; i < x.size(); ++i) {
            double below = 0, others = -1;
            for (const double one : those_there(x)) {
                below += one < x[i] ? 1 : one == x[i] ? 0.5 : 0;
                ++others;
            }
            if (!there(x[i])) EXPECT_TRUE(std::isnan(out[i]));
            else EXPECT_NEAR(out[i], others > 0 ? (below - 0.5) / others : 0.5, 1e-14) << i;
        }
        Numbers place = x; // into the values themselves
        cross_rank(place.data(), static_cast<std::int32_t>(x.size()), order.data(), place.data());
        for (std::size_t i = 0; i < x.size(); ++i) EXPECT_TRUE(close_to(place[i], out[i], 0)) << i;
    }
}

TEST(CrossSection, ScoresAreDistancesFromTheMiddleInSpreads) {
    for (const Numbers& x : universes()) {
        const auto count = static_cast<std::int32_t>(x.size());
        const Numbers known = those_there(x);
        Numbers score(x.size()), robust(x.size()), sorted(x.size());
        cross_z_score(x.data(), count, score.data());
        cross_robust_score(x.data(), count, sorted.data(), robust.data());
        double spread = 0;
        if (!known.empty()) {
            Numbers distances;
            for (const double one : known) distances.push_back(std::fabs(one - median(known)));
            spread = median(distances) / 0.674489750196081743;
        }
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (!there(x[i])) {
                EXPECT_TRUE(std::isnan(score[i]) && std::isnan(robust[i]));
                continue;
            }
            EXPECT_NEAR(score[i], alike(known) ? 0 : static_cast<double>((x[i] - mean(known)) / deviation(known)), 1e-9) << i;
            EXPECT_NEAR(robust[i], spread > 0 ? (x[i] - median(known)) / spread : 0, 1e-9) << i;
        }
    }
}

TEST(CrossSection, DispersionAndBreadthCountThoseWhoArePresent) {
    for (const Numbers& x : universes()) {
        const auto count = static_cast<std::int32_t>(x.size());
        const Numbers known = those_there(x);
        const CrossDispersion out = cross_dispersion(x.data(), count);
        long double sizes = 0;
        for (const double one : known) sizes += std::fabs(one - mean(known));
        EXPECT_EQ(static_cast<std::size_t>(out.present), known.size());
        EXPECT_TRUE(close_to(out.mean, static_cast<double>(mean(known)), 1e-12, 1e-3));
        EXPECT_TRUE(close_to(out.deviation, static_cast<double>(deviation(known)), 1e-12, 1e-3));
        EXPECT_TRUE(close_to(out.absolute_deviation, known.empty() ? 0 : static_cast<double>(sizes / static_cast<long double>(known.size())), 1e-12, 1e-3));
        if (alike(known)) EXPECT_EQ(out.deviation, 0);
        const MarketBreadth breadth = market_breadth(x.data(), count);
        const auto up = std::count_if(known.begin(), known.end(), [](double one) { return one > 0; });
        const auto down = std::count_if(known.begin(), known.end(), [](double one) { return one < 0; });
        EXPECT_EQ(breadth.advancing, up);
        EXPECT_EQ(breadth.declining, down);
        const double n = known.empty() ? 1 : static_cast<double>(known.size());
        EXPECT_DOUBLE_EQ(breadth.share_above, static_cast<double>(up) / n);
        EXPECT_DOUBLE_EQ(breadth.net, static_cast<double>(up - down) / n);
    }
    AdvanceDeclineLine line;
    const Numbers first{1, 1, -1, nan, 0}, second{-1, -1, -1, 2, 0};
    EXPECT_EQ(line.update(market_breadth(first.data(), 5)), 1);
    EXPECT_EQ(line.update(market_breadth(second.data(), 5)), -1);
}

TEST(CrossSection, GroupsHaveAMeanAMedianAndARankAndMembersAreComparedWithTheirOwn) {
    Dice dice(3);
    for (const Numbers& x : universes()) {
        constexpr std::int32_t group_count = 6; // of which the last has nobody
        const auto count = static_cast<std::int32_t>(x.size());
        std::vector<std::int32_t> groups;
        for (std::size_t i = 0; i < x.size(); ++i) groups.push_back(static_cast<std::int32_t>(dice.next() % 7) - 1 == 5 ? 99 : static_cast<std::int32_t>(dice.next() % 6) - 1);
        std::map<std::int32_t, Numbers> members;
        for (std::size_t i = 0; i < x.size(); ++i)
            if (there(x[i]) && groups[i] >= 0 && groups[i] < group_count) members[groups[i]].push_back(x[i]);
        std::vector<std::int32_t> order(std::max<std::size_t>(x.size(), group_count)), sizes(group_count);
        std::vector<GroupPerformance> out(group_count);
        group_performance(x.data(), groups.data(), count, group_count, order.data(), out.data());
        Numbers means, own(x.size());
        for (std::int32_t g = 0; g < group_count; ++g) means.push_back(members.count(g) != 0 ? static_cast<double>(mean(members[g])) : nan);
        for (std::int32_t g = 0; g < group_count; ++g) {
            const GroupPerformance& one = out[static_cast<std::size_t>(g)];
            EXPECT_EQ(static_cast<std::size_t>(one.members), members.count(g) != 0 ? members[g].size() : 0);
            EXPECT_TRUE(close_to(one.mean, means[static_cast<std::size_t>(g)], 1e-12, 1e-3));
            if (one.members == 0) {
                EXPECT_TRUE(std::isnan(one.median) && std::isnan(one.rank));
                continue;
            }
            EXPECT_DOUBLE_EQ(one.median, median(members[g]));
            double below = -0.5, others = -1;
            for (const GroupPerformance& other : out) {
                if (other.members == 0) continue;
                below += other.mean < one.mean ? 1 : other.mean == one.mean ? 0.5 : 0;
                ++others;
            }
            EXPECT_NEAR(one.rank, others > 0 ? below / others : 0.5, 1e-14);
        }
        Numbers scratch(group_count);
        group_demean(x.data(), groups.data(), count, group_count, scratch.data(), sizes.data(), own.data());
        for (std::size_t i = 0; i < x.size(); ++i) {
            const bool part = there(x[i]) && groups[i] >= 0 && groups[i] < group_count;
            if (!part) EXPECT_TRUE(std::isnan(own[i]));
            else EXPECT_TRUE(close_to(own[i], static_cast<double>(x[i] - mean(members[groups[i]])), 1e-9, std::fabs(x[i]) + 1e-3));
        }
    }
}

TEST(CrossSection, ABasketIsTheWeightedMeanOfTheOthers) {
    Dice dice(5);
    for (const Numbers& x : universes())
        for (const bool weighted : {false, true}) {
            Numbers weights, scratch(2 * x.size()), out(x.size());
            for (std::size_t i = 0; i < x.size(); ++i) weights.push_back(dice.uniform() < 0.2 ? (dice.uniform() < 0.5 ? 0 : nan) : 5 * dice.uniform());
            basket_residual(x.data(), weighted ? weights.data() : nullptr, static_cast<std::int32_t>(x.size()), scratch.data(), out.data());
            for (std::size_t i = 0; i < x.size(); ++i) {
                if (!there(x[i])) {
                    EXPECT_TRUE(std::isnan(out[i]));
                    continue;
                }
                long double sum = 0, total = 0;
                for (std::size_t k = 0; k < x.size(); ++k) {
                    const double weight = weighted ? weights[k] : 1;
                    if (k == i || !there(x[k]) || !(weight > 0)) continue;
                    sum += static_cast<long double>(weight) * x[k];
                    total += weight;
                }
                EXPECT_TRUE(close_to(out[i], total > 0 ? static_cast<double>(x[i] - sum / total) : 0, 1e-12, std::fabs(x[i]) + 1e-3)) << i;
            }
        }
}

TEST(CrossSection, AnExtremeValueLeavesNoTraceInTheBasketOfTheOneThatHasIt) {
    const Numbers x{0.01, 1e60, 0.02, 0.03};
    Numbers scratch(8), out(4);
    basket_residual(x.data(), nullptr, 4, scratch.data(), out.data());
    EXPECT_EQ(out[1], 1e60 - 0.02);
    const Numbers apart{0.01, 2, 0.02, 0.03};
    basket_residual(apart.data(), nullptr, 4, scratch.data(), out.data());
    EXPECT_NEAR(out[1], 2 - 0.02, 1e-15);
}

} // namespace
} // namespace martlet
