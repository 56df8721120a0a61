#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/kernel.hpp"

// What is known of the last `period` values, in O(1) amortised and without ever taking a value out.
//
// Time is cut into blocks of `period` updates. Within the current block the aggregate so far is kept as a
// prefix; of the block before, every suffix. The window is always one such suffix and the prefix:
//
//     block before:  [. . . s₃ s₄ s₅]   current block:  [x₀ x₁ x₂ · · ·]
//                          └─suffix─┘                    └prefix┘
//
// At the end of a block its values are folded into suffixes in place: `period` steps every `period` updates.
// Since nothing is subtracted, an extreme value leaves no trace once it is out of the window, a flat series
// has exactly no variance, and errors do not build up over a year of bars.

namespace martlet::kernels {

/// `Aggregate` is a struct of Reals with `joined(a, na, b, nb)`: that of na and then nb values.
template <class Aggregate>
class Window {
public:
    /// `period` is at least 1.
    Window(std::int32_t period, Arena& arena) noexcept
        : offset_(arena.take(period * width)), period_(period) {}

    MARTLET_INLINE void push(const Aggregate& value, typename Aggregate::Number* memory) noexcept {
        Aggregate* slots = at(memory);
        slots[position_] = value;
        prefix_ = position_ == 0 ? value : Aggregate::joined(prefix_, position_, value, 1);
        if (size_ < period_) ++size_;
        if (++position_ == period_) fold(slots);
    }

    std::int32_t period() const noexcept { return period_; }
    MARTLET_INLINE bool full() const noexcept { return size_ == period_; }

    /// Aggregate of the window; of anything while it is not full.
    MARTLET_INLINE Aggregate total(typename Aggregate::Number* memory) const noexcept {
        const Aggregate* slots = at(memory);
        if (position_ == 0) return slots[0];
        return Aggregate::joined(slots[position_], period_ - position_, prefix_, position_);
    }

private:
    static constexpr std::int32_t width = static_cast<std::int32_t>(sizeof(Aggregate) / sizeof(typename Aggregate::Number));

    MARTLET_INLINE Aggregate* at(typename Aggregate::Number* memory) const noexcept {
        return reinterpret_cast<Aggregate*>(memory + offset_);
    }

    MARTLET_INLINE void fold(Aggregate* slots) noexcept {
        Aggregate suffix = slots[period_ - 1];
        for (std::int32_t i = period_ - 2; i >= 0; --i) {
            suffix = Aggregate::joined(slots[i], 1, suffix, period_ - 1 - i);
            slots[i] = suffix;
        }
        position_ = 0;
    }

    Aggregate prefix_{};
    std::int32_t offset_;
    std::int32_t period_;
    std::int32_t position_ = 0; ///< next place in the current block
    std::int32_t size_ = 0;
};

/// Sum of the values.
template <class Real>
struct Sum {
    using Number = Real;
    Real sum{};
    MARTLET_INLINE static Sum joined(const Sum& a, std::int32_t, const Sum& b, std::int32_t) noexcept { return {a.sum + b.sum}; }
};

/// Two sums at once.
template <class Real>
struct SumPair {
    using Number = Real;
    Real first{};
    Real second{};
    MARTLET_INLINE static SumPair joined(const SumPair& a, std::int32_t, const SumPair& b, std::int32_t) noexcept {
        return {a.first + b.first, a.second + b.second};
    }
};

/// Mean and sum of squared distances from it, joined by Chan, Golub and LeVeque (1979).
template <class Real>
struct Moments {
    using Number = Real;
    Real mean{};
    Real squares{};
    MARTLET_INLINE static Moments joined(const Moments& a, std::int32_t na, const Moments& b, std::int32_t nb) noexcept {
        const double weight = static_cast<double>(nb) / static_cast<double>(na + nb);
        const Real distance = b.mean - a.mean;
        return {a.mean + distance * weight, a.squares + b.squares + distance * distance * (weight * static_cast<double>(na))};
    }
};

/// Sum, and sum with weights 1, 2, 3 … from the oldest value on.
template <class Real>
struct WeightedSum {
    using Number = Real;
    Real sum{};
    Real weighted{};
    MARTLET_INLINE static WeightedSum of(const Real& x) noexcept { return {x, x}; }
    MARTLET_INLINE static WeightedSum joined(const WeightedSum& a, std::int32_t na, const WeightedSum& b, std::int32_t) noexcept {
        return {a.sum + b.sum, a.weighted + b.weighted + b.sum * static_cast<double>(na)};
    }
};

/// Highest high and lowest low.
template <class Real>
struct Extremes {
    using Number = Real;
    Real high{};
    Real low{};
    MARTLET_INLINE static Extremes joined(const Extremes& a, std::int32_t, const Extremes& b, std::int32_t) noexcept {
        return {maximum(a.high, b.high), minimum(a.low, b.low)};
    }
};

/// The value that came `period` updates before.
template <class Real>
class Delay {
public:
    Delay(std::int32_t period, Arena& arena) noexcept : offset_(arena.take(period)), period_(period) {}

    /// Puts `x` in and gives what it replaces: 0 in the first `period` updates.
    MARTLET_INLINE Real exchange(const Real& x, Real* memory) noexcept {
        Real& slot = memory[offset_ + position_];
        const Real before = slot;
        slot = x;
        if (++position_ == period_) position_ = 0;
        return before;
    }

    /// All slots; the order in time begins at `position()`.
    MARTLET_INLINE const Real* slots(const Real* memory) const noexcept { return memory + offset_; }
    std::int32_t position() const noexcept { return position_; }
    std::int32_t period() const noexcept { return period_; }

private:
    std::int32_t offset_;
    std::int32_t period_;
    std::int32_t position_ = 0;
    std::int32_t padding_ = 0;
};

} // namespace martlet::kernels
