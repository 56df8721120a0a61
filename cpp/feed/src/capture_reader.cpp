#include "capture_reader.hpp"

#include <cstring>
#include <new>
#include <utility>

#include "json_text.hpp"
#include "venue_time.hpp"

namespace martlet {
namespace {

constexpr std::size_t first_capacity = std::size_t{1} << 20;

/// `<s.fraction>: <JSON>`
bool timed(std::string_view text, CapturedLine& line) noexcept {
    const std::size_t colon = text.find(": ");
    if (colon == std::string_view::npos || !decimal_seconds(text.substr(0, colon), line.time)) return false;
    line.json = text.substr(colon + 2);
    return true;
}

void classify(CapturedLine& line) noexcept {
    const std::string_view text = line.text;
    line.kind = CaptureLine::malformed;
    if (text.empty()) {
        line.kind = CaptureLine::passed_by;
        return;
    }
    if (text.front() >= '0' && text.front() <= '9') {
        const std::size_t space = text.find(' ');
        const std::string_view time = text.substr(0, space);
        if (space == std::string_view::npos) return;
        std::uint64_t nanoseconds = 0;
        if (json::whole(time, nanoseconds)) {
            if (nanoseconds > std::uint64_t{7'258'118'400'000'000'000}) return;
            line.time = static_cast<std::int64_t>(nanoseconds);
            line.json = text.substr(space + 1);
            line.kind = CaptureLine::message;
        } else if (timed(text, line)) {
            line.kind = CaptureLine::message;
        }
        return;
    }
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return;
    const std::string_view rest = text.substr(space + 1);
    if (rest.starts_with("-> ") && timed(rest.substr(3), line)) {
        line.url = text.substr(0, space);
        line.kind = CaptureLine::answer;
    } else if (rest.starts_with("<- ") || rest.starts_with("<-> ") || text.starts_with("configuration: ")) {
        line.kind = CaptureLine::passed_by;
    }
}

} // namespace

bool CaptureReader::fill() noexcept {
    const ByteSource::Piece piece = source_.next();
    if (piece.size == 0) {
        at_end_ = true;
        return false;
    }
    const std::size_t left = end_ - begin_;
    if (capacity_ < left + piece.size) {
        std::size_t grown = capacity_ == 0 ? first_capacity : capacity_;
        while (grown < left + piece.size) grown *= 2;
        std::unique_ptr<char[]> larger(new (std::nothrow) char[grown]);
        if (larger == nullptr) {
            out_of_memory_ = at_end_ = true;
            return false;
        }
        if (left > 0) std::memcpy(larger.get(), buffer_.get() + begin_, left);
        buffer_ = std::move(larger);
        capacity_ = grown;
    } else if (begin_ > 0 && left > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, left);
    }
    begin_ = 0;
    end_ = left + piece.size;
    std::memcpy(buffer_.get() + left, piece.data, piece.size);
    return true;
}

void CaptureReader::skip_rest_of_line() noexcept {
    for (;;) {
        const char* const from = buffer_.get() + begin_;
        const auto* const found = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
        const std::size_t passed = found != nullptr ? static_cast<std::size_t>(found - from) + 1 : end_ - begin_;
        begin_ += passed;
        offset_ += passed;
        if (found != nullptr || !fill()) return;
    }
}

bool CaptureReader::next(CapturedLine& line) noexcept {
    line = {};
    if (std::exchange(skipping_, false)) skip_rest_of_line();
    for (;;) {
        const char* const from = buffer_.get() + begin_;
        const std::size_t left = end_ - begin_;
        const auto* const found =
            left > searched_ ? static_cast<const char*>(std::memchr(from + searched_, '\n', left - searched_)) : nullptr;
        if (found == nullptr && left < maximum_line && !at_end_) {
            searched_ = left;
            (void)fill();
            continue;
        }
        if (left == 0) return false;
        const std::size_t size = found != nullptr ? static_cast<std::size_t>(found - from) : left;
        line.text = {from, size};
        line.offset = offset_;
        line.line = ++line_;
        searched_ = 0;
        if (size > maximum_line || (found == nullptr && !at_end_)) {
            // The beginning alone goes to the log; it must stay where it is until then.
            line.text = line.text.substr(0, 4096);
            line.kind = CaptureLine::too_long;
            begin_ += size + (found != nullptr ? 1 : 0);
            offset_ += size + (found != nullptr ? 1 : 0);
            skipping_ = found == nullptr;
            return true;
        }
        begin_ += size + (found != nullptr ? 1 : 0);
        offset_ += size + (found != nullptr ? 1 : 0);
        if (!line.text.empty() && line.text.back() == '\r') line.text.remove_suffix(1);
        if (found == nullptr && status() != FeedStatus::ok) {
            line.kind = CaptureLine::cut;
            return true;
        }
        classify(line);
        return true;
    }
}

} // namespace martlet
