#include <gtest/gtest.h>

#include <map>

#include "every_feature.hpp"

// Statistics beside their definitions, written over the whole window each time in long double.

namespace martlet {
namespace {

using namespace testing;
using Numbers = std::vector<long double>;

/// What a feature says of the last of some values; NaN where it is not warm.
std::vector<double> last_of(const char* name, const std::vector<double>& parameters, const std::vector<double>& x, const std::vector<double>& y = {}) {
    Streamed one(find_feature(name), parameters);
    for (std::size_t t = 0; t < x.size(); ++t) {
        std::array<double, maximum_record_columns> row{};
        row[0] = x[t];
        row[1] = y.empty() ? 0 : y[t];
        EXPECT_EQ(one.update(row), FeatureStatus::ok);
    }
    return one.outputs;
}

std::vector<double> walk_of(std::uint64_t seed, std::size_t count, double pull = 0) {
    Dice dice(seed);
    std::vector<double> out;
    double x = 100;
    for (std::size_t i = 0; i < count; ++i) out.push_back(x += dice.uniform() + dice.uniform() - 1 - pull * (x - 100));
    return out;
}

Numbers tail(const std::vector<double>& x, std::size_t count, std::size_t before = 0) {
    return Numbers(x.end() - static_cast<long>(count + before), x.end() - static_cast<long>(before));
}

long double mean(const Numbers& x) {
    long double sum = 0;
    for (const long double one : x) sum += one;
    return sum / static_cast<long double>(x.size());
}

long double central(const Numbers& x, int power) {
    const long double middle = mean(x);
    long double sum = 0;
    for (const long double one : x) sum += std::pow(one - middle, static_cast<long double>(power));
    return sum / static_cast<long double>(x.size());
}

long double covariance(const Numbers& x, const Numbers& y) {
    long double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - mean(x)) * (y[i] - mean(y));
    return sum / static_cast<long double>(x.size());
}

/// The t-value of column 0 in the regression of y on all columns, by elimination of the normal equations.
long double t_of_first(const std::vector<Numbers>& columns, const Numbers& y) {
    const std::size_t k = columns.size(), n = y.size();
    std::vector<Numbers> a(k, Numbers(k + 1 + k, 0)); // matrix, right side, identity
    for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = 0; j < k; ++j)
            for (std::size_t t = 0; t < n; ++t) a[i][j] += columns[i][t] * columns[j][t];
        for (std::size_t t = 0; t < n; ++t) a[i][k] += columns[i][t] * y[t];
        a[i][k + 1 + i] = 1;
    }
    for (std::size_t i = 0; i < k; ++i) {
        std::size_t best = i;
        for (std::size_t j = i; j < k; ++j)
            if (std::fabs(a[j][i]) > std::fabs(a[best][i])) best = j;
        std::swap(a[i], a[best]);
        const long double pivot = a[i][i];
        for (long double& one : a[i]) one /= pivot;
        for (std::size_t j = 0; j < k; ++j) {
            if (j == i) continue;
            const long double factor = a[j][i];
            for (std::size_t c = 0; c < a[j].size(); ++c) a[j][c] -= factor * a[i][c];
        }
    }
    long double left = 0;
    for (std::size_t t = 0; t < n; ++t) {
        long double e = y[t];
        for (std::size_t i = 0; i < k; ++i) e -= a[i][k] * columns[i][t];
        left += e * e;
    }
    return a[0][k] / std::sqrt(left / static_cast<long double>(n - k) * a[0][k + 1]);
}

TEST(RollingMoments, AreThoseOfTheWindow) {
    for (const std::size_t n : {2u, 3u, 50u, 257u})
        for (std::uint64_t seed = 1; seed < 20; ++seed) {
            const auto x = walk_of(seed, 300 + seed);
            const Numbers w = tail(x, n);
            const auto out = last_of("rolling_moments", {static_cast<double>(n)}, x);
            EXPECT_TRUE(close_to(out[0], static_cast<double>(mean(w)), 1e-13));
            EXPECT_TRUE(close_to(out[1], static_cast<double>(central(w, 2)), 1e-10));
            const long double deviation = std::sqrt(central(w, 2));
            EXPECT_NEAR(out[2], static_cast<double>(central(w, 3) / std::pow(deviation, 3.0L)), 1e-8);
            EXPECT_NEAR(out[3], static_cast<double>(central(w, 4) / std::pow(deviation, 4.0L) - 3), 1e-8);
            const auto z = last_of("z_score", {static_cast<double>(n)}, x);
            EXPECT_NEAR(z[0], static_cast<double>((w.back() - mean(w)) / deviation), 1e-9);
        }
}

TEST(RollingMoments, AreAsExactAfterTenMillionUpdatesAsAtTheStart) {
    const std::int32_t feature = find_feature("rolling_moments");
    Streamed one(feature, {50});
    Dice dice(3);
    std::vector<double> last;
    double x = 1e6;
    for (int i = 0; i < 10'000'000; ++i) {
        x += dice.uniform() - 0.5;
        std::array<double, maximum_record_columns> row;
        row[0] = i == 9'000'000 ? 1e60 : x; // long gone when it is looked at
        one.update(row);
        if (i >= 9'999'950) last.push_back(x);
    }
    const Numbers w = tail(last, 50);
    EXPECT_TRUE(close_to(one.outputs[0], static_cast<double>(mean(w)), 1e-14));
    EXPECT_TRUE(close_to(one.outputs[1], static_cast<double>(central(w, 2)), 1e-9));
    EXPECT_NEAR(one.outputs[2], static_cast<double>(central(w, 3) / std::pow(central(w, 2), 1.5L)), 1e-6);
    EXPECT_NEAR(one.outputs[3], static_cast<double>(central(w, 4) / std::pow(central(w, 2), 2.0L) - 3), 1e-6);
}

TEST(Statistics, AreDefinedWhereNothingVaries) {
    const std::vector<double> flat(400, 7.25);
    EXPECT_EQ(last_of("rolling_moments", {50}, flat), (std::vector<double>{7.25, 0, 0, 0}));
    EXPECT_EQ(last_of("z_score", {50}, flat)[0], 0);
    EXPECT_EQ(last_of("correlation", {50}, flat, flat), (std::vector<double>{0, 0, 0}));
    EXPECT_EQ(last_of("autocorrelation", {50, 1}, flat)[0], 0);
    EXPECT_EQ(last_of("half_life", {50, 1000}, flat)[0], 1000);
    EXPECT_EQ(last_of("quantiles", {50, 0.1, 0.9}, flat), (std::vector<double>{7.25, 7.25, 7.25}));
    EXPECT_EQ(last_of("hurst_rescaled_range", {64}, flat)[0], 0.5);
    EXPECT_EQ(last_of("hurst_detrended", {64}, flat)[0], 0.5);
    EXPECT_EQ(last_of("dickey_fuller", {50, 1}, flat)[0], 0);
    EXPECT_EQ(last_of("shannon_entropy", {50, 8}, flat)[0], 0);
    EXPECT_EQ(last_of("permutation_entropy", {50, 3}, flat)[0], 0);
    EXPECT_EQ(last_of("sample_entropy", {50, 2, 0.2}, flat)[0], 0);
}

TEST(CorrelationAndBeta, FollowTheirDefinition) {
    for (std::uint64_t seed = 1; seed < 20; ++seed) {
        const auto x = walk_of(seed, 200), y = walk_of(seed + 100, 200);
        std::vector<double> mixed;
        for (std::size_t i = 0; i < x.size(); ++i) mixed.push_back(2 * y[i] + x[i]);
        const Numbers a = tail(mixed, 60), b = tail(y, 60);
        const auto out = last_of("correlation", {60}, mixed, y);
        EXPECT_NEAR(out[0], static_cast<double>(covariance(a, b) / std::sqrt(central(a, 2) * central(b, 2))), 1e-10);
        EXPECT_TRUE(close_to(out[1], static_cast<double>(covariance(a, b) / central(b, 2)), 1e-10, 1));
        EXPECT_TRUE(close_to(out[2], static_cast<double>(covariance(a, b)), 1e-10, 1));
    }
}

TEST(Autocorrelation, IsPearsonsOfTheWindowAndItselfBefore) {
    for (const std::size_t lag : {1u, 2u, 7u, 40u}) {
        const auto x = walk_of(lag, 333);
        const Numbers now = tail(x, 30), before = tail(x, 30, lag);
        EXPECT_NEAR(last_of("autocorrelation", {30, static_cast<double>(lag)}, x)[0],
                    static_cast<double>(covariance(now, before) / std::sqrt(central(now, 2) * central(before, 2))), 1e-10);
    }
}

TEST(HalfLife, IsThatOfTheRegressionOfChangesOnLevels) {
    for (const double pull : {0.0, 0.05, 0.5, 1.0, 1.5}) {
        const auto x = walk_of(11, 500, pull);
        const Numbers level = tail(x, 100, 1);
        Numbers change = tail(x, 100);
        for (std::size_t i = 0; i < change.size(); ++i) change[i] -= level[i];
        const long double slope = covariance(level, change) / central(level, 2);
        const long double expected = slope <= -1 ? 0 : slope >= 0 ? 1e6L : std::fmin(1e6L, -std::log(2.0L) / std::log(1 + slope));
        const auto out = last_of("half_life", {100, 1e6}, x);
        EXPECT_TRUE(close_to(out[0], static_cast<double>(expected), 1e-8)) << pull << ": " << out[0];
        EXPECT_NEAR(out[1], static_cast<double>(slope), 1e-10);
    }
}

TEST(Quantiles, AreThoseOfTheSortedWindowAtEveryUpdate) {
    Dice dice(5);
    for (const std::size_t n : {1u, 2u, 5u, 50u}) {
        Streamed one(find_feature("quantiles"), {static_cast<double>(n), 0.1, 0.75});
        std::vector<double> x;
        for (int i = 0; i < 500; ++i) {
            x.push_back(dice.uniform() < 0.5 ? std::floor(10 * dice.uniform()) : 10 * dice.uniform());
            std::array<double, maximum_record_columns> row;
            row[0] = x.back();
            one.update(row);
            if (x.size() < n) continue;
            std::vector<double> window(x.end() - static_cast<long>(n), x.end());
            std::sort(window.begin(), window.end());
            const double shares[] = {0.1, 0.5, 0.75};
            for (std::size_t q = 0; q < 3; ++q) {
                const double place = shares[q] * static_cast<double>(n - 1);
                const auto k = static_cast<std::size_t>(place);
                const double above = window[std::min(k + 1, n - 1)];
                ASSERT_NEAR(one.outputs[q], window[k] + (above - window[k]) * (place - static_cast<double>(k)), 1e-12) << i;
            }
        }
    }
}

TEST(FractionalDifference, IsTheSeriesItsChangeAndWhatLiesBetween) {
    const auto x = walk_of(2, 200);
    EXPECT_DOUBLE_EQ(last_of("fractional_difference", {0, 40}, x)[0], x.back());
    EXPECT_NEAR(last_of("fractional_difference", {1, 40}, x)[0], x.back() - x[x.size() - 2], 1e-12);
    long double expected = 0; // weights by the gamma function: Γ(k − d) ÷ (Γ(−d) Γ(k + 1))
    for (int k = 0; k < 40; ++k)
        expected += x[x.size() - 1 - static_cast<std::size_t>(k)] * (std::tgamma(k - 0.4L) / (std::tgamma(-0.4L) * std::tgamma(k + 1.0L)));
    EXPECT_NEAR(last_of("fractional_difference", {0.4, 40}, x)[0], static_cast<double>(expected), 1e-9);
}

TEST(DickeyFuller, IsTheTValueOfThePlainRegression) {
    for (const std::size_t lags : {0u, 1u, 3u, 8u})
        for (const double pull : {0.0, 0.02, 0.3}) {
            const auto x = walk_of(21 + lags, 400, pull);
            const std::size_t n = 80;
            std::vector<Numbers> columns{tail(x, n, 1), Numbers(n, 1)};
            for (std::size_t lag = 0; lag <= lags; ++lag) {
                Numbers change = tail(x, n, lag);
                const Numbers before = tail(x, n, lag + 1);
                for (std::size_t i = 0; i < n; ++i) change[i] -= before[i];
                columns.push_back(change);
            }
            const Numbers y = columns[2];
            columns.erase(columns.begin() + 2);
            const double out = last_of("dickey_fuller", {static_cast<double>(n), static_cast<double>(lags)}, x)[0];
            EXPECT_NEAR(out, static_cast<double>(t_of_first(columns, y)), 1e-7) << lags << " lags, pull " << pull;
        }
}

/// Least squares slope.
long double slope_of(const Numbers& x, const Numbers& y) { return covariance(x, y) / central(x, 2); }

Numbers changes_of(const std::vector<double>& x, std::size_t n) {
    Numbers out = tail(x, n);
    const Numbers before = tail(x, n, 1);
    for (std::size_t i = 0; i < n; ++i) out[i] -= before[i];
    return out;
}

TEST(Hurst, ByRescaledRangeFollowsItsDefinition) {
    for (std::uint64_t seed = 1; seed < 6; ++seed) {
        const std::size_t n = 100;
        const auto x = walk_of(seed, 300);
        const Numbers changes = changes_of(x, n);
        Numbers scales, ratios;
        for (std::size_t size = n; size >= 8; size /= 2) {
            long double sum = 0;
            int blocks = 0;
            for (std::size_t end = n; end >= size; end -= size, ++blocks) {
                const Numbers block(changes.begin() + static_cast<long>(end - size), changes.begin() + static_cast<long>(end));
                long double walk = 0, high = 0, low = 0;
                for (const long double one : block) {
                    walk += one - mean(block);
                    high = std::max(high, walk);
                    low = std::min(low, walk);
                }
                sum += (high - low) / std::sqrt(central(block, 2));
            }
            scales.push_back(std::log(static_cast<long double>(size)));
            ratios.push_back(std::log(sum / blocks));
        }
        EXPECT_NEAR(last_of("hurst_rescaled_range", {static_cast<double>(n)}, x)[0], static_cast<double>(slope_of(scales, ratios)), 1e-9);
    }
}

TEST(Hurst, ByDetrendedFluctuationFollowsItsDefinition) {
    for (std::uint64_t seed = 1; seed < 6; ++seed) {
        const std::size_t n = 128;
        const auto x = walk_of(seed, 300);
        const Numbers changes = changes_of(x, n);
        Numbers profile;
        long double walk = 0;
        for (const long double one : changes) profile.push_back(walk += one - mean(changes));
        Numbers scales, fluctuations;
        for (std::size_t size = n / 4; size >= 4; size /= 2) {
            long double squares = 0;
            int count = 0;
            for (std::size_t begin = 0; begin + size <= n; begin += size) { // 128 is a multiple of every size
                Numbers block, index;
                for (std::size_t i = 0; i < size; ++i, ++count) {
                    block.push_back(profile[begin + i]);
                    index.push_back(i);
                }
                const long double slope = slope_of(index, block);
                for (std::size_t i = 0; i < size; ++i) squares += std::pow(block[i] - mean(block) - slope * (index[i] - mean(index)), 2.0L);
            }
            scales.push_back(std::log(static_cast<long double>(size)));
            fluctuations.push_back(0.5L * std::log(squares / count));
        }
        EXPECT_NEAR(last_of("hurst_detrended", {static_cast<double>(n)}, x)[0], static_cast<double>(slope_of(scales, fluctuations)), 1e-9);
    }
}

TEST(Hurst, IsLargerForASeriesThatGoesOnThanForOneThatTurns) {
    Dice dice(4);
    std::vector<double> going{0}, turning{0};
    double drift = 0;
    for (int i = 0; i < 600; ++i) {
        drift = 0.9 * drift + dice.uniform() - 0.5;
        going.push_back(going.back() + drift);
        turning.push_back(dice.uniform());
    }
    for (const char* name : {"hurst_rescaled_range", "hurst_detrended"}) {
        EXPECT_GT(last_of(name, {512}, going)[0], 0.7) << name;
        EXPECT_LT(last_of(name, {512}, turning)[0], 0.4) << name;
    }
}

TEST(Entropy, OfShannonFollowsItsDefinition) {
    for (const int bins : {2, 8, 13}) {
        const auto x = walk_of(static_cast<std::uint64_t>(bins), 200);
        const Numbers w = tail(x, 64);
        const long double low = *std::min_element(w.begin(), w.end()), high = *std::max_element(w.begin(), w.end());
        std::map<int, int> counts;
        for (const long double one : w) ++counts[std::min(bins - 1, static_cast<int>((one - low) / (high - low) * bins))];
        long double entropy = 0;
        for (const auto& [bin, count] : counts) entropy -= count / 64.0L * std::log(count / 64.0L);
        EXPECT_NEAR(last_of("shannon_entropy", {64, static_cast<double>(bins)}, x)[0], static_cast<double>(entropy), 1e-12);
    }
}

TEST(Entropy, OfPermutationsFollowsItsDefinition) {
    for (const std::size_t order : {2u, 3u, 4u}) {
        Dice dice(order);
        std::vector<double> x;
        for (int i = 0; i < 300; ++i) x.push_back(std::floor(6 * dice.uniform())); // many of them equal
        std::map<std::vector<std::size_t>, int> counts;
        for (std::size_t end = x.size() - 79; end <= x.size(); ++end) {
            std::vector<std::size_t> places(order);
            for (std::size_t i = 0; i < order; ++i) places[i] = i;
            std::sort(places.begin(), places.end(), [&](auto a, auto b) {
                const double one = x[end - order + a], other = x[end - order + b];
                return one != other ? one < other : a < b;
            });
            ++counts[places];
        }
        long double entropy = 0, all = 1;
        for (const auto& [places, count] : counts) entropy -= count / 80.0L * std::log(count / 80.0L);
        for (std::size_t i = 2; i <= order; ++i) all *= i;
        EXPECT_NEAR(last_of("permutation_entropy", {80, static_cast<double>(order)}, x)[0], static_cast<double>(entropy / std::log(all)), 1e-12);
    }
}

TEST(Entropy, OfSamplesFollowsItsDefinition) {
    for (const std::size_t length : {1u, 2u, 3u}) {
        const auto x = walk_of(length, 200, 0.3);
        const std::size_t n = 60;
        const Numbers w = tail(x, n);
        const long double reach = 0.3L * std::sqrt(central(w, 2));
        const auto pairs_alike = [&](std::size_t size) {
            int count = 0;
            for (std::size_t i = 0; i < n - length; ++i)
                for (std::size_t k = 0; k < i; ++k) {
                    bool alike = true;
                    for (std::size_t m = 0; m < size; ++m) alike &= std::fabs(w[i + m] - w[k + m]) <= reach;
                    count += alike;
                }
            return count;
        };
        const long double a = pairs_alike(length + 1), b = pairs_alike(length);
        const long double count = static_cast<long double>(n - length);
        const long double expected = a > 0 ? -std::log(a / b) : std::log(count * (count - 1) / 2);
        EXPECT_NEAR(last_of("sample_entropy", {60, static_cast<double>(length), 0.3}, x)[0], static_cast<double>(expected), 1e-12);
    }
}

} // namespace
} // namespace martlet
