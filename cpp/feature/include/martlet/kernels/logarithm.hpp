#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/number.hpp"

// The natural logarithm of N doubles at once: `portable_log` operation by operation, so that each lane has
// its bits. A test compares them.

namespace martlet::kernels {

MARTLET_INLINE double logarithm(double a) noexcept { return portable_log(a); }

template <int N>
Lanes<N> one_by_one(const Lanes<N>& a) noexcept {
    Lanes<N> out;
    for (int i = 0; i < N; ++i) out.lane[i] = portable_log(a.lane[i]);
    return out;
}

/// Lanes that are not positive normal numbers (prices and their quotients are) are left to `portable_log`.
template <int N>
MARTLET_INLINE Lanes<N> logarithm(const Lanes<N>& a) noexcept {
    using Bits = typename LaneMask<N>::Vector;
    using Vector = typename Lanes<N>::Vector;
    constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
    constexpr std::int64_t square_root_of_half = 0x3FE6A09E667F3BCDll;
    constexpr std::int64_t magic = 0x4338000000000000ll; // 1.5 × 2^52: adding an integer to these bits adds it to the number

    for (int i = 0; i < N; ++i)
        if (!(a.lane[i] >= 0x1p-1022 && a.lane[i] <= 0x1.fffffffffffffp1023)) return one_by_one(a);
    const Bits bits = *reinterpret_cast<const Bits*>(a.lane);
    const Bits shift = (bits - square_root_of_half) >> 52;
    const Bits mantissa = bits - (shift << 52);
    const Bits exponent_bits = shift + magic;
    const Vector k = reinterpret_cast<const Vector&>(exponent_bits) - 0x1.8p52;
    const Vector f = reinterpret_cast<const Vector&>(mantissa) - 1;
    const Vector s = f / (2 + f);
    const Vector z = s * s;
    const Vector half_square = 0.5 * f * f;
    Vector sum = z * 0 + 2.0 / 23;
    sum = sum * z + 2.0 / 21;
    sum = sum * z + 2.0 / 19;
    sum = sum * z + 2.0 / 17;
    sum = sum * z + 2.0 / 15;
    sum = sum * z + 2.0 / 13;
    sum = sum * z + 2.0 / 11;
    sum = sum * z + 2.0 / 9;
    sum = sum * z + 2.0 / 7;
    sum = sum * z + 2.0 / 5;
    sum = sum * z + 2.0 / 3;
    const Vector series = z * sum;
    return Lanes<N>::of(k * ln2_high - ((half_square - (s * (half_square + series) + k * ln2_low)) - f));
}

/// The same as a call, for kernels over double: code of which each has a copy would not stay in the cache.
template <int N>
[[gnu::noinline]] inline Lanes<N> called_logarithm(const Lanes<N>& a) noexcept { return logarithm(a); }

/// Logarithms of a few numbers of one kernel: of doubles side by side, since alone each waits for itself.
template <class Real, int Count>
struct Logarithms {
    Real of[Count];

    template <class... Number>
    MARTLET_INLINE explicit Logarithms(const Number&... x) noexcept : of{x...} {
        if constexpr (lanes_of<Real> == 1) {
            constexpr int width = Count == 2 ? 2 : 4;
            Lanes<width> all(1.0);
            for (int i = 0; i < Count; ++i) all.lane[i] = of[i];
            all = called_logarithm(all);
            for (int i = 0; i < Count; ++i) of[i] = all.lane[i];
        } else {
            for (Real& one : of) one = logarithm(one);
        }
    }
};

} // namespace martlet::kernels
