#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/sliding_window.hpp"

// Wilder's oscillators ("New Concepts in Technical Trading Systems", 1978), seeded as TA-Lib does.

namespace martlet {

/// Relative strength index, 0 … 100. Period 2 … 256, warm after period + 1 values. O(1).
///
/// The first averages are plain means of the first `period` gains and losses. A market without any change
/// is 50, neither strong nor weak (TA-Lib says 0, which a reader would take for oversold).
class Rsi {
public:
    explicit Rsi(std::int32_t period) noexcept : period_(period), status_(check_period(period, 2)) {}

    void update(double x) noexcept {
        if (status_ != KernelStatus::ok || !acceptable(x)) return;
        const double change = x - previous_;
        previous_ = x;
        if (count_ == 0) {
            count_ = 1;
            return;
        }
        const double gain = change > 0 ? change : 0;
        const double loss = change < 0 ? -change : 0;
        const double n = static_cast<double>(period_);
        if (count_ <= period_) {
            gain_ += gain;
            loss_ += loss;
            if (++count_ > period_) {
                gain_ /= n;
                loss_ /= n;
            }
            return;
        }
        gain_ = (gain_ * (n - 1) + gain) / n;
        loss_ = (loss_ * (n - 1) + loss) / n;
    }

    bool warm() const noexcept { return status_ == KernelStatus::ok && count_ > period_; }
    double value() const noexcept {
        if (!warm()) return not_warm;
        const double total = gain_ + loss_;
        return total > 0 ? 100.0 * (gain_ / total) : 50.0;
    }
    std::int32_t period() const noexcept { return period_; }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept { *this = Rsi(period_); }

    friend bool operator==(const Rsi&, const Rsi&) = default;

private:
    double previous_ = 0;
    double gain_ = 0;
    double loss_ = 0;
    std::int32_t period_;
    std::int32_t count_ = 0; ///< values seen, at most period + 1
    KernelStatus status_;
    std::uint8_t padding_[7]{};
};

/// True range of a bar after a close: max(high, previous close) − min(low, previous close), never negative.
inline double true_range(double high, double low, double previous_close) noexcept {
    const double top = high > previous_close ? high : previous_close;
    const double bottom = low < previous_close ? low : previous_close;
    return top > bottom ? top - bottom : 0;
}

/// Average directional index and the directional indicators, 0 … 100. Period 2 … 256. O(1).
///
/// `plus_di` and `minus_di` are warm after period + 1 bars, `value` (the ADX) after 2 × period. Without any
/// range the indicators are 0; without any direction the ADX stays as it was (0 at its seed).
class Adx {
public:
    explicit Adx(std::int32_t period) noexcept : period_(period), status_(check_period(period, 2)) {}

    void update(double high, double low, double close) noexcept {
        if (status_ != KernelStatus::ok || !acceptable(high) || !acceptable(low) || !acceptable(close)) return;
        const double up = high - high_;
        const double down = low_ - low;
        const double range = true_range(high, low, close_);
        high_ = high;
        low_ = low;
        close_ = close;
        if (count_ < 2 * period_) ++count_;
        else seeded_ = 1;
        if (count_ == 1) return;
        // Wilder's sums, not means: they decay only once `period − 1` changes are in.
        const double keep = count_ > period_ ? 1.0 - 1.0 / static_cast<double>(period_) : 1.0;
        plus_ = plus_ * keep + (up > 0 && up > down ? up : 0);
        minus_ = minus_ * keep + (down > 0 && down > up ? down : 0);
        range_ = range_ * keep + range;
        if (count_ > period_) add_direction();
    }

    bool warm() const noexcept { return status_ == KernelStatus::ok && count_ == 2 * period_; }
    bool direction_warm() const noexcept { return status_ == KernelStatus::ok && count_ > period_; }
    double value() const noexcept { return warm() ? average_ : not_warm; }
    double plus_di() const noexcept { return direction_warm() ? share(plus_) : not_warm; }
    double minus_di() const noexcept { return direction_warm() ? share(minus_) : not_warm; }
    std::int32_t period() const noexcept { return period_; }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept { *this = Adx(period_); }

    friend bool operator==(const Adx&, const Adx&) = default;

private:
    double share(double movement) const noexcept { return range_ > 0 ? 100.0 * (movement / range_) : 0; }

    void add_direction() noexcept {
        const double plus = share(plus_);
        const double minus = share(minus_);
        const double total = plus + minus;
        const double n = static_cast<double>(period_);
        const double distance = plus > minus ? plus - minus : minus - plus;
        if (seeded_ == 0) {
            if (total > 0) average_ += 100.0 * (distance / total);
            if (count_ == 2 * period_) average_ /= n;
        } else if (total > 0) {
            average_ = (average_ * (n - 1) + 100.0 * (distance / total)) / n;
        }
    }

    double high_ = 0;
    double low_ = 0;
    double close_ = 0;
    double plus_ = 0;
    double minus_ = 0;
    double range_ = 0;
    double average_ = 0; ///< sum of directions until the seed is complete
    std::int32_t period_;
    std::int32_t count_ = 0; ///< bars seen, at most 2 × period
    KernelStatus status_;
    std::uint8_t seeded_ = 0;
    std::uint8_t padding_[6]{};
};

} // namespace martlet
