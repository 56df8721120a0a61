#pragma once
#include <cstddef>
#include <cstdint>

// Products of 64-bit integers that do not overflow, and the named ways to round their quotients.

namespace martlet {

/// How a quotient that is not whole becomes an integer.
enum class Rounding : std::uint8_t {
    down,       ///< toward minus infinity
    up,         ///< toward plus infinity
    toward_zero,///< truncation
    half_even,  ///< to nearest, ties to the even neighbour: the ledger's rule
};

/// `value` and whether it is valid; invalid on overflow of 64 bits or a zero divisor.
struct CheckedInt64 {
    std::int64_t value;
    bool valid;
};

/// a × b ÷ divisor with a 128-bit product and the stated rounding. O(1), never allocates.
CheckedInt64 multiply_divide(std::int64_t a, std::int64_t b, std::int64_t divisor, Rounding rounding) noexcept;

} // namespace martlet
