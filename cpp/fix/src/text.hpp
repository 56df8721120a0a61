#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

// Times, numbers and fixed-size texts.

namespace martlet::fix {

/// Longest text that `write_time` makes, with its zero.
inline constexpr std::size_t time_text_capacity = 28;

/// Writes ns since the Unix epoch as UTCTimestamp "YYYYMMDD-HH:MM:SS[.f…]" with `digits` (0, 3, 6, 9)
/// fraction digits, cut, zero-terminated. `text` has `time_text_capacity` bytes. Returns the length.
std::size_t write_time(std::int64_t nanoseconds, int digits, char* text) noexcept;

/// Reads UTCTimestamp text with 0 to 9 fraction digits; false: malformed.
bool read_time(std::string_view text, std::int64_t* nanoseconds) noexcept;

/// The current wall clock, ns since the Unix epoch.
std::int64_t wall_clock() noexcept;

/// Reads digits only; false: malformed, empty or above 64 bits.
bool read_number(std::string_view text, std::uint64_t* number) noexcept;
/// Writes digits, zero-terminated; `text` has 21 bytes. Returns the length.
std::size_t write_number(std::uint64_t number, char* text) noexcept;

/// Copies into a zero-terminated array; false where it does not fit (nothing is copied then).
template <std::size_t n>
bool copy_text(std::string_view from, char (&to)[n]) noexcept {
    to[0] = '\0';
    if (from.size() >= n) return false;
    for (std::size_t i = 0; i < from.size(); ++i) to[i] = from[i];
    for (std::size_t i = from.size(); i < n; ++i) to[i] = '\0';
    return true;
}

} // namespace martlet::fix
