#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"

// Oscillators of one series.

namespace martlet::kernels {

/// Wilder's means of what a series gained and lost from value to value: RSI, CMO and what builds on them.
template <class Real>
class GainsAndLosses {
public:
    MARTLET_INLINE explicit GainsAndLosses(std::int32_t period) noexcept : gain_(period), loss_(period) {}

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
    static constexpr FeatureDescription about = describe(
        "rsi", "relative strength index, 0 to 100; 50 in a market without change", "Wilder 1978; TA-Lib RSI",
        FeatureGroup::momentum, FeatureRecord::series, columns(0), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }

    Rsi(const double* p, Arena&) noexcept : moves_(whole(p[0])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        moves_.update(in[0]);
        out[0] = 100.0 * quotient<Real>(moves_.gain, moves_.gain + moves_.loss, 0.5);
    }

private:
    GainsAndLosses<Real> moves_;
};

} // namespace martlet::kernels
