#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/candle_patterns.hpp"

// The second half of the patterns, from homing pigeon on, and the list of all.

namespace martlet::kernels::candle::rules {

inline constexpr Pattern homing_pigeon = pattern(
    "candle_homing_pigeon", "a small black body inside a long black one: 100 or 0", "TA-Lib CDLHOMINGPIGEON",
    all_of(100, black(1), black(0), body(1) > body_long(1), body(0) <= body_short(0), open(0) < open(1), close(0) > close(1)));

inline constexpr Pattern identical_three_crows = pattern(
    "candle_identical_three_crows", "three falling black candles, each opening at the close before it: -100 or 0",
    "TA-Lib CDLIDENTICAL3CROWS",
    all_of(-100, black(2), lower(2) < shadow_very_short(2), black(1), lower(1) < shadow_very_short(1), black(0),
           lower(0) < shadow_very_short(0), close(2) > close(1), close(1) > close(0), open(1) <= close(2) + equal(2),
           open(1) >= close(2) - equal(2), open(0) <= close(1) + equal(1), open(0) >= close(1) - equal(1)));

inline constexpr Pattern in_neck = pattern(
    "candle_in_neck", "after a long black candle a white one opens under its low and closes at its close: -100 or 0",
    "TA-Lib CDLINNECK",
    all_of(-100, black(1), body(1) > body_long(1), white(0), open(0) < low(1), close(0) <= close(1) + equal(1), close(0) >= close(1)));

inline constexpr Pattern inverted_hammer = pattern(
    "candle_inverted_hammer", "a small body with a long upper shadow that gaps down: 100 or 0", "TA-Lib CDLINVERTEDHAMMER",
    all_of(100, body(0) < body_short(0), upper(0) > shadow_long(0), lower(0) < shadow_very_short(0), gap_down(0, 1)));

namespace kick {
template <class... Literals>
constexpr Case up(int value, Literals... length) noexcept {
    return all_of(value, black(1), white(0), body(1) > body_long(1), upper(1) < shadow_very_short(1), lower(1) < shadow_very_short(1),
                  body(0) > body_long(0), upper(0) < shadow_very_short(0), lower(0) < shadow_very_short(0), candle_gap_up(0, 1),
                  length...);
}
template <class... Literals>
constexpr Case down(int value, Literals... length) noexcept {
    return all_of(value, white(1), black(0), body(1) > body_long(1), upper(1) < shadow_very_short(1), lower(1) < shadow_very_short(1),
                  body(0) > body_long(0), upper(0) < shadow_very_short(0), lower(0) < shadow_very_short(0), candle_gap_down(0, 1),
                  length...);
}
} // namespace kick

inline constexpr Pattern kicking = pattern(
    "candle_kicking", "two marubozu of opposite colours with a gap between them: -100, 0 or 100", "TA-Lib CDLKICKING",
    kick::up(100), kick::down(-100));

inline constexpr Pattern kicking_by_length = pattern(
    "candle_kicking_by_length", "kicking, its direction that of the longer candle: -100, 0 or 100", "TA-Lib CDLKICKINGBYLENGTH",
    kick::up(100, body(0) > body(1)), kick::up(-100, body(0) <= body(1)), kick::down(-100, body(0) > body(1)),
    kick::down(100, body(0) <= body(1)));

inline constexpr Pattern ladder_bottom = pattern(
    "candle_ladder_bottom", "three falling black candles, a black one with an upper shadow, and a white one above it: 100 or 0",
    "TA-Lib CDLLADDERBOTTOM",
    all_of(100, black(4), black(3), black(2), open(4) > open(3), open(3) > open(2), close(4) > close(3), close(3) > close(2), black(1),
           upper(1) > shadow_very_short(1), white(0), open(0) > open(1), close(0) > high(1)));

inline constexpr Pattern long_legged_doji = pattern(
    "candle_long_legged_doji", "a doji with a long shadow: 100 or 0", "TA-Lib CDLLONGLEGGEDDOJI",
    all_of(100, body(0) <= body_doji(0), lower(0) > shadow_long(0)), all_of(100, body(0) <= body_doji(0), upper(0) > shadow_long(0)));

inline constexpr Pattern long_line = pattern(
    "candle_long_line", "a long body with short shadows: -100, 0 or 100", "TA-Lib CDLLONGLINE",
    signed_by(0, body(0) > body_long(0), upper(0) < shadow_short(0), lower(0) < shadow_short(0)));

inline constexpr Pattern marubozu = pattern(
    "candle_marubozu", "a long body without shadows: -100, 0 or 100", "TA-Lib CDLMARUBOZU",
    signed_by(0, body(0) > body_long(0), upper(0) < shadow_very_short(0), lower(0) < shadow_very_short(0)));

inline constexpr Pattern matching_low = pattern(
    "candle_matching_low", "two black candles with equal closes: 100 or 0", "TA-Lib CDLMATCHINGLOW",
    all_of(100, black(1), black(0), close(0) <= close(1) + equal(1), close(0) >= close(1) - equal(1)));

inline constexpr Pattern mat_hold = pattern(
    "candle_mat_hold", "a long white candle, three small ones that hold in it, and a new high: 100 or 0", "TA-Lib CDLMATHOLD",
    all_of(100, body(4) > body_long(4), body(3) < body_short(3), body(2) < body_short(2), body(1) < body_short(1), white(4), black(3),
           white(0), gap_up(3, 4), bottom(2) < close(4), bottom(1) < close(4), bottom(2) > close(4) - body(4) * Share::cover,
           bottom(1) > close(4) - body(4) * Share::cover, top(2) < open(3), top(1) < top(2), open(0) > close(1), close(0) > high(3),
           close(0) > high(2), close(0) > high(1)));

inline constexpr Pattern morning_doji_star = pattern(
    "candle_morning_doji_star", "a doji under a long black candle, then a white one deep into that: 100 or 0", "TA-Lib CDLMORNINGDOJISTAR",
    all_of(100, body(2) > body_long(2), black(2), body(1) <= body_doji(1), gap_down(1, 2), body(0) > body_short(0), white(0),
           close(0) > close(2) + body(2) * Share::star));

inline constexpr Pattern morning_star = pattern(
    "candle_morning_star", "a small body under a long black candle, then a white one deep into that: 100 or 0", "TA-Lib CDLMORNINGSTAR",
    all_of(100, body(2) > body_long(2), black(2), body(1) <= body_short(1), gap_down(1, 2), body(0) > body_short(0), white(0),
           close(0) > close(2) + body(2) * Share::star));

inline constexpr Pattern on_neck = pattern(
    "candle_on_neck", "after a long black candle a white one opens under its low and closes at it: -100 or 0", "TA-Lib CDLONNECK",
    all_of(-100, black(1), body(1) > body_long(1), white(0), open(0) < low(1), close(0) <= low(1) + equal(1), close(0) >= low(1) - equal(1)));

inline constexpr Pattern piercing = pattern(
    "candle_piercing", "after a long black candle a long white one opens under its low and closes above its middle: 100 or 0",
    "TA-Lib CDLPIERCING",
    all_of(100, black(1), body(1) > body_long(1), white(0), body(0) > body_long(0), open(0) < low(1), close(0) < open(1),
           close(0) > close(1) + body(1) * Share::half));

inline constexpr Pattern rickshaw_man = pattern(
    "candle_rickshaw_man", "a doji with two long shadows and its body near the middle: 100 or 0", "TA-Lib CDLRICKSHAWMAN",
    all_of(100, body(0) <= body_doji(0), lower(0) > shadow_long(0), upper(0) > shadow_long(0), bottom(0) <= middle(0) + near(0),
           top(0) >= middle(0) - near(0)));

inline constexpr Pattern rise_fall_three_methods = pattern(
    "candle_rise_fall_three_methods", "a long candle, three small ones against it within its range, and another long one: -100, 0 or 100",
    "TA-Lib CDLRISEFALL3METHODS",
    all_of(100, body(4) > body_long(4), body(3) < body_short(3), body(2) < body_short(2), body(1) < body_short(1),
           body(0) > body_long(0), white(4), black(3), black(2), black(1), white(0), bottom(3) < high(4), top(3) > low(4),
           bottom(2) < high(4), top(2) > low(4), bottom(1) < high(4), top(1) > low(4), close(2) < close(3), close(1) < close(2),
           open(0) > close(1), close(0) > close(4)),
    all_of(-100, body(4) > body_long(4), body(3) < body_short(3), body(2) < body_short(2), body(1) < body_short(1),
           body(0) > body_long(0), black(4), white(3), white(2), white(1), black(0), bottom(3) < high(4), top(3) > low(4),
           bottom(2) < high(4), top(2) > low(4), bottom(1) < high(4), top(1) > low(4), close(2) > close(3), close(1) > close(2),
           open(0) < close(1), close(0) < close(4)));

inline constexpr Pattern separating_lines = pattern(
    "candle_separating_lines", "two candles of opposite colours with equal opens: -100, 0 or 100", "TA-Lib CDLSEPARATINGLINES",
    all_of(100, black(1), white(0), open(0) <= open(1) + equal(1), open(0) >= open(1) - equal(1), body(0) > body_long(0),
           lower(0) < shadow_very_short(0)),
    all_of(-100, white(1), black(0), open(0) <= open(1) + equal(1), open(0) >= open(1) - equal(1), body(0) > body_long(0),
           upper(0) < shadow_very_short(0)));

inline constexpr Pattern shooting_star = pattern(
    "candle_shooting_star", "a small body with a long upper shadow that gaps up: -100 or 0", "TA-Lib CDLSHOOTINGSTAR",
    all_of(-100, body(0) < body_short(0), upper(0) > shadow_long(0), lower(0) < shadow_very_short(0), gap_up(0, 1)));

inline constexpr Pattern short_line = pattern(
    "candle_short_line", "a short body with short shadows: -100, 0 or 100", "TA-Lib CDLSHORTLINE",
    signed_by(0, body(0) < body_short(0), upper(0) < shadow_short(0), lower(0) < shadow_short(0)));

inline constexpr Pattern spinning_top = pattern(
    "candle_spinning_top", "a short body with shadows longer than it: -100, 0 or 100", "TA-Lib CDLSPINNINGTOP",
    signed_by(0, body(0) < body_short(0), upper(0) > body(0), lower(0) > body(0)));

inline constexpr Pattern stalled_pattern = pattern(
    "candle_stalled_pattern", "two long white candles and a small one that rides on them: -100 or 0", "TA-Lib CDLSTALLEDPATTERN",
    all_of(-100, white(2), white(1), white(0), close(0) > close(1), close(1) > close(2), body(2) > body_long(2), body(1) > body_long(1),
           upper(1) < shadow_very_short(1), open(1) > open(2), open(1) <= close(2) + near(2), body(0) < body_short(0),
           open(0) >= drop(0) - near(1)));

inline constexpr Pattern stick_sandwich = pattern(
    "candle_stick_sandwich", "a white candle between two black ones with equal closes: 100 or 0", "TA-Lib CDLSTICKSANDWICH",
    all_of(100, black(2), white(1), black(0), low(1) > close(2), close(0) <= close(2) + equal(2), close(0) >= close(2) - equal(2)));

inline constexpr Pattern takuri = pattern(
    "candle_takuri", "a dragonfly doji with a very long lower shadow: 100 or 0", "TA-Lib CDLTAKURI",
    all_of(100, body(0) <= body_doji(0), upper(0) < shadow_very_short(0), lower(0) > shadow_very_long(0)));

inline constexpr Pattern tasuki_gap = pattern(
    "candle_tasuki_gap", "a gap, and a like candle of the other colour that closes within it: -100, 0 or 100", "TA-Lib CDLTASUKIGAP",
    all_of(100, gap_up(1, 2), white(1), black(0), open(0) < close(1), open(0) > open(1), close(0) < open(1), close(0) > top(2),
           difference(0) < near(1)),
    all_of(-100, gap_down(1, 2), black(1), white(0), open(0) < open(1), open(0) > close(1), close(0) > open(1), close(0) < bottom(2),
           difference(0) < near(1)));

inline constexpr Pattern thrusting = pattern(
    "candle_thrusting", "after a long black candle a white one opens under its low and closes in its lower half: -100 or 0",
    "TA-Lib CDLTHRUSTING",
    all_of(-100, black(1), body(1) > body_long(1), white(0), open(0) < low(1), close(0) > close(1) + equal(1),
           close(0) <= close(1) + body(1) * Share::half));

inline constexpr Pattern tristar = pattern(
    "candle_tristar", "three dojis, the middle one apart: -100, 0 or 100", "TA-Lib CDLTRISTAR",
    all_of(-100, body(2) <= body_doji(2), body(1) <= body_doji(2), body(0) <= body_doji(2), gap_up(1, 2), top(0) < top(1)),
    all_of(100, body(2) <= body_doji(2), body(1) <= body_doji(2), body(0) <= body_doji(2), gap_down(1, 2), bottom(0) > bottom(1)));

inline constexpr Pattern unique_three_river = pattern(
    "candle_unique_three_river", "a long black candle, a black harami with a new low, and a small white one: 100 or 0",
    "TA-Lib CDLUNIQUE3RIVER",
    all_of(100, body(2) > body_long(2), black(2), black(1), close(1) > close(2), open(1) <= open(2), low(1) < low(2),
           body(0) < body_short(0), white(0), open(0) > low(1)));

inline constexpr Pattern upside_gap_two_crows = pattern(
    "candle_upside_gap_two_crows", "after a long white candle two black ones above it, the second engulfing the first: -100 or 0",
    "TA-Lib CDLUPSIDEGAP2CROWS",
    all_of(-100, white(2), body(2) > body_long(2), black(1), body(1) <= body_short(1), gap_up(1, 2), black(0), open(0) > open(1),
           close(0) < close(1), close(0) > close(2)));

inline constexpr Pattern gap_three_methods = pattern(
    "candle_gap_three_methods", "two candles with a gap between them, and one that closes it: -100, 0 or 100", "TA-Lib CDLXSIDEGAP3METHODS",
    all_of(100, white(2), white(1), black(0), open(0) < top(1), open(0) > bottom(1), close(0) < top(2), close(0) > bottom(2), gap_up(1, 2)),
    all_of(-100, black(2), black(1), white(0), open(0) < top(1), open(0) > bottom(1), close(0) < top(2), close(0) > bottom(2),
           gap_down(1, 2)));

/// All, in the order of TA-Lib's names.
inline constexpr const Pattern* patterns[] = {
    &two_crows, &three_black_crows, &three_inside, &three_line_strike, &three_outside, &three_stars_in_south, &three_white_soldiers,
    &abandoned_baby, &advance_block, &belt_hold, &breakaway, &closing_marubozu, &concealing_baby_swallow, &counterattack,
    &dark_cloud_cover, &doji, &doji_star, &dragonfly_doji, &engulfing, &evening_doji_star, &evening_star, &gap_side_side_white,
    &gravestone_doji, &hammer, &hanging_man, &harami, &harami_cross, &high_wave, &hikkake, &hikkake_modified, &homing_pigeon,
    &identical_three_crows, &in_neck, &inverted_hammer, &kicking, &kicking_by_length, &ladder_bottom, &long_legged_doji, &long_line,
    &marubozu, &matching_low, &mat_hold, &morning_doji_star, &morning_star, &on_neck, &piercing, &rickshaw_man,
    &rise_fall_three_methods, &separating_lines, &shooting_star, &short_line, &spinning_top, &stalled_pattern, &stick_sandwich,
    &takuri, &tasuki_gap, &thrusting, &tristar, &unique_three_river, &upside_gap_two_crows, &gap_three_methods};
inline constexpr int pattern_count = static_cast<int>(sizeof(patterns) / sizeof(*patterns));
static_assert(pattern_count == 61);

} // namespace martlet::kernels::candle::rules
