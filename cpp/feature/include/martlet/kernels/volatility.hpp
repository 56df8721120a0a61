#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"

// How far prices move: ranges of bars and deviations of series.

namespace martlet::kernels {

/// True range of a bar after a close: max(high, previous close) − min(low, previous close), never negative.
template <class Real>
MARTLET_INLINE Real true_range(const Real& high, const Real& low, const Real& previous_close) noexcept {
    return maximum(maximum(high, previous_close) - minimum(low, previous_close), Real(0.0));
}

/// Bollinger bands: mean and population standard deviation of the window, bands at `width` deviations. O(1)
/// amortised. Percent b is where the last value stands, 0 at the lower and 1 at the upper band, ½ where
/// they meet; the bandwidth is their distance as a share of the mean, 0 where that is zero.
template <class Real>
class Bollinger {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(20, 2), {"width", 2, 0.001, 1000, false, "standard deviations from the mean to a band"}};
    static constexpr const char* outputs[] = {"upper", "middle", "lower", "percent_b", "bandwidth"};
    static constexpr FeatureDescription about = describe(
        "bollinger", "bands around the mean in units of the input, the place between them, their relative distance",
        "Bollinger 2001; TA-Lib BBANDS", FeatureGroup::volatility, FeatureRecord::series, columns(0), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return {whole(p[0]), 2 * static_cast<std::int64_t>(p[0])}; }

    Bollinger(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), width_(p[1]), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push({in[0], Real(0.0)}, memory);
        const Moments<Real> total = window_.total(memory);
        const Real reach = width_ * square_root(total.squares * share_);
        out[0] = total.mean + reach;
        out[1] = total.mean;
        out[2] = total.mean - reach;
        out[3] = quotient<Real>(in[0] - out[2], 2.0 * reach, 0.5);
        out[4] = quotient<Real>(2.0 * reach, total.mean, 0.0);
    }

private:
    Window<Moments<Real>> window_;
    double width_;
    double share_;
};

/// Wilder's mean of true ranges. A first bar has no previous close and counts for that alone. O(1).
template <class Real>
class RangeMean {
public:
    MARTLET_INLINE explicit RangeMean(std::int32_t period) noexcept : mean_(period) {}
    MARTLET_INLINE Real update(const Real* in) noexcept {
        const Real range = true_range(in[high], in[low], close_);
        close_ = in[close];
        if (first_ != 0) {
            first_ = 0;
            return range;
        }
        return mean_.update(range);
    }
    MARTLET_INLINE bool warm() const noexcept { return mean_.warm(); }

private:
    WilderBlock<Real> mean_;
    Real close_{};
    std::int64_t first_ = 1;
};

/// Average true range, in price units. O(1).
template <class Real>
class Atr {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14)};
    static constexpr FeatureDescription about = describe(
        "atr", "average true range, in price units", "Wilder 1978; TA-Lib ATR", FeatureGroup::volatility,
        FeatureRecord::bar, columns(high, low, close), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }

    Atr(const double* p, Arena&) noexcept : mean_(whole(p[0])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept { out[0] = mean_.update(in); }

private:
    RangeMean<Real> mean_;
};

} // namespace martlet::kernels
