#include <array>
#include <cstring>
#include <limits>

#include "civil_time.hpp"
#include "decimal_reader.hpp"
#include "lobster_rows.hpp"
#include "martlet/text_decoder.hpp"
#include "text_rows.hpp"

// Source: LEAN's description of its factor and map files.

namespace martlet {
namespace {

__extension__ using Int128 = __int128;

/// YYYYMMDD; LEAN writes 20501231 for "until today".
bool read_day(std::string_view text, std::int32_t& day) noexcept {
    BarLayout layout{};
    layout.time_format = TimeFormat::compact;
    std::int64_t time = 0;
    if (text.size() != 8 || !parse_time(text, "00:00", layout, time)) return false;
    day = static_cast<std::int32_t>(time / second_ns / day_seconds);
    return true;
}

/// Cuts a line into at most `Count` fields; returns how many there are.
template <std::size_t Count>
std::size_t cut(std::string_view line, std::array<std::string_view, Count>& fields) noexcept {
    std::size_t count = 0;
    for (;;) {
        const std::size_t end = line.find(',');
        if (count < Count) fields[count] = line.substr(0, end);
        ++count;
        if (end == std::string_view::npos) return count;
        line.remove_prefix(end + 1);
    }
}

/// Runs over the lines; `take` gives what is wrong with one, or none and its day.
template <typename Take>
FeedStatus read_lines(const char* path, DefectLog& log, std::size_t& found, Take take) {
    LineReader reader(path);
    std::string_view line;
    std::uint64_t number = 0;
    std::int32_t latest = std::numeric_limits<std::int32_t>::min();
    found = 0;
    while (reader.next(line)) {
        ++number;
        if (line.empty()) continue;
        std::int32_t day = 0;
        const Defect defect = reader.cut() ? Defect::record_too_long : take(line, day);
        if (defect != Defect::none) log.add(defect, reader.offset(), number, line.data(), line.size());
        if (defect != Defect::none && defect_treatment(defect) == Treatment::rejected) continue;
        if (day < latest) log.add(Defect::out_of_order, reader.offset(), number, line.data(), line.size());
        latest = day;
        ++found;
    }
    return reader.status();
}

} // namespace

bool read_nanos(std::string_view text, std::int64_t& nanos, bool& rounded) noexcept {
    std::size_t at = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (negative) ++at;
    Int128 value = 0;
    int places = 0;
    int digits = 0;
    bool point = false;
    for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
        const char c = text[at];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || ++digits > 30) return false;
        value = value * 10 + (c - '0');
        if (point) ++places;
    }
    if (digits == 0) return false;
    int exponent = 0;
    if (at < text.size()) {
        const bool down = ++at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        if (at == text.size() || text.size() - at > 2) return false;
        for (; at < text.size(); ++at) {
            if (text[at] < '0' || text[at] > '9') return false;
            exponent = exponent * 10 + (text[at] - '0');
        }
        if (down) exponent = -exponent;
    }
    int shift = exponent - places + 9;
    constexpr Int128 limit = std::numeric_limits<std::int64_t>::max();
    for (; shift > 0 && value <= limit; --shift) value *= 10;
    if (value == 0) shift = 0;
    if (shift > 0 || (shift == 0 && value > limit)) return false;
    Int128 divisor = 1;
    for (; shift < 0; ++shift) {
        if (divisor > value * 20) break; // far below half a unit
        divisor *= 10;
    }
    const Int128 whole = (value * 2 + divisor) / (divisor * 2);
    if (whole > limit) return false;
    rounded = whole * divisor != value;
    nanos = static_cast<std::int64_t>(negative ? -whole : whole);
    return true;
}

FeedStatus read_factor_file(const char* path, AdjustmentFactors* rows, std::size_t capacity, std::size_t& found, DefectLog& log) noexcept {
    return read_lines(path, log, found, [&](std::string_view line, std::int32_t& day) {
        std::array<std::string_view, 4> fields;
        const std::size_t count = cut(line, fields);
        if (count != 3 && count != 4) return Defect::wrong_column_count;
        AdjustmentFactors row{};
        if (!read_day(fields[0], row.day)) return Defect::malformed_time;
        bool rounded_price = false;
        bool rounded_split = false;
        if (!read_nanos(fields[1], row.price_factor, rounded_price) || !read_nanos(fields[2], row.split_factor, rounded_split))
            return Defect::malformed_number;
        if (row.price_factor <= 0 || row.split_factor <= 0) return Defect::not_positive;
        if (count == 4) {
            const Defect defect = DecimalReader({1, -4}).read(fields[3], row.reference_price);
            if (defect != Defect::none) return defect;
        }
        day = row.day;
        if (found < capacity) rows[found] = row;
        return rounded_price || rounded_split ? Defect::rounded_quantity : Defect::none;
    });
}

FeedStatus read_map_file(const char* path, TickerPeriod* rows, std::size_t capacity, std::size_t& found, DefectLog& log) noexcept {
    return read_lines(path, log, found, [&](std::string_view line, std::int32_t& day) {
        std::array<std::string_view, 3> fields;
        const std::size_t count = cut(line, fields);
        if (count != 2 && count != 3) return Defect::wrong_column_count;
        TickerPeriod row{};
        if (!read_day(fields[0], row.day)) return Defect::malformed_time;
        if (fields[1].empty() || fields[1].size() >= sizeof row.ticker || (count == 3 && fields[2].size() > 1)) return Defect::malformed_record;
        std::memcpy(row.ticker, fields[1].data(), fields[1].size());
        row.exchange = count == 3 && !fields[2].empty() ? fields[2][0] : '\0';
        day = row.day;
        if (found < capacity) rows[found] = row;
        return Defect::none;
    });
}

} // namespace martlet
