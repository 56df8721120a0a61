#include "instruments.hpp"

#include <cstring>

namespace martlet::fix {

bool Instruments::configure(const InstrumentDefinition* definitions, std::uint32_t count, std::string* error) {
    if (count == 0 || definitions == nullptr || count > most_instruments) {
        *error = "instruments: expected 1 to 4096, was " + std::to_string(definitions == nullptr ? 0 : count);
        return false;
    }
    definitions_.assign(definitions, definitions + count);
    by_id_.clear();
    by_symbol_.clear();
    for (std::size_t index = 0; index < definitions_.size(); ++index) {
        const InstrumentDefinition& definition = definitions_[index];
        const std::string symbol(definition.symbol, strnlen(definition.symbol, sizeof definition.symbol));
        const auto wrong = [&](const std::string& what) {
            *error = "instrument " + std::to_string(definition.id) + " '" + symbol + "': " + what;
            return false;
        };
        if (symbol.empty() || symbol.size() == sizeof definition.symbol || symbol.find('\001') != std::string::npos)
            return wrong("expected a symbol of 1 to 23 characters");
        if (definition.id >= 1u << 20) return wrong("expected a dense number below 1048576");
        if (definition.price_increment.mantissa <= 0 || definition.lot_increment.mantissa <= 0)
            return wrong("expected positive price and lot increments");
        if (definition.id >= by_id_.size()) by_id_.resize(definition.id + 1, -1);
        if (by_id_[definition.id] >= 0) return wrong("this number is used twice");
        by_id_[definition.id] = static_cast<std::int32_t>(index);
        if (!by_symbol_.emplace(symbol, index).second) return wrong("this symbol is used twice");
    }
    return true;
}

const InstrumentDefinition* Instruments::find(std::uint32_t id) const noexcept {
    if (id >= by_id_.size() || by_id_[id] < 0) return nullptr;
    return &definitions_[static_cast<std::size_t>(by_id_[id])];
}

const InstrumentDefinition* Instruments::find(std::string_view symbol) const noexcept {
    const auto found = by_symbol_.find(symbol);
    return found == by_symbol_.end() ? nullptr : &definitions_[found->second];
}

bool read_exact(std::string_view text, Decimal* value) noexcept {
    std::int64_t mantissa = 0;
    std::int32_t exponent = 0;
    bool point = false, digits = false;
    if (text.size() > 40) return false;
    // Trailing zeros after the point say nothing about the value and would only use up digits.
    if (text.find('.') != std::string_view::npos)
        while (!text.empty() && text.back() == '0') text.remove_suffix(1);
    for (const char c : text) {
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || mantissa > 100'000'000'000'000'000) return false;
        mantissa = mantissa * 10 + (c - '0');
        exponent -= point ? 1 : 0;
        digits = true;
    }
    while (mantissa != 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        ++exponent;
    }
    if (!digits || mantissa <= 0 || exponent < -18 || exponent > 18) return false;
    *value = Decimal{mantissa, exponent};
    return true;
}

} // namespace martlet::fix
