#pragma once
#include <cstddef>
#include <cstdint>

// The language in which candlestick patterns are written down. A rule is data, known when the program is
// compiled:
//
//     all_of(-100, white(2), body(2) > body_long(2), black(1), gap_up(1, 2), close(0) < close(1) + near(1) …)
//
// says −100 where each of the conditions holds. The number in brackets is how many bars ago. Averages are
// those of the bars before the candle that they are the measure of.

namespace martlet::kernels::candle {

/// What is known of one candle. `top` and `bottom` are the ends of its real body.
enum class Field : std::uint8_t {
    open, high, low, close,
    top, bottom, body, upper, lower,
    middle,       ///< low + (high − low) ÷ 2
    drop,         ///< the close before it less its own body
    difference,   ///< size of the difference between the body before it and its own
    none,
};
inline constexpr int field_count = static_cast<int>(Field::none);

/// What candles are measured by. The range that is averaged: bodies for the first two and the long shadows,
/// half of both shadows for short shadows, high less low for the others.
enum class Setting : std::uint8_t {
    body_long, body_short, body_doji, shadow_long, shadow_very_long, shadow_short, shadow_very_short, near, far, equal,
};
inline constexpr int setting_count = 10;

/// Settings that average the same range over the same bars share one sum. `own` is no average but the body
/// of the candle itself.
enum class Range : std::uint8_t { body, range, shadows, near, own };
inline constexpr int range_count = 4;

constexpr Range range_of(Setting setting) noexcept {
    switch (setting) {
    case Setting::body_long:
    case Setting::body_short: return Range::body;
    case Setting::body_doji:
    case Setting::shadow_very_short: return Range::range;
    case Setting::shadow_short: return Range::shadows;
    case Setting::shadow_long:
    case Setting::shadow_very_long: return Range::own;
    default: return Range::near;
    }
}

inline constexpr double initial_factor[setting_count] = {1, 1, 0.1, 1, 2, 1, 0.1, 0.2, 0.6, 0.05};
inline constexpr int initial_period[range_count + 1] = {10, 10, 10, 5, 0};

/// Shares of a body that another candle must reach into.
enum class Share : std::uint8_t { half, star, cover };

struct Place {
    Field field = Field::none;
    std::int8_t lag = 0;
};
struct Average {
    Setting setting;
    std::int8_t lag;
};
struct Part {
    Place of;
    Share share;
};

enum class TermKind : std::uint8_t { none, average, share };
struct Term {
    TermKind kind = TermKind::none;
    std::uint8_t which = 0; ///< the setting or the share
    std::int8_t lag = 0;
    bool minus = false;
};
/// A place, more or less something.
struct Reach {
    Place from;
    Term term;
};

/// `left < right ± term`, or `≤`, holds or does not.
struct Literal {
    Place left;
    Place right;
    Term term;
    bool or_equal = false;
    bool holds = true;
};

inline constexpr int maximum_literals = 24;

/// Gives `value` where all literals hold.
struct Case {
    int value = 0;
    int count = 0;
    Literal literals[maximum_literals];
};

/// The words of the rules, apart so that they do not hide the names of a bar's columns.
namespace rules {

constexpr Place open(int lag) noexcept { return {Field::open, static_cast<std::int8_t>(lag)}; }
constexpr Place high(int lag) noexcept { return {Field::high, static_cast<std::int8_t>(lag)}; }
constexpr Place low(int lag) noexcept { return {Field::low, static_cast<std::int8_t>(lag)}; }
constexpr Place close(int lag) noexcept { return {Field::close, static_cast<std::int8_t>(lag)}; }
constexpr Place top(int lag) noexcept { return {Field::top, static_cast<std::int8_t>(lag)}; }
constexpr Place bottom(int lag) noexcept { return {Field::bottom, static_cast<std::int8_t>(lag)}; }
constexpr Place body(int lag) noexcept { return {Field::body, static_cast<std::int8_t>(lag)}; }
constexpr Place upper(int lag) noexcept { return {Field::upper, static_cast<std::int8_t>(lag)}; }
constexpr Place lower(int lag) noexcept { return {Field::lower, static_cast<std::int8_t>(lag)}; }
constexpr Place middle(int lag) noexcept { return {Field::middle, static_cast<std::int8_t>(lag)}; }
constexpr Place drop(int lag) noexcept { return {Field::drop, static_cast<std::int8_t>(lag)}; }
constexpr Place difference(int lag) noexcept { return {Field::difference, static_cast<std::int8_t>(lag)}; }

constexpr Average body_long(int lag) noexcept { return {Setting::body_long, static_cast<std::int8_t>(lag)}; }
constexpr Average body_short(int lag) noexcept { return {Setting::body_short, static_cast<std::int8_t>(lag)}; }
constexpr Average body_doji(int lag) noexcept { return {Setting::body_doji, static_cast<std::int8_t>(lag)}; }
constexpr Average shadow_long(int lag) noexcept { return {Setting::shadow_long, static_cast<std::int8_t>(lag)}; }
constexpr Average shadow_very_long(int lag) noexcept { return {Setting::shadow_very_long, static_cast<std::int8_t>(lag)}; }
constexpr Average shadow_short(int lag) noexcept { return {Setting::shadow_short, static_cast<std::int8_t>(lag)}; }
constexpr Average shadow_very_short(int lag) noexcept { return {Setting::shadow_very_short, static_cast<std::int8_t>(lag)}; }
constexpr Average near(int lag) noexcept { return {Setting::near, static_cast<std::int8_t>(lag)}; }
constexpr Average far(int lag) noexcept { return {Setting::far, static_cast<std::int8_t>(lag)}; }
constexpr Average equal(int lag) noexcept { return {Setting::equal, static_cast<std::int8_t>(lag)}; }

} // namespace rules

constexpr Part operator*(Place of, Share share) noexcept { return {of, share}; }
constexpr Term term(Average a, bool minus) noexcept { return {TermKind::average, static_cast<std::uint8_t>(a.setting), a.lag, minus}; }
constexpr Term term(Part p, bool minus) noexcept { return {TermKind::share, static_cast<std::uint8_t>(p.share), p.of.lag, minus}; }
template <class What>
constexpr Reach operator+(Place from, What what) noexcept { return {from, term(what, false)}; }
template <class What>
constexpr Reach operator-(Place from, What what) noexcept { return {from, term(what, true)}; }

constexpr Reach reach(Place place) noexcept { return {place, {}}; }
constexpr Reach reach(Average average) noexcept { return {{}, term(average, false)}; }
constexpr Reach reach(Reach it) noexcept { return it; }

template <class Right>
constexpr Literal operator<(Place left, Right right) noexcept {
    const Reach to = reach(right);
    return {left, to.from, to.term, false, true};
}
template <class Right>
constexpr Literal operator<=(Place left, Right right) noexcept {
    const Reach to = reach(right);
    return {left, to.from, to.term, true, true};
}
constexpr Literal operator!(Literal it) noexcept {
    it.holds = !it.holds;
    return it;
}
template <class Right>
constexpr Literal operator>(Place left, Right right) noexcept { return !(left <= right); }
template <class Right>
constexpr Literal operator>=(Place left, Right right) noexcept { return !(left < right); }

namespace rules {

/// A candle without a body is white.
constexpr Literal black(int lag) noexcept { return close(lag) < open(lag); }
constexpr Literal white(int lag) noexcept { return !black(lag); }
/// Between real bodies.
constexpr Literal gap_up(int lag, int before) noexcept { return bottom(lag) > top(before); }
constexpr Literal gap_down(int lag, int before) noexcept { return top(lag) < bottom(before); }
/// Between whole candles, shadows included.
constexpr Literal candle_gap_up(int lag, int before) noexcept { return low(lag) > high(before); }
constexpr Literal candle_gap_down(int lag, int before) noexcept { return high(lag) < low(before); }

} // namespace rules

template <class... Literals>
constexpr Case all_of(int value, Literals... literals) noexcept {
    static_assert(sizeof...(literals) <= maximum_literals);
    return {value, static_cast<int>(sizeof...(literals)), {literals...}};
}

} // namespace martlet::kernels::candle
