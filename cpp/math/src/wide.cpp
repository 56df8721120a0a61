#include "martlet/wide.hpp"

#include <limits>

namespace martlet {

CheckedInt64 multiply_divide(std::int64_t a, std::int64_t b, std::int64_t divisor, Rounding rounding) noexcept {
    if (divisor == 0) return {0, false};
    __extension__ using Int128 = __int128;
    const Int128 product = static_cast<Int128>(a) * b;
    const Int128 wide_divisor = divisor;
    Int128 quotient = product / wide_divisor;
    const Int128 remainder = product - quotient * wide_divisor;
    if (remainder != 0) {
        const bool negative = (remainder < 0) != (divisor < 0);
        switch (rounding) {
        case Rounding::toward_zero: break;
        case Rounding::down: quotient -= negative ? 1 : 0; break;
        case Rounding::up: quotient += negative ? 0 : 1; break;
        case Rounding::half_even: {
            const Int128 twice = (remainder < 0 ? -remainder : remainder) * 2;
            const Int128 size = wide_divisor < 0 ? -wide_divisor : wide_divisor;
            if (twice > size || (twice == size && (quotient & 1) != 0)) quotient += negative ? -1 : 1;
            break;
        }
        }
    }
    if (quotient > std::numeric_limits<std::int64_t>::max() || quotient < std::numeric_limits<std::int64_t>::min())
        return {0, false};
    return {static_cast<std::int64_t>(quotient), true};
}

} // namespace martlet
