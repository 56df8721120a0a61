#include "martlet/elementary.hpp"

#include <limits>

namespace martlet {
namespace {

// ln 2 in two parts: the first has 32 trailing zero bits, so that k × high is exact for |k| < 2^20.
constexpr double ln2_high = 0x1.62e42feep-1;
constexpr double ln2_low = 0x1.a39ef35793c76p-33;
constexpr double inverse_ln2 = 0x1.71547652b82fep+0;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::uint64_t bits_of(double x) noexcept { return __builtin_bit_cast(std::uint64_t, x); }
double from_bits(std::uint64_t bits) noexcept { return __builtin_bit_cast(double, bits); }

/// 2^exponent for a normal result, exponent in −1022…1023.
double power_of_two(int exponent) noexcept { return from_bits(static_cast<std::uint64_t>(exponent + 1023) << 52); }

/// Taylor coefficients of e^r after 1 + r: 1/2!, 1/3! … 1/14!. On |r| ≤ ln2 / 2 the rest is below 2^-60.
constexpr double exp_coefficients[] = {
    1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
    1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0, 1.0 / 87178291200.0,
};

/// 2/(2i + 3): log((1 + s) / (1 − s)) = 2s + s × Σ coefficient_i × s^(2i + 2).
constexpr double log_coefficients[] = {
    2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23,
};

template <std::size_t Count>
double horner(const double (&coefficients)[Count], double x) noexcept {
    double sum = coefficients[Count - 1];
    for (std::size_t i = Count - 1; i-- > 0;) sum = sum * x + coefficients[i];
    return sum;
}

} // namespace

double portable_exp(double x) noexcept {
    if (x != x) return not_a_number;
    if (x > 709.8) return infinity;
    if (x < -745.2) return 0;
    // x = k ln2 + r, |r| ≤ ln2 / 2; `high` is exact by Sterbenz, `low` carries what it lost.
    const double scaled = x * inverse_ln2;
    const int k = static_cast<int>(scaled + (scaled < 0 ? -0.5 : 0.5));
    const double high = x - k * ln2_high;
    const double low = k * ln2_low;
    const double r = high - low;
    const double lost = (high - r) - low;
    const double tail = r * r * horner(exp_coefficients, r) + lost * (1 + r);
    // 1 + r as a sum and what the sum lost, so that only the last addition rounds noticeably.
    const double sum = 1 + r;
    const double rest = r - (sum - 1);
    const double value = sum + (rest + tail);
    if (k >= -1021 && k <= 1023) return value * power_of_two(k);
    if (k > 1023) return value * 2 * power_of_two(k - 1);
    return value * power_of_two(k + 1000) * power_of_two(-1000); // one rounding, into the subnormals
}

double portable_log(double x) noexcept {
    if (x != x || x < 0) return not_a_number;
    if (x == 0) return -infinity;
    if (x == infinity) return infinity;
    int k = 0;
    if (x < std::numeric_limits<double>::min()) {
        x *= power_of_two(54);
        k = -54;
    }
    // x = 2^k × m with m in [√½, √2)
    constexpr std::uint64_t square_root_of_half = 0x3FE6A09E667F3BCDull;
    const std::uint64_t bits = bits_of(x);
    const auto shift = static_cast<std::int64_t>(bits - square_root_of_half) >> 52;
    k += static_cast<int>(shift);
    const double m = from_bits(bits - (static_cast<std::uint64_t>(shift) << 52));
    const double f = m - 1; // exact
    const double s = f / (2 + f);
    const double z = s * s;
    const double half_square = 0.5 * f * f;
    const double series = z * horner(log_coefficients, z);
    // log(1 + f) = f − (f²/2 − s (f²/2 + series)): the large term f is exact, the rest is small.
    return k * ln2_high - ((half_square - (s * (half_square + series) + k * ln2_low)) - f);
}

} // namespace martlet
