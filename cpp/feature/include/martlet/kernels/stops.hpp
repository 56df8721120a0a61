#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/volatility.hpp"

// Lines that follow a trend and turn when price crosses them.

namespace martlet::kernels {

/// Parabolic stop and reverse. O(1).
///
/// The rules are those of a rising trend alone: in a falling one prices are mirrored (high ↔ −low), which is
/// exact. The first direction is down where the second bar reaches further down than up.
template <class Real>
class Sar {
public:
    static constexpr FeatureParameter parameters[] = {
        {"step", 0.02, 0, 10, false, "what each new extreme adds to the acceleration"},
        {"limit", 0.2, 0, 10, false, "largest acceleration"}};
    static constexpr FeatureDescription about = describe<unit::price>(
        "sar", "parabolic stop and reverse, in price units", "Wilder 1978; TA-Lib SAR", FeatureGroup::trend,
        FeatureRecord::bar, columns(high, low), parameters, one_output);
    static std::int64_t warm_up(const double*) noexcept { return 2; }
    static Span settles(const double*) noexcept { return {1, 1'000}; } // each turn begins anew

    Sar(const double* p, Arena&) noexcept : step_(minimum(p[0], p[1])), limit_(p[1]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        if (seen_ == 1) begin(in);
        if (seen_ < 2) ++seen_;
        // In the mirror of the trend: `top` is what it moves to, `bottom` what may cross the stop.
        const auto rising = side_ > Real(0.0);
        const Real top = select(rising, in[high], -in[low]), bottom = select(rising, in[low], -in[high]);
        const Real top_before = select(rising, high_, -low_), bottom_before = select(rising, low_, -high_);
        high_ = in[high];
        low_ = in[low];
        const Real stop = side_ * stop_, extreme = side_ * extreme_;
        const auto turned = bottom <= stop;

        const auto further = top > extreme;
        const Real kept_extreme = maximum(top, extreme);
        const Real kept_pace = select(further, minimum(pace_ + step_, Real(limit_)), pace_);
        const Real kept = minimum(minimum(stop + kept_pace * (kept_extreme - stop), bottom_before), bottom);

        // After a turn the stop is the old extreme, outside both bars, and moves on toward the new one.
        const Real turn = maximum(maximum(extreme, top_before), top);
        const Real turned_stop = maximum(maximum(turn + step_ * (bottom - turn), top_before), top);

        out[0] = side_ * select(turned, turn, stop);
        stop_ = side_ * select(turned, turned_stop, kept);
        extreme_ = side_ * select(turned, bottom, kept_extreme);
        pace_ = select(turned, Real(step_), kept_pace);
        side_ = select(turned, -side_, side_);
    }

private:
    MARTLET_INLINE void begin(const Real* in) noexcept {
        const Real up = in[high] - high_, down = low_ - in[low];
        const auto falls = (down > Real(0.0)) & (up < down);
        side_ = select(falls, Real(-1.0), Real(1.0));
        extreme_ = select(falls, in[low], in[high]);
        stop_ = select(falls, high_, low_);
        pace_ = Real(step_);
        high_ = in[high];
        low_ = in[low];
    }

    double step_;
    double limit_;
    Real side_ = Real(1.0); ///< +1 rising, −1 falling
    Real stop_{};
    Real extreme_{};
    Real pace_{};
    Real high_{};
    Real low_{};
    std::int64_t seen_ = 0;
};

/// SuperTrend: a band of `width` average true ranges around the middle of the bar that only tightens until
/// price closes beyond it; then the trend turns and the other band is followed. Starts falling. O(1).
template <class Real>
class SuperTrend {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(10), {"width", 3, 0.001, 1000, false, "average true ranges from the middle of a bar to a band"}};
    static constexpr const char* outputs[] = {"value", "direction"};
    static constexpr FeatureDescription about = describe<unit::price, unit::sign>(
        "supertrend", "the band that is followed, in price units, and +1 in a rising, -1 in a falling trend", "Seban 2008",
        FeatureGroup::trend, FeatureRecord::bar, columns(high, low, close), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span settles(const double* p) noexcept { return settling(1 / p[0]); }

    SuperTrend(const double* p, Arena&) noexcept : range_(whole(p[0])), width_(p[1]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real reach = width_ * range_.update(in);
        const Real middle = (in[high] + in[low]) * 0.5;
        const Real before = close_;
        close_ = in[close];
        out[0] = out[1] = middle;
        if (!range_.warm()) return;
        Real upper = middle + reach, lower = middle - reach;
        if (started_ != 0) {
            upper = select((upper < upper_) | (before > upper_), upper, upper_);
            lower = select((lower > lower_) | (before < lower_), lower, lower_);
            side_ = select(side_ < Real(0.0), select(in[close] > upper, Real(1.0), side_), select(in[close] < lower, Real(-1.0), side_));
        }
        started_ = 1;
        upper_ = upper;
        lower_ = lower;
        out[0] = select(side_ > Real(0.0), lower, upper);
        out[1] = side_;
    }

private:
    RangeMean<Real> range_;
    double width_;
    Real upper_{};
    Real lower_{};
    Real close_{};
    Real side_ = Real(-1.0);
    std::int64_t started_ = 0;
};

} // namespace martlet::kernels
