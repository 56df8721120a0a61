#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "martlet/cross_section.hpp"
#include "series.hpp"

// Correlation clusters beside plain correlations and a search through the graph.

namespace martlet {
namespace {

using namespace testing;
using Moments = std::vector<std::vector<double>>; ///< by moment, then instrument

class Clusters {
public:
    Clusters(std::int32_t instruments, std::int32_t window) : count(static_cast<std::size_t>(instruments)), memory(cluster_bytes(instruments, window) / 8 + 1) {
        EXPECT_EQ(create_clusters(instruments, window, memory.data(), memory.size() * 8), ClusterStatus::ok);
        cluster.resize(count);
        size.resize(count);
        inside.resize(count);
    }
    void update(const std::vector<double>& values) { update_clusters(memory.data(), values.data()); }
    void compute(double threshold, std::int32_t pairs) {
        ASSERT_EQ(compute_clusters(memory.data(), threshold, pairs, cluster.data(), size.data(), inside.data()), ClusterStatus::ok);
    }
    double correlation(std::int32_t i, std::int32_t j) const { return cluster_correlation(memory.data(), i, j); }

    std::size_t count;
    std::vector<double> memory;
    std::vector<std::int32_t> cluster, size;
    std::vector<double> inside;
};

/// Instruments that follow a few hidden causes, each with noise; some absent now and then.
Moments drawn(std::uint64_t seed, std::size_t instruments, std::size_t moments, std::size_t causes, double noise, double holes) {
    Dice dice(seed);
    Moments out;
    for (std::size_t t = 0; t < moments; ++t) {
        std::vector<double> cause, row;
        for (std::size_t k = 0; k < causes; ++k) cause.push_back(dice.uniform() - 0.5);
        for (std::size_t i = 0; i < instruments; ++i) {
            const double sign = i % 5 == 4 ? -1 : 1;
            const double value = sign * cause[i % causes] + noise * (dice.uniform() - 0.5);
            row.push_back(dice.uniform() < holes ? nan : 100 + value);
        }
        out.push_back(row);
    }
    return out;
}

/// Over the last `window` moments at which both are there.
double correlation_of(const Moments& all, std::size_t i, std::size_t j, std::size_t window, std::size_t pairs) {
    std::vector<long double> x, y;
    for (std::size_t t = all.size() - std::min(window, all.size()); t < all.size(); ++t) {
        if (!std::isfinite(all[t][i]) || !std::isfinite(all[t][j])) continue;
        x.push_back(all[t][i]);
        y.push_back(all[t][j]);
    }
    if (x.size() < pairs) return 0;
    const auto n = static_cast<long double>(x.size());
    long double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        mx += x[k] / n;
        my += y[k] / n;
    }
    for (std::size_t k = 0; k < x.size(); ++k) {
        xx += (x[k] - mx) * (x[k] - mx);
        yy += (y[k] - my) * (y[k] - my);
        xy += (x[k] - mx) * (y[k] - my);
    }
    return xx > 1e-25L && yy > 1e-25L ? static_cast<double>(xy / std::sqrt(xx * yy)) : 0;
}

TEST(Clusters, HaveTheCorrelationsOfTheWindow) {
    for (const double holes : {0.0, 0.15})
        for (std::uint64_t seed = 1; seed < 5; ++seed) {
            const Moments all = drawn(seed, 11, 75, 3, 0.7, holes);
            Clusters ours(11, 40);
            for (const auto& row : all) ours.update(row);
            ours.compute(0.5, 10);
            for (std::size_t i = 0; i < 11; ++i)
                for (std::size_t j = 0; j < 11; ++j)
                    ASSERT_NEAR(ours.correlation(static_cast<std::int32_t>(i), static_cast<std::int32_t>(j)), correlation_of(all, i, j, 40, 10), 1e-9) << i << ' ' << j;
        }
}

TEST(Clusters, AreTheConnectedPartsOfTheGraphNumberedByTheirLowestMember) {
    for (const double threshold : {0.3, 0.6, 0.9, 0.0, 1.0})
        for (std::uint64_t seed = 1; seed < 8; ++seed) {
            const std::size_t n = 14;
            const Moments all = drawn(seed, n, 50, 4, 0.6, 0.05);
            Clusters ours(static_cast<std::int32_t>(n), 50);
            for (const auto& row : all) ours.update(row);
            ours.compute(threshold, 5);
            std::vector<int> expected(n, -1);
            int clusters = 0;
            for (std::size_t start = 0; start < n; ++start) {
                if (expected[start] >= 0) continue;
                std::vector<std::size_t> open{start};
                expected[start] = clusters;
                while (!open.empty()) { // from neighbour to neighbour
                    const std::size_t i = open.back();
                    open.pop_back();
                    for (std::size_t j = 0; j < n; ++j)
                        if (expected[j] < 0 && std::fabs(correlation_of(all, i, j, 50, 5)) >= threshold) {
                            expected[j] = clusters;
                            open.push_back(j);
                        }
                }
                ++clusters;
            }
            for (std::size_t i = 0; i < n; ++i) {
                ASSERT_EQ(ours.cluster[i], expected[i]) << "seed " << seed << " instrument " << i << " threshold " << threshold;
                double sum = 0;
                int members = 0;
                for (std::size_t j = 0; j < n; ++j) {
                    if (expected[j] != expected[i]) continue;
                    ++members;
                    if (j != i) sum += correlation_of(all, i, j, 50, 5);
                }
                ASSERT_EQ(ours.size[i], members);
                ASSERT_NEAR(ours.inside[i], members > 1 ? sum / (members - 1) : 0, 1e-9);
            }
        }
}

TEST(Clusters, FindThePlantedOnesAlsoWhereMembersMoveAgainstEachOther) {
    Clusters ours(12, 100);
    for (const auto& row : drawn(9, 12, 300, 3, 0.3, 0)) ours.update(row);
    ours.compute(0.7, 50);
    for (std::size_t i = 0; i < 12; ++i) {
        EXPECT_EQ(ours.cluster[i], static_cast<std::int32_t>(i % 3));
        EXPECT_EQ(ours.size[i], 4);
    }
}

TEST(Clusters, AnInstrumentThatIsHardlyThereBelongsToNone) {
    Clusters ours(3, 20);
    for (int t = 0; t < 20; ++t) ours.update({std::sin(t), std::sin(t), t < 17 ? nan : std::sin(t)});
    ours.compute(0.5, 10);
    EXPECT_EQ(ours.cluster, (std::vector<std::int32_t>{0, 0, -1}));
    EXPECT_EQ(ours.size, (std::vector<std::int32_t>{2, 2, 0}));
    EXPECT_EQ(ours.inside[2], 0);
    EXPECT_EQ(ours.correlation(0, 2), 0);
    EXPECT_NEAR(ours.correlation(0, 1), 1, 1e-12);
}

TEST(Clusters, TwoThatAreHardlyEverThereTogetherDoNotCorrelate) {
    Clusters ours(2, 40);
    for (int t = 0; t < 40; ++t) ours.update({t % 2 == 0 || t < 8 ? std::sin(t) : nan, t % 2 == 1 || t < 8 ? std::sin(t) : nan});
    ours.compute(0.5, 9); // eight moments in common
    EXPECT_EQ(ours.correlation(0, 1), 0);
    EXPECT_EQ(ours.cluster, (std::vector<std::int32_t>{0, 1}));
    ours.compute(0.5, 8);
    EXPECT_NEAR(ours.correlation(0, 1), 1, 1e-12);
    EXPECT_EQ(ours.cluster, (std::vector<std::int32_t>{0, 0}));
}

TEST(Clusters, WhatStandsStillCorrelatesWithNothingWholeOrWithHoles) {
    Clusters ours(4, 10);
    for (int t = 0; t < 25; ++t) ours.update({0.1, 0.1 * t, t % 4 == 0 ? nan : 0.1, 1e300});
    ours.compute(0.01, 3);
    EXPECT_EQ(ours.cluster, (std::vector<std::int32_t>{0, 1, 2, -1})) << "1e300 is no value";
    EXPECT_EQ(ours.correlation(0, 1), 0);
    EXPECT_EQ(ours.correlation(1, 2), 0);
    EXPECT_EQ(ours.correlation(0, 0), 0);
}

TEST(Clusters, GoOnFromACopyAndAreAsNewAfterAReset) {
    const Moments all = drawn(4, 6, 90, 2, 0.5, 0.1);
    Clusters original(6, 30), fresh(6, 30);
    for (std::size_t t = 0; t < 50; ++t) original.update(all[t]);
    Clusters copy(6, 30);
    copy.memory = original.memory;
    for (std::size_t t = 50; t < all.size(); ++t) {
        original.update(all[t]);
        copy.update(all[t]);
    }
    original.compute(0.4, 5);
    copy.compute(0.4, 5);
    EXPECT_EQ(copy.cluster, original.cluster);
    EXPECT_EQ(copy.inside, original.inside);
    reset_clusters(copy.memory.data());
    for (std::int32_t i = 0; i < 6; ++i) EXPECT_EQ(copy.correlation(i, 0), 0);
    for (const auto& row : all) {
        copy.update(row);
        fresh.update(row);
    }
    copy.compute(0.4, 5);
    fresh.compute(0.4, 5);
    EXPECT_EQ(copy.inside, fresh.inside);
}

TEST(Clusters, RefuseSizesMemoryAndThresholdsThatDoNotFit) {
    EXPECT_EQ(cluster_bytes(0, 10), 0u);
    EXPECT_EQ(cluster_bytes(4097, 10), 0u);
    EXPECT_EQ(cluster_bytes(5, 2), 0u);
    EXPECT_EQ(cluster_bytes(5, 100'001), 0u);
    std::vector<double> memory(cluster_bytes(5, 10) / 8);
    EXPECT_EQ(create_clusters(5, 2, memory.data(), memory.size() * 8), ClusterStatus::bad_size);
    EXPECT_EQ(create_clusters(5, 10, memory.data(), memory.size() * 8 - 1), ClusterStatus::small_memory);
    EXPECT_EQ(create_clusters(5, 10, nullptr, 1'000'000), ClusterStatus::small_memory);
    EXPECT_EQ(create_clusters(5, 10, reinterpret_cast<char*>(memory.data()) + 4, memory.size() * 8), ClusterStatus::small_memory);
    ASSERT_EQ(create_clusters(5, 10, memory.data(), memory.size() * 8), ClusterStatus::ok);
    std::int32_t cluster[5], size[5];
    double inside[5];
    for (const double bad : {-0.1, 1.1, nan}) EXPECT_EQ(compute_clusters(memory.data(), bad, 5, cluster, size, inside), ClusterStatus::bad_parameter);
    EXPECT_EQ(compute_clusters(memory.data(), 0.5, 2, cluster, size, inside), ClusterStatus::bad_parameter);
    EXPECT_EQ(cluster_correlation(memory.data(), 0, 5), 0);
    EXPECT_EQ(cluster_correlation(memory.data(), -1, 0), 0);
}

} // namespace
} // namespace martlet
