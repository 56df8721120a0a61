#pragma once
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "decimal_reader.hpp"

// Values of a JSON document as the text that stands there: numbers are read from their digits, exactly, whether the
// venue quotes them or not.

namespace martlet::json {

namespace ondemand = simdjson::ondemand;
using Object = ondemand::object;
using Array = ondemand::array;
using Value = ondemand::value;

inline constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

/// Whether the byte behind a document cannot be taken for a part of it. The parser looks at it where brackets are
/// missing, so that a comma there would lead it on to what a document before left behind.
inline bool ends_text(char c) noexcept { return c == '\0' || c == '\n' || c == '\r' || c == ' '; }

/// Longest scalar that is looked at.
inline constexpr std::size_t longest_text = 4096;

/// The text of a number, a literal or a string (without its quotes, escapes as they stand); false for objects and
/// arrays.
inline bool text(Value value, std::string_view& out) noexcept {
    out = value.raw_json_token();
    if (out.size() > longest_text) return false;
    while (!out.empty() && (out.back() == ' ' || out.back() == '\n' || out.back() == '\r' || out.back() == '\t')) out.remove_suffix(1);
    if (out.empty() || out.front() == '[' || out.front() == '{') return false;
    if (out.front() != '"') return true;
    if (out.size() < 2 || out.back() != '"') return false;
    out = out.substr(1, out.size() - 2);
    return true;
}

/// Fields that must be there; they are found fastest in the order in which they stand. After `false` the document must
/// not be touched again.
inline bool field(Object& object, std::string_view key, std::string_view& out) noexcept {
    Value value;
    return object.find_field_unordered(key).get(value) == simdjson::SUCCESS && text(value, out);
}

/// Whether a field that need not be there is. After `broken` the document must not be touched again.
enum class Found : std::uint8_t { yes, no, broken };
inline Found find(Object& object, std::string_view key, std::string_view& out) noexcept {
    Value value;
    switch (object.find_field_unordered(key).get(value)) {
    case simdjson::SUCCESS: return text(value, out) ? Found::yes : Found::no;
    case simdjson::NO_SUCH_FIELD: return Found::no;
    default: return Found::broken;
    }
}

inline bool field(Object& object, std::string_view key, Array& out) noexcept {
    return object.find_field_unordered(key).get_array().get(out) == simdjson::SUCCESS;
}

inline bool field(Object& object, std::string_view key, Object& out) noexcept {
    return object.find_field_unordered(key).get_object().get(out) == simdjson::SUCCESS;
}

/// A whole number without sign that fits 64 bits.
inline bool whole(std::string_view text, std::uint64_t& out) noexcept {
    if (text.empty() || text.size() > 20) return false;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
            __builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value))
            return false;
    }
    out = value;
    return true;
}

inline bool field(Object& object, std::string_view key, std::uint64_t& out) noexcept {
    std::string_view digits;
    return field(object, key, digits) && whole(digits, out);
}

/// The first `count` elements of an array as texts; false where there are fewer or one has no text.
inline bool elements(Array& array, std::string_view* out, std::size_t count) noexcept {
    std::size_t found = 0;
    for (auto element : array) {
        Value value;
        if (std::move(element).get(value) != simdjson::SUCCESS) return false;
        if (found == count) break;
        if (!text(value, out[found])) return false;
        ++found;
    }
    return found == count;
}

} // namespace martlet::json
