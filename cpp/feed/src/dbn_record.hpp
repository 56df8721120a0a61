#pragma once
#include <cstddef>
#include <cstdint>

namespace martlet {

enum class DbnSchema : std::uint8_t { mbo, quotes, trades };

/// One record of the schemas that become events, wherever it came from. Prices in 1e-9.
struct DbnRecord {
    DbnSchema schema;
    char action;
    char side;
    std::uint8_t flags;
    std::uint32_t instrument_id;
    std::uint64_t event_time;
    std::uint64_t receive_time;
    std::uint64_t order;
    std::int64_t price;
    std::uint32_t size;
    std::uint32_t sequence;
    std::int64_t bid_price; ///< of quotes
    std::int64_t ask_price;
    std::uint32_t bid_size;
    std::uint32_t ask_size;
};

namespace dbn {

inline constexpr std::uint8_t flag_last = 128;          ///< last record of the instrument in a venue event
inline constexpr std::uint8_t flag_top = 64;            ///< a best price, not an order
inline constexpr std::uint8_t flag_snapshot = 32;
inline constexpr std::uint8_t flag_level = 16;          ///< a price level, not an order
inline constexpr std::uint8_t flag_maybe_bad_book = 4;  ///< a gap that is not to be mended
inline constexpr std::int64_t undefined_price = INT64_MAX;
inline constexpr std::uint64_t undefined_time = UINT64_MAX;
inline constexpr std::uint64_t latest_time = 7'258'118'400'000'000'000ull; ///< the year 2200

} // namespace dbn
} // namespace martlet
