#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/smoothing.hpp"
#include "martlet/kernels/windows.hpp"

// Moving averages. Seeds and warm-up lengths are TA-Lib's.

namespace martlet::kernels {

inline constexpr const char* one_output[] = {"value"};

/// Arithmetic mean of the last `period` values. O(1) amortised.
template <class Real>
class Sma {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(30)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "sma", "arithmetic mean of the window, in units of the input", "TA-Lib SMA", FeatureGroup::trend,
        FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Sma(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push({in[0]}, memory);
        out[0] = window_.total(memory).sum * share_;
    }

private:
    Window<Sum<Real>> window_;
    double share_;
};

/// Exponential mean with weight 2 ÷ (period + 1), seeded by the mean of the first `period` values. O(1).
template <class Real>
class Ema {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(30)};
    static constexpr FeatureDescription about = describe<unit::input>(
        "ema", "exponential mean with weight 2 / (period + 1), in units of the input", "TA-Lib EMA", FeatureGroup::trend,
        FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span settles(const double* p) noexcept { return settling(2 / (p[0] + 1)); }

    Ema(const double* p, Arena&) noexcept : mean_(whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return mean_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept { out[0] = mean_.update(in[0]); }

private:
    EmaBlock<Real> mean_;
};

/// Moving average convergence and divergence: fast EMA − slow EMA, the EMA of that as signal, and their
/// distance. As in TA-Lib the fast mean is seeded by the `fast` values that end where the slow one is
/// seeded, and nothing is given before the signal is. O(1).
template <class Real>
class Macd {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(12, 1, "fast"), period_parameter(26, 2, "slow"), period_parameter(9, 1, "signal")};
    static constexpr const char* outputs[] = {"macd", "signal", "histogram"};
    static constexpr FeatureDescription about = describe<unit::input>(
        "macd", "fast less slow exponential mean, the mean of that, and their distance, in units of the input",
        "Appel 1979; TA-Lib MACD", FeatureGroup::trend, FeatureRecord::series, columns(0), parameters, outputs);
    static bool valid(const double* p) noexcept { return p[0] < p[1]; }
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[1]) + whole(p[2]) - 1; }
    static Span settles(const double* p) noexcept { return settling(2 / (maximum(p[1], p[2]) + 1), 2); }

    Macd(const double* p, Arena&) noexcept
        : fast_(whole(p[0]), whole(p[1]) - whole(p[0])), slow_(whole(p[1])), signal_(whole(p[2]), whole(p[1]) - 1),
          skip_(whole(p[1]) - whole(p[0])) {}
    MARTLET_INLINE bool aligned() const noexcept { return skip_ == 0 && fast_.aligned() && slow_.aligned() && signal_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real slow = slow_.update(in[0]);
        out[0] = out[1] = out[2] = slow;
        if (skip_ > 0) {
            --skip_;
            return;
        }
        const Real line = fast_.update(in[0]) - slow;
        if (!slow_.warm()) return;
        const Real signal = signal_.update(line);
        out[0] = line;
        out[1] = signal;
        out[2] = line - signal;
    }

private:
    EmaBlock<Real> fast_;
    EmaBlock<Real> slow_;
    EmaBlock<Real> signal_;
    std::int64_t skip_; ///< values until the fast mean begins to listen
};

} // namespace martlet::kernels
