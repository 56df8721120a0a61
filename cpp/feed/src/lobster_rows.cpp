#include "lobster_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "civil_time.hpp"

namespace martlet {
namespace {

template <typename Integer>
bool read_integer(std::string_view text, Integer& value) noexcept {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

/// Seconds after midnight with up to nine decimals that count; more are cut.
bool read_second(std::string_view text, LobsterMessage& message) noexcept {
    const std::size_t point = text.find('.');
    if (!read_integer(text.substr(0, point), message.second) || message.second < 0 || message.second >= day_seconds) return false;
    message.nanosecond = 0;
    if (point == std::string_view::npos) return true;
    std::int64_t unit = second_ns / 10;
    const std::string_view decimals = text.substr(point + 1);
    if (decimals.empty()) return false;
    for (const char c : decimals) {
        if (c < '0' || c > '9') return false;
        message.nanosecond += unit * (c - '0');
        unit /= 10;
    }
    return true;
}

std::string_view take(std::string_view& rest) noexcept {
    const std::size_t end = rest.find(',');
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return field;
}

/// The price that LOBSTER writes where there is no level.
constexpr std::int64_t no_level = 9'999'999'999;

} // namespace

bool LineReader::next(std::string_view& line) noexcept {
    carry_.clear();
    cut_ = false;
    offset_ = next_offset_;
    for (;;) {
        if (rest_.empty()) {
            const ByteSource::Piece piece = source_.next();
            rest_ = {piece.data, piece.size};
            if (piece.size == 0) {
                line = carry_;
                return !carry_.empty();
            }
        }
        const std::size_t end = rest_.find('\n');
        const std::string_view part = rest_.substr(0, end);
        next_offset_ += part.size() + (end == std::string_view::npos ? 0 : 1);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        const std::size_t room = maximum_line - carry_.size();
        if (part.size() > room) cut_ = true;
        if (end != std::string_view::npos && carry_.empty()) {
            line = part.substr(0, room);
        } else {
            carry_.append(part.substr(0, room));
            if (end == std::string_view::npos) continue;
            line = carry_;
        }
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        return true;
    }
}

std::size_t column_count(std::string_view line) noexcept {
    return line.empty() ? 0 : static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1;
}

Defect parse_message(std::string_view line, LobsterMessage& message) noexcept {
    if (column_count(line) != 6) return Defect::wrong_column_count;
    if (!read_second(take(line), message)) return Defect::malformed_time;
    int type = 0;
    int direction = 0;
    if (!read_integer(take(line), type)) return Defect::malformed_number;
    if (!read_integer(take(line), message.order) || !read_integer(take(line), message.size) ||
        !read_integer(take(line), message.price) || !read_integer(take(line), direction))
        return Defect::malformed_number;
    if (type < 1 || type > 7) return Defect::unknown_type;
    message.type = static_cast<LobsterType>(type);
    if (message.type == LobsterType::halt) {
        message.side = Side::none;
        return Defect::none;
    }
    if (direction != 1 && direction != -1) return Defect::malformed_number;
    message.side = direction == 1 ? Side::buy : Side::sell;
    if (message.price <= 0) return Defect::not_positive;
    if (message.price >= no_level || message.size > std::int64_t{1} << 53) return Defect::number_out_of_range;
    if (message.size <= 0) return Defect::negative_quantity;
    // The highest bit marks made-up orders.
    if (message.order >> 63 != 0) return Defect::number_out_of_range;
    return Defect::none;
}

Defect parse_row(std::string_view line, LobsterRow& row) noexcept {
    row.bids.clear();
    row.asks.clear();
    const std::size_t columns = column_count(line);
    if (columns == 0 || columns % 4 != 0) return Defect::wrong_column_count;
    for (std::size_t i = 0; i < columns; i += 2) {
        LobsterLevel level{};
        if (!read_integer(take(line), level.price) || !read_integer(take(line), level.size)) return Defect::malformed_number;
        if (level.price == no_level || level.price == -no_level) continue;
        if (level.price <= 0) return Defect::not_positive;
        if (level.price > no_level || level.size > std::int64_t{1} << 53) return Defect::number_out_of_range;
        if (level.size <= 0) return Defect::negative_quantity;
        std::vector<LobsterLevel>& side = i % 4 == 0 ? row.asks : row.bids;
        const bool in_order = side.empty() || (i % 4 == 0 ? level.price > side.back().price : level.price < side.back().price);
        if (!in_order) return Defect::malformed_record;
        side.push_back(level);
    }
    return Defect::none;
}

} // namespace martlet
