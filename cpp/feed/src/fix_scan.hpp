#pragma once
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "martlet/feed_status.hpp"
#include "martlet/fix_log.hpp"

namespace martlet {

struct FixField {
    int tag;
    std::string_view value;
};

/// Where a message ends, and what is wrong with its frame.
struct FixFrame {
    enum class Found : std::uint8_t { sound, bad, more };
    Found found = Found::more;
    std::size_t size = 0;    ///< of a sound message
    std::size_t body = 0;    ///< where the fields after BodyLength begin
    std::size_t trailer = 0; ///< where CheckSum begins
    char separator = '\x01';
    Defect defect = Defect::none;
    bool wrong_length = false;   ///< told of a sound one where the checks allow it
    bool wrong_checksum = false;
};

/// Judges what begins with "8=FIX". `final`: nothing follows. Decides by the first `FixLogDecoder::largest_message` bytes.
FixFrame find_frame(std::string_view bytes, FixChecks checks, bool final) noexcept;

/// The first place from `from` on where a message begins: "8=FIX" at the beginning, or behind a separator or line end (`any`:
/// behind anything). npos: none.
std::size_t find_begin(std::string_view bytes, std::size_t from, bool any) noexcept;

/// Splits a message into fields; values may hold separators where a length field says so.
Defect split_fields(std::string_view message, char separator, std::vector<FixField>& fields);

/// First field with this tag; empty where there is none.
std::string_view field_of(const std::vector<FixField>& fields, int tag) noexcept;

/// A whole number, and nothing else.
template <typename Integer>
bool read_fix_integer(std::string_view text, Integer& value) noexcept {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}
/// A venue's number: numeric text as it is, other text by a hash that does not change (FNV-1a); nothing is 0.
std::uint64_t fix_number(std::string_view text) noexcept;

/// `YYYYMMDD-HH:MM:SS[.fraction]`, UTC, as nanoseconds since 1970.
bool read_fix_time(std::string_view text, std::int64_t& time) noexcept;
/// `YYYYMMDD` as days since 1970.
bool read_fix_date(std::string_view text, std::int32_t& day) noexcept;
/// `HH:MM:SS[.fraction]`, as nanoseconds of the day.
bool read_fix_clock(std::string_view text, std::int64_t& time) noexcept;

} // namespace martlet
