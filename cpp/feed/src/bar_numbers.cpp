#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "bar_records.hpp"
#include "decimal_reader.hpp"
#include "martlet/instrument.hpp"

namespace martlet {
namespace {

/// Digits from the first that is not zero on; an exponent does not count.
int significant_digits(std::string_view text) noexcept {
    int count = 0;
    for (const char c : text) {
        if (c == 'e' || c == 'E') break;
        if (c >= '0' && c <= '9' && (count > 0 || c != '0')) ++count;
    }
    return count;
}

bool has_exponent(std::string_view text) noexcept { return text.find_first_of("eE") != std::string_view::npos; }

bool read_double(std::string_view text, double& value) noexcept {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc{} && result.ptr == text.data() + text.size() && std::isfinite(value);
}

double in_units(double value, Decimal increment) noexcept {
    // Powers of ten up to 10^18 are exact enough here: the caller asks only for the nearest whole number.
    double scale = 1;
    for (int i = 0; i < std::abs(increment.exponent); ++i) scale *= 10;
    const double scaled = increment.exponent < 0 ? value * scale : value / scale;
    return scaled / static_cast<double>(increment.mantissa);
}

constexpr double largest_units = 9.0e18;

} // namespace

Defect read_units(std::string_view text, Decimal increment, std::int64_t& units, bool& rounded) noexcept {
    const Defect defect = DecimalReader(increment).read(text, units);
    if (defect == Defect::none) return defect;
    double value = 0;
    if ((!has_exponent(text) && significant_digits(text) <= 15) || !read_double(text, value)) return defect;
    const double exact = in_units(value, increment);
    if (std::abs(exact) > largest_units) return Defect::number_out_of_range;
    const double nearest = std::nearbyint(exact);
    const double noise = std::max(1e-6, std::abs(exact) * 2e-15);
    if (std::abs(exact - nearest) > noise) return Defect::off_increment;
    units = static_cast<std::int64_t>(nearest);
    rounded = true;
    return Defect::none;
}

Defect read_lots(std::string_view text, Decimal increment, std::int64_t& lots, bool& rounded) noexcept {
    const Defect defect = read_units(text, increment, lots, rounded);
    if (defect != Defect::off_increment) return defect;
    double value = 0;
    if (!read_double(text, value)) return Defect::malformed_number;
    const double exact = in_units(value, increment);
    if (std::abs(exact) > largest_units) return Defect::number_out_of_range;
    lots = static_cast<std::int64_t>(std::nearbyint(exact));
    rounded = true;
    return Defect::none;
}

int decimal_places(std::string_view text) noexcept {
    // No double prints as more than 17 digits: a number that has them says nothing of how the source counts.
    constexpr int most_digits = 17;
    double value = 0;
    if (significant_digits(text) > most_digits || !read_double(text, value)) return -1;
    char printed[64];
    if (has_exponent(text) || significant_digits(text) > 15) {
        std::snprintf(printed, sizeof printed, "%.*e", 14, value);
        // d.dddddddddddddde±xx: places are the mantissa's digits without trailing zeros, less the exponent.
        int places = 14;
        while (places > 0 && printed[(value < 0 ? 1 : 0) + 1 + places] == '0') --places;
        const char* exponent = std::find(printed, printed + sizeof printed, 'e') + 1;
        return std::clamp(places - std::atoi(exponent), 0, 18);
    }
    const std::size_t point = text.find('.');
    if (point == std::string_view::npos) return 0;
    std::string_view fraction = text.substr(point + 1);
    while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
    return static_cast<int>(std::min<std::size_t>(fraction.size(), 18));
}

} // namespace martlet
