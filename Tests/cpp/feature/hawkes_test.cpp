#include <gtest/gtest.h>

#include <cmath>

#include "martlet/hawkes.hpp"
#include "series.hpp"

// The fit of a Hawkes process, on events that were drawn from known parameters.

namespace martlet {
namespace {

using namespace testing;

/// Events by Ogata's thinning: candidates at the intensity of the moment, which only falls until the next event.
std::vector<double> drawn(std::uint64_t seed, std::size_t count, double base, double jump, double decay) {
    Dice dice(seed);
    std::vector<double> out;
    double now = 0, excited = 0;
    while (out.size() < count) {
        const double most = base + jump * excited;
        const double wait = -std::log(dice.uniform() + 1e-12) / most;
        now += wait;
        excited *= std::exp(-decay * wait);
        if (dice.uniform() * most > base + jump * excited) continue;
        out.push_back(now);
        excited += 1;
    }
    return out;
}

/// Straight from the definition: each event against all before it.
double plain_likelihood(const std::vector<double>& times, double base, double jump, double decay) {
    long double sum = -base * times.back();
    for (std::size_t i = 0; i < times.size(); ++i) {
        long double intensity = base;
        for (std::size_t k = 0; k < i; ++k) intensity += jump * std::exp(-decay * static_cast<long double>(times[i] - times[k]));
        sum += std::log(intensity) - jump / decay * (1 - std::exp(-decay * static_cast<long double>(times.back() - times[i])));
    }
    return static_cast<double>(sum / static_cast<long double>(times.size()));
}

std::int64_t size_of(const std::vector<double>& times) { return static_cast<std::int64_t>(times.size()); }

TEST(HawkesFit, HasTheLikelihoodOfTheDefinition) {
    const auto times = drawn(1, 300, 0.7, 0.8, 2);
    for (const auto& [base, jump, decay] : {std::tuple{0.7, 0.8, 2.0}, {2.0, 0.1, 0.3}, {0.01, 3.0, 9.0}, {1.0, 0.0, 1.0}})
        EXPECT_NEAR(hawkes_log_likelihood(times.data(), size_of(times), 0, base, jump, decay), plain_likelihood(times, base, jump, decay), 1e-10);
    EXPECT_EQ(hawkes_log_likelihood(times.data(), size_of(times), 0, 0, 1, 1), -std::numeric_limits<double>::infinity()) << "nothing can come first";
}

TEST(HawkesFit, FindsTheParametersThatEventsWereDrawnFrom) {
    const struct { double base, jump, decay; } cases[] = {{0.5, 0.8, 2}, {1, 0.3, 0.6}, {20, 50, 200}, {0.001, 0.004, 0.005}, {3, 1, 10}};
    std::uint64_t seed = 5;
    for (const auto& known : cases) {
        const auto times = drawn(seed++, 40'000, known.base, known.jump, known.decay);
        const HawkesFit fit = fit_hawkes(times.data(), size_of(times), 0);
        ASSERT_EQ(fit.status, HawkesStatus::ok);
        EXPECT_NEAR(fit.base / known.base, 1, 0.1) << known.decay;
        EXPECT_NEAR(fit.jump / known.jump, 1, 0.15) << known.decay;
        EXPECT_NEAR(fit.decay / known.decay, 1, 0.2) << known.decay;
        EXPECT_NEAR(fit.jump / fit.decay, known.jump / known.decay, 0.03);
    }
}

TEST(HawkesFit, IsNoLessLikelyThanAnyPointOfAFineGridOfAllThree) {
    for (std::uint64_t seed = 20; seed < 23; ++seed) {
        const auto times = drawn(seed, 600, 1, 0.9, 1.5);
        const HawkesFit fit = fit_hawkes(times.data(), size_of(times), 0);
        ASSERT_EQ(fit.status, HawkesStatus::ok);
        EXPECT_NEAR(fit.log_likelihood, hawkes_log_likelihood(times.data(), size_of(times), 0, fit.base, fit.jump, fit.decay), 1e-12);
        for (double base = 0.2; base < 5; base *= 1.25)
            for (double share = 0.05; share < 1; share += 0.1)
                for (double decay = 0.1; decay < 20; decay *= 1.4)
                    ASSERT_GE(fit.log_likelihood + 1e-6, hawkes_log_likelihood(times.data(), size_of(times), 0, base, share * decay, decay))
                        << base << ' ' << share << ' ' << decay;
    }
}

TEST(HawkesFit, FindsNoExcitementInEventsThatKnowNothingOfEachOther) {
    const auto times = drawn(9, 20'000, 2, 0, 1);
    const HawkesFit fit = fit_hawkes(times.data(), size_of(times), 0);
    ASSERT_EQ(fit.status, HawkesStatus::ok);
    EXPECT_LT(fit.jump / fit.decay, 0.05);
    EXPECT_NEAR(fit.base, 2, 0.15);
}

TEST(HawkesFit, DoesNotDependOnWhereTimeBegins) {
    auto times = drawn(2, 2'000, 1, 1, 3);
    const HawkesFit fit = fit_hawkes(times.data(), size_of(times), 0);
    for (double& one : times) one += 1'048'576;
    const HawkesFit later = fit_hawkes(times.data(), size_of(times), 1'048'576);
    EXPECT_NEAR(later.decay / fit.decay, 1, 1e-3);
    EXPECT_NEAR(later.base / fit.base, 1, 1e-3);
}

TEST(HawkesFit, IsFiniteOnEventsThatComeAllAtOnceOrInStep) {
    std::vector<double> bursts, steps;
    for (int i = 0; i < 400; ++i) {
        bursts.push_back(i / 100);
        steps.push_back(i);
    }
    for (const auto& times : {bursts, steps}) {
        const HawkesFit fit = fit_hawkes(times.data(), size_of(times), 0);
        ASSERT_EQ(fit.status, HawkesStatus::ok);
        EXPECT_TRUE(std::isfinite(fit.base) && std::isfinite(fit.jump) && std::isfinite(fit.decay) && std::isfinite(fit.log_likelihood));
        EXPECT_GT(fit.base, 0);
        EXPECT_LT(fit.jump, fit.decay);
    }
}

TEST(HawkesFit, RefusesWhatCannotBeFitted) {
    std::vector<double> times;
    for (int i = 0; i < 100; ++i) times.push_back(i);
    EXPECT_EQ(fit_hawkes(times.data(), 49, 0).status, HawkesStatus::few_events);
    EXPECT_EQ(fit_hawkes(times.data(), 100, 0.5).status, HawkesStatus::bad_time) << "the first is before the begin";
    EXPECT_EQ(fit_hawkes(times.data(), 100, nan).status, HawkesStatus::bad_time);
    times[50] = 3;
    EXPECT_EQ(fit_hawkes(times.data(), 100, 0).status, HawkesStatus::bad_time) << "back in time";
    times[50] = nan;
    EXPECT_EQ(fit_hawkes(times.data(), 100, 0).status, HawkesStatus::bad_time);
    const std::vector<double> still(100, 7.0);
    EXPECT_EQ(fit_hawkes(still.data(), 100, 7).status, HawkesStatus::no_time);
}

} // namespace
} // namespace martlet
