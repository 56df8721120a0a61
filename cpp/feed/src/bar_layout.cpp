#include "martlet/bar_layout.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "byte_source.hpp"
#include "civil_time.hpp"

namespace martlet {
namespace {

constexpr std::int32_t hour = 3600;

constexpr BarLayout open_high_low_close(std::int8_t first) {
    BarLayout layout{};
    layout.separator = ',';
    layout.clock = layout.symbol = layout.volume = -1;
    layout.open = first;
    layout.high = static_cast<std::int8_t>(first + 1);
    layout.low = static_cast<std::int8_t>(first + 2);
    layout.close = static_cast<std::int8_t>(first + 3);
    return layout;
}

template <std::size_t Size>
constexpr void write(char (&field)[Size], std::string_view text) {
    for (std::size_t i = 0; i < Size; ++i) field[i] = i < text.size() && i + 1 < Size ? text[i] : '\0';
}

/// time, open, high, low, close[, volume]: the shape of most files.
constexpr BarLayout simple(std::string_view name, std::string_view header, std::string_view description, bool volume,
                           GapPolicy gaps, std::int32_t longest_gap = 0) {
    BarLayout layout = open_high_low_close(1);
    write(layout.name, name);
    write(layout.header, header);
    write(layout.description, description);
    layout.volume = volume ? 5 : -1;
    layout.columns = volume ? 6 : 5;
    layout.gaps = gaps;
    layout.longest_gap_seconds = longest_gap;
    return layout;
}

constexpr BarLayout freqtrade() {
    BarLayout layout = simple("freqtrade", "date,open,high,low,close,volume", "date in ms since 1970 UTC, stamped open", true,
                              GapPolicy::continuous);
    layout.time_format = TimeFormat::milliseconds;
    return layout;
}

constexpr BarLayout coinbase() {
    BarLayout layout = open_high_low_close(2);
    write(layout.name, "cryptodatadownload");
    write(layout.header, "date,symbol,open,high,low,close,volume_btc,volume");
    write(layout.description, "a comment line, then hourly bars with times as 2019-10-17 09-AM, newest first, stamped open");
    layout.columns = 8;
    layout.symbol = 1;
    layout.volume = 6;
    layout.comment_lines = 1;
    layout.time_format = TimeFormat::hour_am_pm;
    layout.order = RowOrder::newest_first;
    layout.gaps = GapPolicy::continuous;
    return layout;
}

constexpr BarLayout nifty() {
    BarLayout layout = open_high_low_close(3);
    write(layout.name, "india-minute");
    write(layout.description, "no header: symbol, YYYYMMDD, HH:MM in IST, open, high, low, close, volume, open interest");
    layout.columns = 9;
    layout.symbol = 0;
    layout.time = 1;
    layout.clock = 2;
    layout.volume = 7;
    layout.time_format = TimeFormat::compact;
    layout.zone_offset_seconds = 5 * hour + 1800;
    layout.gaps = GapPolicy::sessions;
    layout.longest_gap_seconds = 420; // the opening call at 09:08 is eight minutes before the first minute of trading
    return layout;
}

constexpr std::array layouts{
    simple("ohlcv", "timestamp,open,high,low,close,volume", "date and time in UTC, continuous market, stamped open", true,
           GapPolicy::continuous),
    simple("fxcm", "timestamp,open,high,low,close", "one side of a quote, no volume, date and time in UTC, stamped open", false,
           GapPolicy::sessions, hour),
    simple("ohlcv-utc", "timestamp_utc,open,high,low,close,volume", "futures: minutes without trades are absent, stamped open",
           true, GapPolicy::sparse),
    simple("pandas", ",Open,High,Low,Close,Volume", "a pandas index of date and time in UTC, stamped open", true,
           GapPolicy::sessions, 12 * hour),
    freqtrade(),
    coinbase(),
    nifty(),
};

/// Splits the first bytes into at most `Lines` lines without their line ends.
template <std::size_t Lines>
std::array<std::string_view, Lines> first_lines(std::string_view bytes) {
    std::array<std::string_view, Lines> lines{};
    for (auto& line : lines) {
        const std::size_t end = bytes.find('\n');
        line = bytes.substr(0, end);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (end == std::string_view::npos) break;
        bytes.remove_prefix(end + 1);
    }
    return lines;
}

std::string_view column(std::string_view line, char separator, int index) {
    for (; index > 0; --index) {
        const std::size_t end = line.find(separator);
        if (end == std::string_view::npos) return {};
        line.remove_prefix(end + 1);
    }
    return line.substr(0, line.find(separator));
}

/// A file without a header is known by its number of columns and by its time.
bool fits_without_header(std::string_view line, const BarLayout& layout) {
    if (std::count(line.begin(), line.end(), layout.separator) + 1 != layout.columns) return false;
    std::int64_t time = 0;
    const std::string_view clock = layout.clock >= 0 ? column(line, layout.separator, layout.clock) : std::string_view{};
    return parse_time(column(line, layout.separator, layout.time), clock, layout, time);
}

} // namespace

std::size_t layout_count() noexcept { return layouts.size(); }
const BarLayout* layout_at(std::size_t index) noexcept { return index < layouts.size() ? &layouts[index] : nullptr; }

bool find_layout(const char* name, BarLayout& layout) noexcept {
    const auto found = std::find_if(layouts.begin(), layouts.end(),
                                    [name](const BarLayout& each) { return std::strcmp(each.name, name) == 0; });
    if (found == layouts.end()) return false;
    layout = *found;
    return true;
}

FeedStatus detect_layout_bytes(const char* data, std::size_t size, BarLayout& layout, char* seen,
                               std::size_t capacity) noexcept {
    std::string_view bytes(data, size);
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const auto lines = first_lines<2>(bytes);
    for (const BarLayout& each : layouts) {
        const std::string_view line = lines[each.comment_lines];
        const bool fits = each.header[0] != '\0' ? line == each.header : fits_without_header(line, each);
        if (fits) {
            layout = each;
            return FeedStatus::ok;
        }
    }
    if (capacity > 0) {
        std::string text = size == 0 ? "the file is empty" : "it begins with '" + std::string(lines[0].substr(0, 200)) + "'";
        std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
        const std::size_t length = std::min(text.size(), capacity - 1);
        std::memcpy(seen, text.data(), length);
        seen[length] = '\0';
    }
    return FeedStatus::unknown_layout;
}

FeedStatus detect_layout(const char* path, BarLayout& layout, char* seen, std::size_t capacity) noexcept {
    ByteSource source(path);
    const ByteSource::Piece piece = source.next();
    if (piece.size == 0 && source.status() != FeedStatus::ok) return source.status();
    return detect_layout_bytes(piece.data, piece.size, layout, seen, capacity);
}

} // namespace martlet
