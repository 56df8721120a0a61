#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/moments.hpp"

// Where a market turned, and where it may turn again. A turn is told only once `reach` bars have confirmed
// it: nothing here knows what comes.

namespace martlet::kernels {

/// Pivots: a high (low) that no bar within `reach` before or after it exceeds. Told `reach` bars later. Equal
/// highs are each a pivot.
template <class Real>
class Pivots {
public:
    Pivots(std::int32_t reach, Arena& arena) noexcept
        : window_(2 * reach + 1, arena), highs_(reach, arena), lows_(reach, arena) {}

    MARTLET_INLINE void update(const Real* in, Real* memory) noexcept {
        window_.push({in[kernels::high], in[kernels::low]}, memory);
        high = highs_.exchange(in[kernels::high], memory);
        low = lows_.exchange(in[kernels::low], memory);
        const Extremes<Real> around = window_.total(memory);
        const Real known = Real(window_.full() ? 1.0 : 0.0);
        is_high = select(high >= around.high, known, Real(0.0));
        is_low = select(low <= around.low, known, Real(0.0));
    }

    Real high{};    ///< of the bar `reach` bars ago
    Real low{};
    Real is_high{}; ///< 1 where that is a pivot, else 0
    Real is_low{};

private:
    Window<Extremes<Real>> window_;
    Delay<Real> highs_;
    Delay<Real> lows_;
};

/// The last confirmed swing high and swing low, their ages in bars, and which came last (1 high, −1 low, 0 both
/// at once). A swing is a pivot. Until there is one the extreme of the bars so far stands in, its age counted
/// from the start. O(1) amortised.
template <class Real>
class Swings {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(5, 1, "reach", "bars on each side that confirm a swing", 1000)};
    static constexpr const char* outputs[] = {"high", "low", "high_age", "low_age", "last"};
    static constexpr FeatureDescription about = describe<unit::price, unit::price, unit::count, unit::count, unit::sign>(
        "swings", "last confirmed swing high and low in price units, their ages in bars, and which is the newer", "Williams 1995, fractals",
        FeatureGroup::price_action, FeatureRecord::bar, columns(kernels::high, kernels::low), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return 2 * static_cast<std::int64_t>(whole(p[0])) + 1; }

    Swings(const double* p, Arena& arena) noexcept : pivots_(whole(p[0]), arena), reach_(p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        pivots_.update(in, memory);
        const Real zero{0.0};
        if (count_ == 0) {
            high_ = in[kernels::high];
            low_ = in[kernels::low];
        }
        ++count_;
        const auto up = pivots_.is_high > zero, down = pivots_.is_low > zero;
        high_ = select(up, pivots_.high, select(high_known_ > zero, high_, maximum(high_, in[kernels::high])));
        low_ = select(down, pivots_.low, select(low_known_ > zero, low_, minimum(low_, in[kernels::low])));
        high_known_ = maximum(high_known_, pivots_.is_high);
        low_known_ = maximum(low_known_, pivots_.is_low);
        high_age_ = select(up, Real(reach_), high_age_ + 1.0);
        low_age_ = select(down, Real(reach_), low_age_ + 1.0);
        out[0] = high_;
        out[1] = low_;
        out[2] = high_age_;
        out[3] = low_age_;
        out[4] = select(high_age_ < low_age_, Real(1.0), select(low_age_ < high_age_, Real(-1.0), zero));
    }

private:
    Pivots<Real> pivots_;
    Real high_{}, low_{}, high_known_{}, low_known_{}, high_age_{}, low_age_{};
    double reach_;
    std::int64_t count_ = 0;
};

/// Support and resistance from pivots. A pivot within `tolerance` (a share of its price) of a known level is a
/// touch of it and moves it to the mean of its touches; another is a new level, which takes the place of the
/// one that was not touched for longest, of `kept`. Told: the nearest level at or under the close and the
/// nearest above it, how often each was touched, and how far each is, as a share of the close. Without a level:
/// the close, 0 and 0. O(kept).
template <class Real>
class SupportResistance {
public:
    static constexpr int most_kept = 32;
    static constexpr FeatureParameter parameters[] = {
        period_parameter(5, 1, "reach", "bars on each side that confirm a pivot", 1000),
        {"tolerance", 0.002, 0, 0.5, false, "share of the price within which two pivots are one level"},
        {"kept", 16, 2, most_kept, true, "levels that are remembered"}};
    static constexpr const char* outputs[] = {"support", "support_touches", "support_distance",
                                              "resistance", "resistance_touches", "resistance_distance"};
    static constexpr FeatureDescription about = describe<unit::price, unit::count, unit::ratio, unit::price, unit::count, unit::ratio>(
        "support_resistance", "nearest levels of pivots under and above the close: price, touches, distance as a share of the close",
        "Murphy 1999; Osler 2000", FeatureGroup::price_action, FeatureRecord::bar, columns(kernels::high, kernels::low, kernels::close),
        parameters, outputs, 0, "O(kept)");
    static std::int64_t warm_up(const double* p) noexcept { return 2 * static_cast<std::int64_t>(whole(p[0])) + 1; }

    SupportResistance(const double* p, Arena& arena) noexcept
        : pivots_(whole(p[0]), arena), tolerance_(p[1]), kept_(whole(p[2])), levels_(arena.take(3 * whole(p[2]))) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        pivots_.update(in, memory);
        now_ += 1.0;
        touch(pivots_.high, pivots_.is_high, memory + levels_);
        touch(pivots_.low, pivots_.is_low, memory + levels_);
        tell(in[kernels::close], out, memory + levels_);
    }

private:
    /// Prices, touches (0: no level), and when they were last touched.
    MARTLET_INLINE void touch(const Real& price, const Real& is, Real* levels) noexcept {
        const Real zero{0.0};
        const Real reach = absolute(price) * tolerance_;
        Real nearest{maximum_quotient}, place{-1.0}, oldest{maximum_quotient}, stale{0.0};
        for (std::int32_t i = 0; i < kept_; ++i) {
            const Real* level = levels + 3 * i;
            const Real number = Real(static_cast<double>(i));
            const Real distance = absolute(level[0] - price);
            const auto near = (level[1] > zero) & (distance <= reach) & (distance < nearest);
            nearest = select(near, distance, nearest);
            place = select(near, number, place);
            const auto older = level[2] < oldest;
            oldest = select(older, level[2], oldest);
            stale = select(older, number, stale);
        }
        const auto known = place >= zero;
        place = select(is > zero, select(known, place, stale), Real(-1.0));
        for (std::int32_t i = 0; i < kept_; ++i) {
            Real* level = levels + 3 * i;
            const auto it = place == Real(static_cast<double>(i));
            const Real before = select(known, level[1], zero);
            const Real moved = select(known, level[0] + (price - level[0]) / (before + 1.0), price);
            level[0] = select(it, moved, level[0]);
            level[1] = select(it, before + 1.0, level[1]);
            level[2] = select(it, now_, level[2]);
        }
    }

    MARTLET_INLINE void tell(const Real& close, Real* out, const Real* levels) const noexcept {
        const Real zero{0.0}, none{maximum_quotient};
        Real under{none}, above{none};
        out[0] = out[3] = close;
        out[1] = out[4] = zero;
        for (std::int32_t i = 0; i < kept_; ++i) {
            const Real* level = levels + 3 * i;
            const Real distance = level[0] - close;
            const auto real = level[1] > zero;
            const auto supports = real & (distance <= zero) & (-distance < under);
            const auto resists = real & (distance > zero) & (distance < above);
            under = select(supports, -distance, under);
            out[0] = select(supports, level[0], out[0]);
            out[1] = select(supports, level[1], out[1]);
            above = select(resists, distance, above);
            out[3] = select(resists, level[0], out[3]);
            out[4] = select(resists, level[1], out[4]);
        }
        const Real size = absolute(close);
        out[2] = quotient<Real>(close - out[0], size, 0.0);
        out[5] = quotient<Real>(out[3] - close, size, 0.0);
    }

    Pivots<Real> pivots_;
    Real now_{};
    double tolerance_;
    std::int32_t kept_;
    std::int32_t levels_;
};

/// Support and resistance from volume nodes: the window's range in `bins` equal bins, each bar's volume at its
/// typical price. The middle of the heaviest bin at or under the close and of the heaviest above it, and their
/// shares of the volume; the close and 0 where there is none. O(period × bins).
template <class Real>
class VolumeNodes {
public:
    static constexpr int most_bins = 64;
    static constexpr FeatureParameter parameters[] = {
        period_parameter(100, 2, "period", "bars in the window", 10'000), {"bins", 24, 2, most_bins, true, "bins of the range"}};
    static constexpr const char* outputs[] = {"support", "support_share", "resistance", "resistance_share"};
    static constexpr FeatureDescription about = describe<unit::price, unit::ratio, unit::price, unit::ratio>(
        "volume_nodes", "heaviest prices under and above the close in price units, and their shares of the volume",
        "Steidlmayer 1984, market profile", FeatureGroup::price_action, FeatureRecord::bar,
        columns(kernels::high, kernels::low, kernels::close, kernels::volume), parameters, outputs, 0, "O(period bins)");
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }

    VolumeNodes(const double* p, Arena& arena) noexcept
        : range_(whole(p[0]), arena), prices_(whole(p[0]), arena), volumes_(whole(p[0]), arena), bins_(whole(p[1])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real zero{0.0};
        const Real typical = (in[kernels::high] + in[kernels::low] + in[kernels::close]) / 3.0;
        range_.push({typical, typical}, memory);
        prices_.push(typical, memory);
        volumes_.push(maximum(in[kernels::volume], zero), memory);
        const Extremes<Real> range = range_.total(memory);
        const double bins = static_cast<double>(bins_);
        const Real width = (range.high - range.low) / bins;
        Real weights[most_bins];
        for (std::int32_t b = 0; b < bins_; ++b) weights[b] = zero;
        Real total{};
        for (std::int32_t i = 0; i < prices_.period(); ++i) {
            const Real bin = minimum(round_down(quotient<Real>(prices_.at(i, memory) - range.low, width, 0.0)), Real(bins - 1));
            const Real weight = volumes_.at(i, memory);
            total += weight;
            for (std::int32_t b = 0; b < bins_; ++b) weights[b] += select(bin == Real(static_cast<double>(b)), weight, zero);
        }
        out[0] = out[2] = in[kernels::close];
        Real under{}, above{};
        for (std::int32_t b = 0; b < bins_; ++b) {
            const Real middle = range.low + width * (static_cast<double>(b) + 0.5);
            const auto supports = (middle <= in[kernels::close]) & (weights[b] > under);
            const auto resists = (middle > in[kernels::close]) & (weights[b] > above);
            under = select(supports, weights[b], under);
            out[0] = select(supports, middle, out[0]);
            above = select(resists, weights[b], above);
            out[2] = select(resists, middle, out[2]);
        }
        out[1] = quotient<Real>(under, total, 0.0);
        out[3] = quotient<Real>(above, total, 0.0);
    }

private:
    Window<Extremes<Real>> range_;
    History<Real> prices_;
    History<Real> volumes_;
    std::int64_t bins_;
};

/// Breakouts of the channel of the `period` bars before: 1 where the close is above it, −1 below, else 0; how
/// far, as a share of the channel's width (0 where that is 0); and bars since the last breakout (or the start).
/// O(1) amortised.
template <class Real>
class Breakout {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr const char* outputs[] = {"direction", "distance", "age"};
    static constexpr FeatureDescription about = describe<unit::sign, unit::ratio, unit::count>(
        "breakout", "1 or -1 where the close leaves the channel of the bars before, how far in widths, bars since the last",
        "Donchian 1960", FeatureGroup::price_action, FeatureRecord::bar, columns(kernels::high, kernels::low, kernels::close), parameters,
        outputs);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    Breakout(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real zero{0.0};
        const Extremes<Real> channel = window_.total(memory);
        const Real over = maximum(in[kernels::close] - channel.high, zero), under = maximum(channel.low - in[kernels::close], zero);
        const Real direction = select(over > zero, Real(1.0), select(under > zero, Real(-1.0), zero));
        age_ = select(window_.full() ? absolute(direction) > zero : zero > zero, zero, age_ + 1.0);
        out[0] = direction;
        out[1] = quotient<Real>(over - under, channel.high - channel.low, 0.0);
        out[2] = age_;
        window_.push({in[kernels::high], in[kernels::low]}, memory);
    }

private:
    Window<Extremes<Real>> window_;
    Real age_{};
};

/// Gaps: the open's distance from the close before as a share of that (0 where it is 0); the window between
/// this bar's range and the one before, in price units (above 0 up, below 0 down, 0 where they overlap); and
/// what is still open of the last such window, signed the same. O(1).
template <class Real>
class Gaps {
public:
    static constexpr NoParameters parameters{};
    static constexpr const char* outputs[] = {"open_gap", "window", "unfilled"};
    static constexpr FeatureDescription about = describe<unit::ratio, unit::price, unit::price>(
        "gaps", "open against the close before as a share, window between two bars and what is left of the last one in price units",
        "Edwards and Magee 1948; Nison 1991", FeatureGroup::price_action, FeatureRecord::bar,
        columns(kernels::open, kernels::high, kernels::low, kernels::close), parameters, outputs);
    static std::int64_t warm_up(const double*) noexcept { return 2; }

    Gaps(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real zero{0.0};
        const Real up = maximum(in[kernels::low] - high_, zero), down = maximum(low_ - in[kernels::high], zero);
        const Real window = first_ != 0 ? zero : up - down;
        out[0] = quotient<Real>(in[kernels::open] - close_, absolute(close_), 0.0);
        out[1] = window;
        // What is left ends where the gap began, and shrinks to the extreme that has come back into it.
        const Real left_up = maximum(minimum(left_, in[kernels::low] - from_), zero);
        const Real left_down = minimum(maximum(left_, in[kernels::high] - from_), zero);
        left_ = select(left_ > zero, left_up, left_down);
        const auto fresh = absolute(window) > zero;
        left_ = select(fresh, window, left_);
        from_ = select(fresh, select(window > zero, high_, low_), from_);
        out[2] = left_;
        high_ = in[kernels::high];
        low_ = in[kernels::low];
        close_ = in[kernels::close];
        first_ = 0;
    }

private:
    Real high_{}, low_{}, close_{}, left_{}, from_{};
    std::int64_t first_ = 1;
};

/// Peaks of a series: 1 (−1) where a value stands more than `threshold` standard deviations above (below) the
/// mean of the `period` values before, which a peak enters with the weight `influence` alone; 0 elsewhere, also
/// where they do not vary. And that distance, in standard deviations. O(1) amortised.
template <class Real>
class Peaks {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(30, 2), {"threshold", 3.5, 0, 1000, false, "standard deviations from the mean to a peak"},
        {"influence", 0.5, 0, 1, false, "weight of a peak in the mean"}};
    static constexpr const char* outputs[] = {"peak", "score"};
    static constexpr FeatureDescription about = describe<unit::sign, unit::score>(
        "peaks", "1 or -1 where a value stands out from those before, and its distance from their mean in standard deviations",
        "van Brakel 2014, smoothed z-score", FeatureGroup::price_action, FeatureRecord::series, columns(0), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    Peaks(const double* p, Arena& arena) noexcept
        : window_(whole(p[0]), arena), share_(1.0 / p[0]), threshold_(p[1]), influence_(p[2]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real zero{0.0};
        const Moments<Real> before = window_.total(memory);
        const Real score = quotient<Real>(in[0] - before.mean, square_root(before.squares * share_), 0.0);
        const Real peak = select(score > Real(threshold_), Real(1.0), select(score < Real(-threshold_), Real(-1.0), zero));
        const Real tame = in[0] * influence_ + last_ * (1.0 - influence_);
        last_ = window_.full() ? select(absolute(peak) > zero, tame, in[0]) : in[0];
        window_.push({last_, zero}, memory);
        out[0] = peak;
        out[1] = score;
    }

private:
    Window<Moments<Real>> window_;
    Real last_{};
    double share_;
    double threshold_;
    double influence_;
};

} // namespace martlet::kernels
