#include <gtest/gtest.h>

#include <algorithm>

#include "every_feature.hpp"

// What is put behind another feature, beside its definition over the whole window each time.

namespace martlet {
namespace {

using namespace testing;

/// Series with ties, flat stretches, jumps, tiny and large values.
std::vector<std::vector<double>> every_input() {
    std::vector<std::vector<double>> out;
    for (const Bars& bars : every_series(400)) out.push_back(bars.close);
    Dice dice(17);
    std::vector<double> coarse, mixed;
    for (int i = 0; i < 400; ++i) {
        coarse.push_back(static_cast<double>(dice.next() % 3) - 1);
        mixed.push_back((dice.uniform() - 0.5) * std::pow(10.0, static_cast<double>(dice.next() % 9) - 4));
    }
    out.push_back(coarse);
    out.push_back(mixed);
    return out;
}

std::vector<double> over(const char* name, double parameter, const std::vector<double>& x) {
    Streamed one(find_feature(name), {parameter});
    std::vector<double> out;
    for (const double value : x) {
        std::array<double, maximum_record_columns> row{};
        row[0] = value;
        EXPECT_EQ(one.update(row), FeatureStatus::ok);
        out.push_back(one.outputs[0]);
    }
    return out;
}

/// The last `n` values up to index i.
std::vector<double> window_at(const std::vector<double>& x, std::size_t i, std::size_t n) {
    return {x.begin() + static_cast<long>(i + 1 - n), x.begin() + static_cast<long>(i + 1)};
}

long double median(std::vector<long double> x) {
    std::sort(x.begin(), x.end());
    const std::size_t half = x.size() / 2;
    return x.size() % 2 != 0 ? x[half] : (x[half - 1] + x[half]) / 2;
}

/// What the rounding of a value's last digits is in a score of this spread.
double rounding_of(long double middle, long double spread) {
    return 1e-12 + (spread > 0 ? static_cast<double>(4e-16L * std::fabs(middle) / spread) : 0);
}

TEST(Normalisation, ALagGivesTheValueOfThenAndNothingBeforeThereIsOne) {
    for (const auto& x : every_input())
        for (const std::size_t lag : {1u, 2u, 7u, 200u}) {
            const auto ours = over("lag", static_cast<double>(lag), x);
            for (std::size_t i = 0; i < x.size(); ++i) {
                if (i < lag) ASSERT_TRUE(std::isnan(ours[i]));
                else ASSERT_EQ(ours[i], x[i - lag]) << i;
            }
        }
}

TEST(Normalisation, APercentRankCountsTheOthersThatAreBelowAndHalfOfTheTies) {
    for (const auto& x : every_input())
        for (const std::size_t n : {2u, 3u, 4u, 50u, 101u}) {
            const auto ours = over("percent_rank", static_cast<double>(n), x);
            for (std::size_t i = n - 1; i < x.size(); ++i) {
                double below = 0;
                for (std::size_t k = i + 1 - n; k < i; ++k) below += x[k] < x[i] ? 1 : x[k] == x[i] ? 0.5 : 0;
                ASSERT_NEAR(ours[i], below / static_cast<double>(n - 1), 1e-15) << i;
            }
        }
    EXPECT_EQ(over("percent_rank", 5, {1, 2, 3, 4, 5}).back(), 1);
    EXPECT_EQ(over("percent_rank", 5, {5, 4, 3, 2, 1}).back(), 0);
    EXPECT_EQ(over("percent_rank", 5, {7, 7, 7, 7, 7}).back(), 0.5);
}

TEST(Normalisation, ARobustScoreIsTheDistanceFromTheMedianInMedianDistances) {
    for (const auto& x : every_input())
        for (const std::size_t n : {2u, 3u, 4u, 20u, 51u}) {
            const auto ours = over("robust_score", static_cast<double>(n), x);
            for (std::size_t i = n - 1; i < x.size(); ++i) {
                const auto window = window_at(x, i, n);
                const long double middle = median({window.begin(), window.end()});
                std::vector<long double> distances;
                for (const double value : window) distances.push_back(std::fabs(value - middle));
                // The size of a standard normal that one in two exceed.
                const long double spread = median(distances) / 0.674489750196081743L;
                const double expected = spread > 0 ? static_cast<double>((x[i] - middle) / spread) : 0;
                ASSERT_NEAR(ours[i], expected, rounding_of(middle, spread) * (1 + std::fabs(expected))) << i;
            }
        }
}

TEST(Normalisation, ARobustScoreIsZeroWhereMostValuesAreAlikeAndOneOutlierDoesNotMoveIt) {
    EXPECT_EQ(over("robust_score", 5, {3, 3, 3, 8, 9}).back(), 0) << "three of five are alike";
    EXPECT_EQ(over("robust_score", 4, {3, 3, 3, 3}).back(), 0);
    const double near = over("robust_score", 7, {1, 2, 3, 4, 5, 20, 6}).back(), far = over("robust_score", 7, {1, 2, 3, 4, 5, 1e50, 6}).back();
    EXPECT_EQ(near, far);
    EXPECT_GT(near, 0);
}

TEST(Normalisation, ATanhScoreIsTheHyperbolicTangentOfHalfTheZScore) {
    for (const auto& x : every_input())
        for (const std::size_t n : {2u, 5u, 100u}) {
            const auto ours = over("tanh_score", static_cast<double>(n), x);
            for (std::size_t i = n - 1; i < x.size(); ++i) {
                const auto window = window_at(x, i, n);
                long double mean = 0, squares = 0;
                for (const double value : window) mean += value / static_cast<long double>(n);
                for (const double value : window) squares += (value - mean) * (value - mean) / n;
                const bool flat = std::all_of(window.begin(), window.end(), [&](double value) { return value == window[0]; });
                const double expected = flat ? 0 : static_cast<double>(std::tanh((x[i] - mean) / std::sqrt(squares) / 2));
                ASSERT_NEAR(ours[i], expected, rounding_of(mean, std::sqrt(squares))) << i;
                ASSERT_LE(std::fabs(ours[i]), 1);
            }
        }
}

TEST(Normalisation, ATanhScoreIsExactToTheLastDigitsForScoresThatAre) {
    // −1 and 1 in turn have mean 0 and deviation 1 in any window of even length; the last is 1.
    std::vector<double> x;
    for (int i = 0; i < 10; ++i) x.push_back(i % 2 == 0 ? -1 : 1);
    EXPECT_NEAR(over("tanh_score", 10, x).back(), std::tanh(0.5), 1e-15);
}

TEST(Normalisation, LooksAtThePastAlone) {
    for (const char* name : {"lag", "percent_rank", "robust_score", "tanh_score", "z_score"}) {
        std::vector<double> x = walk(8, 300, 100, 1).close;
        const auto whole = over(name, 20, x);
        x.resize(150);
        const auto cut = over(name, 20, x);
        for (std::size_t i = 0; i < cut.size(); ++i) ASSERT_TRUE(close_to(cut[i], whole[i], 0)) << name << ' ' << i;
    }
}

} // namespace
} // namespace martlet
