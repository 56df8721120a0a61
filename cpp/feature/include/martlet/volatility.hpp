#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/elementary.hpp"
#include "martlet/oscillators.hpp"
#include "martlet/sliding_window.hpp"

// Measures of how far prices move. Only square roots and the core's own logarithm are used: both give
// the same bits on every processor.

namespace martlet {

/// Bollinger bands: mean and population standard deviation of the last `period` (2 … 256) values, bands
/// at `width` (0 < width ≤ 1000) deviations. Warm after `period`. O(1) amortised, 4 KiB.
class Bollinger {
public:
    explicit Bollinger(std::int32_t period, double width = 2.0) noexcept
        : window_(check(period, width) == KernelStatus::ok ? period : 1), width_(width), status_(check(period, width)) {}

    void update(double x) noexcept {
        if (status_ != KernelStatus::ok || !acceptable(x)) return;
        last_ = x;
        window_.push(MomentAggregate::of(x));
    }

    bool warm() const noexcept { return window_.full(); }
    /// The mean, the middle band.
    double value() const noexcept { return warm() ? window_.total().mean : not_warm; }
    double deviation() const noexcept {
        return warm() ? portable_sqrt(window_.total().squares / static_cast<double>(window_.period())) : not_warm;
    }
    double upper() const noexcept { return value() + width_ * deviation(); }
    double lower() const noexcept { return value() - width_ * deviation(); }
    /// Where the last value stands between the bands: 0 at the lower, 1 at the upper, ½ where they meet.
    double percent_b() const noexcept {
        if (!warm()) return not_warm;
        const double span = 2 * width_ * deviation();
        return span > 0 ? (last_ - lower()) / span : 0.5;
    }
    /// Distance of the last value from the mean in deviations; 0 where there is no deviation.
    double z_score() const noexcept {
        if (!warm()) return not_warm;
        const double one = deviation();
        return one > 0 ? (last_ - value()) / one : 0;
    }
    std::int32_t period() const noexcept { return window_.period(); }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept {
        window_.reset();
        last_ = 0;
    }

    friend bool operator==(const Bollinger&, const Bollinger&) = default;

private:
    static KernelStatus check(std::int32_t period, double width) noexcept {
        if (!(width > 0 && width <= 1000)) return KernelStatus::bad_parameter;
        return check_period(period, 2);
    }

    SlidingWindow<MomentAggregate> window_;
    double width_;
    double last_ = 0;
    KernelStatus status_;
    std::uint8_t padding_[7]{};
};

/// Wilder's average true range: the mean of the first `period` true ranges, then smoothed by 1 ÷ period.
/// Period 1 … 256. A first bar has no previous close and counts for that alone: warm after period + 1
/// bars. O(1).
class Atr {
public:
    explicit Atr(std::int32_t period) noexcept : period_(period), status_(check_period(period, 1)) {}

    void update(double high, double low, double close) noexcept {
        if (status_ != KernelStatus::ok || !acceptable(high) || !acceptable(low) || !acceptable(close)) return;
        const double range = true_range(high, low, close_);
        close_ = close;
        if (count_ == 0) {
            count_ = 1;
            return;
        }
        const double n = static_cast<double>(period_);
        if (count_ <= period_) {
            average_ += range;
            if (++count_ > period_) average_ /= n;
            return;
        }
        average_ = (average_ * (n - 1) + range) / n;
    }

    bool warm() const noexcept { return status_ == KernelStatus::ok && count_ > period_; }
    double value() const noexcept { return warm() ? average_ : not_warm; }
    std::int32_t period() const noexcept { return period_; }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept { *this = Atr(period_); }

    friend bool operator==(const Atr&, const Atr&) = default;

private:
    double close_ = 0;
    double average_ = 0; ///< sum of ranges until the seed is complete
    std::int32_t period_;
    std::int32_t count_ = 0; ///< bars seen, at most period + 1
    KernelStatus status_;
    std::uint8_t padding_[7]{};
};

/// Realised volatility per update: the root of the mean squared logarithmic return of the last `period`
/// (1 … 256) returns. Times the root of the updates in a year it is the annual figure. Warm after
/// period + 1 values. O(1) amortised, 2 KiB. A price that is not positive has no logarithm and is
/// ignored; the next return spans the hole.
class RealisedVolatility {
public:
    explicit RealisedVolatility(std::int32_t period) noexcept
        : window_(check_period(period, 1) == KernelStatus::ok ? period : 1), status_(check_period(period, 1)) {}

    void update(double price) noexcept {
        if (status_ != KernelStatus::ok || !acceptable(price) || !(price >= minimum_price)) return;
        if (previous_ > 0) {
            const double change = portable_log(price / previous_);
            window_.push(SumAggregate::of(change * change));
        }
        previous_ = price;
    }

    bool warm() const noexcept { return window_.full(); }
    double value() const noexcept {
        return warm() ? portable_sqrt(window_.total().sum / static_cast<double>(window_.period())) : not_warm;
    }
    std::int32_t period() const noexcept { return window_.period(); }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept {
        window_.reset();
        previous_ = 0;
    }

    friend bool operator==(const RealisedVolatility&, const RealisedVolatility&) = default;

private:
    static constexpr double minimum_price = 1e-100; ///< the quotient of two prices stays a normal number

    SlidingWindow<SumAggregate> window_;
    double previous_ = 0;
    KernelStatus status_;
    std::uint8_t padding_[7]{};
};

} // namespace martlet
