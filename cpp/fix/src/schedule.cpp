#include "schedule.hpp"

#include <limits>

namespace martlet::fix {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t week = 7;

std::int64_t floored(std::int64_t value, std::int64_t by) noexcept { return value / by - (value % by < 0 ? 1 : 0); }

} // namespace

bool Schedule::configure(const SessionSchedule& settings, std::string* error) {
    settings_ = settings;
    settings_.zone = nullptr; // read here; the text is the caller's
    if (!settings.enabled) return true;
    const bool weekly = settings.start_day >= 0;
    if (settings.start_second >= day_seconds || settings.end_second >= day_seconds) {
        *error = "session start and end: expected seconds of a day, 0 to 86399";
        return false;
    }
    if (settings.start_day > 6 || settings.end_day > 6 || weekly != (settings.end_day >= 0)) {
        *error = "session start_day and end_day: expected 0 (Sunday) to 6 each, or neither";
        return false;
    }
    if (!weekly && (settings.days & 0x7F) == 0) {
        *error = "session days: expected at least one";
        return false;
    }
    const bool later = settings.end_second > settings.start_second;
    if (weekly) {
        length_days_ = (settings.end_day - settings.start_day + week) % week;
        if (length_days_ == 0 && !later) length_days_ = week;
    } else {
        length_days_ = later ? 0 : 1;
    }
    return settings.zone == nullptr || zone_.load(settings.zone, error);
}

bool Schedule::starts_on(std::int64_t day) const noexcept {
    const std::int64_t weekday = ((day + 4) % week + week) % week; // 1970 began on a Thursday
    return settings_.start_day >= 0 ? weekday == settings_.start_day : (settings_.days >> weekday & 1) != 0;
}

Schedule::Period Schedule::period(std::int64_t now) const noexcept {
    if (!settings_.enabled) return Period{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
    const std::int64_t utc = floored(now, second_ns);
    const std::int64_t today = floored(utc + zone_.offset(utc), day_seconds);
    Period found{};
    // From the latest day on whose session may still be open; the next one starts within a week of today.
    for (std::int64_t day = today - length_days_ - 1; day <= today + week + 1; ++day) {
        if (!starts_on(day)) continue;
        found = Period{zone_.utc_of(day * day_seconds + settings_.start_second) * second_ns,
                       zone_.utc_of((day + length_days_) * day_seconds + settings_.end_second) * second_ns};
        if (now < found.end) break;
    }
    return found;
}

bool Schedule::resets(std::int64_t started, std::int64_t now) const noexcept {
    if (!settings_.enabled || !settings_.reset_at_start) return false;
    const Period open = period(now);
    return open.contains(now) && started < open.start;
}

} // namespace martlet::fix
