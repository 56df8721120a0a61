#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/number.hpp"

// Eight records of one series side by side, for the `block` of a kernel over double: what a record says by
// itself, or with the one before, is computed for eight at once; only what must wait for its turn, a running
// sum or mean, goes one by one. Each operation is that of `update`, so the bits are.

namespace martlet::kernels {

using Eight = Lanes<8>;

/// Records `t` … `t + 7` of a column.
MARTLET_INLINE Eight eight_of(const double* column, std::int64_t t) noexcept {
    return Eight::of(*reinterpret_cast<const Eight::Vector*>(column + t));
}
MARTLET_INLINE void put_eight(const Eight& values, double* column, std::int64_t t) noexcept {
    *reinterpret_cast<Eight::Vector*>(column + t) = Eight::vector(values);
}
/// The record before each of them: `before`, then the first seven.
MARTLET_INLINE Eight one_earlier(const Eight& values, double before) noexcept {
    const Eight::Vector v = Eight::vector(values), first = Eight::vector(Eight(before));
    return Eight::of(__builtin_shufflevector(v, first, 8, 0, 1, 2, 3, 4, 5, 6));
}

/// The same numbers for use one by one: through memory, since taking each out of a wide register costs more.
struct OneByOne {
    alignas(64) double at[8];
    MARTLET_INLINE explicit OneByOne(const Eight& values) noexcept {
        *reinterpret_cast<Eight::Vector*>(at) = Eight::vector(values);
        asm("" : "+m"(at)); // or the compiler would take them out of the register all the same
    }
};

} // namespace martlet::kernels
