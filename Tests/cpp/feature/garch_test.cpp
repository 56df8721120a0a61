#include <gtest/gtest.h>

#include "martlet/garch.hpp"
#include "series.hpp"

// The fit of GARCH(1,1), on returns that were drawn from known parameters.

namespace martlet {
namespace {

using namespace testing;

/// Returns with conditional variance (1 − α − β) long² + α r² + β variance, normal by Box and Muller.
std::vector<double> drawn(std::uint64_t seed, std::size_t count, double alpha, double beta, double long_run) {
    Dice dice(seed);
    std::vector<double> out;
    double variance = long_run * long_run;
    for (std::size_t i = 0; i < count; ++i) {
        const double radius = std::sqrt(-2 * std::log(dice.uniform() + 1e-12));
        out.push_back(std::sqrt(variance) * radius * std::cos(2 * 3.14159265358979 * dice.uniform()));
        variance = (1 - alpha - beta) * long_run * long_run + alpha * out.back() * out.back() + beta * variance;
    }
    return out;
}

TEST(GarchFit, FindsTheParametersThatReturnsWereDrawnFrom) {
    const struct { double alpha, beta; } cases[] = {{0.05, 0.9}, {0.1, 0.8}, {0.2, 0.5}, {0.08, 0.9}};
    std::uint64_t seed = 3;
    for (const auto& known : cases) {
        const auto returns = drawn(seed++, 40'000, known.alpha, known.beta, 0.01);
        const GarchFit fit = fit_garch(returns.data(), static_cast<std::int64_t>(returns.size()));
        ASSERT_EQ(fit.status, GarchStatus::ok);
        EXPECT_NEAR(fit.alpha, known.alpha, 0.02);
        EXPECT_NEAR(fit.beta, known.beta, 0.05);
        EXPECT_NEAR(fit.long_run, 0.01, 0.001);
    }
}

TEST(GarchFit, IsNoLessLikelyThanAnyPointOfAFineGrid) {
    for (std::uint64_t seed = 11; seed < 15; ++seed) {
        const auto returns = drawn(seed, 1'500, 0.1, 0.85, 0.02);
        const auto count = static_cast<std::int64_t>(returns.size());
        const GarchFit fit = fit_garch(returns.data(), count);
        ASSERT_EQ(fit.status, GarchStatus::ok);
        EXPECT_NEAR(fit.log_likelihood, garch_log_likelihood(returns.data(), count, fit.alpha, fit.beta, fit.long_run), 1e-12);
        for (double alpha = 0; alpha < 0.4; alpha += 0.02)
            for (double beta = 0; alpha + beta < 0.999; beta += 0.02)
                ASSERT_GE(fit.log_likelihood + 1e-6, garch_log_likelihood(returns.data(), count, alpha, beta, fit.long_run)) << alpha << ' ' << beta;
    }
}

TEST(GarchFit, RefusesWhatCannotBeFitted) {
    std::vector<double> returns(100, 0.01);
    EXPECT_EQ(fit_garch(returns.data(), 49).status, GarchStatus::few_returns);
    EXPECT_EQ(fit_garch(returns.data(), 100).status, GarchStatus::no_variance);
    returns[7] = nan;
    EXPECT_EQ(fit_garch(returns.data(), 100).status, GarchStatus::bad_return);
    const std::vector<double> still(100, 0.0);
    EXPECT_EQ(fit_garch(still.data(), 100).status, GarchStatus::no_variance);
}

} // namespace
} // namespace martlet
