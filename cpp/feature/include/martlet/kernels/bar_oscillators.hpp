#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/momentum.hpp"
#include "martlet/kernels/volatility.hpp"

// Oscillators of bars: where the close stands in what was traded.

namespace martlet::kernels {

/// A running plain mean, of anything until `warm()`.
template <class Real>
class PlainMean {
public:
    PlainMean(std::int32_t period, Arena& arena) noexcept : window_(period, arena), share_(1.0 / period) {}
    MARTLET_INLINE Real update(const Real& x, Real* memory) noexcept {
        window_.push({x}, memory);
        return window_.total(memory).sum * share_;
    }
    MARTLET_INLINE bool warm() const noexcept { return window_.full(); }

private:
    Window<Sum<Real>> window_;
    double share_;
};

/// Where `close` stands between the lowest low and the highest high of the window, 0 … 100 for a close
/// between them; 0 where they are one, or no further apart than `least`.
template <class Real>
class Place {
public:
    Place(std::int32_t period, Arena& arena, double least = 0) noexcept : window_(period, arena), least_(least) {}
    MARTLET_INLINE Real update(const Real& high_price, const Real& low_price, const Real& x, Real* memory) noexcept {
        window_.push({high_price, low_price}, memory);
        const Extremes<Real> total = window_.total(memory);
        const Real range = total.high - total.low;
        return select(range > Real(least_), 100.0 * quotient<Real>(x - total.low, range, 0.0), Real(0.0));
    }
    MARTLET_INLINE bool warm() const noexcept { return window_.full(); }

private:
    Window<Extremes<Real>> window_;
    double least_;
};

/// Stochastic oscillator: the place of the close in the window, smoothed, and its mean. O(1) amortised.
template <class Real>
class Stochastic {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(5), period_parameter(3, 1, "slow", "updates in the mean that gives %K"),
        period_parameter(3, 1, "signal", "updates in the mean that gives %D")};
    static constexpr const char* outputs[] = {"k", "d"};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "stochastic", "slow %K and %D, 0 to 100; 0 in a window without range", "Lane 1984; TA-Lib STOCH", FeatureGroup::momentum,
        FeatureRecord::bar, columns(high, low, close), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + whole(p[1]) + whole(p[2]) - 2; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0], p[1], p[2]); }

    Stochastic(const double* p, Arena& arena) noexcept : place_(whole(p[0]), arena), slow_(whole(p[1]), arena), signal_(whole(p[2]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        out[0] = out[1] = place_.update(in[high], in[low], in[close], memory);
        if (!place_.warm()) return;
        out[0] = slow_.update(out[0], memory);
        if (slow_.warm()) out[1] = signal_.update(out[0], memory);
    }

private:
    Place<Real> place_;
    PlainMean<Real> slow_;
    PlainMean<Real> signal_;
};

/// Fast stochastic: the place of the close in the window and its mean. O(1) amortised.
template <class Real>
class FastStochastic {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(5), period_parameter(3, 1, "signal", "updates in the mean that gives %D")};
    static constexpr const char* outputs[] = {"k", "d"};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "fast_stochastic", "fast %K and %D, 0 to 100; 0 in a window without range", "Lane 1984; TA-Lib STOCHF",
        FeatureGroup::momentum, FeatureRecord::bar, columns(high, low, close), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + whole(p[1]) - 1; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0], p[1]); }

    FastStochastic(const double* p, Arena& arena) noexcept : place_(whole(p[0]), arena), signal_(whole(p[1]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        out[0] = out[1] = place_.update(in[high], in[low], in[close], memory);
        if (place_.warm()) out[1] = signal_.update(out[0], memory);
    }

private:
    Place<Real> place_;
    PlainMean<Real> signal_;
};

/// Fast stochastic of the relative strength index. O(1) amortised. An index that moved by less than 10⁻⁹ did
/// not move: what is left is rounding, out of which TA-Lib makes anything between 0 and 100.
template <class Real>
class StochasticRsi {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(14, 2, "rsi", "updates in the relative strength index"), period_parameter(5),
        period_parameter(3, 1, "signal", "updates in the mean that gives %D")};
    static constexpr const char* outputs[] = {"k", "d"};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "stochastic_rsi", "place of the RSI in its own window, 0 to 100, and its mean", "Chande, Kroll 1994; TA-Lib STOCHRSI",
        FeatureGroup::momentum, FeatureRecord::series, columns(0), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + whole(p[1]) + whole(p[2]) - 1; }
    static Span settles(const double* p) noexcept { return settling(1 / p[0], 1, common_multiple(4, common_multiple(whole(p[1]), whole(p[2])))); }

    StochasticRsi(const double* p, Arena& arena) noexcept : moves_(whole(p[0])), place_(whole(p[1]), arena, 1e-9), signal_(whole(p[2]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        moves_.update(in[0]);
        out[0] = out[1] = in[0];
        if (!moves_.warm()) return;
        const Real index = 100.0 * quotient<Real>(moves_.gain, moves_.gain + moves_.loss, 0.5);
        out[0] = place_.update(index, index, index, memory);
        if (place_.warm()) out[1] = signal_.update(out[0], memory);
    }

private:
    GainsAndLosses<Real> moves_;
    Place<Real> place_;
    PlainMean<Real> signal_;
};

/// Williams' %R, −100 at the lowest low of the window, 0 at the highest high; 0 in a window without range.
/// O(1) amortised.
template <class Real>
class WilliamsR {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2)};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "williams_r", "place of the close below the high of the window, -100 to 0", "Williams 1973; TA-Lib WILLR",
        FeatureGroup::momentum, FeatureRecord::bar, columns(high, low, close), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    WilliamsR(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push({in[high], in[low]}, memory);
        const Extremes<Real> total = window_.total(memory);
        out[0] = -100.0 * quotient<Real>(total.high - in[close], total.high - total.low, 0.0);
    }

private:
    Window<Extremes<Real>> window_;
};

/// Mean of high, low and close.
template <class Real>
MARTLET_INLINE Real typical_price(const Real* in) noexcept {
    return (in[high] + in[low] + in[close]) * (1.0 / 3.0);
}

/// Commodity channel index: distance of the typical price from its mean, in 0.015 mean absolute deviations;
/// 0 where there is no deviation. O(period): each update looks at every price of the window.
///
/// A deviation that is nothing but the rounding of the mean (below 10⁻¹⁴ of the price) counts as none; TA-Lib
/// divides the rounding errors of a flat market and may say ±66.
template <class Real>
class Cci {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(14, 2, "period", "updates in the window", 10'000)};
    static constexpr FeatureDescription about = describe<unit::score>(
        "cci", "commodity channel index, mostly within -100 and 100", "Lambert 1980; TA-Lib CCI", FeatureGroup::momentum,
        FeatureRecord::bar, columns(high, low, close), parameters, one_output, 0, "O(period)");
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Cci(const double* p, Arena& arena) noexcept : sum_(whole(p[0]), arena), prices_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real price = typical_price(in);
        sum_.push({price}, memory);
        prices_.exchange(price, memory);
        const Real mean = sum_.total(memory).sum * share_;
        const Real deviation = distance(mean, memory) * share_;
        const Real above = price - mean;
        const Real least = absolute(mean) * 1e-14;
        out[0] = select(deviation > least, quotient<Real>(above, deviation * 0.015, 0.0), Real(0.0));
    }

private:
    /// Σ |price − mean| in four sums, so that they do not wait for each other.
    MARTLET_INLINE Real distance(const Real& mean, const Real* memory) const noexcept {
        const Real* slot = prices_.slots(memory);
        const std::int32_t count = prices_.period();
        Real a(0.0), b(0.0), c(0.0), d(0.0);
        std::int32_t i = 0;
        for (; i + 4 <= count; i += 4) {
            a += absolute(slot[i] - mean);
            b += absolute(slot[i + 1] - mean);
            c += absolute(slot[i + 2] - mean);
            d += absolute(slot[i + 3] - mean);
        }
        for (; i < count; ++i) a += absolute(slot[i] - mean);
        return (a + b) + (c + d);
    }

    Window<Sum<Real>> sum_;
    Delay<Real> prices_;
    double share_;
};

/// Ultimate oscillator, 0 … 100: buying pressure as a share of the true range over three windows, weighted
/// 4 : 2 : 1. A window without range counts as 0. O(1) amortised.
template <class Real>
class UltimateOscillator {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(7, 1, "short"), period_parameter(14, 1, "middle"), period_parameter(28, 1, "long")};
    static constexpr FeatureDescription about = describe<unit::percent>(
        "ultimate_oscillator", "buying pressure over three windows, 0 to 100", "Williams 1985; TA-Lib ULTOSC", FeatureGroup::momentum,
        FeatureRecord::bar, columns(high, low, close), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(maximum(maximum(p[0], p[1]), p[2])) + 1; }
    /// TA-Lib sorts the three periods; so must the caller.
    static bool valid(const double* p) noexcept { return p[0] <= p[1] && p[1] <= p[2]; }
    static Span span(const double* p) noexcept { return span_of_windows(p[0], p[1], p[2]); }

    UltimateOscillator(const double* p, Arena& arena) noexcept : short_(whole(p[0]), arena), middle_(whole(p[1]), arena), long_(whole(p[2]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const SumPair<Real> pair{in[close] - minimum(in[low], close_), true_range(in[high], in[low], close_)};
        close_ = in[close];
        out[0] = pair.first;
        if (first_ != 0) {
            first_ = 0;
            return;
        }
        const Real a = share(short_, pair, memory), b = share(middle_, pair, memory), c = share(long_, pair, memory);
        out[0] = (a * 4.0 + b * 2.0 + c) * (100.0 / 7.0);
    }

private:
    MARTLET_INLINE static Real share(Window<SumPair<Real>>& window, const SumPair<Real>& pair, Real* memory) noexcept {
        window.push(pair, memory);
        const SumPair<Real> total = window.total(memory);
        return quotient<Real>(total.first, total.second, 0.0);
    }

    Window<SumPair<Real>> short_;
    Window<SumPair<Real>> middle_;
    Window<SumPair<Real>> long_;
    Real close_{};
    std::int64_t first_ = 1;
};

/// Awesome oscillator: fast less slow plain mean of the middle of the bar. O(1) amortised.
template <class Real>
class AwesomeOscillator {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(5, 1, "fast"), period_parameter(34, 2, "slow")};
    static constexpr FeatureDescription about = describe<unit::price>(
        "awesome_oscillator", "fast less slow mean of the middle of the bar, in price units", "Williams 1995", FeatureGroup::momentum,
        FeatureRecord::bar, columns(high, low), parameters, one_output);
    static bool valid(const double* p) noexcept { return p[0] < p[1]; }
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[1]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0], p[1]); }

    AwesomeOscillator(const double* p, Arena& arena) noexcept : fast_(whole(p[0]), arena), slow_(whole(p[1]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real middle = (in[high] + in[low]) * 0.5;
        out[0] = fast_.update(middle, memory) - slow_.update(middle, memory);
    }

private:
    PlainMean<Real> fast_;
    PlainMean<Real> slow_;
};

/// Balance of power, −1 … 1: the body of the bar as a share of its range; 0 without range. O(1).
template <class Real>
class BalanceOfPower {
public:
    static constexpr NoParameters parameters{};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "balance_of_power", "close less open as a share of the range, -1 to 1", "Livshin 2001; TA-Lib BOP", FeatureGroup::momentum,
        FeatureRecord::bar, columns(open, high, low, close), parameters, one_output);
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    BalanceOfPower(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept { out[0] = power(in[open], in[high], in[low], in[close]); }

    static constexpr int block_size = 8;
    MARTLET_INLINE bool block_ready() const noexcept { return true; }
    MARTLET_INLINE void block(const double* const* from, double* const* to, Real*, std::int64_t t) noexcept {
        put_eight(power(eight_of(from[open], t), eight_of(from[high], t), eight_of(from[low], t), eight_of(from[close], t)), to[0], t);
    }

private:
    template <class Number>
    MARTLET_INLINE static Number power(const Number& first, const Number& top, const Number& bottom, const Number& last) noexcept {
        const Number range = top - bottom;
        return select(range > Number(0.0), quotient<Number>(last - first, range, 0.0), Number(0.0));
    }

    double nothing_ = 0; ///< a state has a size
};

} // namespace martlet::kernels
