#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/logarithm.hpp"
#include "martlet/kernels/moments.hpp"

// Memory and stationarity of a series: Hurst exponents and the augmented Dickey–Fuller test. Each looks at
// the whole window at each update.

namespace martlet::kernels {

/// Slope of the logarithm of a measure over the logarithm of the scale, scale by scale.
template <class Real>
class LogLogSlope {
public:
    /// A measure that is not above zero says nothing of the series: `value` is then ½.
    MARTLET_INLINE void add(double scale, const Real& measure) noexcept {
        const auto known = measure > Real(0.0);
        const Real x = Real(portable_log(scale));
        const Real y = logarithm(select(known, measure, Real(1.0)));
        total_ = PairMoments<Real>::joined(total_, count_, PairMoments<Real>::of(x, y), 1);
        ++count_;
        unknown_ = select(known, unknown_, Real(1.0));
    }
    MARTLET_INLINE Real value() const noexcept { return select(unknown_ > Real(0.0), Real(0.5), total_.slope()); }

private:
    PairMoments<Real> total_{};
    std::int32_t count_ = 0;
    Real unknown_{};
};

/// Values are held to this size where differences of sums of them are squared.
inline constexpr double maximum_change = 1e90;

/// Hurst exponent by rescaled range of the changes of the series: the slope of ln(R/S) over ln(n) for blocks of
/// period, period ÷ 2 … at least 8 changes, the newest first. ½ is a walk without memory; also said where a
/// scale has no block that varies. O(period × log period).
template <class Real>
class HurstRescaled {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(128, 16, "period", "changes in the window", 4096)};
    static constexpr FeatureDescription about = describe<unit::score>(
        "hurst_rescaled_range", "Hurst exponent of the changes by rescaled range, 1/2 for a walk without memory",
        "Hurst 1951; Mandelbrot and Wallis 1969", FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, one_output, 0,
        "O(period log period)");
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    HurstRescaled(const double* p, Arena& arena) noexcept : changes_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        changes_.push(maximum(minimum(in[0] - before_, Real(maximum_change)), Real(-maximum_change)), memory);
        before_ = in[0];
        const std::int32_t period = changes_.period();
        LogLogSlope<Real> slope;
        for (std::int32_t size = period; size >= 8; size /= 2) {
            Real sum{};
            Real counted{};
            for (std::int32_t end = period; end >= size; end -= size) {
                const Real ratio = rescaled(end - size, size, memory);
                sum += ratio;
                counted += select(ratio > Real(0.0), Real(1.0), Real(0.0));
            }
            slope.add(size, quotient<Real>(sum, counted, 0.0));
        }
        out[0] = slope.value();
    }

private:
    /// Range of the sums of distances from the mean ÷ standard deviation; 0 where there is none.
    MARTLET_INLINE Real rescaled(std::int32_t first, std::int32_t size, const Real* memory) const noexcept {
        Moments<Real> block{};
        for (std::int32_t i = 0; i < size; ++i) block = Moments<Real>::joined(block, i, {changes_.at(first + i, memory), Real(0.0)}, 1);
        Real walk{}, highest{}, lowest{};
        for (std::int32_t i = 0; i < size; ++i) {
            walk += changes_.at(first + i, memory) - block.mean;
            highest = maximum(highest, walk);
            lowest = minimum(lowest, walk);
        }
        return quotient<Real>(highest - lowest, square_root(block.squares / static_cast<double>(size)), 0.0);
    }

    History<Real> changes_;
    Real before_{};
};

/// Hurst exponent by detrended fluctuation of the changes of the series: the slope of ln F(n) over ln(n),
/// where F is the root mean square of what a line through each block leaves of the summed changes; blocks
/// of period ÷ 4, period ÷ 8 … at least 4. ½ where nothing is left to measure. O(period × log period).
template <class Real>
class HurstDetrended {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(128, 32, "period", "changes in the window", 4096)};
    static constexpr FeatureDescription about = describe<unit::score>(
        "hurst_detrended", "Hurst exponent of the changes by detrended fluctuation, 1/2 for a walk without memory", "Peng et al. 1994",
        FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, one_output, 0, "O(period log period)");
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    HurstDetrended(const double* p, Arena& arena) noexcept : changes_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        changes_.push(maximum(minimum(in[0] - before_, Real(maximum_change)), Real(-maximum_change)), memory);
        before_ = in[0];
        const std::int32_t period = changes_.period();
        Moments<Real> all{};
        for (std::int32_t i = 0; i < period; ++i) all = Moments<Real>::joined(all, i, {changes_.at(i, memory), Real(0.0)}, 1);
        LogLogSlope<Real> slope;
        for (std::int32_t size = period / 4; size >= 4; size /= 2) {
            Real sum{};
            std::int32_t blocks = 0;
            for (std::int32_t end = period; end >= size; end -= size, ++blocks) sum += residue(end - size, size, all.mean, memory);
            slope.add(size, square_root(sum / static_cast<double>(blocks * size)));
        }
        out[0] = slope.value();
    }

private:
    /// Sum of squares that a line leaves of the profile of a block. What rounding leaves of an exact line is
    /// nothing.
    MARTLET_INLINE Real residue(std::int32_t first, std::int32_t size, const Real& mean, const Real* memory) const noexcept {
        PairMoments<Real> block{};
        Real profile{};
        for (std::int32_t i = 0; i < size; ++i) {
            profile += changes_.at(first + i, memory) - mean;
            block = PairMoments<Real>::joined(block, i, PairMoments<Real>::of(Real(static_cast<double>(i)), profile), 1);
        }
        const Real left = block.yy - block.slope() * block.xy;
        return select(left > block.yy * 1e-13, left, Real(0.0));
    }

    History<Real> changes_;
    Real before_{};
};

/// Augmented Dickey–Fuller statistic with a constant: the t-value of the last value before, in the regression
/// of the changes on it, a constant and `lags` changes before. Far below zero (−2.9 at 5 % for 100 values) the
/// series returns to a mean. 0 where it does not vary, or the regression leaves nothing. O(period × (lags +
/// 1)²), computed afresh at each update.
template <class Real>
class DickeyFuller {
public:
    static constexpr int most_lags = 8;
    static constexpr FeatureParameter parameters[] = {
        period_parameter(100, 30, "period", "changes in the regression", 4096), {"lags", 1, 0, most_lags, true, "earlier changes in the regression"}};
    static constexpr FeatureDescription about = describe<unit::score>(
        "dickey_fuller", "t-value of the augmented Dickey-Fuller regression with a constant", "Said and Dickey 1984",
        FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, one_output, 0, "O(period lags^2)");
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + whole(p[1]) + 1; }

    DickeyFuller(const double* p, Arena& arena) noexcept : values_(whole(p[0]) + whole(p[1]) + 1, arena), lags_(whole(p[1])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        values_.push(maximum(minimum(in[0], Real(maximum_change)), Real(-maximum_change)), memory);
        out[0] = statistic(memory);
    }

private:
    /// Column c of row t: the earlier changes, the value before, and the change that they explain.
    MARTLET_INLINE Real entry(std::int32_t c, std::int32_t t, const Real* memory) const noexcept {
        if (c == lags_) return values_.at(t + lags_, memory);
        const std::int32_t back = c > lags_ ? 0 : c + 1;
        return values_.at(t + lags_ + 1 - back, memory) - values_.at(t + lags_ - back, memory);
    }

    MARTLET_INLINE Real statistic(const Real* memory) const noexcept {
        const std::int32_t rows = values_.period() - lags_ - 1;
        const std::int32_t size = lags_ + 2;
        Real mean[most_lags + 2];
        for (std::int32_t c = 0; c < size; ++c) {
            Real sum{};
            for (std::int32_t t = 0; t < rows; ++t) sum += entry(c, t, memory);
            mean[c] = sum / static_cast<double>(rows);
        }
        Real products[most_lags + 2][most_lags + 2]; // of distances from the means: the constant is gone
        for (std::int32_t a = 0; a < size; ++a)
            for (std::int32_t b = 0; b <= a; ++b) {
                Real sum{};
                for (std::int32_t t = 0; t < rows; ++t) sum += (entry(a, t, memory) - mean[a]) * (entry(b, t, memory) - mean[b]);
                products[a][b] = sum;
            }
        // Cholesky: the last row but one holds what the value before explains beyond the changes, the last corner what is left.
        Real factor[most_lags + 2][most_lags + 2];
        Real degenerate{};
        for (std::int32_t a = 0; a < size; ++a) {
            for (std::int32_t b = 0; b < a; ++b) {
                Real sum = products[a][b];
                for (std::int32_t k = 0; k < b; ++k) sum -= factor[a][k] * factor[b][k];
                factor[a][b] = quotient<Real>(sum, factor[b][b], 0.0);
            }
            Real sum = products[a][a];
            for (std::int32_t k = 0; k < a; ++k) sum -= factor[a][k] * factor[a][k];
            const auto sound = sum > products[a][a] * 1e-13;
            degenerate = select(sound, degenerate, Real(1.0));
            factor[a][a] = select(sound, square_root(maximum(sum, Real(0.0))), Real(0.0));
        }
        const double freedom = static_cast<double>(rows - size);
        const Real t = quotient<Real>(factor[size - 1][lags_], factor[size - 1][size - 1] / portable_sqrt(freedom), 0.0);
        return select(degenerate > Real(0.0), Real(0.0), t);
    }

    History<Real> values_;
    std::int64_t lags_;
};

} // namespace martlet::kernels
