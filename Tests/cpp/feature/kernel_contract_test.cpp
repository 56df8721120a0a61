#include <gtest/gtest.h>

#include <cstring>

#include "martlet/averages.hpp"
#include "martlet/extrema.hpp"
#include "martlet/oscillators.hpp"
#include "martlet/volatility.hpp"
#include "series.hpp"

// What every kernel of bars promises, whatever it computes.

namespace martlet {
namespace {

using namespace testing;

/// Gives a kernel one bar and reads all that it says.
template <class Kernel>
struct Face;

template <class Kernel>
struct CloseFace {
    static void update(Kernel& kernel, double, double, double close) { kernel.update(close); }
};
template <class Kernel>
struct BarFace {
    static void update(Kernel& kernel, double high, double low, double close) { kernel.update(high, low, close); }
};

template <> struct Face<Sma> : CloseFace<Sma> {
    static Sma make(int n) { return Sma(n); }
    static constexpr int least = 1;
    static int warm_up(int n) { return n; }
    static std::vector<double> read(const Sma& k) { return {k.value()}; }
};
template <> struct Face<Ema> : CloseFace<Ema> {
    static Ema make(int n) { return Ema(n); }
    static constexpr int least = 1;
    static int warm_up(int n) { return n; }
    static std::vector<double> read(const Ema& k) { return {k.value()}; }
};
template <> struct Face<Macd> : CloseFace<Macd> {
    static Macd make(int n) { return Macd(n - 1, n, n); }
    static constexpr int least = 2;
    static int warm_up(int n) { return 2 * n - 1; }
    static std::vector<double> read(const Macd& k) { return {k.value(), k.signal(), k.histogram()}; }
};
template <> struct Face<Rsi> : CloseFace<Rsi> {
    static Rsi make(int n) { return Rsi(n); }
    static constexpr int least = 2;
    static int warm_up(int n) { return n + 1; }
    static std::vector<double> read(const Rsi& k) { return {k.value()}; }
};
template <> struct Face<Bollinger> : CloseFace<Bollinger> {
    static Bollinger make(int n) { return Bollinger(n); }
    static constexpr int least = 2;
    static int warm_up(int n) { return n; }
    static std::vector<double> read(const Bollinger& k) {
        return {k.value(), k.deviation(), k.upper(), k.lower(), k.percent_b(), k.z_score()};
    }
};
template <> struct Face<Atr> : BarFace<Atr> {
    static Atr make(int n) { return Atr(n); }
    static constexpr int least = 1;
    static int warm_up(int n) { return n + 1; }
    static std::vector<double> read(const Atr& k) { return {k.value()}; }
};
template <> struct Face<Adx> : BarFace<Adx> {
    static Adx make(int n) { return Adx(n); }
    static constexpr int least = 2;
    static int warm_up(int n) { return 2 * n; }
    static std::vector<double> read(const Adx& k) { return {k.value()}; }
};
template <> struct Face<RealisedVolatility> : CloseFace<RealisedVolatility> {
    static RealisedVolatility make(int n) { return RealisedVolatility(n); }
    static constexpr int least = 1;
    static int warm_up(int n) { return n + 1; }
    static std::vector<double> read(const RealisedVolatility& k) { return {k.value()}; }
};
template <> struct Face<RollingExtrema> {
    static void update(RollingExtrema& kernel, double high, double low, double) { kernel.update(high, low); }
    static RollingExtrema make(int n) { return RollingExtrema(n); }
    static constexpr int least = 1;
    static int warm_up(int n) { return n; }
    static std::vector<double> read(const RollingExtrema& k) { return {k.high(), k.low(), k.value()}; }
};

template <class Kernel>
class EveryKernel : public ::testing::Test {};
using Kernels = ::testing::Types<Sma, Ema, Macd, Rsi, Bollinger, Atr, Adx, RealisedVolatility, RollingExtrema>;
TYPED_TEST_SUITE(EveryKernel, Kernels);

TYPED_TEST(EveryKernel, IsWarmAfterItsStatedNumberOfUpdatesAndSaysNothingBefore) {
    for (int n = Face<TypeParam>::least; n <= maximum_window; n = n < 30 ? n + 1 : n + 75 > 256 && n < 256 ? 256 : n + 75) {
        TypeParam kernel = Face<TypeParam>::make(n);
        ASSERT_EQ(kernel.status(), KernelStatus::ok) << n;
        const Bars bars = walk(9, 600, 100, 1);
        for (int i = 0; i < 600; ++i) {
            ASSERT_EQ(kernel.warm(), i >= Face<TypeParam>::warm_up(n)) << "period " << n << " after " << i;
            for (const double value : Face<TypeParam>::read(kernel)) ASSERT_EQ(std::isfinite(value), kernel.warm());
            const auto at = static_cast<std::size_t>(i);
            Face<TypeParam>::update(kernel, bars.high[at], bars.low[at], bars.close[at]);
        }
    }
}

TYPED_TEST(EveryKernel, RefusesPeriodsOutOfRangeAndThenNeverWarms) {
    for (const int n : {INT32_MIN + 1, -1, 0, Face<TypeParam>::least - 1, maximum_window + 1, INT32_MAX}) {
        TypeParam kernel = Face<TypeParam>::make(n);
        ASSERT_NE(kernel.status(), KernelStatus::ok) << n;
        for (int i = 0; i < 600; ++i) Face<TypeParam>::update(kernel, 2, 1, 1.5);
        ASSERT_FALSE(kernel.warm()) << n;
        for (const double value : Face<TypeParam>::read(kernel)) ASSERT_TRUE(std::isnan(value));
    }
}

TYPED_TEST(EveryKernel, StaysFiniteOnAnyFiniteSeries) {
    const double extremes[] = {0, -0.0, 1, -1, 1e100, -1e100, 1e-300, 5e-324, 1e-8, 100, 100, 100, 1e16, -1e16};
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        TypeParam kernel = Face<TypeParam>::make(Face<TypeParam>::least + static_cast<int>(seed % 7));
        Dice dice(seed);
        for (int i = 0; i < 2'000; ++i) {
            const double high = extremes[dice.next() % 14], low = extremes[dice.next() % 14], close = extremes[dice.next() % 14];
            Face<TypeParam>::update(kernel, high, low, close);
            for (const double value : Face<TypeParam>::read(kernel)) ASSERT_EQ(std::isfinite(value), kernel.warm());
        }
    }
}

TYPED_TEST(EveryKernel, IgnoresWhatIsNoAcceptableNumber) {
    const double inf = std::numeric_limits<double>::infinity();
    TypeParam kernel = Face<TypeParam>::make(5);
    for (int i = 0; i < 23; ++i) Face<TypeParam>::update(kernel, 102 + i % 3, 99 - i % 2, 100 + i % 5);
    const TypeParam before = kernel;
    for (const double bad : {nan, inf, -inf, 1.1e100, -1e308}) Face<TypeParam>::update(kernel, bad, bad, bad);
    EXPECT_EQ(kernel, before);
}

TYPED_TEST(EveryKernel, GoesOnFromACopyExactlyAsTheOriginalDoes) {
    const Bars bars = walk(21, 900, 50, 2);
    TypeParam original = Face<TypeParam>::make(13);
    for (std::size_t i = 0; i < 431; ++i) Face<TypeParam>::update(original, bars.high[i], bars.low[i], bars.close[i]);
    TypeParam copy = Face<TypeParam>::make(20);
    std::memcpy(static_cast<void*>(&copy), &original, sizeof copy);
    ASSERT_EQ(copy, original);
    for (std::size_t i = 431; i < bars.size(); ++i) {
        Face<TypeParam>::update(original, bars.high[i], bars.low[i], bars.close[i]);
        ASSERT_FALSE(copy == original);
        Face<TypeParam>::update(copy, bars.high[i], bars.low[i], bars.close[i]);
        ASSERT_EQ(copy, original);
        ASSERT_EQ(std::memcmp(&copy, &original, sizeof copy), 0);
    }
}

TYPED_TEST(EveryKernel, IsAsNewAfterAReset) {
    TypeParam kernel = Face<TypeParam>::make(7);
    for (int i = 0; i < 50; ++i) Face<TypeParam>::update(kernel, 3 + i, 1 + i, 2 + i);
    kernel.reset();
    EXPECT_EQ(kernel, Face<TypeParam>::make(7));
}

} // namespace
} // namespace martlet
