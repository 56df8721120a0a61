#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/volatility.hpp"

// Wilder's directional movement and what came after it: which way bars reach further.

namespace martlet::kernels {

/// Wilder's running sum of movements, which begin with a kernel's second update: the plain sum of the first
/// period − 1, then sum − sum ÷ period + movement.
template <class Real>
class WilderSum {
public:
    MARTLET_INLINE explicit WilderSum(std::int32_t period) noexcept
        : sum_(1.0 - 1.0 / static_cast<double>(period), 1.0), period_(period), rest_(period - 1) {}
    MARTLET_INLINE Real update(const Real& x) noexcept {
        if (rest_ > 0) {
            first_ += x;
            const Real first = first_;
            if (--rest_ == 0) {
                sum_.seed(first, period_);
                first_ = Real(0.0); // what is over leaves nothing in the state
            }
            return first;
        }
        return sum_.update(x);
    }
    MARTLET_INLINE bool aligned() const noexcept { return rest_ == 0 && sum_.aligned(); }

private:
    Recurrence<Real> sum_;
    Real first_{};
    std::int64_t period_;
    std::int64_t rest_;
};

/// +DI, −DI and DX of a stream of bars: the state that ADX and its kin share. Without any range the
/// indicators are 0; without any direction the index stays as it was.
template <class Real>
class DirectionalMovement {
public:
    MARTLET_INLINE explicit DirectionalMovement(std::int32_t period) noexcept : up_(period), down_(period), range_(period), period_(period) {}

    /// True once the indicators are: from bar period + 1 on.
    MARTLET_INLINE bool update(const Real* in) noexcept {
        const Real up = in[high] - high_;
        const Real down = low_ - in[low];
        const Real range = true_range(in[high], in[low], close_);
        high_ = in[high];
        low_ = in[low];
        close_ = in[close];
        if (seen_ <= period_) ++seen_;
        if (seen_ == 1) return false;
        const Real none(0.0);
        const Real up_sum = up_.update(select(up > maximum(down, none), up, none));
        const Real down_sum = down_.update(select(down > maximum(up, none), down, none));
        const Real range_sum = range_.update(range);
        if (seen_ <= period_) return false;
        const Real share = quotient<Real>(100.0, range_sum, 0.0);
        plus = up_sum * share;
        minus = down_sum * share;
        total = plus + minus;
        return true;
    }
    MARTLET_INLINE bool aligned() const noexcept { return seen_ > period_ && up_.aligned() && down_.aligned() && range_.aligned(); }
    /// DX, or `otherwise` where there is no direction.
    MARTLET_INLINE Real index(const Real& otherwise) const noexcept { return select(total > Real(0.0), 100.0 * quotient<Real>(absolute(plus - minus), total, 0.0), otherwise); }

    Real plus{};
    Real minus{};
    Real total{};

private:
    WilderSum<Real> up_;
    WilderSum<Real> down_;
    WilderSum<Real> range_;
    Real high_{};
    Real low_{};
    Real close_{};
    std::int32_t period_;
    std::int32_t seen_ = 0; ///< bars, at most period + 1
};

/// Directional indicators and index, 0 … 100. Without any direction DX stays as it was (0 at first). O(1).
template <class Real>
class Directional {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2)};
    static constexpr const char* outputs[] = {"plus_di", "minus_di", "dx"};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "directional", "directional indicators and their index, 0 to 100", "Wilder 1978; TA-Lib PLUS_DI, MINUS_DI, DX",
        FeatureGroup::trend, FeatureRecord::bar, columns(high, low, close), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span settles(const double* p) noexcept { return settling(1 / p[0]); }

    Directional(const double* p, Arena&) noexcept : movement_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return movement_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        if (movement_.update(in)) index_ = movement_.index(index_);
        out[0] = movement_.plus;
        out[1] = movement_.minus;
        out[2] = index_;
    }

private:
    DirectionalMovement<Real> movement_;
    Real index_{};
};

/// Wilder's mean of DX, seeded by the mean of the first `period`. A bar without direction leaves it as it
/// was, and adds nothing to the seed.
template <class Real>
class DirectionalMean {
public:
    MARTLET_INLINE explicit DirectionalMean(std::int32_t period) noexcept : movement_(period), mean_(period, period) {}
    MARTLET_INLINE void update(const Real* in) noexcept {
        if (movement_.update(in)) value = mean_.update(movement_.index(mean_.warm() ? value : Real(0.0)));
    }
    MARTLET_INLINE bool warm() const noexcept { return mean_.warm(); }
    MARTLET_INLINE bool aligned() const noexcept { return movement_.aligned() && mean_.aligned(); }

    Real value{};

private:
    DirectionalMovement<Real> movement_;
    WilderBlock<Real> mean_;
};

/// Average directional index, 0 … 100. O(1).
template <class Real>
class Adx {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2)};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "adx", "average directional index, 0 to 100", "Wilder 1978; TA-Lib ADX", FeatureGroup::trend, FeatureRecord::bar,
        columns(high, low, close), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return 2 * static_cast<std::int64_t>(p[0]); }
    static Span settles(const double* p) noexcept { return settling(1 / p[0], 2); }

    Adx(const double* p, Arena&) noexcept : mean_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return mean_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        mean_.update(in);
        out[0] = mean_.value;
    }

private:
    DirectionalMean<Real> mean_;
};

/// Average directional movement rating: the mean of the ADX and that of period − 1 bars before. O(1).
template <class Real>
class Adxr {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2)};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "adxr", "average directional movement rating, 0 to 100", "Wilder 1978; TA-Lib ADXR", FeatureGroup::trend,
        FeatureRecord::bar, columns(high, low, close), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return 3 * static_cast<std::int64_t>(p[0]) - 1; }
    static Span settles(const double* p) noexcept { return settling(1 / p[0], 2, common_multiple(4, whole(p[0]) - 1)); }

    Adxr(const double* p, Arena& arena) noexcept : mean_(whole(p[0])), past_(whole(p[0]) - 1, arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        mean_.update(in);
        out[0] = (mean_.value + past_.exchange(mean_.value, memory)) * 0.5;
    }

private:
    DirectionalMean<Real> mean_;
    Delay<Real> past_;
};

/// Vortex indicators: reach from one bar's low to the next one's high, and from high to low, as shares of
/// the true range of the window; 0 where that is zero. O(1) amortised.
template <class Real>
class Vortex {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14)};
    static constexpr const char* outputs[] = {"plus", "minus"};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "vortex", "upward and downward reach as shares of the true range", "Botes, Siepman 2010", FeatureGroup::trend,
        FeatureRecord::bar, columns(high, low, close), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Vortex(const double* p, Arena& arena) noexcept : reach_(whole(p[0]), arena), range_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real up = absolute(in[high] - low_), down = absolute(in[low] - high_);
        const Real range = true_range(in[high], in[low], close_);
        high_ = in[high];
        low_ = in[low];
        close_ = in[close];
        out[0] = out[1] = range;
        if (first_ != 0) {
            first_ = 0;
            return;
        }
        reach_.push({up, down}, memory);
        range_.push({range}, memory);
        const SumPair<Real> reach = reach_.total(memory);
        const Real total = range_.total(memory).sum;
        out[0] = quotient<Real>(reach.first, total, 0.0);
        out[1] = quotient<Real>(reach.second, total, 0.0);
    }

private:
    Window<SumPair<Real>> reach_;
    Window<Sum<Real>> range_;
    Real high_{};
    Real low_{};
    Real close_{};
    std::int64_t first_ = 1;
};

} // namespace martlet::kernels
