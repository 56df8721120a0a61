#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/kernel.hpp"

// Exponential smoothing, the building block of half the field.

namespace martlet::kernels {

/// y ← decay × y + gain × x, in steps of four:
///
///     partial ← decay × partial + gain × x      from zero at each block's begin
///     y       = decayᵏ × y(before the block) + partial, k = 1 … 4
///
/// Blocks begin at updates whose number is a multiple of four, whenever the recurrence was seeded: so all
/// those of a kernel begin theirs together, and a batch can take four records as one straight piece of code
/// (`aligned`). The result is that of the plain recurrence but for rounding. What waits on y is one multiplication and
/// one addition every four updates instead of every one, so that a single series is not bound by their
/// latency; and it is the same sum whether the updates come one by one or as columns.
template <class Real>
class Recurrence {
public:
    MARTLET_INLINE Recurrence(double decay, double gain) noexcept : decay_(decay), gain_(gain) {}

    /// Starts anew from `y`, which the kernel knows after `updates` of its updates.
    MARTLET_INLINE void seed(const Real& y, std::int64_t updates) noexcept {
        base_ = y;
        partial_ = Real(0.0);
        power_ = 1;
        phase_ = updates % 4;
    }
    /// At the begin of a block.
    MARTLET_INLINE bool aligned() const noexcept { return phase_ == 0; }

    MARTLET_INLINE Real update(const Real& x) noexcept {
        if (phase_ == 0) {
            partial_ = x * gain_;
            power_ = decay_;
        } else {
            partial_ = partial_ * decay_ + x * gain_;
            power_ *= decay_;
        }
        const Real value = base_ * power_ + partial_;
        if (++phase_ == 4) {
            phase_ = 0;
            base_ = value;
        }
        return value;
    }

private:
    double decay_;
    double gain_;
    double power_ = 0;
    std::int64_t phase_ = 0;
    Real base_{};
    Real partial_{};
};

/// Recurrence that is seeded by the mean of its first `period` values, as TA-Lib does.
template <class Real>
class SeededMean {
public:
    /// It hears its first value with update `before` + 1 of the kernel.
    MARTLET_INLINE SeededMean(std::int32_t period, double weight, std::int64_t before) noexcept
        : mean_(1.0 - weight, weight), before_(before), period_(period) {}

    /// The mean; of anything before `warm()`.
    MARTLET_INLINE Real update(const Real& x) noexcept {
        if (count_ < period_) {
            sum_ += x;
            if (++count_ == period_) {
                const Real first = sum_ / static_cast<double>(period_);
                mean_.seed(first, before_ + period_);
                sum_ = Real(0.0); // what is over leaves nothing in the state
                return first;
            }
            return sum_;
        }
        return mean_.update(x);
    }

    MARTLET_INLINE bool warm() const noexcept { return count_ == period_; }
    MARTLET_INLINE bool aligned() const noexcept { return warm() && mean_.aligned(); }
    std::int32_t period() const noexcept { return period_; }

private:
    Recurrence<Real> mean_;
    Real sum_{};
    std::int64_t before_;
    std::int32_t period_;
    std::int32_t count_ = 0;
};

/// Exponential mean with weight 2 ÷ (period + 1). Warm after `period` values.
template <class Real>
class EmaBlock : public SeededMean<Real> {
public:
    EmaBlock() noexcept : EmaBlock(1) {}
    MARTLET_INLINE explicit EmaBlock(std::int32_t period, std::int64_t before = 0) noexcept
        : SeededMean<Real>(period, 2.0 / (static_cast<double>(period) + 1.0), before) {}
};

/// Wilder's mean, weight 1 ÷ period. Warm after `period` values.
template <class Real>
class WilderBlock : public SeededMean<Real> {
public:
    MARTLET_INLINE explicit WilderBlock(std::int32_t period, std::int64_t before = 0) noexcept
        : SeededMean<Real>(period, 1.0 / static_cast<double>(period), before) {}
};

} // namespace martlet::kernels
