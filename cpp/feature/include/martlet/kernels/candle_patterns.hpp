#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/candle_rules.hpp"

// The 61 candlestick patterns of TA-Lib, as rules. Of several cases the first that holds counts. 100 is bullish,
// −100 bearish, 80 where the ends of two bodies only touch, 200 a confirmed hikkake. Whether a trend went
// before is, as in TA-Lib, for the user to look at.

namespace martlet::kernels::candle::rules {

struct Pattern {
    const char* name = nullptr; ///< begins with "candle_"
    const char* meaning = nullptr;
    const char* source = nullptr;
    int case_count = 0;
    Case cases[6];
    int margin = 0;         ///< bars that TA-Lib waits beyond what the rule looks at
    bool confirmed = false; ///< a close within three bars may confirm it

    constexpr void add(const Case& one) noexcept { cases[case_count++] = one; }
};

struct Pair {
    Case white;
    Case black;
};

/// The colour of a candle decides the sign; all else is the same.
template <class... Literals>
constexpr Pair signed_by(int lag, Literals... literals) noexcept {
    return {all_of(100, white(lag), literals...), all_of(-100, black(lag), literals...)};
}

constexpr void add(Pattern& to, const Case& one) noexcept { to.add(one); }
constexpr void add(Pattern& to, const Pair& two) noexcept {
    to.add(two.white);
    to.add(two.black);
}

template <class... Cases>
constexpr Pattern pattern(const char* name, const char* meaning, const char* source, const Cases&... cases) noexcept {
    Pattern out;
    out.name = name;
    out.meaning = meaning;
    out.source = source;
    (add(out, cases), ...);
    return out;
}

constexpr Pattern with_margin(Pattern it, int margin) noexcept {
    it.margin = margin;
    return it;
}
constexpr Pattern confirmed(Pattern it, int margin) noexcept {
    it.confirmed = true;
    return with_margin(it, margin);
}

inline constexpr Pattern two_crows = pattern(
    "candle_two_crows", "after a long white candle a black one gaps up, the next falls back into the first body: -100 or 0",
    "TA-Lib CDL2CROWS",
    all_of(-100, white(2), body(2) > body_long(2), black(1), gap_up(1, 2), black(0), open(0) < open(1), open(0) > close(1),
           close(0) > open(2), close(0) < close(2)));

inline constexpr Pattern three_black_crows = pattern(
    "candle_three_black_crows", "three falling black candles that close near their lows: -100 or 0", "TA-Lib CDL3BLACKCROWS",
    all_of(-100, white(3), black(2), lower(2) < shadow_very_short(2), black(1), lower(1) < shadow_very_short(1), black(0),
           lower(0) < shadow_very_short(0), open(1) < open(2), open(1) > close(2), open(0) < open(1), open(0) > close(1),
           high(3) > close(2), close(2) > close(1), close(1) > close(0)));

inline constexpr Pattern three_inside = pattern(
    "candle_three_inside", "a long candle, a short one inside it, and a reversal beyond its open: -100, 0 or 100",
    "TA-Lib CDL3INSIDE",
    all_of(-100, white(2), body(2) > body_long(2), body(1) <= body_short(1), top(1) < top(2), bottom(1) > bottom(2), black(0),
           close(0) < open(2)),
    all_of(100, black(2), body(2) > body_long(2), body(1) <= body_short(1), top(1) < top(2), bottom(1) > bottom(2), white(0),
           close(0) > open(2)));

inline constexpr Pattern three_line_strike = pattern(
    "candle_three_line_strike", "three candles of one direction and one that takes all of it back: -100, 0 or 100",
    "TA-Lib CDL3LINESTRIKE",
    all_of(100, white(3), white(2), white(1), black(0), open(2) >= bottom(3) - near(3), open(2) <= top(3) + near(3),
           open(1) >= bottom(2) - near(2), open(1) <= top(2) + near(2), close(1) > close(2), close(2) > close(3),
           open(0) > close(1), close(0) < open(3)),
    all_of(-100, black(3), black(2), black(1), white(0), open(2) >= bottom(3) - near(3), open(2) <= top(3) + near(3),
           open(1) >= bottom(2) - near(2), open(1) <= top(2) + near(2), close(1) < close(2), close(2) < close(3),
           open(0) < close(1), close(0) > open(3)));

inline constexpr Pattern three_outside = with_margin(
    pattern(
        "candle_three_outside", "an engulfing candle and one that goes further: -100, 0 or 100", "TA-Lib CDL3OUTSIDE",
        all_of(100, white(1), black(2), close(1) > open(2), open(1) < close(2), close(0) > close(1)),
        all_of(-100, black(1), white(2), open(1) > close(2), close(1) < open(2), close(0) < close(1))),
    1);

inline constexpr Pattern three_stars_in_south = pattern(
    "candle_three_stars_in_south", "three ever smaller black candles with ever higher lows: 100 or 0", "TA-Lib CDL3STARSINSOUTH",
    all_of(100, black(2), black(1), black(0), body(2) > body_long(2), lower(2) > shadow_long(2), body(1) < body(2),
           open(1) > close(2), open(1) <= high(2), low(1) < close(2), low(1) >= low(2), lower(1) > shadow_very_short(1),
           body(0) < body_short(0), lower(0) < shadow_very_short(0), upper(0) < shadow_very_short(0), low(0) > low(1),
           high(0) < high(1)));

inline constexpr Pattern three_white_soldiers = pattern(
    "candle_three_white_soldiers", "three rising white candles that close near their highs: 100 or 0", "TA-Lib CDL3WHITESOLDIERS",
    all_of(100, white(2), upper(2) < shadow_very_short(2), white(1), upper(1) < shadow_very_short(1), white(0),
           upper(0) < shadow_very_short(0), close(0) > close(1), close(1) > close(2), open(1) > open(2),
           open(1) <= close(2) + near(2), open(0) > open(1), open(0) <= close(1) + near(1), body(1) > body(2) - far(2),
           body(0) > body(1) - far(1), body(0) > body_short(0)));

inline constexpr Pattern abandoned_baby = pattern(
    "candle_abandoned_baby", "a doji apart from the long candle before it and the reversal after it: -100, 0 or 100",
    "TA-Lib CDLABANDONEDBABY",
    all_of(-100, body(2) > body_long(2), body(1) <= body_doji(1), body(0) > body_short(0), white(2), black(0),
           close(0) < close(2) - body(2) * Share::star, candle_gap_up(1, 2), candle_gap_down(0, 1)),
    all_of(100, body(2) > body_long(2), body(1) <= body_doji(1), body(0) > body_short(0), black(2), white(0),
           close(0) > close(2) + body(2) * Share::star, candle_gap_down(1, 2), candle_gap_up(0, 1)));

namespace advance {
template <class... Literals>
constexpr Case block(Literals... weakness) noexcept {
    return all_of(-100, white(2), white(1), white(0), close(0) > close(1), close(1) > close(2), open(1) > open(2),
                  open(1) <= close(2) + near(2), open(0) > open(1), open(0) <= close(1) + near(1), body(2) > body_long(2),
                  upper(2) < shadow_short(2), weakness...);
}
} // namespace advance

inline constexpr Pattern advance_block = pattern(
    "candle_advance_block", "three rising white candles that grow weaker: -100 or 0", "TA-Lib CDLADVANCEBLOCK",
    advance::block(body(1) < body(2) - far(2), body(0) < body(1) + near(1)),
    advance::block(body(0) < body(1) - far(1)),
    advance::block(body(0) < body(1), body(1) < body(2), upper(0) > shadow_short(0)),
    advance::block(body(0) < body(1), body(1) < body(2), upper(1) > shadow_short(1)),
    advance::block(body(0) < body(1), upper(0) > shadow_long(0)));

inline constexpr Pattern belt_hold = pattern(
    "candle_belt_hold", "a long candle that opens at its extreme: -100, 0 or 100", "TA-Lib CDLBELTHOLD",
    all_of(100, body(0) > body_long(0), white(0), lower(0) < shadow_very_short(0)),
    all_of(-100, body(0) > body_long(0), black(0), upper(0) < shadow_very_short(0)));

inline constexpr Pattern breakaway = pattern(
    "candle_breakaway", "a gap in the direction of a long candle, two more that way, and a close back in the gap: -100, 0 or 100",
    "TA-Lib CDLBREAKAWAY",
    all_of(100, body(4) > body_long(4), black(4), black(3), black(1), white(0), gap_down(3, 4), high(2) < high(3),
           low(2) < low(3), high(1) < high(2), low(1) < low(2), close(0) > open(3), close(0) < close(4)),
    all_of(-100, body(4) > body_long(4), white(4), white(3), white(1), black(0), gap_up(3, 4), high(2) > high(3),
           low(2) > low(3), high(1) > high(2), low(1) > low(2), close(0) < open(3), close(0) > close(4)));

inline constexpr Pattern closing_marubozu = pattern(
    "candle_closing_marubozu", "a long candle that closes at its extreme: -100, 0 or 100", "TA-Lib CDLCLOSINGMARUBOZU",
    all_of(100, body(0) > body_long(0), white(0), upper(0) < shadow_very_short(0)),
    all_of(-100, body(0) > body_long(0), black(0), lower(0) < shadow_very_short(0)));

inline constexpr Pattern concealing_baby_swallow = pattern(
    "candle_concealing_baby_swallow", "four black candles, the last engulfing the third's shadow: 100 or 0", "TA-Lib CDLCONCEALBABYSWALL",
    all_of(100, black(3), black(2), black(1), black(0), lower(3) < shadow_very_short(3), upper(3) < shadow_very_short(3),
           lower(2) < shadow_very_short(2), upper(2) < shadow_very_short(2), gap_down(1, 2), upper(1) > shadow_very_short(1),
           high(1) > close(2), high(0) > high(1), low(0) < low(1)));

inline constexpr Pattern counterattack = pattern(
    "candle_counterattack", "two long candles of opposite colour with equal closes: -100, 0 or 100", "TA-Lib CDLCOUNTERATTACK",
    all_of(100, black(1), white(0), body(1) > body_long(1), body(0) > body_long(0), close(0) <= close(1) + equal(1),
           close(0) >= close(1) - equal(1)),
    all_of(-100, white(1), black(0), body(1) > body_long(1), body(0) > body_long(0), close(0) <= close(1) + equal(1),
           close(0) >= close(1) - equal(1)));

inline constexpr Pattern dark_cloud_cover = pattern(
    "candle_dark_cloud_cover", "after a long white candle a black one opens above its high and closes deep in its body: -100 or 0",
    "TA-Lib CDLDARKCLOUDCOVER",
    all_of(-100, white(1), body(1) > body_long(1), black(0), open(0) > high(1), close(0) > open(1),
           close(0) < close(1) - body(1) * Share::cover));

inline constexpr Pattern doji = pattern(
    "candle_doji", "open and close are about the same: 100 or 0", "TA-Lib CDLDOJI", all_of(100, body(0) <= body_doji(0)));

inline constexpr Pattern doji_star = pattern(
    "candle_doji_star", "a doji that gaps away from a long candle: -100, 0 or 100", "TA-Lib CDLDOJISTAR",
    all_of(-100, body(1) > body_long(1), body(0) <= body_doji(0), white(1), gap_up(0, 1)),
    all_of(100, body(1) > body_long(1), body(0) <= body_doji(0), black(1), gap_down(0, 1)));

inline constexpr Pattern dragonfly_doji = pattern(
    "candle_dragonfly_doji", "a doji with a lower shadow only: 100 or 0", "TA-Lib CDLDRAGONFLYDOJI",
    all_of(100, body(0) <= body_doji(0), upper(0) < shadow_very_short(0), lower(0) > shadow_very_short(0)));

inline constexpr Pattern engulfing = with_margin(
    pattern(
        "candle_engulfing", "a body that covers the one before it, of the other colour: -100, -80, 0, 80 or 100", "TA-Lib CDLENGULFING",
        all_of(100, white(0), black(1), close(0) > open(1), open(0) < close(1)),
        all_of(80, white(0), black(1), close(0) >= open(1), open(0) < close(1)),
        all_of(80, white(0), black(1), close(0) > open(1), open(0) <= close(1)),
        all_of(-100, black(0), white(1), open(0) > close(1), close(0) < open(1)),
        all_of(-80, black(0), white(1), open(0) >= close(1), close(0) < open(1)),
        all_of(-80, black(0), white(1), open(0) > close(1), close(0) <= open(1))),
    1);

inline constexpr Pattern evening_doji_star = pattern(
    "candle_evening_doji_star", "a doji above a long white candle, then a black one deep into that: -100 or 0", "TA-Lib CDLEVENINGDOJISTAR",
    all_of(-100, body(2) > body_long(2), white(2), body(1) <= body_doji(1), gap_up(1, 2), body(0) > body_short(0), black(0),
           close(0) < close(2) - body(2) * Share::star));

inline constexpr Pattern evening_star = pattern(
    "candle_evening_star", "a small body above a long white candle, then a black one deep into that: -100 or 0", "TA-Lib CDLEVENINGSTAR",
    all_of(-100, body(2) > body_long(2), white(2), body(1) <= body_short(1), gap_up(1, 2), body(0) > body_short(0), black(0),
           close(0) < close(2) - body(2) * Share::star));

inline constexpr Pattern gap_side_side_white = pattern(
    "candle_gap_side_side_white", "two like white candles side by side after a gap: -100, 0 or 100", "TA-Lib CDLGAPSIDESIDEWHITE",
    all_of(100, gap_up(1, 2), gap_up(0, 2), white(1), white(0), body(0) >= body(1) - near(1), body(0) <= body(1) + near(1),
           open(0) >= open(1) - equal(1), open(0) <= open(1) + equal(1)),
    all_of(-100, gap_down(1, 2), gap_down(0, 2), white(1), white(0), body(0) >= body(1) - near(1), body(0) <= body(1) + near(1),
           open(0) >= open(1) - equal(1), open(0) <= open(1) + equal(1)));

inline constexpr Pattern gravestone_doji = pattern(
    "candle_gravestone_doji", "a doji with an upper shadow only: 100 or 0", "TA-Lib CDLGRAVESTONEDOJI",
    all_of(100, body(0) <= body_doji(0), lower(0) < shadow_very_short(0), upper(0) > shadow_very_short(0)));

inline constexpr Pattern hammer = pattern(
    "candle_hammer", "a small body with a long lower shadow, near or under the low before it: 100 or 0", "TA-Lib CDLHAMMER",
    all_of(100, body(0) < body_short(0), lower(0) > shadow_long(0), upper(0) < shadow_very_short(0), bottom(0) <= low(1) + near(1)));

inline constexpr Pattern hanging_man = pattern(
    "candle_hanging_man", "a small body with a long lower shadow, near or above the high before it: -100 or 0", "TA-Lib CDLHANGINGMAN",
    all_of(-100, body(0) < body_short(0), lower(0) > shadow_long(0), upper(0) < shadow_very_short(0), bottom(0) >= high(1) - near(1)));

inline constexpr Pattern harami = pattern(
    "candle_harami", "a small body inside a long one: -100, -80, 0, 80 or 100", "TA-Lib CDLHARAMI",
    all_of(-100, white(1), body(1) > body_long(1), body(0) <= body_short(0), top(0) < top(1), bottom(0) > bottom(1)),
    all_of(-80, white(1), body(1) > body_long(1), body(0) <= body_short(0), top(0) <= top(1), bottom(0) >= bottom(1)),
    all_of(100, black(1), body(1) > body_long(1), body(0) <= body_short(0), top(0) < top(1), bottom(0) > bottom(1)),
    all_of(80, black(1), body(1) > body_long(1), body(0) <= body_short(0), top(0) <= top(1), bottom(0) >= bottom(1)));

inline constexpr Pattern harami_cross = pattern(
    "candle_harami_cross", "a doji inside a long body: -100, -80, 0, 80 or 100", "TA-Lib CDLHARAMICROSS",
    all_of(-100, white(1), body(1) > body_long(1), body(0) <= body_doji(0), top(0) < top(1), bottom(0) > bottom(1)),
    all_of(-80, white(1), body(1) > body_long(1), body(0) <= body_doji(0), top(0) <= top(1), bottom(0) >= bottom(1)),
    all_of(100, black(1), body(1) > body_long(1), body(0) <= body_doji(0), top(0) < top(1), bottom(0) > bottom(1)),
    all_of(80, black(1), body(1) > body_long(1), body(0) <= body_doji(0), top(0) <= top(1), bottom(0) >= bottom(1)));

inline constexpr Pattern high_wave = pattern(
    "candle_high_wave", "a short body with two very long shadows: -100, 0 or 100", "TA-Lib CDLHIGHWAVE",
    signed_by(0, body(0) < body_short(0), upper(0) > shadow_very_long(0), lower(0) > shadow_very_long(0)));

inline constexpr Pattern hikkake = confirmed(
    pattern(
        "candle_hikkake", "an inside bar and a false break: -100, 0 or 100, twice that when a close within three bars confirms",
        "Chesler 2004; TA-Lib CDLHIKKAKE",
        all_of(100, high(1) < high(2), low(1) > low(2), high(0) < high(1), low(0) < low(1)),
        all_of(-100, high(1) < high(2), low(1) > low(2), high(0) > high(1), low(0) > low(1))),
    0);

inline constexpr Pattern hikkake_modified = confirmed(
    pattern(
        "candle_hikkake_modified",
        "two inside bars and a false break: -100, 0 or 100, twice that when a close within three bars confirms",
        "Chesler 2004; TA-Lib CDLHIKKAKEMOD",
        all_of(100, high(2) < high(3), low(2) > low(3), high(1) < high(2), low(1) > low(2), high(0) < high(1), low(0) < low(1),
               close(2) <= low(2) + near(2)),
        all_of(-100, high(2) < high(3), low(2) > low(3), high(1) < high(2), low(1) > low(2), high(0) > high(1), low(0) > low(1),
               close(2) >= high(2) - near(2))),
    -1);

} // namespace martlet::kernels::candle::rules
