#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/exponential.hpp"
#include "martlet/kernels/ordered.hpp"

// What is put behind another feature: its value some updates ago, and its place among its own past. Each takes
// the value itself and values before it, never a later one. The fourth of these scores is `z_score`.

namespace martlet::kernels {

/// The value `lag` updates before. O(1).
template <class Real>
class Lag {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(1, 1, "lag", "updates back")};
    static constexpr FeatureDescription about = describe<unit::input>(
        "lag", "the value some updates before, in units of the input", "plain definition", FeatureGroup::statistics, FeatureRecord::series,
        columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    Lag(const double* p, Arena& arena) noexcept : past_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept { out[0] = past_.exchange(in[0], memory); }

private:
    Delay<Real> past_;
};

/// Share of the other values of the window that are below the last one, those equal to it counted half: 0 where it
/// is the lowest, 1 where it is the highest, ½ where all are alike. O(period).
template <class Real>
class PercentRank {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(100, 2, "period", "updates in the window", 10'000)};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "percent_rank", "share of the window's other values that are below the last one, ties half, 0 to 1",
        "percentile rank, Crocker and Algina 1986", FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, one_output, 0,
        "O(period)");
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }

    PercentRank(const double* p, Arena& arena) noexcept : past_(whole(p[0]), arena), share_(0.5 / (p[0] - 1)) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        past_.exchange(in[0], memory);
        const Real* const values = past_.slots(memory);
        // Whole numbers: exact in any order, so four sums hide the latency of an addition.
        constexpr std::int32_t sums = 4;
        Real below[sums] = {Real(0.0), Real(0.0), Real(0.0), Real(0.0)};
        std::int32_t i = 0;
        for (; i + sums <= past_.period(); i += sums)
            for (std::int32_t k = 0; k < sums; ++k) below[k] += twice_below(values[i + k], in[0]);
        for (; i < past_.period(); ++i) below[0] += twice_below(values[i], in[0]);
        out[0] = (below[0] + below[1] + (below[2] + below[3]) - 1.0) * share_; // less itself, a tie
    }

private:
    MARTLET_INLINE static Real twice_below(const Real& one, const Real& x) noexcept {
        return select(one < x, Real(1.0), Real(0.0)) + select(one <= x, Real(1.0), Real(0.0));
    }

    Delay<Real> past_;
    double share_;
};

/// Distance of the last value from the median of the window in median absolute deviations, these times 1.4826… so
/// that a normal distribution's is its standard deviation; 0 where more than half of the values are alike.
/// O(period).
template <class Real>
class RobustScore {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(100, 2, "period", "updates in the window", 10'000)};
    static constexpr FeatureDescription about = describe<unit::score>(
        "robust_score", "distance from the median of the window, in scaled median absolute deviations",
        "Hampel 1974; Leys et al. 2013", FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, one_output, 0, "O(period)");
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }

    RobustScore(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        constexpr double of_normal = 1.4826022185056018; // 1 / Φ⁻¹(3/4)
        window_.push(in[0], memory);
        const Real middle = window_.quantile(0.5, memory);
        out[0] = quotient<Real>(in[0] - middle, window_.median_distance(middle, memory) * of_normal, 0.0);
    }

private:
    OrderedWindow<Real> window_;
};

/// Logistic scaling of the z-score to −1 … 1: tanh(z ÷ 2) = 2 ÷ (1 + e⁻ᶻ) − 1, nearly z ÷ 2 near the mean and
/// flat far from it; 0 where the window has no deviation. Within 10⁻¹⁵. O(1) amortised.
template <class Real>
class TanhScore {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(100, 2)};
    static constexpr FeatureDescription about = describe<unit::score>(
        "tanh_score", "hyperbolic tangent of half the distance from the mean in standard deviations, -1 to 1",
        "Pyle 1999, logistic scaling", FeatureGroup::statistics, FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return {whole(p[0]), 2 * static_cast<std::int64_t>(p[0])}; }

    TanhScore(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push({in[0], Real(0.0)}, memory);
        const Moments<Real> total = window_.total(memory);
        const Real score = quotient<Real>(in[0] - total.mean, square_root(total.squares * share_), 0.0);
        const Real decayed = exponential(-absolute(score)); // never above 1: no overflow
        const Real size = (Real(1.0) - decayed) / (Real(1.0) + decayed);
        out[0] = select(score < Real(0.0), -size, size);
    }

private:
    Window<Moments<Real>> window_;
    double share_;
};

} // namespace martlet::kernels
