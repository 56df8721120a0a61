#include "zone.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

// The file format is RFC 8536; the rule behind the last transition is POSIX's TZ text with its extensions.

namespace martlet::fix {
namespace {

constexpr std::size_t header_bytes = 44;
constexpr std::uintmax_t longest_file = 1u << 20;
constexpr std::int64_t day_seconds = 86'400;

std::int64_t big_endian(std::string_view bytes, std::size_t at, int width) noexcept {
    std::uint64_t value = (static_cast<unsigned char>(bytes[at]) & 0x80) != 0 ? ~0ull : 0;
    for (int i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    return static_cast<std::int64_t>(value);
}

std::int64_t first_day(std::int64_t year) noexcept {
    using namespace std::chrono;
    return sys_days{std::chrono::year{static_cast<int>(year)} / 1 / 1}.time_since_epoch().count();
}

std::int64_t year_of(std::int64_t second) noexcept {
    using namespace std::chrono;
    return static_cast<int>(year_month_day{floor<days>(sys_seconds{seconds{second}})}.year());
}

bool read_count(std::string_view* text, std::int64_t* value) noexcept {
    std::size_t digits = 0;
    *value = 0;
    for (; digits < text->size() && digits < 4 && (*text)[digits] >= '0' && (*text)[digits] <= '9'; ++digits) *value = *value * 10 + ((*text)[digits] - '0');
    text->remove_prefix(digits);
    return digits > 0;
}

bool take(std::string_view* text, char c) noexcept {
    if (text->empty() || text->front() != c) return false;
    text->remove_prefix(1);
    return true;
}

/// [+-]hh[:mm[:ss]], in seconds.
bool read_clock(std::string_view* text, std::int64_t* seconds) noexcept {
    const bool negative = take(text, '-');
    if (!negative) take(text, '+');
    std::int64_t parts[3] = {0, 0, 0};
    if (!read_count(text, &parts[0])) return false;
    for (int i = 1; i < 3 && take(text, ':'); ++i)
        if (!read_count(text, &parts[i])) return false;
    if (parts[0] > 167 || parts[1] > 59 || parts[2] > 59) return false;
    *seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
    if (negative) *seconds = -*seconds;
    return true;
}

/// A zone's abbreviation: letters, or anything between < and >.
bool skip_name(std::string_view* text) noexcept {
    std::size_t length = 0;
    if (take(text, '<')) {
        length = text->find('>');
        if (length == std::string_view::npos) return false;
        text->remove_prefix(length + 1);
        return true;
    }
    while (length < text->size() && (((*text)[length] | 0x20) >= 'a' && ((*text)[length] | 0x20) <= 'z')) ++length;
    text->remove_prefix(length);
    return length >= 3;
}

} // namespace

bool Zone::load(std::string_view name, std::string* error, const std::string& folder) {
    *this = Zone();
    const bool sound = !name.empty() && name.size() <= 64 && name.front() != '/' && name.find("..") == std::string_view::npos &&
                       name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-") == std::string_view::npos;
    if (!sound) {
        *error = "time zone '" + std::string(name) + "': expected a name such as America/New_York";
        return false;
    }
    if (name == "UTC") return true;
    const std::string path = folder + "/" + std::string(name);
    std::error_code problem;
    std::string bytes;
    if (std::filesystem::is_regular_file(path, problem) && std::filesystem::file_size(path, problem) <= longest_file) {
        std::ifstream file(path, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(file), {});
    }
    if (read(bytes)) return true;
    *this = Zone();
    *error = "time zone '" + std::string(name) + "': " + (bytes.empty() ? "there is no " + path + " (is tzdata installed?)" : path + " is no time zone file");
    return false;
}

bool Zone::read(const std::string& bytes) {
    const auto header = [&](std::size_t at) { return at + header_bytes <= bytes.size() && bytes.compare(at, 4, "TZif") == 0; };
    const auto block_bytes = [&](std::size_t at, int width) {
        const auto count = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<std::uint32_t>(big_endian(bytes, at + 20 + i * 4, 4))); };
        return count(3) * static_cast<std::size_t>(width + 1) + count(4) * 6 + count(5) + count(2) * static_cast<std::size_t>(width + 4) + count(1) + count(0);
    };
    if (!header(0)) return false;
    if (bytes[4] < '2') return read_block(bytes, 0, 4);
    const std::size_t second = header_bytes + block_bytes(0, 4);
    if (!header(second)) return false;
    const std::size_t footer = second + header_bytes + block_bytes(second, 8);
    if (footer >= bytes.size() || !read_block(bytes, second, 8)) return false;
    const std::size_t end = bytes.find('\n', footer + 1);
    if (bytes[footer] != '\n' || end == std::string::npos) return false;
    const std::string_view rule = std::string_view(bytes).substr(footer + 1, end - footer - 1);
    ruled_ = !rule.empty();
    return !ruled_ || read_rule(rule, &rule_);
}

bool Zone::read_block(std::string_view bytes, std::size_t at, int width) {
    const auto count = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<std::uint32_t>(big_endian(bytes, at + 20 + i * 4, 4))); };
    const std::size_t times = count(3), types = count(4);
    const auto step = static_cast<std::size_t>(width);
    const std::size_t data = at + header_bytes, indices = data + times * step, table = indices + times;
    if (types == 0 || table + types * 6 > bytes.size()) return false;
    const auto offset_of = [&](std::size_t type) { return static_cast<std::int32_t>(big_endian(bytes, table + type * 6, 4)); };
    first_ = offset_of(0);
    for (std::size_t i = 0; i < times; ++i) {
        const auto type = static_cast<unsigned char>(bytes[indices + i]);
        if (type >= types) return false;
        transitions_.push_back(Transition{big_endian(bytes, data + i * step, width), offset_of(type)});
        if (i > 0 && transitions_[i].at <= transitions_[i - 1].at) return false;
    }
    return true;
}

bool Zone::read_change(std::string_view* text, Change* change) {
    std::int64_t value = 0;
    if (take(text, 'M')) {
        std::int64_t parts[3];
        for (int i = 0; i < 3; ++i)
            if ((i > 0 && !take(text, '.')) || !read_count(text, &parts[i])) return false;
        if (parts[0] < 1 || parts[0] > 12 || parts[1] < 1 || parts[1] > 5 || parts[2] > 6) return false;
        change->month = static_cast<int>(parts[0]);
        change->week = static_cast<int>(parts[1]);
        change->day = static_cast<int>(parts[2]);
    } else {
        change->kind = take(text, 'J') ? Change::Kind::day_without_leap : Change::Kind::day_of_year;
        if (!read_count(text, &value) || value > 365) return false;
        change->day = static_cast<int>(value);
    }
    return !take(text, '/') || read_clock(text, &change->second);
}

bool Zone::read_rule(std::string_view text, Rule* rule) {
    std::int64_t west = 0;
    if (!skip_name(&text) || !read_clock(&text, &west)) return false;
    rule->standard = rule->summer = static_cast<std::int32_t>(-west);
    if (text.empty()) return true;
    if (!skip_name(&text)) return false;
    rule->changes = true;
    rule->summer += 3600;
    if (!text.empty() && text.front() != ',') {
        if (!read_clock(&text, &west)) return false;
        rule->summer = static_cast<std::int32_t>(-west);
    }
    return take(&text, ',') && read_change(&text, &rule->begin) && take(&text, ',') && read_change(&text, &rule->end) && text.empty();
}

/// The local second of a year's change, by the clock before it.
std::int64_t Zone::local_second(const Change& change, std::int64_t year) noexcept {
    using namespace std::chrono;
    std::int64_t day = first_day(year);
    switch (change.kind) {
    case Change::Kind::month_week_day: {
        const auto month = std::chrono::year{static_cast<int>(year)} / std::chrono::month{static_cast<unsigned>(change.month)};
        const weekday wanted{static_cast<unsigned>(change.day)};
        const sys_days found = change.week == 5 ? sys_days{month / wanted[last]} : sys_days{month / wanted[static_cast<unsigned>(change.week)]};
        day = found.time_since_epoch().count();
        break;
    }
    case Change::Kind::day_without_leap: // 1 to 365; the 29th of February is not counted
        day += change.day - 1 + (std::chrono::year{static_cast<int>(year)}.is_leap() && change.day >= 60 ? 1 : 0);
        break;
    case Change::Kind::day_of_year: day += change.day; break;
    }
    return day * day_seconds + change.second;
}

std::int64_t Zone::offset(std::int64_t utc) const noexcept {
    if (ruled_ && (transitions_.empty() || utc >= transitions_.back().at)) {
        if (!rule_.changes) return rule_.standard;
        const std::int64_t year = year_of(utc + rule_.standard);
        const std::int64_t begin = local_second(rule_.begin, year) - rule_.standard, end = local_second(rule_.end, year) - rule_.summer;
        const bool summer = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
        return summer ? rule_.summer : rule_.standard;
    }
    const auto behind = std::upper_bound(transitions_.begin(), transitions_.end(), utc, [](std::int64_t second, const Transition& t) { return second < t.at; });
    return behind == transitions_.begin() ? first_ : (behind - 1)->offset;
}

std::int64_t Zone::utc_of(std::int64_t local) const noexcept {
    // No zone is further than a day from UTC: the offsets a day before and after frame every change in between.
    const std::int64_t before = offset(local - day_seconds), after = offset(local + day_seconds);
    const std::int64_t early = local - std::max(before, after), late = local - std::min(before, after);
    if (early + offset(early) == local) return early;
    if (late + offset(late) == local) return late;
    return local - before; // the clocks jumped over it
}

} // namespace martlet::fix
