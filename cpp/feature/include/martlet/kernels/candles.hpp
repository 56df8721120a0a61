#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>

#include "martlet/kernels/candle_block.hpp"
#include "martlet/kernels/windows.hpp"

// Candlestick patterns, streaming: what their rules need is computed once a bar for all of them.

namespace martlet::kernels {
namespace candle {

/// 64 bits a series.
MARTLET_INLINE std::uint64_t bit_where(bool mask, int index) noexcept { return static_cast<std::uint64_t>(mask) << index; }
MARTLET_INLINE std::uint64_t missing(std::uint64_t word, std::uint64_t mask, std::uint64_t wanted) noexcept { return (word & mask) ^ wanted; }
MARTLET_INLINE bool nothing(std::uint64_t word) noexcept { return word == 0; }

template <int N>
MARTLET_INLINE LaneMask<N> bit_where(const LaneMask<N>& mask, int index) noexcept {
    return LaneMask<N>::of(LaneMask<N>::vector(mask) & static_cast<std::int64_t>(1ull << index));
}
template <int N>
MARTLET_INLINE LaneMask<N> missing(const LaneMask<N>& word, std::uint64_t mask, std::uint64_t wanted) noexcept {
    return LaneMask<N>::of((LaneMask<N>::vector(word) & static_cast<std::int64_t>(mask)) ^ static_cast<std::int64_t>(wanted));
}
template <int N>
MARTLET_INLINE LaneMask<N> nothing(const LaneMask<N>& word) noexcept {
    return LaneMask<N>::of(LaneMask<N>::vector(word) == 0);
}

template <class Real>
struct WordOf {
    using Type = std::uint64_t;
};
template <int N>
struct WordOf<Lanes<N>> {
    using Type = LaneMask<N>;
};

/// What candles are measured by, from a feature's parameters.
struct Settings {
    double factor[setting_count];
    double share[3] = {0.5, 0.3, 0.5}; ///< by `Share`
    int period[range_count];

    constexpr Settings() noexcept {
        for (int i = 0; i < setting_count; ++i) factor[i] = initial_factor[i];
        for (int i = 0; i < range_count; ++i) period[i] = initial_period[i];
    }
};

/// Patterns `First` … `First + Count − 1`. O(comparisons + cases).
template <class Real, int First, int Count>
class Candles {
public:
    Candles(const Settings& settings, Arena& arena) noexcept
        : ranges_{delay(settings, 0, arena), delay(settings, 1, arena), delay(settings, 2, arena), delay(settings, 3, arena)},
          settings_(settings) {
        for (int s = 0; s < plan.sum_count; ++s)
            settled_ = larger(settled_, plan.sums[s].start + settings.period[static_cast<int>(plan.sums[s].range)]);
    }

    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        observe(in);
        compare(std::make_index_sequence<static_cast<std::size_t>(plan.test_count)>());
        for (int p = 0; p < Count; ++p) out[p] = Real(0.0);
        decide(out, std::make_index_sequence<static_cast<std::size_t>(plan.case_count)>());
        confirm(out, std::make_index_sequence<static_cast<std::size_t>(Count)>());
        if (plan.sum_count > 0) sum_up(in, memory);
        ++count_;
    }

    /// Whether all sums have come to their full length, so that bars may go in blocks.
    bool settled() const noexcept { return count_ >= settled_ && count_ >= maximum_depth; }
    /// Bars t … t + 63 of columns at once; of one series, once settled.
    void block(const double* const* from, double* const* to, double* memory, std::int64_t t) noexcept {
        Block<First, Count, Candles>::run(*this, from, to, memory, t);
    }

private:
    template <int, int, class>
    friend class Block;

    using Word = typename WordOf<Real>::Type;
    static constexpr const Plan& plan = compiled<First, Count>;
    static constexpr int words = plan.words();
    static constexpr int sums = plan.sum_count > 0 ? plan.sum_count : 1;

    static Delay<Real> delay(const Settings& settings, int range, Arena& arena) noexcept {
        return Delay<Real>(plan.ranges[range] ? settings.period[range] : 1, arena);
    }

    MARTLET_INLINE void put(Field field, const Real& x) noexcept {
        if (plan.slot[static_cast<int>(field)] >= 0) past_[0][plan.slot[static_cast<int>(field)]] = x;
    }
    MARTLET_INLINE const Real& seen(Field field, int lag) const noexcept { return past_[lag][plan.slot[static_cast<int>(field)]]; }

    /// The new candle, and the averages of those before it.
    MARTLET_INLINE void observe(const Real* in) noexcept {
        for (int lag = plan.depth - 1; lag > 0; --lag) {
            for (int slot = 0; slot < plan.slot_count; ++slot) past_[lag][slot] = past_[lag - 1][slot];
            for (int w = 0; w < words; ++w) words_[lag][w] = words_[lag - 1][w];
        }
        for (int lag = plan.mean_depth - 1; lag > 0; --lag)
            for (int s = 0; s < plan.sum_count; ++s) means_[lag][s] = means_[lag - 1][s];
        for (int s = 0; s < plan.sum_count; ++s)
            means_[0][s] = sums_[s] / static_cast<double>(settings_.period[static_cast<int>(plan.sums[s].range)]);
        const auto black = in[close] < in[open];
        const Real top = select(black, in[open], in[close]);
        const Real bottom = select(black, in[close], in[open]);
        const Real body = absolute(in[close] - in[open]);
        put(Field::open, in[open]);
        put(Field::high, in[high]);
        put(Field::low, in[low]);
        put(Field::close, in[close]);
        put(Field::top, top);
        put(Field::bottom, bottom);
        put(Field::body, body);
        put(Field::upper, in[high] - top);
        put(Field::lower, bottom - in[low]);
        put(Field::middle, in[low] + (in[high] - in[low]) * 0.5);
        if constexpr (plan.slot[static_cast<int>(Field::drop)] >= 0) put(Field::drop, seen(Field::close, 1) - body);
        if constexpr (plan.slot[static_cast<int>(Field::difference)] >= 0) put(Field::difference, absolute(seen(Field::body, 1) - body));
    }

    template <int I>
    MARTLET_INLINE Real limit() const noexcept {
        constexpr Test test = plan.tests[I];
        if constexpr (test.term.kind == TermKind::none) return seen(test.right, test.right_lag);
        else {
            Real reach;
            if constexpr (test.term.kind == TermKind::share)
                reach = seen(Field::body, test.term.lag) * settings_.share[test.term.which];
            else if constexpr (test.sum < 0) reach = seen(Field::body, test.term.lag) * settings_.factor[test.term.which];
            else reach = means_[test.term.lag][test.sum] * settings_.factor[test.term.which];
            if constexpr (static_cast<Setting>(test.term.which) == Setting::shadow_short && test.term.kind == TermKind::average)
                reach = reach * 0.5; // of one shadow, where the sum is of both
            if constexpr (test.right == Field::none) return reach;
            else if constexpr (test.term.minus) return seen(test.right, test.right_lag) - reach;
            else return seen(test.right, test.right_lag) + reach;
        }
    }
    template <int I>
    MARTLET_INLINE auto holds() const noexcept {
        constexpr Test test = plan.tests[I];
        if constexpr (test.or_equal) return seen(test.left, test.left_lag) <= limit<I>();
        else return seen(test.left, test.left_lag) < limit<I>();
    }
    template <std::size_t... I>
    MARTLET_INLINE void compare(std::index_sequence<I...>) noexcept {
        for (int w = 0; w < words; ++w) words_[0][w] = Word{};
        ((words_[0][I / 64] = words_[0][I / 64] | bit_where(holds<static_cast<int>(I)>(), static_cast<int>(I % 64))), ...);
    }

    /// The last case first, so that the first that holds has the last word.
    template <std::size_t... I>
    MARTLET_INLINE void decide(Real* out, std::index_sequence<I...>) const noexcept {
        (decide_one<plan.case_count - 1 - static_cast<int>(I)>(out), ...);
    }
    template <int I>
    MARTLET_INLINE void decide_one(Real* out) const noexcept {
        constexpr const Masks& it = plan.cases[I];
        Word rest{};
        for (int lag = 0; lag < plan.depth; ++lag)
            for (int w = 0; w < words; ++w)
                if (it.mask[lag][w] != 0) rest = rest | missing(words_[lag][w], it.mask[lag][w], it.wanted[lag][w]);
        out[it.pattern] = select(nothing(rest), Real(static_cast<double>(it.value)), out[it.pattern]);
    }

    template <std::size_t... P>
    MARTLET_INLINE void confirm(Real* out, std::index_sequence<P...>) noexcept {
        (confirm_one<static_cast<int>(P)>(out), ...);
    }
    template <int P>
    MARTLET_INLINE void confirm_one(Real* out) noexcept {
        constexpr const Pattern& pattern = *patterns[First + P];
        if constexpr (pattern.confirmed) {
            if (count_ < look_back(pattern, settings_.period)) out[P] = Real(0.0);
            follow<P>(out[P], seen(Field::high, 1), seen(Field::low, 1), seen(Field::close, 0));
        }
    }
    /// A false break counts when a close within three bars leaves the inside bar, the one before, on the other
    /// side.
    template <int P>
    MARTLET_INLINE void follow(Real& out, const Real& inside_high, const Real& inside_low, const Real& now) noexcept {
        Break& is = breaks_[P == 0 || First + P == hikkake_index ? 0 : 1];
        const auto found = absolute(out) > Real(0.0);
        is.age = select(found, Real(0.0), is.age + 1.0);
        is.direction = select(found, out, is.direction);
        is.high = select(found, inside_high, is.high);
        is.low = select(found, inside_low, is.low);
        const auto beyond = ((is.direction > Real(0.0)) & (now > is.high)) | ((is.direction < Real(0.0)) & (now < is.low));
        const auto done = beyond & (is.age <= Real(3.0)) & (is.age > Real(0.0));
        out = select(done, is.direction * 2.0, out);
        is.direction = select(done, Real(0.0), is.direction);
    }

    MARTLET_INLINE void sum_up(const Real* in, Real* memory) noexcept {
        const Real range = in[high] - in[low];
        Real added[range_count] = {absolute(in[close] - in[open]), range, Real(0.0), range};
        if (plan.ranges[2]) added[2] = (in[high] - maximum(in[open], in[close])) + (minimum(in[open], in[close]) - in[low]);
        Real changed[range_count];
        for (int r = 0; r < range_count; ++r)
            if (plan.ranges[r]) changed[r] = added[r] - ranges_[r].exchange(added[r], memory);
        if (count_ >= settled_) {
            for (int s = 0; s < plan.sum_count; ++s) sums_[s] += changed[static_cast<int>(plan.sums[s].range)];
            return;
        }
        for (int s = 0; s < plan.sum_count; ++s) {
            const int r = static_cast<int>(plan.sums[s].range);
            if (count_ < plan.sums[s].start) continue;
            sums_[s] += count_ < plan.sums[s].start + settings_.period[r] ? added[r] : changed[r];
        }
    }

    static constexpr int hikkake_index = 28;
    static_assert(patterns[hikkake_index] == &rules::hikkake);

    struct Break {
        Real direction{};
        Real high{};
        Real low{};
        Real age{};
    };

    Real past_[plan.depth][plan.slot_count]{};
    Real sums_[sums]{};
    Real means_[plan.mean_depth][sums]{};
    Break breaks_[2]{};
    Word words_[plan.depth][words]{};
    Delay<Real> ranges_[range_count];
    Settings settings_;
    std::int64_t count_ = 0;
    std::int32_t settled_ = 0;
    std::int32_t padding_ = 0;
};

} // namespace candle

struct PatternNames {
    const char* names[candle::pattern_count];
    constexpr PatternNames() noexcept : names{} {
        for (int i = 0; i < candle::pattern_count; ++i) names[i] = candle::patterns[i]->name + sizeof "candle";
    }
};
inline constexpr PatternNames pattern_names;

/// All 61 patterns of TA-Lib, each output 0 or ±100 (±80 and ±200 where the pattern says so), with the field's
/// settings as parameters: factors of averages, their periods, and how deep a candle must reach into another.
///
/// Equal to TA-Lib to the last value, ties included: averages are sums that are added to and subtracted
/// from, rounding and all, as there. So a bar of absurd size leaves its rounding in them until a reset.
template <class Real>
class CandlePatterns {
public:
    static constexpr FeatureParameter parameters[] = {
        {"body_long", 1, 0, 100, false, "a body is long above this many mean bodies"},
        {"body_short", 1, 0, 100, false, "a body is short below this many mean bodies"},
        {"body_doji", 0.1, 0, 100, false, "a body is none up to this many mean ranges, high less low"},
        {"shadow_long", 1, 0, 100, false, "a shadow is long above this many of its candle's body"},
        {"shadow_very_long", 2, 0, 100, false, "a shadow is very long above this many of its candle's body"},
        {"shadow_short", 1, 0, 100, false, "a shadow is short below this many mean shadows"},
        {"shadow_very_short", 0.1, 0, 100, false, "a shadow is none below this many mean ranges"},
        {"near", 0.2, 0, 100, false, "prices are near within this many mean ranges"},
        {"far", 0.6, 0, 100, false, "prices are far from this many mean ranges"},
        {"equal", 0.05, 0, 100, false, "prices are equal within this many mean ranges"},
        period_parameter(10, 1, "body_period", "bars in the mean body", 1000),
        period_parameter(10, 1, "range_period", "bars in the mean range behind body_doji and shadow_very_short", 1000),
        period_parameter(10, 1, "shadow_period", "bars in the mean shadow", 1000),
        period_parameter(5, 1, "near_period", "bars in the mean range behind near, far and equal", 1000),
        {"star_penetration", 0.3, 0, 10, false, "share of the first body that the third candle of a star must reach into"},
        {"cover_penetration", 0.5, 0, 10, false, "the same for the dark cloud cover and the mat hold"}};
    static constexpr FeatureDescription about = describe<unit::sign>(
        "candle_patterns", "all 61 candlestick patterns: 0, 100 for bullish and -100 for bearish ones", "Nison 1991; TA-Lib CDL functions",
        FeatureGroup::pattern, FeatureRecord::bar, columns(open, high, low, close), parameters, pattern_names.names);

    static std::int64_t warm_up(const double* p) noexcept {
        const candle::Settings settings = settings_of(p);
        std::int64_t out = 0;
        for (const candle::Pattern* pattern : candle::patterns) {
            const std::int64_t one = candle::look_back(*pattern, settings.period) + (pattern->confirmed ? 3 : 0);
            out = one > out ? one : out;
        }
        return out + 1;
    }

    CandlePatterns(const double* p, Arena& arena) noexcept : candles_(settings_of(p), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept { candles_.update(in, out, memory); }

    static constexpr int block_size = candle::block_bars;
    static constexpr bool block_of_bits = true;
    bool block_ready() const noexcept { return candles_.settled(); }
    void block(const double* const* from, double* const* to, double* memory, std::int64_t t) noexcept {
        candles_.block(from, to, memory, t);
    }

private:
    static candle::Settings settings_of(const double* p) noexcept {
        candle::Settings out;
        for (int i = 0; i < candle::setting_count; ++i) out.factor[i] = p[i];
        for (int i = 0; i < candle::range_count; ++i) out.period[i] = whole(p[10 + i]);
        out.share[1] = p[14];
        out.share[2] = p[15];
        return out;
    }

    candle::Candles<Real, 0, candle::pattern_count> candles_;
};

namespace candle {

/// The share that a pattern leaves to the user; half where there is none.
constexpr Share share_of(const Pattern& pattern) noexcept {
    for (int i = 0; i < pattern.cases[0].count; ++i) {
        const Term& term = pattern.cases[0].literals[i].term;
        if (term.kind == TermKind::share) return static_cast<Share>(term.which);
    }
    return Share::half;
}

template <Share share>
struct Penetration {
    static constexpr FeatureParameter parameters[] = {
        {"penetration", share == Share::star ? 0.3 : 0.5, 0, 10, false, "share of the first body that the last candle must reach into"}};
};
template <>
struct Penetration<Share::half> {
    static constexpr NoParameters parameters{};
};

} // namespace candle

/// One pattern, with the field's settings.
template <int Index>
struct OnePattern {
    template <class Real>
    class Kernel {
    public:
        static constexpr const char* outputs[] = {"value"};
        static constexpr candle::Share share = candle::share_of(*candle::patterns[Index]);
        static constexpr FeatureDescription about = describe<unit::sign>(
            candle::patterns[Index]->name, candle::patterns[Index]->meaning, candle::patterns[Index]->source, FeatureGroup::pattern,
            FeatureRecord::bar, columns(open, high, low, close), candle::Penetration<share>::parameters, outputs);

        static std::int64_t warm_up(const double*) noexcept {
            const candle::Pattern& pattern = *candle::patterns[Index];
            return candle::look_back(pattern, candle::Settings().period) + (pattern.confirmed ? 3 : 0) + 1;
        }

        Kernel(const double* p, Arena& arena) noexcept : candles_(settings_of(p), arena) {}
        MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept { candles_.update(in, out, memory); }

    private:
        static candle::Settings settings_of(const double* p) noexcept {
            candle::Settings out;
            if (share != candle::Share::half) out.share[static_cast<int>(share)] = p[0];
            return out;
        }

        candle::Candles<Real, Index, 1> candles_;
    };
};

} // namespace martlet::kernels
