#include "fix_scan.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "civil_time.hpp"

namespace martlet {
namespace {

using Found = FixFrame::Found;

constexpr std::size_t trailer_size = 6; ///< "10=ddd"
/// BeginString and BodyLength fit in this.
constexpr std::size_t head_size = 40;

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Whether "10=ddd" stands at `at`, and a separator or the end of a line behind it.
bool is_trailer(std::string_view bytes, std::size_t at, char separator, bool final) noexcept {
    if (bytes.size() < at + trailer_size || bytes.substr(at, 3) != "10=") return false;
    for (std::size_t i = at + 3; i < at + trailer_size; ++i)
        if (!digit(bytes[i])) return false;
    if (bytes.size() == at + trailer_size) return final;
    const char next = bytes[at + trailer_size];
    return next == separator || next == '\r' || next == '\n';
}

/// Sum of the bytes, separators counted as SOH, modulo 256.
unsigned checksum(std::string_view bytes, char separator) noexcept {
    unsigned sum = 0;
    for (const char c : bytes) sum += c == separator ? 1u : static_cast<unsigned char>(c);
    return sum & 255u;
}

unsigned stated_checksum(std::string_view trailer) noexcept {
    return static_cast<unsigned>((trailer[3] - '0') * 100 + (trailer[4] - '0') * 10 + (trailer[5] - '0'));
}

FixFrame bad(Defect defect) noexcept {
    FixFrame frame;
    frame.found = Found::bad;
    frame.defect = defect;
    return frame;
}

/// Reads BeginString and BodyLength; a frame that is not `more` is bad.
FixFrame read_head(std::string_view bytes, bool final, std::size_t& length) noexcept {
    FixFrame frame;
    const std::string_view head = bytes.substr(0, head_size);
    const bool whole = final || head.size() == head_size;
    std::size_t at = 5; // behind "8=FIX"
    while (at < head.size() && (digit(head[at]) || head[at] == '.' || head[at] == 'T')) ++at;
    if (at == head.size()) return whole ? bad(Defect::malformed_record) : frame;
    frame.separator = head[at++];
    if (frame.separator != '\x01' && frame.separator != '|') return bad(Defect::malformed_record);
    const std::size_t end = head.find(frame.separator, at);
    if (end == std::string_view::npos) return whole ? bad(Defect::malformed_record) : frame;
    if (head.substr(at, 2) != "9=" || !read_fix_integer(head.substr(at + 2, end - at - 2), length)) return bad(Defect::malformed_record);
    frame.body = end + 1;
    frame.found = Found::sound;
    return frame;
}

/// Tags whose value is a length, with the tag of the data that follows.
constexpr std::array<std::pair<int, int>, 17> data_fields{{
    {90, 91}, {93, 89}, {95, 96}, {212, 213}, {348, 349}, {350, 351}, {352, 353}, {354, 355}, {356, 357},
    {358, 359}, {360, 361}, {362, 363}, {364, 365}, {445, 446}, {618, 619}, {621, 622}, {1184, 1185},
}};

int data_of(int length_tag) noexcept {
    for (const auto& [length, data] : data_fields)
        if (length == length_tag) return data;
    return 0;
}

bool two_digits(std::string_view text, std::size_t at, int& value) noexcept {
    if (at + 2 > text.size() || !digit(text[at]) || !digit(text[at + 1])) return false;
    value = (text[at] - '0') * 10 + (text[at + 1] - '0');
    return true;
}

} // namespace

FixFrame find_frame(std::string_view bytes, FixChecks checks, bool final) noexcept {
    constexpr std::size_t limit = FixLogDecoder::largest_message;
    const bool enough = final || bytes.size() >= limit;
    bytes = bytes.substr(0, limit);
    std::size_t length = 0;
    FixFrame frame = read_head(bytes, enough, length);
    if (frame.found != Found::sound) return frame;
    // Where the frame must be right, the length says where the message ends; else the checksum is looked for.
    std::size_t trailer = frame.body;
    if (checks == FixChecks::strict) {
        if (length > limit - frame.body - trailer_size - 1) return bad(Defect::wrong_length);
        trailer += length;
        if (bytes.size() < trailer + trailer_size + 1 && !final) return {};
        if (bytes.size() < trailer + trailer_size) return bad(Defect::truncated_record);
        if (!is_trailer(bytes, trailer, frame.separator, final) || bytes[trailer - 1] != frame.separator) return bad(Defect::wrong_length);
    } else {
        const std::size_t next = find_begin(bytes, frame.body, false);
        const char mark[] = {frame.separator, '1', '0', '='};
        for (trailer = frame.body - 1;; ++trailer) {
            trailer = bytes.find(std::string_view(mark, sizeof mark), trailer);
            const bool none = trailer == std::string_view::npos;
            if (none && next == std::string_view::npos && !enough) return {};
            if (none || trailer > next) return bad(Defect::truncated_record); // npos is beyond everything
            if (bytes.size() < trailer + trailer_size + 2 && !enough) return {};
            if (is_trailer(bytes, trailer + 1, frame.separator, final)) break;
        }
        ++trailer;
        frame.wrong_length = trailer - frame.body != length;
    }
    frame.trailer = trailer;
    frame.size = std::min(trailer + trailer_size + 1, bytes.size());
    frame.wrong_checksum = checksum(bytes.substr(0, trailer), frame.separator) != stated_checksum(bytes.substr(trailer));
    if (checks == FixChecks::strict && frame.wrong_checksum) return bad(Defect::wrong_checksum);
    return frame;
}

std::size_t find_begin(std::string_view bytes, std::size_t from, bool any) noexcept {
    for (std::size_t at = bytes.find("8=FIX", from); at != std::string_view::npos; at = bytes.find("8=FIX", at + 1)) {
        if (any || at == 0) return at;
        const char before = bytes[at - 1];
        if (before == '\x01' || before == '|' || before == '\r' || before == '\n') return at;
    }
    return std::string_view::npos;
}

Defect split_fields(std::string_view message, char separator, std::vector<FixField>& fields) {
    fields.clear();
    std::size_t data_size = 0;
    int data_tag = 0;
    for (std::size_t at = 0; at < message.size();) {
        const std::size_t equals = message.find('=', at);
        FixField field{};
        if (equals == std::string_view::npos || !read_fix_integer(message.substr(at, equals - at), field.tag) || field.tag <= 0)
            return Defect::malformed_record;
        std::size_t end = message.find(separator, equals);
        if (data_tag != 0 && field.tag == data_tag) {
            // The data may hold separators; one must stand behind it.
            if (data_size >= message.size() - equals - 1 || message[equals + 1 + data_size] != separator) return Defect::wrong_length;
            end = equals + 1 + data_size;
        }
        if (end == std::string_view::npos) return Defect::malformed_record;
        field.value = message.substr(equals + 1, end - equals - 1);
        if (field.value.empty() && field.tag != data_tag) return Defect::malformed_record;
        fields.push_back(field);
        data_tag = data_of(field.tag);
        if (data_tag != 0 && !read_fix_integer(field.value, data_size)) return Defect::malformed_number;
        at = end + 1;
    }
    return Defect::none;
}

std::string_view field_of(const std::vector<FixField>& fields, int tag) noexcept {
    for (const FixField& field : fields)
        if (field.tag == tag) return field.value;
    return {};
}

std::uint64_t fix_number(std::string_view text) noexcept {
    std::uint64_t number = 0;
    if (read_fix_integer(text, number)) return number;
    number = 0xCBF2'9CE4'8422'2325ull;
    for (const char c : text) number = (number ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3ull;
    return text.empty() ? 0 : number;
}

bool read_fix_date(std::string_view text, std::int32_t& day) noexcept {
    int century = 0, year = 0, month = 0, of_month = 0;
    return text.size() == 8 && two_digits(text, 0, century) && two_digits(text, 2, year) && two_digits(text, 4, month) &&
           two_digits(text, 6, of_month) && days_from_civil(century * 100 + year, month, of_month, day);
}

bool read_fix_clock(std::string_view text, std::int64_t& time) noexcept {
    int hour = 0, minute = 0, second = 0;
    if (text.size() < 8 || !two_digits(text, 0, hour) || text[2] != ':' || !two_digits(text, 3, minute) || text[5] != ':' ||
        !two_digits(text, 6, second) || hour > 23 || minute > 59 || second > 60)
        return false;
    time = (hour * 3'600 + minute * 60 + second) * second_ns;
    if (text.size() == 8) return true;
    if (text[8] != '.' || text.size() == 9 || text.size() > 18) return false;
    std::int64_t unit = second_ns;
    for (const char c : text.substr(9)) {
        if (!digit(c)) return false;
        unit /= 10;
        time += unit * (c - '0');
    }
    return true;
}

bool read_fix_time(std::string_view text, std::int64_t& time) noexcept {
    std::int32_t day = 0;
    std::int64_t clock = 0;
    if (text.size() < 17 || text[8] != '-' || !read_fix_date(text.substr(0, 8), day) || !read_fix_clock(text.substr(9), clock)) return false;
    time = day * day_seconds * second_ns + clock;
    return true;
}

} // namespace martlet
