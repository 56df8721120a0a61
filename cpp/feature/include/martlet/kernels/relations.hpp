#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/moments.hpp"

// A series beside others: what is left of it when a reference is taken out, which of two moves first, and whether
// several timeframes say the same.

namespace martlet::kernels {

/// `count` windows of one length that are pushed to together, so that they share their place.
template <class Aggregate>
class WindowBank {
    using Number = typename Aggregate::Number;

public:
    WindowBank(std::int32_t count, std::int32_t period, Arena& arena) noexcept
        : slots_(arena.take(count * period * width)), prefixes_(arena.take(count * width)), count_(count), period_(period) {}

    /// The next value of window `k`; each is given one before `advance`.
    MARTLET_INLINE void push(std::int32_t k, const Aggregate& value, Number* memory) noexcept {
        at(slots_, memory)[k * period_ + position_] = value;
        Aggregate& prefix = at(prefixes_, memory)[k];
        prefix = position_ == 0 ? value : Aggregate::joined(prefix, position_, value, 1);
    }
    MARTLET_INLINE void advance(Number* memory) noexcept {
        if (++position_ < period_) return;
        position_ = 0;
        for (std::int32_t k = 0; k < count_; ++k) fold(at(slots_, memory) + k * period_);
    }
    /// Of window `k` after `advance`; of anything while it is not full.
    MARTLET_INLINE Aggregate total(std::int32_t k, Number* memory) const noexcept {
        const Aggregate* slots = at(slots_, memory) + k * period_;
        if (position_ == 0) return slots[0];
        return Aggregate::joined(slots[position_], period_ - position_, at(prefixes_, memory)[k], position_);
    }

private:
    static constexpr std::int32_t width = static_cast<std::int32_t>(sizeof(Aggregate) / sizeof(Number));

    MARTLET_INLINE static Aggregate* at(std::int32_t offset, Number* memory) noexcept { return reinterpret_cast<Aggregate*>(memory + offset); }
    MARTLET_INLINE void fold(Aggregate* slots) const noexcept {
        Aggregate suffix = slots[period_ - 1];
        for (std::int32_t i = period_ - 2; i >= 0; --i) {
            suffix = Aggregate::joined(slots[i], 1, suffix, period_ - 1 - i);
            slots[i] = suffix;
        }
    }

    std::int32_t slots_;
    std::int32_t prefixes_;
    std::int32_t count_;
    std::int32_t period_;
    std::int32_t position_ = 0;
    std::int32_t padding_ = 0;
};

/// What the least squares line of the value over the reference, fitted to the window, does not explain of the last
/// value; that in standard deviations of the window's own residuals (population); and the line. A reference that
/// does not vary has slope 0; the score is 0 where the line leaves less than 10⁻¹⁴ of the variance. O(1) amortised.
template <class Real>
class Residual {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(60, 3)};
    static constexpr const char* outputs[] = {"residual", "score", "alpha", "beta"};
    static constexpr FeatureDescription about = describe<unit::input, unit::score, unit::input, unit::mixed>(
        "residual", "value less the line over the reference, in units of the input and in standard deviations, and the line",
        "ordinary least squares; Avellaneda and Lee 2010", FeatureGroup::relation, FeatureRecord::series, columns(0, 1), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return {whole(p[0]), 2 * static_cast<std::int64_t>(p[0])}; }

    Residual(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push(PairMoments<Real>::of(in[1], in[0]), memory);
        const PairMoments<Real> total = window_.total(memory);
        const Real beta = total.slope();
        const Real left = total.yy - beta * total.xy;
        const Real residual = (in[0] - total.y) - beta * (in[1] - total.x);
        const Real score = quotient<Real>(residual, square_root(maximum(left, Real(0.0)) * share_), 0.0);
        out[0] = residual;
        out[1] = select(left > total.yy * 1e-14, score, Real(0.0));
        out[2] = total.y - beta * total.x;
        out[3] = beta;
    }

private:
    Window<PairMoments<Real>> window_;
    double share_;
};

/// The lag within ±`lags` at which value and reference go together most, by the size of their correlation over
/// `period` pairs, and that correlation. Positive where the reference leads: the value goes with the reference
/// of `lag` updates before. Of equals the one nearer to 0, then the positive. Meant for changes: levels
/// correlate at any lag. O(lags) amortised, 5 (2 lags + 1) period numbers of memory.
template <class Real>
class LeadLag {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(100, 3, "period", "pairs in a correlation", 5'000), period_parameter(5, 1, "lags", "updates that one may lead", 20)};
    static constexpr const char* outputs[] = {"lag", "correlation"};
    static constexpr FeatureDescription about = describe<unit::count, unit::ratio>(
        "lead_lag", "updates by which the reference leads where both correlate most, and that correlation",
        "cross-correlation, Box and Jenkins 1970", FeatureGroup::relation, FeatureRecord::series, columns(0, 1), parameters, outputs, 0,
        "O(lags) amortised");
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + whole(p[1]); }

    LeadLag(const double* p, Arena& arena) noexcept
        : windows_(2 * whole(p[1]) + 1, whole(p[0]), arena), values_(whole(p[1]) + 1, arena), references_(whole(p[1]) + 1, arena),
          lags_(whole(p[1])), wait_(whole(p[1])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        values_.push(in[0], memory);
        references_.push(in[1], memory);
        out[0] = out[1] = Real(0.0);
        if (wait_ > 0) {
            --wait_;
            return;
        }
        windows_.push(0, PairMoments<Real>::of(in[1], in[0]), memory);
        for (std::int32_t lag = 1; lag <= lags_; ++lag) {
            windows_.push(2 * lag - 1, PairMoments<Real>::of(references_.at(lags_ - lag, memory), in[0]), memory);
            windows_.push(2 * lag, PairMoments<Real>::of(in[1], values_.at(lags_ - lag, memory)), memory);
        }
        windows_.advance(memory);
        out[1] = windows_.total(0, memory).correlation();
        for (std::int32_t lag = 1; lag <= lags_; ++lag) {
            take(windows_.total(2 * lag - 1, memory).correlation(), lag, out);
            take(windows_.total(2 * lag, memory).correlation(), -lag, out);
        }
    }

private:
    MARTLET_INLINE static void take(const Real& correlation, double lag, Real* out) noexcept {
        const auto more = absolute(correlation) > absolute(out[1]);
        out[0] = select(more, Real(lag), out[0]);
        out[1] = select(more, correlation, out[1]);
    }

    WindowBank<PairMoments<Real>> windows_;
    History<Real> values_;
    History<Real> references_;
    std::int32_t lags_;
    std::int32_t wait_;
};

/// Whether several series point the same way: momentum or trend of one instrument on 1m … 1d, say. The mean of the
/// signs of the first `inputs` columns, −1 … 1, and the share of them that has the commoner sign, 0 … 1 (zeros
/// side with nobody; all zero: 0). Columns beyond them may be anything. O(inputs).
template <class Real>
class Agreement {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(3, 2, "inputs", "columns that are compared", maximum_several_columns)};
    static constexpr const char* outputs[] = {"mean", "majority"};
    static constexpr FeatureDescription about = describe<unit::ratio, unit::ratio>(
        "agreement", "mean of the signs of several series, -1 to 1, and the share of them that has the commoner one",
        "plain definition", FeatureGroup::relation, FeatureRecord::several, columns(0, 1, 2, 3, 4, 5, 6, 7), parameters, outputs, 0, "O(inputs)");
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    Agreement(const double* p, Arena&) noexcept : inputs_(whole(p[0])), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        Real above{}, below{};
        for (std::int32_t i = 0; i < inputs_; ++i) {
            above += select(in[i] > Real(0.0), Real(1.0), Real(0.0));
            below += select(in[i] < Real(0.0), Real(1.0), Real(0.0));
        }
        out[0] = (above - below) * share_;
        out[1] = maximum(above, below) * share_;
    }

private:
    std::int32_t inputs_;
    std::int32_t padding_ = 0;
    double share_;
};

} // namespace martlet::kernels
