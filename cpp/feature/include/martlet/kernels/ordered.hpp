#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/windows.hpp"

// A window whose values are kept in order, for quantiles and what is built from them.

namespace martlet::kernels {

/// The last `period` values from the lowest to the highest. O(period) an update, by steps that are the same for
/// any values, so that lanes take them together.
template <class Real>
class OrderedWindow {
public:
    OrderedWindow(std::int32_t period, Arena& arena) noexcept : past_(period, arena), sorted_(arena.take(period)) {}

    MARTLET_INLINE void push(const Real& x, Real* memory) noexcept {
        const Real gone = past_.exchange(x, memory);
        Real* const sorted = memory + sorted_;
        const std::int32_t period = past_.period();
        if (size_ == period) { // all that is not below the one that goes moves down
            for (std::int32_t i = 0; i + 1 < period; ++i) sorted[i] = select(sorted[i] >= gone, sorted[i + 1], sorted[i]);
        } else {
            ++size_;
        }
        Real rising = x;
        for (std::int32_t i = 0; i + 1 < size_; ++i) {
            const Real here = sorted[i];
            sorted[i] = minimum(here, rising);
            rising = maximum(here, rising);
        }
        sorted[size_ - 1] = rising;
    }

    std::int32_t size() const noexcept { return size_; }
    MARTLET_INLINE const Real* sorted(const Real* memory) const noexcept { return memory + sorted_; }

    /// The value below which `share` of the others lie, interpolated (Hyndman and Fan's type 7).
    MARTLET_INLINE Real quantile(double share, const Real* memory) const noexcept {
        const Real* const values = sorted(memory);
        const double place = share * static_cast<double>(size_ - 1);
        const auto below = static_cast<std::int32_t>(place);
        if (below + 1 >= size_) return values[size_ - 1];
        return values[below] + (values[below + 1] - values[below]) * (place - static_cast<double>(below));
    }

    /// The `nth` smallest distance of a value from `middle`, 1 the nearest. The values nearest to a point stand
    /// side by side: it is the least reach of any `nth` neighbours. O(period).
    MARTLET_INLINE Real distance(std::int32_t nth, const Real& middle, const Real* memory) const noexcept {
        const Real* const values = sorted(memory);
        Real least = maximum(middle - values[0], values[nth - 1] - middle);
        for (std::int32_t i = 1; i + nth <= size_; ++i) least = minimum(maximum(middle - values[i], values[i + nth - 1] - middle), least);
        return least;
    }

    /// Median of the distances from `middle`, the mean of the two in the middle where their number is even.
    MARTLET_INLINE Real median_distance(const Real& middle, const Real* memory) const noexcept {
        const Real upper = distance(size_ / 2 + 1, middle, memory);
        return size_ % 2 != 0 ? upper : (upper + distance(size_ / 2, middle, memory)) * 0.5;
    }

private:
    Delay<Real> past_;
    std::int32_t sorted_;
    std::int32_t size_ = 0;
};

} // namespace martlet::kernels
