#include <gtest/gtest.h>

#include "feature_definitions.hpp"

// The features that TA-Lib does not have, beside their definitions.

namespace martlet {
namespace {

using namespace testing;

std::vector<Columns> markets() {
    std::vector<Columns> out;
    std::vector<Table> tables{walk_table(FeatureRecord::bar, 1, 400, 100, 1), walk_table(FeatureRecord::bar, 2, 400, 30'000, 250),
                              walk_table(FeatureRecord::bar, 3, 400, 0.0001, 0.00001), flat_table(FeatureRecord::bar, 100, 120)};
    Table silent = walk_table(FeatureRecord::bar, 4, 200, 50, 1);
    silent.columns[4].assign(200, 0.0);
    tables.push_back(silent);
    for (const Table& table : tables) out.push_back({table.columns[0], table.columns[1], table.columns[2], table.columns[3], table.columns[4]});
    return out;
}

/// All outputs of a feature over a market, by streaming.
std::vector<Series> given(const char* name, const std::vector<double>& parameters, const Columns& c) {
    const std::int32_t feature = find_feature(name);
    Streamed one(feature, parameters);
    std::vector<Series> out(one.outputs.size());
    for (std::size_t t = 0; t < c.size(); ++t) {
        std::array<double, maximum_record_columns> row{};
        if (feature_at(feature)->record == FeatureRecord::bar) row = {c.open[t], c.high[t], c.low[t], c.close[t], c.volume[t]};
        else row[0] = c.close[t];
        EXPECT_EQ(one.update(row), FeatureStatus::ok);
        for (std::size_t i = 0; i < out.size(); ++i) out[i].push_back(one.outputs[i]);
    }
    return out;
}

/// Compares an output from where the definition has it and the feature says it is warm.
void expect_same(const char* name, const Series& ours, const Series& theirs, double scale = 0) {
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t t = 0; t < ours.size(); ++t) {
        if (std::isnan(ours[t])) continue;
        ASSERT_LE(std::fabs(ours[t] - theirs[t]), 1e-9 * std::max({std::fabs(theirs[t]), scale, 1e-12}))
            << name << " at " << t << ": " << ours[t] << ", by definition " << theirs[t];
    }
    ASSERT_FALSE(std::isnan(ours.back())) << name;
}

double highest_of(const Series& x) { return *std::max_element(x.begin(), x.end()); }

TEST(FeatureDefinition, HullAverage) {
    for (const Columns& c : markets())
        for (const std::size_t n : {16u, 9u, 2u, 21u})
            expect_same("hma", given("hma", {static_cast<double>(n)}, c)[0], hma(c.close, n));
}

TEST(FeatureDefinition, SuperTrend) {
    for (const Columns& c : markets())
        for (const auto& [n, width] : {std::pair{10u, 3.0}, {5u, 1.0}}) {
            const auto ours = given("supertrend", {static_cast<double>(n), width}, c);
            const SuperTrendSeries theirs = supertrend(c, n, width);
            expect_same("supertrend", ours[0], theirs.line, highest_of(c.close));
            expect_same("supertrend direction", ours[1], theirs.direction);
        }
}

TEST(FeatureDefinition, IchimokuShowsAtABarOnlyWhatBarsUpToItSay) {
    for (const Columns& c : markets()) {
        const auto ours = given("ichimoku", {9, 26, 52, 26}, c);
        const std::size_t count = c.size();
        expect_same("conversion", ours[0], each(count, 77, [&](std::size_t i) { return middle_of(c, i, 9); }));
        expect_same("base", ours[1], each(count, 77, [&](std::size_t i) { return middle_of(c, i, 26); }));
        expect_same("leading a", ours[2], each(count, 77, [&](std::size_t i) { return (middle_of(c, i - 26, 9) + middle_of(c, i - 26, 26)) / 2; }));
        expect_same("leading b", ours[3], each(count, 77, [&](std::size_t i) { return middle_of(c, i - 26, 52); }));
        expect_same("lagging", ours[4], each(count, 77, [&](std::size_t i) { return c.close[i] - c.close[i - 26]; }), highest_of(c.close));
    }
}

TEST(FeatureDefinition, Vortex) {
    for (const Columns& c : markets()) {
        const auto ours = given("vortex", {14}, c);
        const Series range = true_ranges(c);
        const Series up = each(c.size(), 1, [&](std::size_t i) { return std::fabs(c.high[i] - c.low[i - 1]); });
        const Series down = each(c.size(), 1, [&](std::size_t i) { return std::fabs(c.low[i] - c.high[i - 1]); });
        const auto share = [&](const Series& x) {
            return each(c.size(), 14, [&](std::size_t i) { return sum_of(range, i, 14) > 0 ? sum_of(x, i, 14) / sum_of(range, i, 14) : 0; });
        };
        expect_same("vortex plus", ours[0], share(up));
        expect_same("vortex minus", ours[1], share(down));
    }
}

TEST(FeatureDefinition, RegressionAndTrendStrength) {
    for (const Columns& c : markets()) {
        expect_same("r squared", given("linear_regression", {14}, c)[4], each(c.size(), 13, [&](std::size_t i) { return r_squared(c.close, i, 14); }), 1);
        expect_same("trend strength", given("trend_strength", {20}, c)[0], each(c.size(), 20, [&](std::size_t i) { return trend_strength(c.close, i, 20); }), 1);
    }
}

TEST(FeatureDefinition, AwesomeOscillatorAndKeltner) {
    for (const Columns& c : markets()) {
        const Series middle = each(c.size(), 0, [&](std::size_t i) { return (c.high[i] + c.low[i]) / 2; });
        expect_same("awesome", given("awesome_oscillator", {5, 34}, c)[0],
                    each(c.size(), 33, [&](std::size_t i) { return sma(middle, i, 5) - sma(middle, i, 34); }), highest_of(c.close));
        const auto ours = given("keltner", {20, 10, 2}, c);
        const Series mean = ema(c.close, 20), range = wilder(true_ranges(c), 10, 1);
        expect_same("keltner upper", ours[0], each(c.size(), 19, [&](std::size_t i) { return mean[i] + 2 * range[i]; }));
        expect_same("keltner middle", ours[1], mean);
        expect_same("keltner lower", ours[2], each(c.size(), 19, [&](std::size_t i) { return mean[i] - 2 * range[i]; }), highest_of(c.close));
    }
}

TEST(FeatureDefinition, PlacesInTheBollingerBands) {
    for (const Columns& c : markets()) {
        const auto ours = given("bollinger", {20, 2}, c);
        expect_same("percent b", ours[3], each(c.size(), 19, [&](std::size_t i) {
            const double one = deviation(c.close, i, 20);
            return one > 0 ? (c.close[i] - (sma(c.close, i, 20) - 2 * one)) / (4 * one) : 0.5;
        }), 10);
        expect_same("bandwidth", ours[4], each(c.size(), 19, [&](std::size_t i) { return 4 * deviation(c.close, i, 20) / sma(c.close, i, 20); }), 1);
    }
}

TEST(FeatureDefinition, VolatilityEstimators) {
    for (const Columns& c : markets()) {
        const std::size_t n = 20, count = c.size();
        const auto change = [&](std::size_t i) { return log_of(c.close[i], c.close[i - 1]); };
        const Series realised = root_mean(count, 1, n, [&](std::size_t i) { return change(i) * change(i); });
        expect_same("realised", given("realised_volatility", {20}, c)[0], realised);
        expect_same("parkinson", given("parkinson", {20}, c)[0], root_mean(count, 0, n, [&](std::size_t i) {
            return std::pow(log_of(c.high[i], c.low[i]), 2) / (4 * std::log(2.0));
        }));
        expect_same("garman klass", given("garman_klass", {20}, c)[0], root_mean(count, 0, n, [&](std::size_t i) {
            return 0.5 * std::pow(log_of(c.high[i], c.low[i]), 2) - (2 * std::log(2.0) - 1) * std::pow(log_of(c.close[i], c.open[i]), 2);
        }), 1e-3);
        expect_same("rogers satchell", given("rogers_satchell", {20}, c)[0], root_mean(count, 0, n, [&](std::size_t i) {
            return log_of(c.high[i], c.close[i]) * log_of(c.high[i], c.open[i]) + log_of(c.low[i], c.close[i]) * log_of(c.low[i], c.open[i]);
        }), 1e-3);
        expect_same("yang zhang", given("yang_zhang", {20}, c)[0], each(count, n, [&](std::size_t i) { return yang_zhang(c, i, n); }), 1e-3);
        expect_same("volatility of volatility", given("volatility_of_volatility", {20, 15}, c)[0],
                    each(count, n + 14, [&](std::size_t i) { return deviation(realised, i, 15); }), 1);
    }
}

TEST(FeatureDefinition, RecursiveVolatility) {
    for (const Columns& c : markets()) {
        long double variance = 0, garch = 0.02L * 0.02L;
        Series weighted(c.size(), nan), next(c.size(), nan), mean(c.size(), nan);
        for (std::size_t i = 1; i < c.size(); ++i) {
            const long double square = std::pow(log_of(c.close[i], c.close[i - 1]), 2);
            variance = i == 1 ? square : 0.9L * variance + 0.1L * square;
            weighted[i] = static_cast<double>(std::sqrt(variance));
            garch = 0.02L * 0.02L * (1 - 0.08L - 0.9L) + 0.08L * square + 0.9L * garch;
            next[i] = static_cast<double>(std::sqrt(garch));
            // The forecast of each of the next five, one from the other.
            long double ahead = garch, sum = 0;
            for (int k = 0; k < 5; ++k) {
                sum += ahead;
                ahead = 0.02L * 0.02L * (1 - 0.98L) + 0.98L * ahead;
            }
            mean[i] = static_cast<double>(std::sqrt(sum / 5));
        }
        expect_same("ewma", given("ewma_volatility", {0.9}, c)[0], weighted);
        const auto ours = given("garch", {0.08, 0.9, 0.02, 5}, c);
        expect_same("garch", ours[0], next);
        expect_same("garch horizon", ours[1], mean);
    }
}

TEST(FeatureDefinition, VolumeWeightedPrices) {
    for (const Columns& c : markets()) {
        expect_same("session vwap", given("vwap", {50}, c)[0], each(c.size(), 0, [&](std::size_t i) { return vwap(c, i / 50 * 50, i); }));
        expect_same("vwap since the start", given("vwap", {0}, c)[0], each(c.size(), 0, [&](std::size_t i) { return vwap(c, 0, i); }));
        expect_same("vwap distance", given("vwap", {0}, c)[1], each(c.size(), 0, [&](std::size_t i) { return 100 * (c.close[i] / vwap(c, 0, i) - 1); }), 100);
        expect_same("rolling vwap", given("rolling_vwap", {20}, c)[0], each(c.size(), 19, [&](std::size_t i) { return vwap(c, i - 19, i); }));
    }
}

TEST(FeatureDefinition, VolumeFlows) {
    for (const Columns& c : markets()) {
        const Series flow = each(c.size(), 0, [&](std::size_t i) { return money_flow(c, i); });
        expect_same("chaikin money flow", given("chaikin_money_flow", {20}, c)[0], each(c.size(), 19, [&](std::size_t i) {
            return sum_of(c.volume, i, 20) > 0 ? sum_of(flow, i, 20) / sum_of(c.volume, i, 20) : 0;
        }), 1);
        long double trend = 0;
        expect_same("volume price trend", given("volume_price_trend", {}, c)[0], each(c.size(), 0, [&](std::size_t i) {
            if (i > 0) trend += c.volume[i] * (static_cast<long double>(c.close[i]) / c.close[i - 1] - 1);
            return static_cast<double>(trend);
        }), 1000);
        expect_same("relative volume", given("relative_volume", {20}, c)[0], each(c.size(), 20, [&](std::size_t i) {
            return sum_of(c.volume, i - 1, 20) > 0 ? c.volume[i] / (sum_of(c.volume, i - 1, 20) / 20) : 1;
        }));
        const Series force = each(c.size(), 1, [&](std::size_t i) { return (c.close[i] - c.close[i - 1]) * c.volume[i]; });
        expect_same("force index", given("force_index", {13}, c)[0], ema(force, 13, 1), 1000 * highest_of(c.close));
        const Series ease = each(c.size(), 1, [&](std::size_t i) {
            const double move = (c.high[i] + c.low[i]) / 2 - (c.high[i - 1] + c.low[i - 1]) / 2;
            return c.volume[i] > 0 ? move / (c.volume[i] / 1e6 / (c.high[i] - c.low[i])) : 0;
        });
        double most = 0;
        for (std::size_t i = 1; i < c.size(); ++i) most = std::max(most, std::fabs(std::isfinite(ease[i]) ? ease[i] : 0));
        expect_same("ease of movement", given("ease_of_movement", {14, 1e6}, c)[0], each(c.size(), 14, [&](std::size_t i) { return sum_of(ease, i, 14) / 14; }), most);
    }
}

/// Volume of each part of the window's range, and the area that grows from the fullest part.
struct Profile {
    double control, upper, lower;
};

Profile profile(const Columns& c, std::size_t i, std::size_t n, int bins, double share) {
    const double bottom = lowest(c.low, i, n), top = highest(c.high, i, n), width = (top - bottom) / bins;
    std::vector<double> parts(static_cast<std::size_t>(bins), 0.0);
    double total = 0;
    for (std::size_t k = i + 1 - n; k <= i; ++k) {
        int part = bins - 1;
        while (part > 0 && (typical(c, k) - bottom) / width < part) --part;
        parts[static_cast<std::size_t>(part)] += c.volume[k];
        total += c.volume[k];
    }
    if (total == 0) return {(top + bottom) / 2, top, bottom};
    const auto most = static_cast<int>(std::max_element(parts.begin(), parts.end()) - parts.begin());
    int from = most, to = most;
    const auto held = [&] {
        double sum = 0;
        for (int part = from; part <= to; ++part) sum += parts[static_cast<std::size_t>(part)];
        return sum;
    };
    while (held() < share * total) {
        const double above = to + 1 < bins ? parts[static_cast<std::size_t>(to + 1)] : -1, below = from > 0 ? parts[static_cast<std::size_t>(from - 1)] : -1;
        if (above >= below) ++to;
        else --from;
    }
    return {bottom + width * (most + 0.5), bottom + width * (to + 1), bottom + width * from};
}

TEST(FeatureDefinition, VolumeProfile) {
    for (const Columns& c : markets())
        for (const auto& [n, bins, share] : {std::tuple{50, 24, 0.7}, {20, 7, 0.5}}) {
            const auto count = static_cast<std::size_t>(n);
            const auto ours = given("volume_profile", {static_cast<double>(n), static_cast<double>(bins), share}, c);
            expect_same("control", ours[0], each(c.size(), count - 1, [&](std::size_t i) { return profile(c, i, count, bins, share).control; }));
            expect_same("area high", ours[1], each(c.size(), count - 1, [&](std::size_t i) { return profile(c, i, count, bins, share).upper; }));
            expect_same("area low", ours[2], each(c.size(), count - 1, [&](std::size_t i) { return profile(c, i, count, bins, share).lower; }));
        }
}

TEST(FeatureDefinition, ASessionBegunByAResetIsTheSameAsOneByItsLength) {
    const Columns c = markets()[0];
    Streamed counted(find_feature("vwap"), {100}), reset(find_feature("vwap"), {0});
    for (std::size_t t = 0; t < c.size(); ++t) {
        if (t % 100 == 0) reset_feature(reset.memory());
        std::array<double, maximum_record_columns> row{c.open[t], c.high[t], c.low[t], c.close[t], c.volume[t]};
        counted.update(row);
        reset.update(row);
        ASSERT_EQ(counted.outputs, reset.outputs) << t;
    }
}

} // namespace
} // namespace martlet
