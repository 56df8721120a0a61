#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/bar_oscillators.hpp"

// What volume says of a move.

namespace martlet::kernels {

/// On-balance volume: the running sum of volume, signed by the change of the close; begun with the first
/// volume. O(1).
template <class Real>
class Obv {
public:
    static constexpr NoParameters parameters{};
    static constexpr FeatureDescription about = describe<unit::quantity>(
        "obv", "running sum of volume signed by the change of the close, in units of volume", "Granville 1963; TA-Lib OBV",
        FeatureGroup::volume, FeatureRecord::bar, columns(close, volume), parameters, one_output);
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    Obv(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real step = signed_volume(in[close], close_, in[volume]);
        sum_ += first_ != 0 ? in[volume] : step;
        first_ = 0;
        close_ = in[close];
        out[0] = sum_;
    }

    static constexpr int block_size = 8;
    MARTLET_INLINE bool block_ready() const noexcept { return first_ == 0; }
    MARTLET_INLINE void block(const double* const* from, double* const* to, Real*, std::int64_t t) noexcept {
        const Eight closes = eight_of(from[close], t);
        const OneByOne steps(signed_volume(closes, one_earlier(closes, close_), eight_of(from[volume], t)));
        for (int i = 0; i < 8; ++i) to[0][t + i] = sum_ += steps.at[i];
        close_ = from[close][t + 7];
    }

private:
    template <class Number>
    MARTLET_INLINE static Number signed_volume(const Number& now, const Number& before, const Number& amount) noexcept {
        return select(now > before, amount, select(now < before, -amount, Number(0.0)));
    }

    Real sum_{};
    std::int64_t first_ = 1; ///< between the two, so that they are not held in one register, where the close would wait for the sum
    Real close_{};
};

/// Money flow index, 0 … 100: the share of bars with a rising typical price in the money of all that
/// moved. O(1) amortised. Typical prices that differ by rounding alone (below 10⁻¹⁴ of them) are equal, and
/// equal ones move nothing. A window in which no money moved is 50, neither strong nor weak (TA-Lib says 0
/// there and wherever less than 1.0 of money moved).
template <class Real>
class Mfi {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2)};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "mfi", "money flow index, 0 to 100; 50 where no money moved", "Quong, Soudack 1989; TA-Lib MFI", FeatureGroup::volume,
        FeatureRecord::bar, columns(high, low, close, volume), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Mfi(const double* p, Arena& arena) noexcept : flows_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real price = typical_price(in);
        const Real money = price * in[volume], none(0.0);
        const Real change = price - price_, least = absolute(price) * 1e-14;
        const auto rose = change > least, fell = change < -least;
        price_ = price;
        out[0] = money;
        if (first_ != 0) {
            first_ = 0;
            return;
        }
        flows_.push({select(rose, money, none), select(fell, money, none)}, memory);
        const SumPair<Real> total = flows_.total(memory);
        out[0] = 100.0 * quotient<Real>(total.first, total.first + total.second, 0.5);
    }

private:
    Window<SumPair<Real>> flows_;
    Real price_{};
    std::int64_t first_ = 1;
};

/// Volume times where the close stands in its bar, −1 at the low and 1 at the high; 0 without range.
template <class Real>
MARTLET_INLINE Real money_flow_volume(const Real& top, const Real& bottom, const Real& last, const Real& amount) noexcept {
    const Real range = top - bottom;
    const Real place = quotient<Real>((last - bottom) - (top - last), range, 0.0);
    return select(range > Real(0.0), place, Real(0.0)) * amount;
}
template <class Real>
MARTLET_INLINE Real money_flow_volume(const Real* in) noexcept {
    return money_flow_volume(in[high], in[low], in[close], in[volume]);
}
/// Of eight bars of one series.
MARTLET_INLINE Eight money_flow_volume(const double* const* from, std::int64_t t) noexcept {
    return money_flow_volume(eight_of(from[high], t), eight_of(from[low], t), eight_of(from[close], t), eight_of(from[volume], t));
}

/// Accumulation and distribution line: the running sum of money flow volume. O(1).
template <class Real>
class Accumulation {
public:
    static constexpr NoParameters parameters{};
    static constexpr FeatureDescription about = describe<unit::quantity>(
        "accumulation", "accumulation and distribution line, in units of volume", "Chaikin 1970s; TA-Lib AD", FeatureGroup::volume,
        FeatureRecord::bar, columns(high, low, close, volume), parameters, one_output);
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    Accumulation(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        sum_ += money_flow_volume(in);
        out[0] = sum_;
    }

    static constexpr int block_size = 8;
    MARTLET_INLINE bool block_ready() const noexcept { return true; }
    MARTLET_INLINE void block(const double* const* from, double* const* to, Real*, std::int64_t t) noexcept {
        const OneByOne flows(money_flow_volume(from, t));
        for (int i = 0; i < 8; ++i) to[0][t + i] = sum_ += flows.at[i];
    }

private:
    Real sum_{};
};

/// Chaikin oscillator: fast less slow exponential mean of the accumulation line, both begun with its first
/// value as in TA-Lib. O(1).
///
/// The line itself never ends and is not needed: how far a mean with weight w stands above it follows from the flows,
///
///     mean − line  ←  (1 − w) × ((mean − line) − flow)
///
/// so that nothing large is subtracted from another, and what has been fades.
template <class Real>
class ChaikinOscillator {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(3, 2, "fast"), period_parameter(10, 2, "slow")};
    static constexpr FeatureDescription about = describe<unit::quantity>(
        "chaikin_oscillator", "fast less slow mean of the accumulation line, in units of volume", "Chaikin 1970s; TA-Lib ADOSC",
        FeatureGroup::volume, FeatureRecord::bar, columns(high, low, close, volume), parameters, one_output, 0, "O(1)", 2);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(maximum(p[0], p[1])); }

    ChaikinOscillator(const double* p, Arena&) noexcept : fast_(fading(p[0]), -fading(p[0])), slow_(fading(p[1]), -fading(p[1])) {}
    MARTLET_INLINE bool aligned() const noexcept { return first_ == 0 && fast_.aligned() && slow_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real flow = money_flow_volume(in);
        if (first_ != 0) {
            first_ = 0;
            fast_.seed(Real(0.0), 1);
            slow_.seed(Real(0.0), 1);
            out[0] = flow;
            return;
        }
        out[0] = fast_.update(flow) - slow_.update(flow);
    }

    static constexpr int block_size = 8;
    MARTLET_INLINE bool block_ready() const noexcept { return aligned(); }
    MARTLET_INLINE void block(const double* const* from, double* const* to, Real*, std::int64_t t) noexcept {
        Recurrence<Real>::eight_differences(fast_, slow_, money_flow_volume(from, t), to[0] + t);
    }

private:
    /// What a mean keeps of its distance from the line.
    static double fading(double period) noexcept { return 1.0 - 2.0 / (period + 1); }

    Recurrence<Real> fast_; ///< mean less line
    Recurrence<Real> slow_;
    std::int64_t first_ = 1;
};

/// Chaikin money flow, −1 … 1: money flow volume as a share of the volume of the window; 0 without volume.
/// O(1) amortised.
template <class Real>
class ChaikinFlow {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "chaikin_money_flow", "money flow volume as a share of volume, -1 to 1", "Chaikin 1980s", FeatureGroup::volume,
        FeatureRecord::bar, columns(high, low, close, volume), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    ChaikinFlow(const double* p, Arena& arena) noexcept : flows_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        flows_.push({money_flow_volume(in), in[volume]}, memory);
        const SumPair<Real> total = flows_.total(memory);
        out[0] = quotient<Real>(total.first, total.second, 0.0);
    }

private:
    Window<SumPair<Real>> flows_;
};

/// Volume-price trend: the running sum of volume times the relative change of the close; 0 at first, and a
/// change from a close of zero adds nothing. O(1).
template <class Real>
class VolumePriceTrend {
public:
    static constexpr NoParameters parameters{};
    static constexpr FeatureDescription about = describe<unit::quantity>(
        "volume_price_trend", "running sum of volume times relative change, in units of volume", "Markstein 1972", FeatureGroup::volume,
        FeatureRecord::bar, columns(close, volume), parameters, one_output);
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    VolumePriceTrend(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        if (first_ == 0) sum_ += in[volume] * quotient<Real>(in[close] - close_, close_, 0.0);
        first_ = 0;
        close_ = in[close];
        out[0] = sum_;
    }

private:
    Real sum_{};
    Real close_{};
    std::int64_t first_ = 1;
};

/// Volume-weighted average of the typical price over the last `period` bars; the typical price itself where
/// they have no volume. O(1) amortised.
template <class Real>
class RollingVwap {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr FeatureDescription about = describe<unit::price>(
        "rolling_vwap", "volume-weighted mean of the typical price over the window, in price units", "Berkowitz, Logue, Noser 1988",
        FeatureGroup::volume, FeatureRecord::bar, columns(high, low, close, volume), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    RollingVwap(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real price = (in[high] + in[low] + in[close]) / 3.0;
        window_.push({price * in[volume], in[volume]}, memory);
        const SumPair<Real> total = window_.total(memory);
        out[0] = quotient<Real>(total.first, total.second, price);
    }

private:
    Window<SumPair<Real>> window_;
};

/// Volume-weighted average of the typical price since the session began: since the start or the last
/// `reset_feature`, and anew after each `session` bars (0: never). Outputs the distance of the close from it
/// in percent too, 0 where it is zero. O(1).
template <class Real>
class SessionVwap {
public:
    static constexpr FeatureParameter parameters[] = {
        {"session", 0, 0, 1e9, true, "bars of a session, 0 where only a reset begins one"}};
    static constexpr const char* outputs[] = {"value", "distance"};
    static constexpr FeatureDescription about = describe<unit::price, unit::percent>(
        "vwap", "volume-weighted mean of the typical price of the session in price units, and the close's distance in percent",
        "Berkowitz, Logue, Noser 1988", FeatureGroup::volume, FeatureRecord::bar, columns(high, low, close, volume), parameters, outputs);
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    SessionVwap(const double* p, Arena&) noexcept : session_(static_cast<std::int64_t>(p[0])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        if (bars_ == session_) {
            bars_ = 0;
            money_ = volume_ = Real(0.0);
        }
        if (session_ != 0) ++bars_;
        const Real price = (in[high] + in[low] + in[close]) / 3.0;
        money_ += price * in[volume];
        volume_ += in[volume];
        out[0] = quotient<Real>(money_, volume_, price);
        out[1] = 100.0 * quotient<Real>(in[close] - out[0], out[0], 0.0);
    }

private:
    Real money_{};
    Real volume_{};
    std::int64_t session_;
    std::int64_t bars_ = session_ == 0 ? -1 : 0;
};

/// Relative volume: this bar's volume as a multiple of the mean of the `period` bars before; 1 where that is
/// zero. O(1) amortised.
template <class Real>
class RelativeVolume {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "relative_volume", "volume as a multiple of the mean of the bars before", "plain definition", FeatureGroup::volume,
        FeatureRecord::bar, columns(volume), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    RelativeVolume(const double* p, Arena& arena) noexcept : mean_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        out[0] = quotient<Real>(in[volume], before_, 1.0);
        before_ = mean_.update(in[volume], memory);
    }

private:
    PlainMean<Real> mean_;
    Real before_{};
};

/// Force index: exponential mean of the change of the close times volume. O(1).
template <class Real>
class ForceIndex {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(13)};
    static constexpr FeatureDescription about = describe<unit::money>(
        "force_index", "mean of change times volume, in price times volume", "Elder 1993", FeatureGroup::volume, FeatureRecord::bar,
        columns(close, volume), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span settles(const double* p) noexcept { return settling(2 / (p[0] + 1)); }

    ForceIndex(const double* p, Arena&) noexcept : mean_(whole(p[0]), 1) {}
    MARTLET_INLINE bool aligned() const noexcept { return first_ == 0 && mean_.aligned(); }
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real force = (in[close] - close_) * in[volume];
        close_ = in[close];
        out[0] = force;
        if (first_ == 0) out[0] = mean_.update(force);
        first_ = 0;
    }

private:
    EmaBlock<Real> mean_;
    Real close_{};
    std::int64_t first_ = 1;
};

/// Ease of movement: mean of the move of the bar's middle, divided by volume per range; 0 for a bar without
/// volume. O(1) amortised.
template <class Real>
class EaseOfMovement {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(14), {"scale", 1e8, 1e-9, 1e15, false, "volume that counts as one"}};
    static constexpr FeatureDescription about = describe<unit::mixed>(
        "ease_of_movement", "mean move of the middle per volume and range, in squared price units", "Arms 1980s",
        FeatureGroup::volume, FeatureRecord::bar, columns(high, low, volume), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    EaseOfMovement(const double* p, Arena& arena) noexcept : mean_(whole(p[0]), arena), scale_(p[1]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real middle = (in[high] + in[low]) * 0.5;
        const Real move = middle - middle_;
        middle_ = middle;
        out[0] = move;
        if (first_ == 0) out[0] = mean_.update(quotient<Real>(move * (in[high] - in[low]) * scale_, in[volume], 0.0), memory);
        first_ = 0;
    }

private:
    PlainMean<Real> mean_;
    double scale_;
    Real middle_{};
    std::int64_t first_ = 1;
};

} // namespace martlet::kernels
