#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"

// Highs and lows of a window, and how long they are ago.

namespace martlet::kernels {

/// Donchian channel: highest high, lowest low and their middle over the last `period` bars. O(1) amortised.
template <class Real>
class Donchian {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr const char* outputs[] = {"upper", "middle", "lower"};
    static constexpr FeatureDescription about = describe<unit::price>(
        "donchian", "highest high, lowest low and their middle, in price units", "Donchian 1960; TA-Lib MAX, MIN, MIDPRICE",
        FeatureGroup::trend, FeatureRecord::bar, columns(high, low), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Donchian(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push({in[high], in[low]}, memory);
        const Extremes<Real> total = window_.total(memory);
        out[0] = total.high;
        out[1] = (total.high + total.low) * 0.5;
        out[2] = total.low;
    }

private:
    Window<Extremes<Real>> window_;
};

/// Highest high and lowest low, each with the number of the update that it came at; the later where equal.
template <class Real>
struct DatedExtremes {
    using Number = Real;
    Real high{};
    Real high_at{};
    Real low{};
    Real low_at{};
    MARTLET_INLINE static DatedExtremes joined(const DatedExtremes& a, std::int32_t, const DatedExtremes& b, std::int32_t) noexcept {
        const auto higher = b.high >= a.high;
        const auto lower = b.low <= a.low;
        return {select(higher, b.high, a.high), select(higher, b.high_at, a.high_at), select(lower, b.low, a.low),
                select(lower, b.low_at, a.low_at)};
    }
};

/// Aroon: how recent the highest high and the lowest low of the last period + 1 bars are, 100 for this bar
/// and 0 for the oldest; the oscillator is their difference. O(1) amortised.
template <class Real>
class Aroon {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2)};
    static constexpr const char* outputs[] = {"up", "down", "oscillator"};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "aroon", "how recent the high and the low are, 0 to 100, and the difference", "Chande 1995; TA-Lib AROON, AROONOSC",
        FeatureGroup::trend, FeatureRecord::bar, columns(high, low), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0] + 1); }

    Aroon(const double* p, Arena& arena) noexcept : window_(whole(p[0]) + 1, arena), period_(p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real now(now_);
        window_.push({in[high], now, in[low], now}, memory);
        const DatedExtremes<Real> total = window_.total(memory);
        const double share = 100.0 / period_;
        out[0] = (total.high_at - (now_ - period_)) * share;
        out[1] = (total.low_at - (now_ - period_)) * share;
        out[2] = (total.high_at - total.low_at) * share;
        now_ += 1;
    }

private:
    Window<DatedExtremes<Real>> window_;
    double period_;
    double now_ = 0; ///< number of the update, exact to 2^53
};

/// Middle of the highest high and the lowest low of a window.
template <class Real>
class Midpoint {
public:
    Midpoint(std::int32_t period, Arena& arena) noexcept : window_(period, arena) {}
    MARTLET_INLINE Real update(const Real* in, Real* memory) noexcept {
        window_.push({in[high], in[low]}, memory);
        const Extremes<Real> total = window_.total(memory);
        return (total.high + total.low) * 0.5;
    }

private:
    Window<Extremes<Real>> window_;
};

/// Ichimoku's lines as they stand at this bar, nothing of later bars in them: the leading spans are those
/// that were computed `displacement` bars ago and are drawn here; the lagging span, which charts draw
/// `displacement` bars back, is given as what it says here: this close less the one that it is drawn over. O(1)
/// amortised.
template <class Real>
class Ichimoku {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(9, 1, "conversion"), period_parameter(26, 1, "base"), period_parameter(52, 1, "span"),
        period_parameter(26, 1, "displacement", "bars that the leading spans are drawn ahead")};
    static constexpr const char* outputs[] = {"conversion", "base", "leading_a", "leading_b", "lagging"};
    static constexpr FeatureDescription about = describe<unit::price>(
        "ichimoku", "conversion and base line, leading spans as drawn here, close less the close displaced, in price units",
        "Hosoda 1969", FeatureGroup::trend, FeatureRecord::bar, columns(high, low, close), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept {
        const double longest = maximum(maximum(p[0], p[1]), p[2]);
        return static_cast<std::int64_t>(longest + p[3]);
    }
    static Span span(const double* p) noexcept { return span_of_windows(p[0], p[1], p[2], p[3]); }

    Ichimoku(const double* p, Arena& arena) noexcept
        : conversion_(whole(p[0]), arena), base_(whole(p[1]), arena), span_(whole(p[2]), arena), first_(whole(p[3]), arena),
          second_(whole(p[3]), arena), close_(whole(p[3]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        out[0] = conversion_.update(in, memory);
        out[1] = base_.update(in, memory);
        out[2] = first_.exchange((out[0] + out[1]) * 0.5, memory);
        out[3] = second_.exchange(span_.update(in, memory), memory);
        out[4] = in[close] - close_.exchange(in[close], memory);
    }

private:
    Midpoint<Real> conversion_;
    Midpoint<Real> base_;
    Midpoint<Real> span_;
    Delay<Real> first_;
    Delay<Real> second_;
    Delay<Real> close_;
};

} // namespace martlet::kernels
