#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "martlet/feed_status.hpp"
#include "martlet/instrument.hpp"

namespace martlet {

/// Reads decimal texts as whole numbers of one increment, exactly: no number ever is a double.
///
/// Texts of up to 18 digits and increments that are powers of ten, which is nearly all there is, take a loop over the
/// digits (about 1 ns each); others take `read_decimal`.
class DecimalReader {
public:
    explicit DecimalReader(Decimal increment) noexcept
        : increment_(increment),
          places_(increment.mantissa == 1 && increment.exponent <= 0 && increment.exponent >= -maximum_digits ? -increment.exponent
                                                                                                               : -1) {}

    /// `units` is written where the result is `none`. Other results: malformed_number, off_increment,
    /// number_out_of_range.
    Defect read(std::string_view text, std::int64_t& units) const noexcept {
        const char* const end = text.data() + text.size();
        return scan(text.data(), end, units) == end ? Defect::none : read_slowly(text, units);
    }

    /// Reads the number at `at` as far as it goes and gives where it ends; null where it is not one of the usual, which
    /// `read` then judges.
    const char* scan(const char* at, const char* end, std::int64_t& units) const noexcept {
        const bool negative = at != end && *at == '-';
        if (negative) ++at;
        if (places_ < 0) return nullptr;
        if (end - at > maximum_digits + 1) end = at + maximum_digits + 1; // more digits might not fit
        std::uint64_t value = 0;
        const char* const whole = at;
        for (; at != end && is_digit(*at); ++at) value = value * 10 + static_cast<std::uint64_t>(*at - '0');
        std::ptrdiff_t digits = at - whole;
        std::ptrdiff_t missing = places_;
        if (at != end && *at == '.') {
            const char* const fraction = ++at;
            const char* const counted = end - at > places_ ? at + places_ : end;
            for (; at != counted && is_digit(*at); ++at) value = value * 10 + static_cast<std::uint64_t>(*at - '0');
            missing -= at - fraction;
            digits += at - fraction;
            // What stands beyond the increment's places may only be zeros.
            const char* const kept = at;
            for (; at != end && *at == '0'; ++at) {}
            if (digits == 0 && at == kept) return nullptr;
        } else if (digits == 0) {
            return nullptr;
        }
        if (digits + missing > maximum_digits) return nullptr;
        value *= powers[static_cast<std::size_t>(missing)];
        units = negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
        return at;
    }

    Decimal increment() const noexcept { return increment_; }

private:
    static constexpr int maximum_digits = 18;
    static constexpr std::array<std::uint64_t, maximum_digits + 1> powers = [] {
        std::array<std::uint64_t, maximum_digits + 1> table{};
        std::uint64_t power = 1;
        for (auto& entry : table) {
            entry = power;
            power *= 10;
        }
        return table;
    }();

    static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
    Defect read_slowly(std::string_view text, std::int64_t& units) const noexcept;

    Decimal increment_;
    int places_; ///< decimal places of the increment; −1: it is no power of ten
};

} // namespace martlet
