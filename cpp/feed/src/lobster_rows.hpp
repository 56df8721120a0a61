#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "byte_source.hpp"
#include "martlet/event.hpp"
#include "martlet/feed_status.hpp"

namespace martlet {

/// Lines of a file, one at a time.
class LineReader {
public:
    explicit LineReader(const char* path) noexcept : source_(path) {}
    /// The next line without its end, valid until the next call; false at the end. A line longer than `maximum_line`
    /// comes cut, and then `cut` is true.
    bool next(std::string_view& line) noexcept;
    bool cut() const noexcept { return cut_; }
    std::uint64_t offset() const noexcept { return offset_; }
    std::uint64_t bytes() const noexcept { return next_offset_; }
    FeedStatus status() const noexcept { return source_.status(); }

    static constexpr std::size_t maximum_line = 65'536;

private:
    ByteSource source_;
    std::string carry_;
    std::string_view rest_;
    bool cut_ = false;
    std::uint64_t offset_ = 0;
    std::uint64_t next_offset_ = 0;
};

enum class LobsterType : std::uint8_t {
    add = 1, cancel = 2, remove = 3, execute = 4, execute_hidden = 5, cross = 6, halt = 7,
};

/// One row of a message file.
struct LobsterMessage {
    std::int64_t second;      ///< of the day in New York
    std::int64_t nanosecond;
    LobsterType type;
    Side side;                ///< of the resting order
    std::uint64_t order;
    std::int64_t size;
    std::int64_t price;
};

/// One level of an orderbook row.
struct LobsterLevel {
    std::int64_t price;
    std::int64_t size;
    friend bool operator==(const LobsterLevel&, const LobsterLevel&) = default;
};

/// One row of an orderbook file: the occupied levels, best first.
struct LobsterRow {
    std::vector<LobsterLevel> bids;
    std::vector<LobsterLevel> asks;
    const std::vector<LobsterLevel>& of(Side side) const noexcept { return side == Side::buy ? bids : asks; }
};

Defect parse_message(std::string_view line, LobsterMessage& message) noexcept;
Defect parse_row(std::string_view line, LobsterRow& row) noexcept;
/// Number of columns of a line.
std::size_t column_count(std::string_view line) noexcept;

} // namespace martlet
