#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/smooth_averages.hpp"

// Oscillators of one series.

namespace martlet::kernels {

/// Wilder's means of what a series gained and lost from value to value: RSI, CMO and what builds on them.
template <class Real>
class GainsAndLosses {
public:
    MARTLET_INLINE explicit GainsAndLosses(std::int32_t period) noexcept : gain_(period, 1), loss_(period, 1) {}

    MARTLET_INLINE void update(const Real& x) noexcept {
        const Real change = x - previous_;
        previous_ = x;
        if (first_ != 0) {
            first_ = 0;
            return;
        }
        gain = gain_.update(maximum(change, Real(0.0)));
        loss = loss_.update(maximum(-change, Real(0.0)));
    }
    MARTLET_INLINE bool warm() const noexcept { return gain_.warm(); }
    MARTLET_INLINE bool aligned() const noexcept { return first_ == 0 && gain_.aligned() && loss_.aligned(); }

    Real gain{};
    Real loss{};

private:
    WilderBlock<Real> gain_;
    WilderBlock<Real> loss_;
    Real previous_{};
    std::int64_t first_ = 1;
};

/// Relative strength index, 0 … 100: the share of gains in all movement, both smoothed by Wilder. O(1).
///
/// The first averages are plain means of the first `period` gains and losses. A market without any change
/// is 50, neither strong nor weak (TA-Lib says 0, which a reader would take for oversold).
template <class Real>
class Rsi {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2)};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "rsi", "relative strength index, 0 to 100; 50 in a market without change", "Wilder 1978; TA-Lib RSI",
        FeatureGroup::momentum, FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span settles(const double* p) noexcept { return settling(1 / p[0]); }

    Rsi(const double* p, Arena&) noexcept : moves_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return moves_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        moves_.update(in[0]);
        out[0] = 100.0 * quotient<Real>(moves_.gain, moves_.gain + moves_.loss, 0.5);
    }

private:
    GainsAndLosses<Real> moves_;
};

/// Chande's momentum oscillator, −100 … 100: gains less losses as a share of both, smoothed by Wilder as
/// TA-Lib does; 0 in a market without change. O(1).
template <class Real>
class Cmo {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2)};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "cmo", "Chande momentum oscillator, -100 to 100", "Chande 1994; TA-Lib CMO", FeatureGroup::momentum,
        FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span settles(const double* p) noexcept { return settling(1 / p[0]); }

    Cmo(const double* p, Arena&) noexcept : moves_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return moves_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        moves_.update(in[0]);
        out[0] = 100.0 * quotient<Real>(moves_.gain - moves_.loss, moves_.gain + moves_.loss, 0.0);
    }

private:
    GainsAndLosses<Real> moves_;
};

/// Change over `period` values. O(1).
template <class Real>
class Momentum {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(10)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "momentum", "change over the period, in units of the input", "TA-Lib MOM", FeatureGroup::momentum,
        FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Momentum(const double* p, Arena& arena) noexcept : past_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept { out[0] = in[0] - past_.exchange(in[0], memory); }

private:
    Delay<Real> past_;
};

/// Rate of change over `period` values in percent; 0 where the value before is zero. O(1).
template <class Real>
class Roc {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(10)};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "roc", "change over the period, in percent", "TA-Lib ROC", FeatureGroup::momentum, FeatureRecord::series, columns(0),
        parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Roc(const double* p, Arena& arena) noexcept : past_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real before = past_.exchange(in[0], memory);
        out[0] = 100.0 * quotient<Real>(in[0] - before, before, 0.0);
    }

private:
    Delay<Real> past_;
};

/// Change of the triple exponential mean from value to value, in percent; 0 where it was zero. O(1).
template <class Real>
class Trix {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(30)};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "trix", "change of the triple exponential mean, in percent", "Hutson 1983; TA-Lib TRIX", FeatureGroup::momentum,
        FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return EmaChain<Real, 3>::warm_up(p[0]) + 1; }
    static Span settles(const double* p) noexcept { return settling(2 / (p[0] + 1), 3); }

    Trix(const double* p, Arena&) noexcept : means_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return means_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real before = means_.template value<3>();
        means_.update(in[0]);
        out[0] = 100.0 * quotient<Real>(means_.template value<3>() - before, before, 0.0);
    }

private:
    EmaChain<Real, 3> means_;
};

/// A plain or an exponential mean, as a parameter says (0 or 1).
template <class Real>
class ChosenMean {
public:
    ChosenMean(std::int32_t period, double exponential, Arena& arena) noexcept
        : plain_(exponential == 0 ? period : 1, arena), smooth_(period), share_(1.0 / period), exponential_(exponential != 0) {}
    MARTLET_INLINE Real update(const Real& x, Real* memory) noexcept {
        if (exponential_ != 0) return smooth_.update(x);
        plain_.push({x}, memory);
        return plain_.total(memory).sum * share_;
    }

private:
    Window<Sum<Real>> plain_;
    EmaBlock<Real> smooth_;
    double share_;
    std::int64_t exponential_;
};

/// Price oscillator: fast less slow mean, in units of the input and in percent of the slow one (0 where
/// that is zero). Plain means as in TA-Lib's default, or exponential ones. O(1) amortised.
template <class Real>
class PriceOscillator {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(12, 1, "fast"), period_parameter(26, 2, "slow"),
        {"exponential", 0, 0, 1, true, "0 for plain means, 1 for exponential ones"}};
    static constexpr const char* outputs[] = {"ppo", "apo"};
    static constexpr FeatureDescription about = describe<unit::percent, unit::input>(
        "ppo", "fast less slow mean, in percent of the slow one and in units of the input", "TA-Lib PPO, APO",
        FeatureGroup::momentum, FeatureRecord::series, columns(0), parameters, outputs);
    static bool valid(const double* p) noexcept { return p[0] < p[1]; }
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[1]); }
    static Span span(const double* p) noexcept { return p[2] == 0 ? span_of_windows(p[0], p[1]) : Span{}; }
    static Span settles(const double* p) noexcept { return p[2] == 0 ? Span{} : settling(2 / (p[1] + 1)); }

    PriceOscillator(const double* p, Arena& arena) noexcept : fast_(whole(p[0]), p[2], arena), slow_(whole(p[1]), p[2], arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real fast = fast_.update(in[0], memory);
        const Real slow = slow_.update(in[0], memory);
        out[1] = fast - slow;
        out[0] = 100.0 * quotient<Real>(out[1], slow, 0.0);
    }

private:
    ChosenMean<Real> fast_;
    ChosenMean<Real> slow_;
};

} // namespace martlet::kernels
