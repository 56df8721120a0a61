#include <gtest/gtest.h>

#include "definitions.hpp"
#include "martlet/averages.hpp"
#include "martlet/extrema.hpp"
#include "martlet/oscillators.hpp"
#include "martlet/volatility.hpp"

namespace martlet {
namespace {

using namespace testing;

constexpr int periods[] = {1, 2, 3, 5, 14, 20, 100, 255, 256};

/// Largest close so far: recursive means carry a spike's rounding for ever, so errors are measured on it.
double size_until(const Bars& bars, std::size_t i) { return *std::max_element(bars.close.begin(), bars.close.begin() + static_cast<long>(i + 1)); }

TEST(Sma, IsTheMeanOfItsWindowWhateverPassedBefore) {
    for (const Bars& bars : every_series()) {
        for (const int n : periods) {
            Sma kernel(n);
            for (std::size_t i = 0; i < bars.size(); ++i) {
                kernel.update(bars.close[i]);
                ASSERT_TRUE(close_to(kernel.value(), sma(bars.close, i, static_cast<std::size_t>(n)), 1e-13))
                    << bars.name << " period " << n << " at " << i << ": " << kernel.value();
            }
        }
    }
}

TEST(Ema, FollowsItsDefinition) {
    for (const Bars& bars : every_series()) {
        for (const int n : periods) {
            Ema kernel(n);
            const Series expected = ema(bars.close, static_cast<std::size_t>(n));
            for (std::size_t i = 0; i < bars.size(); ++i) {
                kernel.update(bars.close[i]);
                ASSERT_TRUE(close_to(kernel.value(), expected[i], 1e-12, size_until(bars, i))) << bars.name << " " << n << " at " << i;
            }
        }
    }
}

TEST(Macd, FollowsItsDefinition) {
    constexpr int sets[][3] = {{12, 26, 9}, {1, 2, 1}, {3, 10, 16}, {5, 256, 30}};
    for (const Bars& bars : every_series()) {
        for (const auto& [fast, slow, smooth] : sets) {
            Macd kernel(fast, slow, smooth);
            const auto expected = macd(bars.close, static_cast<std::size_t>(fast), static_cast<std::size_t>(slow), static_cast<std::size_t>(smooth));
            for (std::size_t i = 0; i < bars.size(); ++i) {
                kernel.update(bars.close[i]);
                ASSERT_TRUE(close_to(kernel.value(), expected.line[i], 1e-12, size_until(bars, i))) << bars.name << " at " << i;
                ASSERT_TRUE(close_to(kernel.signal(), expected.signal[i], 1e-12, size_until(bars, i))) << bars.name << " at " << i;
            }
        }
    }
}

TEST(Rsi, FollowsItsDefinitionAndStaysBetweenZeroAndHundred) {
    for (const Bars& bars : every_series()) {
        for (const int n : periods) {
            if (n < 2) continue;
            Rsi kernel(n);
            const Series expected = rsi(bars.close, static_cast<std::size_t>(n));
            for (std::size_t i = 0; i < bars.size(); ++i) {
                kernel.update(bars.close[i]);
                ASSERT_TRUE(close_to(kernel.value(), expected[i], 1e-9, 100)) << bars.name << " " << n << " at " << i << ": " << kernel.value() << " " << expected[i];
                ASSERT_TRUE(std::isnan(kernel.value()) || (kernel.value() >= 0 && kernel.value() <= 100));
            }
        }
    }
}

TEST(Rsi, IsFiftyInAMarketThatDoesNotMove) {
    Rsi kernel(14);
    for (int i = 0; i < 40; ++i) kernel.update(100);
    EXPECT_EQ(kernel.value(), 50);
    for (int i = 0; i < 40; ++i) kernel.update(100 + i);
    EXPECT_EQ(kernel.value(), 100);
}

TEST(Atr, FollowsItsDefinition) {
    for (const Bars& bars : every_series()) {
        for (const int n : periods) {
            Atr kernel(n);
            const Series expected = atr(bars, static_cast<std::size_t>(n));
            for (std::size_t i = 0; i < bars.size(); ++i) {
                kernel.update(bars.high[i], bars.low[i], bars.close[i]);
                ASSERT_TRUE(close_to(kernel.value(), expected[i], 1e-11)) << bars.name << " " << n << " at " << i << ": " << kernel.value() << " " << expected[i];
                ASSERT_FALSE(kernel.value() < 0);
            }
        }
    }
}

TEST(Adx, FollowsItsDefinitionAndStaysBetweenZeroAndHundred) {
    for (const Bars& bars : every_series()) {
        for (const int n : periods) {
            if (n < 2) continue;
            Adx kernel(n);
            const auto expected = adx(bars, static_cast<std::size_t>(n));
            for (std::size_t i = 0; i < bars.size(); ++i) {
                kernel.update(bars.high[i], bars.low[i], bars.close[i]);
                ASSERT_TRUE(close_to(kernel.plus_di(), expected.plus[i], 1e-9, 100)) << bars.name << " " << n << " at " << i;
                ASSERT_TRUE(close_to(kernel.minus_di(), expected.minus[i], 1e-9, 100)) << bars.name << " " << n << " at " << i;
                ASSERT_TRUE(close_to(kernel.value(), expected.adx[i], 1e-9, 100)) << bars.name << " " << n << " at " << i;
                ASSERT_TRUE(std::isnan(kernel.value()) || (kernel.value() >= 0 && kernel.value() <= 100 + 1e-9));
            }
        }
    }
}

TEST(Bollinger, IsMeanAndDeviationOfItsWindowWhateverPassedBefore) {
    for (const Bars& bars : every_series()) {
        for (const int n : periods) {
            if (n < 2) continue;
            Bollinger kernel(n, 2.5);
            for (std::size_t i = 0; i < bars.size(); ++i) {
                kernel.update(bars.close[i]);
                const double mean = sma(bars.close, i, static_cast<std::size_t>(n));
                const double one = deviation(bars.close, i, static_cast<std::size_t>(n));
                ASSERT_TRUE(close_to(kernel.value(), mean, 1e-13)) << bars.name << " " << n << " at " << i;
                ASSERT_TRUE(close_to(kernel.deviation(), one, 1e-9, mean * 1e-6)) << bars.name << " " << n << " at " << i;
                ASSERT_TRUE(close_to(kernel.upper(), mean + 2.5 * one, 1e-12));
                if (one > 1e-9 * mean) {
                    ASSERT_TRUE(close_to(kernel.percent_b(), (bars.close[i] - mean + 2.5 * one) / (5 * one), 1e-6, 1));
                    ASSERT_TRUE(close_to(kernel.z_score(), (bars.close[i] - mean) / one, 1e-6, 1));
                }
            }
        }
    }
}

TEST(Bollinger, HasExactlyNoWidthInAFlatMarket) {
    Bollinger kernel(20);
    for (int i = 0; i < 95; ++i) kernel.update(0.1);
    EXPECT_EQ(kernel.deviation(), 0);
    EXPECT_EQ(kernel.value(), 0.1);
    EXPECT_EQ(kernel.percent_b(), 0.5);
    EXPECT_EQ(kernel.z_score(), 0);
}

TEST(RealisedVolatility, IsTheRootMeanSquareOfLogarithmicReturns) {
    for (const Bars& bars : every_series()) {
        for (const int n : periods) {
            RealisedVolatility kernel(n);
            for (std::size_t i = 0; i < bars.size(); ++i) {
                kernel.update(bars.close[i]);
                ASSERT_TRUE(close_to(kernel.value(), realised_volatility(bars.close, i, static_cast<std::size_t>(n)), 1e-9, 1e-6)) << bars.name << " " << n << " at " << i;
            }
        }
    }
}

TEST(RealisedVolatility, PassesOverPricesWithoutALogarithm) {
    RealisedVolatility with(2), without(2);
    for (const double price : {10.0, 0.0, 11.0, -3.0, 12.0, 5e-324, 13.0}) with.update(price);
    for (const double price : {10.0, 11.0, 12.0, 13.0}) without.update(price);
    EXPECT_EQ(with.value(), without.value());
    EXPECT_TRUE(with.warm());
}

TEST(RollingExtrema, AreTheHighestAndLowestOfTheWindowAndOfTheOneBefore) {
    for (const Bars& bars : every_series()) {
        for (const int n : periods) {
            RollingExtrema kernel(n);
            const auto length = static_cast<std::size_t>(n);
            for (std::size_t i = 0; i < bars.size(); ++i) {
                kernel.update(bars.high[i], bars.low[i]);
                ASSERT_TRUE(close_to(kernel.high(), highest(bars.high, i, length), 0)) << bars.name << " " << n << " at " << i;
                ASSERT_TRUE(close_to(kernel.low(), lowest(bars.low, i, length), 0)) << bars.name << " " << n << " at " << i;
                ASSERT_TRUE(close_to(kernel.prior_high(), i == 0 ? nan : highest(bars.high, i - 1, length), 0));
                ASSERT_TRUE(close_to(kernel.prior_low(), i == 0 ? nan : lowest(bars.low, i - 1, length), 0));
            }
        }
    }
}

} // namespace
} // namespace martlet
