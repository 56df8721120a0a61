#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>

#include "martlet/kernels/candle_plan.hpp"
#include "martlet/kernels/number.hpp"

// Patterns over 64 bars of one series at once. A comparison gives one word with a bit for each bar; a case is
// a handful of such words, shifted by their lags, and-ed together: 64 bars in the time of one.
//
//     close < open         …0110100      lag 1: …1101000
//     body > average       …1110001      lag 0: …1110001    and →  …1100000

namespace martlet::kernels::candle {

inline constexpr int block_bars = 64;

template <int First, int Count, class State>
class Block {
public:
    /// Bars `t` … `t + 63` of the columns through the state, which is past its start. The bits are those that
    /// its updates one by one would give.
    static void run(State& state, const double* const* from, double* const* to, double* memory, std::int64_t t) noexcept {
        Block block;
        block.load(state);
        block.observe(from, t);
        block.sum_up(state, memory);
        block.compare(state, std::make_index_sequence<static_cast<std::size_t>(plan.test_count)>());
        block.decide(to, t, std::make_index_sequence<static_cast<std::size_t>(plan.case_count)>());
        block.confirm(state, to, t, std::make_index_sequence<static_cast<std::size_t>(Count)>());
        block.store(state);
    }

private:
    static constexpr const Plan& plan = compiled<First, Count>;
    static constexpr int back = plan.depth - 1;
    static constexpr int mean_back = plan.mean_depth - 1;
    using Eight = Lanes<8>; ///< bars, here, not series
    typedef bool EightBits __attribute__((ext_vector_type(8)));

    Block() noexcept {} // its arrays are written before they are read

    const double* seen(Field field, int lag) const noexcept { return fields_[plan.slot[static_cast<int>(field)]] + back - lag; }

    void load(const State& state) noexcept {
        for (int j = 0; j < back; ++j)
            for (int slot = 0; slot < plan.slot_count; ++slot) fields_[slot][back - 1 - j] = state.past_[j][slot];
        for (int j = 0; j < mean_back; ++j)
            for (int s = 0; s < plan.sum_count; ++s) means_[s][mean_back - 1 - j] = state.means_[j][s];
        for (int i = 0; i < plan.test_count; ++i) {
            std::uint64_t before = 0;
            for (int j = 0; j < back; ++j) before |= (state.words_[j][i / 64] >> i % 64 & 1) << (63 - j);
            before_[i] = before;
        }
    }

    void observe(const double* const* from, std::int64_t t) noexcept {
        for (int b = 0; b < block_bars; ++b) {
            const double o = from[0][t + b], h = from[1][t + b], l = from[2][t + b], c = from[3][t + b];
            const double top = c < o ? o : c, bottom = c < o ? c : o;
            put(Field::open, b, o);
            put(Field::high, b, h);
            put(Field::low, b, l);
            put(Field::close, b, c);
            put(Field::top, b, top);
            put(Field::bottom, b, bottom);
            put(Field::body, b, __builtin_fabs(c - o));
            put(Field::upper, b, h - top);
            put(Field::lower, b, bottom - l);
            put(Field::middle, b, l + (h - l) * 0.5);
            put(Field::drop, b, seen(Field::close, 1)[b] - __builtin_fabs(c - o));
            put(Field::difference, b, __builtin_fabs(seen(Field::body, 1)[b] - __builtin_fabs(c - o)));
            added_[0][b] = __builtin_fabs(c - o);
            added_[1][b] = added_[3][b] = h - l;
            added_[2][b] = (h - top) + (bottom - l);
        }
    }
    [[gnu::always_inline]] void put(Field field, int bar, double x) noexcept {
        if (plan.slot[static_cast<int>(field)] >= 0) fields_[plan.slot[static_cast<int>(field)]][back + bar] = x;
    }

    /// Averages before each bar. Sums of one range go together, so that none waits on the addition before.
    void sum_up(State& state, double* memory) noexcept {
        for (int r = 0; r < range_count; ++r)
            for (int b = 0; b < block_bars; ++b) added_[r][b] -= state.ranges_[r].exchange(added_[r][b], memory);
        for (int first = 0; first < plan.sum_count; first += 8) {
            const int count = smaller(8, plan.sum_count - first);
            double sums[8]{};
            const double* changes[8]{};
            for (int i = 0; i < count; ++i) {
                sums[i] = state.sums_[first + i];
                changes[i] = added_[static_cast<int>(plan.sums[first + i].range)];
            }
            for (int i = count; i < 8; ++i) changes[i] = changes[0];
            for (int b = 0; b < block_bars; ++b)
                for (int i = 0; i < 8; ++i) {
                    sums_[i][b] = sums[i];
                    sums[i] += changes[i][b];
                }
            for (int i = 0; i < count; ++i) {
                const double period = state.settings_.period[static_cast<int>(plan.sums[first + i].range)];
                for (int b = 0; b < block_bars; ++b) means_[first + i][mean_back + b] = sums_[i][b] / period;
                state.sums_[first + i] = sums[i];
            }
        }
    }

    template <int I>
    [[gnu::always_inline]] Eight limit(const State& state, int bar) const noexcept {
        constexpr Test test = plan.tests[I];
        const auto at = [bar](const double* column) -> const Eight& { return *reinterpret_cast<const Eight*>(column + bar); };
        if constexpr (test.term.kind == TermKind::none) return at(seen(test.right, test.right_lag));
        else {
            Eight reach;
            if constexpr (test.term.kind == TermKind::share) reach = at(seen(Field::body, test.term.lag)) * state.settings_.share[test.term.which];
            else if constexpr (test.sum < 0) reach = at(seen(Field::body, test.term.lag)) * state.settings_.factor[test.term.which];
            else reach = at(means_[test.sum] + mean_back - test.term.lag) * state.settings_.factor[test.term.which];
            if constexpr (static_cast<Setting>(test.term.which) == Setting::shadow_short && test.term.kind == TermKind::average) reach = reach * 0.5;
            if constexpr (test.right == Field::none) return reach;
            else if constexpr (test.term.minus) return at(seen(test.right, test.right_lag)) - reach;
            else return at(seen(test.right, test.right_lag)) + reach;
        }
    }
    template <int I>
    [[gnu::always_inline]] void compare_one(const State& state) noexcept {
        constexpr Test test = plan.tests[I];
        const double* left = seen(test.left, test.left_lag);
        std::uint64_t word = 0;
        for (int bar = 0; bar < block_bars; bar += 8) {
            const Eight& a = *reinterpret_cast<const Eight*>(left + bar);
            const Eight b = limit<I>(state, bar);
            const LaneMask<8> holds = test.or_equal ? a <= b : a < b;
            const EightBits bits = __builtin_convertvector(LaneMask<8>::vector(holds), EightBits);
            word |= static_cast<std::uint64_t>(__builtin_bit_cast(unsigned char, bits)) << bar;
        }
        lagged_[0][I] = word;
    }
    template <std::size_t... I>
    void compare(const State& state, std::index_sequence<I...>) noexcept {
        (compare_one<static_cast<int>(I)>(state), ...);
        for (int lag = 1; lag < plan.depth; ++lag)
            for (int i = 0; i < plan.test_count; ++i) lagged_[lag][i] = lagged_[0][i] << lag | before_[i] >> (64 - lag);
    }

    template <std::size_t... I>
    void decide(double* const* to, std::int64_t t, std::index_sequence<I...>) noexcept {
        for (int p = 0; p < Count; ++p) {
            taken_[p] = 0;
            for (int b = 0; b < block_bars; ++b) to[p][t + b] = 0.0;
        }
        (decide_one<static_cast<int>(I)>(to, t), ...);
    }
    template <int I>
    [[gnu::always_inline]] void decide_one(double* const* to, std::int64_t t) noexcept {
        constexpr const Masks& it = plan.cases[I];
        std::uint64_t hits = ~taken_[it.pattern] & every_literal<I>(std::make_index_sequence<static_cast<std::size_t>(literals<I>())>());
        taken_[it.pattern] |= hits;
        for (; hits != 0; hits &= hits - 1) to[it.pattern][t + __builtin_ctzll(hits)] = it.value;
    }
    template <int I>
    static constexpr int literals() noexcept {
        int out = 0;
        for (int lag = 0; lag < plan.depth; ++lag)
            for (int w = 0; w < plan.words(); ++w) out += __builtin_popcountll(plan.cases[I].mask[lag][w]);
        return out;
    }
    /// Test, lag and wanted value of the literal with this number in a case.
    struct Place {
        int test, lag;
        bool wanted;
    };
    static constexpr Place place(int number, int which) noexcept {
        const Masks& it = plan.cases[number];
        for (int lag = 0; lag < plan.depth; ++lag)
            for (int i = 0; i < plan.test_count; ++i)
                if ((it.mask[lag][i / 64] >> i % 64 & 1) != 0 && which-- == 0) return {i, lag, (it.wanted[lag][i / 64] >> i % 64 & 1) != 0};
        return {0, 0, false};
    }
    template <int I, int K>
    [[gnu::always_inline]] std::uint64_t literal() const noexcept {
        constexpr Place is = place(I, K);
        return is.wanted ? lagged_[is.lag][is.test] : ~lagged_[is.lag][is.test];
    }
    template <int I, std::size_t... K>
    [[gnu::always_inline]] std::uint64_t every_literal(std::index_sequence<K...>) const noexcept {
        return (literal<I, static_cast<int>(K)>() & ...);
    }

    template <std::size_t... P>
    void confirm(State& state, double* const* to, std::int64_t t, std::index_sequence<P...>) const noexcept {
        (confirm_one<static_cast<int>(P)>(state, to[P] + t), ...);
    }
    template <int P>
    void confirm_one(State& state, double* out) const noexcept {
        if constexpr (patterns[First + P]->confirmed)
            for (int b = 0; b < block_bars; ++b)
                state.template follow<P>(out[b], seen(Field::high, 1)[b], seen(Field::low, 1)[b], seen(Field::close, 0)[b]);
    }

    void store(State& state) const noexcept {
        for (int j = 0; j <= back; ++j) {
            for (int slot = 0; slot < plan.slot_count; ++slot) state.past_[j][slot] = fields_[slot][back + block_bars - 1 - j];
            std::uint64_t words[maximum_words]{};
            for (int i = 0; i < plan.test_count; ++i) words[i / 64] |= (lagged_[0][i] >> (63 - j) & 1) << i % 64;
            for (int w = 0; w < plan.words(); ++w) state.words_[j][w] = words[w];
        }
        for (int j = 0; j <= mean_back; ++j)
            for (int s = 0; s < plan.sum_count; ++s) state.means_[j][s] = means_[s][mean_back + block_bars - 1 - j];
        state.count_ += block_bars;
    }

    double fields_[plan.slot_count][back + block_bars];
    double means_[plan.sum_count][mean_back + block_bars];
    double added_[range_count][block_bars]; ///< what enters the sums, then what changes them
    double sums_[8][block_bars];
    std::uint64_t before_[plan.test_count];
    std::uint64_t lagged_[plan.depth][plan.test_count]; ///< words of the comparisons, bit b for bar b less the lag
    std::uint64_t taken_[Count];
};

} // namespace martlet::kernels::candle
