#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/logarithm.hpp"

// Volatility of logarithmic returns, per update: times the root of the updates in a year it is the annual
// figure. Prices must be positive; records with others are ignored, and the next return spans the hole.

namespace martlet::kernels {

/// The logarithmic return from value to value.
template <class Real>
class LogReturn {
public:
    /// True from the second value on, when `value` is the return.
    MARTLET_INLINE bool update(const Real& x) noexcept {
        const bool known = first_ == 0;
        if (known) value = logarithm(x / before_);
        before_ = x;
        first_ = 0;
        return known;
    }

    Real value{};

private:
    Real before_{};
    std::int64_t first_ = 1;
};

/// √ of the mean of a non-negative quantity over a window; a mean below zero, which some estimators can have,
/// counts as zero.
template <class Real>
class RootMean {
public:
    RootMean(std::int32_t period, Arena& arena) noexcept : window_(period, arena), share_(1.0 / period) {}
    MARTLET_INLINE Real update(const Real& x, Real* memory) noexcept {
        window_.push({x}, memory);
        return square_root(maximum(window_.total(memory).sum * share_, Real(0.0)));
    }
    MARTLET_INLINE bool warm() const noexcept { return window_.full(); }

private:
    Window<Sum<Real>> window_;
    double share_;
};

/// Realised volatility: the root of the mean squared logarithmic return of the window. O(1) amortised.
template <class Real>
class RealisedVolatility {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20, 1, "period", "returns in the window")};
    static constexpr FeatureDescription about = taking(unit::price, describe<unit::ratio>(
        "realised_volatility", "root of the mean squared logarithmic return, per update", "Andersen, Bollerslev 1998",
        FeatureGroup::volatility, FeatureRecord::series, columns(0), parameters, one_output, columns(0)));
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    RealisedVolatility(const double* p, Arena& arena) noexcept : root_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        out[0] = in[0];
        if (change_.update(in[0])) out[0] = root_.update(change_.value * change_.value, memory);
    }

private:
    LogReturn<Real> change_;
    RootMean<Real> root_;
};

/// Volatility of volatility: the population standard deviation of the realised volatility over a second
/// window. O(1) amortised.
template <class Real>
class VolatilityOfVolatility {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(20, 1, "period", "returns in a volatility"), period_parameter(20, 2, "window", "volatilities compared")};
    static constexpr FeatureDescription about = taking(unit::price, describe<unit::ratio>(
        "volatility_of_volatility", "standard deviation of the realised volatility, per update", "plain definition",
        FeatureGroup::volatility, FeatureRecord::series, columns(0), parameters, one_output, columns(0)));
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + whole(p[1]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0], p[1]); }

    VolatilityOfVolatility(const double* p, Arena& arena) noexcept : root_(whole(p[0]), arena), window_(whole(p[1]), arena), share_(1.0 / p[1]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        out[0] = in[0];
        if (!change_.update(in[0])) return;
        const Real volatility = root_.update(change_.value * change_.value, memory);
        if (!root_.warm()) return;
        window_.push({volatility, Real(0.0)}, memory);
        out[0] = square_root(window_.total(memory).squares * share_);
    }

private:
    LogReturn<Real> change_;
    RootMean<Real> root_;
    Window<Moments<Real>> window_;
    double share_;
};

inline constexpr double ln_2 = 0.693147180559945309417;

/// Parkinson's estimator: from the range of each bar. O(1) amortised.
template <class Real>
class Parkinson {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "parkinson", "volatility from the range of bars, per bar", "Parkinson 1980", FeatureGroup::volatility, FeatureRecord::bar,
        columns(high, low), parameters, one_output, columns(high, low));
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Parkinson(const double* p, Arena& arena) noexcept : root_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real range = logarithm(in[high] / in[low]);
        out[0] = root_.update(range * range * (1.0 / (4.0 * ln_2)), memory);
    }

private:
    RootMean<Real> root_;
};

/// Garman and Klass' estimator: from range and body of each bar. O(1) amortised.
template <class Real>
class GarmanKlass {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "garman_klass", "volatility from range and body of bars, per bar", "Garman, Klass 1980", FeatureGroup::volatility,
        FeatureRecord::bar, columns(open, high, low, close), parameters, one_output, columns(open, high, low, close));
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    GarmanKlass(const double* p, Arena& arena) noexcept : root_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Logarithms<Real, 2> logarithms(in[high] / in[low], in[close] / in[open]);
        const Real range = logarithms.of[0], body = logarithms.of[1];
        out[0] = root_.update(range * range * 0.5 - body * body * (2.0 * ln_2 - 1.0), memory);
    }

private:
    RootMean<Real> root_;
};

/// Rogers and Satchell's product of a bar: its variance whatever its drift. Logarithms of close, high and low
/// over the open.
template <class Real>
MARTLET_INLINE Real rogers_satchell(const Real& body, const Real& up, const Real& down) noexcept {
    return up * (up - body) + down * (down - body);
}

/// Rogers and Satchell's estimator: independent of drift. O(1) amortised.
template <class Real>
class RogersSatchell {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "rogers_satchell", "volatility from bars with drift, per bar", "Rogers, Satchell 1991", FeatureGroup::volatility,
        FeatureRecord::bar, columns(open, high, low, close), parameters, one_output, columns(open, high, low, close));
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    RogersSatchell(const double* p, Arena& arena) noexcept : root_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Logarithms<Real, 3> logarithms(in[close] / in[open], in[high] / in[open], in[low] / in[open]);
        out[0] = root_.update(rogers_satchell(logarithms.of[0], logarithms.of[1], logarithms.of[2]), memory);
    }

private:
    RootMean<Real> root_;
};

/// Yang and Zhang's estimator: the sample variances of overnight and of open-to-close returns and Rogers and
/// Satchell's, weighted for the least variance. O(1) amortised.
template <class Real>
class YangZhang {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20, 2)};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "yang_zhang", "volatility from bars with gaps and drift, per bar", "Yang, Zhang 2000", FeatureGroup::volatility,
        FeatureRecord::bar, columns(open, high, low, close), parameters, one_output, columns(open, high, low, close));
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    YangZhang(const double* p, Arena& arena) noexcept
        : gaps_(whole(p[0]), arena), bodies_(whole(p[0]), arena), products_(whole(p[0]), arena), count_(p[0]),
          weight_(0.34 / (1.34 + (p[0] + 1) / (p[0] - 1))) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real before = close_;
        close_ = in[close];
        out[0] = in[close];
        if (first_ != 0) {
            first_ = 0;
            return;
        }
        const Logarithms<Real, 4> logarithms(in[open] / before, in[close] / in[open], in[high] / in[open], in[low] / in[open]);
        gaps_.push({logarithms.of[0], Real(0.0)}, memory);
        bodies_.push({logarithms.of[1], Real(0.0)}, memory);
        products_.push({rogers_satchell(logarithms.of[1], logarithms.of[2], logarithms.of[3])}, memory);
        const Real gap = gaps_.total(memory).squares * (1.0 / (count_ - 1));
        const Real body = bodies_.total(memory).squares * (1.0 / (count_ - 1));
        const Real product = products_.total(memory).sum * (1.0 / count_);
        out[0] = square_root(maximum(gap + body * weight_ + product * (1.0 - weight_), Real(0.0)));
    }

private:
    Window<Moments<Real>> gaps_;
    Window<Moments<Real>> bodies_;
    Window<Sum<Real>> products_;
    Real close_{};
    double count_;
    double weight_;
    std::int64_t first_ = 1;
};

/// Exponentially weighted volatility: variance ← decay × variance + (1 − decay) × return², begun with the
/// first squared return. O(1).
template <class Real>
class EwmaVolatility {
public:
    static constexpr FeatureParameter parameters[] = {{"decay", 0.94, 0, 0.999999, false, "weight of the variance before"}};
    static constexpr FeatureDescription about = taking(unit::price, describe<unit::ratio>(
        "ewma_volatility", "root of the exponentially weighted squared return, per update", "RiskMetrics 1996",
        FeatureGroup::volatility, FeatureRecord::series, columns(0), parameters, one_output, columns(0)));
    static std::int64_t warm_up(const double*) noexcept { return 2; }

    EwmaVolatility(const double* p, Arena&) noexcept : variance_(p[0], 1.0 - p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        out[0] = in[0];
        if (!change_.update(in[0])) return;
        const Real square = change_.value * change_.value;
        if (begun_ == 0) {
            begun_ = 1;
            variance_.seed(square, 2);
            out[0] = square_root(square);
            return;
        }
        out[0] = square_root(variance_.update(square));
    }

private:
    LogReturn<Real> change_;
    Recurrence<Real> variance_;
    std::int64_t begun_ = 0;
};

/// GARCH(1,1): variance of the next return = ω + α return² + β variance, with ω = (1 − α − β) × long run²,
/// begun at the long-run variance. `volatility` is the forecast for the next return, `horizon` the root of
/// the mean variance forecast for the next `horizon` returns. `fit_garch` finds the parameters. O(1).
template <class Real>
class Garch {
public:
    static constexpr FeatureParameter parameters[] = {
        {"alpha", 0.05, 0, 0.9999, false, "weight of the last squared return"},
        {"beta", 0.9, 0, 0.9999, false, "weight of the variance before"},
        {"long_run", 0.01, 1e-12, 100, false, "volatility that forecasts return to, per update"},
        {"horizon", 10, 1, 100'000, true, "returns that the mean forecast spans"}};
    static constexpr const char* outputs[] = {"volatility", "horizon"};
    static constexpr FeatureDescription about = taking(unit::price, describe<unit::ratio>(
        "garch", "forecast volatility of the next return and of the horizon, per update", "Bollerslev 1986",
        FeatureGroup::volatility, FeatureRecord::series, columns(0), parameters, outputs, columns(0)));
    static bool valid(const double* p) noexcept { return p[0] + p[1] < 1; }
    static std::int64_t warm_up(const double*) noexcept { return 2; }

    Garch(const double* p, Arena&) noexcept : variance_(p[1], 1.0), alpha_(p[0]), long_run_(p[2] * p[2]) {
        const double keep = p[0] + p[1];
        constant_ = (1.0 - keep) * long_run_;
        // The mean over k = 0 … horizon − 1 of keepᵏ: what is left of a distance from the long run.
        double power = 1, sum = 0;
        for (std::int32_t k = 0; k < whole(p[3]); ++k) {
            sum += power;
            power *= keep;
        }
        left_ = sum / p[3];
        variance_.seed(Real(long_run_), 1);
    }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        out[0] = out[1] = in[0];
        if (!change_.update(in[0])) return;
        const Real next = variance_.update(change_.value * change_.value * alpha_ + constant_);
        out[0] = square_root(next);
        out[1] = square_root(maximum((next - long_run_) * left_ + long_run_, Real(0.0)));
    }

private:
    LogReturn<Real> change_;
    Recurrence<Real> variance_;
    double alpha_;
    double long_run_;
    double constant_ = 0;
    double left_ = 0;
};

} // namespace martlet::kernels
