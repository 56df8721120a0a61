#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "martlet/bar_layout.hpp"

namespace martlet {

inline constexpr std::int64_t second_ns = 1'000'000'000;
inline constexpr std::int64_t day_seconds = 86'400;

/// Days since 1970-01-01 of a date of the Gregorian calendar; false where there is no such date (years 1900 … 2200).
bool days_from_civil(int year, int month, int day, std::int32_t& days) noexcept;

/// A date of the Gregorian calendar.
struct CivilDate {
    int year;
    int month; ///< from 1
    int day;   ///< from 1
};
/// The date of a number of days since 1970-01-01.
CivilDate civil_from_days(std::int32_t days) noexcept;

/// Seconds to add to New York wall time to get UTC. Rules: the Energy Policy Act of 2005 from 2007 on, the Uniform
/// Time Act as amended 1986 before. The hour that a clock shows twice is taken as daylight time.
std::int64_t new_york_to_utc(int year, int month, int day, std::int64_t second_of_day) noexcept;

/// Reads a time in the layout's format as nanoseconds since the Unix epoch, UTC. `date` is used by formats of two
/// columns only.
bool parse_time(std::string_view text, std::string_view clock, const BarLayout& layout, std::int64_t& time) noexcept;

} // namespace martlet
