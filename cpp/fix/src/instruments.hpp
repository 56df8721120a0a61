#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "martlet/instrument.hpp"

namespace martlet::fix {

inline constexpr std::uint32_t no_instrument = UINT32_MAX;
inline constexpr std::uint32_t most_instruments = 4096;

/// The instruments of a session, found by number and by symbol.
class Instruments {
public:
    /// False with the reason in `error`: a duplicate or empty symbol, a duplicate or large id, no increments.
    bool configure(const InstrumentDefinition* definitions, std::uint32_t count, std::string* error);

    /// Null: no such instrument.
    const InstrumentDefinition* find(std::uint32_t id) const noexcept;
    const InstrumentDefinition* find(std::string_view symbol) const noexcept;

    const std::vector<InstrumentDefinition>& all() const noexcept { return definitions_; }
    /// One more than the largest id.
    std::size_t id_bound() const noexcept { return by_id_.size(); }

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };
    struct TextEqual {
        using is_transparent = void;
        bool operator()(std::string_view a, std::string_view b) const noexcept { return a == b; }
    };
    std::vector<InstrumentDefinition> definitions_;
    std::vector<std::int32_t> by_id_; ///< index in `definitions_`; −1: none
    std::unordered_map<std::string, std::size_t, TextHash, TextEqual> by_symbol_;
};

/// Reads decimal text as mantissa × 10^exponent, trailing zeros dropped; false: malformed, not positive or too long.
bool read_exact(std::string_view text, Decimal* value) noexcept;

} // namespace martlet::fix
