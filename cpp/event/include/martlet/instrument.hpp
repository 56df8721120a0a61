#pragma once
#include <cstddef>
#include <cstdint>

// What an instrument is, as the core needs it.

namespace martlet {

/// A positive decimal, mantissa × 10^exponent: exact, as venues state increments.
struct Decimal {
    std::int64_t mantissa;
    std::int32_t exponent;
};

enum class ContractKind : std::uint8_t { linear = 0, inverse = 1, quanto = 2 };

/// Static facts of one instrument. `price_increment` never changes for an instrument; the tick is a
/// rule for new orders, a multiple of it.
struct InstrumentDefinition {
    std::uint32_t id;               ///< dense, local to a session
    ContractKind contract;
    std::uint8_t reserved[3];
    char symbol[24];                ///< zero-terminated
    char venue[16];                 ///< zero-terminated
    char currency[8];               ///< of profit and fees, zero-terminated
    Decimal price_increment;        ///< one unit of `price`
    Decimal lot_increment;          ///< one unit of `quantity`
    Decimal multiplier;             ///< money per price unit and quantity unit
    std::int64_t tick;              ///< increments between valid order prices
    std::int64_t maximum_quantity;  ///< lots per order at the venue; 0: none stated
    std::int32_t maker_fee_ppm;     ///< millionths of notional, negative: a rebate
    std::int32_t taker_fee_ppm;
    Decimal money_unit;             ///< one unit of money, as 1e-4 of the currency
};

static_assert(sizeof(InstrumentDefinition) == 144);

/// A rational number of money units per (increment × lot), in lowest terms; zero denominator: the facts
/// do not fit 64 bits.
struct MoneyRatio {
    std::int64_t numerator;
    std::int64_t denominator;
};

/// Money per increment and lot of a linear or quanto contract. Called once per instrument.
MoneyRatio money_ratio(const InstrumentDefinition& definition) noexcept;

/// Writes `units × increment` as exact decimal text ("-12.5", no exponent, no trailing zeros beyond the
/// increment's own), zero-terminated. Returns its length, 0 where `capacity` is too small.
std::size_t write_decimal(std::int64_t units, Decimal increment, char* text, std::size_t capacity) noexcept;

/// Why a decimal text is not a whole number of increments.
enum class DecimalStatus : std::uint8_t {
    ok = 0,
    malformed,      ///< not [-]digits[.digits]
    not_a_multiple, ///< falls between two increments
    overflow,       ///< does not fit 64 bits
};

/// Reads decimal text as units of `increment`, exactly. `text` need not be zero-terminated.
DecimalStatus read_decimal(const char* text, std::size_t length, Decimal increment, std::int64_t* units) noexcept;

} // namespace martlet
