#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/windows.hpp"

// Aggregates for windows: moments up to the fourth, and those of pairs. Joined, never taken apart, so that
// nothing builds up however long they run (Chan, Golub and LeVeque 1979; Pébay, Sandia report 2008-6212).

namespace martlet::kernels {

/// Largest size of a value whose fourth power, summed over a window, stays finite.
inline constexpr double maximum_of_fourth = 1e70;

/// Mean, and sums of the second, third and fourth powers of distances from it.
template <class Real>
struct FourMoments {
    using Number = Real;
    Real mean{};
    Real second{};
    Real third{};
    Real fourth{};
    MARTLET_INLINE static FourMoments joined(const FourMoments& a, std::int32_t na, const FourMoments& b, std::int32_t nb) noexcept {
        const double n = static_cast<double>(na + nb), left = na, right = nb;
        const Real d = b.mean - a.mean;
        const Real d_n = d / n;
        const Real d2 = d * d_n * (left * right);
        FourMoments out;
        out.mean = a.mean + d_n * right;
        out.second = a.second + b.second + d2;
        out.third = a.third + b.third + d2 * d_n * (left - right) + 3.0 * d_n * (left * b.second - right * a.second);
        out.fourth = a.fourth + b.fourth + d2 * d_n * d_n * (left * left - left * right + right * right) +
                     6.0 * d_n * d_n * (left * left * b.second + right * right * a.second) +
                     4.0 * d_n * (left * b.third - right * a.third);
        return out;
    }
};

/// Means of two values and sums of the products of their distances from them.
template <class Real>
struct PairMoments {
    using Number = Real;
    Real x{};
    Real y{};
    Real xx{};
    Real yy{};
    Real xy{};
    MARTLET_INLINE static PairMoments of(const Real& x, const Real& y) noexcept { return {x, y, Real(0.0), Real(0.0), Real(0.0)}; }
    MARTLET_INLINE static PairMoments joined(const PairMoments& a, std::int32_t na, const PairMoments& b, std::int32_t nb) noexcept {
        const double share = static_cast<double>(nb) / static_cast<double>(na + nb);
        const double weight = share * static_cast<double>(na);
        const Real dx = b.x - a.x;
        const Real dy = b.y - a.y;
        return {a.x + dx * share, a.y + dy * share, a.xx + b.xx + dx * dx * weight, a.yy + b.yy + dy * dy * weight,
                a.xy + b.xy + dx * dy * weight};
    }
    /// Pearson's, −1 … 1; 0 where one of the two does not vary.
    MARTLET_INLINE Real correlation() const noexcept {
        const Real r = quotient<Real>(xy, square_root(xx) * square_root(yy), 0.0);
        return maximum(minimum(r, Real(1.0)), Real(-1.0));
    }
    /// Slope of y over x; 0 where x does not vary.
    MARTLET_INLINE Real slope() const noexcept { return quotient<Real>(xy, xx, 0.0); }
};

/// The last `period` values, oldest first: for what has to look at all of them at each update.
template <class Real>
class History {
public:
    History(std::int32_t period, Arena& arena) noexcept : values_(period, arena) {}
    MARTLET_INLINE Real push(const Real& x, Real* memory) noexcept { return values_.exchange(x, memory); }
    /// Value `i`, 0 the oldest. Zeros stand for those that have not come.
    MARTLET_INLINE const Real& at(std::int32_t i, const Real* memory) const noexcept {
        std::int32_t slot = values_.position() + i;
        if (slot >= values_.period()) slot -= values_.period();
        return values_.slots(memory)[slot];
    }
    std::int32_t period() const noexcept { return values_.period(); }

private:
    Delay<Real> values_;
};

} // namespace martlet::kernels
