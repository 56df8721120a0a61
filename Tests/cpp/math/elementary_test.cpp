#include "martlet/elementary.hpp"
#include "martlet/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace {

using martlet::portable_exp;
using martlet::portable_log;

/// Distance of `value` from `exact` in units of the last place of the double nearest to `exact`.
double error_in_ulps(double value, long double exact) {
    const double nearest = static_cast<double>(exact);
    const double size = std::fabs(nearest);
    const double ulp = std::nextafter(size, std::numeric_limits<double>::infinity()) - size;
    return static_cast<double>(std::fabs((static_cast<long double>(value) - exact) / static_cast<long double>(ulp)));
}

TEST(Elementary, ExpIsWithinOneUlpOfLongDouble) {
    martlet::RandomStream random(1, 1, 0);
    double worst = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        const double scale = i % 3 == 0 ? 1400.0 : i % 3 == 1 ? 4.0 : 1e-3;
        const double x = (random.uniform() - 0.5) * scale;
        worst = std::max(worst, error_in_ulps(portable_exp(x), expl(x)));
    }
    EXPECT_LT(worst, 1.0);
}

TEST(Elementary, ExpOfSubnormalResultsIsWithinOneOfTheirUnits) {
    for (int i = 0; i < 100'000; ++i) {
        const double x = -708.3 - 37 * (i / 100'000.0);
        ASSERT_LE(error_in_ulps(portable_exp(x), expl(x)), 1.01) << x;
    }
}

TEST(Elementary, LogIsWithinOneUlpOfLongDouble) {
    martlet::RandomStream random(2, 1, 0);
    double worst = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        double x = random.uniform() * 2;
        if (i % 3 == 1) x = 1 + (x - 1) * 1e-4;
        if (i % 3 == 2) {
            const std::uint64_t bits = random.next() >> 1;
            std::memcpy(&x, &bits, sizeof x);
            if (!std::isfinite(x)) continue;
        }
        if (x == 0) continue;
        worst = std::max(worst, error_in_ulps(portable_log(x), logl(x)));
    }
    EXPECT_LT(worst, 1.0);
}

TEST(Elementary, SpecialValuesAreThoseOfIeee) {
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(portable_exp(0), 1);
    EXPECT_EQ(portable_exp(-0.0), 1);
    EXPECT_EQ(portable_exp(infinity), infinity);
    EXPECT_EQ(portable_exp(-infinity), 0);
    EXPECT_EQ(portable_exp(710), infinity);
    EXPECT_EQ(portable_exp(-746), 0);
    EXPECT_TRUE(std::isfinite(portable_exp(709.78271289338397)));
    EXPECT_TRUE(std::isnan(portable_exp(std::nan(""))));
    EXPECT_EQ(portable_log(1), 0);
    EXPECT_EQ(portable_log(0), -infinity);
    EXPECT_EQ(portable_log(infinity), infinity);
    EXPECT_TRUE(std::isnan(portable_log(-1)));
    EXPECT_TRUE(std::isnan(portable_log(std::nan(""))));
    EXPECT_EQ(martlet::portable_sqrt(2), 0x1.6a09e667f3bcdp+0);
}

/// The bits of 200,000 results, as one number. It was written down once: another machine or another
/// build that rounds otherwise anywhere fails here.
TEST(Elementary, TheBitsAreTheSameOnEveryMachine) {
    martlet::RandomStream random(3, 1, 0);
    std::uint64_t digest = 0xCBF29CE484222325ull;
    for (int i = 0; i < 100'000; ++i) {
        const double x = random.uniform() * 40 - 20;
        for (const double value : {portable_exp(x), portable_log(x + 20)}) {
            std::uint64_t bits = 0;
            std::memcpy(&bits, &value, sizeof bits);
            digest = (digest ^ bits) * 0x100000001B3ull;
        }
    }
    EXPECT_EQ(digest, 11218630358556415832ull);
}

} // namespace
