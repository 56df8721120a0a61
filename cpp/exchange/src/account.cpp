#include "account.hpp"

#include <cassert>
#include <limits>

namespace martlet::exchange {
namespace {

std::int64_t divide_half_even(Int128 value, Int128 divisor) noexcept {
    Int128 quotient = value / divisor;
    const Int128 rest = value - quotient * divisor;
    const Int128 twice = (rest < 0 ? -rest : rest) * 2;
    if (twice > divisor || (twice == divisor && (quotient & 1) != 0)) quotient += value < 0 ? -1 : 1;
    assert(quotient <= std::numeric_limits<std::int64_t>::max() && quotient >= std::numeric_limits<std::int64_t>::min() &&
           "money fits 64 bits");
    return static_cast<std::int64_t>(quotient);
}

} // namespace

std::int64_t to_money(Int128 amount, const MoneyRatio& ratio) noexcept {
    Int128 scaled = 0;
    const bool overflow = __builtin_mul_overflow(amount, static_cast<Int128>(ratio.numerator), &scaled);
    assert(!overflow && ratio.denominator > 0 && "money fits 128 bits");
    return divide_half_even(scaled, ratio.denominator);
}

std::int64_t fee_of(std::int64_t price, std::int64_t lots, std::int32_t ppm, const MoneyRatio& ratio) noexcept {
    Int128 amount = static_cast<Int128>(price) * lots;
    if (amount < 0) amount = -amount;
    Int128 scaled = 0;
    const bool overflow = __builtin_mul_overflow(amount, static_cast<Int128>(ratio.numerator) * ppm, &scaled);
    assert(!overflow && "a fee fits 128 bits");
    return divide_half_even(scaled, static_cast<Int128>(ratio.denominator) * 1'000'000);
}

} // namespace martlet::exchange
