#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/defect_log.hpp"
#include "martlet/event_buffer.hpp"

// LOBSTER: NASDAQ order flow as a message file and an orderbook file whose row k is the book right after message k.
//
// Prices are dollars × 10,000, so an instrument's price increment is 0.0001. Times are seconds after midnight in New York.
// A level-N message file holds only what touched the best N levels, and nothing of the time before its first row.

namespace martlet {

/// What becomes of the two files.
enum class LobsterMode : std::uint8_t {
    /// Orders: the book is seeded from the orderbook file's first row by made-up orders (number with the highest bit set,
    /// one per level), then follows the messages. A message about an order that rested before the first row is taken
    /// out of its level's made-up order. A level that leaves the best N is forgotten (its orders are canceled). Where all
    /// levels that are known for certain are exhausted, the side is stated anew from the orderbook row: reseeded.
    orders = 0,
    /// Levels: what changes between two orderbook rows (of one level: quotes), and the message file's trades.
    levels = 1,
};

struct LobsterOptions {
    std::int32_t day;      ///< days since 1970-01-01, in New York
    std::uint32_t levels;  ///< levels that the message file covers: the number at the end of its name
    LobsterMode mode;
};

/// What was met.
struct LobsterCounts {
    std::uint64_t rows;
    std::uint64_t bytes;              ///< of the message file
    std::uint64_t additions;
    std::uint64_t cancels;            ///< partial and whole
    std::uint64_t executions;         ///< of visible orders
    std::uint64_t hidden;             ///< executions of hidden orders and crosses: trades
    std::uint64_t halts;
    std::uint64_t resting;            ///< messages about orders from before the first row, taken out of their level
    std::uint64_t outside;            ///< messages about orders beyond what is known of the book: nothing to change
    std::uint64_t forgotten;          ///< orders of levels that left the best N
    std::uint64_t reseeded;           ///< sides stated anew from the orderbook file
    std::uint64_t diverged;           ///< sides that differed from the orderbook row though known for certain; stated anew
};

/// Decodes both files, plain, gzip or zstd. `seed_path`: an orderbook file of the same start with more levels, of
/// which only the first row is used; null: the first row of `orderbook_path`.
/// Every event bears its row in `reference` (a trading status its status). Errors: per row into the log; the status for
/// the whole. Memory: the live orders. Cost: about 1 µs a row.
FeedStatus decode_lobster(const char* message_path, const char* orderbook_path, const char* seed_path,
                          const LobsterOptions& options, EventBuffer& out, DefectLog& log, LobsterCounts& counts) noexcept;

/// Number of levels (columns ÷ 4) of an orderbook file's first row; 0 where it is none.
std::uint32_t lobster_columns(const char* orderbook_path) noexcept;

} // namespace martlet
