#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/logarithm.hpp"
#include "martlet/kernels/moments.hpp"
#include "martlet/kernels/ordered.hpp"

// What a window of values says as a distribution, and how two series go together.

namespace martlet::kernels {

/// Mean, population variance, skewness and excess kurtosis of the window. O(1) amortised. Skewness and
/// kurtosis are 0 where the values do not vary. Values beyond 10⁷⁰ in size count as that.
template <class Real>
class RollingMoments {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(50, 2)};
    static constexpr const char* outputs[] = {"mean", "variance", "skewness", "kurtosis"};
    static constexpr FeatureDescription about = describe<unit::input, unit::input_squared, unit::score, unit::score>(
        "rolling_moments", "mean and variance in units of the input and their square, skewness, excess kurtosis",
        "Pearson 1905; joined by Pebay 2008", FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return {whole(p[0]), 2 * static_cast<std::int64_t>(p[0])}; }

    RollingMoments(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), count_(p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real x = maximum(minimum(in[0], Real(maximum_of_fourth)), Real(-maximum_of_fourth));
        window_.push({x, Real(0.0), Real(0.0), Real(0.0)}, memory);
        const FourMoments<Real> total = window_.total(memory);
        const Real variance = total.second / count_;
        out[0] = total.mean;
        out[1] = variance;
        out[2] = quotient<Real>(total.third / count_, variance * square_root(variance), 0.0);
        out[3] = quotient<Real>(total.fourth / count_, variance * variance, 3.0) - 3.0;
    }

private:
    Window<FourMoments<Real>> window_;
    double count_;
};

/// Distance of the last value from the mean of the window in population standard deviations; 0 where there
/// is none. O(1) amortised.
template <class Real>
class ZScore {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(50, 2)};
    static constexpr FeatureDescription about = describe<unit::score>(
        "z_score", "distance from the mean of the window, in standard deviations", "standard score, Kreyszig 1979",
        FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return {whole(p[0]), 2 * static_cast<std::int64_t>(p[0])}; }

    ZScore(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push({in[0], Real(0.0)}, memory);
        const Moments<Real> total = window_.total(memory);
        out[0] = quotient<Real>(in[0] - total.mean, square_root(total.squares * share_), 0.0);
    }

private:
    Window<Moments<Real>> window_;
    double share_;
};

/// Correlation, beta (slope of the value over the reference) and population covariance of two series. O(1)
/// amortised. Correlation and beta are 0 where a series does not vary.
template <class Real>
class CorrelationAndBeta {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(50, 2)};
    static constexpr const char* outputs[] = {"correlation", "beta", "covariance"};
    static constexpr FeatureDescription about = describe<unit::ratio, unit::mixed, unit::mixed>(
        "correlation", "correlation with the reference, slope over it, covariance in units of both", "Pearson 1895; Sharpe 1964",
        FeatureGroup::statistics, FeatureRecord::series, columns(0, 1), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return {whole(p[0]), 2 * static_cast<std::int64_t>(p[0])}; }

    CorrelationAndBeta(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push(PairMoments<Real>::of(in[1], in[0]), memory);
        const PairMoments<Real> total = window_.total(memory);
        out[0] = total.correlation();
        out[1] = total.slope();
        out[2] = total.xy * share_;
    }

private:
    Window<PairMoments<Real>> window_;
    double share_;
};

/// Correlation of the last `period` values with those `lag` before them; 0 where they do not vary. O(1)
/// amortised.
template <class Real>
class Autocorrelation {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(50, 2), period_parameter(1, 1, "lag", "updates between the values that are compared", 10'000)};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "autocorrelation", "correlation of the window with itself some updates before", "Box and Jenkins 1970, as Pearson's of pairs",
        FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + whole(p[1]); }

    Autocorrelation(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), past_(whole(p[1]), arena), wait_(whole(p[1])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real before = past_.exchange(in[0], memory);
        out[0] = Real(0.0);
        if (wait_ > 0) {
            --wait_;
            return;
        }
        window_.push(PairMoments<Real>::of(before, in[0]), memory);
        out[0] = window_.total(memory).correlation();
    }

private:
    Window<PairMoments<Real>> window_;
    Delay<Real> past_;
    std::int64_t wait_;
};

/// Half-life of a deviation from the mean, from the regression of changes on the values before them:
/// −ln 2 ÷ ln(1 + slope), in updates. 0 where a deviation is gone at once (slope ≤ −1), `longest` where it
/// does not come back (slope ≥ 0) or takes longer. O(1) amortised.
template <class Real>
class HalfLife {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(100, 3), {"longest", 1e6, 1, 1e12, false, "what is said of a series that does not return, in updates"}};
    static constexpr const char* outputs[] = {"half_life", "slope"};
    static constexpr FeatureDescription about = describe<unit::count, unit::ratio>(
        "half_life", "updates in which half of a deviation from the mean is gone, and the slope behind it",
        "Ornstein and Uhlenbeck 1930; Chan 2013", FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    HalfLife(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), longest_(p[1]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        if (first_ == 0) window_.push(PairMoments<Real>::of(before_, in[0] - before_), memory);
        first_ = 0;
        before_ = in[0];
        const Real slope = window_.total(memory).slope();
        const Real kept = slope + 1.0;
        const Real rate = -logarithm(maximum(minimum(kept, Real(1.0)), Real(1e-300)));
        const Real life = minimum(quotient<Real>(Real(0.69314718055994531), rate, longest_), Real(longest_));
        out[0] = select(kept <= Real(0.0), Real(0.0), life);
        out[1] = slope;
    }

private:
    Window<PairMoments<Real>> window_;
    Real before_{};
    double longest_;
    std::int64_t first_ = 1;
};

/// Quantiles of the window, interpolated between its values (Hyndman and Fan's type 7). O(period): the
/// window is kept in order.
template <class Real>
class Quantiles {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(50, 1, "period", "updates in the window", 10'000), {"low", 0.25, 0, 1, false, "share of the values below the first"},
        {"high", 0.75, 0, 1, false, "share of the values below the third"}};
    static constexpr const char* outputs[] = {"low", "median", "high"};
    static constexpr FeatureDescription about = describe<unit::input>(
        "quantiles", "two quantiles of the window and its median, in units of the input", "Hyndman and Fan 1996, type 7",
        FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, outputs, 0, "O(period)");
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }

    Quantiles(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), low_(p[1]), high_(p[2]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push(in[0], memory);
        out[0] = window_.quantile(low_, memory);
        out[1] = window_.quantile(0.5, memory);
        out[2] = window_.quantile(high_, memory);
    }

private:
    OrderedWindow<Real> window_;
    double low_;
    double high_;
};

/// Fractional difference of order d over a window of fixed width: the weights of (1 − B)ᵈ, cut off there.
/// 0 keeps the series, 1 is the plain difference. O(width).
template <class Real>
class FractionalDifference {
public:
    static constexpr FeatureParameter parameters[] = {
        {"order", 0.4, 0, 2, false, "order of the difference"}, period_parameter(50, 1, "width", "values that are weighted", 10'000)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "fractional_difference", "difference of fractional order, in units of the input", "Hosking 1981; Lopez de Prado 2018",
        FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, one_output, 0, "O(width)");
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[1]); }

    FractionalDifference(const double* p, Arena& arena) noexcept
        : past_(whole(p[1]), arena), weights_(arena.take(whole(p[1]))), order_(p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const std::int32_t width = past_.period();
        Real* const weights = memory + weights_;
        if (known_ == 0) {
            known_ = 1;
            weights[width - 1] = Real(1.0); // of the newest
            for (std::int32_t k = 1; k < width; ++k) weights[width - 1 - k] = weights[width - k] * ((static_cast<double>(k) - 1.0 - order_) / k);
        }
        past_.push(in[0], memory);
        Real sum{};
        for (std::int32_t i = 0; i < width; ++i) sum += past_.at(i, memory) * weights[i];
        out[0] = sum;
    }

private:
    History<Real> past_;
    std::int32_t weights_;
    std::int32_t known_ = 0;
    double order_;
};

} // namespace martlet::kernels
