#include "venue_time.hpp"

#include "civil_time.hpp"

namespace martlet {
namespace {

constexpr std::int64_t latest_second = 7'258'118'400; // 2200-01-01

/// A whole number up to `limit`.
bool whole(std::string_view text, std::int64_t limit, std::int64_t& value) noexcept {
    if (text.empty() || text.size() > 18) return false;
    value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    return value <= limit;
}

bool units(std::string_view text, std::int64_t nanoseconds, std::int64_t& time) noexcept {
    std::int64_t value = 0;
    if (!whole(text, latest_second * (second_ns / nanoseconds), value)) return false;
    time = value * nanoseconds;
    return true;
}

constexpr BarLayout utc{};
static_assert(utc.time_format == TimeFormat::date_time && utc.zone == Zone::fixed && utc.zone_offset_seconds == 0);

} // namespace

bool milliseconds(std::string_view text, std::int64_t& time) noexcept { return units(text, 1'000'000, time); }
bool microseconds(std::string_view text, std::int64_t& time) noexcept { return units(text, 1'000, time); }

bool decimal_seconds(std::string_view text, std::int64_t& time) noexcept {
    const std::size_t point = text.find('.');
    std::int64_t seconds = 0;
    if (!whole(text.substr(0, point), latest_second, seconds)) return false;
    std::int64_t nanoseconds = 0;
    if (point != std::string_view::npos) {
        std::int64_t unit = second_ns;
        const std::string_view decimals = text.substr(point + 1);
        if (decimals.empty() || decimals.size() > 9) return false;
        for (const char c : decimals) {
            if (c < '0' || c > '9') return false;
            unit /= 10;
            nanoseconds += unit * (c - '0');
        }
    }
    time = seconds * second_ns + nanoseconds;
    return true;
}

bool iso_time(std::string_view text, std::int64_t& time) noexcept { return text.size() >= 19 && parse_time(text, {}, utc, time); }

} // namespace martlet
