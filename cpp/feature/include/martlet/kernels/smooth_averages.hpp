#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"

// Moving averages with less lag than the plain ones. Seeds and warm-up lengths are TA-Lib's.

namespace martlet::kernels {

/// Mean with weights 1 … period, the newest the heaviest.
template <class Real>
class WeightedMean {
public:
    WeightedMean(std::int32_t period, Arena& arena) noexcept
        : window_(period, arena), share_(2.0 / (static_cast<double>(period) * (static_cast<double>(period) + 1.0))) {}
    MARTLET_INLINE Real update(const Real& x, Real* memory) noexcept {
        window_.push(WeightedSum<Real>::of(x), memory);
        return window_.total(memory).weighted * share_;
    }
    MARTLET_INLINE bool warm() const noexcept { return window_.full(); }

private:
    Window<WeightedSum<Real>> window_;
    double share_;
};

/// Linearly weighted mean of the window. O(1) amortised.
template <class Real>
class Wma {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(30)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "wma", "mean with weights 1 to period, the newest the heaviest, in units of the input", "TA-Lib WMA",
        FeatureGroup::trend, FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Wma(const double* p, Arena& arena) noexcept : mean_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept { out[0] = mean_.update(in[0], memory); }

private:
    WeightedMean<Real> mean_;
};

/// Hull's average: the WMA over √period of 2 × WMA(period ÷ 2) − WMA(period); quotients rounded down. O(1)
/// amortised.
template <class Real>
class Hma {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(16, 2)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "hma", "Hull moving average, in units of the input", "Hull 2005", FeatureGroup::trend, FeatureRecord::series,
        columns(0), parameters, one_output);
    static std::int32_t root(const double* p) noexcept { return whole(portable_sqrt(p[0])); }
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + root(p) - 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0], whole(p[0]) / 2, root(p)); }

    Hma(const double* p, Arena& arena) noexcept
        : half_(whole(p[0]) / 2, arena), full_(whole(p[0]), arena), smooth_(root(p), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real half = half_.update(in[0], memory);
        const Real full = full_.update(in[0], memory);
        out[0] = full;
        if (full_.warm()) out[0] = smooth_.update(2.0 * half - full, memory);
    }

private:
    WeightedMean<Real> half_;
    WeightedMean<Real> full_;
    WeightedMean<Real> smooth_;
};

/// Exponential means of exponential means, `Depth` deep: each listens once the one before it is warm. Fields
/// one in the other and not an array, so that all of them live in registers.
template <class Real, int Depth>
class EmaChain {
public:
    MARTLET_INLINE explicit EmaChain(std::int32_t period, std::int64_t before = 0) noexcept
        : mean_(period, before), rest_(period, before + period - 1) {}
    MARTLET_INLINE void update(const Real& x) noexcept {
        value_ = mean_.update(x);
        if (mean_.warm()) rest_.update(value_);
    }
    MARTLET_INLINE bool aligned() const noexcept { return mean_.aligned() && rest_.aligned(); }
    /// The mean of the mean … `Level` deep, 1 for the first.
    template <int Level>
    MARTLET_INLINE Real value() const noexcept {
        if constexpr (Level == 1) return value_;
        else return rest_.template value<Level - 1>();
    }
    static std::int64_t warm_up(double period) noexcept { return Depth * (static_cast<std::int64_t>(period) - 1) + 1; }

private:
    EmaBlock<Real> mean_;
    Real value_{};
    EmaChain<Real, Depth - 1> rest_;
};

/// The end of a chain.
template <class Real>
class EmaChain<Real, 0> {
public:
    MARTLET_INLINE explicit EmaChain(std::int32_t, std::int64_t) noexcept {}
    MARTLET_INLINE void update(const Real&) noexcept {}
    MARTLET_INLINE bool aligned() const noexcept { return true; }

private:
    double nothing_ = 0;
};

/// Double exponential mean: 2 × EMA − EMA of EMA. O(1).
template <class Real>
class Dema {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(30)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "dema", "double exponential mean, in units of the input", "Mulloy 1994; TA-Lib DEMA", FeatureGroup::trend,
        FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return EmaChain<Real, 2>::warm_up(p[0]); }
    static Span settles(const double* p) noexcept { return settling(2 / (p[0] + 1), 2); }

    Dema(const double* p, Arena&) noexcept : means_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return means_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        means_.update(in[0]);
        out[0] = 2.0 * means_.template value<1>() - means_.template value<2>();
    }

private:
    EmaChain<Real, 2> means_;
};

/// Triple exponential mean: 3 × EMA − 3 × EMA of EMA + EMA of that. O(1).
template <class Real>
class Tema {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(30)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "tema", "triple exponential mean, in units of the input", "Mulloy 1994; TA-Lib TEMA", FeatureGroup::trend,
        FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return EmaChain<Real, 3>::warm_up(p[0]); }
    static Span settles(const double* p) noexcept { return settling(2 / (p[0] + 1), 3); }

    Tema(const double* p, Arena&) noexcept : means_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return means_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        means_.update(in[0]);
        out[0] = 3.0 * means_.template value<1>() - 3.0 * means_.template value<2>() + means_.template value<3>();
    }

private:
    EmaChain<Real, 3> means_;
};

/// Tillson's T3: six exponential means in a row, weighted by the volume factor. O(1).
template <class Real>
class T3 {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(5), {"factor", 0.7, 0, 1, false, "volume factor: 0 gives the plain triple smoothing"}};
    static constexpr FeatureDescription about = describe<unit::input>(
        "t3", "Tillson's T3, in units of the input", "Tillson 1998; TA-Lib T3", FeatureGroup::trend, FeatureRecord::series,
        columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return EmaChain<Real, 6>::warm_up(p[0]); }
    static Span settles(const double* p) noexcept { return settling(2 / (p[0] + 1), 6); }

    T3(const double* p, Arena&) noexcept : means_(whole(p[0])) {
        const double v = p[1], square = v * v, cube = square * v;
        sixth_ = -cube;
        fifth_ = 3.0 * (square + cube);
        fourth_ = -6.0 * square - 3.0 * (v + cube);
        third_ = 1.0 + 3.0 * v + cube + 3.0 * square;
    }
    MARTLET_INLINE bool aligned() const noexcept { return means_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        means_.update(in[0]);
        out[0] = sixth_ * means_.template value<6>() + fifth_ * means_.template value<5>() + fourth_ * means_.template value<4>() + third_ * means_.template value<3>();
    }

private:
    EmaChain<Real, 6> means_;
    double third_;
    double fourth_;
    double fifth_;
    double sixth_;
};

/// Kaufman's adaptive average: its weight follows the share of the net change in all movement of the
/// window, between those of EMAs of 2 and 30. Seeded by the value before the first full window. A window
/// without movement counts as all trend, as in TA-Lib. O(1) amortised.
template <class Real>
class Kama {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(30, 2)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "kama", "Kaufman's adaptive mean, in units of the input", "Kaufman 1995; TA-Lib KAMA", FeatureGroup::trend,
        FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span settles(const double* p) noexcept { return settling(0.03, 1, whole(p[0])); }

    Kama(const double* p, Arena& arena) noexcept : past_(whole(p[0]), arena), moves_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        constexpr double slow = 2.0 / 31.0, fast = 2.0 / 3.0;
        const Real change = in[0] - past_.exchange(in[0], memory);
        const Real before = previous_;
        previous_ = in[0];
        out[0] = value_;
        if (seen_++ == 0) return;
        moves_.push({absolute(in[0] - before)}, memory);
        if (!moves_.full()) return;
        if (seen_ == moves_.period() + 1) value_ = before;
        const Real moved = moves_.total(memory).sum;
        const Real trend = select(moved <= change, Real(1.0), quotient<Real>(absolute(change), moved, 1.0));
        const Real root = trend * (fast - slow) + slow;
        value_ += (in[0] - value_) * (root * root);
        out[0] = value_;
    }

private:
    Delay<Real> past_;
    Window<Sum<Real>> moves_;
    Real previous_{};
    Real value_{};
    std::int64_t seen_ = 0;
};

} // namespace martlet::kernels
