#include "martlet/instrument.hpp"

#include <cstring>
#include <limits>
#include <numeric>

namespace martlet {
namespace {

__extension__ using Int128 = __int128;

constexpr int maximum_exponent = 18;

/// 10^n for n in 0…18.
constexpr std::int64_t power_of_ten(int n) noexcept {
    std::int64_t value = 1;
    while (n-- > 0) value *= 10;
    return value;
}

struct Fraction {
    Int128 numerator;
    Int128 denominator;
};

Int128 greatest_common_divisor(Int128 a, Int128 b) noexcept {
    while (b != 0) {
        const Int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/// Multiplies `fraction` by `decimal` (or divides by it); false on overflow of 128 bits.
bool scale(Fraction& fraction, Decimal decimal, bool divide) noexcept {
    if (decimal.mantissa <= 0 || decimal.exponent > maximum_exponent || decimal.exponent < -maximum_exponent) return false;
    Int128 up = decimal.mantissa;
    Int128 down = 1;
    (decimal.exponent >= 0 ? up : down) *= power_of_ten(decimal.exponent >= 0 ? decimal.exponent : -decimal.exponent);
    if (divide) std::swap(up, down);
    if (__builtin_mul_overflow(fraction.numerator, up, &fraction.numerator)) return false;
    if (__builtin_mul_overflow(fraction.denominator, down, &fraction.denominator)) return false;
    const Int128 divisor = greatest_common_divisor(fraction.numerator, fraction.denominator);
    fraction.numerator /= divisor;
    fraction.denominator /= divisor;
    return true;
}

} // namespace

MoneyRatio money_ratio(const InstrumentDefinition& definition) noexcept {
    Fraction ratio{1, 1};
    const bool fits = scale(ratio, definition.price_increment, false) && scale(ratio, definition.lot_increment, false) &&
                      scale(ratio, definition.multiplier, false) && scale(ratio, definition.money_unit, true);
    constexpr Int128 limit = std::numeric_limits<std::int64_t>::max();
    if (!fits || ratio.numerator > limit || ratio.denominator > limit) return {0, 0};
    return {static_cast<std::int64_t>(ratio.numerator), static_cast<std::int64_t>(ratio.denominator)};
}

std::size_t write_decimal(std::int64_t units, Decimal increment, char* text, std::size_t capacity) noexcept {
    if (increment.mantissa <= 0 || increment.exponent > maximum_exponent || increment.exponent < -maximum_exponent) return 0;
    Int128 value = static_cast<Int128>(units) * increment.mantissa;
    const bool negative = value < 0;
    if (negative) value = -value;
    int places = 0;
    if (increment.exponent >= 0) {
        if (__builtin_mul_overflow(value, static_cast<Int128>(power_of_ten(increment.exponent)), &value)) return 0;
    } else {
        places = -increment.exponent;
    }
    char reversed[64];
    std::size_t length = 0;
    for (int digit = 0; value != 0 || digit <= places; ++digit) {
        if (digit == places && places != 0) reversed[length++] = '.';
        reversed[length++] = static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    }
    if (negative) reversed[length++] = '-';
    if (length + 1 > capacity) return 0;
    for (std::size_t i = 0; i < length; ++i) text[i] = reversed[length - 1 - i];
    text[length] = '\0';
    return length;
}

DecimalStatus read_decimal(const char* text, std::size_t length, Decimal increment, std::int64_t* units) noexcept {
    if (increment.mantissa <= 0 || increment.exponent > maximum_exponent || increment.exponent < -maximum_exponent)
        return DecimalStatus::malformed;
    std::size_t at = 0;
    const bool negative = length > 0 && text[0] == '-';
    if (negative) ++at;
    Int128 value = 0;
    int places = 0;
    bool point = false;
    bool digits = false;
    int pending_zeros = 0; // trailing zeros after the point change nothing and must not overflow
    for (; at < length; ++at) {
        const char c = text[at];
        if (c == '.') {
            if (point) return DecimalStatus::malformed;
            point = true;
            continue;
        }
        if (c < '0' || c > '9') return DecimalStatus::malformed;
        digits = true;
        if (point && c == '0') {
            ++pending_zeros;
            continue;
        }
        for (; pending_zeros > 0; --pending_zeros) {
            value *= 10;
            if (++places > maximum_exponent) return DecimalStatus::not_a_multiple;
        }
        value = value * 10 + (c - '0');
        if (point && ++places > maximum_exponent) return DecimalStatus::not_a_multiple;
        if (value > static_cast<Int128>(power_of_ten(18)) * power_of_ten(18)) return DecimalStatus::overflow;
    }
    if (!digits) return DecimalStatus::malformed;
    // value × 10^-places = units × mantissa × 10^exponent
    const int shift = -places - increment.exponent;
    Int128 divisor = increment.mantissa;
    if (shift > 0) {
        if (shift > 2 * maximum_exponent) return DecimalStatus::overflow;
        for (int i = 0; i < shift; ++i)
            if (__builtin_mul_overflow(value, static_cast<Int128>(10), &value)) return DecimalStatus::overflow;
    } else {
        for (int i = 0; i < -shift; ++i)
            if (__builtin_mul_overflow(divisor, static_cast<Int128>(10), &divisor)) return DecimalStatus::not_a_multiple;
    }
    if (value % divisor != 0) return DecimalStatus::not_a_multiple;
    Int128 result = value / divisor;
    if (negative) result = -result;
    if (result > std::numeric_limits<std::int64_t>::max() || result < std::numeric_limits<std::int64_t>::min())
        return DecimalStatus::overflow;
    *units = static_cast<std::int64_t>(result);
    return DecimalStatus::ok;
}

} // namespace martlet
