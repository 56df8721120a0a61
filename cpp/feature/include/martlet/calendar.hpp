#pragma once
#include <cstddef>
#include <cstdint>

// What the clock and the calendar say at a moment: where in the session, the day, the week and the month it is,
// how far the next expiry and the next scheduled event are.
//
// A time is UTC nanoseconds since 1970; days and weeks are local, by the offset of the instrument's zone at that
// moment, which the caller resolves. Plain functions: nothing is kept, nothing fails, each O(1) unless stated.
// Sine and cosine are polynomials of their own, so that their bits do not depend on the processor.

namespace martlet {

/// Sine and cosine of `turns` whole turns (¼ is 90°), each within 10⁻¹⁵; 0 and 1 for what is not within ±2⁵².
struct CircleFeatures {
    double sine;
    double cosine;
};
CircleFeatures circle_features(double turns) noexcept;

/// A session of the local day, in seconds from midnight: open 0 … 86,399, close up to 86,400. One that closes at or
/// before its open goes over midnight.
struct SessionHours {
    std::int32_t open_seconds;
    std::int32_t close_seconds;
};

struct SessionFeatures {
    double open;           ///< 1 within the session (its open included, its close not), else 0
    double minute;         ///< minutes since its open; of the last one after its close
    double progress;       ///< share of it that is over, 0 … 1; 1 after its close
    double minutes_left;   ///< until its close; 0 after it
    double minutes_to_open; ///< until the next open; 0 within
};
/// Every day has a session: days without one are the caller's to leave out.
SessionFeatures session_features(std::int64_t utc_nanoseconds, std::int32_t offset_seconds, SessionHours hours) noexcept;

struct DateFeatures {
    double day_sine; ///< of the time of day, midnight 0
    double day_cosine;
    double week_sine; ///< of the time of the week, Monday's midnight 0
    double week_cosine;
    double year_sine; ///< of the day of the year, its first 0
    double year_cosine;
    double weekday;           ///< 0 Monday … 6 Sunday
    double day_of_month;      ///< 1 … 31
    double days_to_month_end; ///< days of the month that follow this one, 0 on its last
    double month;             ///< 1 … 12
};
DateFeatures date_features(std::int64_t utc_nanoseconds, std::int32_t offset_seconds) noexcept;

/// Expiries on third Fridays, in local days: 0 on the day itself. Where a holiday moves one, an event of the
/// schedule says it better.
struct ExpiryFeatures {
    double days_to_monthly;
    double days_to_quarterly; ///< the third Friday of March, June, September, December
    double monthly_week;      ///< 1 in the week, from Monday to Friday, that ends on a third Friday, else 0
};
ExpiryFeatures expiry_features(std::int64_t utc_nanoseconds, std::int32_t offset_seconds) noexcept;

/// A scheduled event (an earnings report, a central bank's meeting) and since when it is known that it will be.
struct ScheduledEvent {
    std::int64_t at_nanoseconds;
    std::int64_t known_nanoseconds;
};

struct EventFeatures {
    double seconds_to_next;    ///< at most `horizon`, and that where none is known
    double seconds_since_last; ///< the same for the last known one that is over or now
    double inside;             ///< 1 within `before` of a known event to come or `after` of one that is over, else 0
};

/// What of the future or past is said at most, and how near is inside, in seconds.
struct EventWindow {
    double horizon;
    double before;
    double after;
};

/// `events` are sorted by their time. One that is not known yet at the moment does not exist, so that nothing is
/// said before it could be known. O(log count + events unknown around the moment).
EventFeatures event_features(
    std::int64_t utc_nanoseconds, const ScheduledEvent* events, std::int64_t count, EventWindow window) noexcept;

/// Days since 1970-01-01 of a date of the Gregorian calendar, and back. Years −32,767 … 32,767, months 1 … 12; a day
/// beyond the month's last is one of the next.
std::int64_t days_of_date(std::int32_t year, std::int32_t month, std::int32_t day) noexcept;
struct CalendarDate {
    std::int32_t year;
    std::int32_t month; ///< 1 … 12
    std::int32_t day;   ///< 1 … 31
};
CalendarDate date_of_days(std::int64_t days) noexcept;

} // namespace martlet
