#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace martlet {

// Times as venues write them, to nanoseconds since the Unix epoch; false where the text is none, or a year beyond 2200.

/// Whole milliseconds, or microseconds, since 1970.
bool milliseconds(std::string_view text, std::int64_t& time) noexcept;
bool microseconds(std::string_view text, std::int64_t& time) noexcept;
/// Seconds since 1970 with up to nine decimals.
bool decimal_seconds(std::string_view text, std::int64_t& time) noexcept;
/// 2021-04-17T16:43:37.075687Z
bool iso_time(std::string_view text, std::int64_t& time) noexcept;

} // namespace martlet
