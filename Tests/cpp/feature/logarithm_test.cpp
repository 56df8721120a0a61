#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "../../../cpp/feature/src/feature_table.hpp"
#include "martlet/kernels/logarithm.hpp"
#include "series.hpp"

// The logarithm of many at once has, lane by lane, the bits of `portable_log`, whatever the instruction set.

namespace martlet {
namespace {

using namespace testing;

template <int N>
MARTLET_INLINE void log_all(const double* from, double* to) noexcept {
    kernels::Lanes<N> lanes;
    for (int i = 0; i < N; ++i) lanes.lane[i] = from[i];
    lanes = kernels::logarithm(lanes);
    for (int i = 0; i < N; ++i) to[i] = lanes.lane[i];
}

template <int N>
void log_baseline(const double* from, double* to) noexcept { log_all<N>(from, to); }
template <int N>
MARTLET_AVX2 void log_avx2(const double* from, double* to) noexcept { log_all<N>(from, to); }
template <int N>
MARTLET_AVX512 void log_avx512(const double* from, double* to) noexcept { log_all<N>(from, to); }

using LogOfMany = void (*)(const double*, double*) noexcept;

template <int N>
std::vector<LogOfMany> instruction_sets() {
    std::vector<LogOfMany> all{log_baseline<N>};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) all.push_back(log_avx2<N>);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) all.push_back(log_avx512<N>);
#endif
    return all;
}

/// How many of `values`, taken N at a time, have other bits; the first of them.
template <int N>
std::size_t differing(const std::vector<double>& values, double* first) {
    std::size_t count = 0;
    for (const LogOfMany log_of_many : instruction_sets<N>())
        for (std::size_t at = 0; at + N <= values.size(); ++at) { // each value in each lane
            double out[N];
            log_of_many(values.data() + at, out);
            for (int i = 0; i < N; ++i) {
                const double x = values[at + static_cast<std::size_t>(i)];
                if (std::bit_cast<std::uint64_t>(out[i]) == std::bit_cast<std::uint64_t>(portable_log(x))) continue;
                if (count++ == 0) *first = x;
            }
        }
    return count;
}

void expect_same_bits(const std::vector<double>& values) {
    double first = 0;
    EXPECT_EQ(differing<2>(values, &first), 0u) << "2 lanes, log of " << first;
    EXPECT_EQ(differing<4>(values, &first), 0u) << "4 lanes, log of " << first;
    EXPECT_EQ(differing<8>(values, &first), 0u) << "8 lanes, log of " << first;
}

TEST(LogarithmOfLanes, HasTheBitsOfThePortableOneForEveryExponentAndRandomMantissas) {
    Dice dice(17);
    std::vector<double> values;
    for (std::uint64_t exponent = 1; exponent < 2047; ++exponent)
        for (int i = 0; i < 40; ++i) values.push_back(std::bit_cast<double>(exponent << 52 | ((dice.next() << 20 ^ dice.next()) & 0xFFFFFFFFFFFFF)));
    expect_same_bits(values);
}

TEST(LogarithmOfLanes, HasTheBitsOfThePortableOneAroundOneAndWhereTheMantissaIsSplit) {
    std::vector<double> values;
    for (const double centre : {1.0, std::sqrt(0.5), std::sqrt(2.0), 0.5, 2.0, 4.0, 100.0, 0x1p-1022, 0x1p1023}) {
        const auto bits = std::bit_cast<std::int64_t>(centre);
        for (std::int64_t step = -600; step <= 600; ++step) {
            const double x = std::bit_cast<double>(bits + step);
            if (x >= std::numeric_limits<double>::min()) values.push_back(x);
        }
    }
    Dice dice(23);
    for (int i = 0; i < 60'000; ++i) values.push_back(std::exp(0.02 * (dice.uniform() - 0.5))); // quotients of prices
    values.push_back(std::numeric_limits<double>::max());
    values.push_back(std::numeric_limits<double>::min());
    expect_same_bits(values);
}

TEST(LogarithmOfLanes, HasTheBitsOfThePortableOneWhereALaneIsNoPositiveNormalNumber) {
    using Limits = std::numeric_limits<double>;
    const double odd[] = {0.0, -0.0, -1.0, -Limits::max(), Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), Limits::denorm_min(),
                          std::nextafter(Limits::min(), 0.0), -Limits::denorm_min()};
    Dice dice(29);
    std::vector<double> values;
    for (int round = 0; round < 2'000; ++round)
        values.push_back(dice.uniform() < 0.2 ? odd[static_cast<std::size_t>(dice.uniform() * 10)] : 100 * dice.uniform() + 1e-9);
    expect_same_bits(values);
}

} // namespace
} // namespace martlet
