#include "frame.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace martlet::fix {
namespace {

constexpr std::string_view start = "8=FIX";
constexpr std::size_t trailer_bytes = 7; // "10=nnn|"
constexpr std::size_t longest_begin_string = 20;
constexpr std::size_t longest_length_digits = 9;

} // namespace

char* FrameReader::space(std::size_t size) {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() < end_ + size) buffer_.resize(end_ + size);
    return buffer_.data() + end_;
}

/// Whether a message starts at `begin_`, and how long it is.
FrameReader::Parse FrameReader::measure(std::size_t* length) const noexcept {
    const std::string_view input(buffer_.data() + begin_, end_ - begin_);
    const std::size_t known = std::min(input.size(), start.size());
    if (input.substr(0, known) != start.substr(0, known)) return Parse::garbage;
    const std::size_t first_end = input.substr(0, longest_begin_string).find('\001');
    // A second '=' before the separator: a message that broke off, and the next one right behind it.
    if (input.substr(0, std::min(first_end, longest_begin_string)).find('=', start.size()) != std::string_view::npos) return Parse::garbage;
    if (first_end == std::string_view::npos) return input.size() < longest_begin_string ? Parse::incomplete : Parse::garbage;
    std::size_t at = first_end + 1;
    for (const char expected : {'9', '='}) {
        if (at == input.size()) return Parse::incomplete;
        if (input[at++] != expected) return Parse::garbage;
    }
    std::size_t body = 0;
    for (std::size_t digits = 0;; ++digits) {
        if (at == input.size()) return Parse::incomplete;
        const char c = input[at++];
        if (c == '\001' && digits > 0) break;
        if (c < '0' || c > '9' || digits == longest_length_digits) return Parse::garbage;
        body = body * 10 + static_cast<std::size_t>(c - '0');
    }
    if (body > longest_message) return Parse::garbage;
    if (framing_ == Framing::by_length) {
        if (input.size() < at + body) return Parse::incomplete;
        const std::size_t trailer = input.find("\00110=", at + body - 1);
        const std::size_t end = trailer == std::string_view::npos ? trailer : input.find('\001', trailer + 4);
        if (end == std::string_view::npos) return input.size() > longest_message ? Parse::garbage : Parse::incomplete;
        *length = end + 1;
        return Parse::message;
    }
    *length = at + body + trailer_bytes;
    if (input.size() < *length) return Parse::incomplete;
    const std::string_view trailer = input.substr(at + body, trailer_bytes);
    return trailer.substr(0, 3) == "10=" && trailer.back() == '\001' && input[at + body - 1] == '\001' ? Parse::message : Parse::garbage;
}

bool FrameReader::next(std::string* message) {
    while (begin_ < end_) {
        std::size_t length = 0;
        switch (measure(&length)) {
        case Parse::incomplete: return false;
        case Parse::message:
            message->assign(buffer_.data() + begin_, length);
            begin_ += length;
            skipping_ = false;
            return true;
        case Parse::garbage: {
            if (!skipping_) ++garbled_;
            skipping_ = true;
            const std::string_view rest(buffer_.data() + begin_ + 1, end_ - begin_ - 1);
            const std::size_t at = rest.find('8');
            begin_ = at == std::string_view::npos ? end_ : begin_ + 1 + at;
        }
        }
    }
    return false;
}

std::string_view raw_field(const std::string& message, std::string_view tag) {
    const std::size_t at = message.find(tag);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + tag.size();
    return std::string_view(message).substr(begin, message.find('\001', begin) - begin);
}

std::string framed(const std::string& version, const std::string& body) {
    std::string message = "8=" + version + "\0019=" + std::to_string(body.size()) + "\001" + body;
    unsigned sum = 0;
    for (const char c : message) sum += static_cast<unsigned char>(c);
    char check[16];
    std::snprintf(check, sizeof check, "10=%03u\001", sum % 256);
    return message + check;
}

} // namespace martlet::fix
