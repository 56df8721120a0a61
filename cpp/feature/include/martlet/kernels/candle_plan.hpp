#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/candle_patterns_2.hpp"

// What some patterns need together, found when the program is compiled: the comparisons that they are made
// of, each once, the sums behind their averages, and for each case which comparisons of which bar must
// hold. A comparison of one bar is one bit of that bar's word, so a case is a few masks:
//
//     bar      words            case "white(1), black(0), gap_up(0, 1)"
//     t     0 1 1 0 1 …   &  mask 0   =  wanted 0
//     t−1   1 0 0 1 1 …   &  mask 1   =  wanted 1      and so on, at most five bars back

namespace martlet::kernels::candle {

using rules::Pattern;
using rules::pattern_count;
using rules::patterns;

/// A comparison at one bar; lags are bars before that.
struct Test {
    Field left = Field::none, right = Field::none;
    int left_lag = 0, right_lag = 0;
    Term term;
    int sum = -1; ///< of an average
    bool or_equal = false;

    constexpr std::uint64_t key() const noexcept {
        std::uint64_t out = static_cast<std::uint64_t>(left);
        for (const int part : {left_lag, static_cast<int>(right), right_lag, static_cast<int>(term.kind), static_cast<int>(term.which),
                               static_cast<int>(term.lag), static_cast<int>(term.minus), sum + 1, static_cast<int>(or_equal)})
            out = out << 6 | static_cast<std::uint64_t>(part);
        return out;
    }
};

/// A sum over the bars before, begun at bar `start`. TA-Lib begins the sums of each pattern where that
/// pattern's first value asks for, and adds and subtracts from there on: sums of the same bars that began
/// elsewhere differ in the last bit, which decides where a body is as long as the average.
struct RunningSum {
    Range range = Range::body;
    int start = 0;
};

inline constexpr int maximum_depth = 5;
inline constexpr int maximum_words = 3;

struct Masks {
    int value = 0;
    int pattern = 0; ///< within the plan
    std::uint64_t mask[maximum_depth][maximum_words] = {};
    std::uint64_t wanted[maximum_depth][maximum_words] = {};
};

struct Plan {
    Test tests[64 * maximum_words];
    std::uint64_t keys[64 * maximum_words] = {};
    int test_count = 0;
    RunningSum sums[64];
    int sum_count = 0;
    Masks cases[128];
    int case_count = 0;
    int depth = 1;      ///< bars that are looked at
    int mean_depth = 1; ///< bars whose averages are looked at
    int slot[field_count] = {};
    int slot_count = 0; ///< fields that are looked at
    bool ranges[range_count] = {};

    constexpr int words() const noexcept { return (test_count + 63) / 64; }
};

constexpr int larger(int a, int b) noexcept { return a > b ? a : b; }
constexpr int smaller(int a, int b) noexcept { return a < b ? a : b; }

constexpr bool averaged(const Term& term) noexcept {
    return term.kind == TermKind::average && range_of(static_cast<Setting>(term.which)) != Range::own;
}

/// Bars that a pattern looks back.
constexpr int longest_lag(const Pattern& pattern) noexcept {
    int out = 0;
    for (int c = 0; c < pattern.case_count; ++c)
        for (int i = 0; i < pattern.cases[c].count; ++i) {
            const Literal& it = pattern.cases[c].literals[i];
            out = larger(out, larger(larger(it.left.lag, it.right.lag), it.term.lag));
        }
    return out;
}

/// The bar at which TA-Lib first looks for the pattern, with the initial settings.
constexpr int first_bar(const Pattern& pattern) noexcept {
    int period = 0;
    for (int c = 0; c < pattern.case_count; ++c)
        for (int i = 0; i < pattern.cases[c].count; ++i) {
            const Term& term = pattern.cases[c].literals[i].term;
            if (term.kind == TermKind::average)
                period = larger(period, initial_period[static_cast<int>(range_of(static_cast<Setting>(term.which)))]);
        }
    return period + longest_lag(pattern) + pattern.margin;
}

/// Bar at which the sum behind an average begins.
constexpr int start_of(const Pattern& pattern, const Term& term) noexcept {
    return first_bar(pattern) - term.lag - initial_period[static_cast<int>(range_of(static_cast<Setting>(term.which)))];
}

/// Bars before the first value of a pattern; periods by range.
constexpr std::int64_t look_back(const Pattern& pattern, const int* periods) noexcept {
    int out = longest_lag(pattern) + (pattern.margin > 0 ? pattern.margin : 0);
    for (int c = 0; c < pattern.case_count; ++c)
        for (int i = 0; i < pattern.cases[c].count; ++i) {
            const Term& term = pattern.cases[c].literals[i].term;
            if (averaged(term))
                out = larger(out, start_of(pattern, term) + periods[static_cast<int>(range_of(static_cast<Setting>(term.which)))] + term.lag);
        }
    return out;
}

constexpr int sum_index(Plan& plan, const RunningSum& sum) noexcept {
    for (int i = 0; i < plan.sum_count; ++i)
        if (plan.sums[i].range == sum.range && plan.sums[i].start == sum.start) return i;
    plan.sums[plan.sum_count] = sum;
    plan.ranges[static_cast<int>(sum.range)] = true;
    return plan.sum_count++;
}

constexpr void use(Plan& plan, Field field) noexcept {
    if (field == Field::drop) use(plan, Field::close);
    if (field == Field::difference) use(plan, Field::body);
    if (field != Field::none && plan.slot[static_cast<int>(field)] < 0) plan.slot[static_cast<int>(field)] = plan.slot_count++;
}

/// Adds a literal of a pattern to a case.
constexpr void add(Plan& plan, Masks& to, const Pattern& pattern, const Literal& it) noexcept {
    Test test{it.left.field, it.right.field, it.left.lag, it.right.lag, it.term, -1, it.or_equal};
    bool holds = it.holds;
    const bool plain = it.term.kind == TermKind::none;
    if (plain && (test.right_lag < test.left_lag || (test.right_lag == test.left_lag && test.right < test.left))) {
        test = {test.right, test.left, test.right_lag, test.left_lag, {}, -1, !test.or_equal}; // a < b is not (b ≤ a)
        holds = !holds;
    }
    int lag = test.left_lag;
    if (test.right != Field::none) lag = smaller(lag, test.right_lag);
    if (!plain) lag = smaller(lag, it.term.lag);
    test.left_lag -= lag;
    test.right_lag = test.right == Field::none ? 0 : test.right_lag - lag;
    if (averaged(it.term)) {
        test.sum = sum_index(plan, {range_of(static_cast<Setting>(it.term.which)), start_of(pattern, it.term)});
        plan.mean_depth = larger(plan.mean_depth, it.term.lag - lag + 1);
    } else if (!plain) {
        use(plan, Field::body);
    }
    test.term.lag = static_cast<std::int8_t>(plain ? 0 : it.term.lag - lag);
    use(plan, test.left);
    use(plan, test.right);
    const std::uint64_t key = test.key();
    int at = 0;
    while (at < plan.test_count && plan.keys[at] != key) ++at;
    if (at == plan.test_count) {
        plan.tests[at] = test;
        plan.keys[at] = key;
        ++plan.test_count;
    }
    to.mask[lag][at / 64] |= 1ull << at % 64;
    if (holds) to.wanted[lag][at / 64] |= 1ull << at % 64;
}

constexpr Plan plan_of(int first, int count) noexcept {
    Plan plan;
    for (int& slot : plan.slot) slot = -1;
    for (int p = 0; p < count; ++p) {
        const Pattern& pattern = *patterns[first + p];
        plan.depth = larger(plan.depth, longest_lag(pattern) + 1);
        if (pattern.confirmed)
            for (const Field field : {Field::high, Field::low, Field::close}) use(plan, field);
        for (int c = 0; c < pattern.case_count; ++c) {
            Masks& to = plan.cases[plan.case_count++];
            to.value = pattern.cases[c].value;
            to.pattern = p;
            for (int i = 0; i < pattern.cases[c].count; ++i) add(plan, to, pattern, pattern.cases[c].literals[i]);
        }
    }
    return plan;
}

template <int First, int Count>
inline constexpr Plan compiled = plan_of(First, Count);

} // namespace martlet::kernels::candle
