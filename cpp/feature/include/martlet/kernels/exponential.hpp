#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/number.hpp"

// The exponential of N doubles at once: `portable_exp` operation by operation, so that each lane has its bits. A
// test compares them.

namespace martlet::kernels {

MARTLET_INLINE double exponential(double a) noexcept { return portable_exp(a); }

template <int N>
Lanes<N> exponential_one_by_one(const Lanes<N>& a) noexcept {
    Lanes<N> out;
    for (int i = 0; i < N; ++i) out.lane[i] = portable_exp(a.lane[i]);
    return out;
}

/// Lanes whose result is no normal number, or near the ends of these, are left to `portable_exp`.
template <int N>
MARTLET_INLINE Lanes<N> exponential(const Lanes<N>& a) noexcept {
    using Bits = typename LaneMask<N>::Vector;
    using Vector = typename Lanes<N>::Vector;
    constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33, inverse_ln2 = 0x1.71547652b82fep+0;
    constexpr double largest = 707;

    for (int i = 0; i < N; ++i)
        if (!(a.lane[i] >= -largest && a.lane[i] <= largest)) return exponential_one_by_one(a);
    const Vector x = Lanes<N>::vector(a);
    const Vector scaled = x * inverse_ln2;
    const Vector half = scaled * 0 + 0.5;
    const Vector k = __builtin_elementwise_trunc(scaled + (scaled < 0 ? -half : half));
    const Vector high = x - k * ln2_high;
    const Vector low = k * ln2_low;
    const Vector r = high - low;
    const Vector lost = (high - r) - low;
    Vector sum = r * 0 + 1.0 / 87178291200.0; // 14!
    sum = sum * r + 1.0 / 6227020800.0;
    sum = sum * r + 1.0 / 479001600;
    sum = sum * r + 1.0 / 39916800;
    sum = sum * r + 1.0 / 3628800;
    sum = sum * r + 1.0 / 362880;
    sum = sum * r + 1.0 / 40320;
    sum = sum * r + 1.0 / 5040;
    sum = sum * r + 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 1.0 / 2;
    const Vector tail = r * r * sum + lost * (1 + r);
    const Vector one = 1 + r;
    const Vector rest = r - (one - 1);
    // Adding 1.5 × 2^52 puts a whole number into the low bits.
    const Vector shifted = k + 0x1.8p52;
    const Bits power = (reinterpret_cast<const Bits&>(shifted) + 1023) << 52;
    return Lanes<N>::of((one + (rest + tail)) * reinterpret_cast<const Vector&>(power));
}

} // namespace martlet::kernels
