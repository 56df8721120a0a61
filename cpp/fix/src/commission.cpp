#include "commission.hpp"

#include <limits>
#include <string_view>

#include "fields.hpp"

namespace martlet::fix {
namespace {

__extension__ using Int128 = __int128;

constexpr int maximum_exponent = 18;

Int128 power_of_ten(int exponent) noexcept {
    Int128 value = 1;
    while (exponent-- > 0) value *= 10;
    return value;
}

Int128 greatest_common_divisor(Int128 a, Int128 b) noexcept {
    while (b != 0) {
        const Int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/// A product of decimals and of their inverses, in lowest terms; once it does not fit 128 bits it has no value.
class Product {
public:
    void times(Int128 factor) noexcept { multiply(factor, up_, down_); }
    void over(Int128 positive) noexcept { multiply(positive, down_, up_); }
    void times(Decimal factor) noexcept { scale(factor, false); }
    void over(Decimal divisor) noexcept { scale(divisor, true); }

    /// Rounded towards what costs us more; false: it does not fit.
    bool round_up(std::int64_t* value) const noexcept {
        if (!fits_) return false;
        Int128 rounded = up_ / down_;
        if (up_ % down_ > 0) ++rounded;
        if (rounded > std::numeric_limits<std::int64_t>::max() || rounded < std::numeric_limits<std::int64_t>::min()) return false;
        *value = static_cast<std::int64_t>(rounded);
        return true;
    }

private:
    void multiply(Int128 factor, Int128& to, Int128& other) noexcept {
        const Int128 common = greatest_common_divisor(factor, other);
        other /= common;
        fits_ = fits_ && !__builtin_mul_overflow(to, factor / common, &to);
    }
    void scale(Decimal decimal, bool divide) noexcept {
        fits_ = fits_ && decimal.mantissa > 0 && decimal.exponent <= maximum_exponent && decimal.exponent >= -maximum_exponent;
        if (!fits_) return;
        const Int128 up = decimal.mantissa * power_of_ten(decimal.exponent > 0 ? decimal.exponent : 0);
        const Int128 down = power_of_ten(decimal.exponent < 0 ? -decimal.exponent : 0);
        times(divide ? down : up);
        over(divide ? up : down);
    }

    Int128 up_ = 1, down_ = 1;
    bool fits_ = true;
};

Int128 magnitude(std::int64_t value) noexcept { return value < 0 ? -static_cast<Int128>(value) : value; }

/// Multiplies by decimal text. Digits that 64 bits have no room for are rounded against us. False: no number, or too large.
bool read_rate(std::string_view text, Product* product) noexcept {
    const std::size_t point = text.find('.');
    bool cut = false;
    for (;; text.remove_suffix(1)) {
        const int places = point == std::string_view::npos ? 0 : static_cast<int>(text.size() - point - 1);
        std::int64_t mantissa = 0;
        const DecimalStatus status = places > maximum_exponent ? DecimalStatus::overflow
                                                               : read_decimal(text.data(), text.size(), Decimal{1, -places}, &mantissa);
        if (status == DecimalStatus::ok) {
            product->times(static_cast<Int128>(mantissa) + (cut && text.front() != '-' ? 1 : 0));
            product->over(power_of_ten(places));
            return true;
        }
        if (status != DecimalStatus::overflow || places == 0) return false;
        cut = cut || text.back() != '0';
    }
}

} // namespace

RejectReason read_commission(const FIX::FieldMap& stated, const InstrumentDefinition& definition, std::int64_t quantity, std::int64_t price,
                             std::int64_t* fee) {
    const std::string_view rate = field(stated, FIX::FIELD::Commission);
    if (rate.empty()) return RejectReason::none;
    const std::string_view currency = field(stated, FIX::FIELD::CommCurrency);
    const std::string_view ours = definition.currency;
    if (!currency.empty() && !ours.empty() && currency != ours) return RejectReason::unsupported;
    const std::string_view type = field(stated, FIX::FIELD::CommType);
    const bool per_unit = type == "1", percent = type == "2";
    if (!per_unit && !percent && !type.empty() && type != "3") return RejectReason::unsupported;
    // The value of an inverse contract is in another currency than its price.
    if (percent && definition.contract == ContractKind::inverse) return RejectReason::unsupported;
    Product money;
    if (!read_rate(rate, &money)) return RejectReason::malformed;
    money.over(definition.money_unit);
    if (per_unit || percent) {
        money.times(definition.lot_increment);
        money.times(magnitude(quantity));
    }
    if (percent) {
        money.times(definition.price_increment);
        money.times(magnitude(price));
        money.times(definition.multiplier);
        money.over(100);
    }
    return money.round_up(fee) ? RejectReason::none : RejectReason::malformed;
}

} // namespace martlet::fix
