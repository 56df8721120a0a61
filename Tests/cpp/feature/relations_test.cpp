#include <gtest/gtest.h>

#include <algorithm>

#include "every_feature.hpp"

// One series beside others, by definitions that look at the whole window each time.

namespace martlet {
namespace {

using namespace testing;
using Row = std::array<double, maximum_record_columns>;
using Numbers = std::vector<long double>;

std::vector<std::vector<double>> over(const char* name, const std::vector<double>& parameters, const std::vector<Row>& rows) {
    Streamed one(find_feature(name), parameters);
    std::vector<std::vector<double>> out;
    for (const Row& row : rows) {
        EXPECT_EQ(one.update(row), FeatureStatus::ok);
        out.push_back(one.outputs);
    }
    return out;
}

std::vector<Row> pairs(const std::vector<double>& value, const std::vector<double>& reference) {
    std::vector<Row> out(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        out[i][0] = value[i];
        out[i][1] = reference[i];
    }
    return out;
}

/// Changes of two markets, the value following the reference `lead` updates later with a share of noise.
std::vector<Row> leading(std::uint64_t seed, std::size_t count, int lead, double sign, double noise) {
    Dice dice(seed);
    std::vector<double> cause, value, reference;
    for (std::size_t i = 0; i < count + 40; ++i) cause.push_back(dice.uniform() - 0.5);
    for (std::size_t i = 20; i < count + 20; ++i) {
        reference.push_back(cause[i]);
        value.push_back(sign * cause[static_cast<std::size_t>(static_cast<long>(i) - lead)] + noise * (dice.uniform() - 0.5));
    }
    return pairs(value, reference);
}

long double mean(const Numbers& x) {
    long double sum = 0;
    for (const long double one : x) sum += one;
    return sum / static_cast<long double>(x.size());
}
long double covariance(const Numbers& x, const Numbers& y) {
    long double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - mean(x)) * (y[i] - mean(y));
    return sum / static_cast<long double>(x.size());
}
long double correlation(const Numbers& x, const Numbers& y) {
    const long double both = std::sqrt(covariance(x, x) * covariance(y, y));
    return both > 0 ? covariance(x, y) / both : 0;
}
Numbers column(const std::vector<Row>& rows, std::size_t column, std::size_t end, std::size_t count) {
    Numbers out;
    for (std::size_t k = end + 1 - count; k <= end; ++k) out.push_back(rows[k][column]);
    return out;
}

TEST(Residual, IsWhatTheLeastSquaresLineOfTheWindowLeaves) {
    for (std::uint64_t seed = 1; seed < 6; ++seed)
        for (const std::size_t n : {3u, 10u, 60u}) {
            Dice dice(seed);
            std::vector<double> value, reference;
            double market = 100;
            for (int i = 0; i < 200; ++i) {
                market += dice.uniform() - 0.5;
                reference.push_back(market);
                value.push_back(20 + 1.7 * market + 3 * dice.uniform());
            }
            const auto rows = pairs(value, reference);
            const auto ours = over("residual", {static_cast<double>(n)}, rows);
            for (std::size_t i = n - 1; i < rows.size(); ++i) {
                const Numbers y = column(rows, 0, i, n), x = column(rows, 1, i, n);
                const long double beta = covariance(x, y) / covariance(x, x), alpha = mean(y) - beta * mean(x);
                long double squares = 0;
                for (std::size_t k = 0; k < n; ++k) squares += (y[k] - alpha - beta * x[k]) * (y[k] - alpha - beta * x[k]);
                const long double last = y.back() - alpha - beta * x.back();
                ASSERT_NEAR(ours[i][0], static_cast<double>(last), 1e-9);
                ASSERT_NEAR(ours[i][1], static_cast<double>(last / std::sqrt(squares / static_cast<long double>(n))), 1e-6);
                ASSERT_TRUE(close_to(ours[i][2], static_cast<double>(alpha), 1e-8, 100));
                ASSERT_TRUE(close_to(ours[i][3], static_cast<double>(beta), 1e-9));
            }
        }
}

TEST(Residual, IsTheDistanceFromTheMeanBesideAReferenceThatStands) {
    const auto out = over("residual", {4}, pairs({1, 2, 3, 6}, {5, 5, 5, 5})).back();
    EXPECT_DOUBLE_EQ(out[0], 3);
    EXPECT_DOUBLE_EQ(out[1], 3 / std::sqrt(3.5));
    EXPECT_EQ(out[3], 0);
}

TEST(Residual, HasNoScoreWhereTheLineExplainsEverything) {
    std::vector<double> x, y;
    for (int i = 0; i < 50; ++i) {
        x.push_back(0.1 * i * i);
        y.push_back(7 - 0.3 * x.back());
    }
    for (const auto& out : over("residual", {20}, pairs(y, x))) {
        if (std::isnan(out[0])) continue;
        EXPECT_NEAR(out[0], 0, 1e-9);
        EXPECT_EQ(out[1], 0);
    }
}

TEST(LeadLag, IsTheLagOfTheLargestCorrelationOfAll) {
    for (std::uint64_t seed = 1; seed < 8; ++seed)
        for (const auto& [n, lags] : {std::pair{30u, 4}, {3u, 1}, {50u, 9}}) {
            const auto rows = leading(seed, 150, static_cast<int>(seed) - 4, 1, 1.5);
            const auto ours = over("lead_lag", {static_cast<double>(n), static_cast<double>(lags)}, rows);
            for (std::size_t i = n + static_cast<std::size_t>(lags) - 1; i < rows.size(); ++i) {
                long double most = -1, other = 0;
                int at = 0;
                for (int size = 0; size <= lags; ++size)
                    for (const int lag : {size, -size}) {
                        const auto back = static_cast<std::size_t>(size);
                        const Numbers y = column(rows, 0, lag < 0 ? i - back : i, n), x = column(rows, 1, lag > 0 ? i - back : i, n);
                        const long double r = correlation(x, y);
                        if (std::fabs(r) > most + 1e-12L) {
                            most = std::fabs(r);
                            other = r;
                            at = lag;
                        }
                    }
                ASSERT_EQ(ours[i][0], at) << "seed " << seed << " at " << i;
                ASSERT_NEAR(ours[i][1], static_cast<double>(other), 1e-9);
            }
        }
}

TEST(LeadLag, FindsTheLagThatWasPlantedAndItsDirection) {
    for (int lead = -5; lead <= 5; ++lead)
        for (const double sign : {1.0, -1.0}) {
            const auto out = over("lead_lag", {100, 5}, leading(3, 400, lead, sign, 0.5)).back();
            EXPECT_EQ(out[0], lead) << "positive: the reference moved first";
            EXPECT_GT(sign * out[1], 0.7);
        }
    EXPECT_EQ(over("lead_lag", {10, 3}, std::vector<Row>(40, Row{4, 4})).back(), (std::vector<double>{0, 0})) << "nothing moves";
}

TEST(Agreement, IsTheMeanOfTheSignsAndTheShareOfTheCommonerOne) {
    Dice dice(5);
    for (std::size_t inputs = 2; inputs <= 8; ++inputs) {
        std::vector<Row> rows;
        for (int i = 0; i < 200; ++i) {
            rows.emplace_back();
            for (std::size_t k = 0; k < 8; ++k) rows.back()[k] = (static_cast<double>(dice.next() % 3) - 1) * 10 * dice.uniform();
        }
        const auto ours = over("agreement", {static_cast<double>(inputs)}, rows);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            double sum = 0, up = 0, down = 0;
            for (std::size_t k = 0; k < inputs; ++k) {
                sum += rows[i][k] > 0 ? 1 : rows[i][k] < 0 ? -1 : 0;
                up += rows[i][k] > 0;
                down += rows[i][k] < 0;
            }
            ASSERT_NEAR(ours[i][0], sum / static_cast<double>(inputs), 1e-15);
            ASSERT_NEAR(ours[i][1], std::max(up, down) / static_cast<double>(inputs), 1e-15);
        }
    }
    EXPECT_EQ(over("agreement", {3}, {Row{0, -0.0, 0}})[0], (std::vector<double>{0, 0}));
}

TEST(Agreement, InABatchTakesTheColumnsThatAreAskedForAndNoOthers) {
    Table bars = walk_table(FeatureRecord::bar, 3, 300, 100, 1);
    for (std::size_t t = 0; t < bars.size(); ++t) bars.columns[0][t] = static_cast<double>(t % 5) - 2;
    for (std::size_t t = 0; t < bars.size(); ++t) bars.columns[1][t] = static_cast<double>(t % 3) - 1;
    bars.columns[2][7] = nan; // not among them
    FeatureRequest request;
    request.feature = find_feature("agreement");
    request.parameter_count = 1;
    request.parameters[0] = 2;
    std::fill(std::begin(request.several_columns), std::end(request.several_columns), -1);
    request.several_columns[0] = 1;
    request.several_columns[1] = 0;
    const Batch batch(request, {bars}, 1, FeatureLanes::best);
    ASSERT_EQ(batch.status, FeatureStatus::ok);
    const auto sign = [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; };
    for (std::size_t t = 0; t < bars.size(); ++t)
        ASSERT_EQ(batch.at(0, 0, t), (sign(bars.columns[0][t]) + sign(bars.columns[1][t])) / 2) << t;
    request.several_columns[3] = 5;
    EXPECT_EQ(Batch(request, {bars}, 1, FeatureLanes::best).status, FeatureStatus::bad_column) << "bars have five columns";
}

} // namespace
} // namespace martlet
