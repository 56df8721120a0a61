#include "text.hpp"

#include <charconv>
#include <chrono>
#include <ctime>

namespace martlet::fix {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

void write_digits(char* text, std::uint64_t value, int digits) noexcept {
    for (int i = digits - 1; i >= 0; --i) {
        text[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

bool read_digits(std::string_view text, std::size_t at, int digits, int* value) noexcept {
    int result = 0;
    for (int i = 0; i < digits; ++i) {
        const char c = text[at + static_cast<std::size_t>(i)];
        if (c < '0' || c > '9') return false;
        result = result * 10 + (c - '0');
    }
    *value = result;
    return true;
}

} // namespace

std::size_t write_time(std::int64_t nanoseconds, int digits, char* text) noexcept {
    using namespace std::chrono;
    std::int64_t seconds_part = nanoseconds / second_ns;
    std::int64_t fraction = nanoseconds % second_ns;
    if (fraction < 0) {
        fraction += second_ns;
        --seconds_part;
    }
    const sys_seconds moment{seconds{seconds_part}};
    const auto day = floor<days>(moment);
    const year_month_day date{day};
    const auto of_day = (moment - day).count();
    write_digits(text, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    write_digits(text + 4, static_cast<unsigned>(date.month()), 2);
    write_digits(text + 6, static_cast<unsigned>(date.day()), 2);
    text[8] = '-';
    write_digits(text + 9, static_cast<std::uint64_t>(of_day / 3600), 2);
    text[11] = ':';
    write_digits(text + 12, static_cast<std::uint64_t>(of_day / 60 % 60), 2);
    text[14] = ':';
    write_digits(text + 15, static_cast<std::uint64_t>(of_day % 60), 2);
    std::size_t length = 17;
    if (digits > 0) {
        char nine[9];
        write_digits(nine, static_cast<std::uint64_t>(fraction), 9);
        text[length++] = '.';
        for (int i = 0; i < digits && i < 9; ++i) text[length++] = nine[i];
    }
    text[length] = '\0';
    return length;
}

bool read_time(std::string_view text, std::int64_t* nanoseconds) noexcept {
    using namespace std::chrono;
    if (text.size() < 17 || text.size() > 27 || text[8] != '-' || text[11] != ':' || text[14] != ':') return false;
    int year_number, month_number, day_number, hour, minute, second;
    if (!read_digits(text, 0, 4, &year_number) || !read_digits(text, 4, 2, &month_number) || !read_digits(text, 6, 2, &day_number) ||
        !read_digits(text, 9, 2, &hour) || !read_digits(text, 12, 2, &minute) || !read_digits(text, 15, 2, &second))
        return false;
    const year_month_day date{year{year_number}, month{static_cast<unsigned>(month_number)}, day{static_cast<unsigned>(day_number)}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return false; // 60: a leap second
    // int64 nanoseconds reach from 1678 to 2262; beyond, the arithmetic below would overflow
    if (year_number < 1700 || year_number > 2200) return false;
    std::int64_t fraction = 0;
    if (text.size() > 17) {
        if (text[17] != '.' || text.size() == 18) return false;
        std::int64_t unit = second_ns;
        for (const char c : text.substr(18)) {
            if (c < '0' || c > '9') return false;
            unit /= 10;
            fraction += unit * (c - '0');
        }
    }
    const std::int64_t day_seconds = sys_days{date}.time_since_epoch().count() * 86'400;
    *nanoseconds = (day_seconds + hour * 3600 + minute * 60 + second) * second_ns + fraction;
    return true;
}

std::int64_t wall_clock() noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * second_ns + now.tv_nsec;
}

bool read_number(std::string_view text, std::uint64_t* number) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

std::size_t write_number(std::uint64_t number, char* text) noexcept {
    const auto result = std::to_chars(text, text + 20, number);
    *result.ptr = '\0';
    return static_cast<std::size_t>(result.ptr - text);
}

} // namespace martlet::fix
