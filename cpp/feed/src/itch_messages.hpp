#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Where the fields of ITCH 5.0 messages stand. Numbers are big-endian; a message begins with its type (1 byte), stock
// locate code (2), tracking number (2) and time (6, ns after midnight).

namespace martlet::itch {

/// Lengths by type; 0: no such type.
inline constexpr std::array<std::uint8_t, 256> lengths = [] {
    std::array<std::uint8_t, 256> table{};
    table['S'] = 12; // system event
    table['R'] = 39; // stock directory
    table['H'] = 25; // stock trading action
    table['Y'] = 20; // Reg SHO short sale price test
    table['L'] = 26; // market participant position
    table['V'] = 35; // market-wide circuit breaker: decline levels
    table['W'] = 12; // market-wide circuit breaker: status
    table['K'] = 28; // IPO quoting period
    table['J'] = 35; // limit up, limit down: auction collar
    table['h'] = 21; // operational halt
    table['A'] = 36; // add order
    table['F'] = 40; // add order with attribution
    table['E'] = 31; // order executed
    table['C'] = 36; // order executed with price
    table['X'] = 23; // order cancel
    table['D'] = 19; // order delete
    table['U'] = 35; // order replace
    table['P'] = 44; // trade, not of a cross
    table['Q'] = 40; // cross trade
    table['B'] = 19; // broken trade
    table['I'] = 50; // net order imbalance
    table['N'] = 20; // retail price improvement
    table['O'] = 48; // direct listing with capital raise
    return table;
}();

/// Two bytes before every message of a file.
inline constexpr std::size_t prefix_size = 2;
inline constexpr std::uint64_t day_ns = 86'400'000'000'000ull;

/// Big-endian numbers, wherever they stand.
template <typename Integer>
inline Integer read(const unsigned char* at) noexcept {
    Integer value;
    std::memcpy(&value, at, sizeof value);
    if constexpr (sizeof value == 2) return __builtin_bswap16(value);
    if constexpr (sizeof value == 4) return __builtin_bswap32(value);
    if constexpr (sizeof value == 8) return __builtin_bswap64(value);
}

inline std::uint16_t locate(const unsigned char* message) noexcept { return read<std::uint16_t>(message + 1); }
/// The six bytes of the time, read with the two before them, which every message has.
inline std::uint64_t time(const unsigned char* message) noexcept {
    return read<std::uint64_t>(message + 3) & 0xFFFF'FFFF'FFFFull;
}
/// The order that A, F, E, C, X, D and U name.
inline std::uint64_t order(const unsigned char* message) noexcept { return read<std::uint64_t>(message + 11); }

} // namespace martlet::itch
