#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/sliding_window.hpp"

// Rolling highs and lows.

namespace martlet {

/// Donchian channel: highest high and lowest low of the last `period` (1 … 256) bars, and of the `period`
/// bars before the last one, which is what a breakout is measured against. O(1) amortised, 4 KiB.
///
/// `high` and `low` are warm after `period` bars, `prior_high` and `prior_low` one bar later.
class RollingExtrema {
public:
    explicit RollingExtrema(std::int32_t period) noexcept
        : window_(check_period(period, 1) == KernelStatus::ok ? period : 1), status_(check_period(period, 1)) {}

    void update(double high, double low) noexcept {
        if (status_ != KernelStatus::ok || !acceptable(high) || !acceptable(low)) return;
        if (window_.full()) {
            prior_ = window_.total();
            prior_warm_ = 1;
        }
        window_.push({high, low});
    }
    void update(double x) noexcept { update(x, x); }

    bool warm() const noexcept { return window_.full(); }
    bool prior_warm() const noexcept { return prior_warm_ != 0; }
    double high() const noexcept { return warm() ? window_.total().high : not_warm; }
    double low() const noexcept { return warm() ? window_.total().low : not_warm; }
    double prior_high() const noexcept { return prior_warm() ? prior_.high : not_warm; }
    double prior_low() const noexcept { return prior_warm() ? prior_.low : not_warm; }
    /// Middle of the channel.
    double value() const noexcept { return low() + 0.5 * (high() - low()); }
    std::int32_t period() const noexcept { return window_.period(); }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept {
        window_.reset();
        prior_ = {};
        prior_warm_ = 0;
    }

    friend bool operator==(const RollingExtrema&, const RollingExtrema&) = default;

private:
    SlidingWindow<ExtremeAggregate> window_;
    ExtremeAggregate prior_{};
    KernelStatus status_;
    std::uint8_t prior_warm_ = 0;
    std::uint8_t padding_[6]{};
};

} // namespace martlet
