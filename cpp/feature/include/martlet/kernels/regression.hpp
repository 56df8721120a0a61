#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"

// Straight lines through a window, and how much of its path a series keeps.

namespace martlet::kernels {

/// Least squares line through the last `period` values, the oldest at x = 0. R² is its share of the variance,
/// 0 … 1; 0 where there is none. O(1) amortised.
template <class Real>
class LinearRegression {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2)};
    static constexpr const char* outputs[] = {"slope", "intercept", "end", "forecast", "r_squared"};
    static constexpr FeatureDescription about = describe<unit::input, unit::input, unit::input, unit::input, unit::ratio>(
        "linear_regression", "slope, first, last and next point of the least squares line in units of the input, and its R squared",
        "TA-Lib LINEARREG, LINEARREG_SLOPE, LINEARREG_INTERCEPT, TSF", FeatureGroup::trend, FeatureRecord::series, columns(0),
        parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    LinearRegression(const double* p, Arena& arena) noexcept
        : sums_(whole(p[0]), arena), moments_(whole(p[0]), arena), count_(p[0]), spread_(p[0] * (p[0] * p[0] - 1) / 12) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        sums_.push(WeightedSum<Real>::of(in[0]), memory);
        moments_.push({in[0], Real(0.0)}, memory);
        const WeightedSum<Real> sums = sums_.total(memory);
        const Moments<Real> moments = moments_.total(memory);
        const double middle = (count_ - 1) * 0.5;
        const Real slope = (sums.weighted - sums.sum * (middle + 1)) * (1.0 / spread_);
        const Real mean = sums.sum * (1.0 / count_);
        out[0] = slope;
        out[1] = mean - slope * middle;
        out[2] = mean + slope * middle;
        out[3] = mean + slope * (middle + 1);
        out[4] = minimum(quotient<Real>(slope * slope * spread_, moments.squares, 0.0), Real(1.0));
    }

private:
    Window<WeightedSum<Real>> sums_;
    Window<Moments<Real>> moments_;
    double count_;
    double spread_; ///< Σ (x − mean x)²
};

/// Trend strength: the net change over `period` values as a share of all movement on the way, −1 … 1
/// (Kaufman's efficiency ratio with the sign of the change); 0 where nothing moved. O(1) amortised.
template <class Real>
class TrendStrength {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "trend_strength", "net change as a share of all movement, -1 to 1", "Kaufman 1995, efficiency ratio with its sign",
        FeatureGroup::trend, FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    TrendStrength(const double* p, Arena& arena) noexcept : past_(whole(p[0]), arena), moves_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real change = in[0] - past_.exchange(in[0], memory);
        const Real move = absolute(in[0] - previous_);
        previous_ = in[0];
        out[0] = change;
        if (first_ != 0) {
            first_ = 0;
            return;
        }
        moves_.push({move}, memory);
        const Real share = quotient<Real>(change, moves_.total(memory).sum, 0.0);
        out[0] = maximum(minimum(share, Real(1.0)), Real(-1.0));
    }

private:
    Delay<Real> past_;
    Window<Sum<Real>> moves_;
    Real previous_{};
    std::int64_t first_ = 1;
};

} // namespace martlet::kernels
