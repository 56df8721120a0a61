#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/logarithm.hpp"
#include "martlet/kernels/moments.hpp"

// How much a window surprises, in natural units.

namespace martlet::kernels {

/// x ln x, 0 at 0.
template <class Real>
MARTLET_INLINE Real times_logarithm(const Real& x) noexcept {
    return x * logarithm(maximum(x, Real(1e-300)));
}

/// Shannon entropy of the window's histogram: `bins` equal bins from the lowest to the highest value; 0 …
/// ln(bins), 0 where all values are the same. O(period × bins).
template <class Real>
class ShannonEntropy {
public:
    static constexpr int most_bins = 64;
    static constexpr FeatureParameter parameters[] = {
        period_parameter(64, 2, "period", "updates in the window", 10'000), {"bins", 8, 2, most_bins, true, "bins of the histogram"}};
    static constexpr FeatureDescription about = describe<unit::score>(
        "shannon_entropy", "entropy of the window's histogram, 0 to ln(bins)", "Shannon 1948", FeatureGroup::statistics,
        FeatureRecord::series, columns(0), parameters, one_output, 0, "O(period bins)");
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }

    ShannonEntropy(const double* p, Arena& arena) noexcept : values_(whole(p[0]), arena), bins_(whole(p[1])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        values_.push(in[0], memory);
        const std::int32_t period = values_.period();
        Real low = values_.at(0, memory), high = low;
        for (std::int32_t i = 1; i < period; ++i) {
            low = minimum(low, values_.at(i, memory));
            high = maximum(high, values_.at(i, memory));
        }
        Real counts[most_bins];
        for (std::int32_t b = 0; b < bins_; ++b) counts[b] = Real(0.0);
        const double last = static_cast<double>(bins_ - 1);
        for (std::int32_t i = 0; i < period; ++i) {
            const Real place = quotient<Real>(values_.at(i, memory) - low, high - low, 0.0) * static_cast<double>(bins_);
            const Real bin = minimum(round_down(place), Real(last));
            for (std::int32_t b = 0; b < bins_; ++b) counts[b] += select(bin == Real(static_cast<double>(b)), Real(1.0), Real(0.0));
        }
        Real sum{};
        for (std::int32_t b = 0; b < bins_; ++b) sum += times_logarithm(counts[b]);
        const double n = static_cast<double>(period);
        out[0] = maximum(portable_log(n) - sum / n, Real(0.0));
    }

private:
    History<Real> values_;
    std::int64_t bins_;
};

/// Permutation entropy: that of the orders in which `order` consecutive values stand, over the last `period` of
/// them, as a share of ln(order!), 0 … 1. Of equal values the earlier counts as the smaller. O(order!).
template <class Real>
class PermutationEntropy {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(100, 2, "period", "orders in the window"), {"order", 3, 2, 4, true, "values that are put in order"}};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "permutation_entropy", "entropy of the orders of consecutive values, 0 to 1", "Bandt and Pompe 2002", FeatureGroup::statistics,
        FeatureRecord::series, columns(0), parameters, one_output, 0, "O(order!)");
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + whole(p[1]) - 1; }

    PermutationEntropy(const double* p, Arena& arena) noexcept
        : orders_(whole(p[0]), arena), counts_(arena.take(24)), order_(whole(p[1])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        for (int i = 3; i > 0; --i) last_[i] = last_[i - 1];
        last_[0] = in[0];
        out[0] = Real(0.0);
        if (++seen_ < order_) return;
        Real code{}; // of the order: digit i says how many of the later values are smaller than value i
        std::int32_t codes = 1;
        for (std::int32_t i = order_ - 1; i > 0; --i) {
            Real smaller{};
            for (std::int32_t k = 0; k < i; ++k) smaller += select(last_[k] < last_[i], Real(1.0), Real(0.0));
            code = code * static_cast<double>(i + 1) + smaller;
            codes *= i + 1;
        }
        const Real gone = orders_.exchange(code, memory);
        const bool full = seen_ - order_ >= orders_.period();
        Real* const counts = memory + counts_;
        Real sum{};
        for (std::int32_t c = 0; c < codes; ++c) {
            const Real is = Real(static_cast<double>(c));
            counts[c] += select(code == is, Real(1.0), Real(0.0));
            if (full) counts[c] -= select(gone == is, Real(1.0), Real(0.0));
            sum += times_logarithm(counts[c]);
        }
        const double n = static_cast<double>(orders_.period());
        const Real share = (portable_log(n) - sum / n) / portable_log(static_cast<double>(codes));
        out[0] = maximum(share, Real(0.0));
    }

private:
    Delay<Real> orders_;
    Real last_[4]{};
    std::int32_t counts_;
    std::int32_t order_;
    std::int64_t seen_ = 0;
};

/// Sample entropy: −ln(A ÷ B), where B pairs of stretches of `length` values are alike (no value apart by more
/// than `tolerance` standard deviations of the window) and A of them still with one value more. Where A or B is
/// 0, the largest value that the window could give, ln of the number of pairs. O(period² × length).
template <class Real>
class SampleEntropy {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(50, 8, "period", "updates in the window", 1000), {"length", 2, 1, 8, true, "values in a stretch; less than the period"},
        {"tolerance", 0.2, 0.001, 10, false, "what counts as alike, in standard deviations"}};
    static constexpr FeatureDescription about = describe<unit::score>(
        "sample_entropy", "how little like stretches go on alike", "Richman and Moorman 2000", FeatureGroup::statistics,
        FeatureRecord::series, columns(0), parameters, one_output, 0, "O(period^2 length)");
    static bool valid(const double* p) noexcept { return p[1] + 2 < p[0]; }
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }

    SampleEntropy(const double* p, Arena& arena) noexcept : values_(whole(p[0]), arena), length_(whole(p[1])), tolerance_(p[2]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        values_.push(in[0], memory);
        const std::int32_t period = values_.period();
        Moments<Real> all{};
        for (std::int32_t i = 0; i < period; ++i) all = Moments<Real>::joined(all, i, {values_.at(i, memory), Real(0.0)}, 1);
        const Real reach = square_root(all.squares / static_cast<double>(period)) * tolerance_;
        const auto length = static_cast<std::int32_t>(length_);
        const std::int32_t count = period - length;
        Real alike{}, still{};
        for (std::int32_t i = 0; i < count; ++i)
            for (std::int32_t k = i + 1; k < count; ++k) {
                Real apart{};
                for (std::int32_t m = 0; m < length; ++m)
                    apart = maximum(apart, absolute(values_.at(i + m, memory) - values_.at(k + m, memory)));
                const Real next = maximum(apart, absolute(values_.at(i + length, memory) - values_.at(k + length, memory)));
                alike += select(apart <= reach, Real(1.0), Real(0.0));
                still += select(next <= reach, Real(1.0), Real(0.0));
            }
        const double pairs = 0.5 * static_cast<double>(count) * static_cast<double>(count - 1);
        const auto known = still > Real(0.0);
        out[0] = select(known, logarithm(select(known, alike, Real(1.0))) - logarithm(select(known, still, Real(1.0))), Real(portable_log(pairs)));
    }

private:
    History<Real> values_;
    std::int64_t length_;
    double tolerance_;
};

} // namespace martlet::kernels
