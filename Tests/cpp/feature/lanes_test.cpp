#include <gtest/gtest.h>

#include <bit>

#include "martlet/kernels/exponential.hpp"
#include "martlet/kernels/logarithm.hpp"
#include "series.hpp"

// Elementary functions of lanes have the bits of those of doubles.

namespace martlet::kernels {
namespace {

using namespace martlet::testing;

constexpr int lanes = 8;

std::uint64_t bits_of(double x) { return std::bit_cast<std::uint64_t>(x); }

/// Numbers of every size that a function has to take, and now and then one that needs its care.
Lanes<lanes> drawn(Dice& dice, bool special) {
    static const double odd[] = {0.0, -0.0, 5e-324, 1e-310, 708.5, -708.5, 710, -745.1, -800, 1e300, -1e300, std::numeric_limits<double>::infinity(), nan};
    Lanes<lanes> out;
    for (int i = 0; i < lanes; ++i) out.lane[i] = (dice.uniform() - 0.5) * std::pow(10.0, static_cast<double>(dice.next() % 24) - 20);
    if (special) out.lane[dice.next() % lanes] = odd[dice.next() % std::size(odd)];
    return out;
}

TEST(Lanes, ExponentialsAreThoseOfEachLaneAlone) {
    Dice dice(1);
    for (int round = 0; round < 200'000; ++round) {
        const Lanes<lanes> x = drawn(dice, round % 16 == 0), y = exponential(x);
        for (int i = 0; i < lanes; ++i) ASSERT_EQ(bits_of(y.lane[i]), bits_of(portable_exp(x.lane[i]))) << x.lane[i];
    }
    for (int step = -7070; step <= 7070; ++step) { // to the ends of what is taken together
        const Lanes<lanes> x(step / 10.0), y = exponential(x);
        for (int i = 0; i < lanes; ++i) ASSERT_EQ(bits_of(y.lane[i]), bits_of(portable_exp(step / 10.0))) << step;
    }
}

TEST(Lanes, LogarithmsAreThoseOfEachLaneAlone) {
    Dice dice(2);
    for (int round = 0; round < 200'000; ++round) {
        Lanes<lanes> x = drawn(dice, round % 16 == 0);
        if (round % 3 != 0) x = absolute(x);
        const Lanes<lanes> y = logarithm(x);
        for (int i = 0; i < lanes; ++i) ASSERT_EQ(bits_of(y.lane[i]), bits_of(portable_log(x.lane[i]))) << x.lane[i];
    }
}

} // namespace
} // namespace martlet::kernels
