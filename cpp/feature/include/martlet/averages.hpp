#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/sliding_window.hpp"

// Moving averages. Seeds and warm-up lengths are TA-Lib's.

namespace martlet {

/// Arithmetic mean of the last `period` (1 … 256) values. Warm after `period`. O(1) amortised, 2 KiB.
class Sma {
public:
    explicit Sma(std::int32_t period) noexcept
        : window_(check_period(period, 1) == KernelStatus::ok ? period : 1), status_(check_period(period, 1)) {}

    void update(double x) noexcept {
        if (status_ == KernelStatus::ok && acceptable(x)) window_.push(SumAggregate::of(x));
    }

    bool warm() const noexcept { return window_.full(); }
    double value() const noexcept { return warm() ? window_.total().sum / static_cast<double>(window_.period()) : not_warm; }
    std::int32_t period() const noexcept { return window_.period(); }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept { window_.reset(); }

    friend bool operator==(const Sma&, const Sma&) = default;

private:
    SlidingWindow<SumAggregate> window_;
    KernelStatus status_;
    std::uint8_t padding_[7]{};
};

/// Exponential mean with weight 2 ÷ (period + 1), seeded by the mean of the first `period` values.
/// Period 1 … 256. Warm after `period`. O(1), 32 bytes.
class Ema {
public:
    explicit Ema(std::int32_t period) noexcept
        : weight_(2.0 / (static_cast<double>(period) + 1.0)), period_(period), status_(check_period(period, 1)) {}

    void update(double x) noexcept {
        if (status_ != KernelStatus::ok || !acceptable(x)) return;
        if (count_ < period_) {
            value_ += x; // the sum, until the seed is complete
            if (++count_ == period_) value_ /= static_cast<double>(period_);
            return;
        }
        value_ += weight_ * (x - value_);
    }

    bool warm() const noexcept { return status_ == KernelStatus::ok && count_ == period_; }
    double value() const noexcept { return warm() ? value_ : not_warm; }
    std::int32_t period() const noexcept { return period_; }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept { *this = Ema(period_); }

    friend bool operator==(const Ema&, const Ema&) = default;

private:
    double weight_;
    double value_ = 0;
    std::int32_t period_;
    std::int32_t count_ = 0;
    KernelStatus status_;
    std::uint8_t padding_[7]{};
};

/// Moving average convergence and divergence: fast EMA − slow EMA, and the EMA of that as signal.
///
/// As in TA-Lib the fast mean is seeded by the `fast` values that end where the slow one is seeded, and
/// nothing is given before the signal is: warm after slow + signal − 1. Needs 1 ≤ fast < slow ≤ 256,
/// 1 ≤ signal ≤ 256. O(1).
class Macd {
public:
    Macd(std::int32_t fast, std::int32_t slow, std::int32_t signal) noexcept
        : fast_(fast), slow_(slow), signal_(signal), skip_(slow - fast), status_(check(fast, slow, signal)) {}

    void update(double x) noexcept {
        if (status_ != KernelStatus::ok || !acceptable(x)) return;
        slow_.update(x);
        if (skip_ > 0) {
            --skip_;
            return;
        }
        fast_.update(x);
        if (slow_.warm()) signal_.update(fast_.value() - slow_.value());
    }

    bool warm() const noexcept { return status_ == KernelStatus::ok && signal_.warm(); }
    /// The MACD line.
    double value() const noexcept { return warm() ? fast_.value() - slow_.value() : not_warm; }
    double signal() const noexcept { return warm() ? signal_.value() : not_warm; }
    double histogram() const noexcept { return value() - signal(); }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept { *this = Macd(fast_.period(), slow_.period(), signal_.period()); }

    friend bool operator==(const Macd&, const Macd&) = default;

private:
    static constexpr KernelStatus check(std::int32_t fast, std::int32_t slow, std::int32_t signal) noexcept {
        const bool fit = check_period(fast, 1) == KernelStatus::ok && check_period(slow, 1) == KernelStatus::ok &&
                         check_period(signal, 1) == KernelStatus::ok;
        if (!fit) return KernelStatus::bad_period;
        return fast < slow ? KernelStatus::ok : KernelStatus::bad_parameter;
    }

    Ema fast_;
    Ema slow_;
    Ema signal_;
    std::int32_t skip_; ///< values until the fast mean begins to listen
    KernelStatus status_;
    std::uint8_t padding_[3]{};
};

} // namespace martlet
