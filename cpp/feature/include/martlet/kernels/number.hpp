#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/elementary.hpp"

// The number types that a kernel is written over: `double` for one series, `Lanes<N>` for N series at
// once. Each operation on lanes is the same operation on each double, so a lane's bits are those that the
// kernel over `double` gives (no operation is fused: -ffp-contract=off).

/// Kernels live in loops that are compiled for several instruction sets; what is not inlined into them
/// stays right, but runs with the smallest.
#define MARTLET_INLINE [[gnu::always_inline]] inline

namespace martlet::kernels {

/// What a comparison of lanes gives: all ones or all zeros in each.
template <int N>
struct LaneMask {
    typedef std::int64_t Vector __attribute__((vector_size(N * 8), aligned(8), may_alias));
    std::int64_t lane[N];

    MARTLET_INLINE friend LaneMask operator&(const LaneMask& a, const LaneMask& b) noexcept { return of(vector(a) & vector(b)); }
    MARTLET_INLINE friend LaneMask operator|(const LaneMask& a, const LaneMask& b) noexcept { return of(vector(a) | vector(b)); }
    MARTLET_INLINE friend LaneMask operator!(const LaneMask& a) noexcept { return of(~vector(a)); }

    MARTLET_INLINE static const Vector& vector(const LaneMask& a) noexcept { return *reinterpret_cast<const Vector*>(a.lane); }
    MARTLET_INLINE static LaneMask of(const Vector& v) noexcept {
        LaneMask out;
        *reinterpret_cast<Vector*>(out.lane) = v;
        return out;
    }
};

/// N doubles that take every operation together. An array, not a compiler vector, so that it is passed in
/// the same way whatever the instruction set; the compiler keeps it in vector registers all the same.
template <int N>
struct Lanes {
    typedef double Vector __attribute__((vector_size(N * 8), aligned(8), may_alias));
    using Mask = LaneMask<N>;
    double lane[N];

    Lanes() noexcept = default;
    /// The same number in each lane.
    MARTLET_INLINE Lanes(double x) noexcept {
        for (int i = 0; i < N; ++i) lane[i] = x;
    }

    MARTLET_INLINE friend Lanes operator+(const Lanes& a, const Lanes& b) noexcept { return of(vector(a) + vector(b)); }
    MARTLET_INLINE friend Lanes operator-(const Lanes& a, const Lanes& b) noexcept { return of(vector(a) - vector(b)); }
    MARTLET_INLINE friend Lanes operator*(const Lanes& a, const Lanes& b) noexcept { return of(vector(a) * vector(b)); }
    MARTLET_INLINE friend Lanes operator/(const Lanes& a, const Lanes& b) noexcept { return of(vector(a) / vector(b)); }
    MARTLET_INLINE friend Lanes operator-(const Lanes& a) noexcept { return of(-vector(a)); }
    MARTLET_INLINE Lanes& operator+=(const Lanes& b) noexcept { return *this = *this + b; }
    MARTLET_INLINE Lanes& operator-=(const Lanes& b) noexcept { return *this = *this - b; }
    MARTLET_INLINE Lanes& operator*=(const Lanes& b) noexcept { return *this = *this * b; }

    MARTLET_INLINE friend Mask operator<(const Lanes& a, const Lanes& b) noexcept { return mask(vector(a) < vector(b)); }
    MARTLET_INLINE friend Mask operator>(const Lanes& a, const Lanes& b) noexcept { return mask(vector(a) > vector(b)); }
    MARTLET_INLINE friend Mask operator<=(const Lanes& a, const Lanes& b) noexcept { return mask(vector(a) <= vector(b)); }
    MARTLET_INLINE friend Mask operator>=(const Lanes& a, const Lanes& b) noexcept { return mask(vector(a) >= vector(b)); }
    MARTLET_INLINE friend Mask operator==(const Lanes& a, const Lanes& b) noexcept { return mask(vector(a) == vector(b)); }

    MARTLET_INLINE friend Lanes select(const Mask& mask, const Lanes& a, const Lanes& b) noexcept {
        return of(Mask::vector(mask) ? vector(a) : vector(b));
    }
    MARTLET_INLINE friend Lanes maximum(const Lanes& a, const Lanes& b) noexcept { return select(a > b, a, b); }
    MARTLET_INLINE friend Lanes minimum(const Lanes& a, const Lanes& b) noexcept { return select(a < b, a, b); }
    MARTLET_INLINE friend Lanes absolute(const Lanes& a) noexcept { return of(__builtin_elementwise_abs(vector(a))); }
    MARTLET_INLINE friend Lanes square_root(const Lanes& a) noexcept { return of(__builtin_elementwise_sqrt(vector(a))); }
    MARTLET_INLINE friend Lanes round_down(const Lanes& a) noexcept { return of(__builtin_elementwise_floor(vector(a))); }

    MARTLET_INLINE static const Vector& vector(const Lanes& a) noexcept { return *reinterpret_cast<const Vector*>(a.lane); }
    MARTLET_INLINE static Lanes of(const Vector& v) noexcept {
        Lanes out;
        *reinterpret_cast<Vector*>(out.lane) = v;
        return out;
    }
    template <class Comparison>
    MARTLET_INLINE static Mask mask(const Comparison& v) noexcept {
        return Mask::of(reinterpret_cast<const typename Mask::Vector&>(v));
    }
};

/// `a` where the mask holds, else `b`. Both are computed: a kernel's path must not depend on its input.
MARTLET_INLINE double select(bool mask, double a, double b) noexcept { return mask ? a : b; }
/// The larger; `b` where they are equal.
MARTLET_INLINE double maximum(double a, double b) noexcept { return a > b ? a : b; }
/// The smaller; `b` where they are equal.
MARTLET_INLINE double minimum(double a, double b) noexcept { return a < b ? a : b; }
MARTLET_INLINE double absolute(double a) noexcept { return __builtin_fabs(a); }
/// Correctly rounded. Negative → NaN: a kernel takes the larger of 0 and its argument first.
MARTLET_INLINE double square_root(double a) noexcept { return portable_sqrt(a); }
/// The largest whole number that is not above `a`.
MARTLET_INLINE double round_down(double a) noexcept { return __builtin_floor(a); }

/// Largest size of a quotient that `quotient` gives: its square, summed over a window, stays finite.
inline constexpr double maximum_quotient = 1e120;

/// a ÷ b, or `otherwise` where that is no number or larger than `maximum_quotient` (b = 0 above all).
template <class Real>
MARTLET_INLINE Real quotient(const Real& a, const Real& b, const Real& otherwise) noexcept {
    const Real value = a / b;
    return select(absolute(value) <= Real(maximum_quotient), value, otherwise);
}

/// How many series a number stands for.
template <class Real>
inline constexpr int lanes_of = static_cast<int>(sizeof(Real) / sizeof(double));

} // namespace martlet::kernels
