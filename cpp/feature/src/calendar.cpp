#include "martlet/calendar.hpp"

#include <algorithm>
#include <chrono>

namespace martlet {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t day_nanoseconds = day_seconds * second;
constexpr double pi = 0x1.921fb54442d18p+1;
constexpr std::int64_t friday = 4;

/// The largest whole number that is not above a ÷ b; b is positive.
std::int64_t divided_down(std::int64_t a, std::int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }

/// A moment on the local clock.
struct LocalTime {
    std::int64_t day;         ///< days since 1970-01-01
    std::int64_t nanoseconds; ///< since midnight

    LocalTime(std::int64_t utc, std::int32_t offset_seconds) noexcept {
        // Days and the rest apart, so that no offset overflows.
        const std::int64_t utc_day = divided_down(utc, day_nanoseconds);
        const std::int64_t moved = utc - utc_day * day_nanoseconds + offset_seconds * second;
        const std::int64_t days = divided_down(moved, day_nanoseconds);
        day = utc_day + days;
        nanoseconds = moved - days * day_nanoseconds;
    }
    /// 0 Monday … 6 Sunday. The first of January 1970 was a Thursday.
    std::int64_t weekday() const noexcept { return weekday_of(day); }
    static std::int64_t weekday_of(std::int64_t day) noexcept { return (day + 3) - divided_down(day + 3, 7) * 7; }
};

/// sin x for |x| ≤ π/4, Taylor: the rest is below 10⁻¹⁸.
double sine_near_zero(double x) noexcept {
    const double z = x * x;
    double sum = -1.0 / 1307674368000.0; // 15!
    sum = sum * z + 1.0 / 6227020800.0;
    sum = sum * z - 1.0 / 39916800;
    sum = sum * z + 1.0 / 362880;
    sum = sum * z - 1.0 / 5040;
    sum = sum * z + 1.0 / 120;
    sum = sum * z - 1.0 / 6;
    return x + x * z * sum;
}

/// cos x for |x| ≤ π/4.
double cosine_near_zero(double x) noexcept {
    const double z = x * x;
    double sum = 1.0 / 20922789888000.0; // 16!
    sum = sum * z - 1.0 / 87178291200.0;
    sum = sum * z + 1.0 / 479001600;
    sum = sum * z - 1.0 / 3628800;
    sum = sum * z + 1.0 / 40320;
    sum = sum * z - 1.0 / 720;
    sum = sum * z + 1.0 / 24;
    return 1 - (0.5 * z - z * z * sum);
}

std::int64_t third_friday(std::int32_t year, std::int32_t month) noexcept {
    const std::int64_t first = days_of_date(year, month, 1);
    return first + (friday - LocalTime::weekday_of(first) + 7) % 7 + 14;
}

/// The first third Friday of a month that is a multiple of `step` which is not before `day`.
std::int64_t next_third_friday(std::int64_t day, std::int32_t step) noexcept {
    const CalendarDate date = date_of_days(day);
    std::int32_t year = date.year, month = date.month;
    for (;;) {
        if (month % step == 0 && third_friday(year, month) >= day) return third_friday(year, month);
        if (++month > 12) {
            month = 1;
            ++year;
        }
    }
}

double seconds_between(std::int64_t from, std::int64_t to) noexcept {
    return (static_cast<double>(to / second) - static_cast<double>(from / second)) + static_cast<double>(to % second - from % second) / 1e9;
}

} // namespace

CircleFeatures circle_features(double turns) noexcept {
    if (!(turns >= -0x1p52 && turns <= 0x1p52)) return {0, 1};
    // The turn within ±1/8 of a quarter: exact, since all of it are small multiples of a power of two.
    const double quarters = turns * 4;
    const double nearest = __builtin_floor(quarters + 0.5);
    const double angle = (quarters - nearest) * (pi / 2);
    const double sine = sine_near_zero(angle), cosine = cosine_near_zero(angle);
    const double quadrant = nearest - 4 * __builtin_floor(nearest / 4);
    if (quadrant == 0) return {sine, cosine};
    if (quadrant == 1) return {cosine, -sine};
    if (quadrant == 2) return {-sine, -cosine};
    return {-cosine, sine};
}

SessionFeatures session_features(std::int64_t utc_nanoseconds, std::int32_t offset_seconds, SessionHours hours) noexcept {
    const LocalTime now(utc_nanoseconds, offset_seconds);
    const std::int64_t open = hours.open_seconds * second, close = hours.close_seconds * second;
    const std::int64_t length = close > open ? close - open : close - open + day_nanoseconds;
    const std::int64_t since = now.nanoseconds >= open ? now.nanoseconds - open : now.nanoseconds - open + day_nanoseconds;
    const bool inside = since < length;
    constexpr double minute = 60e9;
    SessionFeatures out;
    out.open = inside ? 1 : 0;
    out.minute = static_cast<double>(since) / minute;
    out.progress = inside ? static_cast<double>(since) / static_cast<double>(length) : 1;
    out.minutes_left = inside ? static_cast<double>(length - since) / minute : 0;
    out.minutes_to_open = inside ? 0 : static_cast<double>(day_nanoseconds - since) / minute;
    return out;
}

DateFeatures date_features(std::int64_t utc_nanoseconds, std::int32_t offset_seconds) noexcept {
    const LocalTime now(utc_nanoseconds, offset_seconds);
    const CalendarDate date = date_of_days(now.day);
    const double of_day = static_cast<double>(now.nanoseconds) / static_cast<double>(day_nanoseconds);
    const std::int64_t new_year = days_of_date(date.year, 1, 1), next_year = days_of_date(date.year + 1, 1, 1);
    const std::int64_t next_month = date.month == 12 ? next_year : days_of_date(date.year, date.month + 1, 1);
    const CircleFeatures day = circle_features(of_day);
    const CircleFeatures week = circle_features((static_cast<double>(now.weekday()) + of_day) / 7);
    const CircleFeatures year = circle_features(static_cast<double>(now.day - new_year) / static_cast<double>(next_year - new_year));
    DateFeatures out;
    out.day_sine = day.sine;
    out.day_cosine = day.cosine;
    out.week_sine = week.sine;
    out.week_cosine = week.cosine;
    out.year_sine = year.sine;
    out.year_cosine = year.cosine;
    out.weekday = static_cast<double>(now.weekday());
    out.day_of_month = date.day;
    out.days_to_month_end = static_cast<double>(next_month - 1 - now.day);
    out.month = date.month;
    return out;
}

ExpiryFeatures expiry_features(std::int64_t utc_nanoseconds, std::int32_t offset_seconds) noexcept {
    const LocalTime now(utc_nanoseconds, offset_seconds);
    const std::int64_t monthly = next_third_friday(now.day, 1);
    ExpiryFeatures out;
    out.days_to_monthly = static_cast<double>(monthly - now.day);
    out.days_to_quarterly = static_cast<double>(next_third_friday(now.day, 3) - now.day);
    out.monthly_week = monthly - now.day <= friday ? 1 : 0; // four days before it is a Monday
    return out;
}

EventFeatures event_features(
    std::int64_t utc_nanoseconds, const ScheduledEvent* events, std::int64_t count, EventWindow window) noexcept {
    EventFeatures out{window.horizon, window.horizon, 0};
    const ScheduledEvent* const end = events + count;
    const ScheduledEvent* const later = std::upper_bound(
        events, end, utc_nanoseconds, [](std::int64_t now, const ScheduledEvent& one) { return now < one.at_nanoseconds; });
    const auto known = [&](const ScheduledEvent& one) { return one.known_nanoseconds <= utc_nanoseconds; };
    for (const ScheduledEvent* one = later; one != end; ++one) {
        const double seconds = seconds_between(utc_nanoseconds, one->at_nanoseconds);
        if (!(seconds < window.horizon) && !(seconds <= window.before)) break;
        if (!known(*one)) continue;
        out.seconds_to_next = std::min(seconds, window.horizon);
        if (seconds <= window.before) out.inside = 1;
        break;
    }
    for (const ScheduledEvent* one = later; one != events; --one) {
        const ScheduledEvent& last = one[-1];
        const double seconds = seconds_between(last.at_nanoseconds, utc_nanoseconds);
        if (!(seconds < window.horizon) && !(seconds <= window.after)) break;
        if (!known(last)) continue;
        out.seconds_since_last = std::min(seconds, window.horizon);
        if (seconds <= window.after) out.inside = 1;
        break;
    }
    return out;
}

std::int64_t days_of_date(std::int32_t year, std::int32_t month, std::int32_t day) noexcept {
    const std::chrono::sys_days first = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) / 1;
    return first.time_since_epoch().count() + day - 1;
}

CalendarDate date_of_days(std::int64_t days) noexcept {
    const std::chrono::year_month_day date(std::chrono::sys_days(std::chrono::days(static_cast<std::int32_t>(days))));
    return {static_cast<int>(date.year()), static_cast<std::int32_t>(static_cast<unsigned>(date.month())),
            static_cast<std::int32_t>(static_cast<unsigned>(date.day()))};
}

} // namespace martlet
