#include "civil_time.hpp"

#include <algorithm>

namespace martlet {
namespace {

constexpr bool is_leap(int year) noexcept { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

constexpr int days_in_month(int year, int month) noexcept {
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/// Hinnant, "chrono-compatible low-level date algorithms".
constexpr std::int32_t serial(int year, int month, int day) noexcept {
    const int y = month <= 2 ? year - 1 : year;
    const int era = y / 400;
    const int year_of_era = y - era * 400;
    const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}
static_assert(serial(1970, 1, 1) == 0 && serial(2012, 6, 21) == 15'512);

/// The inverse of `serial`, from the same source: years begin in March, so that the leap day is the last.
constexpr CivilDate date_of(std::int32_t days) noexcept {
    const std::int32_t shifted = days + 719'468;
    const std::int32_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const std::int32_t day_of_era = shifted - era * 146'097;
    const std::int32_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int32_t month_from_march = (5 * day_of_year + 2) / 153;
    const int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * month_from_march + 2) / 5 + 1};
}
static_assert(date_of(15'512).year == 2012 && date_of(15'512).month == 6 && date_of(15'512).day == 21);
static_assert(date_of(11'016).month == 2 && date_of(11'016).day == 29 && date_of(11'016).year == 2000);

/// Day of the month of the n-th Sunday (from 1), or of the last one (0).
constexpr int sunday(int year, int month, int nth) noexcept {
    const int first_weekday = (serial(year, month, 1) + 4) % 7; // 1970-01-01 was a Thursday; 0 is Sunday
    const int first = 1 + (7 - first_weekday) % 7;
    if (nth > 0) return first + 7 * (nth - 1);
    const int length = days_in_month(year, month);
    return first + 7 * ((length - first) / 7);
}
static_assert(sunday(2012, 3, 2) == 11 && sunday(2012, 11, 1) == 4 && sunday(2006, 10, 0) == 29);

/// Reads `count` digits at `at`, which moves on.
bool digits(std::string_view text, std::size_t& at, std::size_t count, int& value) noexcept {
    if (at + count > text.size()) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i, ++at) {
        if (text[at] < '0' || text[at] > '9') return false;
        value = value * 10 + (text[at] - '0');
    }
    return true;
}

bool literal(std::string_view text, std::size_t& at, char expected) noexcept {
    return at < text.size() && text[at++] == expected;
}

struct WallTime {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    std::int64_t nanosecond = 0;
    bool has_offset = false;
    std::int64_t offset_seconds = 0;
};

bool date(std::string_view text, std::size_t& at, bool dashes, WallTime& wall) noexcept {
    return digits(text, at, 4, wall.year) && (!dashes || literal(text, at, '-')) && digits(text, at, 2, wall.month) &&
           (!dashes || literal(text, at, '-')) && digits(text, at, 2, wall.day);
}

/// `.123456789`, at most nine digits.
bool fraction(std::string_view text, std::size_t& at, WallTime& wall) noexcept {
    std::int64_t unit = second_ns;
    const std::size_t first = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        unit /= 10;
        if (unit == 0) return false;
        wall.nanosecond += unit * (text[at] - '0');
    }
    return at > first;
}

/// `Z`, `+05:30` or nothing.
bool zone_suffix(std::string_view text, std::size_t& at, WallTime& wall) noexcept {
    if (at == text.size()) return true;
    const char sign = text[at++];
    if (sign == 'Z') {
        wall.has_offset = true;
        return true;
    }
    int hours = 0;
    int minutes = 0;
    if ((sign != '+' && sign != '-') || !digits(text, at, 2, hours) || !literal(text, at, ':') ||
        !digits(text, at, 2, minutes) || hours > 14 || minutes > 59)
        return false;
    wall.has_offset = true;
    wall.offset_seconds = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return true;
}

bool date_time(std::string_view text, WallTime& wall) noexcept {
    std::size_t at = 0;
    if (!date(text, at, true, wall)) return false;
    if (at == text.size()) return true; // a date alone: midnight
    if (text[at] != ' ' && text[at] != 'T') return false;
    ++at;
    if (!digits(text, at, 2, wall.hour) || !literal(text, at, ':') || !digits(text, at, 2, wall.minute)) return false;
    if (at < text.size() && text[at] == ':') {
        ++at;
        if (!digits(text, at, 2, wall.second)) return false;
        if (at < text.size() && text[at] == '.' && !fraction(text, ++at, wall)) return false;
    }
    return zone_suffix(text, at, wall) && at == text.size();
}

bool hour_am_pm(std::string_view text, WallTime& wall) noexcept {
    std::size_t at = 0;
    if (!date(text, at, true, wall) || !literal(text, at, ' ') || !digits(text, at, 2, wall.hour) || !literal(text, at, '-'))
        return false;
    const std::string_view half = text.substr(at);
    if (wall.hour < 1 || wall.hour > 12 || (half != "AM" && half != "PM")) return false;
    wall.hour = wall.hour % 12 + (half == "PM" ? 12 : 0);
    return true;
}

bool compact(std::string_view text, std::string_view clock, WallTime& wall) noexcept {
    std::size_t at = 0;
    if (!date(text, at, false, wall) || at != text.size()) return false;
    at = 0;
    if (!digits(clock, at, 2, wall.hour) || !literal(clock, at, ':') || !digits(clock, at, 2, wall.minute)) return false;
    if (at == clock.size()) return true;
    return literal(clock, at, ':') && digits(clock, at, 2, wall.second) && at == clock.size();
}

bool compact_ms(std::string_view text, WallTime& wall) noexcept {
    std::size_t at = 0;
    int milliseconds = 0;
    if (!date(text, at, false, wall) || !literal(text, at, ' ') || !digits(text, at, 2, wall.hour) ||
        !digits(text, at, 2, wall.minute) || !digits(text, at, 2, wall.second) || !digits(text, at, 3, milliseconds))
        return false;
    wall.nanosecond = milliseconds * std::int64_t{1'000'000};
    return at == text.size();
}

/// A whole number of `unit` nanoseconds since 1970; years up to 2200.
bool since_epoch(std::string_view text, std::int64_t unit, std::int64_t& time) noexcept {
    if (text.empty() || text.size() > 16) return false;
    std::int64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    if (value > 7'258'118'400 * (second_ns / unit)) return false;
    time = value * unit;
    return true;
}

} // namespace

bool days_from_civil(int year, int month, int day, std::int32_t& days) noexcept {
    if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return false;
    days = serial(year, month, day);
    return true;
}

CivilDate civil_from_days(std::int32_t days) noexcept { return date_of(days); }

std::int64_t new_york_to_utc(int year, int month, int day, std::int64_t second_of_day) noexcept {
    const bool current = year >= 2007;
    const int begin_month = current ? 3 : 4;
    const int end_month = current ? 11 : 10;
    const int begin_day = sunday(year, begin_month, current ? 2 : 1);
    const int end_day = sunday(year, end_month, current ? 1 : 0);
    const auto at = [](int m, int d, std::int64_t s) { return (m * 100 + d) * day_seconds + s; };
    const std::int64_t now = at(month, day, second_of_day);
    const bool daylight = now >= at(begin_month, begin_day, 2 * 3600) && now < at(end_month, end_day, 2 * 3600);
    return daylight ? 4 * 3600 : 5 * 3600;
}

bool parse_time(std::string_view text, std::string_view clock, const BarLayout& layout, std::int64_t& time) noexcept {
    WallTime wall;
    switch (layout.time_format) {
    case TimeFormat::milliseconds: return since_epoch(text, 1'000'000, time);
    case TimeFormat::seconds: return since_epoch(text, second_ns, time);
    case TimeFormat::date_time:
        if (!date_time(text, wall)) return false;
        break;
    case TimeFormat::hour_am_pm:
        if (!hour_am_pm(text, wall)) return false;
        break;
    case TimeFormat::compact:
        if (!compact(text, clock, wall)) return false;
        break;
    case TimeFormat::compact_ms:
        if (!compact_ms(text, wall)) return false;
        break;
    }
    std::int32_t days = 0;
    if (wall.hour > 23 || wall.minute > 59 || wall.second > 59) return false;
    if (!days_from_civil(wall.year, wall.month, wall.day, days)) return false;
    const std::int64_t second_of_day = wall.hour * 3600 + wall.minute * 60 + wall.second;
    std::int64_t to_utc = -layout.zone_offset_seconds;
    if (wall.has_offset)
        to_utc = -wall.offset_seconds;
    else if (layout.zone == Zone::new_york)
        to_utc = new_york_to_utc(wall.year, wall.month, wall.day, second_of_day);
    time = (days * day_seconds + second_of_day + to_utc) * second_ns + wall.nanosecond;
    return true;
}

} // namespace martlet
