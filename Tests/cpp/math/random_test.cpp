#include "martlet/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace {

using martlet::RandomStream;

TEST(Random, PhiloxGivesThePublishedVectors) {
    // The known-answer vectors of the generator's authors (Random123, kat_vectors, philox4x32 10).
    std::uint32_t zero[4] = {0, 0, 0, 0};
    martlet::philox_4x32(zero, 0, 0);
    EXPECT_EQ(zero[0], 0x6627e8d5u);
    EXPECT_EQ(zero[1], 0xe169c58du);
    EXPECT_EQ(zero[2], 0xbc57ac4cu);
    EXPECT_EQ(zero[3], 0x9b00dbd8u);
    std::uint32_t ones[4] = {~0u, ~0u, ~0u, ~0u};
    martlet::philox_4x32(ones, ~0u, ~0u);
    EXPECT_EQ(ones[0], 0x408f276du);
    EXPECT_EQ(ones[1], 0x41c83b0eu);
    EXPECT_EQ(ones[2], 0xa20bc7c6u);
    EXPECT_EQ(ones[3], 0x6d5451fdu);
    std::uint32_t pi[4] = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};
    martlet::philox_4x32(pi, 0xa4093822, 0x299f31d0);
    EXPECT_EQ(pi[0], 0xd16cfe09u);
    EXPECT_EQ(pi[1], 0x94fdccebu);
    EXPECT_EQ(pi[2], 0x5001e420u);
    EXPECT_EQ(pi[3], 0x24126ea1u);
}

TEST(Random, SeekGivesTheSameNumberAsCounting) {
    RandomStream counted(7, 3, 9);
    std::array<std::uint64_t, 65> numbers{};
    for (auto& number : numbers) number = counted.next();
    for (std::uint64_t n = 0; n < numbers.size(); ++n) {
        RandomStream sought(7, 3, 9);
        sought.seek(n);
        EXPECT_EQ(sought.next(), numbers[n]);
        if (n + 1 < numbers.size()) EXPECT_EQ(sought.next(), numbers[n + 1]);
    }
}

TEST(Random, StreamsOfDifferentPurposeIndexOrSeedShareNoNumber) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t seed = 0; seed < 4; ++seed)
        for (std::uint32_t purpose = 0; purpose < 4; ++purpose)
            for (std::uint32_t index = 0; index < 4; ++index) {
                RandomStream stream(seed, purpose, index);
                for (int i = 0; i < 100; ++i) all.push_back(stream.next());
            }
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST(Random, UniformHasItsMomentsAndNeverTouchesTheEnds) {
    RandomStream random(11, 1, 0);
    double sum = 0, squares = 0;
    constexpr int count = 1'000'000;
    for (int i = 0; i < count; ++i) {
        const double u = random.uniform();
        ASSERT_GT(u, 0);
        ASSERT_LT(u, 1);
        sum += u;
        squares += u * u;
    }
    EXPECT_NEAR(sum / count, 0.5, 0.0015);       // five standard errors
    EXPECT_NEAR(squares / count, 1.0 / 3, 0.0015);
}

TEST(Random, BelowFavoursNoValue) {
    RandomStream random(12, 1, 0);
    EXPECT_EQ(random.below(0), 0u);
    EXPECT_EQ(random.below(1), 0u);
    constexpr int count = 700'000;
    std::array<int, 7> seen{};
    for (int i = 0; i < count; ++i) ++seen.at(random.below(7));
    double chi_square = 0;
    for (const int n : seen) chi_square += (n - count / 7.0) * (n - count / 7.0) / (count / 7.0);
    EXPECT_LT(chi_square, 33.1); // 6 degrees of freedom, p = 1e-5
    // A bound just above half the range shows the bias of a plain remainder: its lower third would be
    // hit twice as often.
    const std::uint64_t bound = 3ull << 62;
    int low = 0;
    for (int i = 0; i < 300'000; ++i) low += random.below(bound) < (1ull << 62) ? 1 : 0;
    EXPECT_NEAR(low / 300'000.0, 1.0 / 3, 0.005);
}

TEST(Random, NormalHasItsMomentsAndItsDistribution) {
    RandomStream random(13, 1, 0);
    constexpr int count = 1'000'000;
    double sum[5] = {};
    for (int i = 0; i < count; ++i) {
        double power = 1;
        const double x = random.normal();
        for (double& s : sum) {
            s += power;
            power *= x;
        }
    }
    EXPECT_NEAR(sum[1] / count, 0, 0.005);
    EXPECT_NEAR(sum[2] / count, 1, 0.008);
    EXPECT_NEAR(sum[3] / count, 0, 0.02);
    EXPECT_NEAR(sum[4] / count, 3, 0.05);
}

TEST(Random, InverseNormalInvertsTheDistributionFunction) {
    for (const double p : {1e-300, 1e-100, 1e-16, 1e-9, 1e-5, 0.001, 0.02, 0.0749, 0.0751, 0.3, 0.5, 0.77, 0.99, 1 - 1e-9}) {
        const double x = martlet::inverse_normal(p);
        const long double back = 0.5L * erfcl(-static_cast<long double>(x) / sqrtl(2));
        // An error of one ulp in x moves p by about x² of its own ulps.
        EXPECT_NEAR(static_cast<double>(back / static_cast<long double>(p)), 1, 4e-16 * (4 + x * x)) << p;
    }
    EXPECT_TRUE(std::isinf(martlet::inverse_normal(0)));
    EXPECT_TRUE(std::isinf(martlet::inverse_normal(1)));
    EXPECT_TRUE(std::isnan(martlet::inverse_normal(-0.1)));
}

TEST(Random, ExponentialHasMeanAndVarianceOne) {
    RandomStream random(14, 1, 0);
    constexpr int count = 1'000'000;
    double sum = 0, squares = 0;
    for (int i = 0; i < count; ++i) {
        const double x = random.exponential();
        ASSERT_GT(x, 0);
        sum += x;
        squares += x * x;
    }
    EXPECT_NEAR(sum / count, 1, 0.005);
    EXPECT_NEAR(squares / count, 2, 0.025);
}

} // namespace
