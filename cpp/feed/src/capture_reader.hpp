#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "byte_source.hpp"

namespace martlet {

/// What a line of a capture is.
enum class CaptureLine : std::uint8_t {
    message,   ///< one message of the stream
    answer,    ///< the answer to a request; `url` says to which
    passed_by, ///< what was sent, a connection, an empty line
    malformed, ///< no time, or nothing that the formats have
    too_long,  ///< beyond `maximum_line`: only its beginning is there
    cut,       ///< the source was damaged within it
};

/// One line: `<ns> <JSON>`, `<s.fraction>: <JSON>`, `<url> -> <s.fraction>: <JSON>`, and what is passed by.
struct CapturedLine {
    CaptureLine kind;
    std::int64_t time;       ///< ns since the Unix epoch
    std::string_view text;   ///< the whole line
    std::string_view url;
    std::string_view json;
    std::uint64_t offset;
    std::uint64_t line;
};

/// Reads a captured file line by line, each whole and in one piece.
/// Memory: the longest line, at most 16 MiB. One thread.
class CaptureReader {
public:
    static constexpr std::size_t maximum_line = std::size_t{1} << 24;

    explicit CaptureReader(const char* path) noexcept : source_(path) {}

    /// The next line, good until the next call; false at the end.
    bool next(CapturedLine& line) noexcept;
    std::uint64_t bytes() const noexcept { return offset_; }
    FeedStatus status() const noexcept { return out_of_memory_ ? FeedStatus::out_of_memory : source_.status(); }

private:
    bool fill() noexcept;
    void skip_rest_of_line() noexcept;

    ByteSource source_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t searched_ = 0; ///< bytes from `begin_` on without a line end
    std::uint64_t offset_ = 0;
    std::uint64_t line_ = 0;
    bool skipping_ = false;   ///< within a line that was too long
    bool at_end_ = false;
    bool out_of_memory_ = false;
};

} // namespace martlet
