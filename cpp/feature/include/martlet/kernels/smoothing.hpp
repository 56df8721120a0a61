#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/eight_records.hpp"
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

    /// Eight values of one series at the begin of a block into `to`, with the operations of eight updates.
    MARTLET_INLINE void eight(const Eight& x, double* to) noexcept {
        const OneByOne gained(x * gain_);
        const double squared = decay_ * decay_, cubed = squared * decay_;
        power_ = cubed * decay_;
        for (int half = 0; half < 8; half += 4) {
            const double* g = gained.at + half;
            const double second = g[0] * decay_ + g[1], third = second * decay_ + g[2], fourth = third * decay_ + g[3];
            to[half] = base_ * decay_ + g[0];
            to[half + 1] = base_ * squared + second;
            to[half + 2] = base_ * cubed + third;
            to[half + 3] = base_ = base_ * power_ + fourth;
            partial_ = fourth;
        }
    }

    /// Eight updates of two with the same values, at the begin of a block: the first's less the second's into `to`. The two
    /// go side by side.
    MARTLET_INLINE static void eight_differences(Recurrence& a, Recurrence& b, const Eight& x, double* to) noexcept {
        const OneByOne one(x);
        const Two decay = both(a.decay_, b.decay_), gain = both(a.gain_, b.gain_);
        const Two squared = decay * decay, cubed = squared * decay, power = cubed * decay;
        Two base = both(a.base_, b.base_), partial;
        for (int half = 0; half < 8; half += 4) {
            const double* g = one.at + half;
            const Two first = Two(g[0]) * gain, second = first * decay + Two(g[1]) * gain, third = second * decay + Two(g[2]) * gain;
            partial = third * decay + Two(g[3]) * gain;
            put_difference(base * decay + first, to[half]);
            put_difference(base * squared + second, to[half + 1]);
            put_difference(base * cubed + third, to[half + 2]);
            base = base * power + partial;
            put_difference(base, to[half + 3]);
        }
        a.base_ = base.lane[0], b.base_ = base.lane[1];
        a.partial_ = partial.lane[0], b.partial_ = partial.lane[1];
        a.power_ = power.lane[0], b.power_ = power.lane[1];
    }

private:
    using Two = Lanes<2>;
    MARTLET_INLINE static Two both(double a, double b) noexcept {
        Two out;
        out.lane[0] = a, out.lane[1] = b;
        return out;
    }
    MARTLET_INLINE static void put_difference(const Two& x, double& to) noexcept { to = x.lane[0] - x.lane[1]; }

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

    /// Eight means of one series at once, where `aligned`.
    MARTLET_INLINE void eight(const Eight& x, double* to) noexcept { mean_.eight(x, to); }

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
