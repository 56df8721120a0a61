#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/eight_records.hpp"

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
    static constexpr FeatureDescription about = describe<unit::input, unit::input, unit::input, unit::ratio, unit::ratio>(
        "bollinger", "bands around the mean in units of the input, the place between them, their relative distance",
        "Bollinger 2001; TA-Lib BBANDS", FeatureGroup::volatility, FeatureRecord::series, columns(0), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

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
    MARTLET_INLINE explicit RangeMean(std::int32_t period) noexcept : mean_(period, 1) {}
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
    MARTLET_INLINE bool aligned() const noexcept { return first_ == 0 && mean_.aligned(); }

    /// The means of eight bars at once into `to`, for Real = double and where `aligned`.
    MARTLET_INLINE void block(const double* const* from, std::int64_t t, double* to) noexcept {
        const Eight closes = eight_of(from[close], t);
        const Eight ranges = true_range(eight_of(from[high], t), eight_of(from[low], t), one_earlier(closes, close_));
        close_ = from[close][t + 7];
        mean_.eight(ranges, to);
    }

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
    static constexpr FeatureDescription about = describe<unit::price>(
        "atr", "average true range, in price units", "Wilder 1978; TA-Lib ATR", FeatureGroup::volatility,
        FeatureRecord::bar, columns(high, low, close), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }

    Atr(const double* p, Arena&) noexcept : mean_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return mean_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept { out[0] = mean_.update(in); }

    static constexpr int block_size = 8;
    MARTLET_INLINE bool block_ready() const noexcept { return mean_.aligned(); }
    MARTLET_INLINE void block(const double* const* from, double* const* to, Real*, std::int64_t t) noexcept {
        mean_.block(from, t, to[0] + t);
    }

private:
    RangeMean<Real> mean_;
};

/// Normalised average true range: the ATR in percent of the close; 0 where that is zero. O(1).
template <class Real>
class Natr {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14)};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "natr", "average true range in percent of the close", "Forman 2006; TA-Lib NATR", FeatureGroup::volatility,
        FeatureRecord::bar, columns(high, low, close), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }

    Natr(const double* p, Arena&) noexcept : mean_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return mean_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        out[0] = 100.0 * quotient<Real>(mean_.update(in), in[close], 0.0);
    }

    static constexpr int block_size = 8;
    MARTLET_INLINE bool block_ready() const noexcept { return mean_.aligned(); }
    MARTLET_INLINE void block(const double* const* from, double* const* to, Real*, std::int64_t t) noexcept {
        double means[8];
        mean_.block(from, t, means);
        put_eight(100.0 * quotient<Eight>(eight_of(means, 0), eight_of(from[close], t), 0.0), to[0], t);
    }

private:
    RangeMean<Real> mean_;
};

/// True range of the bar, in price units. O(1).
template <class Real>
class TrueRange {
public:
    static constexpr NoParameters parameters{};
    static constexpr FeatureDescription about = describe<unit::price>(
        "true_range", "range of the bar and the close before it, in price units", "Wilder 1978; TA-Lib TRANGE",
        FeatureGroup::volatility, FeatureRecord::bar, columns(high, low, close), parameters, one_output);
    static std::int64_t warm_up(const double*) noexcept { return 2; }

    TrueRange(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        out[0] = true_range(in[high], in[low], close_);
        close_ = in[close];
    }

    static constexpr int block_size = 8;
    MARTLET_INLINE bool block_ready() const noexcept { return true; }
    MARTLET_INLINE void block(const double* const* from, double* const* to, Real*, std::int64_t t) noexcept {
        const Eight closes = eight_of(from[close], t);
        put_eight(true_range(eight_of(from[high], t), eight_of(from[low], t), one_earlier(closes, close_)), to[0], t);
        close_ = from[close][t + 7];
    }

private:
    Real close_{};
};

/// Keltner channel: exponential mean of the close, bands at `width` average true ranges. O(1).
template <class Real>
class Keltner {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(20), period_parameter(10, 1, "range", "updates in the average true range"),
        {"width", 2, 0.001, 1000, false, "average true ranges from the mean to a band"}};
    static constexpr const char* outputs[] = {"upper", "middle", "lower"};
    static constexpr FeatureDescription about = describe<unit::price>(
        "keltner", "bands of average true ranges around the exponential mean, in price units", "Keltner 1960, Raschke 1980s",
        FeatureGroup::volatility, FeatureRecord::bar, columns(high, low, close), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(maximum(p[0], p[1] + 1)); }
    static Span settles(const double* p) noexcept { return settling(minimum(1 / p[1], 2 / (p[0] + 1))); }

    Keltner(const double* p, Arena&) noexcept : mean_(whole(p[0])), range_(whole(p[1])), width_(p[2]) {}
    MARTLET_INLINE bool aligned() const noexcept { return mean_.aligned() && range_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real reach = width_ * range_.update(in);
        out[1] = mean_.update(in[close]);
        out[0] = out[1] + reach;
        out[2] = out[1] - reach;
    }

private:
    EmaBlock<Real> mean_;
    RangeMean<Real> range_;
    double width_;
};

/// Population standard deviation of the window, in units of the input. O(1) amortised.
template <class Real>
class StandardDeviation {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20, 2)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "standard_deviation", "population standard deviation of the window, in units of the input", "TA-Lib STDDEV",
        FeatureGroup::volatility, FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    StandardDeviation(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push({in[0], Real(0.0)}, memory);
        out[0] = square_root(window_.total(memory).squares * share_);
    }

private:
    Window<Moments<Real>> window_;
    double share_;
};

} // namespace martlet::kernels
