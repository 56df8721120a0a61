#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/feed_status.hpp"

namespace martlet {

/// How a book that is rebuilt from the messages compares with the orderbook file. A side at a row is one comparison.
struct LobsterVerification {
    std::uint64_t rows;
    std::uint64_t compared;        ///< sides at rows that were determined
    std::uint64_t undetermined;    ///< sides at rows at which every level known for certain was exhausted
    std::uint64_t reseeded;        ///< sides stated anew from the file
    std::uint64_t mismatched;      ///< determined sides that differ: must be 0
    std::uint64_t first_mismatch;  ///< row, from 1; 0: none
    std::uint64_t unreadable;      ///< rows of either file that do not parse
    std::uint64_t least_levels;    ///< fewest levels that a comparison reached
};

/// Rebuilds price levels from the messages, seeded from the first orderbook row (or that of `seed_path`, with more
/// levels; may be null), and compares the best `depth` levels of each side with the orderbook file at every row.
///
/// A side knows its levels for certain down to a horizon: the worst seeded level, and never more than the best
/// `levels` (what the message file covers). It is undetermined from the moment these are exhausted until the file shows
/// the side again; then it is reseeded. Knows nothing of orders, so it shares no code with `decode_lobster` but the parser.
FeedStatus verify_lobster(const char* message_path, const char* orderbook_path, const char* seed_path, std::uint32_t levels,
                          std::uint32_t depth, LobsterVerification& result) noexcept;

} // namespace martlet
