#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/feed_status.hpp"

namespace martlet {

/// How a source writes time.
enum class TimeFormat : std::uint8_t {
    date_time = 0,    ///< 2021-12-31 23:01:00[.fraction][+00:00|Z], `T` or space between
    milliseconds = 1, ///< since 1970 UTC
    seconds = 2,      ///< since 1970 UTC
    hour_am_pm = 3,   ///< 2019-10-17 09-AM
    compact = 4,      ///< 20220103 in one column and 09:08 or 09:08:30 in the next
    compact_ms = 5,   ///< 20200101 170000065
};

/// What the source's clock shows.
enum class Zone : std::uint8_t {
    fixed = 0,    ///< UTC plus `zone_offset_seconds`
    new_york = 1, ///< with daylight saving by rule
};

/// Whether a bar bears the time of its beginning or of its end.
enum class Stamp : std::uint8_t { open = 0, close = 1 };

/// Which way the rows run.
enum class RowOrder : std::uint8_t { oldest_first = 0, newest_first = 1 };

/// Which absent bars are called missing, by default for this source.
enum class GapPolicy : std::uint8_t {
    continuous = 0, ///< the market never closes
    sessions = 1,   ///< gaps above a bound are a closed market
    sparse = 2,     ///< bars without trades are absent by design
};

/// How the columns of an OHLCV file mean bars. Columns are numbered from 0; −1: there is none.
struct BarLayout {
    char name[24];         ///< zero-terminated
    char header[80];       ///< first line that the file must have, zero-terminated; empty: no header line
    char description[96];  ///< for the list of layouts, zero-terminated
    char separator;
    std::int8_t columns;
    std::int8_t time;
    std::int8_t clock;     ///< time of day of `compact`
    std::int8_t symbol;
    std::int8_t open;
    std::int8_t high;
    std::int8_t low;
    std::int8_t close;
    std::int8_t volume;
    std::uint8_t comment_lines; ///< lines before the header
    TimeFormat time_format;
    Zone zone;
    Stamp stamp;
    RowOrder order;
    GapPolicy gaps;
    std::int32_t zone_offset_seconds; ///< what the source's clock is ahead of UTC
    std::int32_t longest_gap_seconds; ///< of `sessions`
};

/// The layouts there are; `index` < `layout_count()`.
std::size_t layout_count() noexcept;
const BarLayout* layout_at(std::size_t index) noexcept __attribute__((swift_attr("import_unsafe")));

/// The layout with this name, by value into `layout`; false where there is none.
bool find_layout(const char* name, BarLayout& layout) noexcept;

/// Finds the layout of a file from its first lines. `unknown_layout`: `seen` then says how the file begins
/// (zero-terminated, cut to `capacity`).
FeedStatus detect_layout(const char* path, BarLayout& layout, char* seen, std::size_t capacity) noexcept;

/// The same from bytes in memory.
FeedStatus detect_layout_bytes(const char* data, std::size_t size, BarLayout& layout, char* seen,
                               std::size_t capacity) noexcept;

} // namespace martlet
